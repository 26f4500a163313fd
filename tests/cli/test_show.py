"""`flake8-incall show`: what the model sees of a function, from the text alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RIGHT, Command
from tests.harness import FIXTURES, ROOT

DOCUMENT = ROOT / "fixtures" / "documents" / "version_in_order.json"
# One function with a description of its own, and one whose docstring LiveKit reads otherwise than a person does.
OTHERS = '''\
from livekit.agents import RunContext, function_tool

@function_tool(name="book", description="Book it when the caller agrees.")
async def book_slot(ctx: RunContext, day: str | None = None, notes: list[str] = []) -> dict:
    """Book a slot.

    Args:
        day (str, optional): The day, such as
            2026-11-22
    """
    return {"status": "success"}


@function_tool
async def cancel(ctx: RunContext, day: str) -> dict:
    """Cancel a slot.

    Args:
        - day: The day
    """
    return {"status": "success"}


@function_tool(raw_schema={"name": "raw", "parameters": {}})
async def raw(raw_arguments: dict[str, object], ctx: RunContext) -> dict:
    """Not seen."""
    return {"status": "success"}
'''


def test_a_function_for_people(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    outcome = command("show", "a.py")
    assert outcome.out.splitlines() == [
        "a.py:1:1: `book_slot` waits at most 0 s, because it waits for nothing outside",
        "    description:",
        "        Book a slot when the caller has agreed to a day.",
        "    parameters:",
        "        day: string, required",
        "            The day, such as 2026-11-22",
        "    docstring, with what the model does not see struck out:",
        "        Book a slot when the caller has agreed to a day.",
        "",
        "        ~~Args:~~",
        "            ~~ctx: The call~~",
        "            day: The day, such as 2026-11-22",
        "",
        "        ~~Returns:~~",
        '            ~~dict: {status: "success"}~~',
    ]
    assert outcome.status == 0


def test_a_terminal_strikes_out(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    out = command("show", "--color=always", "a.py").out
    assert "        \x1b[2;9mReturns:\x1b[0m\n" in out
    assert "~~" not in out


def test_what_the_decorator_says_goes_before_the_docstring(project: Path, command: Command) -> None:
    (project / "a.py").write_text(OTHERS, encoding="utf-8")
    book, cancel, raw = json.loads(command("show", "--json", "a.py").out)["functions"]
    assert (book["name"], book["description"]) == ("book", "Book it when the caller agrees.")
    assert book["parameters"] == [
        {
            "name": "day",
            "type": "string or null",
            "required": False,
            "default": "None",
            "description": "The day, such as\n2026-11-22",
        },
        {"name": "notes", "type": "array of string", "required": False, "default": "[]", "description": ""},
    ]
    assert [part["text"] for part in book["docstring"] if part["seen"]] == [
        "day",
        "The day, such as\n        2026-11-22",
    ]
    assert cancel["parameters"][0]["description"] == ""
    assert cancel["docstring"][-1] == {"text": "\n\nArgs:\n    - day: The day", "seen": False}
    assert (raw["name"], raw["parameters"]) == ("raw", [])
    assert [part["seen"] for part in raw["docstring"]] == [False]
    assert "`raw_schema`" in raw["note"]


WAITING = '''\
import httpx
from acme.crm import lookup
from shop.tools import Tools
from livekit.agents import RunContext, function_tool

client = httpx.AsyncClient(timeout=8)


@function_tool
async def price(ctx: RunContext) -> dict:
    """Call this when the caller asks for the price."""
    return {"status": "success", "price": (await client.get("https://api.example.com/price")).text}


@function_tool
async def customer(ctx: RunContext) -> dict:
    """Call this when the caller asks for the account."""
    return {"status": "success", "customer": await lookup("A1")}


class Shop(Tools):
    @function_tool
    async def stock(self, ctx: RunContext) -> dict:
        """Call this when the caller asks for the stock."""
        return {"status": "success", "stock": await self.fetch("stock")}
'''


def test_show_bounds_a_wait_only_where_the_whole_is_bounded(project: Path, command: Command) -> None:
    (project / "a.py").write_text(WAITING, encoding="utf-8")
    price, customer, stock = (f["waits"] for f in json.loads(command("show", "--json", "a.py").out)["functions"])
    get = "`httpx.AsyncClient.get` of line 12 takes up to 8 s for each phase"
    assert price == {"seconds": None, "phase_seconds": 8, "endless": False, "because": [get]}
    unknown = {"seconds": None, "phase_seconds": None, "endless": False}
    assert customer == unknown | {"because": ["`lookup` of line 18 is not followed"]}
    assert stock == unknown | {"because": ["`self.fetch` of line 25 is not followed"]}
    out = command("show", "a.py").out
    assert f"`price` waits up to 8 s for each phase, because {get}\n" in out
    assert "`customer` waits for an unknown time, because `lookup` of line 18 is not followed\n" in out


GIVEN = """\
import asyncio
from livekit.agents import RunContext, function_tool


def same(work):
    return work


async def within(work):
    return await work


@function_tool
async def {name}(ctx: RunContext, work) -> dict:
    \"\"\"Call this when the caller waits.\"\"\"
    {body}
    return {{"status": "success"}}
"""


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("await work", None),
        ("await within(work)", None),
        ("await same(work)", None),
        ("await (lambda job: job)(work)", None),
        ("await same(same(work))", None),
        ("async with asyncio.TaskGroup() as group: group.create_task(work)", None),
        ("await asyncio.wait_for(same(work), 3)", 3),
        ("await within(asyncio.sleep(2))", 2),
        ("await same(asyncio.sleep(2))", 2),
        ("await (lambda: asyncio.sleep(2))()", 2),
        ("async with asyncio.TaskGroup() as group: group.create_task(asyncio.sleep(2))", 2),
    ],
)
def test_show_knows_no_bound_of_what_a_parameter_is(
    body: str, seconds: float | None, project: Path, command: Command
) -> None:
    (project / "a.py").write_text(GIVEN.format(name="hold", body=body), encoding="utf-8")
    (function,) = json.loads(command("show", "--json", "a.py").out)["functions"]
    assert function["waits"]["seconds"] == seconds


def test_a_document(command: Command) -> None:
    branch, order, slots = json.loads(command("show", "--json", str(DOCUMENT)).out)["functions"]
    assert [f["name"] for f in (branch, order, slots)] == ["branch_hours", "order_status", "free_slots"]
    assert [f["mode"] for f in (branch, order, slots)] == ["advanced", "basic", "advanced"]
    assert branch["description"] == "Call this when the caller asks when a branch is open"
    assert branch["docstring"][0]["seen"] is False
    assert branch["parameters"][0]["description"] == 'Name of the city, such as "पुणे"'
    assert order["parameters"] == [
        {
            "name": "order_number",
            "type": "string",
            "required": True,
            "default": None,
            "description": "The order number as the caller said it",
        }
    ]
    assert order["waits"] is None


def test_a_document_for_people_names_no_secret(command: Command) -> None:
    out = command("show", str(DOCUMENT)).out
    assert "`order_status` waits at most 10 s, the runtime's deadline where it is given no other\n" in out
    assert "शाखा का समय बताता है" in out
    assert "ORDERS_TOKEN" not in out


def test_one_function_that_does_not_parse(project: Path, command: Command) -> None:
    functions = [
        {"type": "custom_in_call", "name": "broken", "source_code": "async def broken(:"},
        {"type": "custom_in_call", "name": "book_slot", "source_code": RIGHT},
    ]
    (project / "a.json").write_text(json.dumps(functions), encoding="utf-8")
    outcome = command("show", "a.json")
    assert "`broken` is not shown\n    note:\n        its code does not parse" in outcome.out
    assert "`book_slot` waits" in outcome.out


def test_files_without_functions_and_without_sense(project: Path, command: Command) -> None:
    (project / "a.py").write_text("x = 1\n", encoding="utf-8")
    (project / "b.py").write_text("def f(:", encoding="utf-8")
    outcome = command("show", "a.py", "b.py")
    assert outcome.out == "a.py: has no in-call function\n"
    assert outcome.err.startswith("b.py:1:7: cannot be parsed: ")
    assert outcome.status == 2


@pytest.mark.parametrize("text", ["{", "", "[]", '{"functions": 7}'])
def test_a_document_that_holds_something_else(text: str, project: Path, command: Command) -> None:
    (project / "a.json").write_text(text, encoding="utf-8")
    outcome = command("show", "a.json")
    assert (outcome.out, outcome.status) == ("", 2)
    assert ", expected " in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("pair", [("--why", "--json"), ("--json", "--schema=aws")])
def test_one_form_at_a_time(pair: tuple[str, str], command: Command) -> None:
    outcome = command("show", *pair)
    assert "not allowed with argument" in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.status == 2


@pytest.mark.parametrize(
    ("client", "call"),
    [
        ("httpx.AsyncClient(timeout=8)", "client.get(URL)"),
        ("httpx.AsyncClient()", "client.get(URL, timeout=8)"),
        ("httpx2.AsyncClient(timeout=8)", "client.get(URL)"),
    ],
)
def test_show_client_that_is_entered_waits_as_long_as_its_requests(
    client: str, call: str, project: Path, command: Command
) -> None:
    source = f"""import httpx, httpx2
from livekit.agents import RunContext, function_tool

URL = "https://shop.example.com"

@function_tool
async def price(ctx: RunContext) -> dict:
    async with {client} as client:
        return (await {call}).json()
"""
    (project / "a.py").write_text(source, encoding="utf-8")

    (price,) = json.loads(command("show", "--json", "a.py").out)["functions"]

    assert (price["waits"]["seconds"], price["waits"]["phase_seconds"]) == (None, 8)


def test_show_of_the_contracts_example_says_the_limit_of_each_phase(command: Command) -> None:
    out = command("show", str(FIXTURES / "contract" / "weather.py")).out

    assert "`get_weather` waits up to 10 s for each phase, " in out
