"""Which steps may well raise: a handler is not taken to get a comparison's exception before a check is made."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.flow.graph import Action, Step
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Local
from flake8_incall.model.validation.state import State
from flake8_incall.model.validation.traces import Shape
from flake8_incall.model.validation.words import is_logging

if TYPE_CHECKING:
    from flake8_incall.model.validation.summaries import Summaries


# What may have more or fewer parts than it is unpacked into.
_UNPACKED = frozenset({Shape.TEXT, Shape.ITEMS, Shape.SPLIT})


class Raisers:
    """The steps of one module that may well raise."""

    def __init__(self, summaries: Summaries) -> None:
        self._summaries = summaries
        self._calls: dict[ast.Call, bool] = {}

    def may_raise(self, step: Step, state: State) -> bool:
        """Whether an exception is to be expected of a step in this state."""
        match step.action, step.node:
            case Action.RAISE | Action.ENTER | Action.EXECUTE, _:
                return True
            case Action.STORE, ast.Tuple() | ast.List():
                return any(trace.shape in _UNPACKED for trace in state.stack[-1].traces)
            case Action.EVALUATE, ast.Call() as call:
                return self._call(call)
            case Action.EVALUATE, ast.Subscript():
                return True
            case Action.EVALUATE, ast.BinOp(op=op) | ast.AugAssign(op=op):
                return isinstance(op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow)
        return False

    def leaves(self, step: Step) -> bool:
        """Whether what a `raise` or `assert` raises is for none of the handlers around it."""
        handlers = self._summaries.module.fact(Failures).handlers
        match step.node:
            case ast.Assert():
                types = frozenset({"builtins.AssertionError"})
            case ast.Raise(exc=ast.expr() as raised):
                types = self._summaries.module.fact(References).classes.raised(raised)
            case _:
                return False
        return not handlers.way_out(step.node, types, is_strict=False).takers

    def _call(self, node: ast.Call) -> bool:
        if node not in self._calls:
            # Until it is known, what calls itself is taken not to.
            self._calls[node] = False
            self._calls[node] = self._find(node)
        return self._calls[node]

    def _find(self, node: ast.Call) -> bool:
        referents = self._summaries.module.fact(References).of(node.func)
        local = [r.definition for r in referents if isinstance(r, Local)]
        if local:
            return any(not isinstance(d, Callable) or self._summaries.of_helper(d, ()).can_raise for d in local)
        if node in self._summaries.external:
            return True
        names, catalogue = self._summaries.names_of(node.func), self._summaries.module.catalogue
        if names:
            return not all(catalogue.has("accepts-its-type", name) for name in names)
        if is_logging(node.func):
            return False
        return not (isinstance(node.func, ast.Attribute) and node.func.attr in catalogue.members("accepts-its-type"))
