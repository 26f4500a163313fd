"""Which Python version a text needs, told by whatever Python runs the tests."""

from __future__ import annotations

import ast

import pytest

from flake8_incall.model.code.lexing import UnclosedStringError, strings_and_comments
from flake8_incall.model.code.python_versions import RUNNING, newer_python_error, syntax_newer_than
from flake8_incall.model.code.source import parse

# A text, the version that brought its newest construct, and where that begins.
NEW = {
    "a type statement": ("x = 1\ntype City = str\n", (3, 12), (2, 1)),
    "a generic type": ("type Pair[T] = tuple[T, T]\n", (3, 12), (1, 1)),
    "a type in a block": ("if x: type City = str\n", (3, 12), (1, 5)),
    "type parameters": ("async def first[T](items: list[T]) -> T:\n    return items[0]\n", (3, 12), (1, 7)),
    "a generic class": ("class Box[T, *Ts, **P](Base): ...\n", (3, 12), (1, 1)),
    "a default": ("class Box[T = int]: ...\n", (3, 13), (1, 1)),
    "a default of a bound": ("def first[T: (int, str) = int](x: T): ...\n", (3, 13), (1, 1)),
    "a nested quote": ('x = f"{order["id"]}"\n', (3, 12), (1, 5)),
    "a backslash": ("x = f\"{'\\n'.join(lines)}\"\n", (3, 12), (1, 5)),
    "a nested f-string": ('x = f"{f"{1}"}"\n', (3, 12), (1, 5)),
    "a comment in an expression": ('x = f"""{\n    y  # the order\n}"""\n', (3, 12), (1, 5)),
    "a line end in an expression": ('x = f"{\n    y\n}"\n', (3, 12), (1, 5)),
    "classes without parentheses": ("try:\n    pass\nexcept KeyError, ValueError:\n    pass\n", (3, 14), (3, 1)),
    "a t-string": ("x = t'{y}'\n", (3, 14), (1, 5)),
    "beside strings and comments": ("# 'a\nx = 'def f[T]('\ny = f'{a['b']}'  # \"\n", (3, 12), (3, 5)),
}
# What every Python from 3.11 on can parse.
OLD = [
    "type = 3\ntype(type)\n",
    "type[x] = 3\n",
    "def type(x): return x[1]\n",
    "x = f\"{order['id']}\"\n",
    'x = f"""{order["id"]}"""\n',
    'x = f"{a!r:>{width}} {b=} {a == b} {a != b!r} {{c}}"\n',
    'x = f"{at:%H:%M}\\n"\n',
    "x = f'{\"#\"}'\n",
    'x = rf"\\d\\{n}" f"\\N{BULLET} {y}"\n',
    'x = f"{(lambda y: y)(1)}"\n',
    "try:\n    pass\nexcept (KeyError, ValueError):\n    pass\n",
    'if"a"or"b":pass\n',
]
# What no Python can parse, however much of it is new.
BROKEN = [
    "def f(:\n",
    'x = f"{order["id]}"\n',
    'x = f"{a b["c"]}"\n',
    "def f[T](:\n    pass\n",
    "type City = \n",
    'x = f"{order["id"]}"\ny = (\n',
    "class A[T\n",
    "try:\n    pass\nexcept ValueError, error:\n    pass\n",
    "x = 'a\n",
]


def construct_version(text: str, target: tuple[int, int]) -> tuple[int, int] | None:
    newer = [one.version for one in syntax_newer_than(target, ast.parse(text), text)]
    return max(newer, default=None)


@pytest.mark.parametrize("case", NEW)
def test_new_syntax_is_recognized_whichever_python_runs(case: str) -> None:
    text, version, place = NEW[case]
    if version > RUNNING:
        error = newer_python_error(text)
        assert error is not None
        assert (error.version, (error.lineno, error.offset)) == (version, place)
    else:
        assert construct_version(text, (3, 10)) == version
        assert construct_version(text, version) is None


@pytest.mark.parametrize("text", OLD)
def test_old_syntax_needs_no_newer_python(text: str) -> None:
    assert construct_version(text, (3, 10)) is None


@pytest.mark.parametrize("text", BROKEN)
def test_broken_text_is_a_plain_syntax_error(text: str) -> None:
    assert newer_python_error(text) is None
    with pytest.raises(SyntaxError) as raised:
        parse(text)
    assert type(raised.value) is not type(newer_python_error(NEW["a t-string"][0]))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("try:\n    pass\nexcept* KeyError:\n    pass\n", (3, 11)),
        ("x: tuple[*items] = y\nz = x[*items]\n", (3, 11)),
        ("match x:\n    case 1: pass\n", None),
    ],
)
def test_syntax_of_the_oldest_python_that_checks(text: str, version: tuple[int, int] | None) -> None:
    assert construct_version(text, (3, 10)) == version


@pytest.mark.parametrize("text", ["x = 'a", 'x = f"{a', 'x = f"{a:', 'x = """a"', "f'{a!r", "f'a\n{b}'"])
def test_a_string_without_end_is_an_error(text: str) -> None:
    with pytest.raises(UnclosedStringError):
        list(strings_and_comments(text))
