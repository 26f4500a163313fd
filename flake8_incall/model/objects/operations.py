"""What operators, choices and texts put together refer to."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.objects.folding import PLAIN
from flake8_incall.model.objects.referents import UNKNOWN, Constant, Container, Instance, Referent, Referents

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References


def constant(references: References, node: ast.Constant) -> Referents:
    """Return what is written down."""
    return frozenset({Constant(node.value)}) if isinstance(node.value, PLAIN) else UNKNOWN


def joined(references: References, node: ast.JoinedStr) -> Referents:
    """Return what an f-string is."""
    return references.constants.joined(node) or UNKNOWN


def signed(references: References, node: ast.UnaryOp) -> Referents:
    """Return what a sign, or `not`, makes of something."""
    return references.constants.signed(node) or UNKNOWN


def operated(references: References, node: ast.BinOp) -> Referents:
    """Return what an operation on two things is.

    `"a" + "b" + …` leans to the left, as deep as it is long, and each part of it is asked about only once.
    """
    parts: list[ast.BinOp] = [node]
    while isinstance(inner := parts[-1].left, ast.BinOp) and not references.is_known(inner):
        parts.append(inner)
    found = references.of(parts[-1].left)
    for part in reversed(parts):
        found = _combined(references, part, found, references.of(part.right))
        references.keep(part, found)
    return found


def _combined(references: References, node: ast.BinOp, left: Referents, right: Referents) -> Referents:
    """Constants; or a container of what `FIRST + SECOND` and `ONE | OTHER` hold; or `path / name` of a path."""
    folded = references.constants.operated(node, left, right)
    if folded is not None:
        return folded
    found: set[Referent] = {referent for referent in left | right if isinstance(referent, Instance)}
    if any(isinstance(referent, Container) for referent in left | right):
        is_all = all(isinstance(referent, Container | Instance) for referent in left | right)
        found |= {Container(node)} if is_all else {Container(node), *UNKNOWN}
    return frozenset(found) or UNKNOWN


def any_of(references: References, node: ast.BoolOp) -> Referents:
    """Return what `first or second` can be: of constants, whether they are true says which."""
    is_left_by = isinstance(node.op, ast.Or)
    found: set[Referent] = set()
    for operand in node.values:
        referents = references.of(operand)
        going_on = {r for r in referents if not isinstance(r, Constant) or bool(r.value) is not is_left_by}
        if operand is node.values[-1]:
            return frozenset(found | referents)
        found |= {r for r in referents if not isinstance(r, Constant) or bool(r.value) is is_left_by}
        if not going_on:
            break
    return frozenset(found)
