"""Findings for people: the place, the message, the line of source and a mark under what is meant."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from flake8_incall.diagnostics import Diagnostic, Severity
from flake8_incall.terminal import printable, width

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

_INDENT = "    "
# Function documents hold a whole function in one line: how much is shown around its mark, in characters.
_BEFORE, _SHOWN = 60, 100

_BOLD, _RED, _YELLOW, _BLUE, _GREEN, _OFF = "\033[1m", "\033[1;31m", "\033[1;33m", "\033[1;34m", "\033[32m", "\033[m"
_COLOURS = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.INFORMATION: _BLUE}


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write findings as `path:line:column: CODE message`, and once for each place a mark with the severities."""
    for report in reports:
        for _, group in groupby(report.diagnostics, key=lambda diagnostic: (diagnostic.start, diagnostic.end)):
            diagnostics = list(group)
            for diagnostic in diagnostics:
                stream.write(headline(diagnostic, is_coloured=is_coloured) + _inner_place(diagnostic))
            excerpt = report.excerpts.get(diagnostics[0].start.line)
            if excerpt:
                stream.write(_marked(excerpt, diagnostics, is_coloured))
        stream.flush()


def headline(diagnostic: Diagnostic, *, is_coloured: bool) -> str:
    """Return the line that says a finding."""
    place = f"{printable(diagnostic.path)}:{diagnostic.start.line}:{diagnostic.start.column + 1}:"
    code = diagnostic.code
    if is_coloured:
        place = f"{_BOLD}{place}{_OFF}"
        code = f"{_COLOURS[diagnostic.severity]}{code}{_OFF}"
    return f"{place} {code} {printable(diagnostic.message)}\n"


def _inner_place(diagnostic: Diagnostic) -> str:
    if not diagnostic.inner:
        return ""
    at = f"line {diagnostic.inner.line}, column {diagnostic.inner.column + 1}"
    return f"{_INDENT}in the function's own text: {at}\n"


def _marked(line: str, diagnostics: list[Diagnostic], is_coloured: bool) -> str:
    """The line with a mark under what is meant, and the severities of the findings there."""
    diagnostic = diagnostics[0]
    start = min(diagnostic.start.column, len(line))
    end = diagnostic.end.column if diagnostic.end.line == diagnostic.start.line else len(line.rstrip())
    first = start - _BEFORE if len(line) > _SHOWN and start > _BEFORE else 0
    last = min(len(line), first + _SHOWN)
    head = "…" if first else ""
    tail = "…" if last < len(line) else ""
    before, meant = printable(line[first:start]), printable(line[start : min(end, last)])
    mark = "^" * max(1, width(meant))
    if is_coloured:
        mark = f"{_GREEN}{mark}{_OFF}"
    severities = ", ".join(dict.fromkeys(one.severity.value for one in diagnostics))
    shown = f"{head}{before}{printable(line[start:last])}{tail}"
    return f"{_INDENT}{shown}\n{_INDENT}{_blank(head + before)}{mark} {severities}\n"


def _blank(text: str) -> str:
    """White space as wide as a text. Tabs stay, so that they end where they do in the line above."""
    return "".join("\t" if character == "\t" else " " * width(character) for character in text)
