"""Text on a terminal: what it may hold, how wide it is, whether it is coloured."""

from __future__ import annotations

import io
import os
import unicodedata
from typing import TextIO

_TURN_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters, and the separators of lines and paragraphs at which some programs begin a new line.
_BREAKING = ("Cc", "Zl", "Zp")


def printable(text: str) -> str:
    """Replace what would steer a terminal or turn its text around: it comes from files that others wrote."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if _steers(character) else character for character in text)


def width(text: str) -> int:
    """The columns that a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user has not asked for text without colours."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def never_fail_to_encode(stream: TextIO) -> None:
    """Let a stream show escapes for what it cannot encode: a pipe without Hindi must not end the run."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _steers(character: str) -> bool:
    return character in _TURN_TEXT_AROUND or (character != "\t" and unicodedata.category(character) in _BREAKING)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
