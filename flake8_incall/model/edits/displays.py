"""Edits of dicts as they are written: `{...}` and `dict(...)`."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Edit
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.arguments import last_token
from flake8_incall.model.edits.text import inserted


def with_first_item(module: Module, display: ast.Dict, item: str) -> Edit | None:
    """Put an item before the others of a dict, on a line of its own where they have such."""
    first = display.keys[0] if display.keys else None
    if first is None:
        return with_last_item(module, display, item)
    start = module.start(first)
    before = module.lines[start.line - 1][: start.column]
    return inserted(start, f"{item},\n{before}" if not before.strip() else f"{item}, ")


def with_last_item(module: Module, display: ast.Dict, item: str) -> Edit | None:
    """Put an item behind the others of a dict; `None` where its end cannot be told."""
    last = last_token(module, display)
    if last is None:
        return None
    mark, at = last
    if mark == "{":
        return inserted(at, item)
    last_line = module.lines[module.start(display.values[-1]).line - 1]
    indent = last_line[: len(last_line) - len(last_line.lstrip())]
    is_broken = display.values[-1].lineno != display.lineno
    separator = f"\n{indent}" if is_broken else " "
    return inserted(at, f"{separator}{item}," if mark == "," else f",{separator}{item}")


def value_of(display: ast.Dict, key: str) -> ast.expr | None:
    """Return the value that a dict gives a key as it is written; of several the last one."""
    pairs = zip(display.keys, display.values, strict=True)
    found = [value for name, value in pairs if isinstance(name, ast.Constant) and name.value == key]
    return found[-1] if found else None


def key_node(display: ast.Dict, *keys: str) -> ast.Constant | None:
    """Return the first key of a dict that is one of some."""
    for name in display.keys:
        if isinstance(name, ast.Constant) and name.value in keys:
            return name
    return None
