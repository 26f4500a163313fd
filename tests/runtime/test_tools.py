"""The decorator for functions and methods in one's own code base."""

from __future__ import annotations

import inspect
from typing import Any, Literal

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import Agent, function_tool
from livekit.agents.llm import FunctionTool, ToolContext, ToolFlag

from flake8_incall import Options, check
from flake8_incall.runtime import Limits, incall_tool
from flake8_incall.runtime.tools import SignatureError
from tests.runtime.calling import contract, run, told


class Shop(Agent):
    """An agent with tools of its own."""

    def __init__(self) -> None:
        super().__init__(instructions="Help with orders.")
        self.town = "पुणे"

    @incall_tool
    async def opening_hours(self, day: str) -> dict[str, Any]:
        """Call this when the caller asks when the shop is open."""
        return {"status": "success", "town": self.town, "day": day}

    @incall_tool(name="book_table", description="Call this when the caller books.", limits=Limits(max_result_bytes=100))
    async def book(self, seats: int, *, day: Day = "Monday") -> dict[str, Any]:
        return {"status": "success", "seats": seats, "day": day, "page": "x" * 200}


Day = Literal["Monday", "Tuesday"]


@incall_tool
async def stock(item: str, count: int = 1) -> dict[str, Any]:
    """Call this when the caller asks whether something is in stock."""
    return {"status": "success", "item": item, "count": count}


def test_a_function_becomes_a_tool() -> None:
    assert isinstance(stock, FunctionTool)
    assert stock.info.name == "stock"
    assert stock.info.description == "Call this when the caller asks whether something is in stock."
    assert contract(run(lambda: told(stock, {"item": "चाय"}))) == {"status": "success", "item": "चाय", "count": 1}
    assert "an integer" in run(lambda: told(stock, {"item": "tea", "count": True}))


def test_methods_of_an_agent_become_its_tools() -> None:
    async def work() -> list[str]:
        tools = ToolContext(Shop().tools).function_tools
        return [
            *tools,
            await told(tools["opening_hours"], {"day": "Monday"}),
            await told(tools["book_table"], {"seats": 2}),
        ]

    hours, book, said, refused = run(work)
    assert {hours, book} == {"opening_hours", "book_table"}
    assert said == '{"status": "success", "town": "पुणे", "day": "Monday"}'
    assert "larger than 100 bytes" in refused


def test_a_function_keeps_its_signature_and_can_still_be_called() -> None:
    assert list(inspect.signature(stock).parameters) == ["item", "count"]
    assert run(lambda: stock("tea", 2)) == {"status": "success", "item": "tea", "count": 2}


def test_what_livekit_takes_is_handed_on() -> None:
    @incall_tool(name="reserve", description="Call this when the caller reserves.", flags=ToolFlag.CANCELLABLE)
    async def book(seats: int) -> dict[str, Any]:
        return {"status": "success", "seats": seats}

    assert (book.info.name, book.info.flags) == ("reserve", ToolFlag.CANCELLABLE)


def test_a_question_before_a_duplicate_is_answered_as_livekit_does() -> None:
    @incall_tool(on_duplicate="confirm")
    async def book(seats: int) -> dict[str, Any]:
        """Call this when the caller books."""
        return {"status": "success", "seats": seats}

    assert contract(run(lambda: told(book, {"seats": 2, "lk_agents_confirm_duplicate": True})))["seats"] == 2
    assert "an integer" in run(lambda: told(book, {"seats": True}))


def test_under_livekit_a_text_is_a_result() -> None:
    @incall_tool(profile="livekit")
    async def hours() -> str:
        """Call this when the caller asks for the hours."""
        return "Ten to seven."

    assert run(lambda: told(hours, {})) == "Ten to seven."


class NoJson:
    pass


def test_a_signature_that_livekit_cannot_describe_fails_here() -> None:
    with pytest.raises(SignatureError, match=r"LiveKit cannot describe `book` to the model: annotate its .* `seats`"):

        @incall_tool
        async def book(seats) -> dict[str, Any]:  # type: ignore[no-untyped-def]
            return {}

    with pytest.raises(SignatureError, match="LiveKit cannot describe `send` to the model: PydanticSchema"):

        @incall_tool
        async def send(what: NoJson) -> dict[str, Any]:
            return {}

    with pytest.raises(SignatureError, match="annotate its parameter `seats`"):

        class Table(Agent):
            @incall_tool
            async def book(self, seats) -> dict[str, Any]:  # type: ignore[no-untyped-def]
                return {}


def test_a_tool_is_not_made_one_again() -> None:
    made = function_tool(name="book", description="Call this when the caller books.")(inspect.unwrap(stock))
    with pytest.raises(SignatureError, match="`book` is a tool already"):
        incall_tool(made)


def test_the_linter_knows_the_decorator() -> None:
    text = """
from flake8_incall.runtime import incall_tool

@incall_tool
async def book(seats):
    return {"status": "success"}
"""
    assert {found.function for found in check(text, options=Options())} == {"book"}
