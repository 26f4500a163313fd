"""The mention graph of a module: the top-level names that the code behind each name calls or uses."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import below

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_CODE = (Kind.DEFINITION, Kind.ASSIGNMENT)


class Mentions:
    """The top-level names of a module as a graph; its edges lead from a name to what its code mentions."""

    def __init__(self, module: Module) -> None:
        self._names = module.names
        self._known: dict[str, frozenset[str]] = {}

    def of(self, node: ast.AST) -> frozenset[str]:
        """The top-level names that some code mentions."""
        top = self._names.top.bindings
        found = set()
        for name in below(node):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load) and name.id in top:
                bindings = self._names.bindings_of(name)
                if bindings and bindings[0] in top[name.id]:
                    found.add(name.id)
        return frozenset(found)

    def reached(self, names: Iterable[str], known: Set[str] = frozenset()) -> set[str]:
        """All names that the code behind some mentions, directly or through others that are not known yet."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            new = self._next(pending.pop()) - found - known
            found |= new
            pending += new
        return found

    def sources(self, names: Iterable[str]) -> set[str]:
        """The fewest of some names from which all of them are reached: of each circle without a way in, the first."""
        wanted = list(names)
        done: set[str] = set()
        left_last = [name for start in wanted for name in self._in_order_of_leaving(start, done)]
        found: set[str] = set()
        covered: set[str] = set()
        for name in reversed(left_last):
            if name in wanted and name not in covered:
                found.add(name)
                covered |= {name} | self.reached([name], covered)
        return found

    def _in_order_of_leaving(self, start: str, done: set[str]) -> Iterator[str]:
        """What is reached from a name and was not before, each after all that is reached from it first."""
        if start in done:
            return
        done.add(start)
        under_way = [(start, iter(sorted(self._next(start))))]
        while under_way:
            name, following = under_way[-1]
            successor = next((other for other in following if other not in done), None)
            if successor is None:
                under_way.pop()
                yield name
            else:
                done.add(successor)
                under_way.append((successor, iter(sorted(self._next(successor)))))

    def _next(self, name: str) -> frozenset[str]:
        if name not in self._known:
            bindings = self._names.top.bindings.get(name, ())
            code = (b.node if b.kind is Kind.DEFINITION else b.value for b in bindings if b.kind in _CODE)
            self._known[name] = frozenset().union(*(self.of(node) for node in code if node is not None))
        return self._known[name]
