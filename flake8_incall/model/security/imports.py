"""Imports of modules that are not to be imported next to in-call functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Catalogue, Effect
from flake8_incall.model.binder import is_type_checking
from flake8_incall.model.module import FunctionNode
from flake8_incall.model.references.routes import routed

if TYPE_CHECKING:
    from flake8_incall.model.module import Module


@dataclass(frozen=True, slots=True)
class ForbiddenImport:
    """An import of such a module.

    Attributes:
        statement: The import.
        module: The module, without what is inside it.
        effect: Why it is forbidden.
    """

    statement: ast.stmt
    module: str
    effect: Effect


def forbidden_imports(module: Module) -> Iterator[ForbiddenImport]:
    """Those at the top of a file and in what its in-call functions reach; each module once a statement."""
    for node in module.parents:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found = [_forbidden(node, name, module.catalogue) for name in _imported(node)]
            known = dict.fromkeys(forbidden for forbidden in found if forbidden is not None)
            if known and _is_run(node, module):
                yield from known


def _imported(statement: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    if statement.level or statement.module is None:
        return []
    return [statement.module, *(f"{statement.module}.{alias.name}" for alias in statement.names)]


def _forbidden(statement: ast.stmt, name: str, catalogue: Catalogue) -> ForbiddenImport | None:
    name = routed(name)
    if catalogue.forbidden_module(name) is None:
        return None
    while (parent := name.rpartition(".")[0]) and catalogue.forbidden_module(parent) is not None:
        name = parent
    effect = catalogue.forbidden_module(name)
    return ForbiddenImport(statement, name, effect) if effect is not None else None


def _is_run(statement: ast.stmt, module: Module) -> bool:
    around = list(module.ancestors(statement))
    if any(isinstance(node, ast.If) and is_type_checking(node.test) for node in around):
        return False
    return not any(isinstance(node, FunctionNode) for node in around) or statement in module.reach.nodes
