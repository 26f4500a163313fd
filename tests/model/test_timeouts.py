"""The timeout in force at a call, whichever way it is said."""

from __future__ import annotations

from textwrap import indent

import pytest

from flake8_incall.model.calls.call_sites import calls
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.waiting.timeouts import InForce, State, Timeouts
from flake8_incall.options import Options

HEAD = """\
import asyncio
from datetime import timedelta
import aiohttp
import anyio
import asyncpg
import httpx
import openai
import requests
import urllib3
from livekit.agents import RunContext

LIMIT = 7
shared = httpx.AsyncClient()

class Service:
    seconds = 3
    def __init__(self) -> None:
        self.client = httpx.AsyncClient(timeout=self.seconds)

async def pool(seconds):
    return await asyncpg.create_pool("postgres://db", timeout=1, command_timeout=seconds)

async def tool(ctx: RunContext, asked: int) -> dict:
"""


def in_force(body: str) -> InForce:
    """The timeout of the last external call of a function."""
    source = HEAD + indent(body, "    ") + "\n"
    module = Module("tool.py", split_lines(source), parse(source), Options())
    (function,) = module.fact(discover).functions
    external = [site for site in calls(function) if site.is_external and site.api.timeout is not None]
    return module.fact(Timeouts).of(max(external, key=lambda site: site.node.lineno if not site.chain else 0))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("4", 4.0),
        ("LIMIT", 7.0),
        ("2 * 3", 6.0),
        ("float(2)", 2.0),
        ("httpx.Timeout(4)", 4.0),
        ("httpx.Timeout(timeout=4.5)", 4.5),
        ("httpx.Timeout(10, connect=2)", 10.0),
        ("httpx.Timeout(connect=1, read=6, write=2, pool=None)", 6.0),
        ("httpx.Timeout(None, connect=1, read=2, write=3)", 3.0),
        ("httpx.Timeout(None, connect=1, read=2)", 2.0),
        ("(1, 5, 2, 1)", 5.0),
        ("None", None),
        ("float('inf')", None),
        ("httpx.Timeout(None)", None),
        ("httpx.Timeout(5, read=None)", None),
        ("(1, None)", None),
    ],
)
def test_values(said: str, seconds: float | None) -> None:
    found = in_force(f"await httpx.AsyncClient(timeout={said}).get('https://example.com')")
    assert (found.state, found.seconds) == (State.OFF if seconds is None else State.SET, seconds)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("aiohttp.ClientTimeout(total=4)", 4.0),
        ("aiohttp.ClientTimeout(4)", 4.0),
        ("aiohttp.ClientTimeout(total=None, sock_read=3)", 3.0),
        ("aiohttp.ClientTimeout(sock_connect=3)", None),
        ("aiohttp.ClientTimeout()", None),
        ("aiohttp.ClientTimeout(total=0)", None),
        ("aiohttp.ClientTimeout(total=0, sock_read=3)", 3.0),
    ],
)
def test_client_timeout(said: str, seconds: float | None) -> None:
    found = in_force(f"async with aiohttp.ClientSession(timeout={said}) as s:\n    await s.get('https://example.com')")
    assert (found.state, found.seconds) == (State.OFF if seconds is None else State.SET, seconds)


@pytest.mark.parametrize(
    ("body", "state", "seconds"),
    [
        ("await shared.get('https://example.com', timeout=2)", State.SET, 2.0),
        ("await shared.get('https://example.com', timeout=asked)", State.UNKNOWN, None),
        ("await shared.get('https://example.com', **ctx.userdata)", State.UNKNOWN, None),
        ("await shared.get('https://example.com', timeout=httpx.USE_CLIENT_DEFAULT)", State.MISSING, 5.0),
        ("await Service().client.get('https://example.com')", State.SET, 3.0),
        ("requests.get('https://example.com', timeout=(3, 9))", State.SET, 9.0),
        ("requests.get('https://example.com')", State.MISSING, None),
        ("urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=4)).request('GET', 'x')", State.SET, 4.0),
        ("await (await pool(6)).fetch('SELECT 1')", State.SET, 6.0),
        ("await (await pool(None)).fetch('SELECT 1')", State.OFF, None),
        ("conn = await asyncpg.connect('postgres://db', timeout=1)\nawait conn.fetch('SELECT 1')", State.MISSING, None),
        ("client = openai.AsyncOpenAI()\nawait client.with_options(timeout=4).responses.create()", State.SET, 4.0),
        ("seconds = None\nif asked:\n    seconds = 3\nawait shared.get('x', timeout=seconds)", State.UNKNOWN, None),
        ("async with asyncio.timeout(4):\n    await shared.get('x')", State.SET, 4.0),
        ("async with asyncio.timeout(4) as limit:\n    await shared.get('x', timeout=2)", State.SET, 2.0),
        ("async with asyncio.timeout(None) as limit:\n    await shared.get('x')", State.SET, None),
        ("now = asyncio.get_running_loop().time\nasync with asyncio.timeout_at(now() + 5):\n    await shared.get('x')",
         State.SET, 5.0),
        ("with anyio.move_on_after(4):\n    await shared.get('x')", State.SET, 4.0),
        ("await asyncio.wait_for(shared.get('x'), 4)", State.SET, 4.0),
        ("await asyncio.wait_for(asyncio.shield(shared.get('x')), timeout=asked)", State.SET, None),
        ("await asyncio.wait_for(asyncio.gather(*[shared.get(u) for u in 'ab']), 4)", State.SET, 4.0),
        ("work = shared.get('x')\nawait asyncio.wait_for(work, 4)", State.SET, 4.0),
        ("task = asyncio.create_task(shared.get('x'))\ndone, rest = await asyncio.wait({task}, timeout=4)",
         State.SET, 4.0),
        ("async with asyncio.timeout(4), asyncio.TaskGroup() as group:\n    group.create_task(shared.get('x'))",
         State.SET, 4.0),
        ("async with asyncio.timeout(4):\n    work = shared.get('x')\nawait work", State.MISSING, 5.0),
        ("await asyncio.wait_for(asyncio.sleep(0, await shared.get('x')), 4)", State.MISSING, 5.0),
        ("await asyncio.wait_for(asyncio.to_thread(requests.get, 'x'), 4)", State.SET, 4.0),
        ("async with asyncio.timeout(4):\n    requests.get('x')", State.MISSING, None),
        ("asyncio.create_task(shared.get('x'))", State.NONE, None),
        ("await ctx.userdata.guarded(shared.get('x'))", State.SET, None),
    ],
)  # fmt: skip
def test_where_it_is_said(body: str, state: State, seconds: float | None) -> None:
    found = in_force(body)
    assert (found.state, found.seconds) == (state, seconds)


def test_a_missing_timeout_is_mended_at_the_client() -> None:
    found = in_force("client = httpx.AsyncClient()\nawait client.get('https://example.com')")
    assert (found.state, found.default, found.at.lineno) == (State.MISSING, 5.0, HEAD.count("\n") + 1)
