"""Duplicate function names across the documents of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Diagnostic, Span
from flake8_incall.hosts import Hosts
from flake8_incall.model.documents.document import Document
from flake8_incall.rules import REGISTRY

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport, Run


@dataclass(frozen=True, slots=True)
class StoredName:
    """The name of a function of a document.

    Attributes:
        name: The name.
        label: The name as people are shown it.
        at: Where it stands.
        excerpt: The line at which it stands.
    """

    name: str
    label: str
    at: Span
    excerpt: str


def names_of(document: Document, lines: list[str]) -> tuple[StoredName, ...]:
    """The names of the functions of a document, each where it stands first.

    Args:
        document: The document.
        lines: The lines of its file.
    """
    found: dict[str, StoredName] = {}
    for function in document.functions:
        value, name, label = function.fields.given("name"), function.name, function.label
        if value is not None and name and label and name not in found:
            at = function.places.of(value)
            found[name] = StoredName(name, label, at, lines[at.start.line - 1].rstrip("\r\n"))
    return tuple(found.values())


def with_namesakes(reports: Iterable[FileReport], run: Run) -> Iterator[FileReport]:
    """Add to the reports what is known only of all documents together: a name that an earlier one has."""
    hosts = Hosts(run.configuration, run.flake8, run.told)
    homes: dict[str, str] = {}
    for report in reports:
        found = []
        for stored in report.names:
            home = homes.setdefault(stored.name, f"{report.path}, line {stored.at.start.line}")
            diagnostic = _diagnostic(report.path, stored, home)
            if not home.startswith(f"{report.path}, ") and _is_shown(diagnostic, run, hosts):
                found.append((diagnostic, stored.excerpt))
        yield _extended(report, found) if found else report


def _is_shown(diagnostic: Diagnostic, run: Run, hosts: Hosts) -> bool:
    options = run.configuration.options_for(diagnostic.path)
    is_on = any(rule.code == diagnostic.code for rule in REGISTRY.of(options.profile))
    is_selected = is_on and not options.selection.hides(diagnostic.code)
    return is_selected and hosts.host_for(diagnostic.path).suppressions.keep(diagnostic, "")


def _extended(report: FileReport, found: list[tuple[Diagnostic, str]]) -> FileReport:
    diagnostics = sorted([*report.diagnostics, *(one for one, _ in found)], key=Diagnostic.sort_key)
    excerpts = {one.start.line: excerpt for one, excerpt in found}
    return replace(report, diagnostics=diagnostics, excerpts={**report.excerpts, **excerpts})


def _diagnostic(path: str, stored: StoredName, home: str) -> Diagnostic:
    rule = REGISTRY.rules["CAL004"]
    fault = f"name `{stored.label}` is already used in {home}"
    remedy = "rename one of them, or no agent can have both"
    words = {"fault": fault, "remedy": remedy}
    return Diagnostic(
        path=path,
        start=stored.at.start,
        end=stored.at.end,
        code=rule.code,
        message=rule.text(words),
        severity=rule.severity,
        function=stored.label,
        qualified_name=stored.label,
        arguments=tuple(words.items()),
    )
