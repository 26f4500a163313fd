"""The formatter `incall-sarif` of flake8: SARIF for the findings of all plugins.

flake8 tells a formatter neither the end of a finding nor its fix: `flake8-incall check --format sarif` has both.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import flake8
from flake8.exceptions import ExecutionError
from flake8.formatting.base import BaseFormatter

if TYPE_CHECKING:
    from flake8.statistics import Statistics
    from flake8.violation import Violation

_FINGERPRINT = "flake8Violation/v1"
_NUMBER = re.compile(r"\d+")
_DRIVER = {"name": "flake8", "version": flake8.__version__, "informationUri": "https://flake8.pycqa.org"}


class SarifFormatter(BaseFormatter):
    """Collects the violations of a run, and writes one SARIF log at its end."""

    def after_init(self) -> None:
        """Begin with no violations."""
        self._found: list[Violation] = []

    def start(self) -> None:
        """Open nothing yet: the log replaces what the output file holds."""

    def handle(self, error: Violation) -> None:
        """Keep a violation."""
        self._found.append(error)

    def format(self, error: Violation) -> str | None:
        """Return nothing: no violation has a line of its own."""
        return None

    def show_statistics(self, statistics: Statistics) -> None:
        """Print the statistics beside the log."""
        for code in statistics.error_codes():
            found = list(statistics.statistics_for(code))
            print(f"{sum(one.count for one in found):<5} {code} {found[0].message}", file=sys.stderr)

    def show_benchmarks(self, benchmarks: list[tuple[str, float]]) -> None:
        """Print the benchmarks beside the log."""
        for statistic, value in benchmarks:
            print(f"{value:<10.5g} {statistic}", file=sys.stderr)

    def stop(self) -> None:
        """Write the log."""
        from flake8_incall.files import output, write_all
        from flake8_incall.options import OptionError

        text = _log(self._found)
        if self.filename is None or self.options.tee:
            write_all(sys.stdout, text)
            sys.stdout.flush()
        if self.filename is not None:
            try:
                with output(self.filename) as file:
                    file.write(text)
            except OptionError as error:
                raise ExecutionError(str(error)) from error


def _log(found: list[Violation]) -> str:
    from flake8_incall.reporters.sarif import descriptor, log_text
    from flake8_incall.rules import REGISTRY

    codes = sorted({error.code for error in found})
    rules = [descriptor(REGISTRY.rules[code]) if code in REGISTRY.rules else {"id": code} for code in codes]
    counts: Counter[str] = Counter()
    results = [_result(error, codes.index(error.code), counts) for error in found]
    return log_text(rules, results, {"executionSuccessful": True}, _DRIVER)


def _result(error: Violation, index: int, counts: Counter[str]) -> dict[str, Any]:
    from flake8_incall.reporters.sarif import LEVELS, location, message
    from flake8_incall.rules import REGISTRY

    rule = REGISTRY.rules.get(error.code)
    place: dict[str, Any] = {"startLine": error.line_number, "startColumn": max(error.column_number, 1)}
    return {
        "ruleId": error.code,
        "ruleIndex": index,
        "level": LEVELS[rule.severity.value] if rule else _level(error.code),
        "message": message(error.text),
        # A file that cannot be read has no line.
        "locations": [location(error.filename, place if error.line_number > 0 else None)],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(error, counts)},
    }


def _level(code: str) -> str:
    """The level of another plugin's finding: pycodestyle's warnings, and errors for all else, as editors read them."""
    return "warning" if code.startswith("W") else "error"


def _fingerprint(error: Violation, counts: Counter[str]) -> str:
    """A digest of the file, the code, the words and the source line; each occurrence has its own."""
    from flake8_incall.paths import path_in_repository

    words = _NUMBER.sub("", error.text)
    key = repr((path_in_repository(error.filename), error.code, words, (error.physical_line or "").split()))
    counts[key] += 1
    return hashlib.sha256(f"{key} {counts[key]}".encode("utf-8", "backslashreplace")).hexdigest()
