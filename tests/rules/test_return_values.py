"""CAL406 to CAL410: what results carry, and what the documentation says of them."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.options import Profile

HEAD = '''
import asyncio
import dataclasses
import datetime
import decimal
import enum
import json
import sqlite3
import uuid
from dataclasses import dataclass
from typing import TypedDict

import asyncpg
import httpx
from livekit.agents import RunContext, function_tool
from pydantic import BaseModel


@dataclass
class Order:
    number: int


class Booking(BaseModel):
    number: int


class Color(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    SMALL = 1


class Plain:
    pass


class Reply(TypedDict):
    status: str
    eta: str


async def fetch() -> dict:
    return {"n": 1}


async def answer(ctx: RunContext, text: str, number: float) -> dict:
    """Answer the caller who asks for something.

    Args:
        text: What the caller said
        number: How many

    Returns:
        DOCUMENTED
    """
'''


def found(body: str, profile: Profile = "contract", documented: str = "dict: status and more") -> list[Diagnostic]:
    """The diagnostics of the family on a function with this body."""
    source = HEAD.replace("DOCUMENTED", documented) + indent(dedent(body), "    ")
    if profile == "livekit":
        source = source.replace("async def answer", "@function_tool\nasync def answer")
    diagnostics = check(source, options=Options(profile=profile))
    assert not [d for d in diagnostics if d.code == "CAL999"]
    return [d for d in diagnostics if "CAL406" <= d.code <= "CAL410"]


def codes(body: str, profile: Profile = "contract", documented: str = "dict: status and more") -> list[str]:
    return [diagnostic.code for diagnostic in found(body, profile, documented)]


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("datetime.datetime.now()", ".isoformat()"),
        ("datetime.date.today()", ".isoformat()"),
        ("datetime.datetime.now() - datetime.datetime.now()", ".total_seconds()"),
        ("datetime.datetime.now() + datetime.timedelta(days=1)", ".isoformat()"),
        ("decimal.Decimal(1) * 2", "float(...)"),
        ("ctx", "str(...)"),
        ("decimal.Decimal('1.5')", "float(...)"),
        ("uuid.uuid4()", "str(...)"),
        ("{1, 2}", "list(...)"),
        ("set(text)", "list(...)"),
        ("frozenset(text)", "list(...)"),
        ("(word for word in text.split())", "list(...)"),
        ("{}.keys()", "list(...)"),
        ("b'abc'", ".decode()"),
        ("text.encode()", ".decode()"),
        ("ValueError('no')", "str(...)"),
        ("fetch()", "await"),
        ("Order(1)", "dataclasses.asdict(...)"),
        ("Booking(number=1)", '.model_dump(mode="json")'),
        ("Color.RED", ".value"),
        ("Plain()", "fields"),
        ("lambda: 1", "call it"),
        ("fetch", "call it"),
        ("httpx.get('https://example.com', timeout=5)", ".json()"),
        ("httpx.get('https://example.com', timeout=5).content", ".decode()"),
        ("complex(1, 2)", "str(...)"),
    ],
)
def test_values_that_json_cannot_carry(value: str, advice: str) -> None:
    diagnostics = found(f"return {{'status': 'success', 'data': {{'value': {value}}}}}")
    assert [d.code for d in diagnostics] == ["CAL406"]
    assert diagnostics[0].message.startswith("`data.value` is ")
    assert advice in diagnostics[0].message


@pytest.mark.parametrize(
    "value",
    [
        "datetime.datetime.now().isoformat()",
        "datetime.datetime.now().year",
        "float(decimal.Decimal('1.5'))",
        "str(uuid.uuid4())",
        "uuid.uuid4().hex",
        "sorted({1, 2})",
        "list(set(text))",
        "[word for word in text.split()]",
        "list({}.keys())",
        "text.encode().decode()",
        "str(ValueError('no'))",
        "await fetch()",
        "dataclasses.asdict(Order(1))",
        "Booking(number=1).model_dump(mode='json')",
        "Color.RED.value",
        "Size.SMALL",
        "(1, 2)",
        "httpx.get('https://example.com', timeout=5).json()",
        "httpx.get('https://example.com', timeout=5).text",
        "httpx.get('https://example.com', timeout=5).status_code",
        "ctx.userdata",
        "json.loads(text)",
        "Reply(status='success', eta='now')",
        "f'{number:.2f}'",
        "round(number, 2)",
    ],
)
def test_values_that_json_carries(value: str) -> None:
    assert codes(f"return {{'status': 'success', 'data': [{value}]}}") == []


def test_the_exception_of_a_handler_is_no_message() -> None:
    body = """
        try:
            number = int(text)
        except (OSError, ValueError) as error:
            return {"status": "error", "message": error}
        return {"status": "success", "number": number}
    """
    assert codes(body) == ["CAL406"]
    assert codes(body.replace('"message": error', '"message": str(error)')) == []


def test_a_row_that_may_not_be_there_is_a_row_when_it_is() -> None:
    body = """
        connection = await asyncpg.connect("postgres://db.example.com", timeout=5)
        row = await connection.fetchrow("SELECT 1", timeout=5)
        if row is None:
            return {"status": "error", "message": "Nothing there"}
        return {"status": "success", "row": row}
    """
    [diagnostic] = found(body)
    assert diagnostic.code == "CAL406"
    assert codes(body.replace('"row": row', '"row": dict(row)')) == []


def test_sets_and_complex_numbers_are_fine_for_livekit() -> None:
    assert codes("return {'status': 'success', 'data': {1, 2}, 'more': complex(1, 2)}", "livekit") == []
    assert codes("return datetime.datetime.now()", "livekit") == ["CAL406"]
    assert codes("return [decimal.Decimal(number)]", "livekit") == ["CAL406"]


def test_values_are_found_in_lists_that_a_loop_fills() -> None:
    body = """
        rows = []
        for word in text.split():
            rows.append({"word": word, "at": datetime.datetime.now()})
        return {"status": "success", "rows": rows}
    """
    [diagnostic] = found(body)
    assert diagnostic.code == "CAL406"
    assert ".at` is a `datetime.datetime`" in diagnostic.message


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("1: 'a'", True),
        ("None: 'a'", True),
        ("(1, 2): 'a'", True),
        ("number: 'a'", True),
        ("uuid.uuid4(): 'a'", True),
        ("text: 'a'", False),
        ("ctx.key: 'a'", False),
    ],
)
def test_keys_that_are_no_text(keys: str, expected: bool) -> None:
    body = f"return {{'status': 'success', 'prices': {{{keys}}}}}"
    assert ("CAL410" in codes(body)) is expected


def test_numbers_as_keys_are_fine_for_livekit() -> None:
    assert codes("return {'status': 'success', 'prices': {1: 'a'}}", "livekit") == []
    assert codes("return {'status': 'success', 'prices': {(1, 2): 'a'}}", "livekit") == ["CAL410"]


@pytest.mark.parametrize(
    ("documented", "body", "expected"),
    [
        ('dict: {status: "success" | "error", eta: str}', "return {'status': 'success', 'eta': text}", []),
        ('dict: {status: "success", eta: str}', "return {'status': 'success', 'when': text}", ["CAL407", "CAL407"]),
        ('dict: {status: "success", eta: str}', "return {'status': 'error', 'message': 'no'}", []),
        ('dict: {status: "success", eta: str}', "return {'status': 'error', 'message': 'no', 'why': 1}", ["CAL407"]),
        ('dict: {status: "success", eta: str (optional)}', "return {'status': 'success'}", []),
        ('dict: {status: "success", eta?: str}', "return {'status': 'success'}", []),
        ('dict: {status: "success", ...}', "return {'status': 'success', 'eta': text}", []),
        ('dict: {"status": "success", "data": {"eta": "now"}}', "return {'status': 'success', 'data': {}}", []),
        ("dict with status and eta", "return {'status': 'success', 'when': text}", []),
    ],
)
def test_documented_schema(documented: str, body: str, expected: list[str]) -> None:
    assert [code for code in codes(body, "strict", documented) if code == "CAL407"] == expected


def test_what_comes_from_outside_cannot_be_followed() -> None:
    assert "CAL409" in codes("return json.loads(text)", "strict")
    assert codes("return json.loads(text)") == []
    assert "CAL409" in codes("return {'status': 'success', **json.loads(text)}", "strict")
    assert "CAL409" not in codes("return {**json.loads(text), 'status': 'success'}", "strict")
    assert "CAL409" in codes("return {'status': text}", "strict")
