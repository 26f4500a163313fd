"""What a result stands for, success or error, and the message of an error, as far as the code around it tells."""

from __future__ import annotations

import ast
import json

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import find
from flake8_incall.repairs.words import be, failure, speaks_of_failure, words_of

_KEYS_OF_ERRORS = ("error", "errors", "err", "exception")


def status_at(function: InCallFunction, at: ast.AST, value: ast.expr | None = None) -> str:
    """Return the status of a result: an error in a handler, after a failed check, or where its text speaks of one."""
    if handler_around(function, at) is not None:
        return "error"
    texts = [node.value for node in find(ast.Constant, value) if isinstance(node.value, str)] if value else []
    if any(text in _KEYS_OF_ERRORS or speaks_of_failure(text) for text in texts):
        return "error"
    return "error" if value is None and guard_of(function, at) is not None else "success"


def handler_around(function: InCallFunction, at: ast.AST) -> ast.ExceptHandler | None:
    """Return the handler of the function in which something stands."""
    around = function.module.index.outward(at, function.node)
    return next((outer for outer, _ in around if isinstance(outer, ast.ExceptHandler)), None)


def guard_of(function: InCallFunction, at: ast.AST) -> ast.If | None:
    """Return the innermost `if` in whose body something stands."""
    for outer, inner in function.module.index.outward(at, function.node):
        if isinstance(outer, ast.If) and inner in outer.body:
            return outer
    return None


def message_at(function: InCallFunction, at: ast.AST) -> str:
    """Return the message of an error, as a literal: what a check refuses, or what the function could not do."""
    guard = guard_of(function, at)
    if guard is not None and handler_around(function, at) is None:
        names = {node.id for node in find(ast.Name, guard.test)}
        inputs = [parameter.name for parameter in function.inputs if parameter.name in names]
        if len(inputs) == 1 and names == {*inputs}:
            is_absent = isinstance(guard.test, ast.UnaryOp) and isinstance(guard.test.operand, ast.Name)
            words = words_of(inputs[0])
            return _quoted(f"The {words} {be(words)} {'missing' if is_absent else 'not valid'}")
    return _quoted(failure(function.name))


def error_at(function: InCallFunction, at: ast.AST) -> str:
    """Return the dict of an error."""
    return f'{{"status": "error", "message": {message_at(function, at)}}}'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
