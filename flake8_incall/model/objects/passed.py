"""What the module's own calls pass for a parameter without an annotation: the client that a helper is handed."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.referents import NOTHING, Instance, Local, Referents

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# What an object is made with is given to this method.
_MAKER = "__init__"


class Passed:
    """The arguments of the calls of one module's functions, by name or as methods of `self`."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[ast.arg, Referents] = {}

    def to(self, parameter: ast.arg, function: FunctionNode) -> Referents:
        """The objects of other modules' classes that a parameter of a function is given, which takes one argument."""
        if parameter not in self._known:
            # A function that passes on its own parameter adds nothing.
            self._known[parameter] = NOTHING
            calls = (bound(call.func, function, self._references) for call in self._of(function))
            given = [call.given[parameter.arg] for call in calls if call is not None and parameter.arg in call.given]
            found = self._references.of_all(given)
            self._known[parameter] = frozenset(r for r in found if isinstance(r, Instance)) | _kept(found, function)
        return self._known[parameter]

    def _of(self, function: FunctionNode) -> list[ast.Call]:
        made = self._references.module.index.owner(function) if function.name == _MAKER else None
        called = made or function
        return [c for c in self._calls.get(called.name, ()) if Local(called) in self._references.of(c.func)]

    @cached_property
    def _calls(self) -> dict[str, list[ast.Call]]:
        """By name: `fetch(client)` and `self.fetch(client)`; on other objects it would take their types to know."""
        found: dict[str, list[ast.Call]] = {}
        for node in self._references.module.index.nodes(ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                    found.setdefault(name, []).append(node)
        return found


def _kept(found: Referents, function: FunctionNode) -> Referents:
    """The one function of the module that every object of a class is made with; of several, none is known to be it."""
    functions = frozenset(referent for referent in found if isinstance(referent, Local))
    return functions if function.name == _MAKER and len(functions) == 1 and found == functions else NOTHING
