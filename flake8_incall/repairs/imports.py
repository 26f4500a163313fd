"""Imports that nothing needs any more are taken out."""

from __future__ import annotations

import ast
from collections.abc import Collection

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.edits.arguments import without_item
from flake8_incall.model.edits.statements import indentation


def without_import_of(name: str, module: Module, gone: Collection[ast.AST] = ()) -> tuple[Edit, ...]:
    """Take out the import behind a name of the module, if all that reads it is gone.

    Args:
        name: The name.
        module: The module.
        gone: Nodes that other edits replace.
    """
    bindings = module.names.top.bindings.get(name, ())
    if len(bindings) != 1 or bindings[0].kind is not Kind.IMPORT or not _is_alone(name, module, gone):
        return ()
    statement = bindings[0].node
    if not isinstance(statement, ast.Import | ast.ImportFrom) or statement not in module.tree.body:
        return ()
    alias = next((a for a in statement.names if (a.asname or a.name.partition(".")[0]) == name), None)
    edit = _without_alias(statement, alias, module) if alias is not None else None
    return (edit,) if edit is not None else ()


def without_statement(statement: ast.stmt, module: Module) -> Edit | None:
    """Take out a statement with its lines, if nothing else stands on them."""
    start, end = module.start(statement), module.end(statement)
    rest = module.lines[end.line - 1][end.column :]
    if indentation(module, statement) is None or rest.strip():
        return None
    return Edit(Position(start.line, 0), Position(end.line + 1, 0), "") if end.line < len(module.lines) else None


def root_of(node: ast.AST) -> str:
    """Return the name that a chain of attributes begins with, or `""`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _without_alias(statement: ast.Import | ast.ImportFrom, alias: ast.alias, module: Module) -> Edit | None:
    if len(statement.names) > 1:
        return without_item(module, statement.names, alias)
    return without_statement(statement, module)


def _is_alone(name: str, module: Module, gone: Collection[ast.AST]) -> bool:
    """Whether nothing reads a name but what is gone; a string may be an annotation or `__all__`."""
    reads = [node for node in module.index.nodes(ast.Name) if node.id == name]
    texts = [node for node in module.index.nodes(ast.Constant) if node.value == name]
    inside = {id(node) for node in gone}
    return not texts and all(_is_in(read, inside, module) for read in reads)


def _is_in(node: ast.AST, inside: set[int], module: Module) -> bool:
    return id(node) in inside or any(id(outer) in inside for outer, _ in module.index.outward(node))
