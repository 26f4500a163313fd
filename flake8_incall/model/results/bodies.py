"""Bodies whose `return` statements answer the model: a function's own, and those of helpers whose result it returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.interpreter.world import World
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
    found: dict[FunctionNode, None] = {}
    pending: list[FunctionNode] = [function.node]
    while pending:
        body = pending.pop()
        if body not in found:
            found[body] = None
            pending += _handed_on(body, function.module)
    return tuple(found)


def _handed_on(body: FunctionNode, module: Module) -> Iterator[FunctionNode]:
    """The helpers of `return await helper()`."""
    for node in module.fact(Calls).nodes(body):
        if isinstance(node, ast.Return) and node.value is not None:
            call = _call_of(node.value, module)
            meaning = module.names.resolve(call.func) if call is not None else None
            if meaning is not None and len(meaning.definitions) == 1 and not (meaning.unknown or meaning.names):
                yield from (
                    d for d in meaning.definitions if isinstance(d, FunctionNode) and module.fact(World).is_plain(d)
                )


def _call_of(value: ast.expr, module: Module) -> ast.Call | None:
    """The call whose result an expression is, awaited or kept in a variable first."""
    if isinstance(value, ast.Name):
        bindings = list(module.names.bindings_of(value))
        assigned = bindings[0].value if len(bindings) == 1 and bindings[0].kind is Kind.ASSIGNMENT else None
        value = assigned or value
    inner = value.value if isinstance(value, ast.Await) else value
    return inner if isinstance(inner, ast.Call) else None
