"""How many findings one cause gives, and which rule reports it."""

from __future__ import annotations

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.fixes import fixed
from flake8_incall.options import Profile

HEAD = '''\
import asyncio
import smtplib
import asyncpg
import gspread
import requests
import stripe
from livekit.agents import RunContext, function_tool


@function_tool
async def tool(ctx: RunContext) -> dict:
    """Call this when the caller asks for it."""
    try:
{body}
    except Exception:
        return {{"status": "error", "message": "No"}}
    return {{"status": "success"}}
'''


def found(body: str, profile: Profile = "contract") -> list[tuple[str, int]]:
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    diagnostics = check(HEAD.format(body=lines), "tool.py", Options(profile=profile))
    return [(one.code, one.count) for one in diagnostics if one.code.startswith("CAL6")]


@pytest.mark.parametrize("profile", ["contract", "strict", "livekit"])
def test_smtp_session_without_timeout_is_one_finding(profile: Profile) -> None:
    body = (
        'with smtplib.SMTP("smtp.example.com") as server:\n    server.starttls()\n    server.login("a", ctx.userdata)\n'
    )
    assert found(body + '    server.sendmail("a", "b", "c")', profile) == [("CAL604", 4)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('requests.get("https://api.example.com")', [("CAL604", 1)]),
        ('requests.get("https://api.example.com", timeout=None)', [("CAL602", 1), ("CAL604", 1)]),
        ('stripe.Charge.create(amount=5)', [("CAL601", 1)]),
        ('gspread.authorize(ctx.userdata).open("sheet")', [("CAL601", 1)]),
        ('client = gspread.authorize(ctx.userdata)\nclient.set_timeout(5)\nclient.open("s")', [("CAL604", 1)]),
        ('await asyncio.to_thread(requests.get, "https://api.example.com")', [("CAL601", 1)]),
        ('await asyncio.to_thread(requests.get, "https://api.example.com", timeout=5)', []),
    ],
)  # fmt: skip
def test_blocking_call_without_timeout_is_one_finding(body: str, expected: list[tuple[str, int]]) -> None:
    assert sorted(found(body)) == expected


def test_connection_without_timeout_is_one_finding_for_each_default() -> None:
    body = 'conn = await asyncpg.connect("postgres://db")\nawait conn.execute("A")\nawait conn.fetch("B")'
    assert found(body) == [("CAL601", 1), ("CAL601", 2)]


@pytest.mark.parametrize(
    ("imports", "made", "expected"),
    [
        ("import aiohttp", "aiohttp.ClientSession()", "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))"),
        ("import aiohttp as http", "http.ClientSession()", "http.ClientSession(timeout=http.ClientTimeout(total=10))"),
        (
            "from aiohttp import ClientSession, ClientTimeout",
            "ClientSession()",
            "ClientSession(timeout=ClientTimeout(total=10))",
        ),
        (
            "from aiohttp import ClientSession",
            "ClientSession()",
            "ClientSession(timeout=ClientTimeout(total=10))",
        ),
        ("import httpx2", "httpx2.AsyncClient()", "httpx2.AsyncClient(timeout=5)"),
    ],
)
def test_fix_of_a_missing_timeout_passes_what_the_client_takes(imports: str, made: str, expected: str) -> None:
    source = f"{imports}\n" + HEAD.format(
        body=f"        async with {made} as client:\n            await client.get('https://api.example.com')"
    )
    assert f"async with {expected} as client:" in fixed_text(source)


def test_fix_gives_livekits_client_an_object() -> None:
    source = "import aiohttp\nfrom livekit import api\n" + HEAD.format(
        body="        client = api.LiveKitAPI()\n        await client.room.list_rooms(api.ListRoomsRequest())"
    )
    assert "api.LiveKitAPI(timeout=aiohttp.ClientTimeout(total=10))" in fixed_text(source)


def fixed_text(source: str) -> str:
    def find(text: str) -> list[Diagnostic]:
        return [one for one in check(text, "tool.py") if one.code == "CAL601"]

    return fixed(source, find).text
