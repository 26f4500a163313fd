"""Lists and dicts with a caller's words in them: what is taken out, looped over and added."""

from __future__ import annotations

import ast

from flake8_incall.model.inputs.values import (
    UNKNOWN,
    Constant,
    Form,
    Input,
    Items,
    Mapping,
    Part,
    Text,
    Value,
    items,
    mapped,
    mapping,
    of,
    origins,
    text,
    texts,
    under,
    union,
)


def item(owner: Value, key: Value, node: ast.AST) -> Value:
    """What an index or key gives; a piece of the caller's words where it is a text."""
    found: list[Value] = []
    wanted = [alternative.form for alternative in key]
    for alternative in owner:
        match alternative.form:
            case Items(known, more):
                index = wanted[0].value if len(wanted) == 1 and isinstance(wanted[0], Constant) else None
                is_told = type(index) is int and not more and -len(known) <= index < len(known)
                given = (known[index],) if is_told and type(index) is int else (*known, more)
                found += [under(value, alternative.checks) for value in given]
            case Mapping(entries, others):
                found.append(_under(dict(entries), others, wanted))
            case Text() as whole:
                found.append(pieces(of(whole), node))
            case _:
                found.append(UNKNOWN)
    return union(*found) or UNKNOWN


def _under(entries: dict[object, Value], others: Value, wanted: list[Form]) -> Value:
    keys = [form.parts[0] if isinstance(form, Text) and len(form.parts) == 1 else None for form in wanted]
    if keys and all(isinstance(key, str) for key in keys):
        return union(*(entries.get(key, others) for key in keys)) or UNKNOWN
    return union(*entries.values(), others) or UNKNOWN


def elements(value: Value, node: ast.AST) -> Value:
    """What a loop over a value gives in turn."""
    found: list[Value] = []
    for alternative in value:
        match alternative.form:
            case Items(known, more):
                found += [*known, cut(more, node)]
            case Mapping(entries, _, others):
                keys = [text(key) if isinstance(key, str) else UNKNOWN for key, _ in entries]
                found += [*keys, cut(others, node)]
            case Text() as whole:
                found.append(pieces(of(whole), node))
            case _:
                found.append(UNKNOWN)
    return union(*found) or UNKNOWN


def pieces(value: Value, node: ast.AST) -> Value:
    """Some piece of a text, which `node` takes out of it."""
    parts = [part for whole in texts(cut(value, node)) for part in whole if not isinstance(part, str)]
    return text(*parts) if origins(value) else UNKNOWN


def cut(value: Value, node: ast.AST) -> Value:
    """The value where the caller's words are no longer all that the caller said, but what `node` takes out of it."""

    def piece(part: Part) -> Part:
        return Input(part.origin.piece(node), part.known) if isinstance(part, Input) else part

    return mapped(value, piece)


def added(owner: Value, method: str, arguments: list[Value]) -> Value | None:
    """A list after `append`, `extend`, `insert` or `+=`; `None` for other methods."""
    if method not in ("append", "extend", "insert", "add", "update") or not arguments or not owner:
        return None
    changed: list[Value] = []
    for alternative in owner:
        match alternative.form:
            case Items(known, more):
                is_one = method in ("append", "add", "insert")
                changed.append(_extended(known, more, items([arguments[-1]]) if is_one else arguments[0]))
            case Mapping() as whole:
                changed += [_updated(whole, more.form) for more in arguments[0]]
            case _:
                changed.append((alternative,))
    return union(*changed)


def _extended(known: tuple[Value, ...], more: Value, other: Value) -> Value:
    found: list[Value] = []
    for alternative in other:
        match alternative.form:
            case Items(others, ()) if not more:
                found.append(items((*known, *others)))
            case Items(others, further):
                found.append(items(known, union(more, *others, further)))
            case _:
                found.append(items(known, union(more, UNKNOWN)))
    return union(*found)


def _updated(whole: Mapping, more: Form) -> Value:
    if not isinstance(more, Mapping):
        return of(whole)
    entries = {**dict(whole.entries), **dict(more.entries)}
    return mapping(entries, union(whole.others, more.others), union(whole.keys, more.keys))
