"""Fail where a run covered less of a package than it should: `pytest --cov && python -m tests.coverage`.

coverage itself has one floor for everything, below which a small package can lose all of its tests.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from coverage import Coverage

# Percent of lines and branches, rounded down from what is measured. What only other processes run is not measured.
FLOORS = {
    "flake8_incall": 94,
    "flake8_incall/catalogue": 99,
    "flake8_incall/commands": 97,
    "flake8_incall/model": 95,
    "flake8_incall/model/documents": 98,
    "flake8_incall/project_rules": 97,
    "flake8_incall/reporters": 99,
    "flake8_incall/rules": 98,
    "flake8_incall/runtime": 91,
    "flake8_incall/show": 95,
    "flake8_incall/trial": 96,
}


def main() -> int:
    """Compare the last run with the floors, and list what it did not cover where that is too much.

    Returns:
        1 if a package is below its floor, else 0.
    """
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(path))
        shares = shares_by_package(json.loads(path.read_text(encoding="utf-8"))["files"])
    print("coverage: " + ", ".join(f"{package} {share:.1f} %" for package, share in shares.items()))
    low = complaints(shares)
    for package, complaint in low.items():
        print(f"coverage: {package}: {complaint}", file=sys.stderr)
        coverage.report(include=[f"{package}/*"], show_missing=True, skip_covered=True)
    return int(bool(low))


def shares_by_package(files: dict[str, Any]) -> dict[str, float]:
    """Percent of lines and branches covered in each package; packages without a floor count in the one around them.

    Args:
        files: The files of coverage's JSON report.
    """
    covered: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for path in sorted(files):
        summary = files[path]["summary"]
        package = next(str(folder) for folder in Path(path).parents if str(folder) in FLOORS)
        covered[package] += summary["covered_lines"] + summary["covered_branches"]
        total[package] += summary["num_statements"] + summary["num_branches"]
    return {package: 100 * covered[package] / total[package] for package in total if total[package]}


def complaints(shares: dict[str, float]) -> dict[str, str]:
    """What is wrong with the share of each package that is below its floor."""
    return {
        package: f"expected at least {floor} %, got {shares.get(package, 0):.2f} %"
        for package, floor in FLOORS.items()
        if shares.get(package, 0) < floor
    }


if __name__ == "__main__":
    sys.exit(main())
