"""What Python makes of constants: operators, functions, methods of texts, formatting.

Nothing that the linted code says is evaluated: each operation that is done is listed here and bounded in size.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

_LONGEST = 4096
_LARGEST = 1 << 64
_MOST_BITS = 64
# A field as wide as this, or a number with as many digits, is nobody's text.
_WIDE = re.compile(r"\d{4}")
_NUMBERS = int | float | timedelta
SEQUENCES = (str, bytes, tuple, list)
PLAIN = str | bytes | int | float | None


class Unfollowed(Exception):  # noqa: N818  # no error: the answer "not known"
    """The expression is no constant, or none that is followed."""


def attempted(function: Callable[..., Any], *operands: Any) -> Any:
    """Return what a function makes of constants.

    Raises:
        Unfollowed: It raises, or makes something too large.
    """
    try:
        found = function(*operands)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unfollowed from error
    is_large = isinstance(found, int) and abs(found) > _LARGEST
    is_odd = isinstance(found, complex) or (isinstance(found, float) and math.isnan(found))
    if is_large or is_odd or _size(found) > _LONGEST:
        raise Unfollowed
    return found


def operated(kind: ast.operator) -> Callable[[Any, Any], Any]:
    """Return what a binary operator does."""

    def apply(left: Any, right: Any) -> Any:
        if isinstance(kind, ast.Mod) and isinstance(left, str):
            return _percent(left, right)
        if isinstance(kind, ast.Mult) and not (isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)):
            return _repeated(left, right)
        if isinstance(kind, ast.Pow | ast.LShift) and abs(right) > _MOST_BITS:
            raise Unfollowed
        function = _OPERATORS.get(type(kind))
        return _refuse() if function is None else function(left, right)

    return apply


def signed(kind: ast.unaryop) -> Callable[[Any], Any]:
    """Return what a unary operator does."""
    return _SIGNS[type(kind)]


def function_named(name: str) -> Callable[..., Any] | None:
    """Return what a function of Python does, by its canonical name; `None` for those that are not followed."""
    return _FUNCTIONS.get(name)


def method_named(name: str) -> Callable[..., Any]:
    """Return what a method of a text does, `format` included: it takes the text first."""

    def apply(owner: Any, *arguments: Any) -> Any:
        return getattr(owner, name)(*arguments) if isinstance(owner, str | bytes) else _refuse()

    return apply


def formatted(conversion: int) -> Callable[[Any, str], str]:
    """Return what the field of an f-string becomes: `{value!r:>8}`."""

    def apply(value: Any, spec: str) -> str:
        if _WIDE.search(spec):
            raise Unfollowed
        return format(_CONVERSIONS[conversion](value), spec)

    return apply


def filled_in(text: Any, positional: Sequence[Any], named: Mapping[str, Any]) -> str:
    """Return what `str.format` makes of fields that are plain numbers or names."""
    if not isinstance(text, str):
        raise Unfollowed
    pieces = re.split(r"\{(\w*)\}", text)
    if any("{" in piece or "}" in piece for piece in pieces[::2]):
        raise Unfollowed
    fields = [named[field] if field in named else positional[int(field or n)] for n, field in enumerate(pieces[1::2])]
    return pieces[0] + "".join(f"{value}{piece}" for value, piece in zip(fields, pieces[2::2], strict=True))


def _percent(text: str, values: Any) -> str:
    if re.search(r"\*|%[^a-zA-Z%]*\d{4}", text):
        raise Unfollowed
    filled: str = text % values
    return filled


def _repeated(left: Any, right: Any) -> Any:
    times, whole = (left, right) if isinstance(left, int) else (right, left)
    return times * whole if isinstance(times, int) and times * _size(whole) <= _LONGEST else _refuse()


def _size(value: Any) -> int:
    return len(value) if isinstance(value, SEQUENCES) else 1


def _refuse() -> Any:
    raise Unfollowed


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, tuple | list | bytes) else _refuse()


def _reversed(value: Any) -> tuple[Any, ...]:
    return tuple(reversed(value))


def _number(value: Any) -> float:
    return float(value)


def _decoded(value: bytes | str) -> bytes:
    import binascii

    return binascii.a2b_base64(value)


def _from_codec(value: Any, codec: str) -> Any:
    if codec in ("rot13", "rot_13"):
        import codecs

        return codecs.decode(value, codec)
    raise Unfollowed


def _loaded(text: Any) -> Any:
    import json

    try:
        return json.loads(text)
    except RecursionError:
        raise Unfollowed from None


def _power(left: Any, right: Any) -> Any:
    return operated(ast.Pow())(left, right)


_CONVERSIONS: dict[int, Callable[[Any], Any]] = {-1: lambda value: value, 97: ascii, 114: repr, 115: str}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.inv,
}
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
# By canonical name: builtins without `builtins.` before them.
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "bool": bool,
    "bytes": _bytes,
    "bytes.fromhex": bytes.fromhex,
    "chr": chr,
    "divmod": divmod,
    "float": _number,
    "int": int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "ord": ord,
    "pow": _power,
    "reversed": _reversed,
    "round": round,
    "sorted": sorted,
    "str": str,
    "sum": sum,
    "tuple": tuple,
    "base64.b64decode": _decoded,
    "binascii.unhexlify": bytes.fromhex,
    "codecs.decode": _from_codec,
    "datetime.timedelta": timedelta,
    "datetime.timedelta.total_seconds": timedelta.total_seconds,
    "json.loads": _loaded,
    "math.ceil": math.ceil,
    "math.floor": math.floor,
    "math.trunc": math.trunc,
}
