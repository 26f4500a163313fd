"""The rounds of a loop: what one round makes is not what the next round makes at the same place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.state import Returned, State
from flake8_incall.model.interpreter.values import (
    Awaitable,
    Choice,
    DictShape,
    Entry,
    Function,
    Iterating,
    Minted,
    SequenceShape,
    Shape,
    Symbol,
    Value,
    any_of_type,
    parts,
    symbol,
)

Renames = dict[Symbol, Symbol]
_OLDER = "older"


def begin_round(state: State, head: Step) -> None:
    """Begin another round of a loop.

    Symbols of the last round are marked as older; those that were so already are forgotten.
    """
    renames = {leaf: _older(leaf) for leaf in _leaves(state) if _is_made_in(leaf, head)}
    if not renames:
        return
    state.env = {variable: _rename(value, renames) for variable, value in state.env.items()}
    state.stack = [_rename(value, renames) for value in state.stack]
    state.heap = {reference: _rename_shape(shape, renames) for reference, shape in state.heap.items()}
    facts = ((_rename(value, renames), known) for value, known in state.facts.items())
    state.facts = {value: known for value, known in facts if not (isinstance(value, Symbol) and value.is_forgotten)}
    if isinstance(state.leaving, Returned):
        state.leaving = Returned(state.leaving.node, _rename(state.leaving.value, renames))


def _leaves(state: State) -> Iterator[Symbol]:
    inside = (part for shape in state.heap.values() for part in parts(shape))
    seen: set[object] = set()
    for value in (*state.env.values(), *state.stack, *state.facts, *inside):
        for leaf in _leaves_of(value):
            if isinstance(leaf, Symbol) and leaf not in seen:
                seen.add(leaf)
                yield leaf


def _leaves_of(value: Value) -> Iterator[object]:
    match value:
        case Symbol():
            yield from value.leaves
        case Choice(options=values) | Iterating(items=values) | Function(bound=values):
            for inner in values:
                yield from _leaves_of(inner)
        case Awaitable(result=result):
            yield from _leaves_of(result)


def _is_made_in(leaf: Symbol, head: Step) -> bool:
    minted: Minted = leaf.arguments[0]
    return any(isinstance(step, Step) and step.is_in(head) for step in (*minted.context, minted.step))


def _older(leaf: Symbol) -> Symbol:
    minted: Minted = leaf.arguments[0]
    if isinstance(minted.detail, tuple) and minted.detail[:1] == (_OLDER,):
        return any_of_type(leaf.type)
    older = Minted(minted.context, minted.step, (_OLDER, minted.detail))
    return Symbol("new", (older,), leaf.type)


def _rename(value: Value, renames: Renames) -> Value:
    match value:
        case Symbol():
            return _rename_symbol(value, renames)
        case Choice():
            return Choice(value.place, tuple(_rename(option, renames) for option in value.options))
        case Iterating():
            items = tuple(_rename(item, renames) for item in value.items)
            return replace(value, items=items)
        case Function(bound=bound, named=named) if bound or named:
            by_name = tuple((name, _rename(argument, renames)) for name, argument in named)
            by_place = tuple(_rename(argument, renames) for argument in bound)
            return Function(value.definition, by_place, by_name, value.closure)
        case Awaitable():
            return Awaitable(_rename(value.result, renames))
        case _:
            return value


def _rename_symbol(value: Symbol, renames: Renames) -> Symbol:
    if value in renames:
        return renames[value]
    if value.leaves.isdisjoint(renames):
        return value
    arguments = [
        _rename(argument, renames) if isinstance(argument, Symbol | Choice) else argument
        for argument in value.arguments
    ]
    return symbol(value.operation, *arguments, type=value.type)


def _rename_shape(shape: Shape, renames: Renames) -> Shape:
    if isinstance(shape, SequenceShape):
        return shape.with_items(tuple(_rename(item, renames) for item in shape.items))
    entries = {key: Entry(_rename(entry.value, renames), entry.is_certain) for key, entry in shape.entries.items()}
    return DictShape(entries, shape.is_open, shape.absent, shape.node, shape.type)
