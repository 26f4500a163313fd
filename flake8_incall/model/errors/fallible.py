"""Calls that can fail for reasons outside the program: what they raise, and where the exception appears."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api, Argument
from flake8_incall.catalogue.platform import HOME
from flake8_incall.model.calls.arrivals import Arrivals
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import CONTEXT_NAMES
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.errors.handlers import Function
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.classes import UNKNOWN, Types
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Instance, Outside, Unknown

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# Objects whose methods are the program's own or LiveKit's, and the one that holds what the program put there.
_OWN = CONTEXT_NAMES | {"self", "cls"}
_USERDATA = "RunContext.userdata."
_DECODING = "builtins.ValueError"


@dataclass(frozen=True, slots=True)
class Fallible:
    """A call that can fail for reasons outside the program.

    Attributes:
        node: The call.
        point: Where the exception appears: the call, or the `await` or `with` around it.
        callee: The expression that names what is called.
        api: What the catalogue says of it.
        raised: What it raises.
        makers: The calls to the outside that made the object it belongs to.
    """

    node: ast.Call
    point: ast.AST
    callee: ast.expr
    api: Api
    raised: Types
    makers: frozenset[str]


class FallibleCalls:
    """Such calls in one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._calls = module.fact(Calls)
        self._arrivals = module.fact(Arrivals)
        self._classes = module.fact(References).classes
        self._is_strict = module.options.profile == "strict"
        self._graph = module.fact(CallGraph)
        self._found: dict[Function, list[Fallible]] = {}
        self._surroundings: dict[Function, frozenset[ast.AST]] = {}
        self._going_outside: dict[Function, bool] = {}

    def of(self, owner: Function) -> list[Fallible]:
        """The calls in the body of a function that can fail."""
        if owner not in self._found:
            calls = (node for node in self._calls.nodes(owner) if isinstance(node, ast.Call))
            self._found[owner] = [found for call in calls for found in self._failing(call)]
        return self._found[owner]

    def _failing(self, call: ast.Call) -> Iterator[Fallible]:
        apis = self._calls.apis(call.func)
        if not apis and self._is_strict and self._is_awaited_unknown(call):
            api = Api(self._module.segment(call.func))
            yield Fallible(call, call, call.func, api, frozenset({UNKNOWN}), frozenset())
        for _, api in apis:
            position = api.runs.position if api.runs is not None else None
            if position is not None and position < len(call.args):
                callee = call.args[position]
                for _, run in self._calls.apis(callee):
                    yield from self._fallible_call(call, callee, run, is_handed_on=True)
            else:
                yield from self._fallible_call(call, call.func, api, is_handed_on=False)

    def _is_awaited_unknown(self, call: ast.Call) -> bool:
        """Whether a method of an object that is not known is awaited: most likely it goes outside."""
        callee = call.func
        if not isinstance(callee, ast.Attribute) or not isinstance(self._module.parents[call], ast.Await):
            return False
        if isinstance(callee.value, ast.Name) and callee.value.id in _OWN:
            return False
        if self._is_of_declared_data(callee):
            return False
        referents = self._module.fact(References).of(callee)
        return all(isinstance(r, Unknown) or (isinstance(r, Outside) and _USERDATA in r.name) for r in referents)

    def _is_of_declared_data(self, callee: ast.Attribute) -> bool:
        """Whether it belongs to a context whose annotation says what `userdata` is: `ctx: RunContext[Data]`."""
        base: ast.expr = callee
        while isinstance(base, ast.Attribute):
            base = base.value
        referents = self._module.fact(References).of(base)
        return any(isinstance(referent, Instance) and any(referent.arguments) for referent in referents)

    def _fallible_call(self, call: ast.Call, callee: ast.expr, api: Api, *, is_handed_on: bool) -> Iterator[Fallible]:
        raised = self._raised_by(call, api)
        if not raised:
            return
        if api.bounds is not None:
            point: ast.AST | None = self._bounded(call)
        else:
            is_late = api.returns is not None and api.returns.is_late
            point = self._arrivals.of(call, is_awaited=is_handed_on or is_late)
        if point is not None:
            yield Fallible(call, point, callee, api, raised, self._makers(callee))

    def _makers(self, callee: ast.expr) -> frozenset[str]:
        referents = (r for r in self._module.fact(References).of(callee) if isinstance(r, Outside))
        apis = (self._module.catalogue.api(r.maker.name) for r in referents if r.maker is not None)
        return frozenset(api.name for api in apis if api is not None and api.is_external)

    def _raised_by(self, call: ast.Call, api: Api) -> Types:
        if api.name.startswith(HOME):
            # The platform's own functions answer with a status, or do not say what they raise.
            return frozenset()
        if api.is_external and api.raises is None:
            return frozenset({UNKNOWN})
        owner = self._module.catalogue.type(api.name.rpartition(".")[0])
        if api.is_external or (owner is not None and owner.status) or self._bounds_failing(call, api):
            raised = (self._classes.qualified(name) for name in api.raises or ())
            return frozenset(name for name in raised if self._is_strict or not self._is_of_decoding(name))
        return frozenset()

    def _is_of_decoding(self, type_: str) -> bool:
        return _DECODING in self._classes.ancestors(type_)

    def _bounds_failing(self, call: ast.Call, api: Api) -> bool:
        """Whether a limit in time is set to something that goes outside."""
        if api.bounds is None or not api.raises or self._is_unlimited(call, api.bounds):
            return False
        around, owner = self._bounded(call) or call, self._module.index.function_around(call)
        return owner is not None and around in self._around_outward(owner)

    def _around_outward(self, owner: Function) -> frozenset[ast.AST]:
        """What stands around the places from which a function goes outside, these places included."""
        if owner not in self._surroundings:
            places = [place for place in self._outward(owner) if place is not None]
            outer = (around for place in places for around, _ in self._module.index.outward(place))
            self._surroundings[owner] = frozenset([*places, *outer])
        return self._surroundings[owner]

    def _outward(self, owner: Function) -> Iterator[ast.AST | None]:
        """The calls of a function that go outside, or run a helper that does, and where their results arrive."""
        for part in (node for node in self._calls.nodes(owner) if isinstance(node, ast.Call)):
            if any(api.is_external for _, api in self._calls.apis(part.func)):
                yield from (part, self._arrivals.of(part, is_awaited=True))
        for link in self._graph.links(owner, ()):
            if self._goes_outside(link.helper):
                yield from (link.call, self._arrivals.of_link(link))

    def _goes_outside(self, helper: Function) -> bool:
        """Whether a helper, or one that it runs, calls to the outside."""
        if helper not in self._going_outside:
            # What helpers that call each other in a circle do is told by the others.
            self._going_outside[helper] = False
            self._going_outside[helper] = next(self._outward(helper), None) is not None
        return self._going_outside[helper]

    def _is_unlimited(self, call: ast.Call, bounds: Argument) -> bool:
        limit = given(bounds, read(call, self._module.fact(References)))
        return isinstance(limit, ast.Constant) and limit.value is None

    def _bounded(self, call: ast.Call) -> ast.AST | None:
        """What raises where a limit in time is passed: the `with` as a whole, or the `await`."""
        is_entered = isinstance(self._module.parents[call], ast.withitem)
        point = call if is_entered else self._arrivals.of(call, is_awaited=True)
        if point is not None and isinstance(self._module.parents[point], ast.withitem):
            return self._module.index.statement(point)
        return point
