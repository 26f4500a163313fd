"""Why a file was not loaded."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_incall.diagnostics import Diagnostic


class Rejected(Exception):  # noqa: N818  the name is what a caller reads: the functions were rejected
    """Functions did not pass the check, so none of them was loaded. Prints like the linter, a line each.

    Attributes:
        diagnostics: What is wrong, of all files, in the order of the files and of their lines.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = list(diagnostics)

    def __str__(self) -> str:
        return "\n".join(
            f"{found.path}:{found.start.line}:{found.start.column + 1}: {found.code} {found.message}"
            for found in self.diagnostics
        )
