"""What the agent says while a function runs, in a real session."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import RunContext, SpeechCreatedEvent
from livekit.agents.llm import FunctionTool, LLMStream, function_tool

from flake8_incall.runtime import filler, wrap
from tests.session.conftest import Run
from tests.session.model import Conversation, ScriptedModel, conversation

PHRASES = ["एक मिनट", "I am still looking"]


class Waiting:
    """A tool that ends when so many speeches were begun."""

    def __init__(self, speeches: int, *, dynamic: bool = False) -> None:
        self._left = speeches
        self._ready = asyncio.Event()
        self._dynamic = dynamic

    @property
    def tool(self) -> FunctionTool[Any, Any]:
        async def search(ctx: RunContext[Any], city: str) -> dict[str, Any]:
            """Call this when the caller names a city."""
            await self._ready.wait()
            return {"status": "success", "city": city}

        return function_tool(wrap(filler.speaking(search, PHRASES, dynamic=self._dynamic)))

    def listen(self, talk: Conversation) -> None:
        def created(event: SpeechCreatedEvent) -> None:
            # The turn that calls the tool is a speech as well.
            self._left -= 1
            if self._left < 0:
                self._ready.set()

        talk.session.on("speech_created", created)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filler, "_DELAY", 0.0)
    monkeypatch.setattr(filler, "_PAUSE", 0.0)


def said(talk: Conversation) -> list[str | None]:
    messages = (item for item in talk.session.history.items if item.type == "message" and item.role == "assistant")
    return [message.text_content for message in messages]


def test_phrases_are_said_in_their_order_and_once(run: Run) -> None:
    async def test() -> None:
        waiting = Waiting(2)
        async with conversation([waiting.tool]) as talk:
            waiting.listen(talk)
            answer = await talk.call("search", city="पुणे")
            assert answer.result == {"status": "success", "city": "पुणे"}
            assert said(talk) == [*PHRASES, "Done."]

    run(test())


def test_dynamic_phrases_are_worded_by_the_model(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    chat = ScriptedModel.chat

    def noted(model: ScriptedModel, **keywords: Any) -> LLMStream:
        asked.append(str(keywords["chat_ctx"].to_dict()))
        return chat(model, **keywords)

    async def test() -> None:
        waiting = Waiting(1, dynamic=True)
        async with conversation([waiting.tool]) as talk:
            waiting.listen(talk)
            answer = await talk.call("search", city="पुणे")
            assert answer.result["status"] == "success"
            assert [PHRASES[0] in turn for turn in asked] == [False, True, False]

    monkeypatch.setattr(ScriptedModel, "chat", noted)
    run(test())


def test_a_function_that_answers_at_once_is_not_spoken_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        waiting = Waiting(0)
        async with conversation([waiting.tool]) as talk:
            waiting.listen(talk)
            await talk.call("search", city="पुणे")
            assert said(talk) == ["Done."]

    monkeypatch.setattr(filler, "_DELAY", 60.0)
    run(test())


def test_without_phrases_or_context_the_function_is_only_called(run: Run) -> None:
    async def hours(city: str) -> str:
        return city

    async def test() -> None:
        assert filler.speaking(hours, [" "]) is hours
        assert await filler.speaking(hours, PHRASES)("पुणे") == "पुणे"

    run(test())
