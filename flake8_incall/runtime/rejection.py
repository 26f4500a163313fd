"""Why functions were not loaded."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_incall.diagnostics import Diagnostic, Position
from flake8_incall.reading import Problem
from flake8_incall.terminal import printable


class Rejected(Exception):  # noqa: N818  the name is what a caller reads: the functions were rejected
    """Functions were refused, so none of them was loaded. Prints like the linter, a line each.

    Attributes:
        diagnostics: What is wrong, of all files, in the order of the files and of their lines.
        problems: What else keeps a file from being loaded: it cannot be read or executed, or there is nothing in it.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic], problems: Sequence[Problem] = ()) -> None:
        super().__init__(diagnostics, problems)
        self.diagnostics = list(diagnostics)
        self.problems = list(problems)

    def __str__(self) -> str:
        found = [
            f"{found.path}:{found.start.line}:{found.start.column + 1}: {found.code} {found.message}"
            for found in self.diagnostics
        ]
        return "\n".join(map(printable, [*found, *map(str, self.problems)]))


def refused(path: str, text: str, at: Position | None = None) -> Rejected:
    """A file that is not loaded for one reason, which is no finding of the linter."""
    return Rejected([], [Problem(path, text, at)])
