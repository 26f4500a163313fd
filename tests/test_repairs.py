"""Repairs: what a fix writes into functions as people write them, in whatever spelling."""

from __future__ import annotations

import difflib
import tomllib
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.fixes import Fixed, fixed
from flake8_incall.rules import REGISTRY
from tests.harness import FIXTURES


@dataclass(frozen=True, slots=True)
class Case:
    """A text with findings of one rule, and the lines that its fixes change; none for one that is left alone."""

    rule: str
    name: str
    before: str
    changes: str
    is_safe: bool

    def find(self, text: str) -> list[Diagnostic]:
        """The findings of a text, fixes of other rules left out."""
        profile = "contract" if "contract" in REGISTRY.rules[self.rule].profiles else "strict"
        found = check(text, "tool.py", Options.from_values({"profile": profile}))
        return [one if one.code == self.rule else replace(one, fix=None) for one in found]

    def fixed(self, text: str, *, unsafe: bool = True) -> Fixed:
        return fixed(text, self.find, unsafe=unsafe)


def cases() -> list[Case]:
    found: list[Case] = []
    for path in sorted((FIXTURES / "repairs").glob("*.toml")):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in file["case"]:
            head = "" if case.get("is_whole") else file["head"]
            changes, is_safe = case["changes"], case.get("is_safe", False)
            found.append(Case(case["rule"], case["name"], head + case["before"], changes, is_safe))
    return found


def changes(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "".join(f"{line}\n" for line in lines if not line.startswith(("---", "+++", "@@")))


def counts(found: list[Diagnostic]) -> Counter[str]:
    return Counter(one.code for one in found for _ in range(one.count))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.rule} {case.name}")
def test_a_repair_writes_what_is_expected_and_nothing_else(case: Case) -> None:
    before = case.find(case.before)
    assert case.rule in counts(before)
    result = case.fixed(case.before)
    assert changes(case.before, result.text) == case.changes
    if not case.changes:
        return
    assert case.rule not in counts(result.left)
    assert counts(result.left) <= counts(before)
    assert all(one.fix and one.fix.is_safe for one in result.applied) == case.is_safe
    assert case.fixed(result.text).text == result.text
    if not case.is_safe:
        assert case.fixed(case.before, unsafe=False).text == case.before
    assert case.fixed(case.before.replace("\n", "\r\n")).text == result.text.replace("\n", "\r\n")
