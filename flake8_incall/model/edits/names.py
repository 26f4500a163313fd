"""Edits that give a parameter another name."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode, find
from flake8_incall.model.edits.text import replaced, source


def renamed_parameter(module: Module, function: FunctionNode, parameter: ast.arg, name: str) -> tuple[Edit, ...] | None:
    """Give a parameter another name, where it is read too.

    Returns:
        The edits; `None` where the name is taken, or the parameter is bound again.
    """
    names, old = module.names, parameter.arg
    scope = names.scope(function)
    is_bound_once = [binding.kind for binding in scope.bindings.get(old, ())] == [Kind.PARAMETER]
    uses = [node for node in find(ast.Name, *function.body) if node.id in (old, name)]
    if not is_bound_once or any(node.id == name for node in uses) or name in scope.bindings:
        return None
    start = module.start(parameter)
    edits = [Edit(start, Position(start.line, start.column + len(old)), name)]
    for node in uses:
        use = names.use(node)
        if use is None:
            return None
        if names.home(use.scope.node, old) == (scope, old):
            # Before Python 3.12 nodes of f-strings can have wrong places.
            if source(module, module.start(node), module.end(node)) != old:
                return None
            edits.append(replaced(module, node, name))
    return tuple(edits)
