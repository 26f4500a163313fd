"""What the code of a module can reach outside it, seen from the safe side: what may be, counts.

Where `names` says what a name stands for as far as that can be told, this says what it cannot be kept from
standing for: a binding that may be skipped, undone or come too late does not hide what is behind it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from flake8_incall.catalogue import Policy
from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.code.scopes import Binding, Kind, Scope
from flake8_incall.model.code.tree import FunctionNode

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_OUTSIDE = frozenset(dir(builtins)) | INJECTED.keys()

Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the value of a name can come from.

    Attributes:
        imported: Qualified names that imports of the module bind it to.
        is_outside: Whether the module's own bindings cannot be relied on, so that it may be a builtin.
        has_own: Whether something other than an import of this module binds it too.
    """

    imported: frozenset[str]
    is_outside: bool
    has_own: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A place where a module is asked for something.

    Attributes:
        node: The attribute or the import; where the module is used as a value, the name or import itself.
        module: The module, by its qualified name.
        name: What it is asked for, or `""` where it is used as a value.
    """

    node: ast.AST
    module: str
    name: str

    @property
    def qualified_name(self) -> str:
        """The module and what it is asked for."""
        return f"{self.module}.{self.name}" if self.name else self.module


@dataclass(frozen=True, slots=True)
class _Bound:
    """What is said of a name in a scope.

    Attributes:
        imported: Qualified names that imports bind it to.
        has_own: Whether something else binds it too.
        certain_from: The line and column from which on it is bound for sure.
    """

    imported: frozenset[str]
    has_own: bool
    certain_from: tuple[int, int] | None


class Exposure:
    """What one module reaches, measured by the gate's policy.

    Attributes:
        policy: The policy, with what the user lets in.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self.policy: Policy = module.catalogue.policy.allowing(module.options.allow)
        self._origins: dict[ast.Name, Origins] = {}
        self._facts: dict[tuple[Scope, str], _Bound] = {}

    # Names

    @cached_property
    def reads(self) -> list[ast.Name]:
        """All names that are read; an augmented assignment reads its target."""
        augmented = {id(statement.target) for statement in self._module.index.nodes(ast.AugAssign)}
        return [
            name
            for name in self._module.index.nodes(ast.Name)
            if isinstance(name.ctx, ast.Load) or id(name) in augmented
        ]

    def origins(self, name: ast.Name) -> Origins:
        """Where the value of a name that is read can come from."""
        if name not in self._origins:
            scopes, is_outside = self._homes(name)
            facts = [self._bound(scope, name.id) for scope in scopes]
            imported = frozenset[str]().union(*(bound.imported for bound in facts))
            if not facts and self._module.names.is_snippet and name.id in INJECTED:
                imported = frozenset({INJECTED[name.id]})
            self._origins[name] = Origins(imported, is_outside, any(bound.has_own for bound in facts))
        return self._origins[name]

    def bindings(self, name: ast.Name) -> list[Binding]:
        """Every binding that a name can read."""
        return [binding for scope in self._homes(name)[0] for binding in scope.bindings[name.id]]

    def home(self, name: ast.Name) -> Scope | None:
        """The one scope whose bindings a name can read, or `None`."""
        scopes, is_outside = self._homes(name)
        is_certain = len(scopes) == 1 and (not is_outside or name.id not in _OUTSIDE)
        return scopes[0] if is_certain else None

    def _homes(self, node: ast.Name) -> tuple[list[Scope], bool]:
        """The scopes whose bindings a name can read, and whether it can be read past all of them.

        A name that is not in the module's tree, because it stands in a text, is read in the module.
        """
        name, use = node.id, self._module.names.use(node)
        place = (node.lineno, node.col_offset) if use else (0, 0)
        here = use.scope if use else self._module.names.top
        found: list[Scope] = []
        scope: Scope | None = here.declared.get(name, here)
        while scope is not None:
            if name in scope.bindings:
                found.append(scope)
                certain_from = self._bound(scope, name).certain_from
                if self._is_closed(scope) or (certain_from is not None and certain_from <= place):
                    return found, False
                # A class that binds a name anywhere reads it from itself, else from the module.
                scope = self._module.names.top if scope.parent else None
            else:
                scope = self._next(scope)
        return found, True

    def _next(self, scope: Scope) -> Scope | None:
        outer = scope.parent
        while outer is not None and self._is_class(outer):
            outer = outer.parent
        return outer

    def _is_class(self, scope: Scope) -> bool:
        # The scope of a class's type parameters has the class as its node too, and is seen from inside.
        return scope.is_class and self._module.names.scope(scope.node) is scope

    def _is_closed(self, scope: Scope) -> bool:
        """Whether a name that the scope binds anywhere is never looked for further outside."""
        return scope.parent is not None and not self._is_class(scope)

    def _bound(self, scope: Scope, name: str) -> _Bound:
        """What is said of all bindings of a name in a scope."""
        key = (scope, name)
        if key not in self._facts:
            bindings, parents = scope.bindings[name], self._module.parents
            is_undone = any(b.kind is Kind.DELETION or isinstance(b.node, ast.ExceptHandler) for b in bindings)
            statements = [s for b in bindings if (s := self._statement(b)) and parents[s] is scope.node]
            certain = [(s.end_lineno or 0, s.end_col_offset or 0) for s in statements]
            self._facts[key] = _Bound(
                imported=frozenset(b.target for b in bindings if b.kind is Kind.IMPORT),
                has_own=any(b.kind not in (Kind.IMPORT, Kind.DELETION) for b in bindings),
                certain_from=None if is_undone or not certain else min(certain),
            )
        return self._facts[key]

    def _statement(self, binding: Binding) -> ast.stmt | None:
        """The statement that binds; `None` for what a part of one binds, which may be skipped."""
        node = binding.node
        if binding.kind is Kind.ASSIGNMENT:
            node = self._module.parents[self._module.index.through(node, ast.Tuple, ast.List, ast.Starred)]
        binds = ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom | ast.ClassDef | FunctionNode
        return node if isinstance(node, binds) else None

    # Modules

    def is_module(self, qualified_name: str) -> bool:
        """Whether a qualified name is a module that the gate knows, or a package around one."""
        return qualified_name in self._packages

    @cached_property
    def _packages(self) -> frozenset[str]:
        known = set(self.policy.known_modules)
        for module in self.policy.known_modules:
            parts = module.split(".")
            known.update(".".join(parts[:end]) for end in range(1, len(parts)))
        return frozenset(known)

    @cached_property
    def members(self) -> list[Member]:
        """Every place where a module that is let in is asked for something, or used as a value."""
        named = (member for found in self._chains.values() for member in found)
        return [*self._imported_members(), *self._kept_in_classes(), *named]

    def qualified_names(self, node: ast.expr) -> frozenset[str]:
        """The qualified names that a name or attribute chain can stand for; builtins as `builtins.len`."""
        if isinstance(node, ast.Name):
            origins = self.origins(node)
            names = {target for target in origins.imported if not self.is_module(target)}
            if origins.is_outside:
                names.add(f"builtins.{node.id}")
            return frozenset(names)
        return frozenset(member.qualified_name for member in self._chains.get(node, ()))

    def only_names(self, node: ast.expr) -> frozenset[str]:
        """The same, or nothing where it can stand for something of this module too."""
        is_mixed = self.origins(node).has_own if isinstance(node, ast.Name) else not self._is_only_member(node)
        return frozenset() if is_mixed else self.qualified_names(node)

    def _is_only_member(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and self.is_member(node)

    def is_member(self, attribute: ast.Attribute) -> bool:
        """Whether an attribute is what a module is asked for, and nothing else."""
        return attribute in self._resolved[1]

    def _imported_members(self) -> Iterator[Member]:
        for node in self._module.index.nodes(ast.ImportFrom):
            source = node.module or ""
            for alias in node.names:
                is_submodule = self.is_module(f"{source}.{alias.name}")
                if node.level == 0 and alias.name != "*" and self.is_module(source) and not is_submodule:
                    yield Member(node, source, alias.name)

    def _kept_in_classes(self) -> Iterator[Member]:
        """Modules that are imported in the body of a class, and so are attributes of it."""
        for definition in self._module.index.nodes(ast.ClassDef):
            bindings = self._module.names.scope(definition).bindings
            for binding in (b for of_name in bindings.values() for b in of_name):
                if binding.kind is Kind.IMPORT and self.is_module(binding.target):
                    yield Member(binding.node, binding.target, "")

    @property
    def _chains(self) -> dict[ast.AST, list[Member]]:
        return self._resolved[0]

    @cached_property
    def _resolved(self) -> tuple[dict[ast.AST, list[Member]], set[ast.AST]]:
        """The members by the node that names them, and the attributes that can be of nothing but a module."""
        chains: dict[ast.AST, list[Member]] = {}
        of_modules: set[ast.AST] = set()
        for name in self.reads:
            origins = self.origins(name)
            modules = [target for target in origins.imported if self.is_module(target)]
            is_certain = len(modules) == len(origins.imported) and not origins.has_own
            for target in modules:
                member, steps = self._follow(name, target)
                chains.setdefault(member.node, []).append(member)
                if is_certain:
                    of_modules.update(steps)
        return chains, of_modules

    def _follow(self, name: ast.Name, target: str) -> tuple[Member, list[ast.AST]]:
        """What the attributes behind the name of a module ask it for, and these attributes."""
        steps: list[ast.AST] = []
        node: ast.AST = name
        for outer, _ in self._module.index.outward(name):
            if not isinstance(outer, ast.Attribute):
                break
            steps.append(outer)
            if not self.is_module(f"{target}.{outer.attr}"):
                return Member(outer, target, outer.attr), steps
            target, node = f"{target}.{outer.attr}", outer
        return Member(node, target, ""), steps

    def allows(self, member: Member) -> bool:
        """Whether a module may be asked for this."""
        is_private = member.name.startswith("_") and member.name not in self.policy.dunders
        return not is_private and self.policy.allows_name(member.module, member.name)
