"""What is known at one point of a function: which parameters its variables carry, and what was tested of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.validation.traces import (
    Check,
    Label,
    Outcome,
    Relation,
    Shape,
    Trace,
    Traces,
    Value,
    assumed,
    changed,
    forgotten,
    outcomes,
    simplified,
    tested,
)


@dataclass(frozen=True, slots=True)
class Witness:
    """The place where a state keeps a parameter as it was handed over, whatever becomes of the variable."""

    label: Label


Place = Variable | Witness
_NOWHERE = Value(None)


@dataclass(slots=True)
class State:
    """What is known at one point.

    Attributes:
        env: The values of variables and witnesses. It is changed only while no other state has it too.
        stack: The operands.
        is_shared: Whether another state may have the same `env`.
    """

    env: dict[Place, Value]
    stack: list[Value] = field(default_factory=list)
    is_shared: bool = True

    def copy(self, height: int) -> State:
        """The same with so many operands."""
        self.is_shared = True
        return State(self.env, self.stack[:height])

    def pop(self, count: int) -> list[Value]:
        """Take operands, in the order in which they were pushed."""
        if count == 0:
            return []
        taken = self.stack[-count:]
        del self.stack[-count:]
        return taken

    def get(self, variable: Place) -> Value:
        """The value of a variable; nothing is known of one that is not the function's."""
        return self.env.get(variable, _NOWHERE)

    def set(self, variable: Variable, value: Value) -> None:
        """Give a variable a value."""
        if self.is_shared:
            self.env = dict(self.env)
            self.is_shared = False
        self.env[variable] = value

    def drop(self, variables: Iterable[Place]) -> None:
        """Forget variables that nothing reads any more."""
        dropped = set(variables)
        if dropped:
            self.env = {place: value for place, value in self.env.items() if place not in dropped}
            self.is_shared = False

    def learn(self, labels: frozenset[Label], check: Check) -> None:
        """Take it that parameters were tested."""
        if labels:
            self._replace(lambda traces: changed(traces, labels, lambda checks: tested(checks, *check)))

    def assume(self, labels: frozenset[Label], condition: str, outcome: Outcome) -> None:
        """Take it that a condition, which is asked elsewhere too, went one way; it is about these parameters."""
        self._replace(lambda traces: assumed(traces, labels, condition, outcome))

    def look(self, loop: object) -> None:
        """Take the first element of what a loop goes over, or the next."""
        seen = frozenset({loop})
        self._replace(lambda traces: forgotten(traces, seen) if _is_unseen(traces, loop) else traces)

    def conclude(self, part: Check) -> None:
        """Leave a condition: what its parts have told is told by the whole of it from now on."""
        over = frozenset({part[0]})
        self._replace(lambda t: forgotten(t, over) if any(part in trace.checks for trace in t) else t)

    def finish(self, loop: object) -> None:
        """Leave a loop at its end: that there was nothing to look at tells no more than that all was looked at."""
        unseen = (loop, Outcome.UNSEEN)
        self._replace(
            lambda traces: (
                frozenset(t for t in traces if unseen not in t.checks) if _is_unseen(traces, loop) else traces
            )
        )

    def _replace(self, change: Callable[[Traces], Traces]) -> None:
        def after(value: Value) -> Value:
            if not value.traces:
                return value
            traces = change(value.traces)
            return value if traces is value.traces else Value(value.made, traces)

        self.env = {place: after(value) for place, value in self.env.items()}
        self.is_shared = False
        self.stack = [after(value) for value in self.stack]

    def is_same(self, other: State) -> bool:
        """Whether the same is known in both."""
        return self.stack == other.stack and (self.env is other.env or self.env == other.env)


def _is_unseen(traces: Traces, loop: object) -> bool:
    return any((loop, Outcome.UNSEEN) in trace.checks for trace in traces)


def begin(inputs: dict[Label, tuple[Variable, Shape]]) -> State:
    """The state at the entry of a function that is handed parameters."""
    env: dict[Place, Value] = {}
    for label, (variable, shape) in inputs.items():
        witness = Witness(label)
        env[variable] = env[witness] = Value(witness, frozenset({Trace(label, Relation.CARRIES, shape)}))
    return State(env)


def join(one: State, other: State, at: object) -> State:
    """What is known where two ways meet.

    A variable that was given different values on the two ways tells on which of them a test has led: `ok = False`.
    """
    if one.is_same(other):
        return one
    told = frozenset(
        Trace(place.label, Relation.TELLS, Shape.OTHER)
        for place, value in one.env.items()
        if isinstance(place, Witness) and outcomes(value.traces) != outcomes(other.get(place).traces)
    )
    env = dict(one.env)
    for place, second in other.env.items():
        first = env.get(place)
        if first is not second:
            env[place] = _met(first, second, told, (at, place))
    if told:
        for place in one.env.keys() - other.env.keys():
            env[place] = _met(one.env[place], None, told, (at, place))
    pairs = enumerate(zip(one.stack, other.stack, strict=False))
    stack = [a if a is b else _met(a, b, told, (at, n)) for n, (a, b) in pairs]
    return State(env, stack)


def _met(one: Value | None, other: Value | None, told: Traces, made: object) -> Value:
    if one is None or other is None:
        present = one or other or _NOWHERE
        return Value(made, present.traces | told) if told else present
    if one == other:
        return one
    traces = one.traces if one.traces == other.traces else simplified(one.traces | other.traces)
    if one.made == other.made:
        return Value(one.made, traces)
    return Value(made, traces | told if told else traces)
