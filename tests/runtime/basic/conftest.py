"""Each test runs in an event loop of its own, in which nothing may be left behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture(scope="package", autouse=True)
def only_what_tests_leave_behind() -> Iterator[None]:
    """Let the collector pass over what was there before: it looks after every test."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def run() -> Run:
    """Run a coroutine. No task may be left, and nothing unclosed: that would warn, and a warning is an error."""

    def in_loop(test: Coroutine[Any, Any, None]) -> None:
        async def whole() -> None:
            await test
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(whole())
        gc.collect()

    return in_loop
