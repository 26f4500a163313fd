"""JSON with the place of every value. The standard library decodes, but does not say where things stand."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.code.source import split_lines

# The standard library's own reader, through which documents are loaded elsewhere, ends not far above this.
MAX_DEPTH = 200

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+')
_NUMBER_OR_WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null")
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # two escapes that are one character
    r"|\\u[0-9a-fA-F]{4}|\\."
)
_SEEN = re.compile(r"[\w.+-]{1,20}|.", re.DOTALL)
_UNPRINTABLE = {
    "\ufeff": "a byte order mark",
    "\n": "a line break",
    "\r": "a line break",
    "\t": "a tab",
    "\u00a0": "a no-break space",
}


class JsonError(ValueError):
    """A text is not JSON, or says one thing twice.

    Attributes:
        offset: Where, in characters from the text's beginning.
        found: What stands there, as words for a message.
        expected: What may stand there.
    """

    def __init__(self, offset: int, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.offset = offset
        self.found = found
        self.expected = expected


Data = dict[str, "JsonValue"] | list["JsonValue"] | str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A value and where it stands.

    Attributes:
        start: Its first character, as an offset into the text.
        end: The offset after its last character.
        data: What it is; objects and lists hold further values.
        key: For a member of an object: its key, which has a place of its own.
    """

    start: int
    end: int
    data: Data
    key: JsonValue | None = None


def parse_json(text: str) -> JsonValue:
    """Read a JSON text.

    Stricter than `json.loads`: `NaN`, `Infinity`, a key that stands twice in an object, and nesting beyond
    `MAX_DEPTH` are refused.

    Raises:
        JsonError: The text is not JSON.
    """
    open_containers: list[_Container] = []
    try:
        return _parsed(_Cursor(text), open_containers)
    except JsonError as error:
        if error.offset < len(text) or not open_containers:
            raise
        first = open_containers[0].start
        missing = "".join(container.closing_bracket for container in reversed(open_containers))
        opened = f"`{shown(missing)}` to close what line {Lines(text).position(first).line} opens"
        raise JsonError(error.offset, error.found, f"{error.expected}; missing is {opened}") from None


def _parsed(cursor: _Cursor, open_containers: list[_Container]) -> JsonValue:
    while True:
        inside = open_containers[-1] if open_containers else None
        key = cursor.key(inside.members) if inside and inside.is_object else None
        container = cursor.opened_container(key)
        if container and not cursor.takes(container.closing_bracket):
            open_containers.append(container)
            if len(open_containers) > MAX_DEPTH:
                raise JsonError(container.start, f"nesting deeper than {MAX_DEPTH} levels", "less nesting")
            continue
        value = container.closed_at(cursor.offset) if container else cursor.scalar(key)
        while open_containers:
            container = open_containers[-1]
            container.add(value)
            if cursor.takes(","):
                break
            cursor.expect(container.closing_bracket, f"`,` or `{container.closing_bracket}`")
            value = open_containers.pop().closed_at(cursor.offset)
        else:
            cursor.expect_end()
            return value


@dataclass(slots=True)
class _Container:
    """An object or a list of which the end has not been read yet."""

    start: int
    is_object: bool
    key: JsonValue | None
    members: dict[str, JsonValue] = field(default_factory=dict)
    items: list[JsonValue] = field(default_factory=list)

    @property
    def closing_bracket(self) -> str:
        return "}" if self.is_object else "]"

    def add(self, value: JsonValue) -> None:
        if value.key is not None and isinstance(value.key.data, str):
            self.members[value.key.data] = value
        else:
            self.items.append(value)

    def closed_at(self, end: int) -> JsonValue:
        return JsonValue(self.start, end, self.members if self.is_object else self.items, self.key)


@dataclass(slots=True)
class _Cursor:
    """A place in a JSON text that moves over what it recognises."""

    text: str
    offset: int = 0

    def key(self, known: dict[str, JsonValue]) -> JsonValue:
        """Read a key and its colon; `known` are the keys before it."""
        self._skip_space()
        if not self.text.startswith('"', self.offset):
            raise self._unexpected("a key in double quotes")
        key = self._string(None)
        if key.data in known:
            raise JsonError(key.start, f"duplicate key {shown(self.text[key.start : key.end])}", "unique keys")
        self.expect(":", "`:` after the key")
        return key

    def opened_container(self, key: JsonValue | None) -> _Container | None:
        """Move over a bracket that opens an object or a list, if one stands here."""
        for bracket in "{[":
            if self.takes(bracket):
                return _Container(self.offset - 1, bracket == "{", key)
        return None

    def scalar(self, key: JsonValue | None) -> JsonValue:
        """Read a text, a number, `true`, `false` or `null`."""
        if self.text.startswith('"', self.offset):
            return self._string(key)
        match = _NUMBER_OR_WORD.match(self.text, self.offset)
        if not match:
            raise self._unexpected("a value")
        try:
            data: Data = json.loads(match[0])
        except ValueError as error:  # Python bounds the digits of an integer.
            raise JsonError(match.start(), f"{len(match[0])} digits", "a shorter number") from error
        self.offset = match.end()
        return JsonValue(match.start(), match.end(), data, key)

    def takes(self, character: str) -> bool:
        """Move over white space, then over the character if it stands there."""
        self._skip_space()
        is_there = self.text.startswith(character, self.offset)
        self.offset += is_there
        return is_there

    def expect(self, character: str, expected: str) -> None:
        """Move over the character, which must be there."""
        if not self.takes(character):
            raise self._unexpected(expected)

    def expect_end(self) -> None:
        """The text must end here."""
        self._skip_space()
        if self.offset < len(self.text):
            raise self._unexpected("the end of the file")

    def _skip_space(self) -> None:
        self.offset = _end(_SPACE, self.text, self.offset)

    def _string(self, key: JsonValue | None) -> JsonValue:
        start, stop = self.offset, _end(_STRING, self.text, self.offset)
        if stop == len(self.text):
            line = Lines(self.text).position(start).line
            raise JsonError(stop, f"the end of the file inside the string that starts on line {line}", 'a closing `"`')
        if self.text[stop] == "\\":
            escape = _named(self.text[stop : stop + 2])
            raise JsonError(stop, f"the escape {escape}", r"one of `\" \\ \/ \b \f \n \r \t \uXXXX`")
        if self.text[stop] != '"':
            raise JsonError(stop, f"{_named(self.text[stop])} inside a string", r"an escape such as `\n`")
        self.offset = stop + 1
        return JsonValue(start, stop + 1, json.loads(self.text[start : stop + 1]), key)

    def _unexpected(self, expected: str) -> JsonError:
        match = _SEEN.match(self.text, self.offset)
        found = _named(match[0]) if match else "the end of the file"
        if found in {"`]`", "`}`"} and self.text[: self.offset].rstrip().endswith(","):
            found += " after a comma"
        return JsonError(self.offset, found, expected)


def _end(pattern: re.Pattern[str], text: str, offset: int) -> int:
    match = pattern.match(text, offset)
    return match.end() if match else offset


def shown(text: str, limit: int = 64) -> str:
    """A text of the file as a part of a one-line message: printable, and at most `limit` characters of it."""
    line = " ".join(text[: 4 * limit].split())
    line = f"{line[:limit]}…" if len(line) > limit else line
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)


def _named(text: str) -> str:
    return _UNPRINTABLE.get(text) or f"`{shown(text)}`"


class Lines:
    """Offsets into a text as lines and columns, and back."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0]
        for line in split_lines(text):
            if line.endswith(("\n", "\r")):
                self._starts.append(self._starts[-1] + len(line))

    def position(self, offset: int) -> Position:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1])

    def offset(self, position: Position) -> int:
        """The offset of a line and column, or the nearest before it that the text has."""
        line = min(position.line, len(self._starts))
        last = self._starts[line] - 1 if line < len(self._starts) else self._length
        return min(self._starts[line - 1] + position.column, last)


class StringPlaces:
    """Where each character of a decoded string stands in the JSON text."""

    def __init__(self, text: str, value: JsonValue) -> None:
        # Between two escapes both sides advance alike: only the places after escapes are kept.
        self._decoded = [0]
        self._written = [value.start + 1]
        for escape in _ESCAPE.finditer(text, value.start + 1, value.end - 1):
            self._decoded.append(self._decoded[-1] + escape.start() - self._written[-1] + 1)
            self._written.append(escape.end())

    def offset(self, index: int) -> int:
        """The offset in the JSON text of a character of the string; of the closing quote for its length."""
        run = bisect_right(self._decoded, index) - 1
        return self._written[run] + index - self._decoded[run]


class Places:
    """A JSON text, and where its values stand in it.

    Attributes:
        text: The text.
        lines: Its lines.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)

    def between(self, start: int, end: int) -> Span:
        """The range between two offsets."""
        return Span(self.lines.position(start), self.lines.position(end))

    def of(self, value: JsonValue) -> Span:
        """The range of a value."""
        return self.between(value.start, value.end)

    def beginning(self, value: JsonValue) -> Span:
        """The first character of a value, for what is wrong with all of an object."""
        return self.between(value.start, value.start + 1)

    def part(self, value: JsonValue, start: int, end: int) -> Span:
        """The range of a part of a string, between two indices into what it decodes to."""
        places = StringPlaces(self.text, value)
        return self.between(places.offset(start), places.offset(end))
