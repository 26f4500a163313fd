"""Which exceptions can leave an in-call function: those of calls to the outside, and those that its code raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.calls.arrivals import Arrivals
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Link
from flake8_incall.model.code.tree import FunctionNode, find
from flake8_incall.model.errors.decorators import may_catch
from flake8_incall.model.errors.fallible import Fallible, FallibleCalls
from flake8_incall.model.errors.handlers import Function, Handlers
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.objects.classes import UNKNOWN, Types
from flake8_incall.model.objects.decorators import Decoration, Decorators
from flake8_incall.model.objects.handling import EVERYTHING, Taker
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.wrappers import Wrapper
from flake8_incall.model.results.bodies import Answers
from flake8_incall.model.results.judgements import is_success

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# It asks for the agent's silence, and LiveKit takes it for that.
_SILENCING = "livekit.agents.StopResponse"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of exceptions on one way from where they are raised to the end of the in-call function.

    Attributes:
        source: The call, or the `raise`.
        function: The in-call function.
        is_own: Whether the source stands in the function itself, not in a helper.
        left: The types that leave it.
        takers: What takes some of them up on the way.
        handlers: All handlers on the way that are there for failures.
    """

    source: Fallible | ast.Raise
    function: InCallFunction
    is_own: bool
    left: Types
    takers: tuple[Taker, ...]
    handlers: tuple[ast.ExceptHandler, ...]

    @property
    def node(self) -> ast.AST:
        """Where to report it."""
        return self.source if isinstance(self.source, ast.Raise) else self.source.node


class Failures:
    """What can go wrong in the in-call functions of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._calls = module.fact(Calls)
        self._graph = module.fact(CallGraph)
        self._decorators = module.fact(Decorators)
        self._arrivals = module.fact(Arrivals)
        self._classes = module.fact(References).classes
        self._opaque: dict[Function, bool] = {}
        self._names: dict[Function, dict[str, list[ast.Name]]] = {}
        self._protected: dict[InCallFunction, dict[Taker, list[Fallible]]] = {}
        self._answers: dict[InCallFunction, Answers] = {}
        self._successes: dict[InCallFunction, frozenset[ast.AST]] = {}
        self._fallible = FallibleCalls(module)
        self.handlers = Handlers(module)

    def calls(self, function: InCallFunction) -> list[Fate]:
        """What becomes of the failures of each call to the outside that a function reaches, on each way to it."""
        return self._fates[function]

    def escaping(self, function: InCallFunction) -> Iterator[Fate]:
        """The calls whose failures leave a function, one for a statement, those of helpers for the first function."""
        return (fate for fate in self._escaping if fate.function is function)

    def raising(self, function: InCallFunction) -> Iterator[Fate]:
        """The `raise` statements whose exceptions leave a function, those of helpers for the first function."""
        return (fate for fate in self._raising if fate.function is function)

    def protected(self, function: InCallFunction) -> dict[Taker, list[Fallible]]:
        """What each handler is there for: the calls to the outside whose failures can get to it."""
        if function not in self._protected:
            found = self._protected[function] = {}
            for fate in self._fates[function]:
                for taker in fate.takers:
                    if isinstance(fate.source, Fallible):
                        found.setdefault(taker, []).append(fate.source)
        return self._protected[function]

    def owners(self, function: InCallFunction) -> Iterator[tuple[Function, tuple[Link, ...]]]:
        """The function and the helpers that it reaches and that none before it does, each with the first way to it."""
        return ((owner, chain) for owner, (first, chain) in self._first_ways.items() if first is function)

    def answers(self, function: InCallFunction) -> Answers:
        """Whose `return` statements are the answers of a function."""
        if function not in self._answers:
            self._answers[function] = Answers(function)
        return self._answers[function]

    def answering(self, function: InCallFunction) -> Iterator[FunctionNode]:
        """The function and the helpers whose result it hands on and no function before it does."""
        bodies = self.answers(function).bodies
        return (body for body, (first, _) in self._first_ways.items() if first is function and body in bodies)

    def successes(self, function: InCallFunction) -> frozenset[ast.AST]:
        """The `return` statements whose results certainly have the status "success"."""
        if function not in self._successes:
            answers = self.answers(function)
            results = [result for body in answers.bodies for result in answers.returned(body)]
            others = {result.node for result in results if not is_success(result)}
            self._successes[function] = frozenset(result.node for result in results) - others
        return self._successes[function]

    def names_in(self, owner: Function) -> dict[str, list[ast.Name]]:
        """Where each name stands in a function, functions inside it included."""
        if owner not in self._names:
            found = self._names.setdefault(owner, {})
            for node in find(ast.Name, owner):
                found.setdefault(node.id, []).append(node)
        return self._names[owner]

    @cached_property
    def _first_ways(self) -> dict[Function, tuple[InCallFunction, tuple[Link, ...]]]:
        found: dict[Function, tuple[InCallFunction, tuple[Link, ...]]] = {}
        for function in self._module.fact(discover).functions:
            for owner, chain in self._graph.ways(function):
                found.setdefault(owner, (function, chain))
        return found

    # Calls

    @cached_property
    def _fates(self) -> dict[InCallFunction, list[Fate]]:
        found: dict[InCallFunction, list[Fate]] = {}
        for function in self._module.fact(discover).functions:
            here = found.setdefault(function, [])
            for owner, chain in self._graph.ways(function):
                for fallible in self._fallible.of(owner):
                    fate = self._lead(fallible, fallible.point, fallible.raised, owner, chain, function)
                    here += [fate] if fate is not None else []
        return found

    @cached_property
    def _escaping(self) -> list[Fate]:
        """One for the handlers that miss something, one for each object that is used where there are none."""
        told: dict[ast.AST, Fate] = {}
        unhandled: set[tuple[Function | None, str]] = set()
        for fate in (fate for fates in self._fates.values() for fate in fates if fate.left):
            if fate.handlers:
                before = told.setdefault(fate.handlers[0], fate)
                told[fate.handlers[0]] = replace(before, left=before.left | fate.left)
            elif isinstance(fate.source, Fallible):
                owner = self._module.index.function_around(fate.node)
                if not any((owner, maker) in unhandled for maker in fate.source.makers):
                    statement = self._module.index.statement(fate.node)
                    told[statement] = _joined(told.get(statement), fate, fate.source)
                unhandled.add((owner, fate.source.api.name))
        return list(told.values())

    # The way out

    def _lead(
        self,
        source: Fallible | ast.Raise,
        point: ast.AST,
        raised: Types,
        owner: Function,
        chain: tuple[Link, ...],
        function: InCallFunction,
    ) -> Fate | None:
        """Lead exceptions out of a function; `None` where the way cannot be followed."""
        takers: list[Taker] = []
        handlers: list[ast.ExceptHandler] = []
        is_strict = not isinstance(source, ast.Raise)
        current: ast.AST | None = point
        for place, link in [(owner, None), *((link.caller, link) for link in reversed(chain))]:
            if link is not None:
                current = self._arrivals.of_link(link, is_awaitable=current is link.helper)
            if current is None or self._is_opaque(place, is_own=place is function.node):
                return None
            if current is place:
                # It hands out an awaitable: who waits for that has the exception.
                continue
            around = self._around(place) if place is function.node else []
            for place_of_call in (current, *around):
                passage = self.handlers.way_out(place_of_call, raised, is_strict=is_strict)
                raised = passage.left
                takers += passage.takers
                handlers += passage.handlers
            raised = self._behind_decorators(place, raised)
            if not raised:
                break
        return Fate(source, function, not chain, raised, tuple(takers), tuple(handlers))

    def _around(self, function: Function) -> list[ast.AST]:
        """Where the exceptions of an in-call function appear in the wrappers around it, from the inside out."""
        wrappers = (wrapper for found in reversed(self._decorators.of(function)) for wrapper in found.wrappers)
        return [point for wrapper in wrappers if (point := self._in_wrapper(wrapper, function)) is not None]

    def _in_wrapper(self, wrapper: Wrapper, function: Function) -> ast.AST | None:
        is_async = isinstance(function, ast.AsyncFunctionDef)
        point = self._arrivals.of(wrapper.call, is_awaited=is_async) if wrapper.call is not None else None
        return None if point is wrapper.function else point

    def _is_opaque(self, function: Function, *, is_own: bool) -> bool:
        """Whether a decorator may take exceptions up, other than a wrapper that is followed by itself."""
        if function not in self._opaque:
            self._opaque[function] = any(
                self._may_take_up(decoration, function, is_own=is_own) for decoration in self._decorators.of(function)
            )
        return self._opaque[function]

    def _may_take_up(self, decoration: Decoration, function: Function, *, is_own: bool) -> bool:
        if not decoration.wrappers:
            return may_catch(decoration, self._module)
        is_followed = len(decoration.wrappers) == 1 and self._in_wrapper(decoration.wrappers[0], function) is not None
        return is_own and not is_followed and may_catch(decoration, self._module)

    def _behind_decorators(self, function: Function, raised: Types) -> Types:
        """What leaves a function where a decorator raises something else: `RetryError` when it gives up."""
        for decoration in reversed(self._decorators.of(function)):
            if decoration.exceptions == "other":
                taken = {type_ for type_ in raised if self.handlers.may_take(decoration.repeated, type_)}
                passed = {type_ for type_ in raised if not self.handlers.covers(decoration.repeated, type_)}
                raised = frozenset({*passed, *map(self._classes.qualified, decoration.raises if taken else ())})
        return raised

    # `raise`

    @cached_property
    def _raising(self) -> list[Fate]:
        told: dict[ast.AST, Fate] = {}
        for function in self._module.fact(discover).functions:
            for owner, chain in self._graph.ways(function):
                for node in self._raised_in(owner):
                    types = self._types(node, function)
                    fate = self._lead(node, node, types, owner, chain, function) if types else None
                    if fate is not None and fate.left:
                        told.setdefault(node, fate)
        return list(told.values())

    def _raised_in(self, owner: Function) -> Iterator[ast.Raise]:
        found = [node for node in self._calls.nodes(owner) if isinstance(node, ast.Raise)]
        if found:
            reached = self._module.fact(Graphs).of(owner).of_node
            yield from (node for node in found if node in reached)

    def _types(self, node: ast.Raise, function: InCallFunction) -> Types:
        """What a `raise` raises, but for what interrupts on purpose."""
        handler = self._handler_around(node)
        if handler is not None and (node.exc is None or _is_named(node.exc, handler.name)):
            types = self._tested(node, handler) or self.handlers.taken(handler)
            if self._is_left_over(handler, function):
                return frozenset()
        else:
            types = self._classes.raised(node.exc) if node.exc is not None else frozenset({UNKNOWN})
        return frozenset(t for t in types if self.handlers.is_ordinary(t) and t != _SILENCING)

    def _tested(self, node: ast.Raise, handler: ast.ExceptHandler) -> Types:
        """What `if isinstance(error, …):` around a `raise` leaves of what its handler takes; empty without one."""
        for parent, inner in self._module.index.outward(node, handler):
            match parent:
                case ast.If(test=ast.Call(func=ast.Name(id="isinstance"), args=[tested, types])):
                    if inner in parent.body and _is_named(tested, handler.name):
                        return self._classes.caught(types)
        return frozenset()

    def _is_left_over(self, handler: ast.ExceptHandler, function: InCallFunction) -> bool:
        """Whether handlers before it take every failure, so that it gets interruptions, and what nobody expects."""
        before = [self.handlers.taken(h) for h in self.handlers.before(handler)]
        if any(self.handlers.covers(taken, "builtins.Exception") for taken in before):
            return True
        takes_all = self.handlers.taken(handler) == EVERYTHING
        return takes_all and bool(before) and handler not in self.protected(function)

    def _handler_around(self, node: ast.AST) -> ast.ExceptHandler | None:
        around = self._module.index.outward(node, self._module.index.function_around(node))
        return next((outer for outer, _ in around if isinstance(outer, ast.ExceptHandler)), None)


def _joined(before: Fate | None, fate: Fate, source: Fallible) -> Fate:
    """What is to be told of two calls in one statement: the first that is made, and what either raises."""
    if before is None:
        return fate
    is_first = isinstance(before.source, Fallible) and source.api.name in before.source.makers
    return replace(fate if is_first else before, left=before.left | fate.left)


def _is_named(node: ast.expr, name: str | None) -> bool:
    return isinstance(node, ast.Name) and node.id == name
