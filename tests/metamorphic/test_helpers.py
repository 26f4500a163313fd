"""A helper has the same findings in whatever way it is reached.

By default each way is tried with the helpers that have many faults at once, and with every sixth other one.
`INCALL_TRUTH_FUNCTIONS=100 pytest tests/metamorphic` tries all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from zlib import crc32

import pytest

from flake8_incall import Options, check
from tests.metamorphic.helpers import DIRECT, FAULTS, TOGETHER, WAYS, Fault, Way, program

IS_WHOLE = "INCALL_TRUTH_FUNCTIONS" in os.environ
# The module is longer, and stands beside the function.
ALWAYS_EXEMPT = frozenset({"CAL520", "CAL527", "CAL901", "CAL905"})
# Ways that are not followed by every analysis yet, with the step that will mend them.
NOT_YET = {
    "map": "One engine: what `map` makes of each element",
    "async comprehension": "One engine: what a generator yields as the answer of a function",
    "anext": "One engine: what a generator yields as the answer of a function",
    "async context manager": "One engine: what a generator yields as the answer of a function",
    "exit stack": "One engine: what a generator yields as the answer of a function",
    "class with __enter__": "One engine: the state of an object between `__init__` and `__enter__`",
    "class with __aenter__": "One engine: the state of an object between `__init__` and `__aenter__`",
}


def cases(way: Way) -> Iterator[tuple[Fault, bool]]:
    """The faults to try with a way, each as a coroutine function and not."""
    for fault in (*FAULTS, *TOGETHER):
        if fault in TOGETHER or IS_WHOLE or crc32(f"{fault.name} {way.name}".encode()) % 6 == 0:
            for is_async in (True, False):
                if way.is_async in (None, is_async) and (is_async or not fault.is_async):
                    yield fault, is_async


@cache
def codes(way: Way, fault: Fault, *, is_async: bool) -> frozenset[str]:
    """The codes that a function has when it reaches a faulty helper in some way."""
    found = check(program(way, fault, is_async=is_async), "tool.py", Options(profile="strict"))
    return frozenset(diagnostic.code for diagnostic in found) - ALWAYS_EXEMPT


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_helper_reached_in_another_way_has_the_same_findings(way: Way, request: pytest.FixtureRequest) -> None:
    if way.name in NOT_YET:
        request.applymarker(pytest.mark.xfail(reason=NOT_YET[way.name], strict=IS_WHOLE))
    differing = []
    for fault, is_async in cases(way):
        expected = codes(DIRECT, fault, is_async=is_async) - way.exempt
        found = codes(way, fault, is_async=is_async) - way.exempt
        if found != expected:
            differing.append((fault.name, is_async, sorted(expected - found), sorted(found - expected)))
    assert differing == []


@pytest.mark.parametrize(
    "fault", [fault for fault in (*FAULTS, *TOGETHER) if fault.name != "right"], ids=lambda f: f.name
)
def test_fault_of_a_helper_is_found(fault: Fault) -> None:
    right = next(fault for fault in FAULTS if fault.name == "right")
    assert codes(DIRECT, fault, is_async=True) - codes(DIRECT, right, is_async=True)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_programs_compile(way: Way) -> None:
    for fault, is_async in cases(way):
        compile(program(way, fault, is_async=is_async), "tool.py", "exec")
