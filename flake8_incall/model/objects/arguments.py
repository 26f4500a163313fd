"""What a call passes for an argument that the catalogue speaks of, and whether a condition on it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api, Argument, Condition, TypeUse
from flake8_incall.model.code.binding import Arguments, Unbound, written
from flake8_incall.model.objects.referents import Container, Instance, Outside, Unknown

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

Written = Arguments[ast.expr]
Given = ast.expr | Unbound
# What is spread into what is spread is followed to this depth.
_DEEPEST_SPREAD = 8


def read(call: ast.Call, references: References) -> Written:
    """Return the arguments of a call, with what is written down of `*ITEMS` and `**OPTIONS` in their place."""
    plain = written(call)
    if not (plain.spread or plain.keyword_spread):
        return plain
    positional = [*plain.positional, *_items(plain.spread, references, 0)]
    end = next((n for n, node in enumerate(positional) if isinstance(node, ast.Starred)), len(positional))
    keywords: dict[str, ast.expr] = {}
    unknown: list[ast.expr] = []
    repeated: list[str] = []
    for options in plain.keyword_spread:
        entries, is_whole = _entries(options, references, 0)
        if isinstance(options, ast.Dict):
            repeated += [name for name in entries if name in keywords or name in plain.keywords]
        keywords |= entries
        unknown += [] if is_whole else [options]
    keywords |= plain.keywords
    return Arguments(tuple(positional[:end]), keywords, tuple(positional[end:]), tuple(unknown), tuple(repeated))


def _items(nodes: Iterable[ast.expr], references: References, depth: int) -> Iterator[ast.expr]:
    """The items of a sequence, each `*` in it that is not written down as it stands."""
    for node in nodes:
        elements = _elements(node.value, references) if isinstance(node, ast.Starred) else None
        if elements is None or depth > _DEEPEST_SPREAD:
            yield node
        else:
            yield from _items(elements, references, depth + 1)


def _elements(node: ast.expr, references: References) -> list[ast.expr] | None:
    """The elements of a display, or of a name for a tuple, which nothing can change."""
    if isinstance(node, ast.Tuple | ast.List):
        return node.elts
    match list(references.of(node)):
        case [Container(node=ast.Tuple(elts=elements))]:
            return elements
    return None


def _entries(node: ast.expr, references: References, depth: int) -> tuple[dict[str, ast.expr], bool]:
    """The entries of a dict by key, and whether these are all."""
    found: dict[str, ast.expr] = {}
    is_whole = depth <= _DEEPEST_SPREAD
    if isinstance(node, ast.Dict) and is_whole:
        for key, value in zip(node.keys, node.values, strict=True):
            texts = references.constants.texts(key) if key is not None else None
            inner, is_known = ({}, True) if key is not None else _entries(value, references, depth + 1)
            found |= inner | dict.fromkeys(texts or (), value)
            is_whole = is_whole and is_known and (key is None or bool(texts))
        return found, is_whole
    stored_again: set[str] = set()
    for referent in references.of(node):
        if isinstance(referent, Container):
            entries = references.containers.entries(referent)
            new = {key: value for key, value in entries if isinstance(key, str)}
            stored_again |= new.keys() & found.keys()
            found |= new
            is_whole = is_whole and all(isinstance(key, str) for key, _ in entries)
            if isinstance(referent.node, ast.Dict) and is_whole:
                is_whole = _entries(referent.node, references, depth + 1)[1]
        else:
            is_whole = False
    if stored_again:
        return {key: value for key, value in found.items() if key not in stored_again}, False
    return found, is_whole


def arguments_of(function: ast.expr, references: References) -> Written | None:
    """The arguments with which a mentioned function is called; `None` when it is not called where it is mentioned.

    `to_thread(connect, ":memory:")` and `partial(connect, ":memory:")` count as calls of `connect`.
    """
    parent = references.module.parents[function]
    if not isinstance(parent, ast.Call):
        return None
    if parent.func is function:
        return read(parent, references)
    return read(parent, references).behind(function) if function in parent.args else None


def given(argument: Argument, arguments: Written) -> Given:
    """What is passed for an argument."""
    return arguments.of(argument.name, argument.position)


def holds(condition: Condition, arguments: Written | None, references: References) -> bool:
    """Whether a condition certainly holds of a call; without a call, whether it holds when nothing is passed."""
    value = given(condition.argument, arguments) if arguments is not None else "absent"
    if isinstance(value, str):
        return condition.absent and value == "absent" and not condition.key
    if condition.other_than:
        texts = references.constants.texts(value)
        return texts is None or not any(text.startswith(condition.other_than) for text in texts)
    if condition.key:
        return any(_is_as_told(entry, condition, references) for entry in _under(condition.key, value, references))
    return _is_as_told(value, condition, references)


def returned(api: Api, call: ast.Call, references: References) -> TypeUse | None:
    """What a call gives, which can depend on its arguments: a stub of a synchronous channel is synchronous."""
    arguments = read(call, references)
    is_sync = bool(api.sync_if) and all(holds(condition, arguments, references) for condition in api.sync_if)
    return api.sync_returns if is_sync else api.returns


def _under(key: str, value: ast.expr, references: References) -> list[ast.expr]:
    """What stands under a key of a dict that is written down; the last where there are several."""
    found: list[ast.expr] = []
    for referent in references.of(value):
        if isinstance(referent, Container):
            entries = [entry for name, entry in references.containers.entries(referent) if name == key]
            found += entries[-1:]
    return found


def _is_as_told(value: ast.expr, condition: Condition, references: References) -> bool:
    constant = references.constants.value(value, otherwise=value)
    if constant is value:
        return bool(condition.names) and is_object_of(value, condition.names, references)
    if constant is None:
        return condition.absent or condition.none
    constants = constant if isinstance(constant, tuple | list | frozenset) else (constant,)
    return any(
        one == told and isinstance(one, bool) is isinstance(told, bool)
        for one in constants
        for told in condition.values
    )


def is_object_of(node: ast.expr, names: tuple[str, ...], references: References) -> bool:
    """Whether an expression is one of the named objects, or an instance of one of the named types."""
    catalogue = references.catalogue
    wanted = {catalogue.canonical(name) for name in names}
    found: set[str] = set()
    for referent in references.of(node):
        match referent:
            case Outside():
                found.add(catalogue.canonical(referent.name))
            case Instance(type=type_use):
                found.add(catalogue.canonical(type_use.name))
            case Unknown():
                continue
            case _:
                return False
    return bool(found) and found <= wanted
