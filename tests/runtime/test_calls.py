"""The call: its deadline, its end from outside, and what the log says of it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import os
import subprocess
import sys
import textwrap
import time
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import Agent
from livekit.agents.llm import FunctionCall
from livekit.agents.voice.agent import _set_activity_task_info

from flake8_incall.runtime import Limits, wrap
from flake8_incall.runtime.results import logger
from tests.runtime.calling import run

SHORT = Limits(deadline=0.02)


class Context:
    """Stands in for LiveKit's context as far as the log asks it."""

    function_call = FunctionCall(call_id="call-42", name="book", arguments="{}")


# Far above every deadline: what nothing stops ends all the same, with an exception, and its test fails.
UNSTOPPED = 5.0


async def hangs() -> dict[str, Any]:
    async with asyncio.timeout(UNSTOPPED):
        await asyncio.get_running_loop().create_future()
    return {"status": "success"}


def test_past_the_deadline_the_function_is_cancelled_and_the_model_is_told() -> None:
    ends = []

    async def look_up() -> dict[str, Any]:
        try:
            return await hangs()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    result = run(wrap(look_up, SHORT))
    assert ends == ["cancelled"]
    assert result["status"] == "error"
    assert "longer than 0.02 seconds" in result["message"]


def test_a_function_has_time_to_close_what_it_opened() -> None:
    closed = []

    async def look_up() -> dict[str, Any]:
        try:
            return await hangs()
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    assert "was stopped" in run(wrap(look_up, SHORT))["message"]
    assert closed == [True]


def test_a_function_has_that_time_also_where_the_event_loop_was_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    async def opens() -> dict[str, Any]:
        # All timers of the call are overdue when the event loop goes on.
        asyncio.get_running_loop().call_soon(time.sleep, 0.1)
        try:
            return await hangs()
        finally:
            await asyncio.sleep(0)
            closed.append("the connection")

    monkeypatch.setattr("flake8_incall.runtime.calls._CLOSING", 0.05)
    assert "was stopped" in run(wrap(opens, Limits(deadline=0.01)))["message"]
    assert closed == ["the connection"]


def test_a_result_past_the_deadline_comes_too_late() -> None:
    async def look_up() -> dict[str, Any]:
        try:
            return await hangs()
        except asyncio.CancelledError:
            return {"status": "success"}

    assert "was stopped" in run(wrap(look_up, SHORT))["message"]


def test_a_function_that_refuses_to_end_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    async def look_up() -> dict[str, Any]:
        for _ in range(10):
            with contextlib.suppress(BaseException):
                await hangs()
        return {"status": "success"}

    assert "was stopped" in run(wrap(look_up, SHORT))["message"]
    assert "does not end" in caplog.text


def test_a_timeout_of_the_function_itself_is_an_exception_like_any() -> None:
    async def look_up() -> dict[str, Any]:
        async with asyncio.timeout(0):
            return await hangs()

    assert "technical fault" in run(wrap(look_up))["message"]


def test_a_cancelled_call_cancels_the_function() -> None:
    ends = []

    async def look_up() -> dict[str, Any]:
        try:
            return await hangs()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async def work() -> None:
        task = asyncio.create_task(wrap(look_up)())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(work)
    assert ends == ["cancelled"]


def test_a_call_that_is_closed_closes_the_function() -> None:
    ends = []

    async def look_up() -> dict[str, Any]:
        try:
            await Once()
        finally:
            ends.append("closed")
        return {}

    async def work() -> None:
        call = wrap(look_up)()
        call.send(None)
        call.close()

    run(work)
    assert ends == ["closed"]


class Once:
    """Waits for one turn of the event loop."""

    def __await__(self) -> Any:
        yield


def test_a_function_runs_in_the_task_of_its_call() -> None:
    async def look_up() -> dict[str, Any]:
        task = asyncio.current_task()
        return {"status": "success", "task": task.get_name() if task else ""}

    async def work() -> Any:
        return await asyncio.create_task(wrap(look_up)(), name="func_exec_look_up")

    assert run(work)["task"] == "func_exec_look_up"


def test_calls_side_by_side_do_not_meet() -> None:
    async def echo(number: int) -> dict[str, Any]:
        await asyncio.sleep(0)
        if number % 3 == 0:
            raise ValueError(number)
        if number % 3 == 1:
            await hangs()
        return {"status": "success", "number": number}

    call = wrap(echo, SHORT)

    async def work() -> Any:
        return await asyncio.gather(*(call(number) for number in range(300)))

    results = run(work)
    assert [result.get("number") for result in results] == [n if n % 3 == 2 else None for n in range(300)]
    assert ["was stopped" in result.get("message", "") for result in results] == [n % 3 == 1 for n in range(300)]


def test_nothing_of_a_call_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest keeps what is logged.
    monkeypatch.setattr(logger, "disabled", True)

    class Marker:
        pass

    async def look_up(marker: Any) -> dict[str, Any]:
        if marker:
            raise ValueError
        return {"status": "success"}

    call = wrap(look_up)

    async def work() -> None:
        for _ in range(20):
            await call(Marker())

    run(work)
    gc.collect()
    assert [held for held in gc.get_objects() if type(held) is Marker] == []


def test_the_log_has_the_traceback_the_tool_and_the_call(caplog: pytest.LogCaptureFixture) -> None:
    async def book(context: Any) -> dict[str, Any]:
        raise ConnectionError("db-7.internal refused")

    result = run(lambda: wrap(book)(Context()))
    assert "internal" not in str(result)
    (record,) = caplog.records
    assert record.name == "flake8_incall.runtime"
    assert record.levelno == logging.ERROR
    assert record.getMessage() == "`book` (call call-42) raised ConnectionError"
    assert (record.__dict__["tool"], record.__dict__["call_id"]) == ("book", "call-42")
    assert "db-7.internal refused" in caplog.text
    assert 'raise ConnectionError("db-7.internal refused")' in caplog.text


def test_the_log_says_which_call_had_no_result(caplog: pytest.LogCaptureFixture) -> None:
    async def book(context: Any) -> Any:
        return None

    run(lambda: wrap(book)(Context()))
    (record,) = caplog.records
    assert record.getMessage() == "`book` (call call-42) returned what is no result: None in place of a dict"
    assert (record.__dict__["tool"], record.__dict__["call_id"]) == ("book", "call-42")


def test_the_log_names_the_call_of_a_function_without_context(caplog: pytest.LogCaptureFixture) -> None:
    async def book() -> dict[str, Any]:
        raise ValueError

    async def work() -> None:
        task = asyncio.current_task()
        assert task
        _set_activity_task_info(task, function_call=Context.function_call)
        await wrap(book)()

    run(work)
    assert "`book` (call call-42) raised ValueError" in caplog.text


@pytest.mark.parametrize("ending", ["raise SystemExit(3)", "raise KeyboardInterrupt", "import sys; sys.exit(3)"])
def test_a_function_does_not_end_the_process(ending: str) -> None:
    names: dict[str, Any] = {}
    exec(f"async def look_up():\n    {ending}", names)

    async def work() -> Any:
        return await asyncio.create_task(wrap(names["look_up"])())

    assert run(work)["status"] == "error"


WORKER = """
    import asyncio, os, signal, sys
    from flake8_incall.runtime import wrap

    async def look_up():
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1_000_000):
            pass
        return {{"status": "success"}}

    class Exit(SystemExit):
        pass

    def handle(number, frame):
        raise Exit

    # A shell starts background jobs with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    {handler}
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(wrap(look_up)())
    except {expected}:
        print("ended")
"""


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
@pytest.mark.parametrize(
    ("handler", "expected"), [("", "KeyboardInterrupt"), ("signal.signal(signal.SIGINT, handle)", "Exit")]
)
def test_a_signal_does_end_the_process(handler: str, expected: str) -> None:
    code = textwrap.dedent(WORKER).format(handler=handler, expected=expected)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["ended"]


def test_the_signature_stays() -> None:
    async def book(seats: int, name: str = "Ravi") -> dict[str, Any]:
        """Call this when the caller books."""
        return {"status": "success", "seats": seats, "name": name}

    call = wrap(book)
    assert inspect.iscoroutinefunction(call)
    assert inspect.signature(call) == inspect.signature(book)
    assert (call.__name__, call.__doc__) == ("book", "Call this when the caller books.")
    assert run(lambda: call(2, name="Asha")) == {"status": "success", "seats": 2, "name": "Asha"}


def test_agents_are_handed_over_under_livekit() -> None:
    agent = Agent(instructions="Help with orders.")

    async def transfer() -> Any:
        return agent, "Putting you through."

    assert run(wrap(transfer, profile="livekit")) == (agent, "Putting you through.")
    assert run(wrap(transfer))["status"] == "error"


def test_wrap_itself_needs_neither_livekit_nor_pydantic() -> None:
    code = """
        import asyncio, sys
        from flake8_incall.runtime import wrap
        async def look_up(name: str) -> dict:
            return {"status": "success"}
        print(asyncio.run(wrap(look_up)("Asha")))
        print({"livekit", "pydantic"} & {name.partition(".")[0] for name in sys.modules})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ['{"status": "success"}', "set()"]


@pytest.mark.parametrize(
    "limit",
    [{"deadline": 0}, {"deadline": float("nan")}, {"deadline": "5"}, {"deadline": True}, {"max_result_bytes": -1}],
)
def test_a_limit_is_a_number_above_zero(limit: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="give a number above 0"):
        Limits(**limit)
