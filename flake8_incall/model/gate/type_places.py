"""Where a class is named as a type, and not to be called or passed around."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_TESTS = frozenset({"builtins.isinstance", "builtins.issubclass"})


def stands_for_type(module: Module, expression: ast.expr) -> bool:
    """Whether an expression stands in an annotation, or in a test of what something is."""
    for outer, child in module.index.outward(expression):
        match outer:
            case ast.arg():
                return True
            case ast.Compare():
                return is_plain_comparison(module, outer)
            case ast.AnnAssign():
                return child is outer.annotation
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return child is outer.returns
            case ast.Call():
                tests = module.fact(Exposure).only_names(outer.func)
                return bool(tests) and tests <= _TESTS and child in outer.args[1:]
            case ast.Subscript() | ast.BinOp() | ast.Tuple():
                continue
            case _:
                return False
    return False


def is_plain_comparison(module: Module, comparison: ast.Compare) -> bool:
    """Whether nothing is compared but classes: an object could take the class from the comparison."""
    if all(isinstance(operator, ast.Is | ast.IsNot) for operator in comparison.ops):
        return True
    pending = [comparison.left, *comparison.comparators]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            pending.extend(node.elts)
        elif isinstance(node, ast.Call):
            if module.fact(Exposure).only_names(node.func) != {"builtins.type"}:
                return False
        elif not _is_class(module, node):
            return False
    return True


def _is_class(module: Module, node: ast.expr) -> bool:
    if module.fact(Exposure).only_names(node):
        return True
    bindings = module.fact(Visibility).own(node)
    return bool(bindings) and all(isinstance(binding.node, ast.ClassDef) for binding in bindings)
