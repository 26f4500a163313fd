"""Dead air: how long a caller waits for a function at worst, by the timeouts in force, the attempts and the sleeps."""

from __future__ import annotations

import ast
from collections.abc import Callable as Function
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import HOME
from flake8_incall.model.calls.call_sites import CallSite, calls
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.code.tree import LoopNode, below
from flake8_incall.model.flow.graph import Graph, Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import longest
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, names_of
from flake8_incall.model.waiting.loops import Loops, rounds
from flake8_incall.model.waiting.timeouts import InForce, State, Timeouts
from flake8_incall.model.waiting.unfollowed import Unfollowed
from flake8_incall.model.waiting.worst_case import Wait, at_once, endless, first_unknown, in_turn, unfollowed, unknown

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module

_Length = Function[[Wait], float]
# A function, and the steps by which it is reached.
_Way = tuple[Callable, Chain]


_TOO_MANY = unknown("too many helpers use each other")


@dataclass(frozen=True, slots=True)
class _Item:
    """Something that takes time, at the node where it does."""

    node: ast.AST
    wait: Wait


class DeadAir:
    """The dead air of one module's functions."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._references = module.fact(References)
        self._timeouts = module.fact(Timeouts)
        self._of: dict[InCallFunction, Wait] = {}

    def of(self, function: InCallFunction) -> Wait:
        """How long a caller waits for a function at worst."""
        if function not in self._of:
            sites: dict[_Way, list[CallSite]] = {way: [] for way in self._module.fact(CallGraph).ways(function)}
            for site in calls(function):
                sites[site.owner, site.chain].append(site)
            self._of[function] = self._body((function.node, ()), sites)
        return self._of[function]

    def _body(self, way: _Way, sites: dict[_Way, list[CallSite]]) -> Wait:
        owner, chain = way
        items = [_Item(site.node, self._of_site(site)) for site in sites[way]]
        items += [_Item(wait.node, unfollowed(wait.reason)) for wait in self._module.fact(Unfollowed).of(owner, chain)]
        passed = {owner, *(link.caller for link in chain)}
        for link in self._module.fact(CallGraph).links(owner, chain):
            place = link.call
            if place is None or link.helper in passed:
                continue
            if not self._timeouts.waits.around_place(place, owner, chain).is_background:
                inner = (link.helper, (*chain, link))
                items.append(_Item(place, self._body(inner, sites) if inner in sites else _TOO_MANY))
        together = self._limited(items, owner, chain)
        repeated = [_Item(item.node, self._repeated(item, owner, owner)) for item in together]
        whole = _longest(self._module.fact(Graphs).of(owner), repeated)
        return in_turn([whole, *map(unfollowed, self._module.fact(Unfollowed).decorators(owner))])

    def _of_site(self, site: CallSite) -> Wait:
        place = f"`{site.name}` of line {site.node.lineno}"
        if site.has("sleep"):
            slept = self._timeouts.sleep(site)
            if self._timeouts.waits.around(site).is_background:
                return Wait()
            if slept is None or (seconds := slept.seconds) is None:
                return unknown(f"the length of {place} cannot be told")
            return Wait(seconds, seconds, because=(f"{place} takes {seconds:g} s",), longest=seconds)
        if not site.is_external:
            return Wait()
        if site.api.timeout is None and site.name.startswith(HOME):
            is_waited_for = not self._timeouts.waits.around(site).is_background
            return (
                unknown(f"how long {place.replace(HOME, '')} takes is up to the platform") if is_waited_for else Wait()
            )
        return _in_force(self._timeouts.of(site), place)

    # What happens together: inside `asyncio.timeout`, `wait_for`, `gather`

    def _limited(self, items: list[_Item], owner: Callable, chain: Chain) -> list[_Item]:
        """The items with those under one limit, or in one `gather`, put together; innermost first."""
        rest: list[_Item] = []
        groups: dict[ast.AST, list[_Item]] = {}

        def sort(item: _Item) -> None:
            outer = next(self._containers(item.node, owner, chain), None)
            if outer is None:
                rest.append(item)
            else:
                groups.setdefault(outer, []).append(item)

        for item in items:
            sort(item)
        while groups:
            deepest = max(groups, key=lambda node: sum(1 for _ in self._module.index.outward(node)))
            inner = groups.pop(deepest)
            sort(_Item(deepest, self._whole(deepest, inner, owner, chain)))
        return rest

    def _whole(self, container: ast.AST, items: list[_Item], owner: Callable, chain: Chain) -> Wait:
        if self._is_gather(container):
            return at_once(item.wait for item in items)
        if isinstance(container, ast.While):
            return self._until_late(container, items, owner, chain)
        limit = self._limit(container, chain)
        together = in_turn(self._repeated(item, container, owner) for item in items)
        return together if limit is None else together.within(limit, getattr(container, "lineno", 0))

    def _until_late(self, loop: ast.While, items: list[_Item], owner: Callable, chain: Chain) -> Wait:
        """A loop with a deadline: until then it makes rounds, and the last one begins just before."""
        last = in_turn(self._repeated(item, loop, owner) for item in items)
        seconds = self._timeouts.deadlines.of(loop, chain)
        if seconds is None or not last.seconds:
            return last
        because = (f"the loop of line {loop.lineno} goes on for {seconds:g} s", *last.because)
        bound = None if last.bound is None else seconds + last.bound
        return replace(last, seconds=seconds + last.seconds, bound=bound, because=because)

    def _containers(self, node: ast.AST, owner: Callable, chain: Chain) -> Iterator[ast.AST]:
        is_awaited = False
        for outer, inner in self._module.index.outward(node, owner):
            if isinstance(outer, ast.With | ast.AsyncWith) and not isinstance(inner, ast.withitem):
                is_container = self._limit(outer, chain) is not None
            elif isinstance(outer, ast.Call) and not is_awaited and outer.func is not inner:
                is_container = self._is_gather(outer) or self._limit(outer, chain) is not None
            elif isinstance(outer, ast.While) and inner not in outer.orelse:
                is_container = self._timeouts.deadlines.of(outer, chain) is not None
            else:
                is_container = False
            if is_container:
                yield outer
            is_awaited |= isinstance(outer, ast.Await)

    def _is_gather(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        return "asyncio.gather" in names_of(self._references.of(node.func))

    def _limit(self, node: ast.AST, chain: Chain) -> float | None:
        """The seconds after which a `with` or a `wait_for` ends what is inside."""
        durations = self._timeouts.waits.limits_of(node, chain)
        return min((d.seconds for d in durations if d.seconds is not None), default=None)

    # Rounds

    def _repeated(self, item: _Item, until: ast.AST, owner: Callable) -> Wait:
        """An item with all rounds of the loops around it, up to a node."""
        wait = item.wait
        for loop in self._module.index.loops_around(item.node, until):
            if not wait.seconds:
                break
            if isinstance(loop, ast.comprehension) or self._module.fact(Loops).comes_again(item.node, loop, owner):
                wait = self._times(wait, loop)
        return wait

    def _times(self, wait: Wait, loop: LoopNode | ast.comprehension) -> Wait:
        number = rounds(loop, self._references)
        if number is not None:
            return wait.times(number)
        line = loop.iter.lineno if isinstance(loop, ast.comprehension) else loop.lineno
        if self._module.fact(Loops).is_endless(loop):
            return endless(f"nothing bounds the rounds of the loop of line {line}")
        return unknown(f"the rounds of the loop of line {line} cannot be told")


def _in_force(timeout: InForce, place: str) -> Wait:
    """What the timeout in force at a call comes to."""
    match timeout:
        case InForce(state=State.NONE):
            return Wait()
        case InForce(state=State.UNKNOWN):
            return unknown(f"the timeout of {place} cannot be told")
        case InForce(state=State.OFF):
            return endless(f"the timeout of {place} is switched off")
        case InForce(state=State.MISSING, seconds=None):
            return endless(f"{place} has no timeout")
        case InForce(seconds=float() | int() as seconds, bound=None):
            reason = f"{place} takes up to {seconds:g} s for each phase"
            return Wait(seconds, None, because=(reason,), longest=seconds, phase=seconds)
        case InForce(seconds=float() | int() as seconds, bound=float() | int() as bound):
            what = place if bound <= seconds else f"the limit around {place}"
            return Wait(seconds, bound, because=(f"{what} takes {bound:g} s",), longest=seconds)
    return unknown(f"the timeout around {place} cannot be told")


def _first_step(graph: Graph, node: ast.AST) -> Step | None:
    """The step at which the time of a node begins; `None` where nothing gets there."""
    if isinstance(node, ast.With | ast.AsyncWith):
        node = node.items[0].context_expr
    parts = below(node) if isinstance(node, ast.While) else (node,)
    steps = (step for part in parts for step in graph.of_node.get(part, [])[:1])
    return min(steps, key=lambda step: step.index, default=None)


def _longest(graph: Graph, items: list[_Item]) -> Wait:
    """The longest way through a function; the way back of a loop is not taken, since rounds are counted already."""
    at: dict[Step, list[Wait]] = {}
    for item in items:
        step = _first_step(graph, item.node)
        if step is not None:
            at.setdefault(step, []).append(item.wait)
    waits = [wait for of_step in at.values() for wait in of_step]
    without = first_unknown(waits)
    if without is not None:
        return without
    path = _longest_path(graph, at, lambda wait: wait.seconds or 0.0)
    whole, nominal = in_turn(waits), in_turn(path)
    if whole.bound is None:
        return replace(nominal, bound=None, phase=whole.phase, unfollowed=whole.unfollowed)
    bounded = in_turn(_longest_path(graph, at, lambda wait: wait.bound or 0.0))
    return replace(bounded, seconds=nominal.seconds, longest=nominal.longest)


def _longest_path(graph: Graph, at: dict[Step, list[Wait]], length: _Length) -> list[Wait]:
    """The waits on the longest path, in their order."""
    path = longest(graph, {step: sum(map(length, waits)) for step, waits in at.items()})
    return [wait for step in path for wait in at.get(step, ()) if length(wait)]
