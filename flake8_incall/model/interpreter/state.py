"""The state of the abstract machine at one point of one way through a function."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.knowledge import NOTHING, Knowledge
from flake8_incall.model.interpreter.values import (
    UNBOUND,
    Choice,
    Constant,
    DictShape,
    External,
    Minted,
    Reference,
    SequenceShape,
    Shape,
    Symbol,
    Value,
    references,
    telling,
)

EXCEPTION = "builtins.Exception"
# So many containers of one place are kept apart; further ones are taken together.
_OLDEST = 4


@dataclass(frozen=True, slots=True)
class Returned:
    """A value on its way out of the function.

    Attributes:
        node: The `return`.
        value: What it hands out.
    """

    node: ast.AST
    value: Value


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception on its way out.

    Attributes:
        types: The qualified names of what it can be; empty when it can be anything.
    """

    types: frozenset[str] = frozenset()

    @property
    def value(self) -> Symbol:
        """The exception as a value."""
        return Symbol("exception", (self.types,), next(iter(self.types)) if len(self.types) == 1 else EXCEPTION)

    @classmethod
    def of(cls, value: Value) -> Raised:
        """What is under way when a value is raised."""
        match value:
            case Symbol(operation="exception"):
                return cls(value.arguments[0])
            case Symbol(type=type_) if type_:
                return cls(frozenset({type_}))
            case External(name=name):
                return cls(frozenset({name if "." in name else f"builtins.{name}"}))
            case _:
                return cls()


ANYTHING = Raised()
Leaving = Returned | Raised | None
# A test, and the answer of it that a way took.
Doubt = tuple[object, object]
Pending = tuple[tuple[tuple[Step, ...], Leaving], ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """What a function that called another keeps until that one is over."""

    stack: tuple[Value, ...]
    pending: Pending
    leaving: Leaving


@dataclass(frozen=True, slots=True)
class Decision:
    """A test that was passed on the way, and those before it."""

    before: Decision | None
    test: ast.AST
    answer: bool

    def all(self) -> Iterator[Decision]:
        """The decisions, the last one first."""
        decision: Decision | None = self
        while decision is not None:
            yield decision
            decision = decision.before


class State:
    """Everything that is known at one point of one way.

    Attributes:
        env: The values of variables.
        stack: The operands of the function that is running.
        callers: What the functions that called it keep, the outermost first.
        heap: The containers.
        facts: What tests have told about symbols.
        picks: Which of its values a choice is.
        pending: For each `finally` body that is running, where it goes on, and what is under way then.
        leaving: The value or exception that is under way.
        trail: The tests that were passed on the way.
        forgotten: Choices and containers whose relation to each other a join has lost.
        doubted: Those whose values may belong to other ways than this one.
        doubts: Answers of tests that this way took although what would tell them was lost or not worked
            out: it may not exist.
        splits: How often it was split since ways last met.
        last: What was executed last.
        is_always_true: Whether every instance of a type is true in a test.
    """

    __slots__ = (
        *("callers", "doubted", "doubts", "env", "facts", "forgotten", "heap", "leaving"),
        *("is_always_true", "last", "pending", "picks", "splits", "stack", "trail"),
    )

    def __init__(self, is_always_true: Callable[[str], bool] = lambda _: False) -> None:
        self.is_always_true = is_always_true
        self.env: dict[Variable, Value] = {}
        self.stack: list[Value] = []
        self.callers: tuple[Caller, ...] = ()
        self.heap: dict[Reference, Shape] = {}
        self.facts: dict[Value, Knowledge] = {}
        self.picks: dict[Choice, Value] = {}
        self.pending: Pending = ()
        self.leaving: Leaving = None
        self.trail: Decision | None = None
        self.forgotten: frozenset[Any] = frozenset()
        self.doubted: frozenset[Any] = frozenset()
        self.doubts: frozenset[Doubt] = frozenset()
        self.splits = 0
        self.last: ast.AST | None = None

    def fork(self) -> State:
        """The same state, to go another way."""
        twin = State.__new__(State)
        twin.env, twin.stack, twin.heap = self.env.copy(), self.stack.copy(), self.heap.copy()
        twin.facts, twin.picks = self.facts.copy(), self.picks.copy()
        twin.callers, twin.pending, twin.leaving = self.callers, self.pending, self.leaving
        twin.trail, twin.forgotten, twin.doubted = self.trail, self.forgotten, self.doubted
        twin.doubts, twin.splits, twin.last = self.doubts, self.splits, self.last
        twin.is_always_true = self.is_always_true
        return twin

    @property
    def is_doubtful(self) -> bool:
        """Whether this way may not exist."""
        return bool(self.doubts)

    @property
    def size(self) -> int:
        """How many things it knows, which is what copying and comparing it costs."""
        inside = sum(len(s.entries) if isinstance(s, DictShape) else len(s.items) for s in self.heap.values())
        return len(self.env) + len(self.facts) + len(self.heap) + inside

    def pop(self, number: int) -> list[Value]:
        """Take operands from the stack, in the order in which they were pushed."""
        if number == 0:
            return []
        operands = self.stack[-number:]
        del self.stack[-number:]
        return operands

    def call(self) -> None:
        """Put the function that is running aside for one that it calls."""
        self.callers = (*self.callers, Caller(tuple(self.stack), self.pending, self.leaving))
        self.stack, self.pending, self.leaving = [], (), None

    def resume(self) -> None:
        """Go on with the function that was put aside last."""
        caller = self.callers[-1]
        self.callers = self.callers[:-1]
        self.stack, self.pending, self.leaving = [*caller.stack], caller.pending, caller.leaving

    def resolve(self, value: Value) -> Value:
        """A value in the light of what is known: a choice that was made, a symbol that must be a constant."""
        while isinstance(value, Choice) and value in self.picks:
            value = self.picks[value]
        if isinstance(value, Symbol) and (known := self.facts.get(value)) is not None:
            return known.constant or value
        return value

    def known(self, value: Value) -> Knowledge:
        """What is known of a symbol."""
        return self.facts.get(value, NOTHING)

    def learn(self, value: Symbol, knowledge: Knowledge | None) -> bool:
        """Keep what is known of a symbol now; false if that cannot be."""
        if knowledge is None:
            return False
        if not value.is_forgotten:
            self.facts[value] = knowledge
        return True

    def allocate(self, minted: Minted, shape: Shape) -> Reference:
        """Make a container."""
        for age in range(_OLDEST):
            reference = Reference(minted, age)
            if reference not in self.heap:
                self.heap[reference] = shape
                return reference
        reference = Reference(minted, _OLDEST)
        self.heap[reference] = shape.opened() if isinstance(shape, DictShape) else shape.blurred(is_open=True)
        self.doubted |= {reference}
        return reference

    def shape(self, value: Value) -> Shape | None:
        """The container that a value refers to."""
        return self.heap.get(value) if isinstance(value, Reference) else None

    def dict_at(self, value: Value) -> DictShape | None:
        """The dict that a value refers to."""
        shape = self.shape(value)
        return shape if isinstance(shape, DictShape) else None

    def sequence_at(self, value: Value) -> SequenceShape | None:
        """The list, tuple, set or the like that a value refers to."""
        shape = self.shape(value)
        return shape if isinstance(shape, SequenceShape) else None

    def reachable(self, values: Iterable[Value]) -> dict[Reference, None]:
        """The containers that can be reached from values."""
        found: dict[Reference, None] = {}
        pending = [reference for value in values if type(value) is not Constant for reference in references(value)]
        while pending:
            reference = pending.pop()
            if reference in found or reference not in self.heap:
                continue
            found[reference] = None
            for part in telling(self.heap[reference]):
                if type(part) is not Constant:
                    pending += references(self.resolve(part))
        return found

    def release(self, values: Iterable[Value]) -> None:
        """Hand values to code that is not known: every dict in them may gain keys, every list anything."""
        for reference in self.reachable(self.resolve(value) for value in values):
            shape = self.heap[reference]
            if isinstance(shape, DictShape):
                self.heap[reference] = shape.opened()
            elif shape.type not in ("builtins.tuple", "builtins.frozenset"):
                self.heap[reference] = shape.blurred(is_open=True)

    def roots(self) -> Iterator[Value]:
        """Every value that the rest of the way can still use."""
        yield from self.env.values()
        yield from self.stack
        ways = [self.leaving, *(carried for _, carried in self.pending)]
        for caller in self.callers:
            yield from caller.stack
            ways += [caller.leaving, *(carried for _, carried in caller.pending)]
        yield from (way.value for way in ways if way is not None)

    def forget(self, dead: Iterable[Variable]) -> None:
        """Drop variables that nothing reads any more, and all that is kept for their sake only."""
        for variable in dead:
            self.env.pop(variable, None)
        if self.picks:
            self.env = {variable: self.resolve(value) for variable, value in self.env.items()}
            self.stack = [self.resolve(value) for value in self.stack]
        alive = self.reachable(self.roots())
        self.heap = {reference: self.heap[reference] for reference in alive}
        leaves = self._leaves(alive)
        self.facts = {value: known for value, known in self.facts.items() if _leaves_of(value) <= leaves}
        self.picks = {choice: value for choice, value in self.picks.items() if choice in leaves}
        self.forgotten = frozenset(thing for thing in self.forgotten if thing in leaves or thing in alive)
        self.doubted = frozenset(thing for thing in self.doubted if thing in leaves or thing in alive)

    def _leaves(self, alive: Iterable[Reference]) -> set[Any]:
        leaves: set[Any] = set()
        pending = [*self.roots()]
        pending += [part for reference in alive for part in telling(self.heap[reference])]
        for value in pending:
            if isinstance(value, Symbol | Choice):
                leaves |= value.leaves
            if isinstance(value, Choice):
                for option in value.options:
                    leaves |= _leaves_of(option)
        return leaves

    def key(self) -> tuple[Any, ...]:
        """What makes two states the same for all that follows, but for the doubt that they exist."""
        env = frozenset(item for item in self.env.items() if item[1] is not UNBOUND)
        return (
            env,
            tuple(self.stack),
            frozenset(self.heap.items()),
            frozenset(self.facts.items()),
            frozenset(self.picks.items()),
            self.pending,
            self.leaving,
            self.forgotten,
            self.doubted,
        )


def _leaves_of(value: Value) -> frozenset[Any]:
    return value.leaves if isinstance(value, Symbol | Choice) else frozenset()


def resolved(doubts: Iterable[frozenset[Doubt]]) -> frozenset[Doubt]:
    """The doubt that is left where several ways come to the same.

    Two ways that took both answers of one test are certain of it together; a way without doubt settles it.
    """
    left = set(doubts)
    while frozenset() not in left:
        settled = next(_settled(left), None)
        if settled is None:
            break
        ways, rest = settled
        left = (left - ways) | {rest}
    return min(left, key=len, default=frozenset())


def _settled(left: set[frozenset[Doubt]]) -> Iterator[tuple[set[frozenset[Doubt]], frozenset[Doubt]]]:
    """Ways that took each answer of one test and differ in nothing else, and the doubt that they share."""
    for one in left:
        for test, answer in one:
            rest = one - {(test, answer)}
            answers = test.options if isinstance(test, Choice) else (True, False)
            ways = {rest | {(test, each)} for each in answers}
            if ways <= left:
                yield ways, rest


# Where a state goes on.
Way = tuple[Step, State]
