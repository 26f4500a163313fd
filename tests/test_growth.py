"""Twice as long a function is twice the work: counted are the calls that the check makes, not the time it takes."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from flake8_incall import Options, check

HEAD = '''\
import asyncio
import time

import httpx
from livekit.agents import RunContext, function_tool

client = httpx.AsyncClient(timeout=3.0)

async def fetch(path: str) -> str:
    return (await client.get("https://api.example.com", params={"path": path})).text

@function_tool
async def tool(ctx: RunContext, word: str) -> dict:
    """Tell what the caller asks for.

    Args:
        word: What to look for

    Returns:
        dict: {status: "success" | "error", message: str}
    """
    found = word
    result = {"status": "success"}
    kept = []
'''
GET = 'await client.get("https://api.example.com/<n>")'
STRICT = Options(profile="strict")
SIZE = 30
# Up to some tens of conditions each way is followed for itself, so that the work grows faster until there; and some
# work that grows with the square is seen only where there is much of it.
LARGE = {
    "silent handlers": 100,
    "one name bound under conditions": 200,
    "one dict changed under conditions": 100,
}
# Some of the work is the same for every file.
MOST = 2.2

SHAPES = {
    "silent handlers": f"try:\n    {GET}\nexcept httpx.HTTPError:\n    pass",
    "handlers that answer": f"try:\n    {GET}\nexcept httpx.HTTPError:\n    return "
    + "{'status': 'error', 'message': '<n>'}",
    "handlers that raise again": f"try:\n    {GET}\nexcept ValueError:\n    pass\nexcept BaseException:\n    raise",
    "texts of exceptions": "try:\n    int(word)\nexcept ValueError as error:\n    found = found + str(error)",
    "one name bound again": "found = word + '<n>'",
    "one name bound under conditions": "if found == '<n>':\n    found = found + '<n>'",
    "one dict changed under conditions": "if word == '<n>':\n    result['<n>'] = <n>",
    "results under conditions": "if word == '<n>':\n    return {'status': 'success', 'n': <n>}",
    "tasks under one name": "task = asyncio.create_task(fetch(word))\nawait task",
    "tasks in one list": "kept.append(asyncio.create_task(fetch(word)))",
    "limits": f"async with asyncio.timeout(<n>):\n    {GET}",
    "deadlines": "end = time.monotonic() + <n>\nwhile time.monotonic() < end:\n    await asyncio.sleep(0.1)",
    "endless loops": f"while True:\n    found = {GET}\n    if found:\n        break",
    "calls of a helper": "found = await fetch(found)",
    "calls in one statement": "found = str(word).strip().upper()",
}


def calls_made(text: str) -> int:
    """The calls of functions, built-in ones included, that a check of some text makes."""
    made = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        check(text, "tool.py", STRICT)
    finally:
        sys.setprofile(before)
    return made


def source(shape: str, size: int) -> str:
    lines = [line for n in range(1, size + 1) for line in SHAPES[shape].replace("<n>", str(n)).splitlines()]
    return HEAD + "".join(f"    {line}\n" for line in [*lines, "result['found'] = found", "return result"])


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_function(shape: str) -> None:
    calls_made(source(shape, 1))  # what is loaded and read only once
    size = LARGE.get(shape, SIZE)
    small, large = (calls_made(source(shape, n)) for n in (size, 2 * size))
    assert large / small < MOST
