"""What classes inherit from, and which of them expressions, handlers and managers name."""

from __future__ import annotations

import ast

import pytest

from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.classes import Classes, written
from flake8_incall.model.objects.handling import Handling
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Outside
from flake8_incall.options import Options


def module_of(source: str) -> Module:
    return Module("book.py", source.splitlines(keepends=True), ast.parse(source), Options())


def classes_of(source: str) -> tuple[Classes, ast.expr]:
    """The classes of a module, and the expression on its last line."""
    module = module_of(source)
    last = module.tree.body[-1]
    assert isinstance(last, ast.Expr)
    return module.fact(References).classes, last.value


def lineage(source: str) -> list[str]:
    module = module_of(source)
    last = module.tree.body[-1]
    assert isinstance(last, ast.ClassDef)
    found = module.fact(References).classes.lineage(last)
    return [ancestor.name for ancestor in found]


DIAMOND = "class A: ...\nclass B(A): ...\nclass C(A): ...\nclass D(B, C): ..."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (DIAMOND, ["D", "B", "C", "A"]),
        ("class A: ...\nclass B(A): ...\nclass C: ...\nclass D(B, C): ...", ["D", "B", "A", "C"]),
        ("class A: ...\nclass B(A): ...\nclass D(B, OSError): ...", ["D", "B", "A", "builtins.OSError"]),
        ("import typing\nclass A(typing.Generic[T]): ...\nclass B(A[int]): ...", ["B", "A", "typing.Generic"]),
        ("BASES = {'a': OSError}\nclass A(BASES['a']): ...", ["A", "builtins.OSError"]),
        ("class A(make()): ...", ["A"]),
        ("while True:\n    class A(B): ...\n    class B(A): ...\nclass C(A): ...", ["C", "A", "B"]),
    ],
)  # fmt: skip
def test_lineage_is_the_order_in_which_python_looks_attributes_up(source: str, expected: list[str]) -> None:
    assert lineage(source) == expected


@pytest.mark.parametrize(
    ("source", "ancestors", "is_all"),
    [
        ("KeyError", {"builtins.LookupError", "builtins.Exception"}, True),
        ("class Refused(KeyError): ...\nRefused", {"@.Refused", "builtins.LookupError"}, True),
        ("Refused = type('Refused', (KeyError,), {'a': 1})\nRefused", {"builtins.LookupError"}, True),
        ("A = type('A', (KeyError,), {})\nclass Twice(A): ...\nTwice", {"@.Twice", "builtins.LookupError"}, True),
        ("import shop\nclass Refused(shop.Error): ...\nRefused", {"@.Refused", "shop.Error"}, False),
        ("class Refused(make()): ...\nRefused", {"@.Refused"}, False),
        ("import shop\nclass Refused(shop.Mixin, KeyError): ...\nRefused", {"builtins.LookupError"}, False),
        ("import httpx\nhttpx.ConnectError", {"httpx.TransportError", "builtins.Exception"}, True),
    ],
)  # fmt: skip
def test_ancestors_say_whether_they_are_all_known(source: str, ancestors: set[str], is_all: bool) -> None:
    classes, node = classes_of(source)
    (name,) = classes.named(node)
    found = classes.ancestors(name)
    assert found[0] == name
    assert ancestors <= set(found)
    assert ("?" not in found) is is_all


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("KeyError()", {"builtins.KeyError"}),
        ("KeyError", {"builtins.KeyError"}),
        ("error = KeyError('day')\nerror", {"builtins.KeyError"}),
        ("class Refused(Exception): ...\nRefused('day')", {"@.Refused"}),
        ("class Refused(Exception): ...\nREFUSED = Refused('day')\nREFUSED", {"@.Refused"}),
        ("class Refused(Exception): ...\nERRORS = {'day': Refused}\nERRORS['day']('no')", {"@.Refused"}),
        ("def refused(day):\n    return KeyError(day)\nrefused(1)", {"builtins.KeyError"}),
        ("KeyError() if day else OSError()", {"builtins.KeyError", "builtins.OSError"}),
        ("import shop\nshop.Refused('day')", {"?"}),
        ("from .shop import Refused\nRefused('day')", {"?"}),
        ("from . import Refused\nRefused('day')", {"?"}),
        ("import httpx\nhttpx.ReadTimeout('late')", {"httpx.ReadTimeout"}),
    ],
)
def test_raised_classes_are_those_of_instances_and_of_classes(source: str, expected: set[str]) -> None:
    classes, node = classes_of(source)
    assert classes.raised(node) == expected


MANAGER = """
class Guard:
    def __enter__(self): ...
    def __exit__(self, kind, error, trace):
        {answer}
with {manager}: ...
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("return True", {"builtins.BaseException"}),
        ("return False", set()),
        ("pass", set()),
        ("return kind is KeyError", {"builtins.KeyError"}),
        ("return kind in (KeyError, OSError)", {"builtins.KeyError", "builtins.OSError"}),
        ("return isinstance(error, KeyError)", {"builtins.KeyError"}),
        ("return kind is not None and issubclass(kind, (KeyError,))", {"builtins.KeyError"}),
        ("return not issubclass(kind, KeyError)", {"?"}),
        ("return self.is_quiet", {"?"}),
        ("if kind is KeyError: return True", {"?"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("manager", ["Guard()", "GUARD"])
def test_managers_of_the_module_take_up_what_their_exit_says(answer: str, manager: str, expected: set[str]) -> None:
    source = MANAGER.format(answer=answer, manager=manager).replace("with", "GUARD = Guard()\nwith", 1)
    assert taken(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from contextlib import suppress\nwith suppress(*(KeyError,)): ...", {"builtins.KeyError"}),
        ("from contextlib import suppress\nERRORS = [KeyError]\nwith suppress(*ERRORS): ...", {"builtins.KeyError"}),
        ("from contextlib import suppress\nwith suppress(): ...", set()),
        ("from contextlib import suppress\nimport shop\nwith suppress(*shop.ERRORS): ...", {"?"}),
        ("with open('a'): ...", set()),
        ("with lock: ...", set()),
    ],
)  # fmt: skip
def test_suppress_takes_up_what_it_is_given(source: str, expected: set[str]) -> None:
    assert taken(source) == expected


WRAPPED = """
import shop
def answering({parameters}):
    def decorate(function):
        def wrapper():
            try:
                return function()
            except errors:
                return {{}}
        return wrapper
    return decorate
@answering({arguments})
def book(): ...
"""


@pytest.mark.parametrize(
    ("parameters", "arguments", "expected"),
    [
        ("errors", "KeyError", {"builtins.KeyError"}),
        ("errors", "errors=(KeyError, OSError)", {"builtins.KeyError", "builtins.OSError"}),
        ("*errors", "KeyError, OSError", {"builtins.KeyError", "builtins.OSError"}),
        ("*errors", "*[KeyError]", {"builtins.KeyError"}),
        ("*errors", "*shop.ERRORS", {"?"}),
        ("*, errors=(KeyError,)", "", {"builtins.KeyError"}),
        ("errors=None", "shop.ERRORS", {"?"}),
        ("errors", "**shop.OPTIONS", {"?"}),
        ("errors", "KeyError)\n@answering(OSError", {"builtins.KeyError", "builtins.OSError"}),
    ],
)
def test_a_parameter_is_what_the_calls_of_the_module_give_it(
    parameters: str, arguments: str, expected: set[str]
) -> None:
    module = module_of(WRAPPED.format(parameters=parameters, arguments=arguments))
    (handler,) = module.index.nodes(ast.ExceptHandler)
    assert module.fact(Handling).taken(handler) == expected


@pytest.mark.parametrize(
    ("errors", "expected"),
    [("KeyError", {"builtins.KeyError"}), ("(KeyError, OSError)", {"builtins.KeyError", "builtins.OSError"})],
)
def test_an_attribute_is_what_its_object_is_made_with(errors: str, expected: set[str]) -> None:
    lines = [
        "class answering:",
        "    def __init__(self, errors):",
        "        self.errors = errors",
        "    def __call__(self, function):",
        "        try:",
        "            return function()",
        "        except self.errors:",
        "            return {}",
        f"answering({errors})(print)",
    ]
    module = module_of("\n".join(lines))
    (handler,) = module.index.nodes(ast.ExceptHandler)
    assert module.fact(Handling).taken(handler) == expected


def taken(source: str) -> set[str]:
    """What the `with` on the last line takes up."""
    module = module_of(source)
    last = module.tree.body[-1]
    assert isinstance(last, ast.With)
    return set(module.fact(Handling).taken(last.items[0]))


def test_classes_of_one_name_are_told_apart() -> None:
    module = module_of("class A: ...\ndef f():\n    class A(OSError): ...\n    return A")
    classes = module.fact(References).classes
    outer, inner = module.index.nodes(ast.ClassDef)
    assert classes.name_of(outer) != classes.name_of(inner)
    assert {written(classes.name_of(node)) for node in (outer, inner)} == {"A"}
    assert classes.definition(classes.name_of(inner)) is inner
    assert [a.name for a in classes.lineage(inner) if isinstance(a, Outside)] == ["builtins.OSError"]
