"""`flake8-incall call` of a snippet that uses what only the platform has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

pytest.importorskip("livekit.agents")

from flake8_incall.runtime import platform_names, provide
from tests.runtime.writing import SNIPPET, advanced, write

RESULT = '{"status": "success", "order": order}'
MAIL = f"""\
if not order:
        return {{"status": "error", "message": "Ask for it."}}
    sent = await send_email(to=order, subject="Your order", password=x_secrets["SMTP"])
    if sent["status"] != "success":
        return {{"status": "error", "message": "The email was not sent."}}
    return {RESULT}"""
OTHERS = """\
if not order:
        return {"status": "error", "message": "Ask for it."}
    try:
        async with asyncio.timeout(5):
            answer = await custom_llm_completion("Be brief.", order, "gpt-4.1")
            tool = await call_mcp_tool("stock", {"order": order})
    except TimeoutError:
        return {"status": "error", "message": "It cannot be found now."}
    return {
        "status": "success",
        "answer": answer,
        "tool": tool,
        "time": get_local_time("10:30", "hi"),
        "again": check_functions_called(None, "find_order", {}),
    }"""


@pytest.fixture(autouse=True)
def provided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_names, "_provided", {})


def documented(body: str) -> dict[str, Any]:
    return advanced(SNIPPET.replace(f"return {RESULT}", body))


def test_an_email_is_shown_and_not_sent(project: Path, command: Command) -> None:
    write(project / "orders.json", documented(MAIL))
    outcome = command("call", "orders.json", "find_order", "order=a@example.com", "--secret=SMTP=open sesame")
    assert (
        "meanwhile:\n    `send_email(to='a@example.com', subject='Your order', password='<SMTP>')` is stood in for"
        " and answers {'status': 'success'" in outcome.out
    )
    assert (outcome.status, outcome.err) == (0, "")


@pytest.mark.parametrize("profile", ["livekit", "gate"])
def test_the_other_functions_answer_too(project: Path, profile: str, command: Command) -> None:
    write(project / "orders.json", documented(OTHERS))
    outcome = command("call", "orders.json", "find_order", "order=7", f"--profile={profile}")
    result = json.loads(outcome.out.partition(" s:\n")[2])
    assert (result["tool"], result["time"], result["again"]) == ({"status": "success"}, "10:30", False)
    told = [line.strip() for line in outcome.out.splitlines() if "is stood in for" in line]
    assert [line.partition("(")[0] for line in told] == [
        *("`custom_llm_completion", "`call_mcp_tool", "`get_local_time", "`check_functions_called")
    ]


def test_what_the_process_provides_is_called(project: Path, command: Command) -> None:
    async def failing(**_: object) -> dict[str, str]:
        return {"status": "failed"}

    provide(send_email=failing)
    write(project / "orders.json", documented(MAIL))
    outcome = command("call", "orders.json", "find_order", "order=7", "--secret=SMTP=open sesame")
    assert "The email was not sent." in outcome.out
    assert "is stood in for" not in outcome.out


def test_a_schema_needs_no_platform(project: Path, command: Command) -> None:
    write(project / "orders.json", documented(MAIL))
    outcome = command("show", "--schema=openai", "orders.json")
    assert [schema["function"]["name"] for schema in json.loads(outcome.out)] == ["find_order"]
    assert (outcome.status, outcome.err) == (0, "")
