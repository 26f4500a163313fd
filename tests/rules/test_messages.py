"""What messages and fixes say in forms that fixtures do not have."""

from __future__ import annotations

import sqlite3

import pytest

from flake8_incall import Diagnostic, check
from flake8_incall.fixes import fixed

FUNCTION = """\
import logging
{imports}
from livekit.agents import RunContext

logger = logging.getLogger(__name__)


async def read(ctx: RunContext, {parameters}) -> dict:
    {body}
    return {{"status": "success"}}
"""


def written(imports: str, body: str, parameters: str = "account: str") -> str:
    return FUNCTION.format(imports=imports, body=body, parameters=parameters)


def found(source: str, code: str) -> list[Diagnostic]:
    return [one for one in check(source, "read.py") if one.code == code]


STATEMENT = "f\"SELECT total FROM orders WHERE account = '{account}'\""
# How each library marks the place of a value, by its documentation.
DATABASES = {
    "asyncpg": ("$1", "db = await asyncpg.connect('postgres://db/shop')", "await db.fetchrow(STATEMENT)"),
    "psycopg": ("%s", "db = await psycopg.AsyncConnection.connect('')", "await db.execute(STATEMENT)"),
    "psycopg2": ("%s", "db = psycopg2.connect('').cursor()", "db.execute(STATEMENT)"),
    "aiomysql": ("%s", "db = await (await aiomysql.connect()).cursor()", "await db.execute(STATEMENT)"),
    "pymysql": ("%s", "db = pymysql.connect().cursor()", "db.execute(STATEMENT)"),
    "sqlite3": ("?", "db = sqlite3.connect('shop')", "db.execute(STATEMENT)"),
    "aiosqlite": ("?", "db = await aiosqlite.connect('shop')", "await db.execute(STATEMENT)"),
    "sqlalchemy": (":name", "db = sqlalchemy.create_engine('').connect()", "db.execute(sqlalchemy.text(STATEMENT))"),
}


@pytest.mark.parametrize("library", DATABASES)
def test_sql_advice_names_the_placeholder_of_the_library(library: str) -> None:
    placeholder, connect, call = DATABASES[library]
    source = written(f"import {library}", f"{connect}\n    {call.replace('STATEMENT', STATEMENT)}")
    [one] = found(source, "CAL509")
    assert f"(`{placeholder}`)" in one.message
    assert sqlite3.paramstyle == "qmark"


@pytest.mark.parametrize(
    ("imports", "before", "after"),
    [
        ("import aiohttp", "aiohttp.ClientSession()", "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))"),
        ("import aiohttp as web", "web.ClientSession()", "web.ClientSession(timeout=web.ClientTimeout(total=10))"),
        (
            "from aiohttp import ClientSession",
            "ClientSession()",
            "ClientSession(timeout=ClientTimeout(total=10))",
        ),
    ],
)
def test_a_session_of_aiohttp_is_given_its_own_kind_of_timeout(imports: str, before: str, after: str) -> None:
    body = f"async with {before} as session:\n        await session.get('https://api.example.com')"
    source = written(imports, body)
    [one] = found(source, "CAL601")
    assert f"pass `timeout=` to `{before[:-2]}`" in one.message
    result = fixed(source, lambda text: found(text, "CAL601"), unsafe=True)
    named = "import ClientSession, ClientTimeout" if after.endswith("(timeout=ClientTimeout(total=10))") else ""
    assert result.text == source.replace(before, after).replace("import ClientSession", named or "import ClientSession")


@pytest.mark.parametrize(
    ("imports", "call", "after"),
    [
        ("import httpx2", "httpx2.AsyncClient(timeout=None)", "5"),
        ("import aiohttp", "aiohttp.ClientSession(timeout=None)", "aiohttp.ClientTimeout(total=10)"),
    ],
)
def test_none_is_replaced_by_what_the_library_takes(imports: str, call: str, after: str) -> None:
    body = f"async with {call} as client:\n        await client.get('https://api.example.com')"
    [one] = found(written(imports, body), "CAL602")
    assert one.fix is not None
    assert [edit.text for edit in one.fix.edits] == [after]


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("print(account)", "logger.info(account)"),
        ("print('for', account)", "logger.info(\"%s %s\", 'for', account)"),
        ("print()", "print()"),
        ("print(*account)", "print(*account)"),
        ("print(account, end='')", "logger.info(account)"),
        ("print(account, flush=True)", "logger.info(account)"),
    ],
)
def test_a_print_of_values_alone_becomes_a_log_line(call: str, after: str) -> None:
    source = written("", call)
    assert len(found(source, "CAL903")) == 1
    result = fixed(source, lambda text: found(text, "CAL903"), unsafe=True)
    assert result.text == source.replace(call, after)


@pytest.mark.parametrize(
    ("logger", "is_fixed"),
    [
        ("logger = logging.getLogger(__name__)", True),
        ("logger = logging.getLogger()\nlogger = logging.getLogger('shop')", True),
        ("", True),
        ("logger = shop.logger", False),
        ("logger = print", False),
        ("logger = logging.getLogger()\nlogger = shop.logger()", False),
        ("from shop import logger", False),
    ],
)
def test_a_print_becomes_a_log_line_unless_the_name_of_the_logger_is_taken(logger: str, is_fixed: bool) -> None:
    source = written("", "print(account)").replace("logger = logging.getLogger(__name__)", logger)
    [one] = found(source, "CAL903")
    assert (one.fix is not None) is is_fixed


@pytest.mark.parametrize(
    ("use", "is_fault"),
    [
        ("isinstance(account, pathlib.Path)", False),
        ("issubclass(type(account), pathlib.Path)", False),
        ("isinstance(account, (str, pathlib.Path))", False),
        ("isinstance(account, (str, (int, pathlib.Path)))", False),
        ("isinstance(pathlib.Path(account).open(), str)", True),
        ("made(account, pathlib.Path.open)", True),
    ],
)
def test_a_class_that_reaches_files_may_be_asked_for(use: str, is_fault: bool) -> None:
    source = written("import pathlib", f"found = {use}")
    assert bool(found(source, "CAL501")) is is_fault


@pytest.mark.parametrize(
    ("key", "is_fault"),
    [
        ("Text", False),
        ("str", False),
        ("str | Text", False),
        ("Literal['a']", False),
        ("int", True),
        ("str | int", True),
    ],
)
def test_keys_of_a_dict_are_texts(key: str, is_fault: bool) -> None:
    source = written("from typing import Literal, Text", "pass", f"rows: dict[{key}, int]")
    assert bool(found(source, "CAL205")) is is_fault
