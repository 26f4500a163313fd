"""The contract's own example is right by definition, and each departure from it is found by its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_incall import Options, check
from tests.harness import FIXTURES

WITH_IMPORTS = FIXTURES / "contract" / "weather.py"
SNIPPET = FIXTURES / "contract" / "weather_snippet.py"
BROKEN = FIXTURES / "contract" / "weather_broken.py"


def codes(source: str, options: Options | None = None) -> list[str]:
    return [found.code for found in check(source, "weather.py", options)]


@pytest.mark.parametrize("path", [WITH_IMPORTS, SNIPPET], ids=lambda path: path.stem)
def test_the_example_has_no_findings(path: Path) -> None:
    assert codes(path.read_text(encoding="utf-8")) == []


def test_the_broken_copy_has_its_three_findings() -> None:
    assert codes(BROKEN.read_text(encoding="utf-8")) == ["CAL101", "CAL105", "CAL303"]


@pytest.mark.parametrize(
    ("rule_of_the_contract", "right", "wrong", "expected"),
    [
        ("Must be `async def`", "async def get_weather", "def get_weather", ["CAL101"]),
        ("First parameter must be `ctx: RunContext`", "ctx: RunContext,", "context: RunContext,", ["CAL103"]),
        ("All parameters must have type annotations", "days: int = 1", "days=1", ["CAL105"]),
        ("Must include detailed docstring", "location: City name or coordinates", "", ["CAL303"]),
    ],
)
def test_a_copy_that_breaks_a_rule(rule_of_the_contract: str, right: str, wrong: str, expected: list[str]) -> None:
    source = SNIPPET.read_text(encoding="utf-8")
    assert source.count(right) == 1
    assert codes(source.replace(right, wrong)) == expected


def test_a_file_of_the_platform_needs_no_context_to_be_checked() -> None:
    source = SNIPPET.read_text(encoding="utf-8").replace("    ctx: RunContext,\n", "")
    source = source.replace("        ctx: RunContext object\n", "")
    assert codes(source) == []
    assert codes(source, Options(paths=("*.py",))) == ["CAL102"]
