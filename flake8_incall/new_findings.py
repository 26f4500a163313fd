"""Runs beside a baseline: only new findings are reported, and what is gone is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flake8_incall.baseline import RUN_AGAIN, Baseline, load_all, relative_name
from flake8_incall.diagnostics import Diagnostic, Position, Severity
from flake8_incall.hosts import Hosts
from flake8_incall.identity import Identity, identify, instances
from flake8_incall.rules import REGISTRY
from flake8_incall.runner import FileReport, Run


@dataclass(slots=True)
class NewFindings:
    """A filter that keeps what a baseline does not have, and counts the rest.

    Attributes:
        run: What is checked, and how.
        baselines: The baselines by their paths in the options.
        known: Findings that were left out.
        gone: Known findings that the files no longer have.
    """

    run: Run
    baselines: dict[str, Baseline]
    known: int = 0
    gone: int = 0

    def among(self, reports: Iterable[FileReport]) -> Iterator[FileReport]:
        """Yield the reports without known findings."""
        hosts = Hosts(self.run.configuration, self.run.flake8, self.run.told)
        for report in reports:
            baseline = self.baseline_for(report.path)
            if baseline is None or report.problem or any(reason.is_of_file for reason in report.passed_over):
                yield report
                continue
            comparison = baseline.compare(report.path, report.diagnostics)
            self.known += comparison.known
            self.gone += sum(self._is_active(one.code, report.path, hosts) for one in comparison.gone)
            yield replace(report, diagnostics=comparison.new)

    def baseline_for(self, path: str) -> Baseline | None:
        """Return the baseline of a file, by its name in diagnostics."""
        return self.baselines.get(self.run.configuration.options_for(path).baseline)

    def _is_active(self, code: str, path: str, hosts: Hosts) -> bool:
        """Whether a finding would be shown: what is not looked for is not gone."""
        options = self.run.configuration.options_for(path)
        if code not in REGISTRY.rules or options.profile not in REGISTRY.rules[code].profiles:
            return False
        start = Position(1, 0)
        finding = Diagnostic(path, start, start, code, "", Severity.ERROR)
        return not options.selection.hides(code) and hosts.host_for(path).suppressions.keep(finding, "")

    def __str__(self) -> str:
        known = f"baseline: {self.known} known"
        return f"{known}, {self.gone} gone: {RUN_AGAIN}" if self.gone else known


def new_findings(run: Run) -> NewFindings | None:
    """Return the filter for the baselines of a run, if it has any.

    Raises:
        OptionError: A baseline cannot be read.
    """
    return NewFindings(run, load_all(run.configuration)) if run.configuration.baselines() else None


def collect(reports: Iterable[FileReport], folder: str) -> Counter[Identity]:
    """Return how often each finding occurs.

    Args:
        reports: What is known from now on.
        folder: The directory of the baseline file, from which its paths are taken.
    """
    counts: Counter[Identity] = Counter()
    for report in reports:
        name = relative_name(report.path, folder)
        counts.update(identify(name, one) for found in report.diagnostics for one in instances(found))
    return counts
