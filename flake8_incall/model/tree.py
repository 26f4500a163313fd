"""The children of a syntax node, found faster than `ast.iter_child_nodes` does."""

from __future__ import annotations

import ast

# Nodes without a place, which the parser shares between all their parents: `Load`, `Add`, `And`, `Not`, `Eq`, ...
_SHARED = frozenset(
    leaf
    for kind in (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    for leaf in kind.__subclasses__()
)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in source order as far as the tree keeps it; shared ones are left out."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [child for child in value if isinstance(child, ast.AST) and child.__class__ not in _SHARED]
        elif isinstance(value, ast.AST) and value.__class__ not in _SHARED:
            found.append(value)
    return found
