"""These tests run real sessions, each in an event loop of its own that must be empty at the end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

# Far above what any test needs: what hangs fails, and does not hold up the others.
_PATIENCE = 120.0

Run = Callable[[Coroutine[Any, Any, None]], None]


@pytest.fixture
def run() -> Run:
    """Run a coroutine. No task may be left, and nothing unclosed: that would warn, and a warning is an error."""

    def in_loop(test: Coroutine[Any, Any, None]) -> None:
        async def whole() -> None:
            async with asyncio.timeout(_PATIENCE):
                await test
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(whole())
        gc.collect()

    return in_loop
