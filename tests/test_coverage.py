"""A package that loses its tests is told, however small it is beside the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests import coverage
from tests.coverage import complaints, shares_by_package


def report(covered: int, total: int) -> dict[str, Any]:
    """What coverage reports of one file."""
    return {
        "summary": {
            "covered_lines": covered,
            "num_statements": total,
            "covered_branches": 0,
            "num_branches": total,
        }
    }


@pytest.fixture(autouse=True)
def floors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "FLOORS", {"package": 50, "package/rules": 90, "package/show": 80})


def test_shares_are_those_of_packages() -> None:
    files = {
        "package/rules/types.py": report(8, 10),
        "package/rules/deep/er.py": report(16, 20),
        "package/show/empty.py": report(0, 0),
        "package/new/one.py": report(10, 10),
        "package/cli.py": report(10, 10),
    }
    assert shares_by_package(files) == {"package": 50.0, "package/rules": 40.0}


def test_a_share_below_its_floor_is_told() -> None:
    assert complaints({"package": 50.0, "package/rules": 89.999}) == {
        "package/rules": "expected at least 90 %, got 90.00 %",
        "package/show": "expected at least 80 %, got 0.00 %",
    }
