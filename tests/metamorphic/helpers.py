"""Programs in which a function reaches a faulty helper, by the tables of `helpers.toml`."""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_HEAD = """\
import asyncio
import contextlib
import functools
import logging
import os
import pickle
import sqlite3
import subprocess
import time

import aiohttp
import httpx
import requests
from livekit.agents import RunContext, function_tool

logger = logging.getLogger(__name__)
"""
_DOCSTRING = '''\
"""Answer.

Args:
    city: The city.

Returns:
    dict: {"status": "success" | "error"}
"""
'''


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a helper.

    Attributes:
        name: What it is.
        body: The body of the helper.
        is_async: Whether the helper has to be a coroutine function.
    """

    name: str
    body: str
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a helper.

    Attributes:
        name: What it is.
        body: The body of the in-call function.
        setup: The module before it.
        exempt: The codes that it may add or take away.
        is_async: Whether the helper is a coroutine function; `None` for either.
        yields: Whether the helper yields its result.
    """

    name: str
    body: str
    setup: str = "HELPER"
    exempt: frozenset[str] = field(default_factory=frozenset)
    is_async: bool | None = None
    yields: bool = False


def _faults(tables: list[dict[str, Any]]) -> tuple[Fault, ...]:
    return tuple(Fault(table["name"], table["body"], table.get("async", False)) for table in tables)


def _way(table: dict[str, Any]) -> Way:
    exempt = frozenset(code for codes in table.get("exempt", ()) for code in codes.split())
    setup, yields = table.get("setup", "HELPER"), table.get("yields", False)
    return Way(table["name"], table["body"], setup, exempt, table.get("async"), yields)


_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
FAULTS = _faults(_TABLES["fault"])
TOGETHER = _faults(_TABLES["together"])
DIRECT = Way("direct", "return AWAIT helper(city)")
WAYS = tuple(map(_way, _TABLES["way"]))


def program(way: Way, fault: Fault, *, is_async: bool) -> str:
    """Write a function that reaches a faulty helper in some way."""
    faulty = fault.body.strip()
    if way.yields:
        faulty = faulty.replace("return ", "yield ")
        faulty = faulty if "yield" in faulty else f"{faulty}\nyield None"
    body = textwrap.indent(_DOCSTRING + _filled(way.body.strip(), faulty, is_async=is_async), "    ")
    setup = _filled(way.setup.strip(), faulty, is_async=is_async)
    return f"{_HEAD}\n\n{setup}\n\n\n@function_tool\nasync def answer(ctx: RunContext, city: str) -> dict:\n{body}\n"


def _filled(text: str, faulty: str, *, is_async: bool) -> str:
    prefix = "async def" if is_async else "def"
    body = "\n" + textwrap.indent(faulty, "    ")
    deeper = body.replace("\n", "\n    ")
    for first in ("self", "cls", ""):
        parameters = f"{first}, city" if first else "city"
        text = text.replace(f"METHOD({first})", f"{prefix} helper({parameters}):{deeper}")
        text = text.replace(f"CALLED({first})", f"{prefix} __call__({parameters}):{deeper}")
    text = text.replace("INDENTED", f"{prefix} helper(city):{deeper}")
    text = text.replace("THUNK", f"{prefix} helper():{body}").replace("HELPER", f"{prefix} helper(city):{body}")
    return text.replace("DEF ", f"{prefix} ").replace("AWAIT ", "await " if is_async else "")
