"""Where names are bound: scopes, homes, and the bindings in force where a name is read.

What the bound values are is asked of `objects.references`.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from flake8_incall.model.code.binder import Binder
from flake8_incall.model.code.scopes import Binding, Block, Kind, Scope, Use, Variable
from flake8_incall.model.code.tree import Inner

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


class Names:
    """The names of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._binder = Binder(module.tree)
        self._ordered: dict[tuple[Scope, str], tuple[list[Binding], list[Binding], Binding]] = {}
        self._homes: dict[tuple[ast.AST, str], Variable] = {}

    @property
    def top(self) -> Scope:
        """The module's own scope."""
        return self._binder.module

    def scope(self, node: ast.AST) -> Scope:
        """The scope that a module, function, class, lambda or comprehension opens."""
        return self._binder.scopes[node]

    def home(self, scope_node: ast.AST, name: str) -> Variable:
        """The variable that a name stands for in a scope; names that nothing binds are the module's."""
        key = (scope_node, name)
        if key not in self._homes:
            # An expression that is looked at apart belongs to no scope but the module's.
            scope = self._binder.scopes.get(scope_node, self.top)
            self._homes[key] = (self._home(scope, name), name)
        return self._homes[key]

    def variable(self, name: ast.Name) -> Variable:
        """The variable that a name stands for where it is read or stored."""
        use = self.use(name)
        around = (outer for outer, _ in self._module.index.outward(name) if isinstance(outer, Inner))
        return self.home(use.scope.node if use is not None else next(around, self._module.tree), name.id)

    def _home(self, scope: Scope, name: str) -> Scope:
        if name in scope.declared:
            return scope.declared[name]
        if name in scope.bindings:
            return scope
        return next((outer for outer in scope.enclosing() if name in outer.bindings), self.top)

    @cached_property
    def is_snippet(self) -> bool:
        """Whether this is text as the platform stores it: without imports, its names injected."""
        if self._module.is_document:
            return True
        bindings = [b for of_name in self.top.bindings.values() for b in of_name]
        imported = [*(b.target for b in bindings), *self.top.star_modules]
        from_livekit = any(name.partition(".")[0] == "livekit" for name in imported)
        return not from_livekit and "RunContext" not in self.top.bindings

    @cached_property
    def imports(self) -> dict[str, str]:
        """The names by which the module knows what it imports, by qualified name; its own before its functions'."""
        scopes = self._binder.scopes.values()
        bindings = (b for scope in scopes for of_name in scope.bindings.values() for b in of_name)
        found: dict[str, str] = {}
        for binding in bindings:
            if binding.kind is Kind.IMPORT:
                found.setdefault(binding.target, binding.name)
        return found

    def spelled(self, *qualified_names: str) -> str:
        """How the module writes the first of some names that it imports; else the first as it is.

        After `import httpx2 as http`, `httpx2.AsyncClient` is `http.AsyncClient`.
        """
        for qualified in qualified_names:
            end = len(qualified)
            while end > 0:
                if qualified[:end] in self.imports:
                    return self.imports[qualified[:end]] + qualified[end:]
                end = qualified.rfind(".", 0, end)
        return qualified_names[0]

    def use(self, name: ast.Name) -> Use | None:
        """Where a name is read; `None` for a name that was not in the module's tree."""
        return self._binder.uses.get(name)

    def at_end(self, scope: Scope | None = None) -> Use:
        """A use after everything in a scope (the module's unless given) was executed."""
        home = scope or self.top
        return Use(home, home.block, order=_LAST)

    def bindings(self, name: str, use: Use) -> list[Binding]:
        """The bindings that can be in force where a name is read, latest first; deletions included."""
        if name in use.scope.declared:
            home = use.scope.declared[name]
            return self._reaching(home, name, self.at_end(home)) if name in home.bindings else []
        if name in use.scope.bindings:
            reaching = self._reaching(use.scope, name, use)
            if reaching or not use.scope.is_class:
                return reaching
        for scope in use.scope.enclosing():
            if name in scope.bindings:
                return self._reaching(scope, name, self.at_end(scope))
        return []

    def _reaching(self, scope: Scope, name: str, use: Use) -> list[Binding]:
        """The bindings of one scope that can be in force at a use, latest first."""
        if (scope, name) not in self._ordered:
            bindings = scope.bindings[name]
            first = bindings[0]
            untold = Binding(name, Kind.UNTOLD, first.node, first.block, first.order)
            own, remote = ([b for b in bindings if b.is_remote is is_remote] for is_remote in (False, True))
            self._ordered[scope, name] = own, remote, untold
        own, remote, untold = self._ordered[scope, name]
        now = bisect_right(own, use.order, key=_order)
        if now == len(own) == 1 and not remote:
            return own[:]
        around = set(use.block.chain())
        later = _later(own, now, {block for block in around if block.is_loop})
        found = [*remote, *islice(later, _MOST + 1), *islice(_earlier(own, now, around), _MOST + 1)]
        return [*found[:_MOST], untold] if len(found) > _MOST else found

    def bindings_of(self, name: ast.Name) -> list[Binding]:
        """The bindings that can be in force where a name stands."""
        use = self.use(name)
        return self.bindings(name.id, use) if use is not None else []


_LAST = 1 << 60
# No reader keeps more values of one name in mind than these, either.
_MOST = 100


def _later(bindings: list[Binding], start: int, loops: set[Block]) -> Iterator[Binding]:
    """The bindings behind a use, from a place on, that the next round of a loop around both brings to it."""
    for place in range(start, len(bindings)):
        if loops.isdisjoint(bindings[place].block.chain()):
            return
        yield bindings[place]


def _earlier(bindings: list[Binding], end: int, around: set[Block]) -> Iterator[Binding]:
    """The bindings before a use, latest first, back to one that hides those before it."""
    for place in range(end - 1, -1, -1):
        yield bindings[place]
        if bindings[place].block in around:
            return


def _order(binding: Binding) -> int:
    return binding.order
