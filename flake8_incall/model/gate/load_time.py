"""What a module runs when it is loaded, beyond imports, constants and definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.code.binder import is_type_checking
from flake8_incall.model.code.tree import FunctionNode, uncalled, values_given
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_ARITHMETIC = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.UnaryOp)
_PARTS_OF_EXPRESSIONS = (ast.comprehension, ast.keyword, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
_VALUES = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Starred),
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.JoinedStr, ast.FormattedValue),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.expr_context),
    *_ARITHMETIC,
    *_PARTS_OF_EXPRESSIONS,
)


def run_at_load(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """What runs at load and is no import, constant, definition or listed call.

    Yields:
        The node, and what it is in words.
    """
    pending: list[tuple[ast.stmt, ast.AST]] = [(node, module.tree) for node in module.tree.body]
    while pending:
        node, owner = pending.pop()
        inner = _inner_statements(node)
        if inner is not None:
            pending.extend((statement, owner) for statement in inner)
        elif isinstance(node, FunctionNode):
            yield from _definition(module, node)
        elif isinstance(node, ast.ClassDef):
            yield from _class(module, node)
            pending.extend((statement, node) for statement in node.body)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            if node.value is not None:
                yield from _calls(module, [node.value], "")
        elif not _is_silent(node):
            yield node, "a statement other than an import, constant or definition"


def _inner_statements(node: ast.stmt) -> list[ast.stmt] | None:
    """The statements inside one that only chooses among imports; `None` for any other."""
    if isinstance(node, ast.If) and is_type_checking(node.test):
        return [*node.body, *node.orelse]
    if isinstance(node, ast.Try) and all(_is_import_error(handler) for handler in node.handlers):
        handled = [statement for handler in node.handlers for statement in handler.body]
        return [*node.body, *handled, *node.orelse, *node.finalbody]
    return None


def _is_import_error(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.type, ast.Name) and handler.type.id in ("ImportError", "ModuleNotFoundError")


def _is_silent(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    is_alias = hasattr(ast, "TypeAlias") and isinstance(node, ast.TypeAlias)
    return is_alias or isinstance(node, ast.Import | ast.ImportFrom | ast.Pass)


def _definition(module: Module, node: FunctionNode) -> Iterator[tuple[ast.AST, str]]:
    yield from _decorators(module, node)
    defaults = [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
    yield from _calls(module, defaults, "in a default")


def _class(module: Module, node: ast.ClassDef) -> Iterator[tuple[ast.AST, str]]:
    yield from _decorators(module, node)
    yield from _calls(module, node.bases, "in a base class")
    yield from _calls(module, [keyword.value for keyword in node.keywords], "in a class argument")


def _decorators(module: Module, node: FunctionNode | ast.ClassDef) -> Iterator[tuple[ast.AST, str]]:
    for decorator in node.decorator_list:
        callee = uncalled(decorator)
        if isinstance(decorator, ast.Name) and _is_own_function(module, decorator):
            continue
        is_accessor = isinstance(decorator, ast.Attribute) and decorator.attr in module.catalogue.members(
            "makes-accessor"
        )
        if not is_accessor and not is_listed(module, callee):
            yield decorator, "a decorator"
        elif isinstance(decorator, ast.Call):
            yield from _calls(module, values_given(decorator), "in a decorator")


def _is_own_function(module: Module, name: ast.Name) -> bool:
    bindings = module.fact(Visibility).own(name)
    return len(bindings) == 1 and isinstance(bindings[0].node, FunctionNode)


def _calls(module: Module, values: Iterable[ast.expr], where: str) -> Iterator[tuple[ast.AST, str]]:
    """The parts of expressions that run more than is listed; a lambda's body does not run."""
    pending: list[ast.AST] = list(values)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Lambda):
            pending.extend(d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None)
        elif isinstance(node, ast.Call):
            if not (is_listed(module, node.func) or _makes_constant(module, node.func)):
                call = f"call of `{module.segment(node.func)[:60]}`"
                yield node, f"{call} {where}" if where else f"module-level {call}"
            pending.extend((*node.args, *node.keywords))
        elif isinstance(node, _VALUES):
            pending.extend(ast.iter_child_nodes(node))
        else:
            yield node, f"code {where}" if where else "module-level code"


def is_listed(module: Module, callee: ast.expr) -> bool:
    """Whether the policy lets this be called while a module is loaded."""
    names = module.fact(Exposure).only_names(callee)
    return bool(names) and names <= module.fact(Exposure).policy.on_load


def _makes_constant(module: Module, callee: ast.expr) -> bool:
    """Whether a method is called on a text that is written out, or on a class that the policy lets be called."""
    if not isinstance(callee, ast.Attribute):
        return False
    if isinstance(callee.value, ast.Constant):
        members = module.catalogue.members
        return callee.attr == "join" or callee.attr in members("pure") or callee.attr in members("splits")
    return callee.attr in module.catalogue.members("constructs") and is_listed(module, callee.value)
