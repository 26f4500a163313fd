"""The pipeline: what it hands to whom, and what it does when a rule or the model itself fails."""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from dataclasses import replace

import pytest

import flake8_incall
from flake8_incall import check, engine, pipeline
from flake8_incall.diagnostics import Finding
from flake8_incall.engine import Engine
from flake8_incall.model.calls.discovery import Discovery
from flake8_incall.options import Options, Profile
from flake8_incall.pipeline import rules_by_subject
from flake8_incall.rules import REGISTRY

SYNC = "def book(ctx: RunContext) -> dict: ..."


@pytest.fixture
def broken_rule(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """CAL101 as a rule that raises."""

    def fail(subject: object) -> Iterator[Finding]:
        raise RecursionError("maximum depth exceeded: line 3:4: E")

    monkeypatch.setitem(REGISTRY.rules, "CAL101", replace(REGISTRY.rules["CAL101"], check=fail))
    rules_by_subject.cache_clear()
    yield "CAL101"
    monkeypatch.undo()
    rules_by_subject.cache_clear()


@pytest.mark.internal_failure
def test_a_failing_rule_is_said_and_costs_no_other_finding(broken_rule: str) -> None:
    found = check(SYNC)
    assert {d.code for d in found} >= {"CAL301", "CAL999"}
    assert broken_rule not in {d.code for d in found}
    (said,) = [d for d in found if d.code == "CAL999"]
    assert "rule CAL101" in said.message
    assert "RecursionError" in said.message
    # An editor's parser would take this for a place.
    assert ":4:" not in said.message


@pytest.mark.internal_failure
def test_a_failing_rule_is_said_once_for_a_file(broken_rule: str) -> None:
    both = f"{SYNC}\n\n{SYNC.replace('book', 'cancel')}"
    assert [d.code for d in check(both)].count("CAL999") == 1


@pytest.mark.internal_failure
def test_a_failing_search_for_functions_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(module: object) -> Discovery:
        raise ValueError("no idea")

    monkeypatch.setattr(pipeline, "discover", fail)
    found = check(SYNC)
    assert {d.code for d in found} == {"CAL999"}
    assert any("internal error in the discovery of in-call functions" in d.message for d in found)


def test_a_file_without_any_mark_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "module_diagnostics", None)
    assert check("import os\n\n\ndef helper(ctx): ...\n") == []


def test_what_is_no_python_raises() -> None:
    with pytest.raises(SyntaxError):
        check("def f(ctx: RunContext:")


def test_the_tree_of_other_plugins_is_left_as_it_was() -> None:
    tree = ast.parse(SYNC)
    before = [vars(node).copy() for node in ast.walk(tree)]
    Engine().check("a.py", [SYNC], tree)
    assert [vars(node) for node in ast.walk(tree)] == before


def test_the_library_is_as_documented() -> None:
    assert doctest.testmod(flake8_incall).failed == 0
    assert all(hasattr(flake8_incall, name) for name in flake8_incall.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        flake8_incall.nope  # noqa: B018


@pytest.mark.parametrize("text", ["\ufeff" + SYNC, ["\ufeff" + SYNC]])
def test_a_byte_order_mark_is_no_part_of_the_text(text: str | list[str]) -> None:
    assert Engine().check("a.py", text).findings == Engine().check("a.py", SYNC).findings != ()


@pytest.mark.parametrize("profile", ["contract", "strict"])
def test_report_names_results_that_cannot_be_followed_as_unproved(profile: Profile) -> None:
    text = """
from shop import build

async def order(ctx: RunContext, city: str) -> dict:
    return build(city)

async def greet(ctx: RunContext, name: str) -> dict:
    return {"status": "success", "greeting": name}
"""
    report = Engine(Options(profile=profile)).check("agent.py", text)
    assert [(one.qualified_name, one.codes) for one in report.unproved] == [("order", "CAL401 to CAL404")]
    assert ("CAL409" in {finding.code for finding in report.findings}) is (profile == "strict")
    assert "CAL998" not in {finding.code for finding in report.findings}
