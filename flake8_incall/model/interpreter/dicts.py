"""Dicts: made, merged, and what their methods do."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from flake8_incall.model.interpreter.operators import compare
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome, Result
from flake8_incall.model.interpreter.sequences import iterate, one_of
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.stores import KEY_ERROR, TYPE_ERROR, ways_by_key
from flake8_incall.model.interpreter.values import (
    ANY,
    FALSE,
    NONE,
    TRUE,
    Constant,
    DictShape,
    Entry,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    symbol,
)

# A method, given how it is called, on what, and what is known of that.
Method = Callable[[Call, Reference, DictShape], Outcome]
_COMPARING = ("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset")


def merged(state: State, shape: DictShape, other: Value) -> DictShape | Raised:
    """A dict after `update(other)`, or `**other` in its display.

    Args:
        state: Where `other` is looked up.
        shape: The dict before.
        other: A mapping, or an iterable of pairs.
    """
    match state.shape(other):
        case DictShape() as more:
            return _merged_dict(shape, more)
        case SequenceShape() as pairs:
            return _merged_pairs(state, shape, pairs)
        case _:
            return TYPE_ERROR if isinstance(other, Constant) and other.value != "" else _overwritten(shape)


def _merged_dict(shape: DictShape, more: DictShape) -> DictShape:
    entries = dict(shape.entries)
    if more.is_open:
        entries = dict(_overwritten(shape, but=more.absent).entries)
    for key, entry in more.entries.items():
        before = shape.lookup(key)
        if entry.is_certain or before is None:
            entries[key] = entry
        else:
            entries[key] = Entry(one_of(("merged", key), _options(before, entry)), before.is_certain)
    is_open = shape.is_open or more.is_open
    absent = shape.absent if shape.is_open else frozenset()
    absent = (absent & more.absent if more.is_open else absent).difference(more.entries)
    return DictShape(entries, is_open, absent, shape.node, shape.type)


def _options(*entries: Entry) -> list[Value]:
    options: list[Value] = []
    for entry in entries:
        options += getattr(entry.value, "options", [entry.value])
    return options


def _overwritten(shape: DictShape, but: frozenset[Any] = frozenset()) -> DictShape:
    """A dict after keys that are not known were set."""
    entries = {key: entry if key in but else Entry(ANY, entry.is_certain) for key, entry in shape.entries.items()}
    return DictShape(entries, True, frozenset(), shape.node, shape.type)


def _merged_pairs(state: State, shape: DictShape, pairs: SequenceShape) -> DictShape | Raised:
    if not pairs.is_exact:
        return _overwritten(shape) if pairs.is_open or pairs.items else shape
    for item in pairs.items:
        pair = iterate(state, state.resolve(item))
        if isinstance(pair, Raised):
            return pair
        if not pair.is_exact:
            return _overwritten(shape)
        if len(pair.items) != 2:
            return Raised(frozenset({"builtins.ValueError"}))
        key = state.resolve(pair.items[0])
        if not isinstance(key, Constant):
            return _overwritten(shape)
        shape = shape.with_entry(key.value, pair.items[1])
    return shape


def make(call: Call, type: str = "builtins.dict") -> Outcome:  # noqa: A002
    """A new dict from mappings or pairs, one over the other, and keyword arguments."""
    shape = _updated(call, DictShape({}, node=call.step.node, type=type))
    return shape if isinstance(shape, Raised) else call.allocate(shape)


def _updated(call: Call, shape: DictShape) -> DictShape | Raised:
    for source in call.arguments:
        found = merged(call.state, shape, source)
        if isinstance(found, Raised):
            return found
        shape = found
    for name, value in call.keywords.items():
        shape = shape.with_entry(name, value)
    return shape.opened() if call.is_open else shape


def _get(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    key = call.arguments[0] if call.arguments else ANY
    default = call.arguments[1] if len(call.arguments) > 1 else call.keywords.get("default", NONE)
    if isinstance(key, Constant):
        return look_up(call.state, reference, shape, key.value, default)
    ways = ways_by_key(call.state, shape, key)
    if ways is None:
        return symbol("get", reference, key, default)
    results: list[tuple[State, Result]] = []
    for way, found in ways:
        outcome = default if found is None else look_up(way, reference, shape, found.value, default)
        results += outcome if isinstance(outcome, list) else [(way, outcome)]
    return results


def look_up(state: State, reference: Reference, shape: DictShape, key: Any, default: Value) -> Outcome:
    """The value of a key, or the default; where the key may be there, each on a way of its own."""
    entry = shape.lookup(key)
    if entry is None:
        return default
    if entry.is_certain:
        return state.resolve(entry.value)
    if key not in shape.entries:
        return symbol("get", reference, Constant(key), default)
    lacking = state.fork()
    lacking.heap[reference] = shape.without(key)
    state.heap[reference] = shape.with_entry(key, entry.value)
    return [(state, state.resolve(entry.value)), (lacking, default)]


def _pop(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    key = call.arguments[0] if call.arguments else ANY
    if not isinstance(key, Constant):
        uncertain = {k: Entry(entry.value, False) for k, entry in shape.entries.items()}
        call.state.heap[reference] = shape.changed(uncertain, shape.absent)
        return Maybe(ANY, KEY_ERROR)
    entry = shape.lookup(key.value)
    default = call.arguments[1] if len(call.arguments) > 1 else KEY_ERROR
    if entry is None:
        return default
    lacking = call.state.fork()
    call.state.heap[reference] = lacking.heap[reference] = shape.without(key.value)
    value = call.state.resolve(entry.value)
    return value if entry.is_certain else [(call.state, value), (lacking, default)]


def _setdefault(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    key = call.arguments[0] if call.arguments else ANY
    default = call.arguments[1] if len(call.arguments) > 1 else NONE
    if not isinstance(key, Constant):
        call.state.heap[reference] = shape.opened()
        return ANY
    entry = shape.lookup(key.value)
    if entry is not None and entry.is_certain:
        return call.state.resolve(entry.value)
    lacking = call.state.fork()
    lacking.heap[reference] = shape.with_entry(key.value, default)
    if entry is None:
        return [(lacking, default)]
    call.state.heap[reference] = shape.with_entry(key.value, entry.value)
    return [(call.state, call.state.resolve(entry.value)), (lacking, default)]


def _update(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    found = _updated(call, shape)
    if isinstance(found, Raised):
        return found
    call.state.heap[reference] = found
    return NONE


def _clear(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    call.state.heap[reference] = DictShape({}, node=shape.node, type=shape.type)
    return NONE


def _copy(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    copied = DictShape(shape.entries, shape.is_open, shape.absent, call.step.node, shape.type)
    return call.allocate(copied)


def _popitem(call: Call, reference: Reference, shape: DictShape) -> Outcome:
    uncertain = {k: Entry(entry.value, False) for k, entry in shape.entries.items()}
    call.state.heap[reference] = shape.changed(uncertain, shape.absent)
    return Maybe(ANY, KEY_ERROR)


def _view(name: str) -> Method:
    def view(call: Call, reference: Reference, shape: DictShape) -> Outcome:
        is_exact = not shape.is_open and all(entry.is_certain for entry in shape.entries.values())
        items: list[Value] = []
        for number, (key, entry) in enumerate(shape.entries.items()):
            if name == "keys":
                items.append(Constant(key))
            elif name == "values":
                items.append(entry.value)
            else:
                pair = SequenceShape("builtins.tuple", (Constant(key), entry.value), node=call.step.node)
                items.append(call.allocate(pair, number))
        seen = SequenceShape(f"builtins.dict_{name}", tuple(items), is_exact, shape.is_open, call.step.node)
        return call.allocate(seen)

    return view


_METHODS: dict[str, Method] = {
    "get": _get,
    "pop": _pop,
    "setdefault": _setdefault,
    "update": _update,
    "clear": _clear,
    "copy": _copy,
    "popitem": _popitem,
    **{name: _view(name) for name in ("keys", "values", "items")},
}


def call_method(call: Call, reference: Reference, name: str) -> Outcome:
    """Call a method of a dict."""
    shape = call.state.dict_at(reference)
    method = _METHODS.get(name)
    if method is None or shape is None:
        call.state.release([reference, *call.arguments])
        return Maybe(call.fresh())
    return method(call, reference, shape)


def contains(state: State, container: Value, item: Value) -> Value | None:
    """The value of `item in container` for a container whose items are known; `None` for others."""
    match state.shape(container):
        case DictShape() as shape if isinstance(item, Constant):
            entry = shape.lookup(item.value)
            if entry is None or entry.is_certain:
                return Constant(entry is not None)
            return Symbol("has", (container, item, shape), "builtins.bool")
        case DictShape(is_open=False, entries=entries) if all(entry.is_certain for entry in entries.values()):
            return symbol("in", item, *map(Constant, entries), type="builtins.bool") if entries else FALSE
        case SequenceShape(is_exact=True, items=items) if all(isinstance(i, Constant) for i in items):
            constants = [i for i in items if isinstance(i, Constant)]
            if isinstance(item, Constant):
                return Constant(any(item.value == constant.value for constant in constants))
            return symbol("in", item, *constants, type="builtins.bool") if constants else FALSE
        case SequenceShape(is_exact=True, items=items, type=type_) if type_ in _COMPARING:
            answers = [compare(state, ast.Eq(), item, state.resolve(one)) for one in items]
            if TRUE in answers:
                return TRUE
            open_ones = [answer for answer in answers if isinstance(answer, Symbol)]
            return symbol("any of", *open_ones, type="builtins.bool") if open_ones else FALSE
        case _:
            return None
