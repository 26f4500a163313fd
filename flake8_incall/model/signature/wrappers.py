"""Decorators that hide a function's signature from LiveKit."""

from __future__ import annotations

import ast

from flake8_incall.model.function import InCallFunction
from flake8_incall.model.module import FunctionNode, Module


def hiding_wrapper(function: InCallFunction) -> tuple[str, FunctionNode] | None:
    """The decorator of this module that puts a wrapper without `functools.wraps` around a tool.

    Returns:
        The decorator's name and the wrapper whose signature LiveKit sees instead; `None` when no decorator
        hides the signature, or it cannot be told.
    """
    for decorator in function.node.decorator_list:
        maker = decorator.func if isinstance(decorator, ast.Call) else decorator
        for definition in function.module.names.resolve(maker).definitions:
            if isinstance(definition, FunctionNode):
                levels = 2 if isinstance(decorator, ast.Call) else 1
                wrapper = _returned(function.module, definition, levels)
                if wrapper is not None and not _keeps_signature(wrapper):
                    return definition.name, wrapper
    return None


def _returned(module: Module, definition: FunctionNode, levels: int) -> FunctionNode | None:
    """The function inside a decorator that it returns, `levels` deep."""
    for _ in range(levels):
        returned = [
            statement.value
            for statement in definition.body
            if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Name)
        ]
        if len(returned) != 1 or returned[0] is None:
            return None
        inner = [d for d in module.names.resolve(returned[0]).definitions if isinstance(d, FunctionNode)]
        if len(inner) != 1 or inner[0] not in definition.body:
            return None
        definition = inner[0]
    return definition


def _keeps_signature(wrapper: FunctionNode) -> bool:
    # Any other decorator may copy the signature too: only a bare wrapper is certain.
    return bool(wrapper.decorator_list)
