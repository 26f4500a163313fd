"""Arguments that LiveKit lets through and the annotation of the parameter does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import RunContext, function_tool
from livekit.agents.llm import ToolContext
from pydantic import Field

from flake8_incall.runtime import wrap
from tests.runtime.calling import contract, run, told_by


async def order(
    item: str,
    count: int = 1,
    price: float = 0.0,
    express: bool = False,
    note: str = "",
    floor: int | None = None,
    place: str | int = "door",
    size: Literal[1, 2] = 1,
    rows: list[int] = [],  # noqa: B006
    rates: dict[str, float] = {},  # noqa: B006
    pair: tuple[int, float] = (1, 1.0),
    mixed: list[int | bool] = [],  # noqa: B006
    anything: Any = None,
    loose: dict = {},  # type: ignore[type-arg]  # noqa: B006
    rating: Annotated[int, Field(description="1 to 5", ge=1, le=5)] = 3,
    remark: Annotated[str, Field(min_length=0)] = "-",
    limit: Annotated[float, Field(allow_inf_nan=True)] = 0.0,
    code: str | None = None,
) -> dict[str, Any]:
    """Call this when the caller orders something.

    Args:
        item: What is ordered.
        count: How many.
    """
    return {"status": "success", "count": count}


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('{"item": ""}', "`item` must not be empty: ask the caller for it"),
        ('{"item": " \\n"}', "`item` must not be empty: ask the caller for it"),
        ('{"item": "tea", "count": true}', "`count` must be an integer, not true"),
        ('{"item": "tea", "count": false}', "`count` must be an integer, not false"),
        ('{"item": "tea", "price": true}', "`price` must be a number, not true"),
        ('{"item": "tea", "price": NaN}', "`price` must be a number, not NaN or infinite"),
        ('{"item": "tea", "price": -1e999}', "`price` must be a number, not NaN or infinite"),
        ('{"item": "tea", "price": "nan"}', "`price` must be a number, not NaN or infinite"),
        ('{"item": "tea", "floor": true}', "`floor` must be an integer, not true"),
        ('{"item": "tea", "place": true}', "`place` must not be true"),
        ('{"item": "tea", "rows": [1, true]}', "`rows` has an item that must be an integer, not true"),
        ('{"item": "tea", "rates": {"gst": NaN}}', "`rates` has an item that must be a number, not NaN or infinite"),
        ('{"item": "tea", "pair": [true, 1.0]}', "`pair` has an item that must be an integer, not true"),
        ('{"item": "tea", "rating": true}', "`rating` must be an integer, not true"),
    ],
)
def test_the_model_is_told_what_is_wrong(runner: asyncio.Runner, arguments: str, said: str) -> None:
    assert contract(runner.run(told_by(order, arguments))) == {"status": "error", "message": said}


@pytest.mark.parametrize(
    "arguments",
    [
        {"item": "चाय"},
        {"item": "tea", "count": "2"},
        {"item": "tea", "count": 2.0},
        {"item": "tea", "count": None},
        {"item": "tea", "price": 2},
        {"item": "tea", "express": 1},
        {"item": "tea", "express": True},
        {"item": "tea", "note": ""},
        {"item": "tea", "floor": None},
        {"item": "tea", "place": ""},
        {"item": "tea", "mixed": [True, 2]},
        {"item": "tea", "anything": True},
        {"item": "tea", "loose": {"sure": True}},
        {"item": "tea", "remark": ""},
        {"item": "tea", "limit": float("inf")},
        {"item": "tea", "code": ""},
    ],
    ids=str,
)
def test_what_the_annotation_allows_passes(runner: asyncio.Runner, arguments: dict[str, Any]) -> None:
    assert contract(runner.run(told_by(order, arguments)))["status"] == "success"


def test_what_pydantic_refuses_is_left_to_livekit(runner: asyncio.Runner) -> None:
    assert "valid integer" in runner.run(told_by(order, {"item": "tea", "count": "two"}))
    assert "Field required" in runner.run(told_by(order, {}))
    assert "less than or equal to 5" in runner.run(told_by(order, {"item": "tea", "rating": 6}))


@pytest.mark.parametrize("format_", ["openai", "openai.responses", "anthropic", "google", "aws"])
def test_the_model_sees_the_same_schema(format_: str) -> None:
    plain: Any = ToolContext([function_tool(order)])
    wrapped: Any = ToolContext([function_tool(wrap(order))])
    assert wrapped.parse_function_tools(format_) == plain.parse_function_tools(format_)


def test_direct_calls_are_checked_as_well() -> None:
    call = wrap(order)
    assert run(lambda: call("tea", True))["message"] == "`count` must be an integer, not true"
    assert run(lambda: call("tea", price=float("inf")))["message"] == "`price` must be a number, not NaN or infinite"
    assert run(lambda: call("tea", 2))["count"] == 2


def test_what_the_author_chose_as_a_default_passes() -> None:
    async def look_up(most: float = float("inf"), name: str = "") -> dict[str, Any]:
        return {"status": "success"}

    assert json.loads(run(lambda: told_by(look_up)))["status"] == "success"


def test_the_context_and_what_cannot_be_resolved_are_not_checked() -> None:
    async def look_up(context: RunContext[Any], late: Later, count: int) -> dict[str, Any]:  # type: ignore[name-defined]  # noqa: F821
        return {"status": "success"}

    call = wrap(look_up)
    assert run(lambda: call(None, "", 1))["status"] == "success"  # type: ignore[arg-type]
    assert "an integer" in run(lambda: call(None, "", True))["message"]  # type: ignore[arg-type]


def test_a_wrong_number_of_arguments_is_an_error_result() -> None:
    call: Any = wrap(order)
    assert run(call)["status"] == "error"
    assert run(lambda: call("tea", unknown=1))["status"] == "error"
