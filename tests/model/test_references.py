"""What expressions refer to, beyond plain names."""

from __future__ import annotations

import ast

import pytest

from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Instance, Local, LocalInstance, Outside, Unknown
from flake8_incall.options import Options


def told(source: str) -> set[str]:
    """What the last expression of a module refers to: names as they are, instances with `()`, `?` for unknown."""
    tree = ast.parse(source)
    module = Module("book.py", source.splitlines(keepends=True), tree, Options())
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    found: set[str] = set()
    for referent in module.fact(References).of(last.value):
        match referent:
            case Outside():
                found.add(referent.name)
            case Instance():
                found.add(" of ".join([*referent.type.forms, referent.type.name]) + "()")
            case Local():
                found.add(getattr(referent.definition, "name", "lambda"))
            case LocalInstance():
                found.add(f"{referent.definition.name}()")
            case Unknown():
                found.add("?")
            case _:
                found.add(type(referent).__name__)
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open", {"builtins.open"}),
        ("reader = open\nreader", {"builtins.open"}),
        ("import os as tools\ntools.path.join", {"os.path.join"}),
        ("from os import system as run\nrun", {"os.system"}),
        ("open if unknown else print", {"builtins.open", "builtins.print"}),
        ("unknown or open", {"?", "builtins.open"}),
        ("(reader := open)", {"builtins.open"}),
        ("def look(): ...\nlook", {"look"}),
        ("nothing", {"?"}),
        ("try:\n    ...\nexcept ValueError as error:\n    ...\nerror", {"?"}),
        ("reader = open\ndel reader\nreader", {"?"}),
        ("open = print\ndel open\nopen", {"builtins.open"}),
        ("if slow:\n    open = print\nopen", {"builtins.print", "builtins.open"}),
        ("if slow:\n    open = print\nelse:\n    open = str\nopen", {"builtins.print", "builtins.str"}),
        ("open = print\nopen", {"builtins.print"}),
        ("from . import os\nos.system", {".os.system"}),
    ],
)
def test_names(source: str, expected: set[str]) -> None:
    assert told(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{"r": open, "p": print}["r"]', {"builtins.open"}),
        ('{"r": open, "p": print}[unknown]', {"builtins.open", "builtins.print"}),
        ('{"r": open}.get(unknown, None)', {"builtins.open", "Constant", "Container"}),
        ("[open, print][0]", {"builtins.open"}),
        ("[open, print][-1]", {"?"}),
        ("first, *rest = [open, print]\nfirst", {"builtins.open"}),
        ("first, *rest = [open, print]\nrest[0]", {"builtins.open", "builtins.print"}),
        ("*most, last = [open, print]\nlast", {"builtins.print"}),
        ("for step in (open, print): ...\nstep", {"builtins.open", "builtins.print"}),
        ('for key, step in {"r": open}.items(): ...\nstep', {"builtins.open"}),
        ('TABLE = {}\nTABLE["r"] = open\nTABLE["r"]', {"?", "builtins.open"}),
        ("STEPS = []\nSTEPS.append(open)\nSTEPS[0]", {"?", "builtins.open"}),
        ("STEPS = [print]\nSTEPS += [open]\nSTEPS[unknown]", {"builtins.open", "builtins.print"}),
        ("{**{'r': open}}['r']", {"builtins.open"}),
        ("dict(r=open)['r']", {"builtins.open"}),
        ("match open:\n    case reader: ...\nreader", {"builtins.open"}),
    ],
)
def test_containers(source: str, expected: set[str]) -> None:
    assert told(source) == expected


def test_a_container_of_another_function_with_the_same_name_is_another() -> None:
    other = "def fill():\n    table = {}\n    table['r'] = open\n"
    assert told(f"{other}table = {{'r': print}}\ntable['r']") == {"builtins.print"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('import os\ngetattr(os, "sys" + "tem")', {"os.system"}),
        ("import os\ngetattr(os, unknown)", {"?"}),
        ('getattr(unknown, "x", open)', {"?", "builtins.open"}),
        ('import os\nvars(os)["system"]', {"os.system"}),
        ('import os\nos.__dict__["system"]', {"os.system"}),
        ('import sys\nsys.modules["os"].system', {"os.system"}),
        ('__import__("os").system', {"os.system"}),
        ('reader = open\nglobals()["reader"]', {"builtins.open"}),
        ("import functools\nfunctools.partial(open, 'x')", {"?", "builtins.open"}),
        ('import operator, os\noperator.attrgetter("system")(os)', {"os.system"}),
        ("print.__self__.open", {"builtins.open"}),
        ("vars()['reader']", {"?"}),
        ("super().go", {"?"}),
        ("import operator, os\noperator.attrgetter(unknown)(os)", {"?", "Container"}),
        ("import typing\ntyping.cast(object, open)", {"builtins.open"}),
        ("getattr(open)", {"?"}),
        ("type(open)", {"?"}),
        ("next(iter([open]))", {"builtins.open"}),
    ],
)
def test_calls_that_are_followed(source: str, expected: set[str]) -> None:
    assert told(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import httpx\nhttpx.AsyncClient()", {"httpx.AsyncClient()"}),
        ("import httpx\nhttpx.AsyncClient().get", {"httpx.AsyncClient.get"}),
        ("import httpx\nwith httpx.Client() as client: ...\nclient.get", {"httpx.Client.get"}),
        ("from pathlib import Path\n(Path('a') / 'b').read_text", {"pathlib.Path.read_text"}),
        ("from pathlib import Path\ndef place(): return Path('a')\nplace().open", {"pathlib.Path.open"}),
        ("from pathlib import Path\ndef place() -> Path: ...\nplace().open", {"pathlib.Path.open"}),
        ("ticket = make()\nticket.open", {"?"}),
        ("import asyncio\nasyncio.open_connection().open", {"?"}),
        ("import json\njson.loads('a').open", {"?"}),
        ("import re\nre.compile('a')", {"re.Pattern()"}),
    ],
)
def test_instances_of_other_modules(source: str, expected: set[str]) -> None:
    assert told(source) == expected


@pytest.mark.parametrize(
    ("body", "expression", "expected"),
    [
        ("    go = open", "Kit.go", {"builtins.open"}),
        ("    go = open", "Kit().go", {"builtins.open"}),
        ("    def go(self): ...", "Kit().go", {"go"}),
        ("    def __init__(self): self.go = open", "Kit().go", {"builtins.open"}),
        ("    def __call__(self): return open", "Kit()()", {"builtins.open"}),
        ("    @property\n    def go(self): return open", "Kit().go", {"builtins.open", "go"}),
        ("    client: 'httpx.AsyncClient'", "Kit().client.get", {"httpx.AsyncClient.get"}),
        ("    ...", "Kit().go", {"?"}),
    ],
)
def test_classes_of_the_module(body: str, expression: str, expected: set[str]) -> None:
    assert told(f"import httpx\nclass Kit:\n{body}\n{expression}") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Kit: ...\nKit.go = open\nKit().go", {"builtins.open"}),
        ("class Kit: ...\nclass Box: ...\nKit.go = open\nBox().go", {"?"}),
        ('class Kit: ...\nKIT = Kit()\nsetattr(KIT, "go", open)\nKIT.go', {"builtins.open"}),
        ("class Kit:\n    def go(self): ...\nclass Box(Kit): ...\nBox().go", {"go"}),
        ("import pathlib\nclass Kit(pathlib.Path): ...\nKit().open", {"pathlib.Path.open"}),
        ("import types\ntypes.SimpleNamespace(go=open, stop=print).go", {"builtins.open"}),
    ],
)
def test_attributes_from_elsewhere(source: str, expected: set[str]) -> None:
    assert told(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "a = b\nb = a\na",
        "def one(): return two()\ndef two(): return one()\none()",
        "table = {}\ntable['x'] = table\ntable['x']['x']['x']",
        "class Kit(Kit): ...\nKit().go",
        "steps = []\nsteps += steps\nsteps[0]",
    ],
)
def test_cycles_end(source: str) -> None:
    assert isinstance(told(source), set)


def test_a_long_chain_of_aliases_is_followed() -> None:
    chain = "".join(f"a{n} = a{n - 1}\n" for n in range(1, 2000))
    assert told(f"a0 = open\n{chain}a1999") == {"builtins.open"}
