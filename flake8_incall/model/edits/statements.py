"""Edits of statements: insert beside one, at the head of a function, or wrap some of a block."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.lexing import UnclosedStringError, strings_and_comments
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.edits.text import inserted

_DEFINITION = FunctionNode | ast.ClassDef


def indentation(module: Module, statement: ast.stmt) -> str | None:
    """Return the white space before a statement; `None` where something else stands before it on its line."""
    start = _start(module, statement)
    before = module.lines[start.line - 1][: start.column]
    return before if not before.strip(" \t") and not _is_continued(module, start.line - 1) else None


def indent_unit(module: Module, statement: ast.stmt) -> str:
    """Return by how much the block of a statement is indented further than the block around it."""
    inner = indentation(module, statement) or ""
    outer = module.parents.get(statement)
    around = indentation(module, module.index.statement(outer)) if isinstance(outer, ast.stmt) else None
    if around is not None and inner.startswith(around) and inner != around:
        return inner.removeprefix(around)
    return "\t" if "\t" in inner else "    "


def statement_before(module: Module, statement: ast.stmt, *lines: str) -> Edit | None:
    """Insert lines before a statement, with its indentation; `None` where it does not begin its line."""
    indent = indentation(module, statement)
    if indent is None:
        return None
    return inserted(Position(_start(module, statement).line, 0), _block(indent, lines, indent_unit(module, statement)))


def statement_after(module: Module, statement: ast.stmt, *lines: str) -> Edit | None:
    """Insert lines after a statement and the comment on its last line, with its indentation.

    Returns:
        The edit; `None` where the statement does not begin its line, or others share its last one.
    """
    indent, end = indentation(module, statement), module.end(statement)
    if indent is None or not _ends_line(module, end):
        return None
    return _line_after(module, end.line, _block(indent, lines, indent_unit(module, statement)))


def statement_at_head(module: Module, function: FunctionNode, *lines: str) -> Edit | None:
    """Insert lines at the head of a function's body, after the docstring.

    Returns:
        The edit; `None` where the body stands on the line of the `def`, or the docstring does not end its line.
    """
    first = function.body[0]
    indent = indentation(module, first)
    if indent is None:
        return None
    if _is_text(first):
        return statement_after(module, first, *lines)
    return inserted(Position(head_line(module, first), 0), _block(indent, lines, indent_unit(module, first)))


def head_line(module: Module, first: ast.stmt) -> int:
    """Return the line on which the body of a block begins, comments above its first statement included."""
    line = _start(module, first).line
    while line > 1 and _is_blank_or_comment(module.lines[line - 2]):
        line -= 1
    while line < _start(module, first).line and not module.lines[line - 1].strip():
        line += 1
    return line


def wrapped(
    module: Module, first: ast.stmt, last: ast.stmt, head: str | Sequence[str], tail: Sequence[str] = ()
) -> tuple[Edit, ...] | None:
    """Put the statements of a block from one to another into a compound statement.

    Args:
        module: Where they stand.
        first: The first of them.
        last: The last of them, in the same block.
        head: The line that opens the statement: `"try:"`, `"async with asyncio.timeout(10):"`; or one such line for
            each of several statements, one in the other.
        tail: The lines that follow, indented relative to `head`: `("except httpx.HTTPError:", "    return ...")`.

    Returns:
        The edits; `None` where a line cannot be indented without changing what it means.
    """
    indent, end = indentation(module, first), module.end(last)
    if indent is None or not _ends_line(module, end):
        return None
    start, unit = _start(module, first), indent_unit(module, first)
    lines = module.lines[start.line - 1 : end.line]
    if not _can_be_indented(lines):
        return None
    heads = [head] if isinstance(head, str) else head
    opened, further = "".join(f"{indent}{unit * n}{one}\n" for n, one in enumerate(heads)), unit * len(heads)
    edits = [inserted(Position(start.line, 0), opened + further)]
    numbered = enumerate(lines[1:], start=start.line + 1)
    edits += [inserted(Position(number, 0), further) for number, line in numbered if line.strip()]
    if tail:
        edits.append(_line_after(module, end.line, _block(indent, tail, unit)))
    return tuple(edits)


def _block(indent: str, lines: Sequence[str], unit: str) -> str:
    """Return lines with an indentation, each with a line end; four spaces at their beginning stand for one level."""
    levels = ((line, (len(line) - len(line.lstrip(" "))) // 4) for line in lines)
    return "".join(f"{indent}{unit * level}{line.lstrip(' ')}".rstrip(" \t") + "\n" for line, level in levels)


def _start(module: Module, statement: ast.stmt) -> Position:
    """Where a statement begins, its decorators included; these begin after their `@`."""
    if isinstance(statement, _DEFINITION) and statement.decorator_list:
        first = module.start(statement.decorator_list[0])
        text = module.lines[first.line - 1][: first.column]
        return Position(first.line, text.rfind("@") if "@" in text else first.column)
    return module.start(statement)


def _line_after(module: Module, line: int, text: str) -> Edit:
    """Insert lines after a line; the last one of a text can lack its line end."""
    last = module.lines[line - 1]
    if last.endswith(("\n", "\r")):
        return inserted(Position(line + 1, 0), text)
    return inserted(Position(line, len(last)), "\n" + text.removesuffix("\n"))


def _ends_line(module: Module, end: Position) -> bool:
    """Whether nothing but a comment follows a position on its line."""
    rest = module.lines[end.line - 1][end.column :].strip()
    return not rest or rest.startswith("#")


def _is_continued(module: Module, line: int) -> bool:
    """Whether the line with a number continues on the next one by a backslash."""
    return line > 0 and module.lines[line - 1].rstrip("\r\n").endswith("\\") and "#" not in module.lines[line - 1]


def _is_blank_or_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _is_text(statement: ast.stmt) -> bool:
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant and isinstance(statement.value.value, str)  # type: ignore[attr-defined]


def _can_be_indented(lines: list[str]) -> bool:
    """Whether white space before lines is layout only: none is inside a string, and no form feed counts it anew."""
    text = "".join(lines)
    if any("\f" in line[: len(line) - len(line.lstrip())] for line in lines):
        return False
    try:
        return not any("\n" in text[token.start : token.end] for token in strings_and_comments(text))
    except UnclosedStringError:
        return False
