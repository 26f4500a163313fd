"""Edits of a range of text."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module


def replaced(module: Module, node: ast.AST, text: str) -> Edit:
    """Return the edit that replaces a node with a text."""
    return Edit(module.start(node), module.end(node), text)


def inserted(at: Position, text: str) -> Edit:
    """Return the edit that inserts a text at a position."""
    return Edit(at, at, text)


def source(module: Module, start: Position, end: Position) -> str:
    """Return the text between two positions, line ends included."""
    lines = module.lines[start.line - 1 : end.line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: end.column]
    lines[0] = lines[0][start.column :]
    return "".join(lines)
