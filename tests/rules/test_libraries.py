"""One fault of waiting, or none, in functions with many libraries: every code of 6xx, 701 and 706, and no other.

`libraries.jsonl` has a function a line: the codes, what the module begins with, the function's last statements, and
what a `try` around them catches (none where that is null).
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from flake8_incall import Options, check
from flake8_incall.options import Profile

CASES = [json.loads(line) for line in Path(__file__).with_name("libraries.jsonl").read_text("utf-8").splitlines()]
HEAD = """\
from livekit.agents import RunContext, function_tool
import asyncio, logging
logger = logging.getLogger(__name__)
"""
TOOL = '''

@function_tool
async def tool(ctx: RunContext, item: str) -> dict:
    """Call this when the caller asks for an item.

    Args:
        item: The item

    Returns:
        dict: {status: "success" | "error", message: str}
    """
    if not item.isalnum():
        return {"status": "error", "message": "Which item?"}
'''
HANDLER = 'logger.exception("No")\nreturn {"status": "error", "message": "No"}'


def source_of(case: dict[str, Any]) -> str:
    body = case["body"]
    if case["catches"] is not None:
        body = f"try:\n{indent(body, '    ')}\nexcept {case['catches']}:\n{indent(HANDLER, '    ')}"
    end = "" if "return" in body.splitlines()[-1] and case["catches"] is None else '\nreturn {"status": "success"}'
    return f"{HEAD}{case['head']}\n{TOOL}{indent(body + end, '    ')}\n"


def codes_of(case: dict[str, Any], profile: Profile) -> set[str]:
    found = {diagnostic.code for diagnostic in check(source_of(case), "tool.py", Options(profile=profile))}
    return {code for code in found if code.startswith("CAL6") or code in {"CAL701", "CAL706"}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['head'][:30]}-{case['body'][:30]}")
def test_function_gets_the_codes_of_its_fault_alone(case: dict[str, Any]) -> None:
    assert codes_of(case, "contract") == set(case["codes"])


@pytest.mark.parametrize("profile", ["livekit", "strict"])
def test_right_functions_are_right_in_other_profiles(profile: Profile) -> None:
    assert [case["body"] for case in CASES if not case["codes"] and codes_of(case, profile)] == []


def test_both_kinds_are_many() -> None:
    assert min(sum(not case["codes"] for case in CASES), sum(bool(case["codes"]) for case in CASES)) >= 60
