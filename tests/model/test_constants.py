"""Texts that are put together from constants, and those that are not known."""

from __future__ import annotations

import ast

import pytest

from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.references import References
from flake8_incall.options import Options


def texts(source: str) -> set[str] | None:
    """The texts of the last expression of a module."""
    tree = ast.parse(source)
    module = Module("book.py", source.splitlines(keepends=True), tree, Options())
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    found = module.fact(References).constants.texts(last.value)
    return None if found is None else set(found)


@pytest.mark.parametrize(
    "expression",
    [
        '"system"',
        '"sys" + "tem"',
        '"s" + "y" + "s" + "t" + "e" + "m"',
        '"metsys"[::-1]',
        '"filesystems"[4:10]',
        "f\"{'sys'}tem\"",
        "f\"{'sys'!s}tem\"",
        '"%s%s" % ("sys", "tem")',
        '"{}{}".format("sys", "tem")',
        '"{1}{0}".format("tem", "sys")',
        '"{head}tem".format(head="sys")',
        '"".join(["sys", "tem"])',
        '"".join(reversed("metsys"))',
        '"".join(map(chr, [115, 121, 115, 116, 101, 109]))',
        '"".join(chr(code) for code in (115, 121, 115, 116, 101, 109))',
        '"SYSTEM".lower()',
        '"-system-".strip("-")',
        '"sXstem".replace("X", "y")',
        'b"system".decode()',
        "bytes([115, 121, 115, 116, 101, 109]).decode()",
        'bytes.fromhex("73797374656d").decode()',
        '("run", "system")[1]',
        '{"run": "system"}["run"]',
        '(name := "system")',
        'str("system")',
        '"system." .split(".")[0]',
    ],
)
def test_text_is_followed(expression: str) -> None:
    assert texts(expression) == {"system"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('name = "a"\nname', {"a"}),
        ('head = "a"\ntail = head + "b"\nhead + tail', {"aab"}),
        ('name = "a"\nname = "b"\nname', {"b"}),
        ('if unknown:\n    name = "a"\nelse:\n    name = "b"\nname', {"a", "b"}),
        ('"a" if unknown else "b"', {"a", "b"}),
        ('"a" or "b"', {"a"}),
        ('"" or "b"', {"b"}),
        ('"a" and "b"', {"b"}),
        ('"abc"[-2]', {"b"}),
        ('chr(ord("b") - 1)', {"a"}),
        ("chr(96 ^ 1)", {"a"}),
        ('NAMES = {"x": "a", "y": "b"}\nNAMES["y"]', {"b"}),
        ('import base64\nbase64.b64decode("YQ==").decode()', {"a"}),
        ('import codecs\ncodecs.decode("n", "rot13")', {"a"}),
        ('for name in ("a", "b"):\n    pass\nname', {"a", "b"}),
    ],
)
def test_names_are_followed(source: str, expected: set[str]) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "unknown",
        '"a" + unknown',
        'f"{unknown}a"',
        'f"{1:>1000000000}"',
        '"%1000000000d" % 3',
        '"{:>1000000000}".format(3)',
        '"{0.__class__}".format("a")',
        '"a" * 1000000000',
        '("a" * 4000 * 4000)[0]',
        '"a" - "b"',
        '"a"["b"]',
        '"abc"[7]',
        '{"x": "a"}["y"]',
        '{**unknown, "x": "a"}["x"]',
        'import codecs\ncodecs.decode("n", "zlib")',
        "bytes(1000000000).decode()",
        'b"\\xff".decode()',
        "3",
        "~3",
        " if unknown else ".join(f'"{n}"' for n in range(20)) + ' if unknown else "x"',
        '"".join(map(unknown, ["a"]))',
        '"".join(c for c in "ab" if unknown)',
        '"".join(unknown(c) for c in "ab")',
        'str("a", errors="strict")',
        'bytes("a", "utf-8")',
        "def look(name):\n    pass\nname",
        'name = "a"\nname = name + name\nname = unknown\nname',
    ],
)
def test_text_is_not_known(source: str) -> None:
    assert texts(source) is None


def test_long_and_deep_texts_end_without_a_hang() -> None:
    assert texts("+".join(['"a"'] * 900)) == {"a" * 900}
    assert texts('"a"' + ".lower()" * 300) is None
    chain = "".join(f"name{n} = name{n - 1}\n" for n in range(1, 200))
    assert texts(f'name0 = "a"\n{chain}name199') == {"a"}
