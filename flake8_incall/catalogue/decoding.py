"""What the fields of an entry hold, made of what stands in the tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flake8_incall.catalogue.entries import Argument, Condition, Timeout, TypeUse

_UNITS = {"s": 1.0, "ms": 0.001}


def _argument(text: str) -> Argument:
    name, at, position = text.partition("@")
    return Argument(name, int(position) if at else None)


def _arguments(texts: list[str]) -> tuple[Argument, ...]:
    return tuple(_argument(text) for text in texts)


def type_use(text: str) -> TypeUse:
    """Return a type as a table writes it, with what is around it: `"coroutine of httpx.Response"`."""
    *forms, name = text.split(" of ")
    return TypeUse(name, tuple(forms))  # type: ignore[arg-type]  # checked when the table was read


def _conditions(tables: list[dict[str, Any]]) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            _argument(table["argument"]),
            tuple(table.get("values", ())),
            tuple(table.get("names", ())),
            table.get("absent", False),
            table.get("none", False),
            tuple(table.get("other_than", ())),
            table.get("key", ""),
        )
        for table in tables
    )


def _names_by_module(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {module: frozenset(names) for module, names in table.items()}


def _timeout(table: dict[str, Any]) -> Timeout:
    return Timeout(
        _arguments(table.get("call", [])),
        _arguments(table.get("client", [])),
        _arguments(table.get("objects", [])),
        frozenset(table.get("partial", ())),
        table.get("default"),
        table.get("fixed"),
        table.get("setter", ""),
        table.get("scope", "operation"),
        table.get("takes", ""),
        _UNITS[table.get("unit", "s")],
    )


# By field of an entry: what makes its value of what the table holds.
FIELDS: dict[str, Callable[[Any], Any]] = {
    "effects": frozenset,
    "harmless": _conditions,
    "insecure": _conditions,
    "unverified": _conditions,
    "timeout": _timeout,
    "bounds": _argument,
    "raises": tuple,
    "returns": type_use,
    "sync_if": _conditions,
    "sync_returns": type_use,
    "url": _arguments,
    "sql": _arguments,
    "template": _arguments,
    "path": _arguments,
    "seconds": _argument,
    "runs": _argument,
    "awaits": _argument,
    "reraises": _conditions,
    "endless": _conditions,
    "repeats_for": _argument,
    "answers": _argument,
    "enters": _argument,
    "through": _argument,
    "typed_by": _argument,
}
POLICY_FIELDS: dict[str, Callable[[Any], Any]] = {
    "inner_domains": tuple,
    **dict.fromkeys(("parts", "removed"), _names_by_module),
}
