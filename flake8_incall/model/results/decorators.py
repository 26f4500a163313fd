"""Decorators that put a result of their own in place of the function's."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode, below, uncalled

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.calls.function import InCallFunction


def is_result_replaced(function: InCallFunction) -> bool:
    """Whether a decorator of this module never hands on the function's result as it is."""
    for decorator in function.node.decorator_list:
        maker = uncalled(decorator)
        for definition in function.module.names.resolve(maker).definitions:
            if isinstance(definition, FunctionNode) and _replaces(definition, function.module.catalogue):
                return True
    return False


def _replaces(decorator: FunctionNode, catalogue: Catalogue) -> bool:
    """Whether what a decorator's wrapper returns is always something else than the call's result."""
    nodes = list(below(decorator))
    wrappers = {node.name for node in nodes if isinstance(node, FunctionNode) and node is not decorator}
    values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    results = [value for value in values if not (isinstance(value, ast.Name) and value.id in wrappers)]
    return bool(wrappers and results) and not any(_hands_on(value, nodes, catalogue) for value in results)


def _hands_on(value: ast.expr, nodes: list[ast.AST], catalogue: Catalogue) -> bool:
    """Whether a returned value may be the result of the wrapped function, unchanged."""
    match value:
        case ast.Await(value=ast.Call(func=ast.Name(id=name))) | ast.Call(func=ast.Name(id=name)):
            return any(isinstance(node, ast.arg) and node.arg == name for node in nodes)
        case ast.Name(id=name):
            return not any(_changes(node, name, catalogue) for node in nodes)
    return False


def _changes(node: ast.AST, name: str, catalogue: Catalogue) -> bool:
    match node:
        case ast.Subscript(value=ast.Name(id=changed), ctx=ast.Store()):
            return changed == name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=changed), attr=method)):
            return changed == name and catalogue.has("mutates", f"dict.{method}")
    return False
