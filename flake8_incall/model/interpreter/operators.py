"""Operators on abstract values: computed where all operands are known, remembered as symbols where not."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.values import (
    FALSE,
    TRUE,
    Awaitable,
    Choice,
    Class,
    Constant,
    DictShape,
    External,
    Function,
    Reference,
    SequenceShape,
    Symbol,
    Unbound,
    Value,
    any_of_type,
    symbol,
    unfollowed,
)

# Larger results are not worth having, and take long.
_LONGEST_TEXT = 10_000
_LARGEST_NUMBER = 10**30

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.LShift: ("<<", operator.lshift),
    ast.RShift: (">>", operator.rshift),
    ast.BitOr: ("|", operator.or_),
    ast.BitXor: ("^", operator.xor),
    ast.BitAnd: ("&", operator.and_),
    ast.MatMult: ("@", operator.matmul),
}
_UNARY: dict[type[ast.unaryop], tuple[str, Callable[[Any], Any]]] = {
    ast.UAdd: ("+x", operator.pos),
    ast.USub: ("-x", operator.neg),
    ast.Invert: ("~x", operator.invert),
}
_ORDERS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DATETIME, _DATE, _TIMEDELTA = "datetime.datetime", "datetime.date", "datetime.timedelta"
_DECIMAL = "decimal.Decimal"
_TYPES_OF_RESULTS = {
    (_DATETIME, "-", _DATETIME): _TIMEDELTA,
    (_DATE, "-", _DATE): _TIMEDELTA,
    **{(day, sign, _TIMEDELTA): day for day in (_DATETIME, _DATE) for sign in "+-"},
    **{(_TIMEDELTA, sign, _TIMEDELTA): _TIMEDELTA for sign in "+-"},
    **{(_DECIMAL, sign, other): _DECIMAL for sign in "+-*/" for other in (_DECIMAL, "builtins.int")},
    **{("builtins.int", sign, _DECIMAL): _DECIMAL for sign in "+-*/"},
}
NUMBERS = ("builtins.bool", "builtins.int", "builtins.float")


def compute(function: Callable[..., Any], *arguments: Any) -> Constant | Raised | None:
    """Do with constants what Python does.

    Returns:
        The result, the exception that comes instead, or `None` when the result is no constant worth having.
    """
    try:
        result = function(*arguments)
    except Exception as error:
        return Raised(frozenset({f"builtins.{type(error).__name__}"}))
    return Constant(result) if _is_handy(result) else None


def _is_handy(result: Any) -> bool:
    if isinstance(result, str | bytes):
        return len(result) <= _LONGEST_TEXT
    if isinstance(result, int | float):
        return abs(result) <= _LARGEST_NUMBER
    return result is None


def type_of(state: State, value: Value) -> str:
    """The qualified name of a value's type, or `""`."""
    match value:
        case Constant():
            return f"builtins.{value.kind.__name__}"
        case Reference():
            return state.heap[value].type
        case Symbol():
            if value.type:
                return value.type
            types = state.known(value).types
            return next(iter(types)) if len(types) == 1 else ""
        case Awaitable():
            return "builtins.coroutine"
        case Function():
            return "builtins.function"
        case Class():
            return "builtins.type"
        case _:
            return ""


def binary(state: State, node: ast.operator, left: Value, right: Value) -> Value | Raised | None:
    """The value of `left <operator> right` but for containers; `None` if it may also raise."""
    name, function = _BINARY[type(node)]
    if isinstance(left, Constant) and isinstance(right, Constant):
        if _is_costly(name, left.value, right.value):
            return unfollowed("builtins.int" if name == "**" else "builtins.str")
        computed = compute(function, left.value, right.value)
        return unfollowed() if computed is None else computed
    return None


def binary_symbol(state: State, node: ast.operator, left: Value, right: Value) -> Symbol:
    """What stands for `left <operator> right` when it is not known."""
    name, _ = _BINARY[type(node)]
    types = type_of(state, left), type_of(state, right)
    type_ = ""
    if all(t in NUMBERS for t in types):
        type_ = "builtins.float" if name == "/" or "builtins.float" in types else "builtins.int"
    elif name == "+" and types[0] == types[1] and types[0] in ("builtins.str", "builtins.bytes"):
        type_ = types[0]
    elif name == "%" and types[0] == "builtins.str":
        type_ = "builtins.str"
    else:
        type_ = _TYPES_OF_RESULTS.get((types[0], name, types[1]), "")
    return symbol(name, left, right, type=type_)


def _is_costly(name: str, left: Any, right: Any) -> bool:
    if name in ("**", "<<"):
        return not (isinstance(left, int | float) and isinstance(right, int | float) and abs(right) <= 64)
    if name == "*":
        sizes = [len(v) if isinstance(v, str | bytes) else abs(v) for v in (left, right) if v is not None]
        return isinstance(left, str | bytes) is not isinstance(right, str | bytes) and (
            len(sizes) == 2 and all(isinstance(s, int) for s in sizes) and sizes[0] * sizes[1] > _LONGEST_TEXT
        )
    # `"%9999999999d" % 1`: a width could make this long.
    return name == "%" and isinstance(left, str | bytes) and any(c in "0123456789*" for c in str(left))


def unary(node: ast.unaryop, operand: Value) -> Value | Raised:
    """The value of an operator before its operand."""
    if isinstance(node, ast.Not):
        return negate(operand)
    name, function = _UNARY[type(node)]
    if isinstance(operand, Constant):
        computed = compute(function, operand.value)
        return any_of_type("") if computed is None else computed
    type_ = operand.type if isinstance(operand, Symbol) and operand.type in NUMBERS else ""
    return symbol(name, operand, type=type_)


def negate(condition: Value) -> Value:
    """`not condition`."""
    if isinstance(condition, Constant):
        return FALSE if condition.value else TRUE
    if isinstance(condition, Symbol) and condition.operation == "not" and condition.type:
        inner: Value = condition.arguments[0]
        if isinstance(inner, Symbol) and inner.type == "builtins.bool":
            return inner
    return symbol("not", condition, type="builtins.bool")


def compare(state: State, node: ast.cmpop, left: Value, right: Value) -> Value | Raised:
    """The value of a comparison of two values, but for `in`."""
    match node:
        case ast.NotEq():
            return negate(_equal(state, left, right))
        case ast.Eq():
            return _equal(state, left, right)
        case ast.IsNot():
            return negate(_identical(state, left, right))
        case ast.Is():
            return _identical(state, left, right)
        case _:
            return _ordered(_ORDERS[type(node)], left, right)


def _equal(state: State, left: Value, right: Value) -> Value:
    if isinstance(left, Constant) and isinstance(right, Constant):
        return TRUE if left.value == right.value else FALSE
    if isinstance(left, Symbol) and left == right and not left.is_forgotten:
        return TRUE
    if _are_members(left, right):
        return FALSE
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Constant) and isinstance(other, Reference | Function | Class | Awaitable):
            return FALSE
    if isinstance(left, Reference) and left == right:
        return TRUE
    return symbol("==", left, right, type="builtins.bool")


def _identical(state: State, left: Value, right: Value) -> Value:
    if isinstance(left, Constant) and isinstance(right, Constant):
        return TRUE if left == right else FALSE
    if isinstance(left, Symbol) and left == right and left.operation in ("new", "instance"):
        return TRUE
    if isinstance(left, Reference) and isinstance(right, Reference):
        # Python may use one object for tuples that are equal.
        is_shared = type_of(state, left) in ("builtins.tuple", "builtins.frozenset")
        return TRUE if left == right else any_of_type("builtins.bool") if is_shared else FALSE
    if isinstance(left, Symbol) and isinstance(right, Symbol) and _are_members(left, right):
        return TRUE if left == right else FALSE
    known = (Reference, Function, Class, Awaitable, External)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Constant) and isinstance(other, known):
            return FALSE
    return symbol("is", left, right, type="builtins.bool")


def _are_members(left: Value, right: Value) -> bool:
    """Whether both are members of one enumeration of the module."""
    return all(isinstance(value, Symbol) and value.operation == "enum member" for value in (left, right)) and type(
        left
    ) is type(right)


def _ordered(name: str, left: Value, right: Value) -> Value | Raised:
    if isinstance(left, Constant) and isinstance(right, Constant):
        computed = compute(_COMPARE[name], left.value, right.value)
        return any_of_type("builtins.bool") if computed is None else computed
    if isinstance(left, Constant):
        name, left, right = _SWAPPED[name], right, left
    return symbol(name, left, right, type="builtins.bool")


def truth(state: State, value: Value) -> bool | None:
    """Whether a value is true in a test; `None` if it can be either."""
    if isinstance(value, Constant):
        return bool(value.value)
    shape = state.shape(value)
    if isinstance(shape, DictShape):
        return _is_filled(shape)
    if isinstance(shape, SequenceShape):
        return bool(shape.items) if shape.is_exact else None
    return None if isinstance(value, Symbol | Choice | Unbound | External) else True


def _is_filled(shape: DictShape) -> bool | None:
    certain = [entry for entry in shape.entries.values() if entry.is_certain]
    if not certain:
        return None if shape.entries or shape.is_open else False
    # Who tests a dict of what came from outside reckons with nothing having come.
    is_from_outside = all(isinstance(entry.value, Symbol) for entry in certain)
    return None if is_from_outside else True
