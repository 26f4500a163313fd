"""YAML files as entries that know their lines; nothing but plain data is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import takewhile
from typing import Any, TypeAlias

from flake8_incall.options import OptionError

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

_LARGEST_FILE = 1_000_000
_MOST_ENTRIES = 50_000
_DEEPEST = 100
_TAG = "tag:yaml.org,2002:"
# Without a tag, YAML 1.1 makes booleans of `off` and `yes`, which 1.2 does not.
_TAGS = frozenset({None, "!", *(_TAG + name for name in ("str", "map", "seq"))})
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
    """Makes entries of the events of a YAML text, within bounds.

    Nodes would be made by recursion in C, which a text of a few kilobytes can bring to its end; and a few aliases can
    stand for billions of values.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._left = _MOST_ENTRIES
        # By anchor: the entry, and how many values it has; `None` while it is read.
        self._anchors: dict[str, tuple[Entry, int] | None] = {}

    def entries(self, text: str) -> Iterator[Entry]:
        yaml = import_module("yaml")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            events = yaml.parse(text, Loader=loader)
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    self._anchors.clear()
                elif isinstance(event, yaml.NodeEvent):
                    yield self._entry(event, events, 0)
        except yaml.YAMLError as error:
            raise self._invalid(error, text) from error

    def _invalid(self, error: Any, text: str) -> OptionError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        position = getattr(error, "position", None)
        line = mark.line + 1 if mark else text.count("\n", 0, position or 0) + 1
        # What is missing at the end is missing in the last line.
        line = min(line, max(1, len(text.splitlines())))
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        return OptionError(f"{self._path}:{line}: is not valid YAML: {' '.join(str(reason).split())}")

    def _entry(self, event: Any, events: Iterator[Any], depth: int) -> Entry:
        """The value that begins with an event; its other events are read."""
        at = Entry(None, self._path, event.start_mark.line + 1)
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._aliased(event.anchor, at, depth)
        if depth > _DEEPEST:
            raise at.error("is nested too deeply")
        if event.tag not in _TAGS:
            raise at.error(f"the tag {event.tag.replace(_TAG, '!!')} is not supported; remove it")
        before = self._left
        self._spend(1, at)
        if event.anchor:
            self._anchors[event.anchor] = None
        if kind == "ScalarEvent":
            is_plain = not event.style and event.tag is None
            entry = Entry(_scalar(event.value) if is_plain else event.value, self._path, at.line)
        elif kind == "SequenceStartEvent":
            entry = Entry([self._entry(one, events, depth + 1) for one in _until_end(events)], self._path, at.line)
        else:
            entry = Entry(self._mapping(events, depth), self._path, at.line)
        if event.anchor:
            self._anchors[event.anchor] = (entry, before - self._left)
        return entry

    def _aliased(self, anchor: str, at: Entry, depth: int) -> Entry:
        if anchor not in self._anchors:
            raise at.error(f"*{anchor} refers to nothing; write &{anchor} before it")
        known = self._anchors[anchor]
        if known is None:
            raise at.error(f"*{anchor} refers to itself")
        self._spend(known[1], at)
        if depth + _height(known[0]) > _DEEPEST:
            raise at.error("is nested too deeply")
        return known[0]

    def _spend(self, count: int, at: Entry) -> None:
        self._left -= count
        if self._left < 0:
            raise at.error("has too many values, aliases resolved; write fewer")

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key in _until_end(events):
            at = Entry(None, self._path, key.start_mark.line + 1)
            if type(key).__name__ != "ScalarEvent":
                raise at.error("a key is not a string")
            if key.value in found:
                raise at.error(f"{key.value!r} stands here twice; remove one")
            entry = self._entry(next(events), events, depth + 1)
            # An alias is an error of the place where it is used.
            found[key.value] = Entry(entry.value, self._path, at.line)
        return found


def _until_end(events: Iterator[Any]) -> Iterator[Any]:
    """The first events of the values in a list or mapping, up to its end."""
    return takewhile(lambda event: not type(event).__name__.endswith("EndEvent"), events)


def _height(entry: Entry) -> int:
    parts = entry.value if isinstance(entry.value, list) else entry.items.values()
    return 1 + max(map(_height, parts), default=0)


def _scalar(text: str) -> str | int | float | bool | None:
    """The value of plain text, as YAML 1.2 has it."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    return float(text) if _FLOAT.fullmatch(text) else text
