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

PACKAGE = "flake8_incall"
# Percent of lines and branches, rounded down from what is measured. What only other processes run is not measured.
FLOORS: dict[str, int] = {}


def main() -> int:
    """Compare the last run with the floors, and list what it did not cover where that is too much.

    Returns:
        1 if a package is below its floor or has none, else 0.
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
        coverage.report(include=[f"{package}/*" if "/" in package else f"{package}/*.py"], show_missing=True)
    return int(bool(low))


def shares_by_package(files: dict[str, Any]) -> dict[str, float]:
    """Percent of lines and branches covered in each package; modules beside the packages count together.

    Args:
        files: The files of coverage's JSON report.
    """
    covered: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for path in sorted(files):
        summary = files[path]["summary"]
        package = "/".join(Path(path).parts[:2]) if len(Path(path).parts) > 2 else PACKAGE
        covered[package] += summary["covered_lines"] + summary["covered_branches"]
        total[package] += summary["num_statements"] + summary["num_branches"]
    return {package: 100 * covered[package] / total[package] for package in total if total[package]}


def complaints(shares: dict[str, float]) -> dict[str, str]:
    """What is wrong with the share of each package that has no floor or is below it."""
    found = {}
    for package in sorted({*shares, *FLOORS}):
        share, floor = shares.get(package, 0.0), FLOORS.get(package)
        if floor is None:
            found[package] = "has no floor; add one to FLOORS"
        elif share < floor:
            found[package] = f"expected at least {floor} %, got {share:.2f} %"
    return found


if __name__ == "__main__":
    sys.exit(main())
