"""What is said while a function runs, through LiveKit's own fillers."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from livekit.agents import RunContext
from livekit.agents.voice import SpeechHandle

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

# Nobody misses a word in the first half second, and a quick answer needs none before it.
_DELAY = 0.5
_PAUSE = 4.0


def speaking(
    function: Callable[Arguments, Awaitable[Answer]], phrases: Sequence[str], *, dynamic: bool = False
) -> Callable[Arguments, Awaitable[Answer]]:
    """A function during which the agent speaks: the `msg_while_executing` of a function document.

    The first phrase is said when the function has run for half a second and nobody speaks, the next ones, in their
    order, after a pause each. When the function ends, what was not begun is not said.

    Args:
        function: An async function; without a `RunContext` among its arguments, nothing is said.
        phrases: What is said. Without any, the function is handed back as it is.
        dynamic: The model words what is said: something like the phrases, in the language of the conversation. It
            is asked each time, which costs a turn of the model.
    """
    said = [phrase for phrase in phrases if phrase.strip()]
    if not said:
        return function

    @functools.wraps(function)
    async def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        context = next((value for value in (*args, *kwargs.values()) if isinstance(value, RunContext)), None)
        if context is None:
            return await function(*args, **kwargs)
        source = _worded(context, said) if dynamic else said.__getitem__
        async with context.with_filler(source, delay=_DELAY, interval=_PAUSE, max_steps=len(said)):
            return await function(*args, **kwargs)

    return run


def _worded(context: RunContext[Any], phrases: Sequence[str]) -> Callable[[int], SpeechHandle]:
    def say(step: int) -> SpeechHandle:
        wish = (
            "While the caller waits, say one short sentence in the language of the conversation, and nothing about "
            f"the outcome, which is not known yet. Say something like: {phrases[step]}"
        )
        return context.session.generate_reply(instructions=wish, tool_choice="none")

    return say
