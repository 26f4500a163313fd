"""A basic function as a LiveKit tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livekit.agents import RunContext
from livekit.agents.llm import RawFunctionTool, function_tool

from flake8_incall.runtime.basic import answers
from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.basic.document import BasicFunction
from flake8_incall.runtime.basic.exchange import exchange
from flake8_incall.runtime.basic.request import ArgumentsError, build_request, check_secrets, values_of
from flake8_incall.runtime.calls import wrap
from flake8_incall.runtime.filler import speaking
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.outcomes import Call
from flake8_incall.runtime.results import Result, error_result


def basic_tool(
    function: BasicFunction, *, http: Http, secrets: Mapping[str, str], limits: Limits
) -> RawFunctionTool[Any, Any]:
    """Make the tool. It is called with what the model sends, and answers with a contract result.

    Args:
        function: What to call, and when.
        http: The client that all basic functions share.
        secrets: What `x_secrets.NAME` in a header stands for. Read anew for each call.
        limits: Of each call.

    Raises:
        ValueError: A secret that a header needs is not among them, or cannot be sent. The text does not show it.
    """
    check_secrets(function, secrets)

    # By session and values: what is sent and not answered yet.
    under_way: set[tuple[int, str]] = set()

    async def call(context: RunContext[Any], raw_arguments: dict[str, object]) -> Result:
        try:
            values = values_of(function, raw_arguments)
        except ArgumentsError as refusal:
            return error_result(str(refusal))
        this = (id(context.session), str(values))
        if function.method != "GET" and this in under_way:
            # A model that was interrupted asks for the same again, and would book twice.
            return error_result(answers.UNDER_WAY)
        under_way.add(this)
        try:
            client = http.client()
            call_id = context.function_call.call_id
            request = build_request(client, function, values, secrets, call_id=call_id, timeout=limits.deadline)
            return await exchange(client, request, Call(call, (context,), {}), limits)
        finally:
            under_way.discard(this)

    call.__name__ = call.__qualname__ = function.name
    spoken = speaking(call, function.filler_phrases, dynamic=function.filler_kind == "dynamic")
    return function_tool(wrap(spoken, limits), raw_schema=raw_schema(function))


def raw_schema(function: BasicFunction) -> dict[str, Any]:
    """What the model is told of a basic function: name, description and the JSON Schema of its arguments."""
    properties = {
        parameter.name: {"type": parameter.type, "description": parameter.description}
        for parameter in function.parameters
    }
    return {
        "name": function.name,
        "description": function.description,
        "parameters": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }
