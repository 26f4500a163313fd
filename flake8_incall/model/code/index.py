"""The index of one syntax tree: its nodes by class, and what stands around each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeVar, overload

from flake8_incall.model.code.tree import FunctionNode, LoopNode, children

Node = TypeVar("Node", bound=ast.AST)
Other = TypeVar("Other", bound=ast.AST)
Third = TypeVar("Third", bound=ast.AST)

# A part of the tree, from the inside out: a node, and which of its children leads to where the way began.
Around = tuple[ast.AST, ast.AST]


class TreeIndex:
    """The nodes of one tree, found in one walk.

    Attributes:
        children: The nodes right below every node of the tree, as `tree.children` finds them.
        parents: The parent of every node but the root.
    """

    def __init__(self, root: ast.AST) -> None:
        self.children: dict[ast.AST, list[ast.AST]] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        pending = [root]
        while pending:
            node = pending.pop()
            found = self.children[node] = children(node)
            for child in found:
                self.parents[child] = node
            pending += found

    # By class

    @overload
    def nodes(self, kind: type[Node], /) -> list[Node]: ...
    @overload
    def nodes(self, kind: type[Node], other: type[Other], /) -> list[Node | Other]: ...
    @overload
    def nodes(self, kind: type[Node], other: type[Other], third: type[Third], /) -> list[Node | Other | Third]: ...
    @overload
    def nodes(self, *kinds: type[ast.AST]) -> list[ast.AST]: ...
    def nodes(self, *kinds: type[ast.AST]) -> list[Any]:
        """Return all nodes of some classes of nodes, in the order of the walk."""
        if len(kinds) == 1:
            return self._by_class.get(kinds[0], [])
        return [node for node in self.parents if node.__class__ in kinds]

    @cached_property
    def functions(self) -> list[FunctionNode]:
        """All functions, methods and functions in functions included."""
        return self.nodes(ast.FunctionDef, ast.AsyncFunctionDef)

    @cached_property
    def _by_class(self) -> dict[type[ast.AST], list[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in self.parents:
            found.setdefault(node.__class__, []).append(node)
        return found

    # Around

    def outward(self, node: ast.AST, until: ast.AST | None = None) -> Iterator[Around]:
        """Yield what stands around a node, from the inside out, each with the child of it that leads there.

        Args:
            node: The node.
            until: Where to end, if not at the root; it is not among them.
        """
        parents = self.parents
        while (outer := parents.get(node)) is not None and outer is not until:
            yield outer, node
            node = outer

    def is_inside(self, node: ast.AST, outer: ast.AST) -> bool:
        """Whether one node stands somewhere in another."""
        return any(around is outer for around, _ in self.outward(node))

    def definitions_around(self, node: ast.AST) -> Iterator[FunctionNode | ast.ClassDef]:
        """Yield the functions and classes that a node stands in, from the inside out."""
        return (outer for outer, _ in self.outward(node) if isinstance(outer, FunctionNode | ast.ClassDef))

    def functions_around(self, node: ast.AST) -> Iterator[FunctionNode | ast.Lambda]:
        """Yield the functions and lambdas that a node stands in, from the inside out."""
        return (outer for outer, _ in self.outward(node) if isinstance(outer, FunctionNode | ast.Lambda))

    def function_around(self, node: ast.AST) -> FunctionNode | ast.Lambda | None:
        """Return the innermost function or lambda that a node stands in."""
        return next(self.functions_around(node), None)

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the innermost class that a node stands in, in a method of it or beside these."""
        return next((outer for outer, _ in self.outward(node) if isinstance(outer, ast.ClassDef)), None)

    def loops_around(self, node: ast.AST, until: ast.AST) -> Iterator[LoopNode | ast.comprehension]:
        """Yield the loops up to another node that run a node in each of their rounds, from the inside out."""
        for outer, inner in self.outward(node, until):
            match outer:
                case ast.While() | ast.For() | ast.AsyncFor():
                    if inner not in outer.orelse and inner is not getattr(outer, "iter", None):
                        yield outer
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                    if not isinstance(inner, ast.comprehension):
                        yield from outer.generators
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    return

    def managers_around(self, node: ast.AST, until: ast.AST) -> Iterator[ast.withitem]:
        """Yield the context managers up to another node that are entered before a node is executed."""
        for outer, inner in self.outward(node, until):
            if isinstance(outer, ast.With | ast.AsyncWith):
                yield from outer.items[: outer.items.index(inner)] if isinstance(inner, ast.withitem) else outer.items

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that a node is, or is a part of."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    # Right above

    def through(self, node: ast.AST, *kinds: type[ast.AST]) -> ast.AST:
        """Return the outermost node that has a node as a part by way of nodes of some classes only, or the node."""
        while self.parents[node].__class__ in kinds:
            node = self.parents[node]
        return node

    def owner(self, definition: ast.AST) -> ast.ClassDef | None:
        """Return the class in whose body a definition or statement itself stands."""
        parent = self.parents.get(definition)
        return parent if isinstance(parent, ast.ClassDef) else None

    def call_of(self, function: ast.AST) -> ast.Call | None:
        """Return the call that calls what an expression gives."""
        parent = self.parents[function]
        return parent if isinstance(parent, ast.Call) and parent.func is function else None

    def call_with(self, argument: ast.AST) -> ast.Call | None:
        """Return the call that an expression is an argument of, by position or keyword."""
        parent = self.parents[argument]
        if isinstance(parent, ast.keyword):
            argument, parent = parent, self.parents[parent]
        return parent if isinstance(parent, ast.Call) and parent.func is not argument else None

    def is_named(self, value: ast.AST) -> bool:
        """Whether an assignment gives a value a name, or puts it somewhere."""
        return isinstance(self.parents[value], ast.Assign | ast.AnnAssign | ast.NamedExpr)

    def is_dropped(self, value: ast.AST) -> bool:
        """Whether an expression is a statement, whose value nobody gets."""
        return isinstance(self.parents[value], ast.Expr)
