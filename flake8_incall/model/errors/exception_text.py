"""Where the text of an exception gets into what a function hands back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import below, find
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.errors.text_flow import TextFlow
from flake8_incall.model.objects.classes import OWN, UNKNOWN
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_CURRENT = frozenset({"sys.exc_info", "sys.exception"})


def told_exceptions(function: InCallFunction) -> Iterator[ast.expr]:
    """The mentions of caught exceptions, or of their traces, whose text the function hands back."""
    module = function.module
    for body in module.fact(Failures).answering(function):
        for node in module.fact(Calls).nodes(body):
            if isinstance(node, ast.ExceptHandler) and _is_of_others(node, module):
                for mention, is_text in _mentions(node, module):
                    if True in module.fact(TextFlow).returned(mention, body, is_text=is_text):
                        yield mention


def _is_of_others(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether the text is not the module's own, as far as can be told."""
    handlers = module.fact(Failures).handlers
    types = handlers.taken(handler)
    return UNKNOWN not in types and all(handlers.is_ordinary(t) and not t.startswith(OWN) for t in types)


def _mentions(handler: ast.ExceptHandler, module: Module) -> Iterator[tuple[ast.expr, bool]]:
    """Where a handler names its exception, or asks Python for it, and whether it has its text there."""
    for node in below(*handler.body):
        if isinstance(node, ast.Name) and node.id == handler.name and isinstance(node.ctx, ast.Load):
            yield node, False
        elif isinstance(node, ast.Call):
            names = names_of(module.fact(References).of(node.func))
            is_named = any(name.id == handler.name for name in find(ast.Name, node))
            if not names.isdisjoint(_CURRENT):
                yield from ((mention, False) for mention in _current(node, module))
            elif module.catalogue.any_has("traces", names) and not is_named and not find_current(node, module):
                yield node, True


def find_current(node: ast.Call, module: Module) -> bool:
    """Whether the arguments of a call ask Python for the exception that is handled."""
    inner = (call for call in find(ast.Call, *node.args) if call is not node)
    return any(names_of(module.fact(References).of(call.func)) & _CURRENT for call in inner)


def _current(node: ast.Call, module: Module) -> Iterator[ast.expr]:
    """The exception in `sys.exc_info()`: the second of three."""
    match module.parents[node]:
        case ast.Subscript(slice=ast.Constant(value=index)) if index != 1:
            return
        case ast.Assign(targets=[ast.Tuple(elts=[_, ast.Name() as target, _])]):
            yield target
        case _:
            yield node
