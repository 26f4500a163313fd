"""Edits of the arguments of a call."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Sequence

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.text import inserted, source

_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


def with_keyword(module: Module, call: ast.Call, argument: str) -> Edit | None:
    """Add a last argument to a call.

    Args:
        module: Where the call stands.
        call: The call.
        argument: Such as `"timeout=5"`.

    Returns:
        The edit, or `None` where what is passed cannot be told (`**options`) or has to stand alone.
    """
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    if call.args and isinstance(call.args[-1], ast.GeneratorExp):
        return None
    last = last_token(module, call)
    if last is None:
        return None
    token, at = last
    separated = {"(": argument, ",": f" {argument},"}.get(token, f", {argument}")
    return inserted(at, separated)


def without_keyword(module: Module, call: ast.Call, keyword: ast.keyword) -> Edit | None:
    """Take a keyword argument out of a call, with the comma before it, or behind it where it is the first.

    Returns:
        The edit, or `None` where a comment between the arguments would be lost with it.
    """
    return without_item(module, sorted([*call.args, *call.keywords], key=module.start), keyword)


def without_item(module: Module, items: Sequence[ast.AST], item: ast.AST) -> Edit | None:
    """Take one of several things out that commas separate; `None` where a comment would be lost with it."""
    place = items.index(item)
    if place > 0:
        start, end = module.end(items[place - 1]), module.end(item)
        between = source(module, start, module.start(item))
    elif len(items) > 1:
        start, end = module.start(item), module.start(items[1])
        between = source(module, module.end(item), end)
    else:
        return Edit(module.start(item), module.end(item), "")
    # Parentheses around an item before belong to that.
    return Edit(start, end, "") if between.strip() == "," else None


def awaited(module: Module, call: ast.Call) -> tuple[Edit, ...]:
    """Put `await` before a call, in parentheses where something of the result is read on the spot."""
    if not is_read_on(module, call):
        return (inserted(module.start(call), "await "),)
    return inserted(module.start(call), "(await "), inserted(module.end(call), ")")


def is_read_on(module: Module, call: ast.Call) -> bool:
    """Whether an attribute, an item or a call of a result stands right behind it."""
    parent = module.parents[call]
    return isinstance(parent, ast.Attribute | ast.Subscript) or (isinstance(parent, ast.Call) and parent.func is call)


def is_awaitable_place(module: Module, node: ast.AST) -> bool:
    """Whether `await` may stand at a node: the innermost function around it is `async def`."""
    return isinstance(module.index.function_around(node), ast.AsyncFunctionDef)


def last_token(module: Module, bracketed: ast.expr) -> tuple[str, Position] | None:
    """Return the last token before the closing bracket of a call or display, without comments, and where it ends."""
    start = module.start(bracketed)
    written = source(module, start, module.end(bracketed))
    if not written.endswith((")", "}")):
        # A call that stands for what a class is handed to has no parentheses of its own.
        return None
    # In parentheses of our own, so that line ends in the call end nothing.
    text = f"({written})"
    try:
        tokens = [
            token
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type not in _LAYOUT and token.type != tokenize.ENDMARKER
        ]
    except (tokenize.TokenError, SyntaxError):
        return None
    last = tokens[-3]
    line, column = last.end
    return last.string, Position(start.line + line - 1, column + (start.column - 1 if line == 1 else 0))
