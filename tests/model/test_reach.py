"""What an in-call function reaches in its file, and by which words a file is seen to reach nothing dangerous."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_incall.catalogue import DANGERS, Api, load
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.reach import Reach
from flake8_incall.model.code.module import Module
from flake8_incall.model.security.words import may_be_dangerous
from flake8_incall.options import Options


def module_of(source: str) -> Module:
    source = textwrap.dedent(source)
    return Module("book.py", source.splitlines(keepends=True), ast.parse(source), Options())


def reached(source: str, inside: str) -> set[str]:
    """The names of what `book`, whose body is given, reaches outside itself."""
    text = f"{textwrap.dedent(source)}\nasync def book(ctx: RunContext) -> dict:\n{textwrap.indent(inside, '    ')}"
    module = module_of(text)
    (book,) = module.fact(discover).functions
    return {getattr(unit.definition, "name", "lambda") for unit in module.fact(Reach).of(book) if not unit.is_own}


@pytest.mark.parametrize(
    ("source", "inside", "expected"),
    [
        ("def one(): ...\ndef two(): ...", "one()", {"one"}),
        ("def one(): two()\ndef two(): ...", "one()", {"one", "two"}),
        ("def one(): ...", "return map(one, [])", {"one"}),
        ("def one(): ...", "steps = [one]", {"one"}),
        ("def one(): ...\nalias = one", "alias()", {"one"}),
        ("def one(): ...\nTABLE = {'a': one}", "TABLE[ctx.key]()", {"one"}),
        ("def one(): ...\nTABLE = {'a': one}", "run(TABLE)", {"one"}),
        ("def one(): ...\ndef two(a=one): ...", "two()", {"one", "two"}),
        ("def one(f): return f\n@one\ndef two(): ...", "two()", {"one", "two"}),
        ("one = lambda: two()\ndef two(): ...", "one()", {"lambda", "two"}),
        (
            "def make():\n    def inner(): other()\n    return inner\ndef other(): ...",
            "make()()",
            {"make", "inner", "other"},
        ),
        ("def one(): one()", "one()", {"one"}),
        ("def one(): ...", "one = print\none()", set()),
        ("def one(): ...", "ctx.one()", set()),
    ],
)
def test_functions(source: str, inside: str, expected: set[str]) -> None:
    assert reached(source, inside) == expected


KIT = """
class Kit:
    def __init__(self): ...
    def __enter__(self): ...
    def one(self): self.two()
    def two(self): ...
    def three(self): ...
"""


@pytest.mark.parametrize(
    ("source", "inside", "expected"),
    [
        (KIT, "Kit().one()", {"Kit", "__init__", "__enter__", "one", "two"}),
        (KIT, "Kit.one(None)", {"Kit", "__init__", "__enter__", "one", "two"}),
        (KIT, "kits = {c: Kit}\nkits[ctx.key]().three()", {"Kit", "__init__", "__enter__", "three"}),
        (f"{KIT}\nKIT = Kit()", "KIT.three()", {"__enter__", "three"}),
        (f"{KIT}\nclass Box(Kit): ...", "Box().three()", {"Box", "Kit", "__init__", "__enter__", "three"}),
        (f"{KIT}\ndef use(kit: Kit): kit.three()", "use(ctx.kit)", {"use", "__enter__", "three"}),
        (f"{KIT}\nKIT = Kit()", "getattr(KIT, ctx.name)()", {"__init__", "__enter__", "one", "two", "three"}),
        (KIT, "ctx.one()", set()),
    ],
)
def test_methods(source: str, inside: str, expected: set[str]) -> None:
    assert reached(source, inside) == expected


def test_a_helper_belongs_to_the_function_that_reaches_it_first() -> None:
    module = module_of(
        """
        def shared(): ...
        async def first(ctx: RunContext) -> dict: shared()
        async def second(ctx: RunContext) -> dict: shared()
        """
    )
    first, second = module.fact(discover).functions
    assert [unit.definition.lineno for unit in module.fact(Reach).of(first)] == [3, 2]
    assert [unit.definition.lineno for unit in module.fact(Reach).of(second)] == [4]


def dangerous() -> list[Api]:
    """The entries by whose name alone a file reaches something."""
    apis = (load().api(name) for name in load().api_names if "*" not in name)
    return [api for api in apis if api is not None and api.effects & DANGERS and not api.harmless]


def test_no_danger_that_the_catalogue_knows_is_overlooked_by_its_words() -> None:
    overlooked = []
    for api in dangerous():
        root, _, rest = api.name.partition(".")
        use = f"import {root}\n{api.name}" if rest else root
        if not may_be_dangerous(module_of(use)):
            overlooked.append(api.name)
    assert overlooked == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import json, re, logging, httpx\nhttpx.AsyncClient(timeout=5).get('https://example.com')", False),
        ("import httpx\nhttpx.AsyncClient(verify=False)", True),
        ("import httpx2\nhttpx2.AsyncClient(cert='x')", True),
        ("import httpx\nhttpx.AsyncClient(**{'cert': 'x'})", True),
        ("from pathlib import Path\nPath('a').read_text()", True),
        ("import random\nrandom._os", True),
        ("import asyncio\nasyncio.get_running_loop().subprocess_exec()", True),
        ("import asyncio\nasyncio.sleep(1)", False),
        ("from tools import *", True),
        ("def book(a: 'run()'): ...", True),
        ("def book(a: 'str'): ...", False),
        ("match a:\n    case object(__self__=b): ...", True),
        ("x.__globals__", True),
        ("ticket.open()", True),
        ("ticket.close()", False),
    ],
)
def test_words(source: str, expected: bool) -> None:
    assert may_be_dangerous(module_of(source)) is expected
