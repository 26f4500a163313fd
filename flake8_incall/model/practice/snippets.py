"""What stands beside the function of a snippet: the platform runs the first `def` of the text, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.scopes import Binding, Kind
from flake8_incall.model.code.tree import FunctionNode

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_BRANCHES = ast.If | ast.Try | ast.TryStar | ast.With


@dataclass(frozen=True, slots=True)
class Beside:
    """Something at the top level of a snippet that does not exist on the platform.

    Attributes:
        node: The statement.
        names: What it binds.
        is_injected: Whether the platform brings all of that itself.
        is_first: Whether it is the first `def`, so that the platform runs it in the function's place.
    """

    node: ast.stmt
    names: tuple[str, ...]
    is_injected: bool = False
    is_first: bool = False


def beside(module: Module) -> Iterator[Beside]:
    """The imports, functions and classes of a snippet beside its in-call functions, and the constants these read."""
    if not _is_text_for_platform(module):
        return
    functions = {function.node for function in module.fact(discover).functions}
    statements = list(_statements(module))
    first = next((statement for statement in statements if isinstance(statement, FunctionNode)), None)
    bound = _bound(module, frozenset(statements))
    for statement in statements:
        if isinstance(statement, FunctionNode):
            if statement not in functions:
                yield Beside(statement, (statement.name,), is_first=statement is first)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            bindings = [b for b in bound[statement] if not b.target.startswith("__future__")]
            if bindings:
                is_injected = all(INJECTED.get(b.name) == b.target for b in bindings)
                yield Beside(statement, tuple(b.name for b in bindings), is_injected=is_injected)
        elif isinstance(statement, ast.ClassDef):
            yield Beside(statement, (statement.name,))
        else:
            names = tuple(dict.fromkeys(b.name for b in bound[statement] if _is_read(b, module)))
            if names:
                yield Beside(statement, names)


def _is_text_for_platform(module: Module) -> bool:
    """Whether a text can only run where `RunContext` is injected."""
    functions = module.fact(discover).functions
    if module.is_document:
        return bool(functions)
    is_alone = module.names.is_snippet and not set(module.names.top.star_modules) - {"typing"}
    return is_alone and any(function.contexts for function in functions)


def _statements(module: Module) -> Iterator[ast.stmt]:
    """The statements of the module's top level, in source order, those in its `if` and `try` included."""
    pending: list[ast.AST] = [*reversed(module.tree.body)]
    while pending:
        node = pending.pop()
        if isinstance(node, _BRANCHES | ast.ExceptHandler):
            pending += reversed([child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)])
        elif isinstance(node, ast.stmt):
            yield node


def _bound(module: Module, statements: frozenset[ast.stmt]) -> dict[ast.stmt, list[Binding]]:
    """What each statement binds in the module's own scope."""
    found: dict[ast.stmt, list[Binding]] = {statement: [] for statement in statements}
    for binding in (b for bindings in module.names.top.bindings.values() for b in bindings):
        around = (outer for outer, _ in module.index.outward(binding.node))
        statement = next(
            (node for node in (binding.node, *around) if isinstance(node, ast.stmt) and node in found), None
        )
        if statement is not None and binding.kind is not Kind.DELETION:
            found[statement].append(binding)
    return found


def _is_read(binding: Binding, module: Module) -> bool:
    """Whether an in-call function reads a name of the module that the platform does not bring."""
    if binding.name in INJECTED:
        return False
    return any(_reads(function, binding, module) for function in module.fact(discover).functions)


def _reads(function: InCallFunction, binding: Binding, module: Module) -> bool:
    names = module.names
    for name in module.fact(Calls).reads(function.node, binding.name):
        use = names.use(name)
        if use is not None and binding in names.bindings(name.id, use):
            return True
    return False
