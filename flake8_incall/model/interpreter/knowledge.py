"""What tests have told about a value that is not known: its truth, what it equals, its bounds, its type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flake8_incall.model.interpreter.values import Constant

# More values than these that something is known not to be are not kept.
_MOST_EXCLUDED = 24
_NONE_TYPE = "builtins.NoneType"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of one symbol.

    Attributes:
        truth: Whether it is true in a test, or `None`.
        among: The constants that it must be one of, or `None`.
        excluded: Constants that it is not.
        low: The bound below, and whether it can be that itself.
        high: The bound above, and whether it can be that itself.
        types: The qualified names of types that it is an instance of one of; empty when nothing is known.
        not_types: The qualified names of types that it is no instance of.
    """

    truth: bool | None = None
    among: tuple[Constant, ...] | None = None
    excluded: frozenset[Constant] = frozenset()
    low: tuple[float, bool] | None = None
    high: tuple[float, bool] | None = None
    types: frozenset[str] = frozenset()
    not_types: frozenset[str] = frozenset()

    @property
    def constant(self) -> Constant | None:
        """The one constant that it must be."""
        return self.among[0] if self.among is not None and len(self.among) == 1 else None

    def assuming_truth(self, truth: bool) -> Knowledge | None:
        """What is known when it is true (or false) in a test; `None` if it cannot be."""
        if self.truth is not None and self.truth is not truth:
            return None
        kept = replace(self, truth=truth)
        if self.among is None:
            return kept
        return kept._narrowed(c for c in self.among if bool(c.value) is truth)

    def assuming_among(self, constants: tuple[Constant, ...]) -> Knowledge | None:
        """What is known when it equals one of these."""
        candidates = constants if self.among is None else self.among
        return self._narrowed(c for c in candidates if any(_equal(c, other) for other in constants))

    def assuming_other(self, constants: tuple[Constant, ...]) -> Knowledge | None:
        """What is known when it equals none of these."""
        if self.among is not None:
            return self._narrowed(c for c in self.among if not any(_equal(c, o) for o in constants))
        excluded = self.excluded | frozenset(constants)
        return replace(self, excluded=excluded)._without_none() if len(excluded) <= _MOST_EXCLUDED else self

    def assuming_order(self, operator: str, bound: float) -> Knowledge | None:
        """What is known when it is `<`, `<=`, `>` or `>=` a number."""
        if self.among is not None:
            return self._narrowed(c for c in self.among if _ordered(c, operator, bound))
        closed = operator.endswith("=")
        if operator.startswith("<"):
            if self.high is None or (bound, closed) < self.high:
                return replace(self, high=(bound, closed))._consistent()
        elif self.low is None or (-bound, closed) < (-self.low[0], self.low[1]):
            return replace(self, low=(bound, closed))._consistent()
        return self._consistent()

    def assuming_type(self, types: frozenset[str], truth: bool) -> Knowledge | None:
        """What is known when it is (or is not) an instance of one of these types."""
        if truth:
            kept = (self.types & types if self.types else types) - self.not_types
            return replace(self, types=kept)._without_none() if kept else None
        if self.types and self.types <= types:
            return None
        return replace(self, types=self.types - types, not_types=self.not_types | types)._without_none()

    def _without_none(self) -> Knowledge | None:
        """The same where `None` is ruled out as a value: then it is ruled out as a type."""
        if _NONE_TYPE not in self.types or Constant(None) not in self.excluded:
            return self
        types = self.types - {_NONE_TYPE}
        return replace(self, types=types) if types else None

    def _narrowed(self, constants: Any) -> Knowledge | None:
        among = tuple(c for c in constants if self._allows(c))
        return replace(self, among=among) if among else None

    def _allows(self, constant: Constant) -> bool:
        if self.truth is not None and bool(constant.value) is not self.truth:
            return False
        if any(_equal(constant, other) for other in self.excluded):
            return False
        if self.types and f"builtins.{constant.kind.__name__}" not in self.types and _is_plain(self.types):
            return False
        return all(
            bound is None or not _is_number(constant) or _ordered(constant, operator + "=" * bound[1], bound[0])
            for operator, bound in ((">", self.low), ("<", self.high))
        )

    def _consistent(self) -> Knowledge | None:
        if self.low is None or self.high is None:
            return self
        possible = self.low[0] < self.high[0] or (self.low[0] == self.high[0] and self.low[1] and self.high[1])
        return self if possible else None


NOTHING = Knowledge()


def _is_plain(types: frozenset[str]) -> bool:
    """Whether only the constants of these types are their instances (a bool is an int)."""
    return types <= {"builtins.str", "builtins.bytes", "builtins.NoneType", "builtins.dict", "builtins.list"}


def _equal(one: Constant, other: Constant) -> bool:
    return bool(one.value == other.value)


def _is_number(constant: Constant) -> bool:
    return constant.kind in (int, float, bool)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _ordered(constant: Constant, operator: str, bound: float) -> bool:
    return _is_number(constant) and _ORDERS[operator](constant.value, bound)
