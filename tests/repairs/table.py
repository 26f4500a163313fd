"""How many findings `fix` clears, by family: on one-fault functions, and on the fixtures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from flake8_incall import Diagnostic
from flake8_incall.rules.registry import FAMILIES
from tests.harness import fixture_paths
from tests.repairs.faults import faults, outcome
from tests.repairs.fixed import findings

_HEAD = ("| Family | One-fault functions | `fix` | `fix --unsafe` | Findings in fixtures | `fix` | `fix --unsafe` |",)


@dataclass(slots=True)
class Count:
    """Findings, and how many of them are cleared.

    Attributes:
        all: All of them.
        safe: Those that safe fixes clear.
        fixed: Those that any fix clears.
    """

    all: int = 0
    safe: int = 0
    fixed: int = 0

    def add(self, *, safe: bool, fixed: bool, times: int = 1) -> None:
        """Count a finding."""
        self.all += times
        self.safe += safe * times
        self.fixed += fixed * times

    def __add__(self, other: Count) -> Count:
        return Count(self.all + other.all, self.safe + other.safe, self.fixed + other.fixed)


@cache
def on_faults() -> dict[str, Count]:
    """Count the faults whose finding is gone after `fix`, by the digit of their family."""
    counts: dict[str, Count] = {}
    for fault in faults():
        is_safe, is_fixed = (fault.code not in {one.code for one in result.left} for result in outcome(fault)[1:])
        counts.setdefault(fault.code[3], Count()).add(safe=is_safe, fixed=is_fixed)
    return counts


@cache
def on_fixtures() -> dict[str, Count]:
    """Count the findings of the fixtures that have a fix; that each of these clears its finding is tested."""
    counts: dict[str, Count] = {}
    for one in _findings():
        fix = one.fix
        counts.setdefault(one.code[3], Count()).add(safe=bool(fix and fix.is_safe), fixed=fix is not None)
    return counts


def table() -> str:
    """The counts as a Markdown table."""
    first, second = on_faults(), on_fixtures()
    families = sorted({*first, *second})
    rows = [(FAMILIES[digit], first.get(digit, Count()), second.get(digit, Count())) for digit in families]
    rows.append(("All", total(first.values()), total(second.values())))
    lines = (f"| {name} | {' | '.join([*_cells(faulty), *_cells(found)])} |" for name, faulty, found in rows)
    return "\n".join([*_HEAD, "|---|---|---|---|---|---|---|", *lines])


def total(counts: Iterable[Count]) -> Count:
    """Add counts up."""
    return sum(counts, Count())


def _cells(count: Count) -> tuple[str, str, str]:
    return str(count.all or "-"), _share(count.safe, count.all), _share(count.fixed, count.all)


def _share(part: int, whole: int) -> str:
    return f"{part} ({round(100 * part / whole)} %)" if whole else "-"


def _findings() -> Iterator[Diagnostic]:
    for path in fixture_paths():
        for found in findings(path):
            yield from found.repeats or (found,)
