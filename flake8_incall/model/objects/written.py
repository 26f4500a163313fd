"""The expression behind a name: what is written where a name, or an attribute of a class, is given its one value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Kind, Use
from flake8_incall.model.objects.referents import Local, LocalInstance, Referents

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

_LONGEST_CHAIN = 80


def written(node: ast.expr, references: References, use: Use | None = None) -> ast.expr:
    """Follow names to the one expression that they are given, or return an expression as it is.

    Args:
        node: The expression.
        references: What the module's expressions refer to.
        use: Where it is read, if that is not where it stands.
    """
    for _ in range(_LONGEST_CHAIN):
        value = _value(node, references, use)
        if value is None:
            return node
        node, use = value, None
    return node


def _value(node: ast.expr, references: References, use: Use | None) -> ast.expr | None:
    match node:
        case ast.Name():
            where = use or references.names.use(node)
            bindings = references.names.bindings(node.id, where) if where is not None else []
            is_one = len(bindings) == 1 and bindings[0].kind is Kind.ASSIGNMENT
            return bindings[0].value if is_one else None
        case ast.Attribute(value=owner, attr=attribute):
            return _attribute(references.of(owner, use), attribute, references)
        case ast.NamedExpr(value=value):
            return value
    return None


def _attribute(owners: Referents, attribute: str, references: References) -> ast.expr | None:
    match list(owners):
        case [Local(definition=ast.ClassDef() as owner) | LocalInstance(definition=owner)]:
            ancestors = references.classes.lineage(owner)
            # Other bases and metaclasses make something else of what is written: members of an Enum, fields.
            is_plain = all(isinstance(each, ast.ClassDef) and not each.keywords for each in ancestors)
            values = references.members.values(owner, attribute) if is_plain else []
            return values[0] if len(values) == 1 else None
    return None
