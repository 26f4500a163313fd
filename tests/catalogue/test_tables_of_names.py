"""What is known of Python and of libraries stands in the catalogue, and in no table of the model or the rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.harness import ROOT

PACKAGE = ROOT / "flake8_incall"
FEWEST = 5
NAME = re.compile(r"[A-Za-z_]\w*(\.([A-Za-z_]\w*|\*))*\.?")
# Rooms whose tables are of other things, all of them.
ROOMS: Mapping[str, str] = {
    "model/docstring/": "words of natural language, and headings of docstring styles",
    "model/documents/": "fields and words of function documents",
}
TABLES: Mapping[str, str] = {
    "model/calls/call_sites.py:_EFFECTS": "effects of the catalogue",
    "model/code/lexing.py:_PREFIXES": "grammar of strings, read where they are",
    "model/code/tree.py:_LEAVES": "fields of `ast` that hold no nodes, needed before any file is read",
    "model/interpreter/typed.py:_TYPES_OF_FORMS": "forms of the catalogue",
    "model/interpreter/values.py:_FROM_OUTSIDE": "operations of our interpreter",
    "model/results/judgements.py:_NAMES": "words of messages",
    "model/security/secret_shapes.py:SHAPES": "marks and patterns of secrets, and no names",
    "model/security/secret_shapes.py:_WORDS": "words of natural language that stand in for a secret",
    "model/signature/raw_schemas.py:_TYPES": "keywords of JSON Schema, read where schemas are",
    "model/signature/raw_schemas.py:_MEANT": "words that people write for types of JSON Schema",
    "rules/registry.py:_PARTS": "headings of our documentation",
    "rules/swallowing.py:_ENDING": "beginnings of names that people give to clean-up functions",
    "rules/types.py:_CODES_IN_CONTRACT": "our codes",
}
# What library functions do with what they are handed; `runs` and `awaits` of the catalogue are to take their place.
LEAVING = (
    "model/waiting/own_speech.py:_WAITING",
    "model/waiting/unfollowed.py:_TRANSPARENT",
    "model/waiting/waits.py:_TRANSPARENT",
)


def tables(source: str) -> Iterator[tuple[str, int]]:
    """The collections of names that a module or its classes bind to a name, and how many names they have."""
    tree = ast.parse(source)
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    for statement in (statement for body in bodies for statement in body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, names_in(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, names_in(value)


def names_in(value: ast.expr) -> int:
    """How many names an expression lists; those that a table gives to functions or objects of ours do not count."""
    match value:
        case ast.Constant(value=str(text)):
            return int(NAME.fullmatch(text) is not None)
        case ast.Dict(keys=keys, values=values):
            pairs = [(key, of) for key, of in zip(keys, values, strict=True) if key is None or is_data(of)]
            return sum((names_in(key) if key is not None else 0) + names_in(of) for key, of in pairs)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="split" | "splitlines")):
            return sum(NAME.fullmatch(word) is not None for word in text.split())
        case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[keys, of]):
            return names_in(keys) if is_data(of) else 0
        case (
            ast.Call(func=ast.Attribute(attr="compile")) | ast.JoinedStr() | ast.Subscript(value=ast.Name(id="Literal"))
        ):
            return 0
        case ast.DictComp(key=key, value=of):
            return names_in(key) if is_data(of) else 0
        case _:
            return sum(names_in(part) for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr)) + sum(
                names_in(part.iter) for part in ast.iter_child_nodes(value) if isinstance(part, ast.comprehension)
            )


def is_data(value: ast.expr) -> bool:
    """Whether what a table says of a name is a constant, and no function or object of ours."""
    match value:
        case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple" | "list"), args=[made]):
            return is_data(made)
        case ast.Constant():
            return True
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return all(map(is_data, parts))
        case ast.Dict(values=parts):
            return all(map(is_data, parts))
        case ast.BinOp(left=left, right=right):
            return is_data(left) and is_data(right)
    return False


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


FILES = sorted(path for room in ("model", "rules") for path in (PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=place)
def test_no_table_of_names_stands_outside_the_catalogue(path: Path) -> None:
    if place(path).startswith(tuple(ROOMS)):
        return
    found = {
        f"{place(path)}:{name}": number
        for name, number in tables(path.read_text(encoding="utf-8"))
        if number >= FEWEST and not name.startswith("__")
    }
    assert found.keys() - TABLES.keys() - {*LEAVING} == set(), (
        "what is known of Python and of libraries belongs into catalogue/*.toml"
    )


def test_every_exception_is_needed() -> None:
    found = {
        f"{place(path)}:{name}"
        for path in FILES
        for name, number in tables(path.read_text(encoding="utf-8"))
        if number >= FEWEST
    }
    assert TABLES.keys() - found == set()


@pytest.mark.parametrize(
    "table",
    [
        '_MUTATORS = frozenset({"append", "clear", "extend", "insert", "pop"})',
        '_MUTATORS: frozenset[str] = frozenset(("append", "clear")) | {"extend", "insert", "pop"}',
        '_TAME = frozenset(f"builtins.{name}" for name in ("len", "any", "all", "str", "repr"))',
        '_TAME = "len any all str repr".split()',
        '_RAISED = {"int": "ValueError", "float": "ValueError", "open": "OSError"}',
        '_RAISED = dict.fromkeys(("int", "float", "complex", "uuid.UUID", "json.loads"), "ValueError")',
        '_BY_KIND = {"text": frozenset({"strip", "lower"}), "list": frozenset({"append", "pop"})}',
        'class Tables:\n    TAME = ["len", "any", "all", "str", "repr"]',
        'tame = ("os.", "re.", "math.", "copy.", "json.")',
    ],
)
def test_a_table_of_names_is_found(table: str) -> None:
    assert [number for _, number in tables(table) if number >= FEWEST] != []


@pytest.mark.parametrize(
    "table",
    [
        '_FEW = frozenset({"append", "clear"})',
        '_METHODS = {"append": _append, "clear": _clear, "extend": _extend, "insert": _insert, "pop": _pop}',
        '_METHODS = {**dict.fromkeys(("append", "add", "insert", "extend", "push"), _put)}',
        '_ADVICE = ("say when to call it", "name each key", "write down the host", "use a list", "give a limit")',
        '_TEXT = re.compile("a|b|c|d|e")',
        'Kind = Literal["own", "function", "class", "constant", "import"]',
        "_MOST = 5",
    ],
)
def test_what_is_no_table_of_names_is_let_be(table: str) -> None:
    assert [number for _, number in tables(table) if number >= FEWEST] == []
