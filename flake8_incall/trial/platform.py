"""What stands in for the platform's own functions where there is no platform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_Tell = Callable[[str], None]

_SENT = {"status": "success", "message": "This stands in for an email that was sent."}
_WRITTEN = "This stands in for what a model would answer."
_DONE = {"status": "success"}


def stand_ins(tell: _Tell) -> dict[str, object]:
    """The platform's own functions by name: each tells what it was called with, and answers as if all went well.

    Those that leave the process are awaited, as on the platform.

    Args:
        tell: Is given a line for each call.
    """
    return {
        "send_email": _awaited(_told("send_email", lambda *_, **__: dict(_SENT), tell)),
        "custom_llm_completion": _awaited(_told("custom_llm_completion", lambda *_, **__: _WRITTEN, tell)),
        "call_mcp_tool": _awaited(_told("call_mcp_tool", lambda *_, **__: dict(_DONE), tell)),
        "get_local_time": _told("get_local_time", lambda time="", *_, **__: str(time), tell),
        "check_functions_called": _told("check_functions_called", lambda *_, **__: False, tell),
    }


def _told(name: str, answer: Callable[..., object], tell: _Tell) -> Callable[..., object]:
    def call(*args: Any, **keywords: Any) -> object:
        answered = answer(*args, **keywords)
        given = [*map(repr, args), *(f"{key}={value!r}" for key, value in keywords.items())]
        tell(f"`{name}({', '.join(given)})` is stood in for and answers {answered!r}")
        return answered

    call.__name__ = call.__qualname__ = name
    return call


def _awaited(call: Callable[..., object]) -> Callable[..., object]:
    async def awaited(*args: Any, **keywords: Any) -> object:
        return call(*args, **keywords)

    awaited.__name__ = awaited.__qualname__ = call.__name__
    return awaited
