"""The closing line of a run: what was found, what was checked, and what was passed over."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.reading import Problem

if TYPE_CHECKING:
    from flake8_incall.diagnostics import Severity
    from flake8_incall.runner import FileReport


@dataclass(slots=True)
class Tally:
    """Counts over the reports of a run.

    Attributes:
        findings: Findings that are shown.
        files: Files that have any.
        functions: In-call functions that were checked.
        unproved: Of these, the ones that could not be fully judged.
        python_files: Python files that were read, with or without in-call functions.
        documents: Function documents that were read.
        passed_over: What was not checked, by reason.
        problems: Why files could not be checked.
        with_functions: The paths of the files in which in-call functions were checked.
        notes: Why nothing was checked in a file, by its path.
        by_code: Findings that are shown, by code; of a rule of the project's own by its name, too.
        by_severity: Findings that are shown, by severity.
        fixable: Findings with a safe fix.
    """

    findings: int = 0
    files: int = 0
    functions: int = 0
    unproved: int = 0
    python_files: int = 0
    documents: int = 0
    passed_over: Counter[Reason] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    with_functions: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    by_code: Counter[str] = field(default_factory=Counter)
    by_severity: Counter[Severity] = field(default_factory=Counter)
    fixable: int = 0

    def count(self, reports: Iterable[FileReport]) -> Iterator[FileReport]:
        """Hand reports on and count them."""
        for report in reports:
            self._add(report)
            yield report

    def _add(self, report: FileReport) -> None:
        self.findings += len(report.diagnostics)
        self.files += bool(report.diagnostics)
        self.by_code.update(diagnostic.full_code for diagnostic in report.diagnostics)
        self.by_severity.update(diagnostic.severity for diagnostic in report.diagnostics)
        self.fixable += sum(found.fix is not None and found.fix.is_safe for found in report.diagnostics)
        if report.problem:
            self.problems.append(report.problem)
            return
        if report.functions:
            self.with_functions.append(report.path)
        elif report.note:
            self.notes[report.path] = report.note
        self.functions += report.functions
        self.unproved += report.unproved
        self.passed_over.update(report.passed_over)
        if not any(reason.is_of_file for reason in report.passed_over):
            self.documents += report.is_document
            self.python_files += not report.is_document

    def has_findings_from(self, least: Severity) -> bool:
        """Whether there are findings of a severity or above."""
        return any(severity.reaches(least) for severity in self.by_severity)

    def holds_functions(self, path: str) -> bool:
        """Whether in-call functions were checked in a file, or in one below a folder."""
        folder = os.path.join(os.path.abspath(path), "")
        return any(path == found or os.path.abspath(found).startswith(folder) for found in self.with_functions)

    def statistics(self) -> Iterator[str]:
        """Yield a line for each rule with findings: their number, the rule's code and its name."""
        from flake8_incall.rules import REGISTRY

        width = max((len(str(count)) for count in self.by_code.values()), default=0)
        for code, count in sorted(self.by_code.items(), key=lambda item: (-item[1], item[0])):
            code, _, own = code.partition("/")
            yield f"{count:{width}}  {code}  {own or REGISTRY.rules[code].name}"

    def advice(self) -> Iterator[str]:
        """What to do about the findings."""
        if self.fixable:
            yield f"`flake8-incall fix` clears {self.fixable} of them, `flake8-incall explain CODE` explains each"
        elif self.findings:
            yield "`flake8-incall explain CODE` explains each"

    def __str__(self) -> str:
        words = [
            f"{plural(self.findings, 'finding')} in {plural(self.files, 'file')}" if self.findings else "no findings"
        ]
        if self.problems:
            words.append(f"{plural(len(self.problems), 'file')} could not be checked")
        return f"{', '.join(words)} ({'; '.join(self._coverage())})"

    def _coverage(self) -> Iterator[str]:
        homes = [plural(self.python_files, "Python file")] if self.python_files or not self.documents else []
        if self.documents:
            homes.append(plural(self.documents, "document"))
        yield f"checked {plural(self.functions, 'in-call function')} in {' and '.join(homes)}"
        if self.unproved:
            yield f"{self.unproved} could not be fully judged"
        if self.passed_over.total():
            counted = [reason.counted(self.passed_over[reason]) for reason in Reason if self.passed_over[reason]]
            yield f"passed over {', '.join(counted)}"
        is_of_functions = any(count and not reason.is_of_file for reason, count in self.passed_over.items())
        if is_of_functions or (self.python_files and not self.functions):
            yield "`flake8-incall show --why` says why"


def plural(count: int, noun: str) -> str:
    """A number of things: `"1 file"`, `"2 files"`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
