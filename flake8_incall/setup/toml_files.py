"""Extend `pyproject.toml` and ruff's own files; comments and layout are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tomlkit
from tomlkit.items import Array, Table


def with_incall(text: str, profile: str | None, agents: Sequence[str]) -> str:
    """Return a `pyproject.toml` with a profile, and an override for the files of LiveKit agents.

    Args:
        text: The file.
        profile: The profile of the project; `None` to leave it as it is.
        agents: Globs of the agents' files; empty for no override.
    """
    document = tomlkit.parse(text)
    table = _table(document, "tool", "incall")
    if profile is not None and "profile" not in table and "incall-profile" not in table:
        table["profile"] = profile
    if agents and "overrides" not in table:
        overrides, override = tomlkit.aot(), tomlkit.table()
        override["files"], override["profile"] = list(agents), "livekit"
        overrides.append(override)
        table["overrides"] = overrides
    return tomlkit.dumps(document)


def with_ruff(text: str, builtins: Sequence[str], *, is_pyproject: bool) -> str:
    """Return ruff's configuration with our codes as external ones, and the platform's names as builtins.

    Args:
        text: The file; of a `pyproject.toml` the table `tool.ruff`, if there is one.
        builtins: Names to make known; those that are there already are not added.
        is_pyproject: Whether it is a `pyproject.toml`.
    """
    document = tomlkit.parse(text)
    prefix = ("tool", "ruff") if is_pyproject else ()
    if is_pyproject and "ruff" not in document.get("tool", {}):
        return text
    external = document
    for name in (*prefix, "lint"):
        external = external.get(name, {})
    codes = external.get("external", [])
    if isinstance(codes, str) or not any("CAL".startswith(str(code)) for code in codes):
        _add(_table(document, *prefix, "lint"), "external", ["CAL"])
    ruff: Any = _table(document, *prefix) if prefix else document
    missing = [name for name in builtins if name not in ruff.get("builtins", [])]
    if missing:
        _add(ruff, "builtins", missing)
    return tomlkit.dumps(document)


def with_flake8(text: str, lists: dict[str, Sequence[str]]) -> str:
    """Return a `pyproject.toml` with more words in lists of `[tool.flake8]`, which Flake8-pyproject reads."""
    document = tomlkit.parse(text)
    table = _table(document, "tool", "flake8")
    for key, more in lists.items():
        if isinstance(table.get(key), str):
            table[key] = f"{table[key]},{','.join(more)}"
        else:
            _add(table, key, more)
    return tomlkit.dumps(document)


def _table(document: Any, *names: str) -> Any:
    for name in names:
        if name not in document:
            # A table that only holds others needs no line of its own.
            document[name] = tomlkit.table(is_super_table=name == "tool")
        document = document[name]
    return document


def _add(table: Table, key: str, more: Sequence[str]) -> None:
    if key not in table:
        array = tomlkit.array()
        array.extend(more)
        table[key] = array.multiline(sum(map(len, more)) > 80)
        return
    array = table[key]
    if not isinstance(array, Array):
        raise TypeError(f"`{key}` is not a list")
    array.extend(more)
