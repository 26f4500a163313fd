"""A document's text as editors count it: lines from 0, columns in units of an encoding."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

from lsprotocol import types

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.source import line_end_of, split_lines

_BYTE_ORDER_MARK = "\ufeff"
Encoding: TypeAlias = types.PositionEncodingKind | str
_UNITS = {types.PositionEncodingKind.Utf8: ("utf-8", 1), types.PositionEncodingKind.Utf16: ("utf-16-le", 2)}


class Text:
    """A text, and what its places are called in an encoding that client and server have agreed on.

    Lines end at `\\n`, `\\r\\n` and `\\r` and nowhere else, for editors as for Python.
    """

    def __init__(self, content: str, encoding: Encoding = types.PositionEncodingKind.Utf16) -> None:
        """Create a text.

        Args:
            content: The characters.
            encoding: In whose units the client counts columns.
        """
        self.content = content
        self.encoding = encoding

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their line ends; a last one that is empty is none."""
        return split_lines(self.content)

    @cached_property
    def line_end(self) -> str:
        """How its lines end."""
        return line_end_of(self.lines)

    def place(self, at: Position) -> types.Position:
        """A position of the linter as the client counts it."""
        if at.line > len(self.lines):
            return types.Position(at.line - 1, 0)
        column = at.column + (at.line == 1 and self.content.startswith(_BYTE_ORDER_MARK))
        return types.Position(at.line - 1, self._width(self.lines[at.line - 1].rstrip("\r\n")[:column]))

    def range(self, start: Position, end: Position) -> types.Range:
        """Two positions of the linter as a range of the client."""
        return types.Range(self.place(start), self.place(end))

    def position(self, place: types.Position) -> Position:
        """A position of the client as the linter counts it; behind the end of a line it is that end."""
        if place.line >= len(self.lines):
            return Position(place.line + 1, 0)
        line = self.lines[place.line].rstrip("\r\n")
        column = self._column(line, place.character)
        return Position(place.line + 1, column - (place.line == 0 and line.startswith(_BYTE_ORDER_MARK)))

    def text_edit(self, edit: Edit) -> types.TextEdit:
        """An edit of the linter as one of the client."""
        return types.TextEdit(self.range(edit.start, edit.end), edit.text.replace("\n", self.line_end))

    def edited(self, change: types.TextDocumentContentChangeEvent) -> Text:
        """The text after a change that the client tells of."""
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return Text(change.text, self.encoding)
        start, end = sorted((self._offset(change.range.start), self._offset(change.range.end)))
        return Text(self.content[:start] + change.text + self.content[end:], self.encoding)

    def _offset(self, place: types.Position) -> int:
        if place.line >= len(self.lines):
            return len(self.content)
        before = sum(map(len, self.lines[: place.line]))
        return before + self._column(self.lines[place.line].rstrip("\r\n"), place.character)

    def _width(self, characters: str) -> int:
        if characters.isascii() or self.encoding not in _UNITS:
            return len(characters)
        codec, size = _UNITS[types.PositionEncodingKind(self.encoding)]
        return len(characters.encode(codec, "surrogatepass")) // size

    def _column(self, line: str, units: int) -> int:
        """How many characters of a line there are in a number of units; what ends inside a character ends before it."""
        if line.isascii() or self.encoding not in _UNITS:
            return min(units, len(line))
        for column, character in enumerate(line):
            units -= self._width(character)
            if units < 0:
                return column
        return len(line)
