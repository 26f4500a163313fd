"""Whatever a function returns or raises, LiveKit tells the model a result that keeps the contract."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("livekit.agents")

from livekit.agents import StopResponse, ToolError
from livekit.agents.llm import ToolResult

from flake8_incall.runtime import Limits
from tests.runtime.calling import contract, told_by

LIMITS = Limits(max_result_bytes=2_000)
# However slow the machine is.
SLOW = settings(suppress_health_check=[HealthCheck.too_slow])


class SilentError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Unknown(BaseException):
    pass


class Odd:
    """An object that has something against every question."""

    def __getattribute__(self, name: str) -> Any:
        raise Unknown

    def __str__(self) -> str:
        raise Unknown

    def __eq__(self, other: object) -> bool:
        raise Unknown

    __hash__ = None  # type: ignore[assignment]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


json_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
json_values = st.recursive(
    json_leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)
successes = st.dictionaries(st.text(), json_values, max_size=4).map(lambda held: {**held, "status": "success"})
errors = st.text().filter(str.strip).map(lambda message: {"status": "error", "message": message})

odd_leaves = (
    json_leaves
    | st.floats()
    | st.integers(min_value=2**900, max_value=2**1100)
    | st.text(st.characters(codec=None))
    | st.binary()
    | st.complex_numbers()
    | st.sampled_from([datetime.datetime(2026, 1, 1), decimal.Decimal("NaN"), object, print, Ellipsis, NotImplemented])
    | st.builds(Odd)
    | st.builds(ValueError, st.text())
    | st.builds(lambda: iter([1]))
    | st.builds(lambda size: "x" * size, st.integers(1_500, 3_000))
)
odd_values = st.recursive(
    odd_leaves,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.one_of(st.text(), st.integers(), st.none(), st.booleans()), inner)
    ),
    max_leaves=30,
)
statuses = st.sampled_from(["success", "error", "ok", "", None, True, 1]) | odd_values
odd_results = st.builds(
    lambda held, status, message: {**held, "status": status, "message": message},
    st.dictionaries(st.text(), odd_values, max_size=3),
    statuses,
    odd_values,
)


@st.composite
def knots(draw: st.DrawFn) -> Any:
    """A structure that contains itself somewhere."""
    value: Any = {"status": "success", "items": [draw(odd_values)]}
    inner = draw(st.sampled_from([value, value["items"]]))
    target = draw(st.sampled_from([value["items"], []]))
    target.append(inner)
    value["more"] = target
    return value


exceptions = st.sampled_from(
    [
        ValueError("tok-555"),
        SilentError("tok-555"),
        Unknown("tok-555"),
        SystemExit("tok-555"),
        KeyboardInterrupt("tok-555"),
        GeneratorExit("tok-555"),
        StopIteration("tok-555"),
        StopAsyncIteration("tok-555"),
        asyncio.CancelledError("tok-555"),
        TimeoutError("tok-555"),
        RecursionError("tok-555"),
        MemoryError("tok-555"),
        StopResponse(),
        UnicodeDecodeError("utf-8", b"tok-555", 0, 1, "no"),
        ExceptionGroup("tok-555", [ValueError("tok-555")]),
        BaseExceptionGroup("tok-555", [KeyboardInterrupt("tok-555"), SystemExit()]),
    ]
)


def returns(value: Any) -> Callable[..., Any]:
    async def look_up() -> dict:  # type: ignore[type-arg]
        return value  # type: ignore[no-any-return]

    return look_up


def raises(error: BaseException) -> Callable[..., Any]:
    async def look_up() -> dict:  # type: ignore[type-arg]
        raise error

    return look_up


@settings(SLOW, max_examples=60)
@given(st.one_of(successes, errors))
def test_a_contract_result_reaches_the_model_unchanged(runner: asyncio.Runner, value: dict[str, Any]) -> None:
    text = runner.run(told_by(returns(value), limits=Limits()))
    assert json.loads(text) == value
    assert text == json.dumps(value, ensure_ascii=False)


@settings(SLOW, max_examples=150)
@given(st.one_of(odd_values, odd_results, knots()))
def test_anything_that_is_returned_becomes_a_contract_result(runner: asyncio.Runner, value: Any) -> None:
    text = runner.run(told_by(returns(value), limits=LIMITS))
    contract(text)
    assert len(text.encode()) <= LIMITS.max_result_bytes


@settings(SLOW, max_examples=60)
@given(exceptions)
def test_anything_that_is_raised_becomes_an_error_result(runner: asyncio.Runner, error: BaseException) -> None:
    text = runner.run(told_by(raises(error)))
    assert contract(text)["status"] == "error"
    assert "tok-555" not in text


async def generates() -> Any:
    yield {"status": "success"}


def generates_at_once() -> Any:
    yield {"status": "success"}


async def forgets_to_await() -> Any:
    return asyncio.sleep(0)


def hands_back_a_future() -> Any:
    future = asyncio.get_running_loop().create_future()
    future.set_result({"status": "success", "from": "a future"})
    return future


def is_not_async() -> Any:
    return {"status": "success", "from": "a function"}


class Waits:
    def __await__(self) -> Any:
        yield
        return {"status": "success", "from": "an object"}


def hands_back_what_can_be_awaited() -> Any:
    return Waits()


async def takes_something(value: int) -> Any:
    return {"status": "success", "value": value}


def test_functions_of_any_kind_answer(runner: asyncio.Runner) -> None:
    answers = {
        function: contract(runner.run(told_by(function)))
        for function in (
            generates,
            generates_at_once,
            forgets_to_await,
            hands_back_a_future,
            is_not_async,
            hands_back_what_can_be_awaited,
        )
    }
    assert [answer.get("from") for answer in answers.values()] == [None] * 3 + ["a future", "a function", "an object"]
    assert answers[generates]["status"] == "error"


def test_hindi_reaches_the_model_as_it_was_written(runner: asyncio.Runner) -> None:
    text = runner.run(told_by(returns({"status": "error", "message": "स्टॉक में नहीं है"})))
    assert text == '{"status": "error", "message": "स्टॉक में नहीं है"}'


def test_the_text_of_a_tool_error_is_for_the_model(runner: asyncio.Runner) -> None:
    text = runner.run(told_by(raises(ToolError("Ask for the pincode, six digits."))))
    assert contract(text) == {"status": "error", "message": "Ask for the pincode, six digits."}


@pytest.mark.parametrize("value", ["Your table is booked.", None, 7, True])
def test_under_livekit_texts_and_nothing_pass_as_they_are(runner: asyncio.Runner, value: Any) -> None:
    assert runner.run(told_by(returns(value), profile="livekit")) == ("" if value is None else str(value))


@settings(SLOW, max_examples=60)
@given(st.one_of(st.lists(json_values, max_size=4), st.dictionaries(st.text(), json_values, max_size=4)))
def test_under_livekit_dicts_and_lists_are_json(runner: asyncio.Runner, value: Any) -> None:
    text = runner.run(told_by(returns(value), profile="livekit"))
    assert json.loads(text) == value


def test_under_livekit_its_own_exceptions_and_results_keep_their_meaning(runner: asyncio.Runner) -> None:
    async def of(function: Callable[..., Any]) -> str:
        return await told_by(function, profile="livekit")

    assert runner.run(of(raises(ToolError("Ask again.")))) == "Ask again."
    assert runner.run(of(raises(StopResponse()))) == ""
    assert runner.run(of(returns(ToolResult("Sent.", reply_required=False)))) == "Sent."


@settings(SLOW, max_examples=50)
@given(exceptions.filter(lambda error: not isinstance(error, StopResponse)))
def test_under_livekit_other_exceptions_are_error_results(runner: asyncio.Runner, error: BaseException) -> None:
    assert contract(runner.run(told_by(raises(error), profile="livekit")))["status"] == "error"


def test_under_livekit_what_it_does_not_take_is_an_error_result(runner: asyncio.Runner) -> None:
    for value in (object(), b"bytes", [datetime.datetime(2026, 1, 1)], "x" * 70_000):
        assert contract(runner.run(told_by(returns(value), profile="livekit")))["status"] == "error"
