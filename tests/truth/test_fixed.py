"""Safe fixes keep what a program means: random functions hand back the same before and after them."""

from __future__ import annotations

import ast
import re

import pytest

from flake8_incall import Diagnostic, check
from flake8_incall.fixes import fixed
from tests.truth.execution import EndlessError, in_call_function, results_of
from tests.truth.grammar import generate

FUNCTIONS = 16


def faulty(seed: int) -> str:
    """A random function whose signature and first lines have faults that safe fixes clear."""
    lines = generate(seed, again=False).splitlines(keepends=True)
    place = in_call_function(ast.parse("".join(lines))).lineno - 1
    definition = lines[place].replace(" -> dict:", ":").replace("(ctx: RunContext", "(ctx")
    flag = re.search(r", (\w+):", definition)
    shown = flag[1] if flag else "0"
    start = ["    import time\n", "    time.sleep(0)\n", f"    print('asked', {shown})\n"]
    return "".join([*lines[:place], definition, *start, *lines[place + 1 :]])


@pytest.mark.parametrize("seed", range(FUNCTIONS))
def test_function_after_safe_fixes_hands_back_the_same(seed: int) -> None:
    before = faulty(seed)

    def find(text: str) -> list[Diagnostic]:
        return check(text, "function.py")

    after = fixed(before, find)
    assert {one.code for one in after.applied} >= {"CAL104", "CAL106", "CAL604", "CAL903"}
    try:
        expected = results_of(before)
    except EndlessError:
        pytest.skip("a run does not end")
    assert repr(results_of(after.text)) == repr(expected)
