"""A cancelled call cancels its function and its HTTP request: the service sees its client go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents.llm import FunctionTool, RawFunctionTool, Tool, ToolFlag

from flake8_incall.runtime import InCallToolset, load_tools
from tests.session.conftest import Run
from tests.session.functions import basic, weather
from tests.session.model import Conversation, conversation
from tests.session.service import Service, running_service

Made = Callable[[Path, str, str], Path]
KINDS = [
    pytest.param(weather, ("get_weather", {"city": "पुणे"}), id="advanced"),
    pytest.param(basic, ("order_status", {"order_number": "7"}), id="basic"),
]
# The tool by which LiveKit lets a model cancel another tool's call.
CANCEL = "lk_agents_cancel_task"


@pytest.mark.parametrize(("made", "call"), KINDS)
def test_the_model_cancels_a_call(made: Made, call: tuple[str, dict[str, Any]], tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(made(tmp_path, service.address, "hang"), allow_private_hosts=True)
            async with conversation([cancellable(tool) for tool in tools]) as talk:
                under_way = await started(talk, call, service)
                await talk.cancel_running()
                await within(service.left.wait())
                await within(under_way)
                # The session goes on.
                assert talk.session.current_agent.chat_ctx.items

    run(test())


@pytest.mark.parametrize(("made", "call"), KINDS)
def test_the_session_is_closed_during_a_call(
    made: Made, call: tuple[str, dict[str, Any]], tmp_path: Path, run: Run
) -> None:
    async def test() -> None:
        async with running_service() as service:
            toolset = InCallToolset(
                made(tmp_path, service.address, "hang"), id="shop", allow_private_hosts=True
            )
            async with conversation([toolset]) as talk:
                under_way = await started(talk, call, service)
                await within(talk.session.aclose())
            await within(service.left.wait())
            under_way.cancel()

    run(test())
