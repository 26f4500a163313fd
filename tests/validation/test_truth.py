"""CAL801 says that a parameter gets to a call unchecked exactly when, in some way to go, every value gets there.

`INCALL_TRUTH_FUNCTIONS=2000 pytest tests/validation` tries 2,000 functions of each kind.
"""

from __future__ import annotations

import logging
import os

import pytest

from flake8_incall import Options, check
from tests.validation.execution import is_reached_unchecked
from tests.validation.writer import Writer

FUNCTIONS = int(os.environ.get("INCALL_TRUTH_FUNCTIONS", "150"))
HEAD = "import asyncio, logging, re, httpx\nfrom livekit.agents import RunContext\nclient = httpx.AsyncClient()\n"


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("tests.quiet").setLevel(logging.CRITICAL + 1)


def is_found(source: str) -> bool:
    found = check(HEAD + source, "tell.py", Options(profile="contract"))
    return any(diagnostic.code == "CAL801" for diagnostic in found)


@pytest.mark.parametrize("again", [False, True], ids=["asked-once", "asked-again"])
def test_verdict_equals_truth(again: bool) -> None:
    sources = [Writer(seed, again=again).function() for seed in range(FUNCTIONS)]
    verdicts = [(is_found(source), is_reached_unchecked(source), source) for source in sources]
    assert [source for found, truth, source in verdicts if found and not truth] == [], "false alarms"
    assert [source for found, truth, source in verdicts if truth and not found] == [], "missed alarms"
    assert FUNCTIONS * 0.2 < sum(truth for _, truth, _ in verdicts) < FUNCTIONS * 0.8
