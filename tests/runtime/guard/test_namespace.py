"""The builtins that guarded code finds, and the names that its text may not ask an object for."""

from __future__ import annotations

import builtins

import pytest

from flake8_incall.catalogue import load
from flake8_incall.runtime.guard import Denied, Guard


def test_builtins_that_are_not_let_in_do_not_exist() -> None:
    found = Guard().execute("", "orders.py", {})["__builtins__"]
    assert isinstance(found, dict)
    assert set(found) & load().policy.builtins == {"__build_class__", "__import__"}
    assert found["__import__"] is not builtins.__import__


def test_private_names_that_others_put_among_the_builtins_are_not_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """`gettext` puts `_` there, and consoles the last result."""
    for name in ("_", "_last"):
        monkeypatch.setattr(builtins, name, open, raising=False)
        with pytest.raises(NameError):
            Guard().execute(name, "orders.py", {})


@pytest.mark.parametrize("name", ["open", "eval", "vars", "copyright", "SystemExit"])
def test_to_name_one_is_a_name_error(name: str) -> None:
    with pytest.raises(NameError):
        Guard().execute(f"[{name}]", "orders.py", {})


def test_the_others_do() -> None:
    text = "found = [len('ab'), sorted({2, 1}), isinstance(1, int), super, property, ValueError, print]"
    assert Guard().execute(text, "orders.py", {})["found"]


@pytest.mark.parametrize("name", ["__globals__", "__self__", "__subclasses__", "gi_frame", "tofile", "format_map"])
def test_no_attribute_by_text_that_leads_inside(name: str) -> None:
    for call in (f"getattr(print, {name!r})", f"getattr(print, {name!r}, None)", f"hasattr(print, {name!r})"):
        guard = Guard()
        with pytest.raises(AttributeError):
            guard.execute(call, "orders.py", {})
        assert [denial.what for denial in guard.denials] == [f"getattr {name!r}"]


LIAR = """
class Text(str):
    def __hash__(self): return hash("dumps")
    def __eq__(self, other): return other == "dumps"
    def __str__(self): return "dumps"
    def startswith(self, *_): return False
    def endswith(self, *_): return False
"""


@pytest.mark.parametrize(
    "text",
    ["getattr(print, Text('__self__'))", "import json\ngetattr(json, Text('codecs'))", "__import__(Text('os'))"],
)
def test_a_text_that_lies_about_itself_is_taken_by_its_letters(text: str) -> None:
    guard = Guard()
    with pytest.raises((AttributeError, ImportError)):
        guard.execute(f"{LIAR}\n{text}", "orders.py", {})
    assert len(guard.denials) == 1


def test_a_text_of_an_enum_names_an_attribute() -> None:
    text = (
        "from enum import StrEnum\nclass N(StrEnum):\n    UP = 'upper'\n"
        "found = getattr('a', N.UP)(), hasattr('a', N.UP)"
    )
    assert Guard().execute(text, "orders.py", {})["found"] == ("A", True)


@pytest.mark.parametrize("call", ["getattr('a', 1)", "hasattr('a', None)", "__import__(1)"])
def test_what_is_no_text_is_an_error_of_type(call: str) -> None:
    with pytest.raises(TypeError):
        Guard().execute(call, "orders.py", {})


def test_attributes_by_text_that_are_let_in() -> None:
    text = "found = getattr('a', 'upper')(), getattr(1, 'missing', 2), hasattr('a', 'lower'), hasattr('a', 'missing')"
    assert Guard().execute(text, "orders.py", {})["found"] == ("A", 2, True, False)


INSIDE = {
    "attribute": "(lambda: 0).__globals__",
    "method": "().__class__.__base__.__subclasses__()",
    "store": "def f(): pass\nf.__code__ = None",
    "delete": "def f(): pass\ndel f.__defaults__",
    "compatibility form": "print.__ｓｅｌｆ__",
    "class pattern": "match print:\n    case object(__self__=found): pass",
    "nested pattern": "match [print]:\n    case [object(__self__=object(open=found))]: pass",
    "generator": "(n for n in []).gi_frame",
    "in a function that is never called": "def f():\n    return [lambda x: x.__dict__]",
    "f-string": "f'{print.__self__}'",
    "decorator": "@print.__self__.open\ndef f(): pass",
}


@pytest.mark.parametrize("text", INSIDE.values(), ids=INSIDE)
def test_a_text_that_looks_inside_is_not_executed(text: str) -> None:
    guard = Guard()
    seen: list[object] = []
    with pytest.raises(Denied):
        guard.execute(f"SEEN.append(1)\n{text}", "orders.py", {"SEEN": seen})
    assert seen == []
    assert guard.denials[0].line > 1


@pytest.mark.parametrize(
    "name", ["ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals", "gi_frame", "mro", "tb_frame", "__self__"]
)
def test_attributes_that_lead_from_any_object_to_frames_are_not_compiled(name: str) -> None:
    for text in (f"def f(x): return x.{name}", f"def f(x): x.{name} = 1", f"def f(x): del x.{name}"):
        with pytest.raises(Denied):
            Guard().execute(text, "orders.py", {})


def test_names_that_stay_outside() -> None:
    text = (
        "class Basket:\n"
        "    def __init__(self):\n"
        "        self._lines = []\n"
        "        self.f_lineno = 1\n"
        "    def __len__(self):\n"
        "        return len(self._lines)\n"
        "class Own(Basket):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "found = len(Own()), Own().__class__.__name__, Basket.__doc__, '__globals__'\n"
    )
    assert Guard().execute(text, "orders.py", {})["found"] == (0, "Own", None, "__globals__")
