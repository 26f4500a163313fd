"""What a call passes for an argument that the catalogue speaks of, and whether a condition on it holds."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flake8_incall.catalogue import Api, Argument, Condition, TypeUse
from flake8_incall.model.references.constants import Unfollowed
from flake8_incall.model.references.referents import Container, Instance, Outside, Unknown

if TYPE_CHECKING:
    from flake8_incall.model.references.references import References

Given = ast.expr | Literal["absent", "unknown"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments that a function is called with.

    Attributes:
        positional: Those by position.
        keywords: Those by keyword.
    """

    positional: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]


def arguments_of(function: ast.expr, references: References) -> Arguments | None:
    """The arguments with which a mentioned function is called; `None` when it is not called where it is mentioned.

    `to_thread(connect, ":memory:")` and `partial(connect, ":memory:")` count as calls of `connect`.
    """
    parent = references.module.parents[function]
    if not isinstance(parent, ast.Call):
        return None
    if parent.func is function:
        return Arguments(tuple(parent.args), tuple(parent.keywords))
    positions = [n for n, argument in enumerate(parent.args) if argument is function]
    return Arguments(tuple(parent.args[positions[0] + 1 :]), tuple(parent.keywords)) if positions else None


def given(argument: Argument, arguments: Arguments, references: References) -> Given:
    """What is passed for an argument."""
    for keyword in arguments.keywords:
        if keyword.arg == argument.name and keyword.arg:
            return keyword.value
    if argument.position is not None:
        before = arguments.positional[: argument.position + 1]
        if any(isinstance(node, ast.Starred) for node in before):
            return "unknown"
        if len(before) == argument.position + 1:
            return before[-1]
    spread = _spread_keyword(argument.name, arguments, references)
    return spread if spread is not None else "absent"


def _spread_keyword(name: str, arguments: Arguments, references: References) -> ast.expr | None:
    """What `**OPTIONS` passes under a name, where the options are written down."""
    found: list[ast.expr] = []
    for keyword in arguments.keywords:
        for referent in references.of(keyword.value) if keyword.arg is None else ():
            if isinstance(referent, Container):
                found += [value for key, value in references.containers.entries(referent) if key == name]
    return found[-1] if found else None


def holds(condition: Condition, arguments: Arguments | None, references: References) -> bool:
    """Whether a condition certainly holds of a call; without a call, whether it holds when nothing is passed."""
    value = given(condition.argument, arguments, references) if arguments is not None else "absent"
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
    arguments = Arguments(tuple(call.args), tuple(call.keywords))
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
    try:
        constant = references.constants.value(value)
    except Unfollowed:
        return bool(condition.names) and _is_named(value, condition.names, references)
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
    return _is_named(node, names, references)


def _is_named(node: ast.expr, names: tuple[str, ...], references: References) -> bool:
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
