"""Places and edits in the units of an editor."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from lsprotocol import types

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.server.text import Text

LINE = 'say = "नमस्ते 🙏"; reply = {}\n'
COLUMN = LINE.index("reply")
KINDS: TypeAlias = types.PositionEncodingKind


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> types.TextDocumentContentChangePartial:
    span = types.Range(types.Position(*start), types.Position(*end))
    return types.TextDocumentContentChangePartial(span, text)


@pytest.mark.parametrize(
    ("encoding", "units"),
    [
        (KINDS.Utf8, len(LINE[:COLUMN].encode())),
        (KINDS.Utf16, len(LINE[:COLUMN].encode("utf-16-le")) // 2),
        (KINDS.Utf32, COLUMN),
    ],
)
def test_text_place_in_each_encoding_is_counted_in_its_units(encoding: KINDS, units: int) -> None:
    text = Text("x = 1\n" + LINE, encoding)
    place = types.Position(1, units)
    assert text.place(Position(2, COLUMN)) == place
    assert text.position(place) == Position(2, COLUMN)
    edited = text.edited(change((1, units), (1, units + 5), "answer"))
    assert edited.content == "x = 1\n" + LINE.replace("reply", "answer")


def test_text_position_inside_a_character_is_before_it() -> None:
    text = Text('"🙏"\n')
    assert text.position(types.Position(0, 2)) == Position(1, 1)
    assert text.position(types.Position(0, 3)) == Position(1, 2)


@pytest.mark.parametrize("stranger", ["\f", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_text_lines_end_only_where_editors_end_them(stranger: str) -> None:
    text = Text(f'a = "{stranger}"\nb = 1\nc = 2\n')
    assert text.edited(change((1, 4), (1, 5), "7")).content == f'a = "{stranger}"\nb = 7\nc = 2\n'


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_edited_keeps_line_ends(line_end: str) -> None:
    text = Text(line_end.join(("one", "two", "three", "")))
    edited = text.edited(change((0, 3), (1, 99), "!")).content
    assert edited == line_end.join(("one!", "three", ""))


def test_text_edited_at_and_behind_the_end_appends() -> None:
    assert Text("a\n").edited(change((1, 0), (1, 0), "b")).content == "a\nb"
    assert Text("a\n").edited(change((9, 3), (9, 3), "b")).content == "a\nb"
    assert Text("").edited(change((0, 0), (0, 0), "b")).content == "b"
    assert Text("a").edited(change((0, 1), (0, 1), "b")).content == "ab"


def test_text_edited_with_a_range_written_backwards_takes_it_as_meant() -> None:
    assert Text("abc\n").edited(change((0, 3), (0, 1), "-")).content == "a-\n"


def test_text_edited_as_a_whole_has_the_new_text() -> None:
    assert Text("a\n").edited(types.TextDocumentContentChangeWholeDocument("b\n")).content == "b\n"


def test_text_edit_has_the_line_ends_of_the_text() -> None:
    edit = Edit(Position(1, 0), Position(1, 0), "import x\n")
    assert Text("a\r\nb\r\n").text_edit(edit).new_text == "import x\r\n"


def test_text_place_after_a_byte_order_mark_counts_it() -> None:
    text = Text("\ufeffx = 1\n")
    assert text.place(Position(1, 0)) == types.Position(0, 1)
    assert text.position(types.Position(0, 1)) == Position(1, 0)
