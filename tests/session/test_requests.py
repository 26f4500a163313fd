"""The HTTP requests that `flake8-incall call` shows."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable

import aiohttp
import httpx2
import pytest

from flake8_incall.trial.requests import Exchange, recorded
from tests.session.conftest import Run
from tests.session.service import running_service


async def by_httpx2(url: str) -> None:
    async with httpx2.AsyncClient(timeout=10) as client:
        await client.get(url, params={"q": "पुणे"})


async def by_aiohttp(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url, params={"q": "पुणे"}) as response:
        await response.read()


@pytest.mark.parametrize("fetch", [by_httpx2, by_aiohttp])
@pytest.mark.parametrize(("behaviour", "outcome"), [("ok", "200"), ("500", "500"), ("reset", r"\w+Error")])
def test_what_became_of_a_request(
    fetch: Callable[[str], Awaitable[None]], behaviour: str, outcome: str, run: Run
) -> None:
    exchanges: list[Exchange] = []

    async def test() -> None:
        async with running_service() as service:
            with recorded(exchanges.append), contextlib.suppress(httpx2.HTTPError, aiohttp.ClientError):
                await fetch(f"{service.address}/{behaviour}")
            # Not recorded any more.
            await fetch(f"{service.address}/ok")

    run(test())
    [exchange] = exchanges
    assert re.fullmatch(
        rf"GET http://127\.0\.0\.1:\d+/{behaviour}\?q=%E0%A4%AA%E0%A5%81%E0%A4%A3%E0%A5%87 -> {outcome} in \d+\.\d+ s",
        str(exchange),
    )


@pytest.mark.parametrize("fetch", [by_httpx2, by_aiohttp])
def test_a_request_that_is_cut_off(fetch: Callable[[str], Awaitable[None]], run: Run) -> None:
    exchanges: list[Exchange] = []

    async def test() -> None:
        async with running_service() as service:
            with recorded(exchanges.append):
                task = asyncio.ensure_future(fetch(f"{service.address}/hang"))
                await service.arrived.wait()
                task.cancel()
                await asyncio.wait([task])

    run(test())
    [exchange] = exchanges
    assert exchange.outcome in ("CancelledError", "no answer")
