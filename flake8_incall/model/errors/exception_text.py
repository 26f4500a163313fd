"""Where the text of an exception gets into what a function hands back."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.classes import OWN, UNKNOWN
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_TRACES = frozenset({"traceback.format_exc", "traceback.format_exception", "traceback.format_exception_only"})
_TOLD = "livekit.agents.ToolError"


def told_exceptions(function: InCallFunction) -> Iterator[ast.expr]:
    """The mentions of caught exceptions, or of their traces, whose text the function hands back."""
    module = function.module
    for body in module.fact(Failures).answering(function):
        for node in module.fact(Calls).nodes(body):
            if isinstance(node, ast.ExceptHandler) and _is_of_others(node, module):
                for mention in _mentions(node, module):
                    if _is_handed_back(mention, node, body, module):
                        yield mention


def _is_of_others(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the text is not the module's own, as far as can be told."""
    handlers = module.fact(Failures).handlers
    types = handlers.taken(handler) - {UNKNOWN}
    is_known = types == handlers.taken(handler)
    return is_known and all(handlers.is_ordinary(type_) and not type_.startswith(OWN) for type_ in types)


def _mentions(handler: ast.ExceptHandler, module: Module) -> Iterator[ast.expr]:
    for node in below(*handler.body):
        is_trace = isinstance(node, ast.Call) and bool(names_of(module.fact(References).of(node.func)) & _TRACES)
        is_named = isinstance(node, ast.Name) and node.id == handler.name and _is_as_text(node, module)
        if isinstance(node, ast.expr) and (is_trace or is_named):
            yield node


def _is_as_text(name: ast.Name, module: Module) -> bool:
    parent = module.parents[name]
    match parent:
        case ast.Attribute():
            return parent.attr in module.catalogue.members("describes")
        case ast.Call():
            is_formatted = isinstance(parent.func, ast.Attribute) and parent.func.attr == "format"
            return is_formatted or _is_text_of(names_of(module.fact(References).of(parent.func)), module)
        case ast.FormattedValue() | ast.BinOp(op=ast.Mod()):
            return True
        case ast.Tuple():
            return isinstance(module.parents[parent], ast.BinOp)
    return False


def _is_handed_back(mention: ast.expr, handler: ast.ExceptHandler, body: FunctionNode, module: Module) -> bool:
    """Whether a mention gets into a result, directly or by way of variables."""
    pending: list[ast.expr] = [mention]
    followed: set[str] = set()
    while pending:
        goal = _goal(pending.pop(), module)
        if isinstance(goal, str) and goal not in followed:
            followed.add(goal)
            pending += _loads(goal, handler, body, module)
        elif goal is True:
            return True
    return False


def _goal(node: ast.AST, module: Module) -> str | bool:
    """Where a value goes: the variable that it gets into, or whether it is handed back."""
    for parent, inner in module.index.outward(node):
        match parent:
            case ast.Return():
                return True
            case ast.Raise():
                return parent.exc is not None and _TOLD in module.fact(References).classes.raised(parent.exc)
            case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                base = target.value if isinstance(target, ast.Subscript) else target
                return base.id if isinstance(base, ast.Name) else False
            case ast.Call() if not _keeps(parent, inner, module):
                return False
            case ast.IfExp() if parent.test is inner:
                return False
            case ast.stmt() | ast.Compare() | ast.Lambda():
                return False
    return False


def _is_text_of(functions: Iterable[str], module: Module) -> bool:
    """Whether one of these functions makes a text or collection of what it is handed, or of the exception."""
    return any(
        function in _TRACES or module.catalogue.has("shows", function) or module.catalogue.has("copies", function)
        for function in functions
    )


def _keeps(call: ast.Call, part: ast.AST, module: Module) -> bool:
    """Whether a call gives a text that has its part in it."""
    if call.func is part:
        return True
    names = names_of(module.fact(References).of(call.func))
    is_joined = isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "join")
    return is_joined or _is_text_of(names, module) or _TOLD in map(module.catalogue.canonical, names)


def _loads(name: str, handler: ast.ExceptHandler, body: FunctionNode, module: Module) -> Iterator[ast.expr]:
    """Where a variable is read in a handler, or below it."""
    end = handler.end_lineno or handler.lineno
    for node in module.fact(Calls).reads(body, name):
        if node.lineno > end or module.index.is_inside(node, handler):
            yield node
