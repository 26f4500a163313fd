"""Which words of a caller get into addresses and statements, by example: each with its harmless twin."""

from __future__ import annotations

import textwrap

import pytest

from flake8_incall.model.inputs.search import Danger, Injections
from flake8_incall.model.module import Module
from flake8_incall.model.source import parse, split_lines
from flake8_incall.options import Options

STATEMENT, HOST, PATH = Danger.STATEMENT, Danger.HOST, Danger.PATH

MODULE = """
import asyncio, re, uuid
from datetime import date
from functools import partial
from urllib.parse import quote, urlencode, urljoin, urlparse
import aiohttp, asyncpg, httpx, requests, sqlalchemy
from livekit.agents import RunContext
from company import is_valid_order, slug, validate_order

BASE = "https://api.example.com"
CITIES = {{"london": "LON", "paris": "PAR"}}
ORDER = re.compile(r"[A-Z]{{2}}\\d{{6}}")
LOOSE = re.compile(r".+")
HOSTS = ("api.example.com", "eu.example.com")

{helpers}

async def look_up(ctx: RunContext, {parameters}) -> dict:
    client = httpx.AsyncClient(timeout=5)
    conn = await asyncpg.connect("postgres://db")
{body}
"""


def found(body: str, parameters: str = "code: str, other: str = ''", helpers: str = "") -> set[tuple[Danger, str]]:
    """The dangers in a function of this body, each with the parameter."""
    source = MODULE.format(
        helpers=textwrap.dedent(helpers),
        parameters=parameters,
        body=textwrap.indent(textwrap.dedent(body), "    "),
    )
    module = Module("functions.py", split_lines(source), parse(source, "functions.py"), Options())
    (function,) = module.discovery.functions
    injections = Injections(module)
    return {(danger, injection.parameter) for danger in Danger for injection in injections.of(function, danger)}


def get(expression: str) -> str:
    return f"await client.get({expression})"


@pytest.mark.parametrize(
    "expression",
    [
        'f"{BASE}/orders/{code}"',
        'BASE + "/orders/" + code',
        '"https://api.example.com/orders/%s" % code',
        '"https://api.example.com/%s/%s" % ("orders", code)',
        '"https://api.example.com/orders/%(code)s" % {"code": code}',
        '"https://api.example.com/orders/{}".format(code)',
        '"https://api.example.com/{1}/{0}".format(code, "orders")',
        '"https://api.example.com/orders/{code}".format(code=code)',
        '"/".join([BASE, "orders", code])',
        'f"https://api.example.com/orders/{code.strip().upper()}"',
        'f"https://api.example.com/orders/{str(code)}"',
        'f"https://api.example.com/orders?code={code}"',
        'urljoin(BASE, f"/orders/{code}")',
        'f"{ctx.userdata.base_url}/orders/{code}"',
        'f"/orders/{code}"',
        'f"https://api.example.com/{code or other}"',
        'f"https://api.example.com/{code.split()[0]}"',
        'url=f"https://api.example.com/{code}"',
        '*[f"https://api.example.com/{code}"]',
    ],
)
def test_words_in_a_path(expression: str) -> None:
    expected = {(PATH, "code")} if not expression.startswith("*") else set()
    assert found(get(expression)) - {(PATH, "other")} == expected


@pytest.mark.parametrize(
    "expression",
    [
        '"https://api.example.com/orders", params={"code": code}',
        'f"https://api.example.com/orders/{quote(code)}"',
        'f"https://api.example.com/orders/{quote(code, safe=str())}"',
        'f"https://api.example.com/orders?{urlencode({str(): code})}"',
        'f"https://api.example.com/orders/{int(code)}"',
        'f"https://api.example.com/orders/{uuid.UUID(code)}"',
        'f"https://api.example.com/orders/{len(code)}"',
        'f"https://api.example.com/orders/{CITIES[code]}"',
        'f"https://api.example.com/orders/{CITIES.get(code)}"',
        'f"https://api.example.com/orders/{slug(code)}"',
        "f\"https://api.example.com/orders/{re.sub('[^a-z0-9]', str(), code)}\"",
        '"https://api.example.com/orders/%d" % code',
        'f"https://api.example.com/orders/{code:d}"',
        'f"https://api.example.com/{code if code.isalnum() else 0}"',
        'f"https://api.example.com/{str().join(c for c in code if c.isalnum())}"',
    ],
)
def test_words_that_are_quoted_converted_or_looked_up(expression: str) -> None:
    assert found(get(expression)) == set()


@pytest.mark.parametrize("annotation", ["int", "float", "bool", "Literal['a', 'b']", "list[int]", "int | None"])
def test_types_that_leave_no_room_for_words(annotation: str) -> None:
    body = get('f"https://api.example.com/orders/{code}"')
    assert found("from typing import Literal\n" + body, f"code: {annotation}") == set()


@pytest.mark.parametrize("annotation", ["str | None", "list[str]", "dict", "list"])
def test_types_that_hold_words(annotation: str) -> None:
    assert found(get('f"https://api.example.com/orders/{code}"'), f"code: {annotation}") == {(PATH, "code")}


def test_a_pattern_in_the_annotation_is_a_check() -> None:
    helpers = "from typing import Annotated\nfrom pydantic import Field"
    parameters = 'code: Annotated[str, Field(pattern="^[A-Z]+$")]'
    assert found(get('f"https://api.example.com/orders/{code}"'), parameters, helpers) == set()


GUARDS = [
    "if not code.isalnum(): return {}",
    "if not code or not code.isdigit(): return {}",
    "if not (code and code.isdecimal() and len(code) == 10): return {}",
    "if not code.replace('-', '').isalnum(): return {}",
    "if code not in CITIES: return {}",
    "if code.lower() not in ('a', 'b'): return {}",
    "if code != 'a' and code != 'b': return {}",
    "if '/' in code: return {}",
    "if any(c in '/?#' for c in code): return {}",
    "if not all(c.isalnum() or c == '-' for c in code): return {}",
    "if not set(code) <= set('abc'): return {}",
    "if re.fullmatch(r'[A-Z]+', code) is None: return {}",
    "if not re.match(r'^[A-Z]+$', code): return {}",
    "if re.search(r'[^A-Z]', code): return {}",
    "if not ORDER.fullmatch(code): return {}",
    "match = ORDER.fullmatch(code)\nif match is None: return {}",
    "if not (match := ORDER.fullmatch(code)): return {}",
    "is_fine = code.isalnum()\nif not is_fine: return {}",
    "is_fine = bool(code) and code.isalnum()\nif not is_fine: return {}",
    "error = None\nif not code.isalnum():\n    error = 'no'\nif error: return {}",
    "errors = []\nif not code.isalnum():\n    errors.append('no')\nif errors: return {}",
    "if code and not code.isalnum(): return {}",
    "try:\n    int(code)\nexcept ValueError:\n    return {}",
    "try:\n    number = uuid.UUID(code)\nexcept ValueError:\n    return {}",
    "if not is_valid_order(code): return {}",
    "validate_order(code)",
    "if not code.isalnum(): raise ValueError(code)",
    "assert code.isalnum()",
    "for c in code:\n    if not c.isalnum(): return {}",
    "match code:\n    case 'a' | 'b': pass\n    case _: return {}",
    "code = CITIES.get(code)",
    "code = 'fixed'",
    "code = quote(code)",
    "if not code.isalnum():\n    code = 'unknown'",
    "while not code.isalnum():\n    code = 'x'",
]


@pytest.mark.parametrize("guard", GUARDS)
def test_a_check_on_the_way(guard: str) -> None:
    assert found(guard + "\n" + get('f"https://api.example.com/orders/{code}"')) == set()


@pytest.mark.parametrize("guard", GUARDS[:20])
def test_a_check_holds_of_text_that_was_put_together_before(guard: str) -> None:
    assert found('url = f"https://api.example.com/orders/{code}"\n' + guard + "\n" + get("url")) == set()


@pytest.mark.parametrize(
    "guard",
    [
        "if not code: return {}",
        "if len(code) > 20: return {}",
        "if not isinstance(code, str): return {}",
        "if not code.startswith('A'): return {}",
        "if not other.isalnum(): return {}",
        "if not LOOSE.fullmatch(code): return {}",
        "if not re.match(r'[A-Z]+', code): return {}",
        "if '@' not in code: return {}",
        "if not code.isalnum(): ctx.log('odd')",
        "if code.isalnum(): return {}",
        "first = code.split('-')[0]\nif not first.isalnum(): return {}",
        "try:\n    int(code)\nexcept ValueError:\n    pass",
        "if other:\n    if not code.isalnum(): return {}",
        "for c in code:\n    if not c.isalnum(): break",
        "code.isalnum()",
        "match code:\n    case 'a': return {}\n    case _: pass",
    ],
)
def test_what_is_no_check(guard: str) -> None:
    assert (PATH, "code") in found(guard + "\n" + get('f"https://api.example.com/orders/{code}"'))


def test_a_check_after_the_use_comes_too_late() -> None:
    body = get('f"https://api.example.com/orders/{code}"') + "\nif not code.isalnum(): return {}"
    assert found(body) == {(PATH, "code")}


@pytest.mark.parametrize(
    "expression",
    [
        "code",
        "url=code",
        'f"https://{code}/orders"',
        'f"https://{code}.example.com/orders"',
        'f"https://api.example.com{code}"',
        '"https://" + code',
        "urljoin(BASE, code)",
        'f"{code}/orders"',
        "httpx.URL(code)",
        "code.strip()",
        'f"https://api.example.com:{code}/orders"',
        "code or BASE",
    ],
)
def test_words_that_decide_the_host(expression: str) -> None:
    assert found(get(expression)) == {(HOST, "code")}


@pytest.mark.parametrize(
    "guard",
    [
        "if urlparse(code).hostname not in HOSTS: return {}",
        "parts = urlparse(code)\nif parts.scheme != 'https' or parts.netloc not in HOSTS: return {}",
        "if urlparse(code).hostname != 'api.example.com': return {}",
        "if not (urlparse(code).hostname or '').endswith('.example.com'): return {}",
        "if not code.startswith('https://api.example.com/'): return {}",
        "if not code.startswith(('https://api.example.com/', 'https://eu.example.com/')): return {}",
        "if code not in ctx.userdata.links: return {}",
        "if not re.match(r'https://api\\.example\\.com/', code): return {}",
        "if not is_valid_order(code): return {}",
    ],
)
def test_a_check_of_the_host(guard: str) -> None:
    assert found(guard + "\n" + get("code")) == set()


@pytest.mark.parametrize(
    "guard",
    [
        "if not code.startswith('https://'): return {}",
        "if not code.startswith('https://api.example.com'): return {}",
        "if 'example.com' not in code: return {}",
        "if urlparse(code).scheme != 'https': return {}",
        "if not code.endswith('.example.com'): return {}",
        "if not re.match(r'https?://.+', code): return {}",
    ],
)
def test_what_is_no_check_of_the_host(guard: str) -> None:
    assert found(guard + "\n" + get("code")) == {(HOST, "code")}


def test_a_name_below_a_domain_of_ones_own_is_fine_once_it_is_checked() -> None:
    guard = "if not code.isalnum(): return {}\n"
    assert found(guard + get('f"https://{code}.example.com/orders"')) == set()
    assert found(guard + get('f"https://{code}/orders"')) == {(HOST, "code")}


def test_the_client_s_own_address() -> None:
    assert found("session = aiohttp.ClientSession(base_url=code)") == {(HOST, "code")}
    assert found('session = httpx.AsyncClient(base_url=f"https://{code}.example.com")') == {(HOST, "code")}


@pytest.mark.parametrize(
    "body",
    [
        'await conn.fetch("SELECT a FROM b WHERE c = \'" + code + "\'")',
        "await conn.fetch(f\"SELECT a FROM b WHERE c = '{code}'\")",
        "await conn.fetch(\"SELECT a FROM b WHERE c = '%s'\" % code)",
        "await conn.fetch(\"SELECT a FROM b WHERE c = '{}'\".format(code))",
        "query = 'SELECT a FROM b WHERE c = '\nquery += code\nawait conn.fetchrow(query)",
        "parts = ['SELECT a FROM b']\nif code: parts.append('WHERE c = ' + code)\nawait conn.fetch(' '.join(parts))",
        "await conn.fetch(code)",
        "await conn.execute(f'DELETE FROM {code}')",
        "if not code.isdigit(): return {}\nawait conn.fetch(f'SELECT a FROM b WHERE c = {code}')",
        "sqlalchemy.text(f\"SELECT a FROM b WHERE c = '{code}'\")",
        "await ctx.userdata.db.fetch_all(f\"SELECT a FROM b WHERE c = '{code}'\")",
        "async with ctx.userdata.pool.acquire() as c:\n    await c.execute('UPDATE a SET b = ' + code)",
        "await conn.fetch(f\"SELECT a FROM b WHERE c IN ({', '.join(repr(c) for c in code)})\")",
        "where = {'sql': f\"c = '{code}'\"}\nawait conn.fetch('SELECT a FROM b WHERE ' + where['sql'])",
        "def run():\n    return conn.fetch('SELECT a FROM b WHERE c = ' + code)\nawait run()",
        "await asyncio.to_thread(conn.execute, f'DELETE FROM a WHERE b = {code}')",
    ],
)
def test_words_in_a_statement(body: str) -> None:
    assert found(body) == {(STATEMENT, "code")}


@pytest.mark.parametrize(
    "body",
    [
        "await conn.fetch('SELECT a FROM b WHERE c = $1', code)",
        "await conn.fetch(query='SELECT a FROM b WHERE c = $1', timeout=5)",
        "if code not in ('a', 'b'): return {}\nawait conn.fetch(f'SELECT a FROM b ORDER BY {code}')",
        "await conn.fetch(f'SELECT a FROM b ORDER BY {CITIES[code]}')",
        "await conn.fetch(f'SELECT a FROM b LIMIT {int(code)}')",
        "if not code.isidentifier(): return {}\nawait conn.fetch(f'SELECT {code} FROM b')",
        "marks = ', '.join(f'${n + 1}' for n in range(len(code)))\nawait conn.fetch('SELECT 1 FROM b WHERE ' + marks)",
        "marks = ', '.join('?' for _ in code)\nawait conn.fetch(f'SELECT a FROM b WHERE c IN ({marks})', code)",
        "order = 'DESC' if code == 'new' else 'ASC'\nawait conn.fetch(f'SELECT a FROM b ORDER BY c {order}')",
        "await ctx.userdata.llm.query(f'Select the best {code} from the menu for the caller')",
        "await ctx.userdata.index.query(code)",
        "await conn.fetch('SELECT a FROM b', code)\nreturn {'message': f'SELECT {code}'}",
        "row = await conn.fetchrow('SELECT a FROM b WHERE c = $1', code)\nawait conn.fetch(f'SELECT {row[0]} FROM b')",
        "await ctx.userdata.cache.get(code)",
        "await conn.fetch(f'SELECT a FROM b WHERE c = {slug(code)}')",
    ],
)
def test_statements_without_a_caller_s_words(body: str) -> None:
    assert found(body) == set()


HELPER = """
async def fetch(client, path, limit=5):
    return await client.get(f"https://api.example.com/{path}")

def build(code):
    return f"https://api.example.com/orders/{code}"

def clean(code):
    return "".join(c for c in code if c.isalnum())

def is_fine(code):
    if not code:
        return False
    return code.isalnum()

def problem(code):
    if not code.isalnum():
        return "no order has such a number"
    return None

def refuse(code):
    if not code.isalnum():
        raise ValueError(code)

class Shop:
    async def fetch(self, code):
        client = httpx.AsyncClient(timeout=5)
        return await client.get(f"https://api.example.com/{code}")
"""


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("await fetch(client, code)", True),
        ("await fetch(client=client, path=f'orders/{code}')", True),
        ("await fetch(client, quote(code))", False),
        ("await fetch(client, 'orders')", False),
        (get("build(code)"), True),
        (get("build(quote(code))"), False),
        (get("build(clean(code))"), False),
        ("if not is_fine(code): return {}\n" + get("build(code)"), False),
        ("if is_fine(code): return {}\n" + get("build(code)"), True),
        ("if problem(code): return {}\n" + get("build(code)"), False),
        ("wrong = problem(code)\nif wrong is not None: return {}\n" + get("build(code)"), False),
        ("if (wrong := problem(code)): return {}\n" + get("build(code)"), False),
        ("refuse(code)\n" + get("build(code)"), False),
        ("refuse(other)\n" + get("build(code)"), True),
        ("await Shop().fetch(code)", True),
        ("shop = Shop()\nawait shop.fetch(quote(code))", False),
        ("await asyncio.gather(*(fetch(client, c) for c in [code]))", True),
        ("for part in (code, other):\n    await fetch(client, part)", True),
    ],
)
def test_helpers_of_the_module(body: str, is_found: bool) -> None:
    assert ((PATH, "code") in found(body, helpers=HELPER)) is is_found


def test_recursion_and_loops_come_to_an_end() -> None:
    helpers = """
    def again(text, more):
        if len(text) > 9:
            return text
        return again(text + more, more)
    """
    body = "while len(code) < 9:\n    code = code + other + code\n    again(code, other)\n" + get("BASE + '/' + code")
    assert found(body, helpers=helpers) == {(PATH, "code")}


@pytest.mark.parametrize(
    "body",
    [
        "for c in code:\n    await client.get(f'{BASE}/{c}')",
        "found = [await client.get(f'{BASE}/{c}') for c in code]",
        "for n, c in enumerate(code):\n    await client.get(f'{BASE}/{n}/{c}')",
        "for one, two in zip(CITIES, code):\n    await client.get(f'{BASE}/{one}/{two}')",
        "first, *rest = code\nawait client.get(f'{BASE}/{first}')",
        "await client.get(f'{BASE}/{code[0]}')",
        "await client.get(BASE + '/' + '/'.join(code))",
        "build = lambda part: f'{BASE}/{part}'\nawait client.get(build(code[0]))",
        "await asyncio.gather(*[client.get(f'{BASE}/{c}') for c in code])",
        "urls = {c: f'{BASE}/{c}' for c in code}\nfor url in urls.values():\n    await client.get(url)",
        "todo = []\nfor c in code:\n    todo.append(f'{BASE}/{c}')\nawait client.get(todo[0])",
        "path = BASE\nfor c in code:\n    path += '/' + c\nawait client.get(path)",
        "try:\n    path = BASE + '/' + code[0]\nfinally:\n    await client.get(path)",
        "await ctx.userdata.http.get(f'{BASE}/{code[0]}')",
        "async with aiohttp.ClientSession() as session, session.get(f'{BASE}/{code[0]}') as response:\n    pass",
        "await asyncio.to_thread(requests.get, f'{BASE}/{code[0]}', timeout=5)",
    ],
)
def test_a_list_of_words(body: str) -> None:
    assert found(body, "code: list[str]") == {(PATH, "code")}


@pytest.mark.parametrize(
    "body",
    [
        "for c in code:\n    if c.isalnum():\n        await client.get(f'{BASE}/{c}')",
        "found = [await client.get(f'{BASE}/{c}') for c in code if c in CITIES]",
        "found = [await client.get(f'{BASE}/{n}') for n, c in enumerate(code)]",
        "if not all(c.isalnum() for c in code): return {}\nawait client.get(BASE + '/' + '/'.join(code))",
        "for c in code:\n    if not c.isalnum(): return {}\nawait client.get(BASE + '/' + code[0])",
        "await client.get(BASE + '/' + ','.join(quote(c) for c in code))",
        "await client.get(f'{BASE}/{len(code)}')",
    ],
)
def test_a_list_of_words_that_are_checked(body: str) -> None:
    assert found(body, "code: list[str]") == set()


def test_the_fields_of_a_dict() -> None:
    assert found("await client.get(f\"{BASE}/{code['id']}\")", "code: dict") == {(PATH, "code")}
    assert found("number = code.get('id', '')\nawait client.get(f'{BASE}/{number}')", "code: dict") == {(PATH, "code")}
    guard = "number = code.get('id', '')\nif not number.isalnum(): return {}\n"
    assert found(guard + "await client.get(f'{BASE}/{number}')", "code: dict") == set()


@pytest.mark.parametrize(
    "body",
    [
        "deep = " + "[" * 80 + "code" + "]" * 80,
        "deep = " + "dict(a=" * 60 + "code" + ")" * 60,
        "deep = ctx" + ".a" * 900,
        "deep = code" + ".strip()" * 300,
        "\n".join(["deep = urlparse(code)", *["deep = urlparse(deep)"] * 400]),
        "\n".join(["deep = code", *["deep = [deep]"] * 400]),
        "\n".join(f"v{n} = code + '{n}'" for n in range(300)),
    ],
)
def test_deep_code_is_no_trouble(body: str) -> None:
    assert found(body + "\n" + get("BASE + '/' + code")) == {(PATH, "code")}


def test_a_thousand_operands_and_five_hundred_branches() -> None:
    branches = "".join(f"elif other == 'k{n}': code = '{n}'\n" for n in range(500))
    long = " + ".join(["code", *["'x'"] * 1000])
    assert found(f"if other == 'a': pass\n{branches}\n" + get(f"BASE + '/' + {long}")) == {(PATH, "code")}
