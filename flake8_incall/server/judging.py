"""A document checked again and again: its last report is kept, and used for the next."""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flake8_incall.diagnostics import Diagnostic, Position
from flake8_incall.engine import Engine
from flake8_incall.fixes import fixed
from flake8_incall.options import OptionError, Options
from flake8_incall.reading import Problem, unparsable
from flake8_incall.report import Report
from flake8_incall.server.half_typed import Block, Kept, blocks_of, seen_blocks, still_true
from flake8_incall.server.hovering import Hover, hover_at
from flake8_incall.server.projects import Project, Subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check of a document found out.

    Attributes:
        findings: The findings, by place.
        problem: Why the text could not be parsed; the findings are then those that still hold.
        fault: Why nothing was checked: what is wrong with the settings; empty otherwise.
        honors_noqa: Whether comments of the document suppress findings in it.
    """

    findings: list[Diagnostic] = field(default_factory=list)
    problem: Problem | None = None
    fault: str = ""
    honors_noqa: bool = False


class Judging:
    """Checks the documents of any number of folders, one after the other.

    The working directory is the folder of the document that is checked: flake8 takes its names and files from there.
    """

    def __init__(self) -> None:
        self._folder = ""
        self._projects: dict[tuple[str, str], Project] = {}
        self._reports: dict[tuple[str, str], tuple[Options, Report]] = {}
        self._kept: dict[tuple[str, str], Kept] = {}

    def check(self, subject: Subject) -> Outcome:
        """Check a document."""
        try:
            project = self._project(subject)
        except OptionError as error:
            return Outcome(fault=str(error))
        try:
            found = self._findings(project, subject)
        except SyntaxError as error:
            return self._of_broken(subject, error)
        return Outcome(found, honors_noqa=not subject.is_json and project.honors_noqa(subject.name))

    def fix_all(self, subject: Subject) -> str:
        """The text of a document after all safe fixes; the text itself where none helps."""
        try:
            project = self._project(subject)
            return fixed(subject.content, lambda text: self._findings(project, replace(subject, content=text))).text
        except (OptionError, SyntaxError):
            return subject.content

    def hover(self, subject: Subject, at: Position) -> Hover | None:
        """What is to be said about the function whose name stands at a position."""
        self.check(subject)
        found = self._reports.get((subject.folder, subject.name))
        return hover_at(found[1], subject.content, at) if found is not None else None

    def forget(self, folder: str, name: str) -> None:
        """Keep nothing of a document any longer."""
        self._reports.pop((folder, name), None)
        self._kept.pop((folder, name), None)

    # Parts of a check

    def _project(self, subject: Subject) -> Project:
        os.chdir(subject.folder)
        self._folder = subject.folder
        key = (subject.folder, repr(sorted(subject.settings.items())))
        if key not in self._projects or self._projects[key].is_outdated:
            self._projects.pop(key, None)
            self._projects[key] = Project(subject.settings, self._judge)
        return self._projects[key]

    def _judge(self, engine: Engine, name: str, text: str | Sequence[str], tree: ast.Module | None) -> Report:
        key = (self._folder, name)
        options, before = self._reports.get(key, (None, None))
        if before is not None and options == engine.options:
            report = engine.update(before, text, tree)
        else:
            report = engine.check(name, text, tree)
        self._reports[key] = (engine.options, report)
        return report

    def _findings(self, project: Project, subject: Subject) -> list[Diagnostic]:
        found = project.check(subject)
        if found is None:
            self.forget(subject.folder, subject.name)
            return []
        findings = project.new(subject.name, found.diagnostics)
        key = (subject.folder, subject.name)
        report = self._reports[key][1] if key in self._reports else None
        if report is not None and _is_cut(report):
            kept = self._kept.get(key)
            return [*findings, *(still_true(kept, subject.content) if kept is not None else ())]
        self._kept[key] = Kept(subject.content, _blocks(report), findings)
        return findings

    def _of_broken(self, subject: Subject, error: SyntaxError) -> Outcome:
        kept = self._kept.get((subject.folder, subject.name))
        if kept is None:
            return Outcome(problem=unparsable(subject.name, error))
        findings = still_true(kept, subject.content, seen_blocks(subject.content))
        return Outcome(findings, unparsable(subject.name, error, "functions that did not change keep their findings"))


def _is_cut(report: Report) -> bool:
    """Whether a report is about a JSON text of which nothing could be read."""
    return report.document is not None and bool(report.document.unreadable) and not report.document.functions


def _blocks(report: Report | None) -> list[Block]:
    """The functions of a file, or the objects of functions in a document."""
    if report is None:
        return []
    if report.document is not None:
        spans = [(one.label or "", one.places.of(one.value)) for one in report.document.functions]
        return [Block(name, span.start.line, span.end.line) for name, span in spans]
    return blocks_of(report.module.tree) if report.module is not None else []
