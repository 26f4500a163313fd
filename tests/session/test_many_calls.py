"""A thousand calls side by side in one process, a third of them to a service that fails."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents.llm import Tool

from flake8_incall.runtime import Limits, load_tools
from tests.session.conftest import Run
from tests.session.functions import basics, relay
from tests.session.model import Answer, conversation
from tests.session.service import running_service

CONVERSATIONS, CALLS = 4, 250
THOUSAND = CONVERSATIONS * CALLS
FAULTS = ("500", "html", "large", "reset", "hang")
# Enough for a thousand answers at once on a slow machine.
PATIENT = Limits(deadline=250.0)
HASTY = Limits(deadline=0.5)


def behaviour(number: int) -> str:
    """How the service is to answer a call: badly in a third of them."""
    return FAULTS[number // 3 % len(FAULTS)] if number % 3 == 0 else "ok"


def call(number: int) -> tuple[str, dict[str, Any]]:
    """One call, of an advanced function or of a basic one."""
    how = behaviour(number)
    if number % 2 == 0 or how == "hang":
        return f"order_{how}", {"order_number": str(number)}
    return "relay", {"number": number, "behaviour": how}


def assert_own_answer(number: int, answer: Answer) -> None:
    result = answer.result
    assert not answer.is_error
    if behaviour(number) == "ok":
        assert result == {"status": "success", "data": {"path": str(number), "query": {}}}
    else:
        assert result.keys() == {"status", "message"}
        assert result["status"] == "error"


async def converse(tools: Sequence[Tool], numbers: Sequence[int]) -> None:
    async with conversation(tools) as talk:
        answers = await talk.call_all([call(number) for number in numbers])
    for number, answer in zip(numbers, answers, strict=True):
        assert_own_answer(number, answer)


async def thousand(tools: Sequence[Tool]) -> None:
    numbers = [range(first, first + CALLS) for first in range(0, THOUSAND, CALLS)]
    await asyncio.gather(*(converse(tools, of_one) for of_one in numbers))


def tools_for(folder: Path, address: str) -> list[Tool]:
    answering, hanging = folder / "answering", folder / "hanging"
    answering.mkdir()
    hanging.mkdir()
    relay(answering, address)
    basics(answering, address, ("ok", *FAULTS[:-1]))
    basics(hanging, address, ("hang",))
    return [
        *load_tools(answering, limits=PATIENT, allow_private_hosts=True),
        *load_tools(hanging, limits=HASTY, allow_private_hosts=True),
    ]


def test_none_is_lost_none_is_crossed_and_nothing_is_left(
    tmp_path: Path, run: Run, unlogged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine, what is stopped has time to close its connection.
    monkeypatch.setattr("flake8_incall.runtime.calls._CLOSING", 60.0)

    async def test() -> None:
        async with running_service() as service:
            tools = tools_for(tmp_path, service.address)
            first, second = [await blocks_after(thousand(tools)) for _ in range(2)]
            # What hangs may be stopped before it is sent.
            assert service.asked >= 2 * sum(behaviour(number) != "hang" for number in range(THOUSAND))
        # A little is LiveKit's, for each session; if calls left anything, it would be more than one block for each.
        assert second - first < THOUSAND

    run(test())


async def blocks_after(work: Coroutine[Any, Any, None]) -> int:
    """The blocks of memory that Python has in use when something was done."""
    await work
    gc.collect()
    return sys.getallocatedblocks()


@pytest.fixture
def unlogged() -> Iterator[None]:
    """pytest keeps no log records, which would count as memory."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
