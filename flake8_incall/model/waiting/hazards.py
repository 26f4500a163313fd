"""By what an in-call function can hang or hold up others, each told once in a module."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.calls.call_sites import CallSite, calls
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.links import Link
from flake8_incall.model.code.tree import LoopNode
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.waiting import coroutines
from flake8_incall.model.waiting.loops import Loops
from flake8_incall.model.waiting.timeouts import InForce, State, Timeouts
from flake8_incall.model.waiting.unseen import unlimited

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_ByFunction = dict[InCallFunction, list["Hazard"]]


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something by which a call can hang.

    Attributes:
        at: Where it is mended.
        is_own: Whether it stands in the in-call function itself, not in a helper.
        site: The call concerned; none for a coroutine or task that is lost.
        in_force: The timeout of that call, where that is the point.
        seconds: How long it takes, where that is.
    """

    at: ast.AST
    is_own: bool
    site: CallSite | None = None
    in_force: InForce | None = None
    seconds: float | None = None

    @property
    def extent(self) -> tuple[Hashable, ...]:
        """Where it stands and how long it takes, which can differ between functions that call one helper."""
        limit = (self.in_force.state, self.in_force.seconds) if self.in_force is not None else ()
        return self.at, self.seconds, *limit


class Hazards:
    """The hazards of one module. What two functions lead to belongs to the first."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._timeouts = module.fact(Timeouts)
        self._decorators = module.fact(Decorators)

    def of_timeout(self, function: InCallFunction, state: State) -> Iterator[tuple[CallSite, InForce, bool]]:
        """The external calls whose timeout is in a state, each with that and whether it is the function's own."""
        for hazard in self._by_timeout[function]:
            if hazard.in_force is not None and hazard.site is not None and hazard.in_force.state is state:
                yield hazard.site, hazard.in_force, hazard.is_own

    def blocking(self, function: InCallFunction) -> list[Hazard]:
        """The calls that block the event loop."""
        return self._blocking[function]

    def endless(self, function: InCallFunction) -> list[Hazard]:
        """The loops with external calls or sleeps whose rounds nothing bounds."""
        return self._endless[function]

    def sleeps(self, function: InCallFunction) -> list[Hazard]:
        """The sleeps whose length is known."""
        return self._sleeps[function]

    def unawaited(self, function: InCallFunction) -> list[Hazard]:
        """The coroutines that are never awaited."""
        return self._unawaited[function]

    def lost_tasks(self, function: InCallFunction) -> list[Hazard]:
        """The tasks that nothing keeps or awaits."""
        return self._lost_tasks[function]

    def _once(self, find: Callable[[InCallFunction], Iterable[Hazard]]) -> _ByFunction:
        """What is found for each function, without what was found for one before it."""
        told: set[Hashable] = set()
        found: _ByFunction = {}
        for function in self._module.fact(discover).functions:
            found[function] = []
            for hazard in find(function):
                if hazard.extent not in told:
                    told.add(hazard.extent)
                    found[function].append(hazard)
        return found

    @cached_property
    def _by_timeout(self) -> _ByFunction:
        return self._once(self._find_timeouts)

    @cached_property
    def _blocking(self) -> _ByFunction:
        return self._once(self._find_blocking)

    @cached_property
    def _endless(self) -> _ByFunction:
        return self._once(self._find_endless)

    @cached_property
    def _sleeps(self) -> _ByFunction:
        return self._once(self._find_sleeps)

    @cached_property
    def _unawaited(self) -> _ByFunction:
        return self._once(lambda function: _lost(coroutines.unawaited(function), function))

    @cached_property
    def _lost_tasks(self) -> _ByFunction:
        return self._once(lambda function: _lost(coroutines.lost_tasks(function), function))

    # Finding

    def _find_timeouts(self, function: InCallFunction) -> Iterator[Hazard]:
        for site in calls(function):
            if not site.is_external:
                continue
            in_force = self._timeouts.of(site)
            if in_force.state not in (State.NONE, State.UNKNOWN):
                yield Hazard(in_force.at, not site.chain, site, in_force)
        for site in unlimited(function):
            in_force = self._timeouts.of(site)
            if site.is_awaited and in_force.state is State.OFF:
                yield Hazard(in_force.at, not site.chain, site, in_force)

    def _find_blocking(self, function: InCallFunction) -> Iterator[Hazard]:
        for site in calls(function):
            if self._blocks(site):
                yield Hazard(site.callee, not site.chain, site)

    def _blocks(self, site: CallSite) -> bool:
        if not site.has("blocking") or site.is_in_thread or site.is_awaited:
            return False
        # What is handed on unseen, or awaited though it is no coroutine, may run in a thread.
        return all(link.call is not None and not self._is_made_async(link) for link in site.chain)

    def _is_made_async(self, link: Link) -> bool:
        """Whether a decorator made a helper that is no coroutine function something to await."""
        is_sync = isinstance(link.helper, ast.FunctionDef) and not self._decorators.keep_call(link.helper)
        return is_sync and link.call is not None and self._module.fact(Calls).is_awaited(link.call)

    def _find_endless(self, function: InCallFunction) -> Iterator[Hazard]:
        told: set[LoopNode] = set()
        for site in calls(function):
            if not site.is_external and not site.has("sleep"):
                continue
            for back, (place, owner) in enumerate(site.places):
                chain = site.chain[: len(site.chain) - back]
                for loop in self._module.index.loops_around(place, owner):
                    if loop in told or not isinstance(loop, LoopNode) or not self._module.fact(Loops).is_endless(loop):
                        continue
                    if self._is_in_background(chain) or not self._module.fact(Loops).comes_again(place, loop, owner):
                        continue
                    limits = self._timeouts.waits.around_node(loop, owner, chain)
                    if not limits.is_limited and not limits.is_background:
                        told.add(loop)
                        yield Hazard(loop, not chain, site)

    def _is_in_background(self, chain: tuple[Link, ...]) -> bool:
        """Whether a helper on the way is handed on, to run when and as long as somebody else decides."""
        return any(link.call is None for link in chain)

    def _find_sleeps(self, function: InCallFunction) -> Iterator[Hazard]:
        for site in calls(function):
            slept = self._timeouts.sleep(site)
            if slept is None or slept.is_most or self._is_in_background(site.chain):
                continue
            around = self._timeouts.waits.around(site)
            if not around.is_background and not around.is_limited:
                yield Hazard(site.node, not site.chain, site, seconds=slept.seconds)


def _lost(found: Iterable[coroutines.Lost], function: InCallFunction) -> Iterator[Hazard]:
    return (Hazard(lost.node, lost.owner is function.node) for lost in found)
