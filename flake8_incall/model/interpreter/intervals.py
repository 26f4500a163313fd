"""Between which bounds a number lies, whatever its operands are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from flake8_incall.model.interpreter.state import State
from flake8_incall.model.interpreter.values import Constant, Symbol, Value

# A number, and whether it belongs to the interval.
_Bound = tuple[float, bool]


class Interval(NamedTuple):
    """The numbers between two bounds; `None` for a side without one."""

    low: _Bound | None = None
    high: _Bound | None = None


_ALL = Interval()
_NOT_NEGATIVE = Interval(low=(0, True))


def interval(state: State, value: Value) -> Interval:
    """The numbers that a value can be."""
    value = state.resolve(value)
    if isinstance(value, Constant):
        return _point(value)
    if not isinstance(value, Symbol):
        return _ALL
    derive = _DERIVED.get(value.operation)
    derived = _ALL if derive is None else derive(state, *value.arguments)
    known = state.known(value)
    return Interval(
        _largest_low([known.low, derived.low]),
        _smallest_high([known.high, derived.high]),
    )


def _point(constant: Constant) -> Interval:
    if constant.kind not in (int, float, bool) or math.isnan(constant.value):
        return _ALL
    return Interval((constant.value, True), (constant.value, True))


def _largest_low(bounds: list[_Bound | None]) -> _Bound | None:
    return max((bound for bound in bounds if bound is not None), key=lambda b: (b[0], not b[1]), default=None)


def _smallest_high(bounds: list[_Bound | None]) -> _Bound | None:
    return min((bound for bound in bounds if bound is not None), key=lambda b: (b[0], b[1]), default=None)


def _max(state: State, *operands: Value) -> Interval:
    parts = [interval(state, operand) for operand in operands]
    highs = [part.high for part in parts if part.high is not None]
    high = max(highs, key=lambda b: (b[0], b[1])) if len(highs) == len(parts) else None
    return Interval(_largest_low([part.low for part in parts]), high)


def _min(state: State, *operands: Value) -> Interval:
    parts = [interval(state, operand) for operand in operands]
    lows = [part.low for part in parts if part.low is not None]
    low = min(lows, key=lambda b: (b[0], not b[1])) if len(lows) == len(parts) else None
    return Interval(low, _smallest_high([part.high for part in parts]))


def _sum(state: State, left: Value, right: Value) -> Interval:
    one, other = interval(state, left), interval(state, right)
    return Interval(_added(one.low, other.low), _added(one.high, other.high))


def _difference(state: State, left: Value, right: Value) -> Interval:
    one, other = interval(state, left), interval(state, right)
    return Interval(_added(one.low, _negated(other.high)), _added(one.high, _negated(other.low)))


def _added(one: _Bound | None, other: _Bound | None) -> _Bound | None:
    return None if one is None or other is None else (one[0] + other[0], one[1] and other[1])


def _negated(bound: _Bound | None) -> _Bound | None:
    return None if bound is None else (-bound[0], bound[1])


def _product(state: State, left: Value, right: Value) -> Interval:
    if state.resolve(left) == state.resolve(right):
        return _NOT_NEGATIVE
    lows = [interval(state, operand).low for operand in (left, right)]
    return _NOT_NEGATIVE if all(low is not None and low[0] >= 0 for low in lows) else _ALL


def _remainder(state: State, left: Value, right: Value) -> Interval:
    divisor = state.resolve(right)
    is_positive = isinstance(divisor, Constant) and divisor.kind in (int, float) and divisor.value > 0
    return Interval((0, True), (divisor.value, False)) if is_positive else _ALL  # type: ignore[union-attr]


_DERIVED: dict[str, Callable[..., Interval]] = {
    "abs": lambda state, operand: _NOT_NEGATIVE,
    "len": lambda state, operand: _NOT_NEGATIVE,
    "max": _max,
    "min": _min,
    "+": _sum,
    "-": _difference,
    "*": _product,
    "%": _remainder,
}
