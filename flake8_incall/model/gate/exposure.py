"""Which modules, and what of them, the code of a module can reach, and whether the policy allows it.

What names cannot be kept from reading is asked of `code.visibility`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Policy
from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.visibility import Visibility

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


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


class Exposure:
    """What one module reaches, measured by the gate's policy.

    Attributes:
        policy: The policy, with what the user lets in.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._visibility = module.fact(Visibility)
        self.policy: Policy = module.catalogue.policy.allowing(module.options.allow)
        self._origins: dict[ast.Name, Origins] = {}

    # Names

    def origins(self, name: ast.Name) -> Origins:
        """Where the value of a name that is read can come from."""
        if name not in self._origins:
            found = self._visibility.of(name)
            imported = frozenset(b.target for b in found.bindings if b.kind is Kind.IMPORT)
            if not found.bindings and self._module.names.is_snippet and name.id in INJECTED:
                imported = frozenset({INJECTED[name.id]})
            has_own = any(b.kind not in (Kind.IMPORT, Kind.DELETION) for b in found.bindings)
            self._origins[name] = Origins(imported, found.is_passed, has_own)
        return self._origins[name]

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
        for name in self._visibility.reads:
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
