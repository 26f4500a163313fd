"""The runnable example: every function of it answers, and all of it passes the strictest check."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import AgentSession
from livekit.agents.voice.run_result import RunResult

from fixtures.agent import shop
from fixtures.agent.agent import FUNCTIONS, shop_agent, shop_tools
from fixtures.agent.model import WordModel
from fixtures.agent.shop import open_shop
from flake8_incall import Options, check
from flake8_incall.engine import check_document
from tests.session.conftest import Run

STRICT = Options(profile="strict")
FILES = sorted(path for path in FUNCTIONS.parent.rglob("*") if path.suffix in (".json", ".py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_everything_passes_in_strict(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        assert check_document(text, path.name, STRICT, allow_private_hosts=True) == []
    else:
        assert check(text, path.name, STRICT) == []


@pytest.mark.parametrize(
    ("said", "tool", "reply"),
    [
        ("Where is my order a-1001?", "order_status", '"state": "on its way", "city": "पुणे"'),
        ("Where is order A-7?", "order_status", "found nothing"),
        ("When do you deliver to 411001? Say for 2 days.", "delivery_slots", "Tuesday 10:00–13:00"),
        ("What do 24000 rupees come to in 6 monthly instalments?", "monthly_instalment", "हर महीने 4080 रुपये"),
        ("What do 24000 rupees come to in 60 monthly instalments?", "monthly_instalment", "3 to 24 months"),
    ],
)
def test_a_caller_gets_an_answer(said: str, tool: str, reply: str, tmp_path: Path, run: Run) -> None:
    async def test() -> None:
        async with open_shop(port=0) as port:
            tools = shop_tools(functions_for(port, tmp_path))
            async with AgentSession[dict[str, Any]](llm=WordModel(), userdata={}) as session:
                await session.start(shop_agent(tools))
                result: RunResult[Any] = await session.run(user_input=said)
        result.expect.next_event().is_function_call(name=tool)
        result.expect.next_event().is_function_call_output(is_error=False)
        assert reply in (result.expect.next_event().is_message(role="assistant").event().item.text_content or "")
        result.expect.no_more_events()

    run(test())


def test_small_talk_calls_nothing(run: Run) -> None:
    async def test() -> None:
        async with AgentSession[dict[str, Any]](llm=WordModel(), userdata={}) as session:
            await session.start(shop_agent(shop_tools()))
            result: RunResult[Any] = await session.run(user_input="Good morning")
        result.expect.next_event().is_message(role="assistant")
        result.expect.no_more_events()

    run(test())


def functions_for(port: int, folder: Path) -> Path:
    """The functions, for a shop on another port: the example's own may be in use."""
    own = Path(shutil.copytree(FUNCTIONS, folder / "functions"))
    for path in own.iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f":{shop.ADDRESS[1]}/", f":{port}/"), encoding="utf-8")
    return own
