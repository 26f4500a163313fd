"""Verdicts side by side: how often the linter is right about random functions, and where it is not."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from flake8_incall import Options, check
from tests.truth.execution import CODES, Truth, truth_of

BUDGET = 20
"""Seconds after which a function counts as one on which the linter said nothing."""


class _OverBudgetError(BaseException):
    """Not an `Exception`, so that the engine's own containment of a failing rule lets it through."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the linter says of a function.

    Attributes:
        codes: The codes CAL401 to CAL405 that it reports.
        lines: Each of them with the line it stands at.
        over_budget: Whether it was stopped.
        failed: Whether a rule failed.
    """

    codes: frozenset[str]
    lines: frozenset[tuple[int, str]] = frozenset()
    over_budget: bool = False
    failed: bool = False


@dataclass(slots=True)
class Score:
    """Counts over pairs of function and code."""

    functions: int = 0
    right: int = 0
    false_alarms: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    over_budget: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    lines_right: int = 0
    lines_false: list[tuple[str, int, str]] = field(default_factory=list)
    lines_missed: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what is reported, the share that is so."""
        return _share(self.right, self.false_alarms)

    @property
    def recall(self) -> float:
        """Of what is so, the share that is reported."""
        return _share(self.right, self.missed)

    @property
    def line_precision(self) -> float:
        """The same as `precision` over triples of function, `return` and code."""
        return _share(self.lines_right, self.lines_false)

    @property
    def line_recall(self) -> float:
        """The same as `recall` over triples of function, `return` and code."""
        return _share(self.lines_right, self.lines_missed)

    def add(self, source: str, truth: Truth, verdict: Verdict) -> None:
        """Count one function."""
        self.functions += 1
        self.right += len(truth.codes & verdict.codes)
        self.false_alarms += [(source, code) for code in sorted(verdict.codes - truth.codes)]
        self.missed += [(source, code) for code in sorted(truth.codes - verdict.codes)]
        if verdict.over_budget:
            self.over_budget.append(source)
        if verdict.failed:
            self.failed.append(source)
        true, said = lines_of_truth(truth), lines_of_verdict(truth, verdict)
        self.lines_right += len(true & said)
        self.lines_false += [(source, line, code) for line, code in sorted(said - true)]
        self.lines_missed += [(source, line, code) for line, code in sorted(true - said)]

    def summary(self) -> str:
        """One line with all figures."""
        return (
            f"{self.functions} functions, {self.right + len(self.missed)} faults: "
            f"precision {self.precision:.4f}, recall {self.recall:.4f} "
            f"({len(self.false_alarms)} false alarms, {len(self.missed)} missed); "
            f"by return: precision {self.line_precision:.4f}, recall {self.line_recall:.4f}; "
            f"over budget {len(self.over_budget)}, failed rules {len(self.failed)}"
        )


def _share(right: int, wrong: list[tuple[str, str]] | list[tuple[str, int, str]]) -> float:
    return right / (right + len(wrong)) if right or wrong else 1.0


def lines_of_truth(truth: Truth) -> set[tuple[int, str]]:
    """List the `return` statements that handed out something wrong, each with the code."""
    return {(line, code) for line, codes in truth.returns.items() for code in codes}


def lines_of_verdict(truth: Truth, verdict: Verdict) -> set[tuple[int, str]]:
    """List the `return` statements that the linter points at; a diagnostic may stand inside a long one."""
    starts = {line: first for first, last in sorted(truth.last_lines.items()) for line in range(first, last + 1)}
    return {(starts.get(line, line), code) for line, code in verdict.lines if code != "CAL405"}


def verdict_on(source: str) -> Verdict:
    """Ask the linter about the module."""
    try:
        with _budget(), warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            diagnostics = check(source, path="look_up_order.py", options=Options(profile="contract"))
    except _OverBudgetError:
        return Verdict(frozenset(), over_budget=True)
    found = frozenset((d.start.line, d.code) for d in diagnostics if d.code in CODES)
    failed = any(d.code == "CAL999" for d in diagnostics)
    return Verdict(frozenset(code for _, code in found), found, failed=failed)


def score(sources: Iterable[str]) -> Score:
    """Compare verdict and truth on all these modules."""
    total = Score()
    for source in sources:
        total.add(source, truth_of(source), verdict_on(source))
    return total


@contextmanager
def _budget() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _OverBudgetError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, BUDGET)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
