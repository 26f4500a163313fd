"""Edits of a file, one statement each: what is there is deleted or changed, or something is put beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.code.tree import FunctionNode

TOOL = """\
from livekit.agents import RunContext, function_tool

@function_tool
async def inserted(ctx: RunContext) -> dict:
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a file.

    Attributes:
        name: What it does, and to what.
        first: The first line that it replaces.
        last: The last; one less than `first` where it only inserts.
        text: The text after it.
    """

    name: str
    first: int
    last: int
    text: str

    def touches(self, first: int, last: int) -> bool:
        """Whether it replaces one of some lines."""
        return self.first <= last and first <= self.last


def places(tree: ast.Module) -> Iterator[ast.stmt]:
    """The top-level statements of a module, and those of its classes."""
    for statement in tree.body:
        yield statement
        if isinstance(statement, ast.ClassDef):
            yield from statement.body


def deletions(text: str) -> Iterator[Edit]:
    """Delete each statement, so that what follows moves up."""
    for statement, first, last, indent in _statements(text):
        yield _replaced(text, f"delete line {statement.lineno}", first, last, f"{indent}pass\n" if indent else "")


def changes(text: str) -> Iterator[Edit]:
    """Change what each statement does, and keep what it binds."""
    for statement, first, last, indent in _statements(text):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        changed = ast.parse(ast.unparse(statement)).body[0]
        match changed:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                changed.body = [*changed.body[:1], *ast.parse("raise NotImplementedError").body]
            case ast.ClassDef():
                continue
            case ast.Assign() | ast.AnnAssign(value=ast.expr()):
                changed.value = ast.parse("frozenset({'changed'})", mode="eval").body
            case _:
                changed = ast.parse("0").body[0]
        lines = ast.unparse(ast.fix_missing_locations(changed)).splitlines()
        block = "".join(f"{indent}{line}\n" for line in lines)
        yield _replaced(text, f"change line {statement.lineno}", first, last, block)


def unrelated_insertions(text: str) -> Iterator[Edit]:
    """Put a function that has nothing to do with the rest behind each top-level statement."""
    for statement, _, last in _insertable(text):
        block = "def _unrelated_helper(value):\n    return value\n"
        yield _replaced(text, f"insert after line {statement.lineno}", last + 1, last, block)


def hostile_insertions(text: str) -> Iterator[Edit]:
    """Put statements that meddle with the names of each top-level statement before and behind it."""
    tree = ast.parse(text)
    for statement, first, last in _insertable(text):
        for block in _hostile(statement, tree):
            yield _replaced(text, f"insert {block!r} after line {last}", last + 1, last, block)
            if statement.lineno != tree.body[0].lineno:
                yield _replaced(text, f"insert {block!r} before line {first}", first, first - 1, block)


def _insertable(text: str) -> Iterator[tuple[ast.stmt, int, int]]:
    for statement, first, last, indent in _statements(text):
        if not indent and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            yield statement, first, last


def _hostile(statement: ast.stmt, tree: ast.Module) -> Iterator[str]:
    imported = {name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for name in _bound(node)}
    for name in sorted(_bound(statement)):
        yield f"{name} = None\n"
        yield f"{name}.timeout = 5\n"
        if name not in imported:
            yield f"{name}['extra'] = open\n"
            yield f"def _meddling():\n    {name}.append(open)\n"
        if isinstance(statement, FunctionNode):
            yield f"import httpx as _httpx\n{name}(_httpx.AsyncClient(timeout=None))\n"
            yield TOOL + f"    return await {name}()\n"


def _bound(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {(alias.asname or alias.name).partition(".")[0] for alias in aliases} - {"*"}
    return set()


def _statements(text: str) -> Iterator[tuple[ast.stmt, int, int, str]]:
    lines = text.splitlines(keepends=True)
    for statement in places(ast.parse(text)):
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        line = lines[first - 1]
        if ";" not in line and line[: statement.col_offset].isspace() is bool(statement.col_offset):
            yield statement, first, statement.end_lineno or first, line[: statement.col_offset]


def _replaced(text: str, name: str, first: int, last: int, block: str) -> Edit:
    lines = text.splitlines(keepends=True)
    return Edit(name, first, last, "".join([*lines[: first - 1], block, *lines[last:]]))
