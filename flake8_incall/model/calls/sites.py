"""The nodes of in-call code, found in one walk, each with the functions it stands in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import FunctionNode


@dataclass(frozen=True, slots=True)
class Site:
    """A node inside in-call code.

    Attributes:
        node: The node.
        function: The in-call function it belongs to.
        owner: The function, lambda or class whose body it stands in: `function.node` for its own body.
    """

    node: ast.AST
    function: InCallFunction
    owner: ast.AST

    @property
    def is_own(self) -> bool:
        """Whether it stands in the in-call function itself, not in a function or class inside it."""
        return self.owner is self.function.node


def sites(function: InCallFunction, types: frozenset[type[ast.AST]]) -> Iterator[Site]:
    """The nodes of some classes in a function's body, in source order, those of functions inside it included."""
    children = function.module.children
    pending: list[tuple[ast.AST, ast.AST]] = [(node, function.node) for node in reversed(function.node.body)]
    while pending:
        node, owner = pending.pop()
        if type(node) in types:
            yield Site(node, function, owner)
        inner = node if isinstance(node, FunctionNode | ast.ClassDef | ast.Lambda) else owner
        pending += [(child, inner) for child in reversed(children[node])]
