"""Whether a pattern of `match` fits a value, and what its names are bound to then."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import below
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter import operators
from flake8_incall.model.interpreter.assumptions import assume, doubt
from flake8_incall.model.interpreter.lookup import evaluate_apart
from flake8_incall.model.interpreter.outcomes import split
from flake8_incall.model.interpreter.state import State
from flake8_incall.model.interpreter.values import (
    Constant,
    DictShape,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    any_of_type,
)

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine

Fit = tuple[State, bool]


def matches(machine: Machine, state: State, step: Step, pattern: ast.pattern, subject: Value) -> Iterator[Fit]:
    """Follow both ways of a pattern, where both are possible."""
    yield from _Matching(machine, step).fit(state, pattern, subject)


def _either(state: State, condition: Value) -> Iterator[Fit]:
    ways = []
    for answer in (True, False):
        way = state.fork()
        if assume(way, condition, answer):
            ways.append((way, answer))
    for way, answer in ways:
        if len(ways) > 1:
            doubt(way, condition, (condition, answer))
    yield from ways


class _Matching:
    """One `case` on one way."""

    def __init__(self, machine: Machine, step: Step) -> None:
        self.machine = machine
        self.step = step

    def fit(self, state: State, pattern: ast.pattern, subject: Value) -> Iterator[Fit]:
        for way, [value] in split(state, [subject]):
            yield from self._fit(way, pattern, value)

    def _fit(self, state: State, pattern: ast.pattern, subject: Value) -> Iterator[Fit]:
        match pattern:
            case ast.MatchValue(value=node):
                expected = evaluate_apart(self.machine, state, node)
                answer = any_of_type("builtins.bool") if expected is None else self._equal(state, subject, expected)
                yield from _either(state, answer)
            case ast.MatchSingleton(value=value):
                answer_is = operators.compare(state, ast.Is(), subject, Constant(value))
                yield from _either(state, answer_is if isinstance(answer_is, Symbol | Constant) else subject)
            case ast.MatchAs():
                yield from self._capture(state, pattern, subject)
            case ast.MatchStar(name=name):
                self._bind(state, name, subject)
                yield state, True
            case ast.MatchOr(patterns=patterns):
                yield from self._any_of(state, patterns, subject)
            case ast.MatchSequence(patterns=patterns):
                yield from self._sequence(state, patterns, subject)
            case ast.MatchMapping():
                yield from self._mapping(state, pattern, subject)
            case ast.MatchClass():
                yield from self._class(state, pattern, subject)
            case _:
                yield state, True

    def _equal(self, state: State, subject: Value, expected: Value) -> Value:
        answer = operators.compare(state, ast.Eq(), subject, expected)
        return answer if isinstance(answer, Symbol | Constant) else any_of_type("builtins.bool")

    def _bind(self, state: State, name: str | None, value: Value) -> None:
        if name is not None:
            state.env[self.machine.world.names.home(self.step.scope, name)] = value

    def _capture(self, state: State, pattern: ast.MatchAs, subject: Value) -> Iterator[Fit]:
        inner = [(state, True)] if pattern.pattern is None else self.fit(state, pattern.pattern, subject)
        for way, fits in inner:
            if fits:
                self._bind(way, pattern.name, way.resolve(subject))
            yield way, fits

    def _any_of(self, state: State, patterns: Iterable[ast.pattern], subject: Value) -> Iterator[Fit]:
        others = [state]
        for pattern in patterns:
            tried = [fit for other in others for fit in self.fit(other, pattern, subject)]
            yield from (fit for fit in tried if fit[1])
            others = [way for way, fits in tried if not fits]
        yield from ((way, False) for way in others)

    def _all_of(self, state: State, pairs: list[tuple[ast.pattern, Value]]) -> Iterator[Fit]:
        fitting = [state]
        for pattern, value in pairs:
            tried = [fit for way in fitting for fit in self.fit(way, pattern, value)]
            yield from (fit for fit in tried if not fit[1])
            fitting = [way for way, fits in tried if fits]
        yield from ((way, True) for way in fitting)

    def _sequence(self, state: State, patterns: list[ast.pattern], subject: Value) -> Iterator[Fit]:
        shape = state.shape(subject)
        if isinstance(shape, SequenceShape) and shape.is_exact:
            if shape.type not in ("builtins.list", "builtins.tuple", "builtins.range"):
                yield state, False
                return
            pairs = self._paired(state, patterns, shape)
            if pairs is None:
                yield state, False
            else:
                yield from self._all_of(state, pairs)
            return
        elif isinstance(shape, DictShape) or isinstance(subject, Constant):
            yield state, False
            return
        yield from self._unknown(state, patterns)

    def _paired(
        self, state: State, patterns: list[ast.pattern], shape: SequenceShape
    ) -> list[tuple[ast.pattern, Value]] | None:
        """Which pattern stands for which item; `None` when the numbers do not fit."""
        star = next((i for i, p in enumerate(patterns) if isinstance(p, ast.MatchStar)), None)
        if star is None:
            fits = len(patterns) == len(shape.items)
            return list(zip(patterns, shape.items, strict=True)) if fits else None
        after = len(patterns) - star - 1
        end = len(shape.items) - after
        if end < star:
            return None
        rest = SequenceShape("builtins.list", shape.items[star:end], node=patterns[star])
        made = state.allocate(self.machine.minted(self.step, star), rest)
        head = list(zip(patterns[:star], shape.items[:star], strict=True))
        tail = list(zip(patterns[star + 1 :], shape.items[end:], strict=True))
        return [*head, (patterns[star], made), *tail]

    def _mapping(self, state: State, pattern: ast.MatchMapping, subject: Value) -> Iterator[Fit]:
        shape = state.dict_at(subject)
        if shape is None:
            if isinstance(subject, Constant | Reference):
                yield state, False
            else:
                yield from self._unknown(state, pattern.patterns, [pattern.rest])
            return
        pairs: list[tuple[ast.pattern, Value]] = []
        for node, inner in zip(pattern.keys, pattern.patterns, strict=True):
            key = evaluate_apart(self.machine, state, node)
            entry = shape.lookup(key.value) if isinstance(key, Constant) else None
            if entry is None or not isinstance(key, Constant):
                yield state, False
                return
            if not entry.is_certain and isinstance(subject, Reference):
                lacking = state.fork()
                lacking.heap[subject] = shape.without(key.value)
                yield lacking, False
                shape = state.heap[subject] = shape.with_entry(key.value, entry.value)
            pairs.append((inner, entry.value))
        if pattern.rest is not None:
            rest = DictShape({}, True, node=pattern)
            self._bind(state, pattern.rest, state.allocate(self.machine.minted(self.step), rest))
        yield from self._all_of(state, pairs)

    def _class(self, state: State, pattern: ast.MatchClass, subject: Value) -> Iterator[Fit]:
        types = self.machine.world.classes.named(pattern.cls)
        actual = operators.type_of(state, subject)
        inner = [*pattern.patterns, *pattern.kwd_patterns]
        answer: Value
        if actual and not types.isdisjoint(self.machine.world.classes.ancestors(actual)):
            answer = Constant(True)
        elif isinstance(subject, Constant | Reference) and "?" not in types:
            answer = Constant(False)
        elif isinstance(subject, Symbol) and "?" not in types:
            answer = Symbol("isinstance", (subject, types), "builtins.bool")
        else:
            answer = any_of_type("builtins.bool")
        for way, fits in _either(state, answer):
            if not fits or not inner:
                yield way, fits
            elif len(inner) == 1 and not pattern.kwd_patterns and all(t.startswith("builtins.") for t in types):
                yield from self.fit(way, inner[0], subject)
            else:
                yield from self._unknown(way, inner)

    def _unknown(
        self, state: State, patterns: Iterable[ast.pattern], names: Iterable[str | None] = ()
    ) -> Iterator[Fit]:
        """A pattern that may fit or not, its captures anything."""
        yield state.fork(), False
        captured = [*below(*patterns)]
        found = [n.name for n in captured if isinstance(n, ast.MatchAs | ast.MatchStar)]
        for name in (*found, *names):
            self._bind(state, name, self.machine.fresh(self.step, detail=name))
        yield state, True
