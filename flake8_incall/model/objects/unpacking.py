"""Where the parts of an unpacking, a loop's variable or a pattern come from."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from flake8_incall.model.code.index import TreeIndex

_TARGETS = ast.Tuple | ast.List | ast.Starred
_Pattern = ast.pattern | ast.match_case


class Some(Enum):
    """Which element of a collection, where it is not one with a known index."""

    ANY = "any one"
    REST = "what a starred target takes"


Index = int | Some


@dataclass(frozen=True, slots=True)
class Source:
    """An expression and the way into it.

    Attributes:
        value: The expression.
        path: The indices to take, outermost first.
    """

    value: ast.expr
    path: tuple[Index, ...]


def source_of(target: ast.AST, index: TreeIndex) -> Source | None:
    """Where the value of a target comes from; `None` for what nothing written down gives, such as an exception."""
    path: list[Index] = []
    around = index.outward(target)
    parent, node = next(around, (None, target))
    while isinstance(parent, _TARGETS):
        if isinstance(parent, ast.Starred):
            path.append(Some.REST)
        elif not isinstance(node, ast.Starred):
            path.append(_index(parent, node))
        parent, node = next(around)
    path.reverse()
    match parent:
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() if parent.value is not None:
            return Source(parent.value, tuple(path))
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return Source(parent.iter, (Some.ANY, *path))
        case ast.withitem():
            return Source(parent.context_expr, tuple(path))
    return _subject_of(target, index)


def _index(target: ast.Tuple | ast.List, element: ast.AST) -> int:
    """The index of an element, from the end if a starred target comes before it."""
    position = next(n for n, candidate in enumerate(target.elts) if candidate is element)
    is_after_star = any(isinstance(candidate, ast.Starred) for candidate in target.elts[:position])
    return position - len(target.elts) if is_after_star else position


def _subject_of(pattern: ast.AST, index: TreeIndex) -> Source | None:
    depth = 0
    for outer, inner in index.outward(pattern):
        if isinstance(outer, ast.Match):
            return Source(outer.subject, (Some.ANY,) * depth)
        if not isinstance(inner, _Pattern):
            return None
        # A capture around another pattern, and an alternative, take the same subject.
        depth += isinstance(outer, ast.MatchSequence | ast.MatchMapping | ast.MatchClass | ast.MatchStar)
    return None
