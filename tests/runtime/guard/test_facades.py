"""What imports hand out to guarded code."""

from __future__ import annotations

import json
import sys
from types import ModuleType

import pytest

from flake8_incall.runtime.guard import Guard

SPELLED = {
    "a module": "import json\nfound = json.dumps",
    "under another name": "import json as j\nfound = j.dumps",
    "a name of it": "from json import dumps as found",
    "in a function": "def f():\n    from json import dumps\n    return dumps\nfound = f()",
    "in a class": "class K:\n    import json\nfound = K.json.dumps",
}


@pytest.mark.parametrize("text", SPELLED.values(), ids=SPELLED)
def test_what_is_let_in_is_the_modules_own(text: str) -> None:
    assert Guard().execute(text, "orders.py", {})["found"] is json.dumps


@pytest.mark.parametrize(
    "text",
    [
        "import urllib.parse\nfound = urllib.parse.quote('a b')",
        "import urllib.parse as parse\nfound = parse.quote('a b')",
        "from urllib import parse\nfound = parse.quote('a b')",
        "from urllib.parse import quote\nfound = quote('a b')",
    ],
)
def test_a_module_in_a_package(text: str) -> None:
    assert Guard().execute(text, "orders.py", {})["found"] == "a%20b"


def test_classes_are_the_ones_that_the_host_has() -> None:
    text = (
        "import json\n"
        "def f():\n"
        "    try:\n"
        "        json.loads('{')\n"
        "    except json.JSONDecodeError as error:\n"
        "        return isinstance(error, ValueError)\n"
    )
    f = Guard().execute(text, "orders.py", {})["f"]
    assert callable(f)
    assert f() is True


REFUSED = {
    "import os": "import os",
    "import os.path": "import os.path",
    "import urllib.request": "import urllib.request",
    "from urllib import request": "urllib.request",
    "from logging import handlers": "logging.handlers",
    "from json import codecs": "json.codecs",
    "import json\njson.codecs": "json.codecs",
    "import json\njson._default_encoder": "json._default_encoder",
    "import io\nio.open": "io.open",
    "import asyncio\nasyncio.subprocess": "asyncio.subprocess",
    "import httpx2\nhttpx2.Client": "httpx2.Client",
    "import collections\ngetattr(collections, '_sys')": "collections._sys",
    "from . import orders": "import .",
    "from .. import orders": "import ..",
}


@pytest.mark.parametrize(("text", "what"), REFUSED.items(), ids=REFUSED)
def test_the_rest_is_refused_and_noted(text: str, what: str) -> None:
    guard = Guard()
    with pytest.raises((AttributeError, ImportError)):
        guard.execute(text, "orders.py", {})
    assert [denial.what for denial in guard.denials] == [what]


def test_a_star_import_finds_nothing() -> None:
    with pytest.raises(ImportError):
        Guard().execute("from json import *", "orders.py", {})


@pytest.mark.parametrize("name", ["__all__", "__dict__", "__path__", "__spec__"])
def test_what_the_interpreter_asks_for_by_itself_is_not_there_and_not_noted(name: str) -> None:
    guard = Guard()
    facade = guard.execute("import json", "orders.py", {})["json"]
    with pytest.raises(AttributeError):
        getattr(facade, name)
    assert not guard.denials


def test_a_missing_name_does_not_carry_the_module_along() -> None:
    text = (
        "import typing\n"
        "try:\n"
        "    typing.Missing\n"
        "except AttributeError as error:\n"
        "    match error:\n"
        "        case AttributeError(obj=found):\n"
        "            pass\n"
    )
    assert not isinstance(Guard().execute(text, "orders.py", {})["found"], ModuleType)


@pytest.mark.parametrize("change", ["json.loads = None", "del json.loads", "json.new = 1"])
def test_a_module_cannot_be_changed(change: str) -> None:
    before = json.loads
    with pytest.raises(AttributeError, match="cannot be changed"):
        Guard().execute(f"import json\n{change}", "orders.py", {})
    assert json.loads is before


def test_a_module_that_the_host_puts_into_the_names_is_guarded_too() -> None:
    found = Guard().execute("found = json.dumps({})", "orders.py", {"json": json})
    assert found["found"] == "{}"
    with pytest.raises(AttributeError):
        Guard().execute("json.codecs", "orders.py", {"json": json})


def test_a_module_that_the_host_lets_in() -> None:
    text = "import configparser\nfound = configparser.ConfigParser"
    with pytest.raises(ImportError):
        Guard().execute(text, "orders.py", {})
    found = Guard(frozenset({"configparser"})).execute(text, "orders.py", {})["found"]
    assert found is sys.modules["configparser"].ConfigParser


def test_a_module_that_the_host_lets_in_does_not_bring_those_that_it_imports() -> None:
    guard = Guard(frozenset({"configparser"}))
    with pytest.raises(AttributeError):
        guard.execute("import configparser\nconfigparser.os", "orders.py", {})


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nfound = datetime.strptime('2025-01-02', '%Y-%m-%d').year",
        "import time\nfound = time.strptime('2025', '%Y').tm_year",
        "found = 'bücher.example'.encode('idna')",
        "found = str(7 ** 2000)",
        "import numpy as np\nfound = float(np.array([1.0, 2.0]).mean())",
        "import copy\nclass K:\n    x = 1\nfound = copy.deepcopy(K()).x",
    ],
)
def test_functions_written_in_c_import_what_they_need(text: str) -> None:
    guard = Guard()
    assert guard.execute(text, "orders.py", {})["found"]
    assert not guard.denials
