"""What an in-call function leaves unchecked of what the model hands it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.calls.call_sites import calls
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.code.tree import find
from flake8_incall.model.inputs.search import Danger, Injections
from flake8_incall.model.validation.shapes import is_held_by_type, may_be_left_out
from flake8_incall.model.validation.summaries import Summaries, Summary
from flake8_incall.model.validation.uses import Use

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import is_stub

# The names by which all variables of a function can be read at once.
_ALL_VARIABLES = frozenset({"locals", "vars", "eval", "exec"})


class Validation:
    """What the in-call functions of one module check."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._summaries = Summaries(module)

    def unchecked(self, function: InCallFunction) -> Iterator[Use]:
        """The first external call that each parameter reaches unchecked."""
        inputs = {p.name for p in _inputs(function) if not is_held_by_type(p) and not may_be_left_out(p)}
        if not inputs or not any(site.is_external for site in calls(function)):
            return
        found: dict[object, Use] = {}
        for use in self._summary(function).uses.values():
            if use.call is not None and use.label in inputs:
                found.setdefault(use.label, use)
        if found:
            # What decides the host has a finding of its own, and is to be held to something by the same check.
            deciding = {i.parameter for i in self._module.fact(Injections).of(function, Danger.HOST)}
            yield from (use for label, use in found.items() if label not in deciding)

    def risky(self, function: InCallFunction) -> Iterator[Use]:
        """The operations that can raise on an unchecked parameter and that nothing takes up."""
        inputs = {p.name for p in _inputs(function) if not is_held_by_type(p)}
        if not inputs:
            return
        for use in self._summary(function).uses.values():
            if use.operation is not None and use.label in inputs and use.shape in use.fits:
                yield use

    def asserted(self, function: InCallFunction) -> Iterator[tuple[ast.Assert, list[str]]]:
        """The `assert` statements that check parameters, with their names."""
        if not any(
            isinstance(n, ast.Assert)
            for owner, _ in self._module.fact(CallGraph).ways(function)
            for n in self._module.fact(Calls).nodes(owner)
        ):
            return
        names = [parameter.name for parameter in _inputs(function)]
        for condition, labels in self._summary(function).asserted.items():
            statement = self._module.parents[condition]
            found = [name for name in names if name in labels]
            if found and isinstance(statement, ast.Assert):
                yield statement, found

    def unused(self, function: InCallFunction) -> Iterator[Parameter]:
        """The parameters that a function never reads."""
        if is_stub(function.node):
            return
        read = self._read(function)
        if not _ALL_VARIABLES.isdisjoint(name.id for name in read):
            return
        for parameter in _inputs(function):
            if parameter.name.startswith("_"):
                continue
            if not any(name.id == parameter.name and self._is_of(name, parameter) for name in read):
                yield parameter

    def _read(self, function: InCallFunction) -> list[ast.Name]:
        """The names that a function, or one inside it, reads; `count += 1` reads one too."""
        names = find(ast.Name, *function.node.body)
        parents = self._module.parents
        return [n for n in names if not isinstance(n.ctx, ast.Store) or isinstance(parents[n], ast.AugAssign)]

    def _is_of(self, name: ast.Name, parameter: Parameter) -> bool:
        """Whether a name is read where it can still be what the model has handed over."""
        use = self._module.names.use(name)
        return use is None or any(b.node is parameter.node for b in self._module.names.bindings(name.id, use))

    def _summary(self, function: InCallFunction) -> Summary:
        return self._summaries.of(function)


def _inputs(function: InCallFunction) -> list[Parameter]:
    """The parameters that the model fills; a raw tool's schema says what it takes."""
    if function.registration.is_raw:
        return []
    return [parameter for parameter in function.inputs if parameter is not function.misread_context]
