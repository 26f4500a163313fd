"""A model that calls what its user tells it to call, in a real session without audio."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from livekit.agents import Agent, AgentSession
from livekit.agents.llm import LLM, ChatChunk, ChatContext, ChoiceDelta, FunctionToolCall, LLMStream, Tool, Toolset
from livekit.agents.types import APIConnectOptions
from livekit.agents.voice.run_result import FunctionCallEvent, FunctionCallOutputEvent, RunResult


class ScriptedModel(LLM[Any]):
    """Takes what the user says as JSON, `[[name, arguments], ...]`: makes these calls, then says that it is done."""

    def chat(
        self,
        *,
        chat_ctx: ChatContext,
        tools: list[Tool] | None = None,
        conn_options: APIConnectOptions = APIConnectOptions(max_retry=0),  # noqa: B008  it is frozen
        **_: Any,
    ) -> LLMStream:
        return _Turn(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class _Turn(LLMStream):
    async def _run(self) -> None:
        last = self._chat_ctx.items[-1]
        if last.type == "message" and last.role == "user":
            asked = json.loads(last.text_content or "")
            calls = [
                FunctionToolCall(name=name, arguments=json.dumps(arguments), call_id=f"{last.id}-{number}")
                for number, (name, arguments) in enumerate(asked)
            ]
            delta = ChoiceDelta(role="assistant", tool_calls=calls)
        else:
            delta = ChoiceDelta(role="assistant", content="Done.")
        self._event_ch.send_nowait(ChatChunk(id="turn", delta=delta))


@dataclass(frozen=True)
class Answer:
    """What the model was handed for a call.

    Attributes:
        text: The tool's output, as it is sent to the model.
        is_error: Whether LiveKit marks it as an error of the tool, which a result of the contract never is.
    """

    text: str
    is_error: bool

    @property
    def result(self) -> dict[str, Any]:
        """The result, if the text is strict JSON."""
        result: dict[str, Any] = json.loads(self.text, parse_constant=_refuse)
        return result


class Conversation:
    """A session under way."""

    def __init__(self, session: AgentSession[dict[str, Any]]) -> None:
        self.session = session

    async def call(self, name: str, **arguments: Any) -> Answer:
        """Have the model call a tool, as one turn of the user."""
        [answer] = await self.call_all([(name, arguments)])
        return answer

    async def say(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> RunResult[Any]:
        """Have the model make several calls in one turn, whatever becomes of them."""
        return await self.session.run(user_input=json.dumps(calls))

    async def call_all(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> list[Answer]:
        """Have the model make several calls in one turn, which LiveKit runs side by side.

        Returns:
            The answers, each at the place of its call.
        """
        run = await self.say(calls)
        made = [event.item.call_id for event in run.events if isinstance(event, FunctionCallEvent)]
        answers = {
            event.item.call_id: Answer(event.item.output, event.item.is_error)
            for event in run.events
            if isinstance(event, FunctionCallOutputEvent)
        }
        assert len(made) == len(calls)
        assert len(answers) == len(calls)
        run.expect[-1].is_message(role="assistant")
        return [answers[call_id] for call_id in sorted(made, key=_number)]


@asynccontextmanager
async def conversation(tools: Sequence[Tool | Toolset]) -> AsyncIterator[Conversation]:
    """A real session with an agent that has these tools, closed at the end."""
    async with AgentSession[dict[str, Any]](llm=ScriptedModel(), userdata={}) as session:
        await session.start(Agent(instructions="Do as you are told.", tools=list(tools)))
        yield Conversation(session)


def _number(call_id: str) -> int:
    return int(call_id.rpartition("-")[2])


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
