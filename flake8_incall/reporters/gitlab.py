"""Findings as a code quality report of GitLab."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from flake8_incall.diagnostics import Diagnostic
from flake8_incall.files import array_text, write_all
from flake8_incall.identity import Fingerprints
from flake8_incall.paths import path_in_repository, well_formed

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

SEVERITIES = {"error": "major", "warning": "minor", "information": "info"}


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write the array when all files are checked. Lines count from 1."""
    issues: list[dict[str, Any]] = []
    fingerprints = Fingerprints()
    for report in reports:
        path = well_formed(path_in_repository(report.path))
        issues += (_issue(one, path, mark) for one, mark in fingerprints.of_file(path, report.diagnostics))
    write_all(stream, array_text(issues))


def _issue(diagnostic: Diagnostic, path: str, fingerprint: str) -> dict[str, Any]:
    return {
        "description": well_formed(f"{diagnostic.code} {diagnostic.message}"),
        "check_name": diagnostic.full_code,
        "fingerprint": fingerprint,
        "severity": SEVERITIES[diagnostic.severity.value],
        "location": {"path": path, "lines": {"begin": diagnostic.start.line, "end": diagnostic.end.line}},
    }
