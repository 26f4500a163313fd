"""Findings a line each, without source: for logs, and for programs that read lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from flake8_incall.reporters.text import headline

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write findings as `path:line:column: CODE message`."""
    for report in reports:
        stream.writelines(headline(diagnostic, is_coloured=is_coloured) for diagnostic in report.diagnostics)
        stream.flush()
