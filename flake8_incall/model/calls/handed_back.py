"""The calls whose results a function returns as they are: `return await helper()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import values_given
from flake8_incall.model.objects.referents import Callable
from flake8_incall.model.objects.unpacking import source_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


class HandedBack:
    """The calls of one module whose results are returned, through names and what awaits them."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._of: dict[Callable, frozenset[ast.expr]] = {}

    def of(self, body: Callable) -> frozenset[ast.expr]:
        """Return the calls whose results a function returns."""
        if body not in self._of:
            self._of[body] = self._find(body)
        return self._of[body]

    def _find(self, body: Callable) -> frozenset[ast.expr]:
        nodes = self._module.fact(Calls).nodes(body)
        returned = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
        pending: list[ast.expr] = [body.body] if isinstance(body, ast.Lambda) else returned
        seen: set[ast.expr] = set()
        while pending:
            node = pending.pop()
            if node not in seen:
                seen.add(node)
                pending += _behind(node, self._module)
        return frozenset(node for node in seen if isinstance(node, ast.Call))


def _behind(node: ast.expr, module: Module) -> list[ast.expr]:
    """The expressions whose result one is, or is an item of, through names and what awaits them."""
    match node:
        case ast.Await(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
            return [value]
        case ast.Subscript(value=ast.Await() | ast.Name() as value):
            return [value]
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return elements
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return [element]
        case ast.Name():
            bindings = module.names.bindings_of(node)
            sources = [source_of(b.node, module.index) if b.kind is Kind.TARGET else None for b in bindings]
            values = [b.value for b in bindings if b.kind is Kind.ASSIGNMENT] + [s.value for s in sources if s]
            return [value for value in values if value is not None]
        case ast.Call(func=ast.Attribute(value=task, attr="result")):
            return [task]
        case ast.Call():
            apis = [api for _, api in module.fact(Calls).apis(node.func)]
            is_awaiting = any(api.awaits is not None or api.awaits_all for api in apis)
            return values_given(node) if is_awaiting else []
    return []
