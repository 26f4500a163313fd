"""A basic function as LiveKit has it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from livekit.agents.llm import RawFunctionTool, ToolContext

from flake8_incall.runtime.basic import answers
from tests.runtime.basic.conftest import Run
from tests.runtime.basic.documents import CALL_ID, basic, call, call_within, context, tool_of
from tests.runtime.basic.service import reply, running

STATUSES = {
    answers.ABOUT_VALUES: (400, 404, 409, 410, 422),
    answers.ABOUT_THE_MOMENT: (408, 425, 429, 500, 501, 502, 503, 504, 507, 511, 520, 599),
    answers.ABOUT_ACCESS: (300, 304, 401, 402, 403, 405, 406, 407, 411, 413, 414, 415, 418, 421, 424, 426, 431, 451),
}
PROVIDERS = ("openai", "openai.responses", "anthropic", "google", "aws")


def test_the_model_is_told_every_parameter() -> None:
    tool = tool_of(basic("https://api.example.com/{sku}", sku="string", count="number"))
    assert isinstance(tool, RawFunctionTool)
    assert tool.info.raw_schema == {
        "name": "check_stock",
        "description": "Call this when the caller asks whether something is in stock",
        "parameters": {
            "type": "object",
            "properties": {
                "sku": {"type": "string", "description": "What the caller says of sku"},
                "count": {"type": "number", "description": "What the caller says of count"},
            },
            "required": ["sku", "count"],
            "additionalProperties": False,
        },
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_can_be_told(provider: str) -> None:
    tools: Any = ToolContext([tool_of(basic("https://api.example.com", first__day="string", count="number"))])
    told = json.dumps(tools.parse_function_tools(provider), default=str)
    for words in ("check_stock", "asks whether", "first-day", "says of count"):
        assert words in told


@pytest.mark.parametrize(("method", "sent"), [("GET", 2), ("POST", 1), ("PUT", 1), ("DELETE", 1)])
def test_what_changes_something_is_not_sent_again_while_it_is_under_way(run: Run, method: str, sent: int) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(service.url, method))
            of = context(tool.id)
            results = await asyncio.gather(*(call_within(of, tool, {"sku": "1"}) for _ in range(2)))
            assert len(service.received) == sent
            refused = {"status": "error", "message": "The same request is already in progress. Wait for its result."}
            assert results.count(refused) == 2 - sent
            # Other values, another caller, and later on are other matters.
            await asyncio.gather(
                call_within(of, tool, {"sku": "1"}),
                call_within(of, tool, {"sku": "2"}),
                call_within(context(tool.id), tool, {"sku": "1"}),
            )
            assert len(service.received) == sent + 3

    run(test())


def test_the_log_says_of_which_call_there_is_no_data(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda _: reply(b"", "500 Internal Server Error")
            assert (await call(tool_of(basic(service.url)), sku="1"))["status"] == "error"

    run(test())
    [record] = [record for record in caplog.records if record.name == "flake8_incall.runtime"]
    assert record.getMessage() == f"`check_stock` (call {CALL_ID}) got no data from its service: status 500"
    assert (vars(record)["tool"], vars(record)["call_id"]) == ("check_stock", CALL_ID)


@pytest.mark.parametrize("about", STATUSES)
def test_what_the_model_is_told_of_each_status(about: str) -> None:
    for status in STATUSES[about]:
        assert answers.about_status(status) == f"{about.removesuffix('.')} (status {status})."
