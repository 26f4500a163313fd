"""How a call ended, and the result that comes of it."""

from __future__ import annotations

import asyncio
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.results import Result, contract_result, error_result, logger, shape

FAILED = (
    "This could not be done because of a technical fault. Tell the caller so; calling again right away will not help."
)
STOPPED = (
    "This took longer than {deadline:g} seconds and was stopped. It may have taken effect all the same: "
    "tell the caller, and do not try again unless the caller asks for it."
)

# Where LiveKit keeps with a task which call it is. Not public: without it, a log line lacks the id.
_TASK_INFORMATION = "__livekit_agents_activity_task"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    Attributes:
        value: What the function handed back.
        error: What it raised.
        is_stopped: Whether it was stopped at the deadline.
    """

    value: Any = None
    error: BaseException | None = None
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Which call it is, for the log.

    Attributes:
        function: What was called.
        args: Its arguments by place.
        kwargs: Its arguments by name.
    """

    function: Callable[..., object]
    args: tuple[object, ...]
    kwargs: Mapping[str, object]

    def __str__(self) -> str:
        return f"`{self.tool}` (call {self.identity})" if self.identity else f"`{self.tool}`"

    @property
    def tool(self) -> str:
        """The name of the function."""
        return str(getattr(self.function, "__name__", "a function"))

    @property
    def identity(self) -> str | None:
        """LiveKit's id of the call: from its context, or from its task where the function is not handed one."""
        of_task = getattr(asyncio.current_task(), _TASK_INFORMATION, None)
        for value in (*self.args, *self.kwargs.values(), of_task):
            identity = getattr(getattr(value, "function_call", None), "call_id", None)
            if isinstance(identity, str):
                return identity
        return None

    @property
    def extra(self) -> dict[str, str | None]:
        """What a log record says of it beside its text."""
        return {"tool": self.tool, "call_id": self.identity}


def contract_outcome(outcome: Outcome, limits: Limits, call: Call) -> Result:
    """The result that keeps the contract, whatever the outcome; the log has what the model is not told."""
    if outcome.is_stopped:
        logger.error("%s was stopped at its deadline of %g s", str(call), limits.deadline, extra=call.extra)
        return error_result(STOPPED.format(deadline=limits.deadline))
    if outcome.error is not None:
        return _failure(outcome.error, call)
    if type(outcome.value) is types.CoroutineType:
        # Nobody will await it any more.
        outcome.value.close()
    return contract_result(outcome.value, limits, call=call)


def _failure(error: BaseException, call: Call) -> Result:
    said = _said_to_the_model(error)
    if said:
        logger.warning("%s raised ToolError", str(call), extra=call.extra)
        return error_result(said)
    logger.error("%s raised %s", str(call), shape(error), exc_info=error, extra=call.extra)
    return error_result(FAILED)


def _said_to_the_model(error: BaseException) -> str | None:
    """The text of LiveKit's `ToolError`, which is written for the model."""
    # Who raised one has imported LiveKit.
    module: Any = sys.modules.get("livekit.agents")
    if module is None or not isinstance(error, module.ToolError):
        return None
    text = error.args[0] if error.args else None
    return text if type(text) is str else None
