"""CAL601 and CAL602, held against what happens: functions call a server that accepts and never answers.

What is judged clean ends by itself. What is reported still waits when the test's own guard cancels it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from textwrap import indent
from typing import Any

import httpx2
import pytest

from flake8_incall import Options, check

# How long a function that is judged clean may take on a slow machine; its own timeouts are a fifth of a second.
GUARD = 20.0
# How long a function that is reported is watched. Even the shortest default of a library is five seconds.
PATIENCE = 1.5
TIMEOUTS = (TimeoutError, httpx2.TimeoutException)

HEAD = """
import asyncio
import aiohttp
import httpx2 as httpx
from livekit.agents import RunContext

URL = "{url}"
SHORT = 0.2
NEVER = None
limited = httpx.AsyncClient(timeout=SHORT)
unlimited = httpx.AsyncClient()

class Service:
    def __init__(self) -> None:
        self.client = httpx.AsyncClient(timeout=SHORT)
        self.slow = httpx.AsyncClient(timeout=None)

service = Service()

def make(seconds: float | None = SHORT) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=seconds)

async def read(client: httpx.AsyncClient) -> str:
    return (await client.get(URL)).text

async def in_time(work, seconds):
    return await asyncio.wait_for(work, seconds)
"""
TOOL = """
async def tool(ctx: RunContext) -> dict:
{body}
    return {{"status": "success"}}
"""


def client(made: str, used: str = "await client.get(URL)") -> str:
    """A function that makes a client and uses it."""
    return f"async with {made} as client:\n    {used}"


def session(made: str, used: str = "session.get(URL)") -> str:
    """A function that makes an aiohttp session and uses it."""
    return f"async with aiohttp.ClientSession({made}) as session:\n    async with {used} as response:\n        pass"


CLEAN = {
    "client": client("httpx.AsyncClient(timeout=SHORT)"),
    "call": client("httpx.AsyncClient()", "await client.get(URL, timeout=0.2)"),
    "call, over a client without": client("httpx.AsyncClient(timeout=None)", "await client.get(URL, timeout=SHORT)"),
    "Timeout": client("httpx.AsyncClient(timeout=httpx.Timeout(5.0, read=SHORT))"),
    "Timeout, no pool": client("httpx.AsyncClient(timeout=httpx.Timeout(SHORT, pool=None))"),
    "client of the module": "await limited.get(URL)",
    "client of an object": "await service.client.get(URL)",
    "client of a helper": client("make()"),
    "helper with the client": client("make(0.2)", "await read(client)"),
    "asyncio.timeout": "async with asyncio.timeout(0.2):\n    await unlimited.get(URL)",
    "asyncio.timeout_at": "loop = asyncio.get_running_loop()\n"
    "async with asyncio.timeout_at(loop.time() + 0.2):\n    await unlimited.get(URL)",
    "wait_for": "await asyncio.wait_for(unlimited.get(URL), timeout=SHORT)",
    "wait_for around the helper": "await asyncio.wait_for(read(unlimited), SHORT)",
    "a helper that waits for it": "await in_time(read(unlimited), SHORT)",
    "tasks": "tasks = [asyncio.create_task(read(unlimited)) for _ in range(2)]\n"
    "await asyncio.wait_for(asyncio.gather(*tasks), SHORT)",
    "session": session("timeout=aiohttp.ClientTimeout(total=SHORT)"),
    "session, each read": session("timeout=aiohttp.ClientTimeout(total=None, sock_read=SHORT)"),
    "session, call": session("", "session.get(URL, timeout=aiohttp.ClientTimeout(SHORT))"),
}
REPORTED = {
    "client": client("httpx.AsyncClient()"),
    "client, off": client("httpx.AsyncClient(timeout=NEVER)"),
    "call, off": client("httpx.AsyncClient(timeout=SHORT)", "await client.get(URL, timeout=None)"),
    "Timeout, reading": client("httpx.AsyncClient(timeout=httpx.Timeout(SHORT, read=None))"),
    "Timeout, off but for connecting": client("httpx.AsyncClient(timeout=httpx.Timeout(None, connect=SHORT))"),
    "client of the module": "await unlimited.get(URL)",
    "client of an object": "await service.slow.get(URL)",
    "client of a helper": client("make(None)"),
    "helper with the client": "await read(unlimited)",
    "asyncio.timeout, off": "async with asyncio.timeout(None):\n    await unlimited.get(URL)",
    "asyncio.timeout, around too little": "async with asyncio.timeout(SHORT):\n    work = read(unlimited)\nawait work",
    "wait_for, off": "await asyncio.wait_for(unlimited.get(URL), timeout=NEVER)",
    "awaited before the wait_for": "await asyncio.wait_for(asyncio.sleep(0, (await unlimited.get(URL)).text), SHORT)",
    "a helper that waits for it, off": "await in_time(read(unlimited), None)",
    "tasks": "task = asyncio.create_task(read(unlimited))\nawait task",
    "session": session(""),
    "session, connecting": session("timeout=aiohttp.ClientTimeout(connect=SHORT)"),
    "session, off": session("timeout=aiohttp.ClientTimeout(total=None)"),
}


@contextlib.asynccontextmanager
async def hanging_server() -> AsyncIterator[tuple[str, asyncio.Semaphore]]:
    """A server that reads until the other side leaves, and never answers: its address, and its connections so far."""
    connections = asyncio.Semaphore(0)

    async def read_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.release()
        with contextlib.suppress(ConnectionError):
            while await reader.read(4096):
                pass
        writer.close()

    server = await asyncio.start_server(read_only, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", connections
    finally:
        server.close()


def tool(body: str) -> str:
    return TOOL.format(body=indent(body, "    "))


def verdict(body: str) -> set[str]:
    text = HEAD.format(url="https://api.example.com/") + tool(body)
    found = check(text, "tool.py", Options(profile="contract"))
    return {diagnostic.code for diagnostic in found} & {"CAL601", "CAL602"}


def tools(bodies: dict[str, str], url: str) -> dict[str, Callable[[None], Coroutine[Any, Any, Any]]]:
    """All functions, by name."""
    names: dict[str, Any] = {}
    exec(compile(HEAD.format(url=url), "tool.py", "exec"), names)
    found = {}
    for name, body in bodies.items():
        exec(compile(tool(body), "tool.py", "exec"), names)
        found[name] = names["tool"]
    return found


@pytest.mark.parametrize("body", CLEAN.values(), ids=CLEAN.keys())
def test_what_is_clean_is_not_reported(body: str) -> None:
    assert verdict(body) == set()


def test_what_is_clean_ends_by_its_own_timeout() -> None:
    async def run() -> dict[str, bool]:
        async with hanging_server() as (url, _):
            tasks = {name: asyncio.ensure_future(function(None)) for name, function in tools(CLEAN, url).items()}
            await asyncio.wait(tasks.values(), timeout=GUARD)
            return {name: task.done() and isinstance(task.exception(), TIMEOUTS) for name, task in tasks.items()}

    assert asyncio.run(run()) == dict.fromkeys(CLEAN, True)


@pytest.mark.parametrize("body", REPORTED.values(), ids=REPORTED.keys())
def test_what_is_reported_is_found(body: str) -> None:
    assert len(verdict(body)) == 1


def test_what_is_reported_still_waits() -> None:
    async def run() -> dict[str, bool]:
        async with hanging_server() as (url, connections):
            tasks = {}
            for name, function in tools(REPORTED, url).items():
                tasks[name] = asyncio.ensure_future(function(None))
                # One after the other, so that no timeout for connecting ends while others keep the event loop busy.
                await asyncio.wait_for(connections.acquire(), GUARD)
            await asyncio.wait(tasks.values(), timeout=PATIENCE)
            waiting = {name: not task.done() for name, task in tasks.items()}
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
            return waiting

    assert asyncio.run(run()) == dict.fromkeys(REPORTED, True)
