"""A caller's words on their way through a function: one pass along its graph, joined where ways meet.

What stands on the operand stack and in the variables is a value of `values`. A check that has succeeded is told to
every value at once, so that it also holds of a text that was put together before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from flake8_incall.model.calls.links import Chain
from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.code.tree import below
from flake8_incall.model.flow.graph import Action, Body, Graph, Step
from flake8_incall.model.inputs import checks
from flake8_incall.model.inputs.containers import elements, item
from flake8_incall.model.inputs.evaluation import evaluate
from flake8_incall.model.inputs.values import (
    NO_CHECKS,
    Checks,
    Constant,
    Known,
    Mapping,
    Text,
    Value,
    about,
    checked,
    common,
    items,
    mapping,
    narrowed,
    of,
    origins,
    truth,
    under,
    union,
)

if TYPE_CHECKING:
    from flake8_incall.model.inputs.search import Search

# So often a point of a loop is passed at most; the values have mostly settled by the third time.
_MOST_ROUNDS = 6


@dataclass(slots=True)
class State:
    """What is known at one point.

    Attributes:
        env: The values of variables. It is replaced and never changed.
        stack: The operands.
        checks: What was checked on every way to here.
    """

    env: dict[Variable, Value]
    stack: list[Value] = field(default_factory=list)
    checks: Checks = NO_CHECKS

    def copy(self, height: int) -> State:
        """The same with so many operands."""
        return State(self.env, self.stack[:height], self.checks)

    def pop(self, count: int) -> list[Value]:
        """Take operands, in the order in which they were pushed."""
        if count == 0:
            return []
        taken = self.stack[-count:]
        del self.stack[-count:]
        return taken

    def set(self, variable: Variable, value: Value) -> None:
        """Give a variable a value."""
        self.env = {**self.env, variable: value}

    def learn(self, told: Checks) -> None:
        """Take it that checks have succeeded."""
        new = told - self.checks
        if new:
            self.checks |= new
            self.env = {variable: checked(value, new) for variable, value in self.env.items()}
            self.stack = [checked(value, new) for value in self.stack]

    def forget(self, node: ast.AST) -> None:
        """Drop what was checked of one element: the next one has its turn."""
        self.checks = frozenset(check for check in self.checks if node not in check[0].pieces)


def join(first: State, second: State) -> State:
    """What is known where two ways meet."""
    if first.checks == second.checks and first.env is second.env and first.stack == second.stack:
        return first
    both = first.checks & second.checks
    lost = first.checks - both, second.checks - both
    stack = [_meet(one, other, lost) for one, other in zip(first.stack, second.stack, strict=False)]
    env = dict(first.env) if not lost[0] else {v: _telling(value, lost[0]) for v, value in first.env.items()}
    for variable, value in second.env.items():
        before = env.get(variable)
        if before is None:
            env[variable] = value
        elif before is not value or lost[1]:
            env[variable] = _meet(before, value, (NO_CHECKS, lost[1]))
    return State(env, stack, both)


def _meet(one: Value, other: Value, lost: tuple[Checks, Checks]) -> Value:
    first, second = _telling(one, lost[0]), _telling(other, lost[1])
    return first if first is second or first == second else union(first, second)


def _telling(value: Value, lost: Checks) -> Value:
    """A flag goes on to tell what was checked on the ways on which it has its value."""
    if not lost or any(truth(alternative.form) is None for alternative in value):
        return value
    return under(value, lost)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which a call of a function of the module ends.

    Attributes:
        value: What it gives.
        checks: What was checked on the way.
        env: The values that the variables of functions around it have then.
    """

    value: Value
    checks: Checks
    env: dict[Variable, Value] = field(default_factory=dict)


class Machine:
    """One activation of a function.

    Attributes:
        search: The search that it is a part of.
        active: The functions that are running, this one last.
        chain: The steps by which it is reached.
        graph: Its control-flow graph.
    """

    def __init__(self, search: Search, body: Body, active: tuple[Body, ...] = (), chain: Chain = ()) -> None:
        self.search = search
        self.active = (*active, body)
        self.chain = chain
        self.graph: Graph = search.graph(body)
        self._states: dict[Step, State] = {}
        self._failing: dict[Step, State] = {}
        self._rounds: dict[Step, int] = {}
        self._queue: list[int] = []
        self._outcomes: dict[ast.AST, Outcome] = {}

    def run(self, state: State) -> list[Outcome]:
        """Follow a state from the entry to the ends, and say how the function can end."""
        self._arrive(self.graph.entry, state)
        while self._queue:
            step = self.graph.steps[heappop(self._queue)]
            self._states[step] = current = self._states[step]
            self._follow(step, current.copy(step.height))
        return list(self._outcomes.values())

    def _arrive(self, step: Step, state: State) -> None:
        before = self._states.get(step)
        joined = state if before is None else join(before, state)
        self.search.spend(1 + len(state.env) // 16)
        if before is not None and (joined is before or _is_same(joined, before)):
            return
        rounds = self._rounds.get(step, 0)
        if rounds < _MOST_ROUNDS and step.index >= 0:
            self._rounds[step] = rounds + 1
            self._states[step] = joined
            if step.index not in self._queue:
                heappush(self._queue, step.index)

    def _follow(self, step: Step, state: State) -> None:
        """Follow a state up to the next points where ways meet."""
        pending = [(step, state)]
        while pending:
            step, state = pending.pop()
            self.search.spend()
            if step.can_raise and step.handler is not None:
                self._fail(step.handler, state)
            for target, after in self._step(step, state):
                if target.index < 0:
                    continue
                if target.is_joint:
                    self._arrive(target, after.copy(target.height))
                else:
                    pending.append((target, after))

    def _fail(self, handler: Step, state: State) -> None:
        """Let an exception be under way; most of the steps of a `try` leave its handler nothing new."""
        before = self._failing.get(handler)
        is_known = before is not None and before.env is state.env and before.checks == state.checks
        if handler.action is not Action.END and not is_known:
            self._failing[handler] = state.copy(0)
            self._arrive(handler, state.copy(handler.height))

    def _step(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        match step.action:
            case Action.TEST:
                yield from _test(step, state)
                return
            case Action.ITERATE:
                yield from _iterate(step, state)
                return
            case Action.MATCH:
                yield from self._match(step, state)
                return
            case Action.RETURN:
                self._return(step, state)
            case Action.END:
                if step is self.graph.fallen:
                    self._end(step.node, of(Constant(None)), state)
            case _:
                self._execute(step, state)
        for target in step.following:
            if target is not step.handler or target is step.next or target in step.route:
                yield target, state.copy(target.height) if target is not step.next else state

    def _return(self, step: Step, state: State) -> None:
        has_value = not isinstance(step.node, ast.Return) or step.node.value is not None
        value = state.stack[-1] if has_value and state.stack else of(Constant(None))
        self._end(step.node, value, state)

    def _end(self, node: ast.AST, value: Value, state: State) -> None:
        self._outcomes[node] = Outcome(value, state.checks, state.env)

    def _execute(self, step: Step, state: State) -> None:
        """The actions that have one step after them."""
        match step.action:
            case Action.EVALUATE:
                evaluate(self, step, state)
            case Action.STORE:
                self._store(step, state)
            case Action.COPY:
                state.stack.append(state.stack[-1])
            case Action.DISCARD:
                state.stack.pop()
            case Action.START:
                state.stack.append(mapping({}) if isinstance(step.node, ast.DictComp) else items(()))
            case Action.COLLECT:
                _collect(step, state)
            case Action.ITER | Action.ENTER:
                _begin(step, state)
            case Action.DELETE:
                state.pop(step.height - step.next.height if step.next is not None else 0)

    def _store(self, step: Step, state: State) -> None:
        match step.node:
            case ast.Name(id=name):
                state.set(self.search.home(step.scope, name), state.stack.pop())
            case ast.Subscript():
                value, _, key = state.pop(3)
                self._put(step.node, step, state, key, value)
            case ast.Attribute() as target:
                value, _ = state.pop(2)
                if (variable := self.member(step, target)) is not None:
                    state.set(variable, value)
            case ast.Tuple() | ast.List() as target:
                state.stack += reversed(_unpacked(state.stack.pop(), target))
            case _:
                state.stack.pop()

    def member(self, step: Step, node: ast.Attribute) -> Variable | None:
        """The variable for an attribute of a name: `self.url` is followed inside one function."""
        if not isinstance(node.value, ast.Name):
            return None
        scope, name = self.search.home(step.scope, node.value.id)
        return scope, f"{name}.{node.attr}"

    def _put(self, target: ast.Subscript, step: Step, state: State, key: Value, value: Value) -> None:
        """`variable[key] = value`; a container without a name of its own is not followed."""
        if not isinstance(target.value, ast.Name):
            return
        variable = self.search.home(step.scope, target.value.id)
        changed = []
        for alternative in state.env.get(variable, ()):
            match alternative.form:
                case Mapping(entries, others, keys):
                    constant = key[0].form if len(key) == 1 else None
                    if isinstance(constant, Text) and len(constant.parts) == 1 and isinstance(constant.parts[0], str):
                        changed.append(mapping({**dict(entries), constant.parts[0]: value}, others, keys))
                    else:
                        changed.append(mapping(dict(entries), union(others, value), union(keys, key)))
                case _:
                    changed.append((alternative,))
        state.set(variable, union(*changed))

    def _match(self, step: Step, state: State) -> Iterator[tuple[Step, State]]:
        """`case "a" | "b":` holds the subject to constants; what a pattern captures is not followed."""
        subject = state.stack[-1]
        fits = state.copy(step.height)
        case = step.node
        if isinstance(case, ast.match_case) and _is_of_constants(case.pattern):
            fits.learn(about(subject, Known.HARMLESS))
        elif isinstance(case, ast.match_case):
            for pattern in below(case.pattern):
                if isinstance(pattern, ast.MatchAs | ast.MatchStar) and pattern.name:
                    fits.set(self.search.home(step.scope, pattern.name), subject)
        for target, after in ((step.next, fits), (step.other, state)):
            if target is not None:
                yield target, after


def _is_same(one: State, other: State) -> bool:
    return one.checks == other.checks and one.stack == other.stack and one.env == other.env


def _test(step: Step, state: State) -> Iterator[tuple[Step, State]]:
    value = state.stack.pop()
    is_copied = bool(state.stack) and state.stack[-1] is value
    for target, result in ((step.next, True), (step.other, False)):
        if target is None:
            continue
        after = state.copy(len(state.stack))
        left = narrowed(value, result)
        if is_copied:
            after.stack[-1] = left
        after.learn(common(left))
        yield target, after


def _iterate(step: Step, state: State) -> Iterator[tuple[Step, State]]:
    node = step.node
    value = state.stack[-1]
    if step.next is not None:
        inside = state.copy(step.height)
        inside.forget(node)
        inside.stack.append(elements(value, node))
        yield step.next, inside
    if step.other is not None:
        after = state.copy(step.other.height)
        # What was checked of each element on the way round is checked of all of them.
        after.learn(checks.whole(check for check in after.checks if check[0].pieces[-1:] == (node,)))
        yield step.other, after


def _begin(step: Step, state: State) -> None:
    """Make an iterator, or enter a context manager: both are taken for what they are made of."""
    if step.action is Action.ITER:
        value = state.stack[-1]
        # Nothing has been looked at yet: so far, every element was checked.
        told = {(o.piece(step.node), known) for o in origins(value) for known in (Known.HARMLESS, Known.PLAIN)}
        state.checks |= told


def _collect(step: Step, state: State) -> None:
    if isinstance(step.node, ast.DictComp):
        key, value = state.pop(2)
        if value:
            collected = union(mapping({}, value, key), *_other_mappings(state.stack[step.place]))
            state.stack[step.place] = collected
        return
    value = state.stack.pop()
    before = [a.form.more for a in state.stack[step.place] if hasattr(a.form, "more")]
    state.stack[step.place] = items((), union(value, *before))


def _other_mappings(value: Value) -> Iterator[Value]:
    for alternative in value:
        if isinstance(alternative.form, Mapping) and alternative.form.others:
            yield (alternative,)


def _unpacked(value: Value, target: ast.Tuple | ast.List) -> list[Value]:
    """What each part of a target is given."""
    if any(isinstance(element, ast.Starred) for element in target.elts):
        every = item(value, (), target)
        return [every for _ in target.elts]
    return [item(value, of(Constant(n)), target) for n in range(len(target.elts))]


def _is_of_constants(pattern: ast.pattern) -> bool:
    pending = [pattern]
    while pending:
        current = pending.pop()
        match current:
            case ast.MatchOr(patterns=patterns):
                pending += patterns
            case ast.MatchAs(pattern=ast.pattern() as inner):
                pending.append(inner)
            case ast.MatchValue() | ast.MatchSingleton():
                continue
            case _:
                return False
    return True
