"""Faults and near misses as authors and models write them, from `fixtures/spellings`."""

from __future__ import annotations

import textwrap
import tomllib
from typing import Any

import pytest

from flake8_incall import check
from tests.harness import FIXTURES

FUNCTION = '''\
{imports}
from livekit.agents import RunContext, function_tool


@function_tool
async def act(ctx: RunContext, {parameter}) -> dict:
    """Call this when the caller wants it.

    Args:
        {name}: What it is about here
    """
{body}
    return {{"status": "success"}}
'''
# Beside the security rules, what is said of lost failures and of output.
LOOKED_AT = ("CAL5", "CAL702", "CAL903", "CAL999")


def cases(file: str, key: str) -> list[Any]:
    table: list[dict[str, str]] = tomllib.loads((FIXTURES / "spellings" / file).read_text(encoding="utf-8"))[key]
    return [pytest.param(case, id=f"{case.get('code', '')} {case['body'].strip()[:60]}".strip()) for case in table]


def found(case: dict[str, str]) -> set[str]:
    source = FUNCTION.format(
        imports=case.get("imports", ""),
        parameter=case["parameter"],
        name=case["parameter"].partition(":")[0],
        body=textwrap.indent(case["body"], "    "),
    )
    codes = {one.code for one in check(source, "act.py")}
    # An import is reported where its use is not.
    return {code for code in codes if code.startswith(LOOKED_AT)} - {"CAL507"}


@pytest.mark.parametrize("case", cases("faults.toml", "fault"))
def test_fault_in_any_spelling_is_reported(case: dict[str, str]) -> None:
    assert case["code"] in found(case)


@pytest.mark.parametrize("case", cases("near_misses.toml", "near_miss"))
def test_near_miss_in_any_spelling_is_silent(case: dict[str, str]) -> None:
    assert found(case) == set()
