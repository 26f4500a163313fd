"""Findings of an earlier text as findings of a later one, in which what they rest on has only moved."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from flake8_incall.diagnostics import Diagnostic, Edit, Fix, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.dependencies.pieces import Piece, Pieces

# Code and text of the user's own stand in backticks: a line that they name is none of the file.
_LINE = re.compile(r"(`[^`]*`)|\b(line )(\d+)")


class MovedError(Exception):
    """Raised for a place of the earlier text that the later one does not have."""


class Moves:
    """Where the lines of an earlier text are in a later one; lines of pieces that have changed are not there."""

    def __init__(self, before: Module, after: Module) -> None:
        self._shifts: dict[int, int] = {}
        old, new = Pieces(before), Pieces(after)
        self._own: dict[int, Piece] = {}
        for piece in old.all:
            self._own |= dict.fromkeys(range(piece.span.start.line, piece.span.end.line + 1), piece)
        self._is_head_same = _head(old) == _head(new)
        there = _by_content(new)
        for content, pieces in _by_content(old).items():
            others = there.get(content, [])
            # Which of several equal ones is which cannot be told if one is gone.
            if len(others) == len(pieces):
                for piece, other in zip(pieces, others, strict=True):
                    shift = other.span.start.line - piece.span.start.line
                    self._shifts |= dict.fromkeys(range(piece.span.start.line, piece.span.end.line + 1), shift)

    def of(self, finding: Diagnostic) -> Diagnostic:
        """A finding where it stands in the later text.

        Raises:
            MovedError: A place of it is not in that text.
        """
        fix = finding.fix
        if fix is not None and not self._is_head_same and not self._is_inside(fix, finding.start):
            # What a fix adds at the head of a file depends on what stands there.
            raise MovedError
        return replace(
            finding,
            start=self._place(finding.start),
            end=self._place(finding.end),
            message=_LINE.sub(self._named_line, finding.message),
            fix=fix and replace(fix, edits=tuple(map(self._edit, fix.edits))),
            repeats=tuple(map(self.of, finding.repeats)),
        )

    def _is_inside(self, fix: Fix, at: Position) -> bool:
        """Whether a fix stays in the piece that a place stands in."""
        piece = self._own.get(at.line)
        return piece is not None and all(
            piece.span.start <= edit.start and edit.end <= Position(piece.span.end.line + 1, 0) for edit in fix.edits
        )

    def _edit(self, edit: Edit) -> Edit:
        return Edit(self._place(edit.start), self._place(edit.end), edit.text)

    def _place(self, at: Position) -> Position:
        line = at.line
        if line not in self._shifts and at.column == 0:
            # Behind the end of a line.
            line -= 1
        return Position(at.line + self._shift(line), at.column)

    def _named_line(self, found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        line = int(found[3])
        return f"{found[2]}{line + self._shift(line)}"

    def _shift(self, line: int) -> int:
        shift = self._shifts.get(line)
        if shift is None:
            raise MovedError
        return shift


def _head(pieces: Pieces) -> list[str]:
    """What stands before the first function or class of a file."""
    return [piece.digest for piece in takewhile(lambda one: one.kind not in ("class", "function"), pieces.all)]


def _by_content(pieces: Pieces) -> dict[tuple[str, str, str], list[Piece]]:
    found: dict[tuple[str, str, str], list[Piece]] = {}
    for piece in pieces.all:
        found.setdefault((piece.kind, piece.name, piece.digest), []).append(piece)
    return found
