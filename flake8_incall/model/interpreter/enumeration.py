"""Conditions that a few flags decide together: tried out for each assignment of the flags."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from flake8_incall.model.interpreter.assumptions import assume
from flake8_incall.model.interpreter.operators import compute
from flake8_incall.model.interpreter.state import State
from flake8_incall.model.interpreter.values import Constant, Symbol, Value, symbol

# More assignments than these are not tried out.
_MOST = 16
_COMPUTATIONS = frozenset({"+", "-", "*", "%", "//", "|", "&", "^", "<<", "-x", "int", "str"})
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "==": operator.eq,
    "is": operator.is_,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "%": operator.mod,
    "//": operator.floordiv,
    "|": operator.or_,
    "&": operator.and_,
    "^": operator.xor,
    "<<": operator.lshift,
    "-x": operator.neg,
    "not": operator.not_,
    "truth": bool,
    "int": int,
    "str": str,
    "all": lambda *values: all(values),
    "any of": lambda *values: any(values),
    "in": lambda value, *values: value in values,
}


def assignments(state: State, condition: Value) -> list[State] | None:
    """The ways on which the flags that decide a condition have each of their values.

    Returns:
        The ways, on each of which the condition is decided; `None` where that is no help.
    """
    if not isinstance(condition, Symbol) or not _mixes(condition):
        return None
    flags = [leaf for leaf in condition.leaves if isinstance(leaf, Symbol)]
    values = [state.known(flag).among for flag in flags]
    number = 1
    for among in values:
        number *= len(among) if among is not None else _MOST + 1
    if len(flags) < len(condition.leaves) or number > _MOST:
        return None
    ways = list(_assigned(state, flags, [among for among in values if among is not None]))
    return ways if all(value_of(way, condition) is not None for way in ways) else None


def _mixes(condition: Symbol) -> bool:
    """Whether a condition is about several values at once, or about a computation."""
    inside = [argument for argument in condition.arguments if isinstance(argument, Symbol)]
    is_computed = condition.operation in _COMPUTATIONS
    return len(inside) > 1 or is_computed or any(_mixes(argument) for argument in inside)


def _assigned(state: State, flags: list[Symbol], values: list[tuple[Constant, ...]]) -> Iterator[State]:
    for assignment in product(*values):
        way = state.fork()
        if all(
            assume(way, symbol("is", flag, constant, type="builtins.bool"), True)
            for flag, constant in zip(flags, assignment, strict=True)
        ):
            yield way


def value_of(state: State, value: Value) -> Constant | None:
    """The constant that a symbol is when all its leaves are known."""
    known = state.resolve(value)
    if isinstance(known, Constant):
        return known
    function = _FUNCTIONS.get(known.operation) if isinstance(known, Symbol) else None
    if function is None or not isinstance(known, Symbol):
        return None
    arguments = [value_of(state, argument) for argument in known.arguments]
    constants = [argument.value for argument in arguments if argument is not None]
    if len(constants) < len(arguments):
        return None
    computed = compute(function, *constants)
    return computed if isinstance(computed, Constant) else None
