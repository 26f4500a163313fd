"""Diagnostics of the linter, and what keeps it from finding any, as diagnostics of the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsprotocol import types

from flake8_incall.diagnostics import Diagnostic, Position, Severity
from flake8_incall.reading import Problem
from flake8_incall.rules import REGISTRY
from flake8_incall.rules.registry import url_of
from flake8_incall.server.text import Text

SOURCE = "flake8-incall"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
}
_WORD = re.compile(r"\w+|.")


def shown(diagnostic: Diagnostic, text: Text, uri: str) -> types.Diagnostic:
    """A finding as the editor shows it.

    Args:
        diagnostic: The finding.
        text: The text that it is about.
        uri: The document.
    """
    rule = REGISTRY.rules.get(diagnostic.code)
    return types.Diagnostic(
        range=text.range(*_extent(diagnostic.start, diagnostic.end, text)),
        message=diagnostic.message,
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=types.CodeDescription(url_of(diagnostic)) if rule else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if rule and rule.name.startswith("unused-") else None,
        related_information=list(_repeats(diagnostic, text, uri)) or None,
        data={"function": diagnostic.qualified_name, "fix": _kind_of_fix(diagnostic)},
    )


def shown_problem(problem: Problem, text: Text) -> types.Diagnostic:
    """Why a text was not checked, where that is."""
    at = problem.at or Position(1, 0)
    return types.Diagnostic(
        range=text.range(*_extent(at, at, text)),
        message=problem.text,
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
    )


def _kind_of_fix(diagnostic: Diagnostic) -> str | None:
    return None if diagnostic.fix is None else "safe" if diagnostic.fix.is_safe else "unsafe"


def _extent(start: Position, end: Position, text: Text) -> tuple[Position, Position]:
    """A range that can be seen: of a point, the word or character that stands there."""
    if end > start or start.line > len(text.lines):
        return start, end
    word = _WORD.match(text.lines[start.line - 1].rstrip("\r\n"), start.column)
    return start, Position(start.line, word.end()) if word else start


def _repeats(diagnostic: Diagnostic, text: Text, uri: str) -> Iterator[types.DiagnosticRelatedInformation]:
    """The other places that one finding stands for."""
    for one in diagnostic.repeats[1:]:
        place = types.Location(uri, text.range(*_extent(one.start, one.end, text)))
        yield types.DiagnosticRelatedInformation(place, one.message)
