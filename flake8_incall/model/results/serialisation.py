"""What of a result JSON cannot carry, and what makes it carry it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flake8_incall.catalogue import Catalogue
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.stores import OddKey
from flake8_incall.model.interpreter.values import (
    Awaitable,
    Class,
    Constant,
    DictShape,
    Function,
    Iterating,
    Reference,
    SequenceShape,
    Symbol,
    Value,
)
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.classes import written
from flake8_incall.model.results.results import Result, Results, certain_groups

# What LiveKit hands on to the model although JSON has no form for it.
_FINE_FOR_LIVEKIT = frozenset({"builtins.set", "builtins.frozenset", "builtins.complex"})
_MODELS = frozenset({"pydantic.BaseModel"})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value that JSON cannot carry.

    Attributes:
        path: Where it is in the result: `"data.eta"`; empty for the result itself.
        what: What it is, as a phrase.
        fix: What to do, as a phrase; empty when nothing short helps.
    """

    path: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A key that is no text: how it is written, or its type."""

    path: str
    what: str
    is_refused_by_livekit: bool


def foreign_values(world: World, results: Results, *, for_livekit: bool) -> Iterator[tuple[Result, Foreign]]:
    """The values in results that JSON cannot carry, or that LiveKit refuses."""
    for group in certain_groups(results):
        found = [set(_foreign_values(world, result.without_doubt(), for_livekit=for_livekit)) for result in group]
        for foreign in set.intersection(*found):
            yield group[0], foreign
    for result in results.returned:
        for foreign in _foreign_values(world, result, for_livekit=for_livekit):
            yield result, foreign


def _foreign_values(world: World, result: Result, *, for_livekit: bool) -> Iterator[Foreign]:
    for path, value, is_certain in _values(result):
        phrase = _foreign(world, result, value, for_livekit=for_livekit)
        if phrase is not None and is_certain:
            yield Foreign(path, *phrase)


def foreign_keys(result: Result) -> Iterator[ForeignKey]:
    """The keys of dicts in a result that are no texts."""
    for path, value, is_certain in _values(result):
        shape = result.shape(value)
        if not is_certain or not isinstance(shape, DictShape):
            continue
        for key in shape.entries:
            if isinstance(key, OddKey):
                yield ForeignKey(path, f"of type `{_short(key.type)}`", not _is_plain(key.type))
            elif not isinstance(key, str):
                yield ForeignKey(path, f"`{key!r}`", not isinstance(key, int | float | None))


def _is_plain(type_: str) -> bool:
    return type_ in ("builtins.int", "builtins.float", "builtins.bool", "builtins.NoneType", "builtins.complex")


def _values(result: Result) -> Iterator[tuple[str, Value, bool]]:
    """Every value in a result, with its path and whether it is there for certain on some way."""
    pending = [("", result.value, result.is_certain, 0)]
    seen: set[Reference] = set()
    while pending:
        path, value, is_certain, depth = pending.pop()
        for option, option_is_certain in result.options(value):
            certain = is_certain and option_is_certain
            yield path, option, certain
            if not isinstance(option, Reference) or option in seen or depth > _DEEPEST:
                continue
            seen.add(option)
            shape = result.shape(option)
            if isinstance(shape, DictShape):
                inner = [(_joined(path, key), entry.value) for key, entry in shape.entries.items()]
            elif isinstance(shape, SequenceShape):
                inner = [(f"{path}[{n}]" if shape.is_exact else f"{path}[...]", v) for n, v in enumerate(shape.items)]
            else:
                inner = []
            pending += [(inner_path, v, certain, depth + 1) for inner_path, v in reversed(inner)]


def _joined(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _foreign(world: World, result: Result, value: Value, *, for_livekit: bool) -> tuple[str, str] | None:
    match value:
        case Awaitable():
            return "an unawaited coroutine", "add `await`"
        case Function():
            return "a function", "call it"
        case Class(definition=definition):
            return f"the class `{definition.name}`", "return its fields as a dict"
        case Iterating():
            return "an iterator", "use `list(...)`"
        case Constant() | Reference() | Symbol():
            type_ = type_of(result.state, value)
            return None if not type_ else _foreign_type(world, type_, for_livekit=for_livekit)
        case _:
            return None


def _foreign_type(world: World, type_: str, *, for_livekit: bool) -> tuple[str, str] | None:
    if for_livekit and type_ in _FINE_FOR_LIVEKIT:
        return None
    if world.classes.definition(type_) is not None:
        return _local(world, type_, for_livekit=for_livekit)
    if type_ == "builtins.coroutine":
        return "an unawaited coroutine", "add `await`"
    known = world.catalogue.type(type_)
    if known is None or known.json:
        return None
    return _phrase(type_), _advice(known.fix)


def _is_carried(catalogue: Catalogue, base: str) -> bool:
    """Whether JSON carries the instances of what inherits from a class."""
    known = catalogue.type(base)
    return bool(known and known.json) or base == "typing.NamedTuple" or catalogue.has("is-typed-dict", base)


def _local(world: World, type_: str, *, for_livekit: bool) -> tuple[str, str] | None:
    """What is to be said of an instance of one of the module's own classes."""
    ancestors = world.classes.ancestors(type_)
    # An agent that is returned takes the call over; LiveKit never sends it to the model.
    if for_livekit and any(name.startswith("livekit.") for name in ancestors):
        return None
    is_plain = any(map(partial(_is_carried, world.catalogue), ancestors))
    phrase = f"an instance of `{_short(type_)}`"
    if "builtins.BaseException" in ancestors:
        return f"the exception `{_short(type_)}`", "use `str(...)`"
    if "enum.Enum" in ancestors:
        return None if is_plain else (f"a member of `{_short(type_)}`", "append `.value`")
    if is_plain:
        return None
    if not _MODELS.isdisjoint(ancestors):
        return phrase, 'append `.model_dump(mode="json")`'
    definition = world.classes.definition(type_)
    if definition is not None and any("dataclass" in name for name in world.decorators(definition)):
        return phrase, "use `dataclasses.asdict(...)`"
    return None if "?" in ancestors else (phrase, "return its fields as a dict")


def _phrase(type_: str) -> str:
    name = _short(type_)
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} `{name}`"


def _short(type_: str) -> str:
    return written(type_.removeprefix("builtins."))


def _advice(fix: str) -> str:
    if not fix:
        return "return its fields as a dict"
    return f"append `{fix}`" if fix.startswith(".") else f"use `{fix}`"
