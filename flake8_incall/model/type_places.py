"""Where a class is named as a type, and not to be called or passed around."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_incall.model.module import Module


def stands_for_type(module: Module, expression: ast.expr) -> bool:
    """Whether an expression stands in an annotation, or in a test of what something is."""
    child: ast.AST = expression
    for outer in module.ancestors(expression):
        match outer:
            case ast.arg() | ast.Compare():
                return True
            case ast.AnnAssign():
                return child is outer.annotation
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return child is outer.returns
            case ast.Call():
                return _is_test(outer) and child is not outer.func
            case ast.Subscript() | ast.BinOp() | ast.Tuple():
                child = outer
            case _:
                return False
    return False


def _is_test(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass")
