"""The calls that reach outside the process, wait or block, in an in-call function and in the helpers that it reaches.

`calls(function)` gives them in the order of the source, helper by helper. A helper that is reached in two ways gives
its calls twice, each with its own chain: what holds around a call depends on the way there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api, Effect
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Link
from flake8_incall.model.objects.arguments import Written, given, read
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module

_EFFECTS: frozenset[Effect] = frozenset({"network", "database", "blocking", "sleep", "task"})


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call, as reached in one way.

    Attributes:
        node: The call. For `to_thread(requests.get, url)` it is the call of `to_thread`.
        name: The qualified name of what runs: `"httpx.AsyncClient.get"`.
        api: What the catalogue says of that.
        callee: The expression that names what runs: `client.get`, `requests.get`.
        arguments: What that is called with.
        function: The in-call function from which it is reached.
        owner: The function or lambda whose body the call stands in.
        chain: The steps from the in-call function to the owner; empty for a call of its own.
        is_in_thread: Whether it, or a helper on the way to it, runs outside the event loop.
        is_awaited: Whether the call is awaited, entered or iterated asynchronously where it stands. One that is not
            may still be handed to `gather` or `wait_for`.
    """

    node: ast.Call
    name: str
    api: Api
    callee: ast.expr
    arguments: Written
    function: InCallFunction
    owner: Callable
    chain: tuple[Link, ...]
    is_in_thread: bool
    is_awaited: bool

    def has(self, *effects: Effect) -> bool:
        """Whether it does one of these things."""
        return not self.api.effects.isdisjoint(effects)

    @property
    def is_external(self) -> bool:
        """Whether it leaves the process and can hang or fail there; making a client does not."""
        return self.api.is_external

    @property
    def places(self) -> Iterator[tuple[ast.expr, Callable]]:
        """Where it stands in its owner, then where each helper on the way is named, from the inside out."""
        yield self.node, self.owner
        for link in reversed(self.chain):
            yield link.place, link.caller


def calls(function: InCallFunction) -> list[CallSite]:
    """The calls of a function and its helpers that touch network or database, block, sleep or start a task."""
    return function.module.fact(CallSites).of(function)


class CallSites:
    """The call sites of one module."""

    def __init__(self, module: Module) -> None:
        self._calls = module.fact(Calls)
        self._graph = module.fact(CallGraph)
        self._references = module.fact(References)
        self._of: dict[InCallFunction, list[CallSite]] = {}
        self._found: dict[Callable, list[_Found]] = {}

    def of(self, function: InCallFunction) -> list[CallSite]:
        """The call sites that a function reaches."""
        if function not in self._of:
            self._of[function] = list(self._reached(function))
        return self._of[function]

    def _reached(self, function: InCallFunction) -> Iterator[CallSite]:
        for owner, chain in self._graph.ways(function):
            is_in_thread = any(link.is_in_thread for link in chain)
            for found in self._in(owner):
                yield CallSite(
                    node=found.node,
                    name=found.name,
                    api=found.api,
                    callee=found.callee,
                    arguments=found.arguments,
                    function=function,
                    owner=owner,
                    chain=chain,
                    is_in_thread=is_in_thread or found.is_in_thread,
                    is_awaited=self._calls.is_awaited(found.node),
                )

    def _in(self, owner: Callable) -> list[_Found]:
        if owner not in self._found:
            nodes = (node for node in self._calls.nodes(owner) if isinstance(node, ast.Call))
            self._found[owner] = [found for node in nodes for found in self._called(node)]
        return self._found[owner]

    def _called(self, node: ast.Call) -> Iterator[_Found]:
        names: set[str] = set()
        arguments = read(node, self._references)
        for name, api in self._calls.apis(node.func):
            if api.name not in names and not api.effects.isdisjoint(_EFFECTS):
                names.add(api.name)
                yield _Found(node, name, api, node.func, arguments, is_in_thread=False)
            # `partial(get, url)` only keeps what to run.
            callee = given(api.runs, arguments) if api.runs is not None else "absent"
            if isinstance(callee, ast.expr) and (api.in_thread or not api.later):
                yield from self._run(node, api, callee, names)

    def _run(self, node: ast.Call, runner: Api, callee: ast.expr, names: set[str]) -> Iterator[_Found]:
        """What `to_thread(get, url)` and `run_in_executor(None, partial(get, url))` run."""
        arguments = read(node, self._references).behind(callee)
        if isinstance(callee, ast.Call) and callee.args and self._calls.is_partial(callee):
            function = callee.args[0]
            arguments = arguments.after(read(callee, self._references).behind(function))
            callee = function
        for name, api in self._calls.apis(callee):
            if api.name not in names and not api.effects.isdisjoint(_EFFECTS):
                names.add(api.name)
                yield _Found(node, name, api, callee, arguments, is_in_thread=runner.in_thread)


@dataclass(frozen=True, slots=True)
class _Found:
    """A call in a function, whatever the way there."""

    node: ast.Call
    name: str
    api: Api
    callee: ast.expr
    arguments: Written
    is_in_thread: bool
