"""Bodies whose `return` statements answer the model: a function's own, and those of helpers whose result it returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.references.referents import Callable
from flake8_incall.model.references.unpacking import source_of
from flake8_incall.model.results.judgements import settled_results
from flake8_incall.model.results.results import Result, results_of_helper


class Answers:
    """The results of one in-call function, each with the `return` statement that makes it.

    Attributes:
        bodies: The function and the helpers whose result it hands on as it is.
    """

    def __init__(self, function: InCallFunction) -> None:
        self._function = function
        self._module = function.module
        self._returned: dict[FunctionNode, list[Result]] = {}
        self.bodies = _bodies(function)

    def returned(self, body: FunctionNode) -> list[Result]:
        """What the `return` statements of one of the bodies hand back; nothing where that cannot be told."""
        if body is self._function.node:
            return self._function.fact(settled_results).returned
        if body not in self._returned:
            self._returned[body] = results_of_helper(self._module.fact(World), body).returned
        return self._returned[body]


def _bodies(function: InCallFunction) -> tuple[FunctionNode, ...]:
    graph = function.module.fact(CallGraph)
    found: dict[Callable, None] = {}
    pending: list[tuple[Callable, Chain]] = [(function.node, ())]
    while pending:
        body, chain = pending.pop()
        if body in found:
            continue
        found[body] = None
        calls = set(_handed_on(body, function.module))
        for link in graph.links(body, chain) if calls else ():
            if link.call in calls and _is_followed(link.helper, function.module):
                pending.append((link.helper, (*chain, link)))
    return tuple(body for body in found if isinstance(body, FunctionNode))


def _is_followed(helper: Callable, module: Module) -> bool:
    """Whether what a helper gives is what its body returns, or a wrapper that is followed by itself."""
    decorators = helper.decorator_list if isinstance(helper, FunctionNode) else []
    world, graph = module.fact(World), module.fact(CallGraph)
    return all(world.is_transparent(decorator) or graph.is_wrapped(decorator) for decorator in decorators)


def _handed_on(body: Callable, module: Module) -> Iterator[ast.expr]:
    """The calls whose results a function returns as they are: `return await helper()`."""
    nodes = module.fact(Calls).nodes(body)
    returned = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    pending: list[ast.expr] = [body.body] if isinstance(body, ast.Lambda) else returned
    seen: set[ast.expr] = set()
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending += _behind(node, module)
            if isinstance(node, ast.Call):
                yield node


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
        case ast.Call(args=arguments, keywords=keywords):
            apis = [api for _, api in module.fact(Calls).apis(node.func)]
            is_awaiting = any(api.awaits is not None or api.awaits_all for api in apis)
            return [*arguments, *(keyword.value for keyword in keywords)] if is_awaiting else []
    return []
