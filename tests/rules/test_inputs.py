"""What counts as a check of a parameter, where it holds, and what the rules on inputs say."""

from __future__ import annotations

from textwrap import indent

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.options import Profile

HEAD = """
import asyncio, json, logging, re, uuid
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Annotated, Any, Literal, Optional
import aiohttp, asyncpg, httpx, requests
import sqlalchemy as sa
from livekit.agents import RunContext, function_tool
from pydantic import BaseModel, Field, ValidationError
from supabase import create_client
from shop import customers
from shop.checks import is_known, normalised

URL = "https://api.example.com"
ORDER = re.compile(r"[A-Z]{2}[0-9]{6}")
CITIES = {"london": "LON", "paris": "PAR"}
ERROR = {"status": "error", "message": "no"}
client = httpx.AsyncClient(timeout=5.0)
logger = logging.getLogger(__name__)

class State(Enum):
    OPEN = "open"

class Order(BaseModel):
    number: str = Field(min_length=1)

class Note:
    def __init__(self, text):
        self.text = text
"""
GET = "await client.get(URL, params={'code': code})"


def diagnostics(
    body: str, parameters: str = "code: str", helpers: str = "", profile: Profile = "contract"
) -> list[Diagnostic]:
    signature = f"@function_tool\nasync def tell(ctx: RunContext, {parameters}) -> dict:"
    source = f"{HEAD}\n{helpers}\n{signature}\n{indent(body, '    ')}\n    return {{'status': 'success'}}\n"
    return check(source, "tell.py", Options(profile=profile))


def unchecked(body: str, parameters: str = "code: str", helpers: str = "") -> set[str]:
    """The parameters that CAL801 names."""
    found = diagnostics(body, parameters, helpers)
    return {diagnostic.message.split("`")[1] for diagnostic in found if diagnostic.code == "CAL801"}


def messages(code: str, body: str, parameters: str = "code: str", helpers: str = "") -> list[str]:
    found = diagnostics(body, parameters, helpers, "strict")
    return [diagnostic.message for diagnostic in found if diagnostic.code == code]


CHECKS = [
    "if not code: return ERROR",
    "if not code or not isinstance(code, str): return ERROR",
    "if len(code) != 8: return ERROR",
    "if not 1 <= len(code) <= 10: return ERROR",
    "if not code.strip(): return ERROR",
    "code = code.strip()\nif not code: return ERROR",
    "cleaned = code.strip().upper()\nif not ORDER.fullmatch(cleaned): return ERROR",
    "if not code: raise ValueError",
    "if code not in CITIES: return ERROR",
    "if code not in ('a', 'b'):\n    code = 'a'",
    "city = CITIES.get(code.lower())\nif city is None: return ERROR",
    "city = CITIES[code]",
    "if not (found := ORDER.match(code)): return ERROR",
    "found = re.fullmatch('[0-9]+', code)\nif found is None: return ERROR",
    "if not all([code, code.strip()]): return ERROR",
    "if any(not value for value in (code,)): return ERROR",
    "for name, value in (('code', code),):\n    if not value: return ERROR",
    "for is_fine, name in ((len(code) > 3, 'code'),):\n    if not is_fine: return ERROR",
    "missing = [name for name, value in {'code': code}.items() if not value]\nif missing: return ERROR",
    "for letter in code:\n    if not letter.isalnum(): return ERROR",
    "if not all(letter.isdigit() for letter in code): return ERROR",
    "try:\n    number = int(code)\nexcept ValueError:\n    return ERROR",
    "try:\n    number = int(code)\nexcept ValueError:\n    number = None\nif number is None: return ERROR",
    "try:\n    day = datetime.strptime(code, '%Y-%m-%d')\nexcept ValueError:\n    return ERROR",
    "try:\n    uuid.UUID(code)\nexcept (ValueError, TypeError):\n    return ERROR",
    "is_fine = True\ntry:\n    uuid.UUID(code)\nexcept ValueError:\n    is_fine = False\nif not is_fine: return ERROR",
    "try:\n    Order(number=code)\nexcept ValidationError:\n    return ERROR",
    "try:\n    State(code)\nexcept ValueError:\n    return ERROR",
    "if not is_known(code): return ERROR",
    "code = normalised(code)",
    "customer = await customers.find(code)\nif customer is None: return ERROR",
    "errors = []\nif not code:\n    errors.append('no')\nif errors: return ERROR",
    "error = None if code else 'no'\nif error: return ERROR",
    "is_fine = bool(code) and code.isalnum()\nif not is_fine: return ERROR",
    "match code:\n    case 'a' | 'b': pass\n    case _: return ERROR",
    "while not code:\n    code = 'x'",
    "code = code or 'unknown'",
    "code = code if code in CITIES else 'london'",
    "assert code",
    "if code == 'a':\n    price = 1\nelif code == 'b':\n    price = 2\nelse:\n    return ERROR",
    "if code and len(code) > 10: return ERROR",
    "if code:\n    if len(code) > 10: return ERROR",
    "with logger.span('x'):\n    if not code: return ERROR",
    "try:\n    if not code: raise ValueError\nexcept ValueError:\n    return ERROR",
]


@pytest.mark.parametrize("written", CHECKS)
def test_a_check_on_the_way(written: str) -> None:
    assert unchecked(f"{written}\n{GET}") == set()


@pytest.mark.parametrize("written", CHECKS[:12])
def test_a_check_comes_too_late_behind_the_call(written: str) -> None:
    assert unchecked(f"{GET}\n{written}") == {"code"}


@pytest.mark.parametrize("written", CHECKS[:12])
def test_a_check_on_one_of_two_ways_is_none(written: str) -> None:
    body = f"if wish:\n{indent(written, '    ')}\n{GET}"
    assert unchecked(body, "code: str, wish: bool") == {"code"}


@pytest.mark.parametrize(
    "written",
    [
        "if not code: logger.warning('odd')",
        "if code == 'a':\n    price = 1\nelse:\n    price = 2",
        "match code:\n    case 'a': price = 1\n    case _: price = 2",
        "for letter in code:\n    if not letter.isalnum(): break",
        "try:\n    int(code)\nexcept ValueError:\n    pass",
        "try:\n    if not code: raise ValueError\nexcept ValueError:\n    logger.warning('odd')",
        "is_fine = code.isalnum()\nlogger.info(is_fine)",
        "code = code.strip().upper()",
        "logger.info('looking up %s', code)",
        "print(code)",
        "note = Note(code)",
        "length = len(code)",
    ],
)
def test_what_is_no_check(written: str) -> None:
    assert unchecked(f"{written}\n{GET}") == {"code"}


@pytest.mark.parametrize(
    "call",
    [
        "await client.get(f'{URL}/{code}')",
        "url = URL + '/' + code\nawait client.get(url)",
        "payload = {'orders': [1, {'code': code}]}\nawait client.post(URL, json=payload)",
        "payload = {}\npayload['code'] = code\nawait client.post(URL, json=payload)",
        "payload = {}\npayload.update({'code': code})\nawait client.post(URL, content=json.dumps(payload))",
        "options = {'params': {'code': code}}\nawait client.get(URL, **options)",
        "body = 'Order {}'.format(code)\nawait client.post(URL, content=body)",
        "body = 'Order %s' % code\nawait client.post(URL, content=body)",
        "body = ' '.join(['order', code])\nawait client.post(URL, content=body)",
        "try:\n    number = int(code)\nexcept ValueError:\n    number = code\nawait client.post(URL, json=[number])",
        "await client.post(URL, json={'note': Note(code).text})",
        "query = sa.select(1).where(sa.column('id') == code)\nawait (await asyncpg.connect('x')).fetch(query)",
        "conn = await asyncpg.connect('postgres://db')\nawait conn.fetchrow('SELECT 1 WHERE id = $1', code)",
        "create_client('a', 'b').table('orders').select('*').eq('id', code).execute()",
        "await asyncio.to_thread(requests.get, URL, params={'code': code}, timeout=5)",
        "await loop.run_in_executor(None, lambda: requests.get(URL, params={'code': code}, timeout=5))",
        "async def later():\n    await client.get(URL, params={'code': code})\nawait asyncio.wait_for(later(), 5)",
        "await asyncio.gather(*[client.get(URL, params={'part': part}) for part in code.split(',')])",
        "async with aiohttp.ClientSession() as s:\n    async with s.post(URL, json={'code': code}) as r: pass",
        "for attempt in range(3):\n    await client.get(URL, params={'code': code})",
        "while True:\n    await client.get(URL, params={'code': code})\n    if code: break",
        "answer = await client.get(URL, params={'code': code})\nif answer.status_code != 200: return ERROR",
    ],
)
def test_ways_to_a_call(call: str) -> None:
    assert unchecked(call) == {"code"}
    assert unchecked(f"if not code: return ERROR\n{call}") == set()


@pytest.mark.parametrize(
    "call",
    [
        "await client.get(URL, params={'long': len(code) > 3})",
        "await client.get(URL, params={'city': CITIES.get(code)})",
        "await client.post(URL, json={'code': code[:100]})",
        "await client.get(URL, params={'digits': re.sub('[^0-9]', '', code)})",
        "digits = [digit for digit in code if digit.isdigit()]\nawait client.post(URL, json=''.join(digits))",
        "customer = await customers.find(code)\nawait client.get(URL, params={'id': customer.id})",
        "await httpx.AsyncClient(timeout=code).get(URL)",
        "await ctx.session.say(code)",
    ],
)
def test_what_does_not_take_the_words_themselves(call: str) -> None:
    assert unchecked(call) == set()


@pytest.mark.parametrize(
    ("parameter", "is_open"),
    [
        ("code: str", True),
        ("code: int", True),
        ("code: int = 10", True),
        ("code: str = 'all'", True),
        ("code: list[str]", True),
        ("code: dict", True),
        ("code: Annotated[str, 'What the caller wants']", True),
        ("code: str = ''", False),
        ("code: str | None = None", False),
        ("code: Optional[str]", False),
        ("code: list[str] = []", False),
        ("code: bool", False),
        ("code: Literal['a', 'b']", False),
        ("code: list[Literal['a', 'b']]", False),
        ("code: Annotated[int, Field(ge=1, le=7)]", False),
        ("code: State", False),
        ("code: Order", False),
    ],
)
def test_what_a_declaration_leaves_to_check(parameter: str, is_open: bool) -> None:
    assert unchecked(GET, parameter) == ({"code"} if is_open else set())


HELPED = "async def fetch(value):\n    return await client.get(URL, params={'code': value})"
VALID = "def valid(value):\n    if not value: return False\n    return True"


@pytest.mark.parametrize(
    ("helper", "body", "is_found"),
    [
        (HELPED, "await fetch(code)", True),
        (HELPED, "await fetch(value=code)", True),
        (HELPED, "if not code: return ERROR\nawait fetch(code)", False),
        (HELPED.replace("return", "if value: return"), "await fetch(code)", False),
        (HELPED + "\nasync def deep(value): return await fetch(value)", "await deep(code)", True),
        ("async def fetch(**options): await client.get(URL, params=options)", "await fetch(code=code)", True),
        ("async def fetch(*parts): await client.get(URL, params=parts)", "await fetch(1, code)", True),
        (VALID, f"if not valid(code): return ERROR\n{GET}", False),
        (VALID, f"valid(code)\n{GET}", True),
        ("def ensure(value):\n    if not value: raise ValueError", f"ensure(code)\n{GET}", False),
        ("def error_of(value):\n    if not value: return ERROR", f"if error_of(code): return ERROR\n{GET}", False),
        ("def parts(value): return bool(value), 'no'", f"ok, why = parts(code)\nif not ok: return ERROR\n{GET}", False),
        ("def shout(value): return value.upper()", "await client.get(URL, params={'code': shout(code)})", True),
        ("def note(value): logger.info(value)", f"note(code)\n{GET}", True),
        ("class Api:\n    async def get(self, c): await client.get(URL, params=c)", "await Api().get(code)", True),
    ],
)
def test_helpers(helper: str, body: str, is_found: bool) -> None:
    assert unchecked(body, helpers=helper) == ({"code"} if is_found else set())


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("not one or not two", set()),
        ("not (one and two)", set()),
        ("not all([one, two])", set()),
        ("not one", {"two"}),
        ("one == 'a' and not two", set()),
        ("wish", {"one", "two"}),
    ],
)
def test_a_condition_is_a_test_of_all_that_it_names(condition: str, found: set[str]) -> None:
    body = f"if {condition}: return ERROR\nawait client.post(URL, json=[one, two])"
    assert unchecked(body, "one: str, two: str, wish: bool") == found


def test_what_is_asked_again_is_answered_the_same() -> None:
    body = "if wish:\n    if not code: return ERROR\nif wish:\n    " + GET
    assert unchecked(body, "code: str, wish: bool") == set()
    assert unchecked(body.replace("\nif wish", "\nwish = other()\nif wish"), "code: str, wish: bool") == {"code"}


def test_the_host_is_told_by_its_own_rule() -> None:
    found = diagnostics("await client.get(f'https://{code}.example.com')")
    assert [diagnostic.code for diagnostic in found if diagnostic.code in ("CAL513", "CAL801")] == ["CAL513"]


def test_a_raw_tool_has_a_schema_of_its_own() -> None:
    body = "await client.post(URL, json=raw_arguments['x'])"
    source = (
        f"{HEAD}\n@function_tool(raw_schema={{'name': 'tell'}})\nasync def tell(raw_arguments: dict):\n    {body}\n"
    )
    assert not {d.code for d in check(source, "tell.py", Options(profile="strict"))} & {"CAL801", "CAL802", "CAL804"}


def test_messages() -> None:
    body = "await fetch(code)\nnumber = int(code)\nassert number"
    [reached] = messages("CAL801", body, helpers=HELPED)
    assert reached.startswith("`code` reaches `client.get` in helper `fetch` without validation; validate it first")
    assert messages("CAL802", "pass") == [
        "parameter `code` is never used, but the model still asks the caller for it; use or remove it"
    ]
    [asserted] = messages("CAL803", body, helpers=HELPED)
    assert asserted.startswith("`code` is validated with `assert`")
    [risky] = messages("CAL804", body, helpers=HELPED)
    assert risky.startswith("`int(code)` raises `ValueError` if `code` is invalid")


@pytest.mark.parametrize(
    "body",
    [
        "del code",
        "code += 'x'\nreturn {'code': code}",
        "x = [code for _ in 'a']",
        "y = lambda: code",
        "def inner(): return code",
        "eval('code')",
    ],
)
def test_ways_to_use_a_parameter(body: str) -> None:
    assert messages("CAL802", body) == []


@pytest.mark.parametrize("body", ["code = 'x'\nprint(code)", "def inner(code): return code", "other.code = 1"])
def test_what_is_no_use(body: str) -> None:
    assert len(messages("CAL802", body)) == 1
