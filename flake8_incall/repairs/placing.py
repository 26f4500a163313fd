"""Where names of the module go, and which names a function has for itself."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.text import source


def behind_imports(module: Module, line: str) -> Edit | None:
    """Insert a line behind the imports of a module, an empty line between; `None` without imports."""
    imports = [node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    if not imports:
        return None
    last = module.end(imports[-1])
    text = module.lines[last.line - 1]
    if not text.endswith("\n") or ";" in text:
        return None
    place = Position(last.line + 1, 0)
    return Edit(place, place, f"\n{line}\n")


def may_hold_comment(module: Module, node: ast.AST) -> bool:
    """Whether a node goes over several lines, on which comments may stand that would go with it."""
    text = source(module, module.start(node), module.end(node))
    return "\n" in text and "#" in text


def is_local(module: Module, at: ast.AST, name: str) -> bool:
    """Whether a function around a node binds a name."""
    return any(name in module.names.scope(function).bindings for function in module.index.functions_around(at))
