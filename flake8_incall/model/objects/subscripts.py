"""What is under a key: of a table, a list, a module's names, or an object of another module."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.objects.referents import (
    UNKNOWN,
    Container,
    Contents,
    Instance,
    LocalInstance,
    Namespace,
    Outside,
    Referent,
    Referents,
    Wrapped,
)

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References


def subscript(references: References, node: ast.Subscript) -> Referents:
    """Return what `table[key]` is."""
    bases = references.of(node.value)
    folded = references.constants.item(node) if isinstance(node.ctx, ast.Load) else None
    if folded is not None:
        return folded
    found: set[Referent] = set()
    for base in bases:
        match base:
            case Outside() if base.name.endswith((".__dict__", "sys.modules")):
                found |= _entry(references, base, node)
            case Outside():
                found.add(base)
            case Instance() | Wrapped() | LocalInstance():
                found |= references.instances.item(base, node.slice)
            # What is stored there is read from the store itself.
            case Container() | Contents() if isinstance(node.ctx, ast.Load):
                found |= references.containers.subscript(base, node.slice)
            case Namespace():
                found |= _global(references, node)
            case _:
                found |= UNKNOWN
    return frozenset(found)


def _entry(references: References, base: Outside, node: ast.Subscript) -> Referents:
    """An entry of a module's `__dict__`, or a module of `sys.modules`."""
    texts = references.constants.texts(node.slice)
    if texts is None:
        return UNKNOWN
    owner = base.name.removesuffix(".__dict__") + "." if base.name.endswith(".__dict__") else ""
    return frozenset(Outside(f"{owner}{text}", node, is_module=not owner) for text in texts)


def _global(references: References, node: ast.Subscript) -> Referents:
    found: set[Referent] = set()
    for text in references.constants.texts(node.slice) or ():
        for binding in references.names.bindings(text, references.names.at_end()):
            found |= references.bound(binding, node)
    return frozenset(found) or UNKNOWN
