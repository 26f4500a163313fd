"""Values as the search for a caller's words has them: texts piece by piece, and what is known of a caller's part.

A value is a few alternatives, each with the checks that have succeeded where the value is that alternative. To drop
an alternative is to miss a way, never to invent one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

# So many alternatives of a value are kept, so many parts of a text, and so deep are containers followed.
_MOST_ALTERNATIVES = 8
_MOST_PARTS = 40
_MOST_ITEMS = 40
_DEEPEST = 4


class Known(Enum):
    """What a check has told of a caller's words."""

    HARMLESS = "they are one of a known set, a number, or empty"
    PLAIN = "they have no character that means something in a URL"
    BOUND = "as a URL, its host is one that is meant"
    NAME = "they are an identifier"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where words come from.

    Attributes:
        parameter: The parameter of the in-call function.
        pieces: The nodes that took a piece out of it, one after the other; empty for the whole.
    """

    parameter: str
    pieces: tuple[ast.AST, ...] = ()

    def piece(self, node: ast.AST) -> Origin:
        """A piece of it; pieces of pieces of pieces are not told apart."""
        return self if len(self.pieces) >= 3 else Origin(self.parameter, (*self.pieces, node))

    def covers(self, other: Origin) -> bool:
        """Whether what is checked of this is checked of the other."""
        return self.parameter == other.parameter and other.pieces[: len(self.pieces)] == self.pieces


@dataclass(frozen=True, slots=True)
class Input:
    """Words of the caller inside a text.

    Attributes:
        origin: Where they come from.
        known: What was checked of them.
    """

    origin: Origin
    known: frozenset[Known] = frozenset()


class Other(Enum):
    """A part of a text that is no constant and not the caller's."""

    PART = "…"


Part = str | Input | Other
Check = tuple[Origin, Known]
Checks = frozenset[Check]
NO_CHECKS: Checks = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """A text, part by part."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """`None`, a truth value or a number."""

    value: object


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is no text and never false: a match, an object."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything, but nothing of the caller's."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set: its items, then any number of more."""

    items: tuple[Value, ...] = ()
    more: Value = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A dict: its known keys, what is under all others, and what these others are."""

    entries: tuple[tuple[object, Value], ...] = ()
    others: Value = ()
    keys: Value = ()


@dataclass(frozen=True, slots=True)
class Address:
    """The result of `urlparse`; `is_host` for the host in it."""

    text: Value
    is_host: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, not called yet."""

    owner: Value
    name: str


Form = Text | Constant | Thing | Unknown | Items | Mapping | Address | Method


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing that a value can be, and the checks that have succeeded if it is."""

    form: Form
    checks: Checks = NO_CHECKS


Value = tuple[Alternative, ...]
UNKNOWN: Value = (Alternative(Unknown()),)


def of(form: Form) -> Value:
    """A value that can be one thing only."""
    return (Alternative(form),)


def text(*parts: Part) -> Value:
    """A text of these parts."""
    return of(Text(_joined(parts)))


def answer(if_true: Iterable[Check] = (), if_false: Iterable[Check] = ()) -> Value:
    """A truth value, with the checks that it stands for."""
    return (
        Alternative(Constant(True), frozenset(if_true)),
        Alternative(Constant(False), frozenset(if_false)),
    )


def union(*values: Value) -> Value:
    """What is one of several values. Of what is the same, the checks that all have are kept."""
    found: dict[Form, Checks] = {}
    for value in values:
        for alternative in value:
            before = found.get(alternative.form)
            found[alternative.form] = alternative.checks if before is None else before & alternative.checks
    kept = found.items()
    if len(found) > _MOST_ALTERNATIVES:
        kept = sorted(kept, key=lambda item: not has_input(item[0]))[:_MOST_ALTERNATIVES]  # type: ignore[assignment]
    return tuple(Alternative(form, checks) for form, checks in kept)


def texts(value: Value) -> list[tuple[Part, ...]]:
    """The texts that a value can be, or be turned into by `str`."""
    found = []
    for alternative in value:
        match alternative.form:
            case Text(parts):
                found.append(parts)
            case Constant(constant):
                found.append((str(constant),))
            case Items() | Mapping() | Address() as form:
                found.append(tuple(dict.fromkeys(inputs(form))) or (Other.PART,))
            case _:
                found.append((Other.PART,))
    return list(dict.fromkeys(found))[:_MOST_ALTERNATIVES]


def joined(values: Iterable[Value]) -> Value:
    """The texts of several values, one after the other."""
    found: list[tuple[Part, ...]] = [()]
    for value in values:
        more = texts(value)
        if not more:
            return ()
        found = list(dict.fromkeys(_joined((*start, *end)) for start in found for end in more))
        if len(found) > _MOST_ALTERNATIVES:
            found = sorted(found, key=lambda parts: not any(isinstance(part, Input) for part in parts))
            del found[_MOST_ALTERNATIVES:]
    return tuple(Alternative(Text(parts)) for parts in found)


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    kept: list[Part] = []
    for part in parts:
        last = kept[-1] if kept else None
        if isinstance(part, str) and isinstance(last, str):
            kept[-1] = last + part
        elif part != "" and (part != last or isinstance(part, str)) and len(kept) < _MOST_PARTS:
            kept.append(part)
    return tuple(kept)


def items(values: Iterable[Value], more: Value = ()) -> Value:
    """A list of these, and then any number of more."""
    return of(Items(tuple(_flat(value) for value in values)[:_MOST_ITEMS], _flat(more)))


def mapping(entries: dict[object, Value], others: Value = (), keys: Value = ()) -> Value:
    """A dict of these entries, and of others under other keys."""
    kept = list(entries.items())[:_MOST_ITEMS]
    return of(Mapping(tuple((key, _flat(value)) for key, value in kept), _flat(others), _flat(keys)))


def _flat(value: Value) -> Value:
    """A value to be put into a container: what would nest too deep is a text of the caller's words in it."""
    if _depth(value) < _DEEPEST:
        return value
    return text(*dict.fromkeys(all_inputs(value))) if next(all_inputs(value), None) else UNKNOWN


def _depth(value: Value) -> int:
    return max((1 + _depth_of(a.form) for a in value if not isinstance(a.form, Text | Constant)), default=0)


def _depth_of(form: Form) -> int:
    match form:
        case Items(items, more):
            return max(map(_depth, (*items, more)))
        case Mapping(entries, others, keys):
            return max(map(_depth, (*(v for _, v in entries), others, keys)))
        case Address(value) | Method(value):
            return _depth(value)
    return 0


def inputs(form: Form) -> Iterator[Input]:
    """The caller's words in something, as deep as it goes."""
    match form:
        case Text(parts):
            yield from (part for part in parts if isinstance(part, Input))
        case Items(items, more):
            yield from (found for value in (*items, more) for found in all_inputs(value))
        case Mapping(entries, others, keys):
            yield from (found for value in (*(v for _, v in entries), others, keys) for found in all_inputs(value))
        case Address(value) | Method(value):
            yield from all_inputs(value)


def all_inputs(value: Value) -> Iterator[Input]:
    """The caller's words in a value."""
    for alternative in value:
        yield from inputs(alternative.form)


def has_input(form: Form) -> bool:
    """Whether something of the caller's is in it."""
    return next(inputs(form), None) is not None


def origins(value: Value) -> frozenset[Origin]:
    """Where the caller's words in a value come from."""
    return frozenset(found.origin for found in all_inputs(value))


def mapped(value: Value, change: Callable[[Part], Part]) -> Value:
    """The value with each part of its texts changed; the value itself where nothing is."""
    changed = tuple(replace(a, form=_mapped(a.form, change)) for a in value)
    return value if changed == value else union(changed)


def _mapped(form: Form, change: Callable[[Part], Part]) -> Form:
    match form:
        case Text(parts):
            return Text(_joined(change(part) for part in parts))
        case Items(items, more):
            return Items(tuple(mapped(item, change) for item in items), mapped(more, change))
        case Mapping(entries, others, keys):
            changed = tuple((key, mapped(v, change)) for key, v in entries)
            return Mapping(changed, mapped(others, change), mapped(keys, change))
        case Address(value):
            return replace(form, text=mapped(value, change))
        case Method(value):
            return replace(form, owner=mapped(value, change))
    return form


def checked(value: Value, checks: Checks) -> Value:
    """The value after checks have succeeded."""
    if not checks:
        return value

    def change(part: Part) -> Part:
        if not isinstance(part, Input):
            return part
        known = {known for origin, known in checks if origin.covers(part.origin)}
        return Other.PART if Known.HARMLESS in known else Input(part.origin, part.known | known)

    return mapped(value, change)


def under(value: Value, checks: Checks) -> Value:
    """The value with further checks that have succeeded if it is what it is."""
    return tuple(Alternative(a.form, a.checks | checks) for a in value) if checks else value


def truth(form: Form) -> bool | None:
    """Whether something counts as true; `None` when that is not known."""
    match form:
        case Constant(value):
            return bool(value)
        case Thing() | Method():
            return True
        case Text(parts):
            return any(isinstance(part, str) for part in parts) or (None if parts else False)
        case Items(items, more):
            return True if items else (None if more else False)
        case Mapping(entries, others):
            return True if entries else (None if others else False)
    return None


def narrowed(value: Value, result: bool) -> Value:
    """What a value is where it counts as true, or as false."""
    found = []
    for alternative in value:
        known = truth(alternative.form)
        if known is None and not result and isinstance(alternative.form, Text | Items | Mapping):
            found.append(Alternative(Constant(None), alternative.checks | about((alternative,), Known.HARMLESS)))
        elif known is None or known is result:
            found.append(alternative)
    return tuple(found)


def common(value: Value) -> Checks:
    """The checks that have succeeded whatever the value is."""
    if not value:
        return NO_CHECKS
    return frozenset.intersection(*(alternative.checks for alternative in value))


def about(value: Value, known: Known) -> Checks:
    """The checks that tell one thing of all that is the caller's in a value; what is harmless is all the rest too."""
    told = tuple(Known) if known is Known.HARMLESS else (known,)
    return frozenset((origin, one) for origin in origins(value) for one in told)
