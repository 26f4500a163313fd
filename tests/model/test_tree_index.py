"""What is asked of the tree index, on programs that have each thing once, and on the project's own files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_incall.model.code.index import TreeIndex
from flake8_incall.model.code.tree import below, find, has_yield, own
from tests.harness import ROOT

FILES = sorted((ROOT / "flake8_incall" / "model").rglob("*.py"))[::40]
PROGRAM = ast.parse(
    """
class Desk:
    limit = 3

    @traced(level=high)
    async def book(self, day, hours=default()):
        async with gate, limit(5) as held:
            for hour in hours:
                while waiting:
                    try:
                        await call(place, key=value)
                    finally:
                        done = [entry for entry in entries if entry]
                else:
                    rest(after)
            drop()
        def inner():
            yield (lambda: late)
        return lambda: (yield never)
"""
)
INDEX = TreeIndex(PROGRAM)


def the(name: str) -> ast.Name:
    """The only place where the program reads a name, or the first."""
    return next(node for node in find(ast.Name, PROGRAM) if node.id == name)


def definition(name: str) -> ast.AST:
    return next(node for node in below(PROGRAM) if getattr(node, "name", "") == name)


def classes(nodes: Iterator[ast.AST]) -> list[str]:
    return [type(node).__name__ for node in nodes]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_index_agrees_with_plain_walks(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    index = TreeIndex(tree)
    walked = [node for node in ast.walk(tree) if not isinstance(node, ast.expr_context | ast.operator | ast.boolop)]
    for kind in {type(node) for node in walked} - {ast.Module}:
        if kind in {type(child) for node in walked for child in index.children.get(node, ())}:
            assert set(index.nodes(kind)) == {node for node in walked if type(node) is kind}
    assert list(find(ast.Name, tree)) == list(below_by_recursion(tree, ast.Name))
    for name in index.nodes(ast.Name)[::25]:
        around = [node for node in walked if node is not name and name in set(ast.walk(node))]
        assert {outer for outer, _ in index.outward(name)} == set(around)
        assert all(inner in ast.iter_child_nodes(outer) for outer, inner in index.outward(name))
        assert name in set(ast.walk(index.statement(name)))


def below_by_recursion(node: ast.AST, kind: type[ast.AST]) -> Iterator[ast.AST]:
    if isinstance(node, kind):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from below_by_recursion(child, kind)


def test_several_classes_of_nodes_come_in_one_order() -> None:
    both = INDEX.nodes(ast.Name, ast.Call)
    assert [node for node in both if isinstance(node, ast.Name)] == INDEX.nodes(ast.Name)
    assert [node for node in both if isinstance(node, ast.Call)] == INDEX.nodes(ast.Call)
    assert both == [node for node in INDEX.parents if isinstance(node, ast.Name | ast.Call)]


@pytest.mark.parametrize(
    ("name", "function", "owner"),
    [
        ("place", "book", "Desk"),
        ("late", "Lambda", "Desk"),
        ("Desk", None, None),
        ("high", "book", "Desk"),
    ],
)
def test_around_finds_the_innermost_function_and_class(name: str, function: str | None, owner: str | None) -> None:
    node = the(name) if name != "Desk" else definition("Desk")
    found = INDEX.function_around(node)
    assert (getattr(found, "name", None) or (type(found).__name__ if found else None)) == function
    around = INDEX.class_around(node)
    assert (around.name if around is not None else None) == owner


def test_definitions_around_come_from_the_inside_out() -> None:
    assert [found.name for found in INDEX.definitions_around(the("late"))] == ["inner", "book", "Desk"]


@pytest.mark.parametrize(
    ("name", "loops"),
    [
        ("place", ["While", "For"]),
        ("waiting", ["While", "For"]),
        ("hours", []),
        ("after", ["For"]),
        ("entries", ["While", "For"]),
        ("drop", []),
        ("late", []),
    ],
)
def test_loops_around_are_those_that_repeat_the_node(name: str, loops: list[str]) -> None:
    assert classes(INDEX.loops_around(the(name), PROGRAM)) == loops


def test_loops_around_a_comprehension_s_element_are_its_generators() -> None:
    comprehension = next(find(ast.ListComp, PROGRAM))
    assert classes(INDEX.loops_around(comprehension.elt, definition("book"))) == ["comprehension", "While", "For"]


@pytest.mark.parametrize(("name", "managers"), [("place", 2), ("limit", 1), ("gate", 0), ("late", 0)])
def test_managers_around_are_those_entered_before(name: str, managers: int) -> None:
    node = the(name) if name != "limit" else next(n for n in find(ast.Call, PROGRAM) if ast.unparse(n) == "limit(5)")
    assert len([*INDEX.managers_around(node, definition("book"))]) == managers


def test_calls_right_above_a_node() -> None:
    call = next(node for node in find(ast.Call, PROGRAM) if ast.unparse(node).startswith("call("))
    assert INDEX.call_of(the("call")) is call
    assert INDEX.call_of(the("place")) is None
    assert INDEX.call_with(the("place")) is call
    assert INDEX.call_with(the("value")) is call
    assert INDEX.call_with(the("call")) is None


def test_a_method_s_owner_is_its_class() -> None:
    assert INDEX.owner(definition("book")) is definition("Desk")
    assert INDEX.owner(definition("inner")) is None


def test_places_of_values() -> None:
    dropped = next(node for node in find(ast.Call, PROGRAM) if ast.unparse(node) == "drop()")
    assert INDEX.is_dropped(dropped)
    assert not INDEX.is_dropped(the("place"))
    assert INDEX.is_named(next(find(ast.ListComp, PROGRAM)))
    assert not INDEX.is_named(dropped)


def test_through_goes_up_by_the_given_classes_only() -> None:
    tree = ast.parse("x = ((a, b), c)")
    index = TreeIndex(tree)
    a = next(node for node in find(ast.Name, tree) if node.id == "a")
    assert ast.unparse(index.through(a, ast.Tuple)) == "((a, b), c)"
    assert index.through(a, ast.List) is a


def test_own_nodes_leave_inner_functions_alone() -> None:
    book = definition("book")
    assert isinstance(book, ast.AsyncFunctionDef)
    names = {node.id for node in own(*book.body) if isinstance(node, ast.Name)}
    assert {"place", "after", "entries"} <= names
    assert names.isdisjoint({"late", "never"})


def test_has_yield_asks_for_a_yield_of_the_function_itself() -> None:
    inner, book = definition("inner"), definition("book")
    assert isinstance(inner, ast.FunctionDef)
    assert isinstance(book, ast.AsyncFunctionDef)
    assert has_yield(inner)
    assert not has_yield(book)
    assert has_yield(next(node for node in find(ast.Lambda, book) if "never" in ast.unparse(node)))
