"""Which bindings a name can read at all, seen from the safe side: what may be, counts.

Where `names` says which bindings are in force, this says which ones cannot be excluded: one that may be skipped, undone
or come too late does not hide what is behind it.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.code.scopes import Binding, Kind, Scope
from flake8_incall.model.code.tree import FunctionNode

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# Names that stand for something where no binding is read.
_GIVEN = frozenset(dir(builtins)) | INJECTED.keys()
_BINDS = ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom | ast.ClassDef | FunctionNode


@dataclass(frozen=True, slots=True)
class Readable:
    """What a name can read.

    Attributes:
        bindings: The bindings, of all scopes that can be asked.
        is_passed: Whether it can be read past all of them, so that it may be a builtin.
        is_of_one_scope: Whether all belong to one scope.
    """

    bindings: tuple[Binding, ...]
    is_passed: bool
    is_of_one_scope: bool


class Visibility:
    """What the names of one module can read."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._names = module.names
        self._readable: dict[ast.Name, Readable] = {}
        self._certain: dict[tuple[Scope, str], tuple[int, int] | None] = {}

    @cached_property
    def reads(self) -> list[ast.Name]:
        """All names that are read; an augmented assignment reads its target."""
        augmented = {id(statement.target) for statement in self._module.index.nodes(ast.AugAssign)}
        names = self._module.index.nodes(ast.Name)
        return [name for name in names if isinstance(name.ctx, ast.Load) or id(name) in augmented]

    def of(self, name: ast.Name) -> Readable:
        """What a name can read."""
        if name not in self._readable:
            self._readable[name] = self._find(name)
        return self._readable[name]

    def own(self, node: ast.expr) -> tuple[Binding, ...]:
        """The bindings of the one scope that a name can be read from; none where it can be read elsewhere too."""
        if not isinstance(node, ast.Name):
            return ()
        found = self.of(node)
        is_certain = found.is_of_one_scope and not (found.is_passed and node.id in _GIVEN)
        return found.bindings if is_certain else ()

    def _find(self, node: ast.Name) -> Readable:
        """A name that is not in the module's tree, because it stands in a text, is read in the module."""
        name, use = node.id, self._names.use(node)
        place = (node.lineno, node.col_offset) if use else (0, 0)
        here = use.scope if use else self._names.top
        scope: Scope | None = here.declared.get(name, here)
        asked: list[Scope] = []
        is_passed = True
        while scope is not None and is_passed:
            if name in scope.bindings:
                asked.append(scope)
                is_passed = not _is_closed(scope) and not self._is_bound_before(scope, name, place)
                # A class that binds a name anywhere reads it from itself, else from the module.
                scope = self._names.top if scope.parent else None
            else:
                scope = next(scope.enclosing(), None)
        bindings = tuple(binding for home in asked for binding in home.bindings[name])
        return Readable(bindings, is_passed, len(asked) == 1)

    def _is_bound_before(self, scope: Scope, name: str, place: tuple[int, int]) -> bool:
        """Whether a statement of the scope itself has bound a name for good before a place."""
        if (scope, name) not in self._certain:
            bindings = scope.bindings[name]
            is_undone = any(b.kind is Kind.DELETION or isinstance(b.node, ast.ExceptHandler) for b in bindings)
            statements = [] if is_undone else [s for b in bindings if (s := self._statement(b)) is not None]
            here = [s for s in statements if self._module.parents[s] is scope.node]
            self._certain[scope, name] = min(((s.end_lineno or 0, s.end_col_offset or 0) for s in here), default=None)
        end = self._certain[scope, name]
        return end is not None and end <= place

    def _statement(self, binding: Binding) -> ast.stmt | None:
        """The statement that binds; `None` for what a part of one binds, which may be skipped."""
        node = binding.node
        if binding.kind is Kind.ASSIGNMENT:
            node = self._module.parents[self._module.index.through(node, ast.Tuple, ast.List, ast.Starred)]
        return node if isinstance(node, _BINDS) else None


def _is_closed(scope: Scope) -> bool:
    """Whether a name that the scope binds anywhere is never looked for further outside."""
    return scope.parent is not None and not scope.is_class
