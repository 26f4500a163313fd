"""Numbers that are worked out of others: `2 * MINUTE`, `max(5, LIMIT)`, `DELAY.total_seconds()`, `LIMITS["shop"]`."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.folding import Unfollowed
from flake8_incall.model.objects.referents import Local, names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

Read = Callable[[ast.expr], float | None]
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "max": max,
    "min": min,
    "abs": abs,
    "round": round,
    "int": int,
    "sum": lambda *numbers: sum(numbers),
    "math.ceil": math.ceil,
    "math.floor": math.floor,
}


def computed(node: ast.expr, read: Read, references: References) -> float | None:
    """The number that an expression comes to, where all that goes into it is known.

    Args:
        node: The expression.
        read: Tells the number that a part of it is, durations in seconds.
        references: The module's references.
    """

    def number(part: ast.expr) -> float | None:
        # Several limits at once are read as the longest of them.
        return None if _is_sequence(part, references) else read(part)

    match node:
        case ast.BinOp():
            return _applied(_OPERATORS.get(type(node.op)), [number(node.left), number(node.right)])
        case ast.UnaryOp():
            return _applied(_OPERATORS.get(type(node.op)), [number(node.operand)])
        case ast.Call(func=ast.Attribute(attr="total_seconds", value=delta), args=[], keywords=[]):
            return read(delta)
        case ast.Attribute(attr="value", value=ast.Attribute() as member) if _is_of_enum(member, references):
            return read(member)
        case ast.Call() | ast.Subscript() if (entry := _entry(node, references)) is not None:
            return read(entry)
        case ast.Call(keywords=[]):
            names = {references.catalogue.canonical(name) for name in names_of(references.of(node.func))}
            function = _FUNCTIONS.get(next(iter(names))) if len(names) == 1 else None
            return _applied(function, [number(argument) for argument in _arguments(node)])
    return None


def _is_sequence(node: ast.expr, references: References) -> bool:
    try:
        return isinstance(references.constants.value(node), tuple | str | bytes)
    except Unfollowed:
        return isinstance(node, ast.Tuple | ast.List)


def _arguments(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call, or the elements of the only one: `max([1, 2])` is `max(1, 2)`."""
    match call.args:
        case [ast.List(elts=elements) | ast.Tuple(elts=elements)]:
            return elements
    return call.args


def _applied(function: Callable[..., Any] | None, numbers: list[float | None]) -> float | None:
    if function is None or not numbers or any(number is None for number in numbers):
        return None
    try:
        found = function(*numbers)
    except (ArithmeticError, TypeError, ValueError):
        return None
    return float(found) if isinstance(found, int | float) and math.isfinite(found) else None


def _is_of_enum(member: ast.Attribute, references: References) -> bool:
    definitions = (r.definition for r in references.of(member.value) if isinstance(r, Local))
    bases = [base for definition in definitions if isinstance(definition, ast.ClassDef) for base in definition.bases]
    return any(name.startswith("enum.") for name in names_of(references.of_all(bases)))


def _entry(node: ast.Call | ast.Subscript, references: References) -> ast.expr | None:
    """The expression that `LIMITS["shop"]` and `LIMITS.get("shop", 5)` give, if nothing changes the dict."""
    default: ast.expr | None = None
    match node:
        case ast.Subscript(value=container, slice=key):
            pass
        case ast.Call(func=ast.Attribute(attr="get", value=container), args=[key, *rest], keywords=[]):
            default = rest[0] if rest else None
        case _:
            return None
    display = _display(container, references)
    try:
        wanted = references.constants.value(key)
        keys = [references.constants.value(k) for k in display.keys if k is not None] if display is not None else []
    except Unfollowed:
        return None
    if display is None or len(keys) != len(display.keys):
        return None
    found = [value for known, value in zip(keys, display.values, strict=True) if known == wanted]
    return found[-1] if found else default


def _display(node: ast.expr, references: References) -> ast.Dict | None:
    """The dict that an expression certainly is, as it is written down."""
    match node:
        case ast.Dict():
            return node
        case ast.Name() if node.id not in references.module.fact(World).mutated:
            value = written(node, references)
            return value if isinstance(value, ast.Dict) else None
        case ast.Subscript():
            inner = _entry(node, references)
            return inner if isinstance(inner, ast.Dict) else None
    return None
