"""Findings as workflow commands, which GitHub Actions shows as annotations of the changed lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from flake8_incall.diagnostics import Diagnostic
from flake8_incall.paths import path_in_repository, well_formed
from flake8_incall.reading import Problem
from flake8_incall.rules.registry import name_of
from flake8_incall.terminal import printable

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

COMMANDS = {"error": "error", "warning": "warning", "information": "notice"}
# What the runner decodes.
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write a command for each finding, and one for each file that could not be checked."""
    for report in reports:
        stream.writelines(f"{_annotation(diagnostic)}\n" for diagnostic in report.diagnostics)
        if report.problem:
            stream.write(f"{_of_problem(report.problem)}\n")
        stream.flush()


def _annotation(diagnostic: Diagnostic) -> str:
    title = f"{diagnostic.code} ({name_of(diagnostic)})"
    properties: dict[str, str | int] = {"title": title, "file": path_in_repository(diagnostic.path)}
    return _command(COMMANDS[diagnostic.severity.value], properties | _range(diagnostic), diagnostic.message)


def _range(diagnostic: Diagnostic) -> dict[str, str | int]:
    start, end = diagnostic.start, diagnostic.end
    if end.line != start.line:
        # GitHub rejects columns for more than one line.
        return {"line": start.line, "endLine": end.line}
    return {"line": start.line, "endLine": end.line, "col": start.column + 1, "endColumn": end.column + 1}


def _of_problem(problem: Problem) -> str:
    properties: dict[str, str | int] = {"title": "not checked", "file": path_in_repository(problem.path)}
    if problem.at:
        properties |= {"line": problem.at.line, "col": problem.at.column + 1}
    return _command("error", properties, problem.text)


def _command(name: str, properties: dict[str, str | int], message: str) -> str:
    written = ",".join(f"{key}={_escaped(str(value), _IN_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {written}::{_escaped(message, _IN_MESSAGE)}"


def _escaped(text: str, escapes: dict[int, str]) -> str:
    return printable(well_formed(text).translate(escapes))
