"""Calls functions the way LiveKit calls them, and gives back what the model is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

from livekit.agents import RunContext, function_tool
from livekit.agents.llm import FunctionCall, FunctionToolCall, Tool, ToolContext
from livekit.agents.llm.utils import execute_function_call

from flake8_incall.options import Profile
from flake8_incall.runtime import Limits, wrap

T = TypeVar("T")

# Far above what any test needs: what hangs fails, and does not hold up the others.
_PATIENCE = 60.0


class StandIn(RunContext[Any]):
    """The context of a call outside of a session."""

    def __init__(self, name: str) -> None:
        self._updates = []
        self._filler_schedulers = []
        self._function_call = FunctionCall(call_id="call-1", name=name, arguments="{}")


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Run async work to its end, and see that it leaves no task behind."""

    async def whole() -> T:
        async with asyncio.timeout(_PATIENCE):
            result = await work()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return result

    return asyncio.run(whole())


async def told(tool: Tool, arguments: str | dict[str, Any]) -> str:
    """What the model is told when it calls a tool."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = FunctionToolCall(call_id="call-1", name=tool.id, arguments=text)
    result = await execute_function_call(call, ToolContext([tool]), call_ctx=StandIn(tool.id))
    return result.fnc_call_out.output


async def told_by(
    function: Callable[..., Any],
    arguments: str | dict[str, Any] = "{}",
    limits: Limits | None = None,
    profile: Profile = "contract",
) -> str:
    """What the model is told when it calls a function that was wrapped."""
    tool: Tool = function_tool(wrap(function, limits or Limits(), profile=profile))
    return await told(tool, arguments)


def strict_json(text: str) -> Any:
    """The value of a JSON text; NaN and infinity are no JSON."""

    def refuse(word: str) -> NoReturn:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def contract(text: str) -> dict[str, Any]:
    """A result, checked against what the contract asks of every result."""
    result = strict_json(text)
    assert isinstance(result, dict)
    assert result["status"] in ("success", "error")
    if result["status"] == "error":
        assert isinstance(result["message"], str)
        assert result["message"].strip()
    text.encode()
    return result
