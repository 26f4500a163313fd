"""Findings by function, without their places: what an edit elsewhere must leave as it is."""

from __future__ import annotations

import re
from collections import Counter

from flake8_incall import Diagnostic, Report
from flake8_incall.diagnostics import Position

Findings = Counter[tuple[str, str, str]]


def findings(report: Report, text: str) -> dict[str, Findings]:
    """The findings of each in-call function: code, subject and message."""
    lines = text.splitlines(keepends=True)
    found: dict[str, Findings] = {function.qualified_name or "": Counter() for function in report.functions}
    for diagnostic in report.findings:
        if diagnostic.qualified_name is not None:
            # A line that a message names is a place, too.
            message = re.sub(r"\bline \d+", "line N", diagnostic.message)
            seen = (diagnostic.code, subject(diagnostic, lines), message)
            found.setdefault(diagnostic.qualified_name, Counter())[seen] += 1
    return found


def subject(diagnostic: Diagnostic, lines: list[str]) -> str:
    """The text that a diagnostic points at."""
    start, end = diagnostic.start, diagnostic.end
    if start.line > len(lines):
        return ""
    if end.line == start.line:
        return lines[start.line - 1][start.column : end.column]
    last = Position(min(end.line, len(lines)), end.column)
    between = lines[start.line : last.line - 1]
    return "".join([lines[start.line - 1][start.column :], *between, lines[last.line - 1][: last.column]])
