"""The call of a tool, from its arguments to its result, as LiveKit makes it in a session."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from livekit.agents.llm import FunctionCall, FunctionTool, RawFunctionTool, StopResponse, ToolContext, ToolError
from livekit.agents.llm.utils import prepare_function_arguments
from pydantic import ValidationError

from flake8_incall.options import OptionError
from flake8_incall.runtime.arguments import Refused
from flake8_incall.trial.context import StandInContext
from flake8_incall.trial.requests import Exchange, recorded

AnyTool = FunctionTool[..., Any] | RawFunctionTool[..., Any]


@dataclass
class Trial:
    """What a call came to.

    Attributes:
        arguments: What the function was called with, after LiveKit's validation.
        result: What the model would get: a result, or with the profile `livekit` anything.
        is_error: Whether that is an error.
        seconds: How long it took.
        exchanges: The HTTP requests, by their beginning.
        told: What a caller would hear and a model would read meanwhile, and what is stood in for, a line each.
    """

    arguments: Mapping[str, Any]
    result: Any = None
    is_error: bool = False
    seconds: float = 0.0
    exchanges: list[Exchange] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def schema_of(tool: AnyTool) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments, as the model is sent it."""
    [sent] = ToolContext([tool]).parse_function_tools("openai", strict=False)
    schema: dict[str, Any] = sent["function"]["parameters"]
    return schema


def attempt(tool: AnyTool, arguments: dict[str, Any], told: list[str]) -> Trial:
    """Call a tool once.

    Args:
        tool: The tool.
        arguments: What the model would send.
        told: Is added to, and becomes that of the trial.

    Raises:
        OptionError: LiveKit's validation refuses the arguments.
    """
    call = FunctionCall(call_id="trial", name=tool.id, arguments=json.dumps(arguments))
    trial = Trial(arguments, told=told)
    context = StandInContext(call, trial.told.append)
    args, kwargs = _validated(tool, arguments, context)
    trial.arguments = _shown(tool, args, kwargs, arguments)
    asyncio.run(_called(tool, args, kwargs, trial))
    return trial


async def _called(tool: AnyTool, args: tuple[Any, ...], kwargs: dict[str, Any], trial: Trial) -> None:
    began = time.perf_counter()
    try:
        with recorded(trial.exchanges.append):
            trial.result = await tool(*args, **kwargs)
    except ToolError as error:
        trial.result, trial.is_error = error.message, True
    except StopResponse:
        trial.told.append("the model is asked for no reply (StopResponse)")
    trial.seconds = time.perf_counter() - began
    if isinstance(trial.result, dict):
        trial.is_error = trial.result.get("status") == "error"


def _validated(
    tool: AnyTool, arguments: dict[str, Any], context: StandInContext
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    log = logging.getLogger("livekit.agents")
    was_disabled, log.disabled = log.disabled, True
    try:
        return prepare_function_arguments(fnc=tool, json_arguments=arguments, call_ctx=context)
    except ToolError as error:
        raise OptionError(f"`{tool.id}` does not take these arguments: {_faults(error)}") from error
    finally:
        log.disabled = was_disabled


def _faults(error: ToolError) -> str:
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return " ".join(error.message.split())
    faults = (f"`{'.'.join(map(str, fault['loc']))}`: {fault['msg']}" for fault in cause.errors())
    return "; ".join(faults)


def _shown(tool: AnyTool, args: tuple[Any, ...], kwargs: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """The arguments that the function gets, without its context."""
    if isinstance(tool, RawFunctionTool):
        return sent
    bound = inspect.signature(tool).bind(*args, **kwargs)
    return {
        # What the runtime will refuse is shown as it was given.
        name: sent[name] if isinstance(value, Refused) else value
        for name, value in bound.arguments.items()
        if not isinstance(value, StandInContext)
    }
