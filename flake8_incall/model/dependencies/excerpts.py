"""Excerpts of functions: the statement that changes something for others, and those that its values come from."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Span
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Binding, Scope
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.dependencies.pieces import Piece, Pieces, digest_of

_SIMPLE = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Delete | ast.Return | ast.Import | ast.ImportFrom


class Excerpts:
    """The excerpts of one module."""

    def __init__(self, module: Module, pieces: Pieces) -> None:
        self._module = module
        self._pieces = pieces
        self._made: dict[ast.AST, Piece] = {}
        self._around: dict[ast.AST, list[Piece]] = {}

    def around(self, node: ast.AST) -> list[Piece]:
        """The statement of a function that a node stands in, and those of the function that bind what it names.

        Returns:
            One piece for each; the whole piece of the node where it stands in no function, or where that is too
            entangled to be taken apart.
        """
        if node not in self._around:
            whole = self._pieces.of(node)
            parts = self._followed(node) if isinstance(whole.node, FunctionNode) else None
            self._around[node] = [self._piece(part, whole) for part in parts] if parts is not None else [whole]
        return self._around[node]

    def of(self, whole: Piece) -> list[Piece]:
        """The excerpts of a function that were made so far."""
        return [piece for piece in self._made.values() if piece.home is whole]

    def _followed(self, node: ast.AST) -> list[ast.AST] | None:
        found: dict[ast.AST, None] = {}
        pending = [self._part(node)]
        while pending:
            part = pending.pop()
            if not isinstance(part, _SIMPLE | ast.arg):
                return None
            if part in found:
                continue
            found[part] = None
            for name in (n for n in below(part) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)):
                pending += [self._part(binding.node) for binding in self._local(name)]
        return list(found)

    def _local(self, name: ast.Name) -> list[Binding]:
        """All that binds a name in the function that it belongs to; nothing for one of the module."""
        use = self._module.names.use(name)
        scopes: list[Scope] = [use.scope, *use.scope.enclosing()] if use is not None else []
        for scope in scopes:
            if scope is self._module.names.top or name.id in scope.declared:
                return []
            if name.id in scope.bindings:
                return scope.bindings[name.id]
        return []

    def _part(self, node: ast.AST) -> ast.AST:
        """The statement that a node stands in; a parameter by itself."""
        around = (node, *(outer for outer, _ in self._module.index.outward(node)))
        return next(place for place in around if isinstance(place, ast.stmt | ast.arg))

    def _piece(self, node: ast.AST, home: Piece) -> Piece:
        if node not in self._made:
            span = Span(self._module.start(node), self._module.end(node))
            # The blocks around it decide which of several bindings reach a use.
            blocks = [type(place).__name__ for place, _ in self._module.index.outward(node)]
            digest = digest_of(" ".join([self._module.segment(node), *blocks]))
            self._made[node] = Piece("statement", home.name, node, span, digest, home=home)
        return self._made[node]
