"""Discarded values: nothing keeps them once their statement is over."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Outside

if TYPE_CHECKING:
    from flake8_incall.catalogue import Trait
    from flake8_incall.model.code.module import Module

_HOLDING = (
    ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Starred | ast.BoolOp | ast.ListComp | ast.SetComp | ast.DictComp
)
_TESTING = ast.If | ast.While | ast.Assert | ast.UnaryOp | ast.Compare | ast.FormattedValue


def is_discarded(node: ast.expr, owner: Callable, module: Module) -> bool:
    """Whether nothing keeps a value: its statement drops it, or gives it a name that is never read.

    Args:
        node: The expression that makes the value.
        owner: The function or lambda whose body it stands in.
        module: The module.
    """
    for parent, inner in module.index.outward(node):
        if not isinstance(parent, ast.expr) or not _holds(parent, inner, owner, module):
            return _drops(parent, inner, owner, module)
    return False


def _holds(parent: ast.expr, inner: ast.AST, owner: Callable, module: Module) -> bool:
    """Whether an expression around a value has it as its value, or in it, so that its own place decides."""
    match parent:
        case ast.IfExp(test=test):
            return test is not inner
        case ast.Subscript(value=value):
            return value is inner
        case ast.NamedExpr(target=target, value=value):
            return _is_unread(target, value, owner, module)
        case ast.Call(func=function):
            return function is not inner and _all_have("copies", function, module)
    return isinstance(parent, _HOLDING)


def _drops(parent: ast.AST, inner: ast.AST, owner: Callable, module: Module) -> bool:
    """Whether what a value comes to in the end neither keeps it nor hands it on."""
    match parent:
        case ast.Assign(targets=targets, value=value):
            return all(_is_unread(target, value, owner, module) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return _is_unread(target, value, owner, module)
        case ast.Attribute(attr=attribute):
            return attribute in module.catalogue.members("peeks") and isinstance(module.parents[parent], ast.Call)
        case ast.Call(func=function):
            return function is not inner and _only_looks(function, module)
        case ast.Lambda():
            return _is_called_back(parent, module)
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str())):
            return True
        case ast.IfExp():
            return True
    return isinstance(parent, _TESTING | ast.Expr)


def uses_of(name: str, value: ast.expr, owner: Callable, module: Module) -> list[ast.Name] | None:
    """Where a local variable is read that was given a value; `None` where others can read it too."""
    scope = module.names.scope(owner)
    if name in scope.declared:
        return None
    bound = [binding for binding in scope.bindings.get(name, ()) if binding.value is value]
    return list(dict.fromkeys(node for binding in bound for node in module.fact(Calls).uses(owner, binding)))


def _is_unread(target: ast.expr, value: ast.expr | None, owner: Callable, module: Module) -> bool:
    return isinstance(target, ast.Name) and value is not None and uses_of(target.id, value, owner, module) == []


def _is_called_back(function: ast.Lambda, module: Module) -> bool:
    """Whether the result of a lambda is dropped by what it is handed to."""
    parent = module.parents[function]
    match parent:
        case ast.Call(func=ast.Attribute(attr=method)):
            return method in module.catalogue.members("calls-back")
    return False


def _only_looks(function: ast.expr, module: Module) -> bool:
    """Whether a function keeps none of its arguments: `print`, `logger.info`."""
    if isinstance(function, ast.Attribute) and function.attr in module.catalogue.members("logs"):
        return "log" in module.segment(function.value).lower()
    return _all_have("looks", function, module)


def _all_have(trait: Trait, function: ast.expr, module: Module) -> bool:
    referents = module.fact(References).of(function)
    return bool(referents) and all(isinstance(r, Outside) and module.catalogue.has(trait, r.name) for r in referents)
