"""Items of containers: read, set and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.interpreter.assumptions import assume
from flake8_incall.model.interpreter.operators import compute, type_of
from flake8_incall.model.interpreter.outcomes import Maybe, Outcome, Result
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.values import (
    ANY,
    ATTRIBUTES,
    Awaitable,
    Class,
    Constant,
    DictShape,
    Entry,
    Function,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    references,
    symbol,
    unfollowed,
)

# Ways are not followed for each key of dicts with more.
_MOST_KEYS = 8
KEY_ERROR = Raised(frozenset({"builtins.KeyError"}))
INDEX_ERROR = Raised(frozenset({"builtins.IndexError"}))
TYPE_ERROR = Raised(frozenset({"builtins.TypeError"}))
Done = tuple[State, Raised | None]


def get_item(state: State, owner: Value, key: Value) -> Outcome:
    """The value of `owner[key]`."""
    match state.shape(owner):
        case DictShape() as shape:
            return _get_key(state, owner, shape, key)
        case SequenceShape() as shape:
            return _get_index(state, shape, key)
        case _:
            pass
    if isinstance(owner, Constant) and _is_slice(key):
        bounds = slice_of(key)
        return unfollowed() if bounds is None else compute(lambda a: a[bounds], owner.value) or unfollowed()
    if isinstance(owner, Constant) and isinstance(key, Constant):
        return compute(lambda a, b: a[b], owner.value, key.value) or Maybe(ANY)
    if isinstance(owner, Constant) and owner.value is None:
        return TYPE_ERROR
    if isinstance(owner, Awaitable | Function):
        return TYPE_ERROR
    type_ = "builtins.str" if isinstance(owner, Symbol) and owner.type == "builtins.str" else ""
    return Maybe(symbol("item", owner, key, type=type_))


def _get_key(state: State, owner: Value, shape: DictShape, key: Value) -> Outcome:
    if not isinstance(key, Constant):
        return _get_unknown_key(state, owner, shape, key)
    entry = shape.lookup(key.value)
    if entry is None:
        return KEY_ERROR
    if entry.is_certain:
        return state.resolve(entry.value)
    lacking = state.fork()
    if isinstance(owner, Reference):
        lacking.heap[owner] = shape.without(key.value)
        state.heap[owner] = shape.with_entry(key.value, entry.value)
    return [(state, state.resolve(entry.value)), (lacking, KEY_ERROR)]


def _get_unknown_key(state: State, owner: Value, shape: DictShape, key: Value) -> Outcome:
    """Follow each key that it can be, when they are known."""
    ways = ways_by_key(state, shape, key)
    if ways is None:
        return Maybe(symbol("item", owner, key), KEY_ERROR)
    return [(way, KEY_ERROR if k is None else way.resolve(shape.entries[k.value].value)) for way, k in ways]


def ways_by_key(state: State, shape: DictShape, key: Value) -> list[tuple[State, Constant | None]] | None:
    """The ways on which a key that is not known is each of a dict's, or none of them.

    Returns:
        Each way with its key; `None` when the dict's keys are not all known, or are too many.
    """
    if shape.is_open or not isinstance(key, Symbol) or len(shape.entries) > _MOST_KEYS:
        return None
    ways: list[tuple[State, Constant | None]] = []
    for constant in map(Constant, shape.entries):
        way = state.fork()
        if assume(way, Symbol("==", (key, constant), "builtins.bool"), True):
            ways.append((way, constant))
    outside = state.fork()
    if assume(outside, Symbol("in", (key, *map(Constant, shape.entries)), "builtins.bool"), False):
        ways.append((outside, None))
    return ways


def _get_index(state: State, shape: SequenceShape, key: Value) -> Outcome:
    if shape.is_exact and isinstance(key, Constant):
        if shape.type in ("builtins.set", "builtins.generator"):
            return TYPE_ERROR
        if not isinstance(key.value, int):
            return TYPE_ERROR
        within = -len(shape.items) <= key.value < len(shape.items)
        return state.resolve(shape.items[key.value]) if within else INDEX_ERROR
    if isinstance(key, Reference | Function | Class):
        return TYPE_ERROR
    among = state.known(key).among if isinstance(key, Symbol) else None
    if shape.is_exact and among is not None:
        return _get_each_index(state, shape, key, among)
    if len(shape.items) == 1 and not shape.is_open and not _is_slice(key):
        return Maybe(state.resolve(shape.items[0]), INDEX_ERROR)
    return Maybe(ANY)


def _get_each_index(
    state: State, shape: SequenceShape, key: Value, among: tuple[Constant, ...]
) -> list[tuple[State, Result]]:
    """Follow each index that it can be."""
    results: list[tuple[State, Result]] = []
    for constant in among:
        way = state.fork()
        if assume(way, Symbol("is", (key, constant), "builtins.bool"), True):
            found = _get_index(way, shape, constant)
            results += found if isinstance(found, list) else [(way, found)]
    return results


def _is_slice(key: Value) -> bool:
    return isinstance(key, Symbol) and key.operation == "slice"


def slice_of(key: Value) -> slice | None:
    """The slice that a key is, when all its bounds are known."""
    if not isinstance(key, Symbol) or key.operation != "slice":
        return None
    bounds = [
        None if part is None else part.value for part in key.arguments if part is None or isinstance(part, Constant)
    ]
    return slice(*bounds) if len(bounds) == 3 else None


def set_item(state: State, value: Value, owner: Value, key: Value) -> Iterator[Done]:
    """Do `owner[key] = value`."""
    shape = state.shape(owner)
    if isinstance(owner, Reference) and isinstance(shape, DictShape):
        state.heap[owner] = with_item(state, shape, key, value)
    elif isinstance(owner, Reference) and isinstance(shape, SequenceShape):
        if shape.type != "builtins.list":
            yield state, TYPE_ERROR
            return
        state.heap[owner] = _with_index(shape, key, value)
    elif isinstance(owner, Constant):
        yield state, TYPE_ERROR
        return
    elif isinstance(owner, Symbol):
        _forget_items(state, owner)
    yield state, None


@dataclass(frozen=True, slots=True)
class OddKey:
    """A key that is not known but for its type, which is not text."""

    type: str


def with_item(state: State, shape: DictShape, key: Value, value: Value, *, in_place: bool = False) -> DictShape:
    """A dict after `d[key] = value`.

    Args:
        state: What is known of the key.
        shape: The dict before.
        key: The key.
        value: The value.
        in_place: Whether the shape is nobody else's yet and may be changed.
    """
    if isinstance(key, Constant):
        if in_place:
            shape.entries[key.value] = Entry(value)
            return shape
        return shape.with_entry(key.value, value)
    among = state.known(key).among
    if among is not None:
        entries = dict(shape.entries)
        for constant in among:
            before = shape.lookup(constant.value)
            entries[constant.value] = Entry(ANY, before is not None and before.is_certain)
        return shape.changed(entries, shape.absent)
    type_ = type_of(state, key)
    if type_ and type_ not in ("builtins.str", "builtins.object"):
        return shape.with_entry(OddKey(type_), value)
    # Any key may have been set, so any value may be another one now.
    blurred = {k: Entry(ANY, entry.is_certain) for k, entry in shape.entries.items()}
    return DictShape(blurred, True, frozenset(), shape.node, shape.type)


def _with_index(shape: SequenceShape, key: Value, value: Value) -> SequenceShape:
    if shape.is_exact and isinstance(key, Constant) and isinstance(key.value, int):
        items = [*shape.items]
        if -len(items) <= key.value < len(items):
            items[key.value] = value
            return shape.with_items(tuple(items))
    return shape.blurred(value)


def set_attribute(state: State, value: Value, owner: Value, name: str) -> None:
    """Do `owner.name = value` where the attributes of an instance are known; in other objects it is other code's."""
    is_known = isinstance(owner, Symbol) and owner.operation == "instance"
    for reference in () if is_known else references(value):
        if state.heap[reference].type == ATTRIBUTES:
            state.release([value])
    for reference in references(owner):
        shape = state.dict_at(reference)
        if shape is not None and shape.type == ATTRIBUTES:
            state.heap[reference] = shape.with_entry(name, value if is_known else ANY)


def _forget_items(state: State, owner: Symbol) -> None:
    for fact in list(state.facts):
        if isinstance(fact, Symbol) and fact.operation in ("item", "get", "in") and owner in fact.arguments:
            del state.facts[fact]


def delete_item(state: State, owner: Value, key: Value) -> Iterator[Done]:
    """Do `del owner[key]`."""
    shape = state.dict_at(owner)
    if shape is None or not isinstance(owner, Reference):
        if isinstance(owner, Reference):
            state.release([owner])
        yield state, None
        return
    if not isinstance(key, Constant):
        uncertain = {k: Entry(entry.value, False) for k, entry in shape.entries.items()}
        state.heap[owner] = shape.changed(uncertain, shape.absent)
        yield state, None
        return
    entry = shape.lookup(key.value)
    if entry is None or not entry.is_certain:
        yield state.fork(), KEY_ERROR
    if entry is not None:
        state.heap[owner] = shape.without(key.value)
        yield state, None
