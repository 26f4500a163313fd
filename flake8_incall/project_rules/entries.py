"""YAML files as entries that know their lines; nothing but plain data is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from flake8_incall.options import OptionError

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

_LARGEST_FILE = 1_000_000
_MOST_ENTRIES = 50_000
_DEEPEST = 100
_TAG = "tag:yaml.org,2002:"
_STRING = f"{_TAG}str"
# What YAML makes of plain text by itself; 1.1 also makes `off` and `yes` booleans, which 1.2 does not.
_TAGS = frozenset(
    _TAG + name for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value")
)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in a YAML file.

    Attributes:
        value: A scalar, or entries by key or in a list.
        path: The file.
        line: The line at which it begins, counted from 1.
    """

    value: str | int | float | bool | list[Entry] | dict[str, Entry] | None
    path: str
    line: int

    def error(self, text: str) -> OptionError:
        """Return an error about this value: one line that says where."""
        return OptionError(f"{self.path}:{self.line}: {text}")

    @property
    def items(self) -> dict[str, Entry]:
        """The entries of a mapping; none of any other value."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def kind(self) -> str:
        """What the value is, as an error says it."""
        if isinstance(self.value, dict | list):
            return "a mapping" if isinstance(self.value, dict) else "a list"
        kinds = {str: "a string", bool: "a boolean", int: "a number", float: "a number"}
        return kinds.get(type(self.value), "nothing")

    def text(self, name: str) -> str:
        """Return a string.

        Args:
            name: The key, for the error.

        Raises:
            OptionError: It is something else.
        """
        if not isinstance(self.value, str):
            advice = "; put it in quotes" if self.kind == "a number" else ""
            raise self.error(f"{name}: expected a string, got {self.kind}{advice}")
        return self.value

    def mapping(self, name: str) -> dict[str, Entry]:
        """Return the entries of a mapping.

        Raises:
            OptionError: It is something else.
        """
        if not isinstance(self.value, dict):
            raise self.error(f"{name}: expected a mapping, got {self.kind}")
        return self.value

    def sequence(self, name: str) -> list[Entry]:
        """Return the entries of a list.

        Raises:
            OptionError: It is something else.
        """
        if not isinstance(self.value, list):
            raise self.error(f"{name}: expected a list, got {self.kind}")
        return self.value

    def plain(self) -> Plain:
        """Return the value without lines."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [entry.plain() for entry in self.value]
        return self.value


def read_entries(path: str) -> list[Entry]:
    """Read the documents of a YAML file; empty ones are left out.

    Raises:
        OptionError: The file cannot be read, or is not YAML of plain data.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > _LARGEST_FILE:
        raise OptionError(f"{path}: is larger than 1 MB; split it into several files")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise OptionError(f"{path}:{line}: is not UTF-8 (byte 0x{data[error.start]:02x}); save it as UTF-8") from error
    return [entry for entry in _Reader(path).entries(text) if entry.value is not None]


class _Reader:
    """Makes entries of YAML nodes, within bounds: a few aliases can stand for billions of values."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._left = _MOST_ENTRIES

    def entries(self, text: str) -> Iterator[Entry]:
        yaml = import_module("yaml")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for node in yaml.compose_all(text, Loader=loader):
                yield self._entry(node, 0)
        except yaml.YAMLError as error:
            raise self._invalid(error, text) from error
        except RecursionError as error:
            raise OptionError(f"{self._path}: is nested too deeply") from error

    def _invalid(self, error: Any, text: str) -> OptionError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        position = getattr(error, "position", None)
        line = mark.line + 1 if mark else text.count("\n", 0, position or 0) + 1
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        return OptionError(f"{self._path}:{line}: is not valid YAML: {' '.join(str(reason).split())}")

    def _entry(self, node: Any, depth: int) -> Entry:
        at = Entry(None, self._path, node.start_mark.line + 1)
        self._left -= 1
        if self._left < 0:
            raise at.error("has too many values, aliases resolved; write fewer")
        if depth > _DEEPEST:
            raise at.error("is nested too deeply")
        if node.tag not in _TAGS:
            raise at.error(f"the tag {node.tag.replace(_TAG, '!!')} is not supported; remove it")
        if node.id == "mapping":
            return Entry(self._mapping(node, depth), self._path, at.line)
        if node.id == "sequence":
            return Entry([self._entry(item, depth + 1) for item in node.value], self._path, at.line)
        is_plain = not node.style and node.tag != _STRING
        return Entry(_scalar(node.value) if is_plain else node.value, self._path, at.line)

    def _mapping(self, node: Any, depth: int) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key, value in node.value:
            at = Entry(None, self._path, key.start_mark.line + 1)
            if key.id != "scalar":
                raise at.error("a key is not a string")
            if key.value in found:
                raise at.error(f"{key.value!r} stands here twice; remove one")
            entry = self._entry(value, depth + 1)
            # An alias is an error of the place where it is used.
            found[key.value] = Entry(entry.value, self._path, at.line)
        return found


def _scalar(text: str) -> str | int | float | bool | None:
    """The value of plain text, as YAML 1.2 has it."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _FLOAT.fullmatch(text) else text
