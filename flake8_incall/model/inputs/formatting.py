"""Texts that are put together from others: `format`, `%`, `join`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from flake8_incall.model.inputs.values import (
    UNKNOWN,
    Items,
    Mapping,
    Other,
    Part,
    Text,
    Value,
    joined,
    of,
    origins,
    text,
    texts,
    union,
)


def between(separator: tuple[Part, ...], argument: Value) -> Value:
    """`separator.join(argument)`."""
    found: list[Value] = []
    for alternative in argument:
        match alternative.form:
            case Items(known, more):
                parts = [*known, *([more, more] if more else [])]
                comma = text(*separator)
                found.append(joined(p for n, part in enumerate(parts) for p in ((comma, part) if n else (part,))))
            case Text() as whole:
                found.append(of(whole))
            case _:
                found.append(text(Other.PART))
    return union(*found)


def formatted(template: tuple[Part, ...], arguments: list[Value], keywords: dict[str, Value]) -> Value:
    """`template.format(...)`; with a template that is no constant, anything that it is handed may be in it."""
    if len(template) != 1 or not isinstance(template[0], str):
        return joined([text(*template), *arguments, *keywords.values()])
    values: list[Value] = []
    try:
        for literal, name, spec in _fields(template[0]):
            values.append(text(literal))
            if name is not None:
                value = _field(name, arguments, keywords)
                values.append(text(Other.PART) if is_numeric(spec) else value)
    except ValueError:
        return text(Other.PART)
    return joined(values)


def is_numeric(specification: str) -> bool:
    """Whether a format specification takes nothing but a number: the `02d` of `{days:02d}`."""
    return specification[-1:] in set("bcdeEfFgGnoxX%")


def _fields(template: str) -> Iterator[tuple[str, str | None, str]]:
    automatic = 0
    for literal, name, spec, _ in Formatter().parse(template):
        if name is None:
            yield literal, None, ""
            continue
        base = re.split(r"[.\[]", name, maxsplit=1)[0]
        if base == "":
            base, automatic = str(automatic), automatic + 1
        yield literal, base, spec or ""


def _field(name: str, arguments: list[Value], keywords: dict[str, Value]) -> Value:
    if name.isdecimal():
        return arguments[int(name)] if int(name) < len(arguments) else UNKNOWN
    return keywords.get(name, keywords.get("**", UNKNOWN))


def percent(template: Value, values: Value) -> Value:
    """`template % values`."""
    found: list[Value] = []
    for parts in texts(template):
        for alternative in values:
            match alternative.form:
                case Items(known, ()):
                    found.append(_percent(parts, list(known), {}))
                case Mapping(entries, others):
                    found.append(_percent(parts, [others or UNKNOWN], dict(entries)))
                case form:
                    found.append(_percent(parts, [of(form)], {}))
    return union(*found)


def _percent(template: tuple[Part, ...], arguments: list[Value], named: dict[object, Value]) -> Value:
    """Each `%s` in turn, each `%(name)s` by its name; a template that is not a constant takes everything."""
    if len(template) != 1 or not isinstance(template[0], str):
        return joined([text(*template), *arguments, *named.values()])
    values: list[Value] = []
    remaining = iter(arguments)
    for literal, place in re.findall(r"([^%]*)(%(?:\(\w*\))?[-#0-9 +.*]*[a-zA-Z%])?", template[0]):
        values.append(text(literal))
        name = re.match(r"%\((\w*)\)", place)
        if place.endswith("%"):
            values.append(text("%"))
        elif place:
            value = named.get(name[1], arguments[0]) if name else next(remaining, UNKNOWN)
            values.append(value if place[-1] in "sra" else text(Other.PART))
    return joined(values)


def replaced(owner: Value, old: Value, new: Value) -> Value:
    """`owner.replace(old, new)`; where the caller's words do not come in with `new`, they stay what they are."""
    if not origins(new):
        return owner
    found: list[Value] = []
    for parts in texts(owner):
        mark = texts(old)[0] if len(texts(old)) == 1 else ()
        if len(parts) == 1 and isinstance(parts[0], str) and len(mark) == 1 and isinstance(mark[0], str) and mark[0]:
            around = [text(piece) for piece in parts[0].split(mark[0])]
            found.append(joined(p for n, piece in enumerate(around) for p in ((new, piece) if n else (piece,))))
        else:
            found.append(joined([text(*parts), new]))
    return union(*found)
