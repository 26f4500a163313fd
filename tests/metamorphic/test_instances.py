"""A client is the same client to every rule, however the function comes by it."""

from __future__ import annotations

import textwrap
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flake8_incall import Options, check

TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("instances.toml").read_text())
HEAD = """\
from __future__ import annotations

import httpx
from livekit.agents import Agent, AgentSession, RunContext, function_tool

"""
FUNCTION = '''\
@function_tool
async def book(SELFctx: CONTEXT, day: str) -> dict:
    """Book a day when the caller names it.

    Args:
        day: The day that the caller names, as a word

    Returns:
        dict: {status: "success" | "error", message: str}
    """
    try:
        pass
INSIDE
AROUND
    except HANDLED:
        return {"status": "error", "message": "Not now"}
    return {"status": "success"}
'''
CALL = 'response = await CLIENT.get("https://shop.example.com/days")\nresponse.raise_for_status()'
UNBOUNDED, BOUNDED = "httpx.AsyncClient()", "httpx.AsyncClient(timeout=5)"
MADE_HERE = {"module": "client = MADE"}
# No timeout, an exception that no handler catches, and a failure that is not logged.
CODES = ("CAL601", "CAL706", "CAL902")


def program(way: dict[str, str], made: str, handled: str) -> str:
    """A module in which a function has its client in a certain way."""
    function = FUNCTION.replace("SELF", "self, " if "owner" in way else "")
    call = CALL.replace("CLIENT", way.get("client", "client"))
    around = _filled(way.get("around", "BODY"), call)
    function = function.replace("INSIDE", textwrap.indent(way.get("inside", "pass"), "        "))
    function = function.replace("AROUND", textwrap.indent(around, "        "))
    if "owner" in way:
        function = way["owner"] + "\n" + textwrap.indent(function, "    ")
    text = HEAD + way.get("module", "") + "\n\n" + function
    return text.replace("CONTEXT", way.get("context", "RunContext")).replace("MADE", made).replace("HANDLED", handled)


def _filled(around: str, body: str) -> str:
    before, _, after = around.partition("BODY")
    margin = before.rpartition("\n")[2]
    return before + textwrap.indent(body, margin)[len(margin) :] + after


@cache
def codes(text: str) -> Counter[str]:
    compile(text, "<program>", "exec")
    found = (found.code for found in check(text, "tools.py", Options(profile="strict")))
    return Counter(code for code in found if code in CODES)


@pytest.mark.parametrize("way", [pytest.param(way, id=way["name"]) for way in TABLE["way"]])
def test_a_client_is_the_same_however_the_function_comes_by_it(way: dict[str, Any]) -> None:
    cases = [(made, handled) for made in (UNBOUNDED, BOUNDED) for handled in ("httpx.HTTPError", "KeyError")]
    told = [codes(program(way, *case)) for case in cases]
    known = [(made if way.get("seen", True) else BOUNDED, handled) for made, handled in cases]
    assert told == [codes(program(MADE_HERE, *case)) for case in known]


@pytest.mark.parametrize("way", [pytest.param(way, id=way["name"]) for way in TABLE["miss"]])
def test_nothing_is_said_of_a_client_that_is_not_known(way: dict[str, Any]) -> None:
    unknown = {"module": "from shop import client"}
    for handled in ("httpx.HTTPError", "KeyError"):
        told = codes(program(way, UNBOUNDED, handled))
        assert told - Counter({"CAL902": 1}) == Counter()
        assert codes(program(unknown, UNBOUNDED, handled)) - Counter({"CAL902": 1}) == Counter()
