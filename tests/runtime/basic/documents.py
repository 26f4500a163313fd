"""Basic functions for the tests, and calls of them as LiveKit makes them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from livekit.agents import RunContext
from livekit.agents.llm import FunctionCall, RawFunctionTool
from livekit.agents.llm.utils import prepare_function_arguments

from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.basic.document import BasicFunction
from flake8_incall.runtime.basic.tool import basic_tool
from flake8_incall.runtime.limits import Limits

CALL_ID = "call_7"


def basic(url: str, method: str = "GET", headers: dict[str, str] | None = None, **parameters: str) -> BasicFunction:
    """A basic function; parameters are given as their types, `__` in their names stands for `-`."""
    return BasicFunction.model_validate(
        {
            "name": "check_stock",
            "description": "Call this when the caller asks whether something is in stock",
            "api": url,
            "method": method,
            "headers": headers or {},
            "parameters": [
                {"key_name": key.replace("__", "-"), "type": kind, "description": f"What the caller says of {key}"}
                for key, kind in (parameters or {"sku": "string"}).items()
            ],
        }
    )


def tool_of(
    function: BasicFunction,
    http: Http | None = None,
    secrets: dict[str, str] | None = None,
    limits: Limits | None = None,
) -> RawFunctionTool[Any, Any]:
    """The tool, with loopback addresses allowed unless a client says otherwise."""
    return basic_tool(
        function, http=http or Http(allow_private_hosts=True), secrets=secrets or {}, limits=limits or Limits()
    )


def context(name: str, arguments: str = "{}") -> RunContext[Any]:
    """The context of a call outside a session."""
    session: Any = SimpleNamespace(_global_run_state=None)
    speech: Any = SimpleNamespace(num_steps=1)
    made = FunctionCall(call_id=CALL_ID, name=name, arguments=arguments)
    return RunContext(session=session, speech_handle=speech, function_call=made)


async def call(tool: RawFunctionTool[Any, Any], **arguments: object) -> Any:
    """What the model gets: arguments go in as JSON text, and the result comes out as such."""
    return await call_within(context(tool.id), tool, arguments)


async def call_within(of: RunContext[Any], tool: RawFunctionTool[Any, Any], arguments: dict[str, object]) -> Any:
    """The same with a given context."""
    args, kwargs = prepare_function_arguments(fnc=tool, json_arguments=json.dumps(arguments), call_ctx=of)
    return json.loads(str(await tool(*args, **kwargs)))
