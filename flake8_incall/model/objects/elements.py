"""What iterating a collection gives, for who needs to know all of it: also what is not followed is told."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flake8_incall.model.objects.referents import Container, Contents, names_of

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# Collections, and single elements.
_Parts = tuple[Sequence[ast.AST], Sequence[ast.expr | None]]
_UNSEEN: _Parts = ((), (None,))
# Longer ways through names and spreads are not followed.
_MOST = 200


def elements(node: ast.AST, references: References) -> Iterator[ast.expr | None]:
    """The expressions of a collection's elements, the keys of a dict; `None` where others may be among them.

    Args:
        node: The collection: an expression, or a statement that puts something into one.
        references: The module's references.
    """
    pending: list[ast.AST] = [node]
    seen: set[ast.AST] = set()
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            collections, single = _parts(current, references) if len(seen) < _MOST else _UNSEEN
            pending += collections
            yield from single


def _parts(node: ast.AST, references: References) -> _Parts:
    match node:
        case ast.Tuple() | ast.List() | ast.Set():
            spread = [element for element in node.elts if isinstance(element, ast.Starred)]
            return spread, [element for element in node.elts if not isinstance(element, ast.Starred)]
        case ast.Dict():
            spread_dicts = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
            return spread_dicts, [key for key in node.keys if key is not None]
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return [], [node.key if isinstance(node, ast.DictComp) else node.elt]
        case ast.BinOp(op=ast.Add() | ast.BitOr()):
            return [node.left, node.right], []
        case ast.Starred() | ast.NamedExpr() | ast.AugAssign() | ast.Subscript(slice=ast.Slice()):
            return [node.value], []
        case ast.Call() if (taken := _taken(node, references)) is not None:
            return taken
        case ast.expr():
            found = [*_containers(node, references)]
            is_known = None not in found and node not in found
            return [part for part in found if part is not None], [] if is_known else [None]
    return _UNSEEN


def _taken(node: ast.Call, references: References) -> _Parts | None:
    """What a call makes a collection of, or puts into one: collections, and single elements."""
    if isinstance(node.func, ast.Attribute):
        method, base = node.func.attr, node.func.value
        if method in references.catalogue.members("stores"):
            return [], node.args[-1:]
        if method in references.catalogue.members("collects"):
            return node.args, []
        if method in ("keys", "copy") and not node.args:
            return [base], []
        tables = [*_containers(base, references)] if method == "values" else []
        if tables and all(isinstance(table, ast.Dict) and None not in table.keys for table in tables):
            return [], [value for table in tables if isinstance(table, ast.Dict) for value in table.values]
    names = names_of(references.of(node.func))
    is_copy = references.catalogue.any_has("copies", names) and not (node.keywords and "builtins.dict" in names)
    return (node.args, []) if is_copy else None


def _containers(node: ast.expr, references: References) -> Iterator[ast.AST | None]:
    for referent in references.of(node):
        match referent:
            case Container(node=found) | Contents(container=Container(node=found)):
                yield found
            case _:
                yield None
