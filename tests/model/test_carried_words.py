"""What a method or function makes of a text is still the caller's where Python itself shows the text in it."""

from __future__ import annotations

import builtins
import copy
import html
import json
import textwrap
import typing
import unicodedata
import urllib.parse
from typing import Any

import pytest

from flake8_incall import check

# Long enough to be left whole, with nothing in it that any of these would change but its case.
MARKER = "qwertz uiop"
METHODS = {
    **dict.fromkeys(("capitalize", "casefold", "expandtabs", "lower", "lstrip", "rstrip", "splitlines"), ""),
    **dict.fromkeys(("strip", "swapcase", "title", "upper", "encode", "split", "rsplit", "__str__"), ""),
    **dict.fromkeys(("center", "ljust", "rjust", "zfill"), "40"),
    **dict.fromkeys(("partition", "removeprefix", "removesuffix", "rpartition"), "'!'"),
    "format": "1",
    "join": "['a', 'b']",
    "replace": "'!', '?'",
    "translate": "{{33: 63}}",
    # These tell something of the text and do not have it in them.
    **{name: "" for name in dir(str) if name.startswith("is")},
    **dict.fromkeys(("count", "endswith", "find", "index", "rfind", "rindex", "startswith"), "'q'"),
    "__len__": "",
    "__hash__": "",
}
# Where they give several texts, that which has it.
PARTS = {"partition": "[0]", "rpartition": "[2]", "rsplit": "[0]", "split": "[0]", "splitlines": "[0]"}
FUNCTIONS = {
    "copy.copy": copy,
    "copy.deepcopy": copy,
    "html.escape": html,
    "html.unescape": html,
    "json.dumps": json,
    "textwrap.dedent": textwrap,
    "typing.cast": typing,
    "unicodedata.normalize": unicodedata,
    "urllib.parse.unquote": urllib.parse,
    "urllib.parse.unquote_plus": urllib.parse,
    **dict.fromkeys(("ascii", "dict", "format", "hash", "len", "list", "repr", "str", "tuple"), builtins),
}
CALLS = {
    "dict": "dict({{0: {}}})",
    "list": "list([{}])",
    "tuple": "tuple([{}])",
    "typing.cast": "typing.cast(str, {})",
    "unicodedata.normalize": "unicodedata.normalize('NFC', {})",
}
EXPRESSIONS = {
    **{f"str.{name}": f"{{}}.{name}({arguments}){PARTS.get(name, '')}" for name, arguments in METHODS.items()},
    **{name: CALLS.get(name, f"{name}({{}})") for name in FUNCTIONS},
    "format with a width": "format({}, '>40')",
    "percent": "'%s' % {}",
    "percent with a tuple": "'%s %s' % ({}, 1)",
    "sum": "'a' + {} + 'b'",
    "product": "{} * 2",
    "f-string": "f'{{{}:>40}}'",
    "conversion": "f'{{{}!r}}'",
    "slice": "{}[:40]",
    "part of a slice": "{}[0:][:30]",
    "or": "({} or 'a')",
    "choice": "('a' if not {} else {})",
    "item of a list": "[{}][0]",
    "item of a dict": "{{'a': {}}}['a']",
    "item of a tuple": "(1, {})[1]",
    "all of a list": "[{}]",
    "all of a dict": "{{'a': {}}}",
    "all of a tuple": "(1, {})",
    "numbers in a list": "[len({})]",
    "get": "{{'a': {}}}.get('a')",
    "get with a default": "{{}}.get('a', {})",
    "setdefault": "{{}}.setdefault('a', {})",
    "pop": "{{'a': {}}}.pop('a')",
    "values": "list({{'a': {}}}.values())[0]",
    "items": "list({{'a': {}}}.items())[0][1]",
    "spread dict": "{{**{{'a': {}}}}}['a']",
    "spread dict of unknown keys": "{{**{{str(len('a')): {}}}}}['1']",
    "spread list": "[*[{}]][0]",
    "deep list": "[[[[[[[[{}]]]]]]]][0][0][0][0][0][0][0][0]",
    "deep dict": "{{'a': {{'a': {{'a': {{'a': {{'a': {}}}}}}}}}}}['a']['a']['a']['a']['a']",
    "join of a list": "' '.join(['a', {}])",
    "join of a generator": "' '.join(word for word in [{}])",
    "walrus": "(text := {})",
    "lambda": "(lambda text: text)({})",
    "comparison": "({} == 'a')",
    "length": "len({})",
    "truth": "bool({})",
    "truth of a choice": "bool({} and {})",
    "key": "{{{}: 1}}",
    "value of a known key": "', '.join({{'a': {}}})",
    "keys": "{{{}: 1}}.keys()",
    "keys that are joined": "', '.join({{{}: 1}}.keys())",
    "first key": "list({{{}: 1}})[0]",
    "first sorted key": "sorted({{{}: 1}})[0]",
    "first key of all": "next(iter({{{}: 1}}))",
    "spread keys": "[*{{{}: 1}}][0]",
    "keys of items": "[key for key, _ in {{{}: 1}}.items()]",
    "popped item": "{{{}: 1}}.popitem()[0]",
    "smallest": "min({{{}: 1}})",
    "largest": "max({}, 'a')",
    "keys of a comprehension": "{{key: 1 for key in [{}]}}",
    "keys from a list": "dict.fromkeys([{}])",
    "keys of a spread dict": "' '.join({{**{{{}: 1}}}})",
}


def is_carried(expression: str) -> bool:
    """Whether the text is in the value, by Python itself."""
    modules = {
        module.__name__.partition(".")[0]: module for module in (copy, html, json, textwrap, typing, unicodedata)
    }
    names: dict[str, Any] = {**modules, "urllib": urllib, "account": MARKER}
    return MARKER.partition(" ")[0] in str(eval(expression.format(*["account"] * 2), names)).lower()


def is_found(expression: str) -> bool:
    """Whether the value is told in the text of a statement for a database."""
    source = f"""\
import copy, html, json, textwrap, typing, unicodedata, urllib.parse
import asyncpg
from livekit.agents import RunContext


async def read(ctx: RunContext, account: str) -> dict:
    db = await asyncpg.connect("postgres://db/shop", timeout=5)
    value = {expression.format(*["account"] * 2)}
    row = await db.fetchrow("SELECT total FROM orders WHERE account = '" + str(value) + "'", timeout=5)
    return {{"status": "success"}}
"""
    return "CAL509" in {found.code for found in check(source, "read.py")}


def test_every_method_of_texts_is_here() -> None:
    assert {name for name in dir(str) if not name.startswith("_")} - METHODS.keys() == {"format_map", "maketrans"}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_python_keeps_of_a_text_is_kept(name: str) -> None:
    assert is_found(EXPRESSIONS[name]) is is_carried(EXPRESSIONS[name])


@pytest.mark.parametrize("step", ["rows = [rows]", "rows = {'a': rows}", "rows = (rows, 1)", "rows = [*rows, rows]"])
def test_a_value_that_grows_in_a_loop_is_still_the_callers(step: str) -> None:
    source = f"""\
import asyncpg
from livekit.agents import RunContext


async def read(ctx: RunContext, account: str) -> dict:
    db = await asyncpg.connect("postgres://db/shop", timeout=5)
    rows = [account]
    for _ in range(30):
        {step}
    row = await db.fetchrow("SELECT total FROM orders WHERE account = '" + str(rows) + "'", timeout=5)
    return {{"status": "success"}}
"""
    assert {found.code for found in check(source, "read.py")} & {"CAL509", "CAL999"} == {"CAL509"}


@pytest.mark.parametrize(
    "statement",
    [
        "'SELECT total FROM orders LIMIT ' + str(count * 2)",
        "'SELECT total FROM orders WHERE account IN (' + ','.join(['?'] * len(accounts)) + ')'",
        "'SELECT total FROM orders WHERE account IN (' + '?,' * len(accounts) + '?)'",
        "'SELECT total FROM orders WHERE account IN (' + ', '.join('?' for _ in accounts) + ')'",
    ],
)
def test_placeholders_that_are_counted_carry_nothing(statement: str) -> None:
    source = f"""\
import asyncpg
from livekit.agents import RunContext


async def read(ctx: RunContext, count: int, accounts: list[str]) -> dict:
    db = await asyncpg.connect("postgres://db/shop", timeout=5)
    row = await db.fetchrow({statement}, *accounts, timeout=5)
    return {{"status": "success"}}
"""
    assert "CAL509" not in {found.code for found in check(source, "read.py")}
