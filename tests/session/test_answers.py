"""One call in a real session: what the model is handed, whatever the service does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("livekit.agents")

from flake8_incall.runtime import Limits, Rejected, load_tools
from tests.session.conftest import Run
from tests.session.functions import basic, blocking, relay, weather
from tests.session.model import Answer, conversation
from tests.session.service import running_service

FAULTS = ("500", "html", "odd", "large", "hang", "reset")
# Of the service, the machine, or how a function is written.
INSIDE = re.compile(
    r"psycopg|10\.0\.0|127\.0\.0|Traceback|Exception|Error\b|httpx|aiohttp|livekit|<html|xxxx|/work|\.py"
)


def test_the_example_of_the_contract_answers(tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(weather(tmp_path, service.address))
            async with conversation(tools) as talk:
                answer = await talk.call("get_weather", city="पुणे", days=3)
                refused = await talk.call("get_weather", city="पुणे", days=9)
        assert answer.result == {"status": "success", "city": "पुणे", "days": "3"}
        assert "पुणे" in answer.text
        assert refused.result == {"status": "error", "message": "Days must be between 1 and 7"}

    run(test())


def test_a_basic_function_answers(tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(basic(tmp_path, service.address), allow_private_hosts=True)
            async with conversation(tools) as talk:
                answer = await talk.call("order_status", order_number="आदेश 7")
        assert answer.result == {"status": "success", "data": {"path": "आदेश 7", "query": {}}}
        assert "आदेश" in answer.text

    run(test())


@pytest.mark.parametrize("behaviour", FAULTS)
def test_a_fault_of_the_service_is_an_error_result(behaviour: str, tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(weather(tmp_path, service.address, behaviour), limits=limits_for(behaviour))
            async with conversation(tools) as talk:
                answer = await talk.call("get_weather", city="पुणे")
        assert_helpful(answer)
        # Not by the timeout of the function's own client, which comes much later.
        assert ("longer than 0.3 seconds" in answer.result["message"]) is (behaviour == "hang")

    run(test())


@pytest.mark.parametrize("behaviour", [fault for fault in FAULTS if fault != "odd"])
def test_a_fault_of_the_service_of_a_basic_function(behaviour: str, tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(
                basic(tmp_path, service.address, behaviour), limits=limits_for(behaviour), allow_private_hosts=True
            )
            async with conversation(tools) as talk:
                assert_helpful(await talk.call("order_status", order_number="7"))

    run(test())


def test_a_result_that_is_too_large(tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(relay(tmp_path, service.address))
            async with conversation(tools) as talk:
                assert_helpful(await talk.call("relay", number=1, behaviour="large"))

    run(test())


def test_arguments_that_livekit_lets_through(tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with running_service() as service:
            tools = load_tools(weather(tmp_path, service.address))
            async with conversation(tools) as talk:
                empty = await talk.call("get_weather", city="  ")
                true = await talk.call("get_weather", city="पुणे", days=True)
                coerced = await talk.call("get_weather", city="पुणे", days="2")
        assert_helpful(empty)
        assert "`city`" in empty.result["message"]
        assert_helpful(true)
        assert "`days`" in true.result["message"]
        assert coerced.result["days"] == "2"
        assert service.asked == 1

    run(test())


def test_a_function_that_stops_the_event_loop_is_not_loaded(tmp_path: Path) -> None:
    path = blocking(tmp_path)
    with pytest.raises(Rejected) as rejected:
        load_tools(path)
    assert [found.code for found in rejected.value.diagnostics] == ["CAL604"]
    assert str(rejected.value).startswith(f"{path}:16:5: CAL604 ")


def limits_for(behaviour: str) -> Limits:
    return Limits(deadline=0.3 if behaviour == "hang" else 30.0)


def assert_helpful(answer: Answer) -> None:
    """An error result with a sentence for the model, and nothing of the inside."""
    result = answer.result
    assert not answer.is_error
    assert result.keys() == {"status", "message"}
    assert result["status"] == "error"
    assert len(result["message"].split()) > 3
    assert not INSIDE.search(json.dumps(result, ensure_ascii=False))
