"""Where a finding about a syntax node stands: at its text, or at the head of what has a body."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.code.tree import FunctionNode

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_DEFINITION = re.compile(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+(?P<name>\w+)")
_KEYWORD = re.compile(r"\w+")
# A definition's name can stand on a line after its keywords, where the line is continued.
_MOST_LINES = 3


def span_of(module: Module, node: ast.AST) -> Span:
    """Return the range of a node: of a definition its name, of another statement with a body its first line's part.

    Args:
        module: The module of the node.
        node: The node.
    """
    start = module.start(node)
    if isinstance(node, FunctionNode | ast.ClassDef):
        return _name(module, start)
    head = _end_of_head(node)
    if head is None:
        return Span(start, module.end(node))
    return Span(start, module.end(head)) if head is not node else _matched(module, start, _KEYWORD, 0)


def _end_of_head(node: ast.AST) -> ast.AST | None:
    """The last part of a statement's head, the node itself where that is a keyword; `None` without a body."""
    match node:
        case ast.For(iter=last) | ast.AsyncFor(iter=last) | ast.While(test=last) | ast.If(test=last):
            return last
        case ast.Match(subject=last):
            return last
        case ast.With(items=[*_, item]) | ast.AsyncWith(items=[*_, item]):
            return item.optional_vars or item.context_expr
        case ast.Try() | ast.TryStar():
            return node
        case ast.ExceptHandler(type=caught):
            return caught or node
    return None


def _name(module: Module, start: Position) -> Span:
    """The name of a definition."""
    return _matched(module, start, _DEFINITION, "name")


def _matched(module: Module, start: Position, pattern: re.Pattern[str], group: str | int) -> Span:
    text = "".join(module.lines[start.line - 1 : start.line - 1 + _MOST_LINES])
    found = pattern.match(text, start.column)
    if found is None:
        return Span(start, start)
    line, begin = start.line + text.count("\n", 0, found.start(group)), text.rfind("\n", 0, found.start(group)) + 1
    return Span(Position(line, found.start(group) - begin), Position(line, found.end(group) - begin))
