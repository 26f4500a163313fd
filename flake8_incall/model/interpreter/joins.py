"""How states are joined when there are too many to follow each of them.

A join keeps what all states agree on. Where they differ it keeps the values but not which of them belong
together: those are remembered as forgotten, so that a later test on one of them raises doubt about the others.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.state import Leaving, Raised, Returned, State, resolved
from flake8_incall.model.interpreter.values import (
    UNBOUND,
    WIDEST_CHOICE,
    Choice,
    Constant,
    Context,
    DictShape,
    Entry,
    Iterating,
    Minted,
    SequenceShape,
    Shape,
    Symbol,
    Value,
)

# What states must have in common to be joined.
Control = tuple[Any, ...]


class Join:
    """One join of states at one point.

    Attributes:
        lost: What the states differ in.
    """

    def __init__(self, context: Context, point: Step, *, is_wide: bool) -> None:
        self._context = context
        self._point = point
        self._is_wide = is_wide
        self.lost: set[Any] = set()

    def states(self, states: Sequence[State]) -> State:
        """Join states that go on at the same point with the same `finally` bodies under way."""
        first = states[0]
        joined = first.fork()
        joined.env = {
            variable: self.values(_values_of(states, variable), variable)
            for variable in dict.fromkeys(variable for s in states for variable in s.env)
        }
        joined.stack = [
            self.values([s.resolve(value) for s, value in zip(states, operands, strict=True)], index)
            for index, operands in enumerate(zip(*(s.stack for s in states), strict=True))
        ]
        joined.heap = {
            reference: self._shapes([s.heap[reference] for s in states if reference in s.heap], reference)
            for reference in dict.fromkeys(reference for s in states for reference in s.heap)
        }
        joined.leaving = self._leaving([s.leaving for s in states])
        joined.pending = tuple(
            (route, self._leaving([s.pending[index][1] for s in states]))
            for index, (route, _) in enumerate(first.pending)
        )
        self._facts(joined, states)
        joined.splits = 0
        joined.doubts = resolved(s.doubts for s in states)
        joined.doubted = frozenset().union(*(s.doubted for s in states))
        if any(s.is_doubtful for s in states):
            joined.doubted |= self.lost
        joined.forgotten = frozenset(self.lost).union(*(s.forgotten for s in states))
        return joined

    def _facts(self, joined: State, states: Sequence[State]) -> None:
        joined.facts = {}
        for value in dict.fromkeys(value for s in states for value in s.facts):
            known = {s.facts.get(value) for s in states}
            if not self.lost.isdisjoint(getattr(value, "leaves", ())):
                continue
            if len(known) == 1:
                joined.facts[value] = states[0].facts[value]
            elif isinstance(value, Symbol):
                self.lost |= value.leaves
        joined.picks = {}

    def values(self, values: Iterable[Value], place: object) -> Value:
        """Join values that a place has in different states."""
        options: dict[Value, None] = {}
        for value in values:
            for option in value.options if isinstance(value, Choice) else (value,):
                options[option] = None
        if len(options) == 1:
            return next(iter(options))
        if all(isinstance(option, Iterating) for option in options):
            return self._iterators([option for option in options if isinstance(option, Iterating)])
        types = {option.type if isinstance(option, Symbol) else "" for option in options}
        has_symbol = any(isinstance(option, Symbol) and option.leaves for option in options)
        if len(options) > WIDEST_CHOICE or (self._is_wide and has_symbol):
            unknown = Symbol(
                "new", (Minted(self._context, self._point, place),), types.pop() if len(types) == 1 else ""
            )
            self.lost.add(unknown)
            return unknown
        choice = Choice((self._context, self._point, place), tuple(options))
        self.lost.add(choice)
        return choice

    def _iterators(self, iterators: list[Iterating]) -> Iterating:
        items = tuple(dict.fromkeys(item for iterator in iterators for item in iterator.items))
        is_open = len(items) > WIDEST_CHOICE or any(iterator.is_open for iterator in iterators)
        return Iterating(items[:WIDEST_CHOICE], False, is_open, all(each.is_endless for each in iterators))

    def _shapes(self, shapes: list[Shape], reference: object) -> Shape:
        first = shapes[0]
        if all(shape == first for shape in shapes):
            return first
        self.lost.add(reference)
        dicts = [shape for shape in shapes if isinstance(shape, DictShape)]
        if len(dicts) == len(shapes):
            return self._dicts(dicts, reference)
        return self._sequences([shape for shape in shapes if isinstance(shape, SequenceShape)])

    def _dicts(self, shapes: list[DictShape], reference: object) -> DictShape:
        entries: dict[Any, Entry] = {}
        for key in dict.fromkeys(key for shape in shapes for key in shape.entries):
            found = [shape.lookup(key) for shape in shapes]
            is_certain = all(entry is not None and entry.is_certain for entry in found)
            values = [entry.value for entry in found if entry is not None]
            entries[key] = Entry(self.values(values, (reference, key)), is_certain)
        is_open = any(shape.is_open for shape in shapes)
        absent = frozenset.intersection(*(shape.absent for shape in shapes)) if is_open else frozenset()
        return DictShape(entries, is_open, absent, shapes[0].node, shapes[0].type)

    def _sequences(self, shapes: list[SequenceShape]) -> SequenceShape:
        first = shapes[0]
        return first.blurred(
            *(item for shape in shapes for item in shape.items), is_open=any(s.is_open for s in shapes)
        )

    def _leaving(self, leaving: list[Leaving]) -> Leaving:
        if len(set(leaving)) == 1:
            return leaving[0]
        returned = [way for way in leaving if isinstance(way, Returned)]
        if len(returned) == len(leaving) and len({way.node for way in returned}) == 1:
            value = self.values([way.value for way in returned], "returned")
            return Returned(returned[0].node, value)
        raised = [way for way in leaving if isinstance(way, Raised)]
        types = frozenset().union(*(way.types for way in raised))
        return Raised(types if all(way.types for way in raised) else frozenset())


def _values_of(states: Sequence[State], variable: Variable) -> list[Value]:
    """What a variable is in each state; one of the module that was not read yet is what it is in the others."""
    is_local = not isinstance(variable[0].node, ast.Module | ast.ClassDef)
    return [s.resolve(s.env.get(variable, UNBOUND)) for s in states if is_local or variable in s.env]


def control(state: State) -> Control:
    """What states must have in common to be joined: where they go on, and with what under way."""
    leaving = state.leaving
    return (
        tuple(route for route, _ in state.pending),
        tuple(_way(carried) for _, carried in state.pending),
        _way(leaving),
        # The rounds of a loop over known items are kept apart.
        tuple(value for value in state.stack if isinstance(value, Iterating)),
    )


def _way(leaving: Leaving) -> object:
    return leaving.node if isinstance(leaving, Returned) else type(leaving)


def counters(state: State) -> frozenset[Any]:
    """The variables that hold whole numbers, with these."""
    return frozenset(
        (variable, value) for variable, value in state.env.items() if isinstance(value, Constant) and value.kind is int
    )
