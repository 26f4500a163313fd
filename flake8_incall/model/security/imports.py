"""Imports of modules that are not to be imported next to in-call functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Catalogue, Effect
from flake8_incall.model.calls.reach import Reach
from flake8_incall.model.code.binder import is_type_checking
from flake8_incall.model.objects.routes import routed

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


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
    for node in module.index.nodes(ast.Import, ast.ImportFrom):
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


def forbidden_modules_in(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The forbidden modules whose use a description names: `os` for `os.path.join` and for `getattr(os, ...)`."""
    found = (_outermost(catalogue.canonical(name), catalogue) for name in _DOTTED.findall(text))
    return tuple(name for name in found if name)


def _outermost(name: str, catalogue: Catalogue) -> str:
    """The forbidden module that a name belongs to, without what is inside it; `""` for none."""
    name = routed(name, catalogue)
    if catalogue.forbidden_module(name) is None:
        return ""
    while (parent := name.rpartition(".")[0]) and catalogue.forbidden_module(parent) is not None:
        name = parent
    return name


def _forbidden(statement: ast.stmt, name: str, catalogue: Catalogue) -> ForbiddenImport | None:
    module = _outermost(name, catalogue)
    effect = catalogue.forbidden_module(module) if module else None
    return ForbiddenImport(statement, module, effect) if effect is not None else None


def _is_run(statement: ast.stmt, module: Module) -> bool:
    around = module.index.outward(statement)
    if any(isinstance(node, ast.If) and is_type_checking(node.test) for node, _ in around):
        return False
    return module.index.function_around(statement) is None or statement in module.fact(Reach).nodes
