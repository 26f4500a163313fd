"""What stands in for the `RunContext` of a call where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from livekit.agents import RunContext
from livekit.agents.llm import FunctionCall


class NoCallError(Exception):
    """The function wants something of the call, and there is no call."""


class StandInContext(RunContext[dict[str, Any]]):
    """Has `userdata` and the function call; what is said goes to `tell`; all else says that there is no call.

    Args:
        call: The function call.
        tell: Is given a line for each thing that a caller would hear or a model would read meanwhile.
    """

    def __init__(self, call: FunctionCall, tell: Callable[[str], None]) -> None:
        # Not RunContext's own, which wants a session under way.
        self._function_call = call
        self._session: Any = _StandInSession(tell)
        self._tell = tell
        self._executor = None

    @property
    def speech_handle(self) -> NoReturn:
        """There is no speech."""
        _refuse("ctx.speech_handle", self._tell)

    def disallow_interruptions(self) -> None:
        """Nobody interrupts here."""

    async def wait_for_playout(self) -> None:
        """Nothing is playing."""

    @asynccontextmanager
    async def with_filler(self, source: Any, **_: Any) -> AsyncIterator[None]:
        """Tell that something may be said meanwhile."""
        words = repr(source) if isinstance(source, str) else "the function's phrases"
        self._tell(f"if it takes long, the caller hears {words}")
        yield

    def foreground(self) -> NoReturn:
        """There is no floor to hold."""
        _refuse("ctx.foreground", self._tell)

    async def update(self, message: Any, **_: Any) -> None:
        """Tell what the model would be told."""
        self._tell(f"the model is told {message!r}")


class _StandInSession:
    """A session that has `userdata` and can say things."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.userdata: dict[str, Any] = {}
        self._tell = tell

    def say(self, text: object, **_: Any) -> _Said:
        self._tell(f"the caller hears {text!r}")
        return _Said()

    def __getattr__(self, name: str) -> NoReturn:
        _refuse(f"ctx.session.{name}", self._tell)


class _Said:
    """Something that was said, for who waits for its end."""

    async def wait_for_playout(self) -> None:
        """It is over."""

    def __await__(self) -> Any:
        return self.wait_for_playout().__await__()


def _refuse(what: str, tell: Callable[[str], None]) -> NoReturn:
    reason = f"`{what}` belongs to a call, and this is none: only `ctx.userdata` and `ctx.session.say` are stood in for"
    tell(reason)
    raise NoCallError(reason)
