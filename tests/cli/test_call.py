"""`flake8-incall call`: one function, called outside of a call."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, Command, Outcome
from tests.harness import ROOT

pytest.importorskip("livekit.agents")

TOKEN = "open sesame/42"
FUNCTIONS = '''\
import logging
from typing import Literal

import httpx2
from livekit.agents import RunContext

logger = logging.getLogger(__name__)


async def free_slots(
    ctx: RunContext, city: str, days: int = 2, tags: list[str] = [], part: Literal["am", "pm"] = "am"
) -> dict:
    """List the free slots of a city when the caller wants to come by.

    Args:
        ctx: The call
        city: Where the caller lives
        days: For how many days
        tags: What they must have
        part: Of the day

    Returns:
        dict: {status: "success" | "error", city: str, days: int, tags: list, message: str}
    """
    if not city or days > 7:
        return {"status": "error", "message": "There are slots for 7 days at most."}
    logger.info("looked up %d", days)
    ctx.userdata["asked"] = True
    ctx.session.say("एक क्षण")
    return {"status": "success", "city": city, "days": days, "tags": tags}


async def transfer(ctx: RunContext) -> dict:
    """Hand the caller to a person when they ask for one.

    Args:
        ctx: The call

    Returns:
        dict: {status: "success"}
    """
    ctx.session.interrupt()
    return {"status": "success"}


async def check_token(ctx: RunContext, token: str) -> dict:
    """Look up whether a token is right.

    Args:
        ctx: The call
        token: What the caller was told

    Returns:
        dict: {status: "success" | "error", message: str}
    """
    if not token:
        return {"status": "error", "message": "Which token?"}
    try:
        async with httpx2.AsyncClient(timeout=5) as client:
            response = await client.get("ADDRESS/check", params={"token": token}, headers={"X-Token": token})
            logger.warning("used %s", token)
            return {"status": "success", "token": token, "code": response.status_code}
    except httpx2.HTTPError:
        return {"status": "error", "message": "The service cannot be reached."}
'''


GREETING = '''\
from livekit.agents import StopResponse, ToolError, function_tool


@function_tool
async def greet(name: str) -> str:
    """Greet the caller.

    Args:
        name: As they said it
    """
    if name == "?":
        raise ToolError("Ask for the name.")
    if name == ".":
        raise StopResponse
    return f"नमस्ते {name}"
'''


class Service(BaseHTTPRequestHandler):
    """Answers everything with JSON, and keeps what it was asked."""

    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["X-Token"]))
        body = '{"place": "पुणे"}'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    Service.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def functions(project: Path, service: str) -> str:
    (project / "slots.py").write_text(FUNCTIONS.replace("ADDRESS", service), encoding="utf-8")
    return "slots.py"


def result_of(outcome: Outcome) -> object:
    return json.loads(outcome.out.partition(" s:\n")[2])


def test_a_success(functions: str, command: Command) -> None:
    outcome = command("call", functions, "free_slots", "city=पुणे", "days=3", 'tags=["a", "b"]', "part=pm")
    assert result_of(outcome) == {"status": "success", "city": "पुणे", "days": 3, "tags": ["a", "b"]}
    assert outcome.out.startswith(
        'arguments:\n    {"city": "पुणे", "days": 3, "tags": ["a", "b"], "part": "pm"}\n'
        "meanwhile:\n    the caller hears 'एक क्षण'\n"
        "requests: none by httpx2, httpx or aiohttp\n"
        "result after "
    )
    assert outcome.err == "log: INFO looked up 3\n"
    assert outcome.status == 0


def test_an_error_result(functions: str, command: Command) -> None:
    outcome = command("call", functions, "free_slots", "city=पुणे", "days=9")
    assert result_of(outcome) == {"status": "error", "message": "There are slots for 7 days at most."}
    assert "\nerror after " in outcome.out
    assert outcome.status == 1


def test_what_needs_a_call_says_so(functions: str, command: Command) -> None:
    outcome = command("call", functions, "transfer")
    assert outcome.status == 1
    assert "meanwhile:\n    `ctx.session.interrupt` belongs to a call, and this is none: " in outcome.out
    assert "NoCallError: `ctx.session.interrupt` belongs" in outcome.err


def test_requests_are_shown_and_secrets_are_not(functions: str, command: Command) -> None:
    outcome = command("call", functions, "check_token", f"token={TOKEN}", "--secret", f"SESAME={TOKEN}")
    assert outcome.status == 0
    assert Service.asked == [("/check?token=open+sesame%2F42", TOKEN)]
    assert "/check?token=<SESAME> -> 200 in " in outcome.out
    assert result_of(outcome) == {"status": "success", "token": "<SESAME>", "code": 200}
    assert "log: WARNING used <SESAME>\n" in outcome.err
    for text in (outcome.out, outcome.err):
        assert "sesame" not in text


def test_a_basic_function(project: Path, service: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    function = {
        "type": "custom_in_call",
        "name": "find_place",
        "description": "Call this when the caller names a place",
        "api": f"{service}/places/{{name}}",
        "method": "GET",
        "headers": {"X-Token": "x_secrets.SESAME"},
        "parameters": [{"key_name": "name", "type": "string", "description": "The place as the caller said it"}],
        "msg_while_executing_type": "static",
        "msg_while_executing": ["एक क्षण"],
    }
    (project / "places.json").write_text(json.dumps([function]), encoding="utf-8")
    refused = command("call", "places.json", "find_place", "name=x", "--secret", f"SESAME={TOKEN}")
    assert "CAL005" in refused.err
    assert refused.status == 1
    monkeypatch.setenv("SESAME", TOKEN)
    outcome = command("call", "--allow-private-hosts", "places.json", "find_place", "--secret", "SESAME", "name=पुणे")
    assert result_of(outcome) == {"status": "success", "data": {"place": "पुणे"}}
    assert [token for _, token in Service.asked] == [TOKEN]
    assert "if it takes long, the caller hears the function's phrases" in outcome.out
    assert outcome.status == 0


def test_what_the_runtime_refuses(functions: str, command: Command) -> None:
    outcome = command("call", functions, "free_slots", "city=पुणे", "days=true")
    assert '"days": true' in outcome.out
    assert result_of(outcome) == {"status": "error", "message": "`days` must be an integer, not true"}
    assert outcome.status == 1


def test_what_livekit_gives_a_meaning(project: Path, command: Command) -> None:
    (project / "tools.py").write_text(GREETING, encoding="utf-8")
    call = ("call", "--profile=livekit", "tools.py", "greet")
    greeted, refused, silent = command(*call, "name=Ravi"), command(*call, "name=?"), command(*call, "name=.")
    assert greeted.out.endswith(" s:\n    नमस्ते Ravi\n")
    assert refused.out.endswith(" s:\n    Ask for the name.\n")
    assert "meanwhile:\n    the model is asked for no reply" in silent.out
    assert (greeted.status, refused.status, silent.status) == (0, 1, 0)


def test_the_deadline(project: Path, command: Command) -> None:
    source = FUNCTIONS.replace('ctx.session.say("एक क्षण")', "await asyncio.sleep(20)")
    (project / "slots.py").write_text("import asyncio\n" + source, encoding="utf-8")
    outcome = command("call", "slots.py", "free_slots", "city=पुणे", "--deadline=0.05")
    assert "longer than 0.05 seconds" in outcome.out
    assert outcome.status == 1


def test_what_does_not_pass_is_not_run(project: Path, command: Command) -> None:
    (project / "a.py").write_text(f"print('it ran')\n{BROKEN}", encoding="utf-8")
    outcome = command("call", "a.py", "book_slot", "day=1")
    checked = command("check", "a.py")
    assert outcome.err.splitlines() == checked.headlines
    assert "it ran" not in outcome.out
    assert outcome.status == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["free_slot", "city=x"], "slots.py has no function `free_slot` (did you mean free_slots?)"),
        (["book"], "slots.py has no function `book`, it has `free_slots`, `transfer`, `check_token`"),
        (["free_slots"], "`free_slots` needs `city`: add city=..."),
        (["free_slots", "city"], "'city' is no argument: write key=value"),
        (["free_slots", "=x"], "'=x' is no argument: write key=value"),
        (["free_slots", "city=x", "day=1"], "`free_slots` has no parameter `day` (did you mean days?)"),
        (["free_slots", "city=x", "city=y"], "`city` is given twice"),
        (["free_slots", "city=x", "days=soon"], "`free_slots` does not take these arguments: `days`: "),
        (["free_slots", "city=x", "tags=a"], "`free_slots` does not take these arguments: `tags`: "),
        (["free_slots", "city=x", "part=noon"], "`free_slots` does not take these arguments: `part`: "),
        (["free_slots", "city=x", "--deadline=0"], "--deadline: "),
        (["free_slots", "city=x", "--secret=="], "--secret wants NAME=VALUE"),
        (["free_slots", "city=x", "--secret=NOT_THERE"], "--secret NOT_THERE: there is no environment variable"),
        (["free_slots", "city=x", "--sekret=A"], "unknown option --sekret=A (did you mean --secret?)"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_bad_input_is_one_line(arguments: list[str], message: str, functions: str, command: Command) -> None:
    outcome = command("call", functions, *arguments)
    assert outcome.err.startswith(f"flake8-incall: {message}")
    assert outcome.err.count("\n") == 1
    assert (outcome.status, outcome.out) == (2, "")


def test_a_file_that_is_not_there(project: Path, command: Command) -> None:
    outcome = command("call", "absent.py", "book")
    assert outcome.err == "absent.py: there is no such file or folder\n"
    assert outcome.status == 2


@pytest.mark.parametrize("argv", [("call", "slots.py", "free_slots"), ("show", "--schema=aws", "slots.py")])
def test_without_the_runtime(
    argv: tuple[str, ...], functions: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flake8_incall.commands.loading.find_spec", lambda name: None)
    outcome = command(*argv)
    assert outcome.err.count("\n") == 1
    assert 'pip install "flake8-incall[runtime]"' in outcome.err
    assert outcome.status == 2


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("openai", ("function", "parameters")),
        ("openai-strict", ("function", "parameters")),
        ("anthropic", ("input_schema",)),
        ("google", ("parameters_json_schema",)),
        ("aws", ("toolSpec", "inputSchema", "json")),
    ],
)
def test_schemas(provider: str, path: tuple[str, ...], functions: str, command: Command) -> None:
    outcome = command("show", "--schema", provider, functions)
    assert outcome.err == ""
    schemas = json.loads(outcome.out)
    assert len(schemas) == 3
    schema = schemas[0]
    for key in path:
        schema = schema[key]
    assert schema["properties"]["city"]["description"] == "Where the caller lives"
    assert outcome.status == 0


def test_schemas_need_no_secret(command: Command) -> None:
    outcome = command("show", "--schema=openai", str(ROOT / "fixtures" / "agent" / "functions"))
    assert [schema["function"]["name"] for schema in json.loads(outcome.out)] == [
        "delivery_slots",
        "monthly_instalment",
        "order_status",
    ]
    assert outcome.status == 0


def test_no_schema_of_what_does_not_pass(project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    outcome = command("show", "--schema=openai", "a.py")
    assert json.loads(outcome.out) == []
    assert "CAL105" in outcome.err
    assert outcome.status == 1
