"""What expressions refer to on one way through helpers, on which their parameters are known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.calls.links import Chain, Link
from flake8_incall.model.calls.passing import passed
from flake8_incall.model.code.scopes import Use
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import UNKNOWN, Callable, Referents, is_certain

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_LONGEST_CHAIN = 12
_DEEPEST = 60
_MOST = 1000


class Ways:
    """The ways through the helpers of one module, and what expressions refer to on each."""

    def __init__(self, module: Module) -> None:
        self.whole = module.fact(References)
        self.depth = 0
        self._known: dict[Chain, Within] = {}

    def within(self, chain: Chain) -> References:
        """Return the references of one way.

        Args:
            chain: The steps from an in-call function to a helper.
        """
        if chain not in self._known:
            if len(chain) > _LONGEST_CHAIN or len(self._known) > _MOST:
                return self.whole
            self._known[chain] = Within(self, chain)
        return self._known[chain]


class Within(References):
    """What expressions refer to on one way.

    Parameters are what the steps of the way pass for them, and a call of an own function gives what that returns for
    its arguments.
    """

    def __init__(self, ways: Ways, chain: Chain) -> None:
        super().__init__(ways.whole.module)
        self._ways = ways
        self._chain = chain
        # What is known of classes holds on every way.
        self.members = ways.whole.members
        self.classes = ways.whole.classes
        self.fields = ways.whole.fields
        self.guards = ways.whole.guards
        self.declared = ways.whole.declared

    def of(self, node: ast.expr, use: Use | None = None) -> Referents:
        """What an expression can refer to there; what is certain anywhere is so there."""
        found = self._ways.whole.of(node, use)
        if use is not None or is_certain(found) or self._ways.depth >= _DEEPEST:
            return found
        self._ways.depth += 1
        try:
            return super().of(node)
        finally:
            self._ways.depth -= 1

    def parameter(self, node: ast.arg) -> Referents:
        """What a parameter is on this way."""
        given = passed(node, self._chain, self._ways.whole)
        if given is None or given.value is None:
            return super().parameter(node)
        return self._ways.within(given.chain).of(given.value)

    def called(self, definition: Callable, node: ast.Call) -> Referents:
        """What a call of a function of the module gives."""
        if any(link.helper is definition for link in self._chain):
            return UNKNOWN
        link = Link(node.func, node, definition, definition)
        return self._ways.within((*self._chain, link)).results_of(definition)
