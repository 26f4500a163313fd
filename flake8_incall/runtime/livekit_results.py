"""Results under the `livekit` profile: what LiveKit gives a meaning of its own keeps it."""

from __future__ import annotations

from typing import Any

from livekit.agents import Agent, StopResponse, ToolError
from livekit.agents.llm import ToolResult

from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.outcomes import Call, Outcome, contract_outcome
from flake8_incall.runtime.results import (
    ResultError,
    check_size,
    error_result,
    json_text,
    logger,
    plain_object,
    plain_text,
    shape,
)


def livekit_outcome(outcome: Outcome, limits: Limits, call: Call) -> Any:
    """What LiveKit is handed: its own things as they are, texts as they are, dicts and lists as JSON.

    Raises:
        ToolError: The function raised it.
        StopResponse: The function raised it.
    """
    if isinstance(outcome.error, ToolError | StopResponse):
        raise outcome.error
    if outcome.error is not None or outcome.is_stopped:
        return contract_outcome(outcome, limits, call)
    try:
        return _result(outcome.value, limits)
    except ResultError as error:
        logger.error("%s returned what LiveKit does not take: %s", str(call), error.reason, extra=call.extra)
        return error_result(error.message)


def _result(value: Any, limits: Limits) -> Any:
    # What is asked is the type: an object may claim any `__class__`.
    kind = type(value)
    if value is None or issubclass(kind, Agent | ToolResult | ToolError | StopResponse):
        return value
    if issubclass(kind, list | tuple | set | frozenset) and any(issubclass(type(item), Agent) for item in value):
        return value
    if issubclass(kind, dict):
        return plain_object(value, limits)
    if issubclass(kind, list | tuple):
        # LiveKit would make a plain list of it, whose text is Python's.
        return json_text(value, limits)
    if issubclass(kind, str):
        text = plain_text(value)
        check_size(text, limits)
        return text
    if kind in (bool, int, float, complex, set, frozenset):
        return value
    raise ResultError(shape(value))
