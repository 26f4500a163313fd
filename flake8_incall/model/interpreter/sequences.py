"""Lists, tuples, sets and iterators: what they give, and what their methods do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.stores import INDEX_ERROR, TYPE_ERROR
from flake8_incall.model.interpreter.values import (
    ANY,
    NONE,
    Choice,
    Constant,
    DictShape,
    Iterating,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    any_of_type,
    symbol,
)

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine

# Longer constants are not taken apart.
_LONGEST = 64
UNKNOWN_ITEMS = Iterating((), is_exact=False, is_open=True)


def iterate(state: State, value: Value) -> Iterating | Raised:
    """The iterator of a value."""
    match value:
        case Iterating():
            return value
        case Constant(value=str() as text) if len(text) <= _LONGEST:
            return Iterating(tuple(Constant(character) for character in text), is_exact=True)
        case Constant(value=str() | bytes()):
            return UNKNOWN_ITEMS
        case Constant():
            return TYPE_ERROR
        case Reference():
            shape = state.heap[value]
            if isinstance(shape, SequenceShape):
                return shape.as_iterator()
            return _keys(shape)
        case _:
            return UNKNOWN_ITEMS


def _keys(shape: DictShape) -> Iterating:
    is_exact = not shape.is_open and all(entry.is_certain for entry in shape.entries.values())
    return Iterating(tuple(Constant(key) for key in shape.entries), is_exact, shape.is_open)


def unpack(
    machine: Machine, state: State, step: Step, value: Value, targets: Sequence[ast.expr]
) -> list[Value] | Raised:
    """The values of the targets of `a, *b = value`."""
    iterator = iterate(state, value)
    if isinstance(iterator, Raised):
        return iterator
    star = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    if isinstance(value, Symbol) and value.is_determined:
        return [symbol("part", value, place) for place in range(len(targets))]
    if not iterator.is_exact:
        return [_unknown_part(machine, state, step, i, star) for i in range(len(targets))]
    items = iterator.items
    if star is None:
        return [*items] if len(items) == len(targets) else Raised(frozenset({"builtins.ValueError"}))
    after = len(targets) - star - 1
    if len(items) < len(targets) - 1:
        return Raised(frozenset({"builtins.ValueError"}))
    middle = items[star : len(items) - after]
    rest = state.allocate(machine.minted(step), SequenceShape("builtins.list", middle, node=step.node))
    return [*items[:star], rest, *items[len(items) - after :]]


def _unknown_part(machine: Machine, state: State, step: Step, place: int, star: int | None) -> Value:
    if place != star:
        return machine.fresh(step, detail=place)
    shape = SequenceShape("builtins.list", (), False, True, step.node)
    return state.allocate(machine.minted(step), shape)


# Methods


def _append(state: State, reference: Reference, shape: SequenceShape, arguments: list[Value]) -> Outcome:
    item = arguments[0] if arguments else ANY
    longer = shape.with_items((*shape.items, item))
    state.heap[reference] = longer if shape.is_exact and len(shape.items) < _LONGEST else shape.blurred(item)
    return NONE


def _insert(state: State, reference: Reference, shape: SequenceShape, arguments: list[Value]) -> Outcome:
    match arguments:
        case [Constant(value=int() as place), item] if shape.is_exact:
            items = [*shape.items]
            items.insert(place, item)
            state.heap[reference] = shape.with_items(tuple(items))
        case _:
            state.heap[reference] = shape.blurred(*arguments[1:])
    return NONE


def _extend(state: State, reference: Reference, shape: SequenceShape, arguments: list[Value]) -> Outcome:
    more = iterate(state, arguments[0]) if arguments else UNKNOWN_ITEMS
    if isinstance(more, Raised):
        return more
    if shape.is_exact and more.is_exact:
        state.heap[reference] = shape.with_items((*shape.items, *more.items))
    else:
        state.heap[reference] = shape.blurred(*more.items, is_open=more.is_open)
    return NONE


def _pop(state: State, reference: Reference, shape: SequenceShape, arguments: list[Value]) -> Outcome:
    place = arguments[0] if arguments else Constant(-1)
    if shape.is_exact and isinstance(place, Constant) and isinstance(place.value, int):
        items = [*shape.items]
        if not -len(items) <= place.value < len(items):
            return INDEX_ERROR
        item = items.pop(place.value)
        state.heap[reference] = shape.with_items(tuple(items))
        return state.resolve(item)
    state.heap[reference] = shape.blurred()
    if len(shape.items) == 1 and not shape.is_open:
        return Maybe(state.resolve(shape.items[0]), INDEX_ERROR)
    return Maybe(ANY, INDEX_ERROR)


def _clear(state: State, reference: Reference, shape: SequenceShape, _: list[Value]) -> Outcome:
    state.heap[reference] = SequenceShape(shape.type, node=shape.node)
    return NONE


def _reorder(state: State, reference: Reference, shape: SequenceShape, _: list[Value]) -> Outcome:
    if len(shape.items) > 1:
        state.heap[reference] = shape.blurred()
    return Maybe(NONE)


def _count(state: State, reference: Reference, shape: SequenceShape, _: list[Value]) -> Outcome:
    return Maybe(any_of_type("builtins.int"))


_METHODS: dict[str, Callable[[State, Reference, SequenceShape, list[Value]], Outcome]] = {
    "append": _append,
    "add": _append,
    "insert": _insert,
    "extend": _extend,
    "pop": _pop,
    "clear": _clear,
    "remove": _reorder,
    "discard": _reorder,
    "sort": _reorder,
    "reverse": _reorder,
    "count": _count,
    "index": _count,
}
_COPIES = {"copy", "union"}


def call_method(call: Call, reference: Reference, name: str) -> Outcome:
    """Call a method of a list, tuple, set or the like."""
    shape = call.state.sequence_at(reference)
    if shape is not None and name in _COPIES and not call.arguments:
        return call.allocate(shape)
    method = _METHODS.get(name)
    if method is None or shape is None:
        call.state.release([reference, *call.everything])
        return Maybe(call.fresh())
    return method(call.state, reference, shape, call.arguments)


def one_of(place: object, values: Sequence[Value]) -> Value:
    """One of some values."""
    options = tuple(dict.fromkeys(values))
    return options[0] if len(options) == 1 else Choice(place, options)
