"""What authors try in order to reach files, processes or evaluation, and what only looks like it."""

from __future__ import annotations

import pytest

from flake8_incall import check
from tests.evasion import Technique, techniques

TECHNIQUES = techniques()
EVASIONS = [technique for technique in TECHNIQUES if not technique.is_harmless]
HARMLESS = [technique for technique in TECHNIQUES if technique.is_harmless]
# What in-call code reaches; what it imports is told of besides.
REACHED = {"CAL501", "CAL502", "CAL503", "CAL504", "CAL505", "CAL506", "CAL508", "CAL510"}


def found(technique: Technique) -> set[str]:
    path = f"{technique.group}.py"
    return {diagnostic.code for diagnostic in check(technique.source, path)}


@pytest.mark.parametrize("technique", EVASIONS, ids=lambda technique: technique.name)
def test_evasion_has_the_codes_of_what_it_reaches(technique: Technique) -> None:
    assert found(technique) & REACHED == technique.codes


@pytest.mark.parametrize("technique", HARMLESS, ids=lambda technique: technique.name)
def test_harmless_code_is_left_alone(technique: Technique) -> None:
    assert {code for code in found(technique) if code.startswith("CAL5")} == set()


def test_nine_of_ten_evasions_are_found() -> None:
    missed = [technique.name for technique in EVASIONS if not technique.codes]
    assert len(missed) * 10 <= len(EVASIONS), missed


def test_what_is_missed_says_why() -> None:
    assert [technique.name for technique in EVASIONS if bool(technique.codes) == bool(technique.missed)] == []


def test_technique_is_named_once() -> None:
    names = [technique.name for technique in TECHNIQUES]
    assert len(names) == len(set(names))
