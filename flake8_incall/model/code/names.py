"""What a name stands for: from an expression to qualified names and to definitions of the module."""

from __future__ import annotations

import ast
import builtins
import typing
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import islice
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.code.binder import Binder
from flake8_incall.model.code.scopes import Binding, Block, Kind, Scope, Use, Variable
from flake8_incall.model.code.tree import FunctionNode

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.code.module import Module

_BUILTINS = frozenset(dir(builtins))
# What `import *` brings is only known without running anything for what is loaded anyway.
_STAR_EXPORTS = {"typing": frozenset(typing.__all__)}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an expression can stand for. Several bindings can reach one use: all count.

    Attributes:
        names: Qualified names from outside the module: `"httpx.AsyncClient"`, `"builtins.open"`; names of
            relative imports begin with their dots.
        definitions: Functions and classes of this module.
        unknown: Whether something that is neither may be there too.
        unbound: Whether nothing binds the name where it is read.
    """

    names: frozenset[str] = frozenset()
    definitions: frozenset[FunctionNode | ast.ClassDef] = frozenset()
    unknown: bool = False
    unbound: bool = False

    def __or__(self, other: Meaning) -> Meaning:
        return Meaning(
            self.names | other.names,
            self.definitions | other.definitions,
            self.unknown or other.unknown,
            self.unbound or other.unbound,
        )

    @property
    def only(self) -> str | None:
        """The one qualified name it stands for, if it can be nothing else."""
        if len(self.names) == 1 and not (self.definitions or self.unknown or self.unbound):
            return next(iter(self.names))
        return None


UNKNOWN = Meaning(unknown=True)
UNBOUND = Meaning(unbound=True)


class Names:
    """The names of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._binder = Binder(module.tree)
        self._meanings: dict[Binding, Meaning] = {}
        self._ordered: dict[tuple[Scope, str], tuple[list[Binding], list[Binding], Binding]] = {}
        self._homes: dict[tuple[ast.AST, str], Variable] = {}
        self._depth = 0

    @property
    def catalogue(self) -> Catalogue:
        """What is known of other modules."""
        return self._module.catalogue

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

    def assigned_value(self, node: ast.expr, use: Use | None = None) -> ast.expr | None:
        """The one expression that a name is given, if it is a name that is given one.

        Args:
            node: The name.
            use: Where it is read, if that is not where it stands.
        """
        where = (use or self.use(node)) if isinstance(node, ast.Name) else None
        bindings = self.bindings(node.id, where) if isinstance(node, ast.Name) and where is not None else []
        return bindings[0].value if len(bindings) == 1 and bindings[0].kind is Kind.ASSIGNMENT else None

    def resolve(self, node: ast.expr, use: Use | None = None) -> Meaning:
        """What an expression stands for.

        Args:
            node: A name, an attribute chain, or a choice between them; anything else is unknown.
            use: Where it is read, if that is not where it stands: annotations in quotes are read elsewhere.
        """
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        match node:
            case ast.Name():
                where = use or self._binder.uses.get(node)
                meaning = self._name(node.id, where) if where else UNKNOWN
            case ast.IfExp():
                meaning = self._any_of((node.body, node.orelse), use)
            case ast.BoolOp():
                meaning = self._any_of(node.values, use)
            case ast.NamedExpr():
                meaning = self.resolve(node.value, use)
            case _:
                meaning = UNKNOWN
        for attribute in reversed(attributes):
            meaning = self._attribute(meaning, attribute)
        return meaning

    def _any_of(self, nodes: Iterable[ast.expr], use: Use | None) -> Meaning:
        return _union(self.resolve(node, use) for node in nodes)

    def _name(self, name: str, use: Use) -> Meaning:
        reaching = self.bindings(name, use)
        if not reaching:
            return self._outside(name)
        return _union(self._binding(binding) for binding in reaching)

    def _outside(self, name: str) -> Meaning:
        """What a name stands for that the module does not bind."""
        stars = [module for module in self.top.star_modules if name in _STAR_EXPORTS.get(module, frozenset({name}))]
        if stars and name not in _BUILTINS:
            certain = len(stars) == 1 and stars[0] in _STAR_EXPORTS
            return Meaning(frozenset(f"{module}.{name}" for module in stars), unknown=not certain)
        if name in _BUILTINS:
            return Meaning(frozenset({f"builtins.{name}"}))
        if self.is_snippet and name in INJECTED:
            return Meaning(frozenset({INJECTED[name]}))
        if name.startswith("__") and name in self.catalogue.members("of-module"):
            return UNKNOWN
        # A snippet that forgets to import `requests` means no other: what it would do is judged all the same.
        is_forgotten = self.is_snippet and name in self._module.catalogue.libraries
        return Meaning(frozenset({name}), unbound=True) if is_forgotten else UNBOUND

    def _binding(self, binding: Binding) -> Meaning:
        if binding not in self._meanings:
            # What is read on the way round a cycle, or at the end of a chain too long, is unknown.
            self._meanings[binding] = UNKNOWN
            if self._depth < _LONGEST_CHAIN:
                self._depth += 1
                self._meanings[binding] = self._meaning_of(binding)
                self._depth -= 1
        return self._meanings[binding]

    def _meaning_of(self, binding: Binding) -> Meaning:
        node = binding.node
        if binding.kind is Kind.IMPORT:
            return Meaning(frozenset({binding.target}))
        if isinstance(node, FunctionNode | ast.ClassDef):
            return Meaning(definitions=frozenset({node}))
        if binding.kind is Kind.ASSIGNMENT and binding.value is not None:
            return self.resolve(binding.value)
        return UNBOUND if binding.kind is Kind.DELETION else UNKNOWN

    def _attribute(self, meaning: Meaning, attribute: str) -> Meaning:
        found = Meaning(frozenset(f"{name}.{attribute}" for name in meaning.names))
        for definition in meaning.definitions:
            scope = self.scope(definition)
            if isinstance(definition, ast.ClassDef) and attribute in scope.bindings:
                inside = self._reaching(scope, attribute, self.at_end(scope))
                found |= _union(self._binding(binding) for binding in inside)
            else:
                found |= UNKNOWN
        return found | Meaning(unknown=meaning.unknown, unbound=meaning.unbound)


_LAST = 1 << 60
# No reader keeps more values of one name in mind than these, either.
_MOST = 100
# A longer chain of aliases than this is nobody's code, and would recurse as deep.
_LONGEST_CHAIN = 50


def _union(meanings: Iterable[Meaning]) -> Meaning:
    return reduce(Meaning.__or__, meanings, Meaning())


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
