"""A cancelled call cancels its function and its HTTP request: the service sees its client go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import RunContext, function_tool
from livekit.agents.llm import FunctionTool, RawFunctionTool, Tool, ToolFlag
from livekit.agents.voice.tool_executor import cancel_task

from flake8_incall.runtime import InCallToolset, Limits, load_tools
from tests.session.conftest import Run
from tests.session.functions import basic, weather
from tests.session.model import conversation
from tests.session.service import Service, running_service

Made = Callable[[Path, str, str], Path]
Call = tuple[str, dict[str, Any]]
KINDS = [
    pytest.param(weather, ("get_weather", {"city": "पुणे"}), id="advanced"),
    pytest.param(basic, ("order_status", {"order_number": "7"}), id="basic"),
]


@pytest.mark.parametrize(("made", "call"), KINDS)
def test_the_model_cancels_a_call(made: Made, call: Call, tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(made(tmp_path, service.address, "hang"), allow_private_hosts=True)
            async with conversation([*map(cancellable, tools), canceller(service)]) as talk:
                await talk.say([call, ("cancel_the_first", {})])
                await service.left.wait()
                # The session goes on, and so does the function.
                refused = await talk.call(call[0], **dict.fromkeys(call[1], " "))
                assert refused.result["status"] == "error"

    run(test())


@pytest.mark.parametrize(("made", "call"), KINDS)
def test_closing_the_session_waits_no_longer_than_the_deadline(
    made: Made, call: Call, tmp_path: Path, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """LiveKit waits for the tools that run when a session is closed, however long they take."""

    async def test() -> None:
        async with running_service() as service:
            path = made(tmp_path, service.address, "hang")
            toolset = InCallToolset(path, id="tools", limits=Limits(deadline=0.5), allow_private_hosts=True)
            async with conversation([toolset]) as talk:
                said = asyncio.create_task(talk.say([call]))
                await service.arrived.wait()
            await service.left.wait()
            await asyncio.wait([said])

    run(test())
    assert is_ended_by_the_deadline(caplog)


@pytest.mark.parametrize(("made", "call"), KINDS)
def test_a_caller_who_interrupts_is_answered_and_the_call_ends_by_its_deadline(
    made: Made, call: Call, tmp_path: Path, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """LiveKit does not cancel a tool when the caller interrupts."""

    async def test() -> None:
        async with running_service() as service:
            path = made(tmp_path, service.address, "hang")
            tools = load_tools(path, limits=Limits(deadline=0.5), allow_private_hosts=True)
            async with conversation(tools) as talk:
                said = asyncio.create_task(talk.say([call]))
                await service.arrived.wait()
                await talk.session.interrupt()
                await service.left.wait()
                await asyncio.wait([said])
                answer = await talk.call(call[0], **dict.fromkeys(call[1], " "))
            assert answer.result["status"] == "error"

    run(test())
    assert is_ended_by_the_deadline(caplog)


@pytest.mark.parametrize(("made", "call"), KINDS)
def test_livekit_cancels_the_task_of_a_call(made: Made, call: Call, tmp_path: Path, run: Run) -> None:
    """As it does with what is still running when an agent ends."""

    async def test() -> None:
        async with running_service() as service:
            [tool] = load_tools(made(tmp_path, service.address, "hang"), allow_private_hosts=True)
            async with conversation([tool]) as talk:
                said = asyncio.create_task(talk.say([call]))
                await service.arrived.wait()
                [task] = [task for task in asyncio.all_tasks() if task.get_name() == f"tool_exec_{call[0]}"]
                task.cancel()
                await service.left.wait()
                await asyncio.wait([said])

    run(test())


def is_ended_by_the_deadline(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether a call was not ended by its client's own, later timeout. That of a basic function is the deadline."""
    ends = ("was stopped at its deadline of 0.5 s", "no answer in time")
    return any(end in message for end in ends for message in caplog.messages)


def cancellable(tool: Any) -> Tool:
    """A tool that LiveKit may cancel, as its author would say with `flags=`."""
    assert isinstance(tool, FunctionTool | RawFunctionTool)
    tool.info.flags |= ToolFlag.CANCELLABLE
    return tool


def canceller(service: Service) -> Tool:
    """A tool that has LiveKit cancel the first call of the turn when its request has come."""

    @function_tool
    async def cancel_the_first(ctx: RunContext[Any]) -> str:
        """Cancel the first call."""
        await service.arrived.wait()
        return await cancel_task(ctx, ctx.function_call.call_id.removesuffix("1") + "0")

    return cancel_the_first
