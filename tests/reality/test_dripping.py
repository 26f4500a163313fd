"""What a timeout bounds, held against a server that sends a byte at a time, each well within the timeout.

The clock of the event loop is turned forward between two bytes, so that nothing waits and nothing is measured.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from textwrap import indent
from typing import Any

import httpx2
import pytest

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.waiting.dead_air import DeadAir
from flake8_incall.model.waiting.worst_case import Wait
from flake8_incall.options import Options

# Seconds of the turned clock: far more than any machine needs for the whole test.
TIMEOUT = 600.0
STEP = 0.9 * TIMEOUT
BYTES = 4

HEAD = """
import asyncio
import aiohttp
import httpx2 as httpx
from livekit.agents import RunContext

URL = "{url}"
arrived = asyncio.Event()
"""
HTTPX = """
async with httpx.AsyncClient({client}) as client:
    async with client.stream("GET", URL) as response:
        async for part in response.aiter_raw():
            arrived.set()
"""
AIOHTTP = """
async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout({timeout})) as session:
    async with session.get(URL) as response:
        async for part in response.content.iter_any():
            arrived.set()
"""
FUNCTIONS = {
    "httpx": HTTPX.format(client="timeout=600"),
    "httpx.Timeout": HTTPX.format(client="timeout=httpx.Timeout(600, connect=5)"),
    "httpx inside asyncio.timeout": "async with asyncio.timeout(600):"
    + indent(HTTPX.format(client="timeout=600"), "    "),
    "aiohttp, each read": AIOHTTP.format(timeout="total=None, sock_read=600"),
    "aiohttp, in total": AIOHTTP.format(timeout="total=600"),
}


class TurnedClock(asyncio.SelectorEventLoop):
    """An event loop whose clock can be turned forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def source_of(name: str, url: str) -> str:
    body = indent(FUNCTIONS[name], "    ")
    head = HEAD.format(url=url)
    return f'{head}\nasync def tool(ctx: RunContext) -> dict:\n{body}\n    return {{"status": "success"}}\n'


def wait_of(name: str) -> Wait:
    source = source_of(name, "https://api.example.com/")
    module = Module("tool.py", split_lines(source), parse(source), Options())
    return module.fact(DeadAir).of(module.fact(discover).functions[0])


@contextlib.asynccontextmanager
async def dripping_server(loop: TurnedClock, names: dict[str, Any]) -> AsyncIterator[str]:
    """The address of a server that sends each byte a long time after the one before has arrived."""

    handlers: list[asyncio.Task[None]] = []
    over = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            handlers.append(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {BYTES}\r\n\r\n".encode())
            for _ in range(BYTES):
                names["arrived"].clear()
                writer.write(b".")
                await names["arrived"].wait()
                if over.is_set():
                    break
                loop.ahead += STEP
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        over.set()
        names["arrived"].set()
        await asyncio.gather(*handlers)
        server.close()
        await server.wait_closed()


def is_ended_by_its_timeout(name: str) -> bool:
    async def run() -> bool:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, TurnedClock)
        names: dict[str, Any] = {"arrived": asyncio.Event(), "RunContext": object}
        async with dripping_server(loop, names) as url:
            text = source_of(name, url).replace("from livekit.agents import RunContext\n", "")
            exec(compile(text, "tool.py", "exec"), names)
            try:
                await names["tool"](None)
            except (TimeoutError, httpx2.TimeoutException):
                return True
            return False

    with asyncio.Runner(loop_factory=TurnedClock) as runner:
        return runner.run(run())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wait_has_a_bound_if_and_only_if_its_timeout_ends_a_dripping_answer(name: str) -> None:
    wait = wait_of(name)
    assert (wait.bound is not None) is is_ended_by_its_timeout(name)
    assert wait.bound in (None, TIMEOUT)
    assert (wait.phase == TIMEOUT) is (wait.bound is None)
