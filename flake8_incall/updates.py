"""Findings of an earlier text as findings of a later one, in which what they rest on has only moved."""

from __future__ import annotations

import re
from dataclasses import replace

from flake8_incall.diagnostics import Diagnostic, Edit, Position
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
        there = _by_content(Pieces(after))
        for content, pieces in _by_content(Pieces(before)).items():
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
        return replace(
            finding,
            start=self._place(finding.start),
            end=self._place(finding.end),
            message=_LINE.sub(self._named_line, finding.message),
            fix=fix and replace(fix, edits=tuple(map(self._edit, fix.edits))),
            repeats=tuple(map(self.of, finding.repeats)),
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


def _by_content(pieces: Pieces) -> dict[tuple[str, str, str], list[Piece]]:
    found: dict[tuple[str, str, str], list[Piece]] = {}
    for piece in pieces.all:
        found.setdefault((piece.kind, piece.name, piece.digest), []).append(piece)
    return found
