"""Findings as one JSON array of objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from flake8_incall.diagnostics import Diagnostic, Fix
from flake8_incall.files import array_text, write_all
from flake8_incall.paths import well_formed
from flake8_incall.rules.registry import name_of, url_of

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write the array when all files are checked. Lines and columns count from 1; ends are exclusive."""
    found = [_object(diagnostic) for report in reports for diagnostic in report.diagnostics]
    write_all(stream, array_text(found))


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    function = diagnostic.qualified_name or diagnostic.function
    return {
        "path": well_formed(diagnostic.path),
        "line": diagnostic.start.line,
        "column": diagnostic.start.column + 1,
        "end_line": diagnostic.end.line,
        "end_column": diagnostic.end.column + 1,
        "code": diagnostic.code,
        "name": name_of(diagnostic),
        "severity": diagnostic.severity.value,
        "message": well_formed(diagnostic.message),
        "function": function and well_formed(function),
        "fix": diagnostic.fix and _fix(diagnostic.fix),
        "url": url_of(diagnostic),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [
        {
            "line": edit.start.line,
            "column": edit.start.column + 1,
            "end_line": edit.end.line,
            "end_column": edit.end.column + 1,
            "text": well_formed(edit.text),
        }
        for edit in fix.edits
    ]
    return {"applicability": "safe" if fix.is_safe else "unsafe", "edits": edits}
