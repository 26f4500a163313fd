"""Something from outside the module is the same to every rule, by whatever name the module knows it."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from flake8_incall import Options, check

HEAD = """\
import asyncio
import contextlib
import json
import logging
import sys

import httpx
import livekit.agents
from livekit.agents import Agent, RunContext

logger = logging.getLogger(__name__)

MADE = 0
"""
TOOL = '''

@livekit.agents.function_tool
async def book(ctx: RunContext, day: str) -> dict:
    """Book a day when the caller names it.

    Args:
        day: The day that the caller names, as a word

    Returns:
        dict: {status: "success" | "error", message: str}
    """
'''
# What each program does with `NAME`; each would have other findings if it were something else.
PROGRAMS = {
    "contextlib.suppress": TOOL
    + """\
    with NAME(httpx.HTTPError):
        async with httpx.AsyncClient(timeout=2) as client:
            answer = await client.get("https://shop.example.com/days")
            return {"status": "success", "message": answer.text}
""",
    "sys.exit": TOOL
    + """\
    if day == "never":
        NAME(1)
    else:
        return {"status": "success"}
""",
    "builtins.print": TOOL
    + """\
    NAME(day)
    return {"status": "success"}
""",
    "asyncio.sleep": TOOL
    + """\
    await NAME(99)
    return {"status": "success"}
""",
    "json.loads": TOOL
    + """\
    return NAME('{"status": "success"}')
""",
    "livekit.agents.function_tool": """

@NAME
def book(day):
    return day
""",
}
SPELLINGS = {
    "an alias": ("made = {name}", "made"),
    "an alias of an alias": ("first = {name}\nmade = first", "made"),
    "an annotated alias": ("made: object = {name}", "made"),
    "an unpacking": ("made, rest = {name}, None", "made"),
    "two assignments at once": ("made = other = {name}", "other"),
    "a walrus": ("if (made := {name}): pass", "made"),
    "a choice of the same": ("made = {name} if sys.argv else {name}", "made"),
    "another import": ("from {module} import {last} as made", "made"),
    "an import of the module": ("import {module} as kit", "kit.{last}"),
    "a class attribute": ("class Kit:\n    made = {name}", "Kit.made"),
    "an instance's class attribute": ("class Kit:\n    made = {name}\nkit = Kit()", "kit.made"),
    "an attribute that is stored": (
        "class Kit:\n    def __init__(self):\n        self.made = {name}\nkit = Kit()",
        "kit.made",
    ),
    "an inherited attribute": ("class Kit:\n    made = {name}\nclass Own(Kit): pass", "Own.made"),
    "getattr": ("import {module} as kit\nmade = getattr(kit, '{last}')", "made"),
    "a dict": ("KIT = {{'made': {name}}}", "KIT['made']"),
    "a tuple": ("KIT = (None, {name})", "KIT[1]"),
    "a function that returns it": ("def kit(): return {name}\nmade = kit()", "made"),
}


@cache
def findings(program: str) -> Counter[str]:
    return Counter(finding.code for finding in check(program, "book.py", Options(profile="strict")))


def applied(name: str, setup: str, expression: str) -> str:
    module, _, last = name.rpartition(".")
    plain = last if module == "builtins" else name
    parts = {"name": plain, "module": module, "last": last}
    head = HEAD.replace("MADE = 0", setup.format(**parts))
    return head + PROGRAMS[name].replace("NAME", expression.format(**parts))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_name_means_the_same_however_it_is_written(name: str, spelling: str) -> None:
    plain = applied(name, "", "{name}" if name != "builtins.print" else "print")
    assert findings(applied(name, *SPELLINGS[spelling])) == findings(plain)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_has_other_findings_where_the_name_is_another(name: str) -> None:
    plain = applied(name, "", "{name}" if name != "builtins.print" else "print")
    assert findings(applied(name, "def made(*given): return given", "made")) != findings(plain)


@pytest.mark.parametrize(("other", "ends"), [("print", False), ("exit", True)])
def test_a_call_ends_the_process_only_where_all_that_it_may_call_does(other: str, ends: bool) -> None:
    program = applied("sys.exit", f"stop = sys.exit if sys.argv else {other}", "stop")
    assert ("CAL405" not in findings(program)) is ends


def test_the_builtin_is_not_meant_where_another_binding_is_certain() -> None:
    loop = TOOL + '    for print in (logger.info,):\n        print(day)\n    return {"status": "success"}\n'
    assert "CAL903" not in findings(HEAD + loop)
