"""Edits of a module's text, as fixes are made of."""

from __future__ import annotations

import ast
import io
import tokenize

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode

_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


def replaced(module: Module, node: ast.AST, text: str) -> Edit:
    """Put a text in the place of a node."""
    return Edit(module.start(node), module.end(node), text)


def inserted(at: Position, text: str) -> Edit:
    """Put a text between two characters."""
    return Edit(at, at, text)


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
    last = _last_token(module, call)
    if last is None:
        return None
    token, at = last
    separated = {"(": argument, ",": f" {argument},"}.get(token, f", {argument}")
    return inserted(at, separated)


def with_import(module: Module, name: str, node: ast.AST) -> tuple[Edit, ...] | None:
    """What it takes to use a module by its own name at a node.

    Returns:
        Nothing where the name already stands for it, else the import; `None` where the name is taken.
    """
    homes = (scope for scope in module.index.functions_around(node) if isinstance(scope, FunctionNode))
    home = next(homes, None)
    if home is not None and name in module.names.scope(home).bindings:
        return None
    bound = module.names.top.bindings.get(name, ())
    if bound:
        is_it = all(binding.kind is Kind.IMPORT and binding.target == name for binding in bound)
        return () if is_it else None
    if module.names.is_snippet:
        return ()
    return (inserted(Position(_import_line(module.tree), 0), f"import {name}\n"),)


def is_awaitable_place(module: Module, node: ast.AST) -> bool:
    """Whether `await` may stand at a node: the innermost function around it is `async def`."""
    return isinstance(module.index.function_around(node), ast.AsyncFunctionDef)


def _last_token(module: Module, call: ast.Call) -> tuple[str, Position] | None:
    """The last token before the closing parenthesis of a call, comments left out, and where it ends."""
    start, end = module.start(call), module.end(call)
    lines = module.lines[start.line - 1 : end.line]
    lines[-1] = lines[-1][: end.column]
    # In parentheses of our own, so that line ends in the call end nothing.
    lines[0] = "(" + lines[0][start.column :]
    try:
        tokens = [
            token
            for token in tokenize.generate_tokens(io.StringIO("".join(lines) + ")").readline)
            if token.type not in _LAYOUT and token.type != tokenize.ENDMARKER
        ]
    except (tokenize.TokenError, SyntaxError):
        return None
    last = tokens[-3]
    line, column = last.end
    return last.string, Position(start.line + line - 1, column + (start.column - 1 if line == 1 else 0))


def _import_line(tree: ast.Module) -> int:
    """The line before which an import belongs: after the docstring and what is imported from `__future__`."""
    for statement in tree.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (is_text or is_future):
            decorators = statement.decorator_list if isinstance(statement, FunctionNode | ast.ClassDef) else []
            return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return 1
