"""Names that the module does not bind: builtins, star imports, what the platform injects, forgotten imports."""

from __future__ import annotations

import ast
import builtins
import typing
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.code.scopes import Binding, Kind, Use
from flake8_incall.model.objects.referents import UNBOUND, UNKNOWN, Outside, Referents

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_BUILTINS = frozenset(dir(builtins))
# What `import *` brings is only known without running anything for what is loaded anyway.
_STAR_EXPORTS = {"typing": frozenset(typing.__all__)}


def not_bound(node: ast.Name, module: Module) -> Referents:
    """Return what a name refers to that nothing in the module binds where it is read."""
    name, names = node.id, module.names
    if name == "__builtins__":
        return frozenset({Outside("builtins", node, is_module=True)})
    if name in _BUILTINS:
        return frozenset({Outside(f"builtins.{name}", node)})
    stars = [source for source in names.top.star_modules if name in _STAR_EXPORTS.get(source, frozenset({name}))]
    if stars:
        found = frozenset(Outside(f"{source}.{name}", node) for source in stars)
        return found if len(stars) == 1 and stars[0] in _STAR_EXPORTS else found | UNKNOWN
    if names.is_snippet and name in INJECTED:
        return frozenset({Outside(INJECTED[name], node)})
    if name.startswith("__") and name in module.catalogue.members("of-module"):
        return UNKNOWN
    # A snippet that forgets to import `requests` means no other: what it would do is judged all the same.
    is_forgotten = names.is_snippet and name in module.catalogue.libraries
    return frozenset({Outside(name, node)}) | UNBOUND if is_forgotten else UNBOUND


def builtin_behind(node: ast.Name, bindings: list[Binding], use: Use, module: Module) -> Referents:
    """Return the builtin that shows through: `if slow: open = read` and `del open` at the top of the module."""
    top = module.names.top
    if node.id not in _BUILTINS or bindings[0] not in top.bindings.get(node.id, ()):
        return frozenset()
    blocks = {binding.block for binding in bindings if binding.kind is not Kind.DELETION}
    # Bound in two blocks, it is taken to be so on both ways to go.
    is_shown = blocks.isdisjoint((top.block, *use.block.chain())) and len(blocks) < 2
    return frozenset({Outside(f"builtins.{node.id}", node)}) if is_shown else frozenset()
