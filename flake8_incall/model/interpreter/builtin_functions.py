"""What calls of builtins and of methods of constants give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flake8_incall.model.interpreter import dicts
from flake8_incall.model.interpreter.knowledge import Knowledge
from flake8_incall.model.interpreter.operators import NUMBERS, compute, truth, type_of
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome
from flake8_incall.model.interpreter.sequences import iterate
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.stores import TYPE_ERROR, set_attribute
from flake8_incall.model.interpreter.values import (
    ANY,
    FALSE,
    NONE,
    TRUE,
    Awaitable,
    Class,
    Constant,
    DictShape,
    Entry,
    External,
    Iterating,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    any_of_type,
    symbol,
)
from flake8_incall.model.interpreter.world import World

_STOP_ITERATION = Raised(frozenset({"builtins.StopIteration"}))
# Longer ranges are not counted out.
_LONGEST_RANGE = 64
_CONVERSIONS: dict[str, Callable[..., Any]] = {"str": str, "int": int, "float": float, "repr": repr, "abs": abs}


def _argument(call: Call, number: int = 0) -> Value:
    return call.state.resolve(call.arguments[number]) if number < len(call.arguments) else ANY


def _is_missing(call: Call, number: int = 0) -> bool:
    return number >= len(call.arguments) and not call.is_open


# Texts and numbers


def _conversion(name: str) -> Callable[[Call], Outcome]:
    type_ = f"builtins.{name}" if name in ("str", "int", "float") else "builtins.str" if name == "repr" else ""

    def convert(call: Call) -> Outcome:
        value = _argument(call)
        if not call.arguments and not call.is_open and name in ("str", "int", "float"):
            return Constant(_CONVERSIONS[name]())
        if isinstance(value, Constant) and len(call.arguments) == 1:
            return compute(_CONVERSIONS[name], value.value) or any_of_type(type_)
        if isinstance(value, Reference):
            return _text_of(call) if name in ("str", "repr") else TYPE_ERROR
        known = type_of(call.state, value) in NUMBERS
        result = symbol(name, value, type=_number([type_of(call.state, value)]) if name == "abs" and known else type_)
        if name in ("str", "repr") or known:
            return result
        return Maybe(result, Raised(frozenset({"builtins.ValueError", "builtins.TypeError"})))

    return convert


def _text_of(call: Call) -> Outcome:
    """The text of a container, which is never empty."""
    text = call.fresh("builtins.str")
    call.state.facts[text] = Knowledge(truth=True)
    return text


def _number(types: list[str]) -> str:
    """The type of the largest, smallest or absolute number of these types."""
    return "builtins.int" if {*types} <= {"builtins.int", "builtins.bool"} else "builtins.float"


def _extreme(name: str, function: Callable[..., Any]) -> Callable[[Call], Outcome | None]:
    """`max` and `min` of numbers."""

    def find(call: Call) -> Outcome | None:
        values = _compared(call)
        types = [type_of(call.state, value) for value in values]
        if not values or not {*types} <= {*NUMBERS}:
            return None
        constants = [value.value for value in values if isinstance(value, Constant)]
        if len(constants) == len(values):
            return compute(function, constants)
        return symbol(name, *values, type=_number(types))

    return find


def _compared(call: Call) -> list[Value]:
    """What `max` and `min` compare; nothing where that cannot be told."""
    if call.is_open or call.keywords:
        return []
    if len(call.arguments) != 1:
        return [call.state.resolve(argument) for argument in call.arguments]
    shape = call.state.sequence_at(_argument(call))
    is_known = shape is not None and shape.is_exact
    return [call.state.resolve(item) for item in shape.items] if shape is not None and is_known else []


def _bool(call: Call) -> Outcome:
    if _is_missing(call):
        return FALSE
    value = _argument(call)
    answer = truth(call.state, value)
    return symbol("truth", value, type="builtins.bool") if answer is None else Constant(answer)


def _len(call: Call) -> Outcome:
    value = _argument(call)
    match call.state.shape(value):
        case SequenceShape(is_exact=True, items=items):
            return Constant(len(items))
        case DictShape(is_open=False, entries=entries) if all(entry.is_certain for entry in entries.values()):
            return Constant(len(entries))
        case None if isinstance(value, Constant):
            return compute(len, value.value) or Maybe(ANY)
        case None if type_of(call.state, value) not in ("builtins.str", "builtins.list", "builtins.dict"):
            return Maybe(symbol("len", value, type="builtins.int"), TYPE_ERROR)
        case _:
            return symbol("len", value, type="builtins.int")


def _isinstance(call: Call) -> Outcome:
    value, types = _argument(call), _type_names(call.machine.world, call.state, _argument(call, 1))
    if types is None:
        return Maybe(any_of_type("builtins.bool"))
    actual = type_of(call.state, value)
    if actual:
        ancestors = call.machine.world.classes.ancestors(actual)
        if actual == "builtins.bool":
            ancestors = (*ancestors, "builtins.int")
        if not types.isdisjoint(ancestors) or "builtins.object" in types:
            return TRUE
        if isinstance(value, Constant | Reference) and all(name.startswith("builtins.") for name in types):
            return FALSE
    if isinstance(value, Symbol):
        return Symbol("isinstance", (value, types), "builtins.bool")
    return any_of_type("builtins.bool")


def _type_names(world: World, state: State, value: Value) -> frozenset[str] | None:
    match value:
        case External(name=name):
            return frozenset({"builtins.NoneType" if name == "types.NoneType" else name})
        case Class(definition=definition):
            return frozenset({world.classes.name_of(definition)})
        case Constant(value=None):
            return frozenset({"builtins.NoneType"})
        case Symbol(operation="|", arguments=(left, right)):
            one, other = _type_names(world, state, left), _type_names(world, state, right)
            return None if one is None or other is None else one | other
        case Reference() if (shape := state.sequence_at(value)) is not None and shape.is_exact:
            names = [_type_names(world, state, state.resolve(item)) for item in shape.items]
            return frozenset().union(*(n for n in names if n is not None)) if None not in names else None
        case _:
            return None


# Containers


def _sequence(name: str) -> Callable[[Call], Outcome]:
    def make(call: Call) -> Outcome:
        if _is_missing(call):
            return call.allocate(SequenceShape(name, node=call.step.node))
        items = iterate(call.state, _argument(call))
        if isinstance(items, Raised):
            return items
        shape = SequenceShape(name, items.items, items.is_exact, items.is_open, call.step.node)
        if name in ("builtins.set", "builtins.frozenset"):
            distinct = dict.fromkeys(items.items)
            shape = SequenceShape(name, tuple(distinct), items.is_exact, items.is_open, call.step.node)
        made = call.allocate(shape)
        return Maybe(made) if items.is_open else made

    return make


def _reversed(call: Call) -> Outcome:
    items = iterate(call.state, _argument(call))
    if isinstance(items, Raised):
        return items
    backwards = tuple(reversed(items.items))
    shape = SequenceShape("builtins.iterator", backwards, items.is_exact, items.is_open, call.step.node)
    return call.allocate(shape)


def _lazy(call: Call) -> Outcome:
    """`map` and `filter`: what they give is not worked out."""
    call.state.release(call.everything)
    return Maybe(call.allocate(SequenceShape("builtins.iterator", (), False, True, call.step.node)))


def _next(call: Call) -> Outcome:
    """The next item of an iterator, which is a container that loses its first item."""
    iterator = _argument(call)
    shape = call.state.sequence_at(iterator)
    default: Value | Raised = call.arguments[1] if len(call.arguments) > 1 else _STOP_ITERATION
    if shape is None or not isinstance(iterator, Reference) or not shape.is_exact:
        call.state.release([iterator])
        return Maybe(call.fresh(), _STOP_ITERATION)
    if not shape.items:
        return default
    call.state.heap[iterator] = shape.with_items(shape.items[1:])
    return call.state.resolve(shape.items[0])


def _anext(call: Call) -> Outcome:
    """The coroutine of the next item."""
    found = _next(call)
    if isinstance(found, Maybe):
        return Maybe(Awaitable(found.value), found.raised)
    return Awaitable(found) if isinstance(found, Value) else found


def _sorted(call: Call) -> Outcome:
    items = iterate(call.state, _argument(call))
    if isinstance(items, Raised):
        return items
    shape = SequenceShape("builtins.list", items.items, items.is_exact, items.is_open, call.step.node)
    values = [item.value for item in items.items if isinstance(item, Constant)]
    if items.is_exact and len(values) == len(items.items) and not call.keywords:
        try:
            shape = shape.with_items(tuple(Constant(value) for value in sorted(values)))
        except TypeError:
            return TYPE_ERROR
    elif len(items.items) > 1:
        shape = shape.blurred()
    return Maybe(call.allocate(shape))


def _range(call: Call) -> Outcome:
    numbers = [a.value for a in call.arguments if isinstance(a, Constant) and isinstance(a.value, int)]
    if len(numbers) == len(call.arguments) and 1 <= len(numbers) <= 3 and 0 not in numbers[2:]:
        counted = range(*numbers)
        if len(counted) <= _LONGEST_RANGE:
            shape = SequenceShape("builtins.range", tuple(Constant(n) for n in counted), node=call.step.node)
            return call.allocate(shape)
    item = any_of_type("builtins.int")
    return Maybe(call.allocate(SequenceShape("builtins.range", (item,), False, node=call.step.node)), TYPE_ERROR)


def _enumerate(call: Call) -> Outcome:
    items = iterate(call.state, _argument(call))
    if isinstance(items, Raised):
        return items
    start = _argument(call, 1) if len(call.arguments) > 1 else Constant(0)
    if not items.is_exact or not isinstance(start, Constant) or call.keywords:
        return call.allocate(SequenceShape("builtins.iterator", (), False, True, call.step.node))
    pairs = ((Constant(start.value + number), item) for number, item in enumerate(items.items))
    return _tuples(call, pairs)


def _zip(call: Call) -> Outcome:
    iterators = [iterate(call.state, argument) for argument in call.arguments]
    exact = [i for i in iterators if isinstance(i, Iterating) and i.is_exact]
    if len(exact) != len(iterators) or {*call.keywords} - {"strict"} or call.is_open:
        return Maybe(call.allocate(SequenceShape("builtins.iterator", (), False, True, call.step.node)))
    return _tuples(call, zip(*(i.items for i in exact), strict=False))


def _tuples(call: Call, rows: Iterable[tuple[Value, ...]]) -> Outcome:
    items = [
        call.allocate(SequenceShape("builtins.tuple", row, node=call.step.node), number)
        for number, row in enumerate(rows)
    ]
    return call.allocate(SequenceShape("builtins.iterator", tuple(items), node=call.step.node))


def _fromkeys(call: Call) -> Outcome:
    keys = iterate(call.state, _argument(call))
    value = _argument(call, 1) if len(call.arguments) > 1 else NONE
    if isinstance(keys, Raised):
        return keys
    constants = [key.value for key in keys.items if isinstance(key, Constant)]
    is_exact = keys.is_exact and len(constants) == len(keys.items)
    entries = {key: Entry(value, is_exact) for key in constants}
    return call.allocate(DictShape(entries, not is_exact, node=call.step.node))


def _every(operation: str) -> Callable[[Call], Outcome]:
    """`all` and `any`."""
    stops_at = operation == "any of"

    def combine(call: Call) -> Outcome:
        items = iterate(call.state, _argument(call))
        if isinstance(items, Raised):
            return items
        if not items.is_exact:
            return Maybe(any_of_type("builtins.bool"))
        resolved = [call.state.resolve(item) for item in items.items]
        answers = [truth(call.state, item) for item in resolved]
        if stops_at in answers:
            return Constant(stops_at)
        open_ones = [item for item, answer in zip(resolved, answers, strict=True) if answer is None]
        return symbol(operation, *open_ones, type="builtins.bool") if open_ones else Constant(not stops_at)

    return combine


def _type(call: Call) -> Outcome:
    name = type_of(call.state, _argument(call))
    return External(name) if name and len(call.arguments) == 1 else symbol("type", _argument(call))


def _setattr(call: Call) -> Outcome | None:
    owner, name = _argument(call), _argument(call, 1)
    if not isinstance(name, Constant) or len(call.arguments) != 3:
        call.hand_over()
        return None
    set_attribute(call.state, _argument(call, 2), owner, str(name.value))
    return Maybe(NONE)


def _copied(call: Call) -> Outcome:
    shape = call.state.shape(_argument(call))
    return call.allocate(shape) if shape is not None else _argument(call)


# Each gives the outcome of a call, or `None` where it is not worked out.
BUILTINS: dict[str, Callable[[Call], Outcome | None]] = {
    **{f"builtins.{name}": _conversion(name) for name in _CONVERSIONS},
    "builtins.bool": _bool,
    "builtins.len": _len,
    "builtins.max": _extreme("max", max),
    "builtins.min": _extreme("min", min),
    "builtins.isinstance": _isinstance,
    **{f"builtins.{name}": _sequence(f"builtins.{name}") for name in ("list", "tuple", "set", "frozenset")},
    "builtins.iter": _sequence("builtins.iterator"),
    "builtins.reversed": _reversed,
    "builtins.map": _lazy,
    "builtins.filter": _lazy,
    "builtins.next": _next,
    "builtins.anext": _anext,
    "builtins.sorted": _sorted,
    "builtins.range": _range,
    "itertools.count": lambda _: Iterating((), is_exact=False, is_endless=True),
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.dict": dicts.make,
    "collections.OrderedDict": lambda call: dicts.make(call, "collections.OrderedDict"),
    "builtins.dict.fromkeys": _fromkeys,
    "builtins.all": _every("all"),
    "builtins.any": _every("any of"),
    "builtins.type": _type,
    "builtins.setattr": _setattr,
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
    "typing.cast": lambda call: _argument(call, 1),
}
