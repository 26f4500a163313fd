"""Which place in the source a character of a string literal's value has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Position

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_LITERAL = re.compile(r"(?P<prefix>[rRuU]?)(?P<quotes>'''|\"\"\"|'|\")(?P<body>.*)(?P=quotes)", re.DOTALL)
_PIECE = re.compile(
    r"[^\\\r]+|\r\n|\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)|.", re.DOTALL
)
_RAW_PIECE = re.compile(r"[^\r]+|\r\n|.", re.DOTALL)
_STANDS_FOR_ITSELF = "\\'\""
_OF_SEVERAL = "abfnrtvxuUN01234567"


def place_in_literal(module: Module, node: ast.Constant, offset: int) -> Position | None:
    """Return where a character of a string stands in the source.

    Args:
        module: The module of the literal.
        node: The literal.
        offset: The index of the character in the literal's value.

    Returns:
        The place; `None` in a literal that is joined of several.
    """
    start, end = module.start(node), module.end(node)
    lines = module.lines[start.line - 1 : end.line]
    if not lines:
        return None
    text = "".join([*lines[:-1], lines[-1][: end.column]])
    literal = _LITERAL.fullmatch(text, start.column)
    pieces = list(_pieces(literal)) if literal is not None else []
    if literal is None or "".join(value for _, _, value in pieces) != node.value:
        return None
    index = _index(pieces, offset, literal.end("body"))
    line = text.count("\n", 0, index)
    return Position(start.line + line, index - (text.rfind("\n", 0, index) + 1))


def _pieces(literal: re.Match[str]) -> Iterator[tuple[int, str, str]]:
    """The parts of a literal: where each begins, how it is written, and what it stands for."""
    is_raw = literal["prefix"] in ("r", "R")
    pattern = _RAW_PIECE if is_raw else _PIECE
    for piece in pattern.finditer(literal.string, literal.start("body"), literal.end("body")):
        written = piece.group()
        yield piece.start(), written, "\n" if written == "\r\n" else written if is_raw else _value(written)


def _value(written: str) -> str:
    if not written.startswith("\\"):
        return written
    escaped = written[1:]
    if escaped in ("\n", "\r\n"):
        return ""
    if escaped in _STANDS_FOR_ITSELF:
        return escaped
    value: str = ast.literal_eval(f'"{written}"') if escaped[0] in _OF_SEVERAL else written
    return value


def _index(pieces: list[tuple[int, str, str]], offset: int, end: int) -> int:
    passed = 0
    for start, written, value in pieces:
        if passed + len(value) > offset:
            return start + (offset - passed if value == written else 0)
        passed += len(value)
    return end
