"""The call: whatever a function does, a result comes of it before the deadline is long past."""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
import types
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any, ParamSpec

from flake8_incall.options import Profile
from flake8_incall.runtime.arguments import Arguments, own_annotations
from flake8_incall.runtime.demands import check_settings
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.outcomes import Call, Outcome, contract_outcome
from flake8_incall.runtime.results import error_result, logger
from flake8_incall.runtime.signals import is_from_signal

P = ParamSpec("P")

# Seconds for what a function does after it was cancelled, such as closing a connection.
_CLOSING = 0.5
_DEFAULT = Limits()
_stubborn: list[Coroutine[Any, Any, object]] = []


def wrap(
    function: Callable[P, object], limits: Limits = _DEFAULT, *, profile: Profile = "contract"
) -> Callable[P, Coroutine[Any, Any, Any]]:
    """Make a function one that always answers: with a result that keeps the contract, in time.

    What it raises becomes an error result that says nothing of the inside; the log has the traceback. A cancelled call
    cancels the function. What the function starts as tasks of its own is not looked after.

    Args:
        function: An async function; one that is not async is called in the event loop.
        limits: What a call may take.
        profile: Under `livekit`, texts, `ToolError`, `StopResponse`, `ToolResult` and agents keep LiveKit's meaning.

    Returns:
        An async function with the same signature, whose results are of the class `Result`.

    Raises:
        TypeError: The limits are no `Limits`.
        OptionError: There is no such profile.
    """
    check_settings(limits=limits, profile=profile)
    arguments = Arguments(function)
    finish = _livekit_outcome() if profile == "livekit" else contract_outcome

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        refusal = arguments.refusal(args, kwargs)
        if refusal:
            return error_result(refusal)
        outcome = await _run(_called(function, args, kwargs), limits)
        return finish(outcome, limits, Call(function, args, kwargs))

    if arguments.annotations:
        _annotate(call, {**own_annotations(function), **arguments.annotations})
    return call


def _annotate(function: Any, annotations: dict[str, Any]) -> None:
    function.__annotations__ = annotations
    if sys.version_info >= (3, 14):
        # Copies are made from this one there, and setting the other drops it.
        function.__annotate__ = lambda _format: dict(annotations)


def _livekit_outcome() -> Callable[[Outcome, Limits, Call], Any]:
    from flake8_incall.runtime.livekit_results import livekit_outcome

    return livekit_outcome


async def _called(function: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
    value = function(*args, **kwargs)
    return await value if inspect.isawaitable(value) else value


async def _run(coroutine: Coroutine[Any, Any, object], limits: Limits) -> Outcome:
    """Await a coroutine until the deadline.

    Raises:
        CancelledError: The call itself was cancelled.
    """
    task = asyncio.current_task()
    cancelled_before = task.cancelling() if task else 0
    try:
        async with asyncio.timeout(None) as end, asyncio.timeout(limits.deadline) as deadline:
            outcome = await _drive(coroutine, deadline, end)
    except TimeoutError:
        return Outcome(is_stopped=True)
    except asyncio.CancelledError as error:
        if task is None or task.cancelling() > cancelled_before:
            raise
        # Nobody cancelled the call: it was the function, or something that it waited for.
        return Outcome(error=error)
    return Outcome(is_stopped=True) if deadline.expired() else outcome


@types.coroutine
def _drive(
    coroutine: Coroutine[Any, Any, object], deadline: asyncio.Timeout, end: asyncio.Timeout
) -> Generator[Any, Any, Outcome]:
    """Await a coroutine in the running task, as `await` would, but let go of one that does not end when cancelled.

    No task of its own: what LiveKit and others keep by task is there for the function.
    """
    step: Callable[[], Any] = functools.partial(coroutine.send, None)
    while True:
        try:
            awaited = step()
        except StopIteration as done:
            return Outcome(done.value)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            if is_from_signal(error):
                raise
            return Outcome(error=error)
        try:
            yield awaited
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as error:
            if end.expired():
                _abandon(coroutine)
                raise
            _limit_closing(deadline, end)
            step = functools.partial(coroutine.throw, error)
        else:
            step = functools.partial(coroutine.send, None)


def _limit_closing(deadline: asyncio.Timeout, end: asyncio.Timeout) -> None:
    """Past the deadline, begin to count the time for closing: where the event loop was held up, that is long past."""
    if deadline.expired() and end.when() is None:
        end.reschedule(asyncio.get_running_loop().time() + _CLOSING)


def _abandon(coroutine: Coroutine[Any, Any, object]) -> None:
    try:
        coroutine.close()
    except Exception:
        logger.error("a function that was stopped does not end", exc_info=True)
        # The garbage collector would resume it once more, at any moment.
        _stubborn.append(coroutine)
