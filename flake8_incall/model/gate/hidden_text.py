"""What a file's text does not show to who reads it: another encoding, and characters that cannot be seen."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence

from flake8_incall.diagnostics import Position

_DECLARATION = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LINE_WHITESPACE = "\t\r\n"
# Letters and marks that leave no trace on the screen: fillers, and the selectors that carry bytes.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2028\u2029\u3164\uffa0\U000e0100-\U000e01ef]")
_JOINERS = "\u200c\u200d"


def other_encoding(lines: Sequence[str]) -> tuple[Position, str] | None:
    """The encoding that a file declares, if it is not UTF-8, and where."""
    for number, line in enumerate(lines[:2], start=1):
        declared = _DECLARATION.match(line)
        if declared and not _is_utf_8(declared[1]):
            return Position(number, declared.start(1)), declared[1]
    return None


def _is_utf_8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    except LookupError:
        return False


def unseen_characters(lines: Sequence[str]) -> Iterator[tuple[Position, str]]:
    """The characters that cannot be seen or turn the direction of writing, each as `U+202E NAME`.

    Not: a joiner after a letter that is not ASCII or after an emoji, as the scripts of India, Persian and
    composed emoji need them.
    """
    for number, line in enumerate(lines, start=1):
        if line.isascii() and line.isprintable():
            continue
        for column, character in enumerate(line):
            if not _is_unseen(character):
                continue
            before = line[column - 1] if column else ""
            if character in _JOINERS and before and not before.isascii() and not _is_unseen(before):
                continue
            yield Position(number, column), _named(character)


def _is_unseen(character: str) -> bool:
    if character in _LINE_WHITESPACE:
        return False
    return unicodedata.category(character) in ("Cc", "Cf") or bool(_UNSEEN.match(character))


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'CONTROL CHARACTER')}"
