"""The way of parameters through one function: one pass along its graph, joined where ways meet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flake8_incall.model.calls.links import Chain
from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.flow.graph import Action, Body, Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.validation import operations
from flake8_incall.model.validation.evaluation import evaluate
from flake8_incall.model.validation.patterns import captured, looked_at
from flake8_incall.model.validation.state import State, Witness, join
from flake8_incall.model.validation.traces import (
    Check,
    Label,
    Outcome,
    Relation,
    Shape,
    Traces,
    Value,
    forgotten,
    reshaped,
    simplified,
    union,
)

if TYPE_CHECKING:
    from flake8_incall.model.validation.summaries import Summaries, Summary

# So often a point of a loop is passed at most; the values have mostly settled by the third time.
_MOST_ROUNDS = 6
_FEW_VARIABLES = 60


class TooMuchError(Exception):
    """A function is too much work."""


class Machine:
    """The pass along one function.

    Attributes:
        summaries: What is known of the module's functions.
        body: The function.
        summary: What was found out, filled on the way.
        chain: The steps by which the function is reached.
    """

    def __init__(self, summaries: Summaries, body: Body, summary: Summary, chain: Chain = ()) -> None:
        self.summaries = summaries
        self.chain = chain
        self.body = body
        self.summary = summary
        graphs = summaries.module.fact(Graphs)
        self._graph, self._live = graphs.of(body), graphs.live(body)
        self._conditions = summaries.conditions
        self._raisers = summaries.raisers
        self._states: dict[Step, State] = {}
        self._failing: dict[Step, State] = {}
        self._rounds: dict[Step, int] = {}
        self._queue: list[int] = []
        self._tests: dict[Step, set[object]] = {}
        self._end: State | None = None
        self._most_variables = _FEW_VARIABLES
        self._refused: frozenset[Label] = frozenset()

    def run(self, state: State) -> State | None:
        """Follow a state from the entry to the ends; what is known at all of them together, its result on the stack."""
        self._arrive(self._graph.entry, state)
        while self._queue:
            step = self._graph.steps[heappop(self._queue)]
            self._follow(step, self._states[step].copy(step.height))
        return self._end

    def variable(self, step: Step, name: str) -> Variable:
        """The variable that a name stands for."""
        return self.summaries.variable(step.scope, name)

    def member(self, step: Step, node: ast.Attribute) -> Variable | None:
        """The variable for an attribute of a name: `self.url` is followed inside one function."""
        if not isinstance(node.value, ast.Name):
            return None
        scope, name = self.variable(step, node.value.id)
        return scope, f"{name}.{node.attr}"

    def names_in(self, condition: ast.AST) -> list[ast.Name]:
        """The names that a condition reads."""
        return self._conditions.names(condition)

    def _arrive(self, step: Step, state: State) -> None:
        if step.index >= 0:
            state.drop(self._dead(step, state))
        before = self._states.get(step)
        joined = state if before is None else join(before, state, step)
        self.summaries.spend(1 + len(state.env) // 4)
        if before is not None and (joined is before or joined.is_same(before)):
            return
        rounds = self._rounds.get(step, 0)
        if rounds < _MOST_ROUNDS and step.index >= 0:
            self._rounds[step] = rounds + 1
            self._states[step] = joined
            if step.index not in self._queue:
                heappush(self._queue, step.index)

    def _dead(self, step: Step, state: State) -> list[Variable]:
        return self._live.dead(step, (place for place in state.env if not isinstance(place, Witness)))

    def _set(self, step: Step, state: State, variable: Variable, value: Value) -> None:
        """Give a variable a value; what nothing reads any more is dropped from time to time."""
        state.set(variable, value)
        if len(state.env) > self._most_variables:
            state.drop(self._dead(step, state))
            self._most_variables = max(_FEW_VARIABLES, 2 * len(state.env))

    def _follow(self, step: Step, state: State) -> None:
        """Follow a state up to the next points where ways meet."""
        pending = [(step, state)]
        while pending:
            step, state = pending.pop()
            self.summaries.spend()
            handler = self._handler(step, state)
            before = state.copy(step.height) if handler is not None else None
            self._refused = frozenset()
            for target, after in list(self._step(step, state)):
                if target.index < 0:
                    continue
                if target.is_joint:
                    self._arrive(target, after.copy(target.height))
                else:
                    pending.append((target, after))
            if handler is not None and before is not None:
                before.learn(self._refused, (step.node, Outcome.FIRST))
                self._fail(handler, before)

    def _handler(self, step: Step, state: State) -> Step | None:
        """Where an exception of a step goes, if one is to be expected."""
        if not step.can_raise or not self._raisers.may_raise(step, state):
            return None
        is_leaving = step.action is Action.RAISE and step.handler is not None and self._raisers.leaves(step)
        return self._graph.raised if is_leaving else step.handler

    def _fail(self, handler: Step, state: State) -> None:
        """Let an exception be under way; most of the steps of a `try` leave its handler nothing new."""
        self.summary.can_raise = self.summary.can_raise or handler is self._graph.raised
        before = self._failing.get(handler)
        if handler.action is not Action.END and (before is None or before.env is not state.env):
            self._failing[handler] = state.copy(0)
            self._arrive(handler, state.copy(handler.height))

    def _step(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        match step.action:
            case Action.TEST:
                yield from self._test(step, state)
                return
            case Action.ITERATE:
                yield from self._iterate(step, state)
                return
            case Action.MATCH:
                yield from self._match(step, state)
                return
            case Action.RETURN:
                has_value = not isinstance(step.node, ast.Return) or step.node.value is not None
                self._return(state, state.stack[-1] if has_value and state.stack else Value(step))
            case Action.END:
                if step is self._graph.fallen:
                    self._return(state, Value(step))
            case Action.CATCH:
                yield from self._catch(step, state)
                return
            case _:
                self._execute(step, state)
        for target in step.following:
            if target is not step.handler or target is step.next or target in step.route:
                yield target, state.copy(target.height) if target is not step.next else state

    def _catch(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        """A handler takes what was raised, or the next one of its `try` does: they are taken to be there for it."""
        if step.next is not None:
            yield step.next, state.copy(step.next.height)
        following = step.other.next if step.other is not None else None
        if step.other is not None and following is not None and following.action is Action.CATCH:
            parents = self.summaries.module.parents
            if parents[following.node] is parents[step.node]:
                yield step.other, state.copy(step.other.height)

    def _return(self, state: State, value: Value) -> None:
        end = State(state.env, [value])
        self._end = end if self._end is None else join(self._end, end, self._graph.returned)

    # Tests

    def _test(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        values = [state.stack.pop()]
        if self._conditions.is_put_for_nothing(step.node):
            yield from ((way, state.copy(len(state.stack))) for way in (step.next, step.other) if way is not None)
            return
        condition = self._conditions.whole(step.node)
        if condition is not None:
            values += [state.get(self.variable(step, name.id)) for name in self._conditions.names(condition)]
            self.summaries.look_at_test(self, condition, values)
        labels = frozenset(trace.label for value in values for trace in value.traces)
        part = ("part", condition), Outcome.SOME
        for target in (step.next, step.other):
            if target is None:
                continue
            after = state.copy(len(state.stack))
            decided = self._conditions.outcome(step, target)
            if decided is None:
                # `names and names[0]`: the rest of the condition comes behind the test of its first part.
                after.learn(labels, part)
            else:
                after.conclude(part)
                self._decide(step, after, labels, decided)
            yield target, after

    def _decide(self, step: Step, state: State, labels: frozenset[Label], decided: Check) -> None:
        """Take it that a condition on parameters went one way."""
        if labels:
            self._remember(step, decided[0])
            state.learn(labels, decided)
        again = self._conditions.again(self._conditions.whole(step.node))
        if again is not None:
            state.assume(labels, again, decided[1])

    def _match(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        """One case: it fits, or the next has its turn."""
        case = step.node
        if not isinstance(case, ast.match_case):
            return
        labels = looked_at(self, step, state, case)
        for target, outcome in ((step.next, Outcome.FIRST), (step.other, Outcome.SECOND)):
            if target is None:
                continue
            after = state.copy(step.height)
            if step.other is not None:
                self._remember(step, step)
                after.learn(labels, (step, outcome))
            if outcome is Outcome.FIRST:
                for name, value in captured(self, step, after, case):
                    after.set(self.variable(step, name), value)
            yield target, after

    def _remember(self, step: Step, test: object) -> None:
        """Note in which loops a test is made."""
        head = step.loop
        while head is not None:
            self._tests.setdefault(head, set()).add(test)
            head = head.around

    # Loops

    def _iterate(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        if step.next is not None:
            tests = frozenset({step.node, *self._tests.get(step.loop or step, ())})
            element = forgotten(state.stack[-1].traces, tests)
            inside = state.copy(step.height)
            inside.look(step.node)
            inside.stack.append(Value(step, reshaped(element, _element)))
            yield step.next, inside
        if step.other is not None:
            after = state.copy(step.other.height)
            after.finish(step.node)
            yield step.other, after

    def _begin(self, step: Step, state: State) -> None:
        """Make an iterator: nothing of the value was looked at yet."""
        labels = frozenset(trace.label for trace in state.stack[-1].traces if trace.relation is not Relation.REPLY)
        state.learn(labels, (step.node, Outcome.UNSEEN))

    # Other steps

    def _execute(self, step: Step, state: State) -> None:
        """The actions that have one step after them."""
        match step.action:
            case Action.EVALUATE:
                value = evaluate(self, step, state)
                state.stack.append(value)
            case Action.STORE:
                self._store(step, state)
            case Action.COPY:
                state.stack.append(state.stack[-1])
            case Action.DISCARD:
                state.stack.pop()
            case Action.START:
                state.stack.append(Value(step))
            case Action.COLLECT:
                collected = union(state.pop(2 if isinstance(step.node, ast.DictComp) else 1))
                before = state.stack[step.place]
                traces = simplified(before.traces | reshaped(collected, _collected))
                state.stack[step.place] = Value(before.made, traces)
            case Action.ITER:
                self._begin(step, state)
            case Action.DELETE:
                state.pop(step.height - step.next.height if step.next is not None else 0)

    def _store(self, step: Step, state: State) -> None:
        match step.node:
            case ast.Name(id=name):
                self._set(step, state, self.variable(step, name), state.stack.pop()._replace(items=()))
            case ast.Subscript(value=owner):
                value, _, _ = state.pop(3)
                self.put(step, state, owner, value.traces)
            case ast.Attribute() as target:
                value, _ = state.pop(2)
                if (variable := self.member(step, target)) is not None:
                    state.set(variable, value._replace(items=()))
            case ast.Tuple() | ast.List() as target:
                self._unpack(step, target, state)
            case _:
                state.stack.pop()

    def _unpack(self, step: Step, target: ast.Tuple | ast.List, state: State) -> None:
        value = state.stack.pop()
        is_starred = any(isinstance(element, ast.Starred) for element in target.elts)
        if len(value.items) == len(target.elts) and not is_starred:
            state.stack += reversed(value.items)
            return
        operations.unpack(self, target, value)
        state.stack += [Value((step, n), reshaped(value.traces, _element)) for n in range(len(target.elts))]

    def put(self, step: Step, state: State, owner: ast.expr, traces: Traces) -> None:
        """Put something into a container that a variable has, which is another value from there on."""
        if isinstance(owner, ast.Name):
            variable = self.variable(step, owner.id)
        elif isinstance(owner, ast.Attribute) and (found := self.member(step, owner)) is not None:
            variable = found
        else:
            return
        kept = reshaped(traces, lambda _: Shape.ANY)
        state.set(variable, Value(step, simplified(state.get(variable).traces | kept)))

    def passed(self, state: State, labels: frozenset[Label], at: ast.AST) -> None:
        """Take it that something has checked parameters: it has come back, and would have raised otherwise."""
        self._remember_at(at)
        self._refused |= labels
        state.learn(labels, (at, Outcome.SECOND))

    def _remember_at(self, node: ast.AST) -> None:
        for step in self._graph.of_node.get(node, ()):
            self._remember(step, node)


def _element(shape: Shape) -> Shape:
    return Shape.TEXT if shape in (Shape.TEXT, Shape.SPLIT) else Shape.ANY


def _collected(_: Shape) -> Shape:
    return Shape.ITEMS
