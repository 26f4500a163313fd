"""Values along the graph: what a function can hand back, and on which way.

This is abstract interpretation. States travel along the graph, each with what the tests on its way have told.
Where ways meet, equal states become one; past a bound they are joined, so that every loop comes to an end. A
budget ends what would take too long with `OverBudgetError`: then nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from flake8_incall.model.flow.graph import Action, Body, Graph, Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import Liveness
from flake8_incall.model.interpreter.budget import Budget
from flake8_incall.model.interpreter.joins import Control, Join, control, counters
from flake8_incall.model.interpreter.renaming import begin_round
from flake8_incall.model.interpreter.state import Doubt, State, Way, resolved
from flake8_incall.model.interpreter.steps import ACTIONS
from flake8_incall.model.interpreter.values import Context, Minted, Symbol
from flake8_incall.model.interpreter.world import World

# To copy or compare a state of this size is as much work as a step.
_SIZE_OF_WORK = 6


class Point:
    """A place where ways meet.

    Attributes:
        arrived: States that wait to go on.
        seen: The states that went on from here, by what they must have in common to be joined, with the doubt
            that they exist.
        joined: The joins that went on from here.
    """

    __slots__ = ("arrived", "joined", "seen")

    def __init__(self) -> None:
        self.seen: dict[Control, dict[object, frozenset[Doubt]]] = {}
        self.arrived: list[State] = []
        self.joined: dict[Control, State] = {}


class Machine:
    """One activation of a function.

    Attributes:
        world: The module around it.
        budget: What work is left.
        context: The calls under way, from the outside in.
        active: The functions that are running, this one last.
        contacted: What was called over the network or in a database, on any way.
        unfollowed: Functions of the module that it would have been too much work to follow.
    """

    def __init__(
        self,
        world: World,
        budget: Budget,
        body: Body,
        caller: Machine | None = None,
        call: Step | None = None,
    ) -> None:
        self.world = world
        self.budget = budget
        self.context: Context = ((*caller.context, call) if call else caller.context) if caller else ()
        self.active: tuple[Body, ...] = (*caller.active, body) if caller else (body,)
        self.contacted: set[str] = caller.contacted if caller else set()
        self.unfollowed: set[Body] = caller.unfollowed if caller else set()
        graphs = world.module.fact(Graphs)
        self.graph: Graph = graphs.of(body)
        self.live: Liveness = graphs.live(body)
        self._points: dict[Step, Point] = {}
        self._queue: list[int] = []
        self._ends: list[Way] = []

    def run(self, state: State) -> list[Way]:
        """Follow a state from the entry to the ends.

        Returns:
            Every way out: the end that it reached and the state there.

        Raises:
            OverBudgetError: It is too much work.
        """
        self._arrive(self.graph.entry, state)
        while self._queue:
            step = self.graph.steps[heappop(self._queue)]
            for waiting in self._leave(step):
                self._follow(step, waiting)
        return self._ends

    def within(self, body: Body, step: Step | None, limit: int | None = None) -> Machine:
        """The activation of a function that is called here.

        Args:
            body: The function.
            step: The call, or `None` for an expression that is evaluated outside the function.
            limit: How much work it may take, or `None` for all that is left.
        """
        budget = self.budget if limit is None else self.budget.part(limit)
        return Machine(self.world, budget, body, self, step)

    def fresh(self, step: Step, type: str = "", detail: object = None) -> Symbol:  # noqa: A002
        """A value of which nothing is known but its type, the same whenever this way gets to the step."""
        return Symbol("new", (Minted(self.context, step, detail),), type)

    def minted(self, step: Step, detail: object = None) -> Minted:
        """The identity of what a step makes."""
        return Minted(self.context, step, detail)

    def _follow(self, step: Step, state: State) -> None:
        """Follow a state from a point to the next points."""
        ways = [*self._step(step, state)]
        while ways:
            target, state = ways.pop()
            del state.stack[target.height :]
            state.pending = state.pending[: target.finals]
            if target.action is Action.END:
                self._ends.append((target, state))
            elif target.is_joint:
                if target.loop is target and step.is_in(target):
                    begin_round(state, target)
                self._arrive(target, state)
            else:
                ways += self._step(target, state)

    def _step(self, step: Step, state: State) -> Iterable[Way]:
        is_fork = step.can_raise or step.other is not None
        self.budget.spend(1 + len(state.env) // _SIZE_OF_WORK if is_fork else 1)
        if step.action is not Action.PASS:
            state.last = step.node

        return ACTIONS[step.action](self, state, step)

    def _arrive(self, step: Step, state: State) -> None:
        point = self._points.setdefault(step, Point())
        if not point.arrived:
            heappush(self._queue, step.index)
        point.arrived.append(state)

    def _leave(self, step: Step) -> Iterator[State]:
        """The states that go on from a point: those that arrived, but for what went on before."""
        point = self._points[step]
        arrived, point.arrived = point.arrived, []
        alike: dict[tuple[Control, object], list[State]] = {}
        for state in arrived:
            self._tidy(step, state)
            alike.setdefault((self._group(step, point, state), state.key()), []).append(state)
        new: dict[Control, list[State]] = {}
        for (group, key), states in alike.items():
            seen = point.seen.setdefault(group, {})
            before = [seen[key]] if key in seen else []
            states[0].doubts = resolved([*before, *(state.doubts for state in states)])
            if not before or states[0].doubts < before[0]:
                seen[key] = states[0].doubts
                new.setdefault(group, []).append(states[0])
        for group, states in new.items():
            if len(point.seen[group]) <= self.budget.states:
                yield from states
            else:
                yield from self._join(step, point, group, states)

    def _group(self, step: Step, point: Point, state: State) -> Control:
        """What a state must have in common with others to be joined with them."""
        group = control(state)
        if step.loop is not step:
            return group
        # Rounds that a loop counts are kept apart, as long as it does not count far.
        apart = (*group, counters(state))
        return apart if apart in point.seen or len(point.seen) < self.budget.rounds else group

    def _join(self, step: Step, point: Point, group: Control, states: list[State]) -> Iterator[State]:
        before = point.joined.get(group)
        if before is not None:
            states = [before, *states]
        joined = Join(self.context, step, is_wide=before is not None).states(states)
        self._tidy(step, joined)
        if before is None or joined.key() != before.key() or joined.doubts < before.doubts:
            point.joined[group] = joined.fork()
            yield joined

    def _tidy(self, step: Step, state: State) -> None:
        self.budget.spend(1 + state.size // _SIZE_OF_WORK)
        state.forget(self.live.dead(step, iter(state.env)))
        state.splits = 0
