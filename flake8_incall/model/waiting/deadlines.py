"""The seconds after which a loop begins no new round: `while time.monotonic() < deadline`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.code.tree import find
from flake8_incall.model.waiting.loops import is_clock, leaves

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References
    from flake8_incall.model.waiting.durations import Durations

_BEFORE = ast.Lt | ast.LtE
_AFTER = ast.Gt | ast.GtE


class Deadlines:
    """The deadlines of one module's loops."""

    def __init__(self, references: References, durations: Durations) -> None:
        self._references = references
        self._durations = durations

    def of(self, loop: ast.While, chain: Chain) -> float | None:
        """The seconds after which a loop begins no new round, where a clock says so and they are known."""
        found = [self._left(test, chain, holds=True) for test in _parts(loop.test, ast.And)]
        for statement in loop.body:
            if isinstance(statement, ast.If) and any(map(leaves, statement.body)):
                found += [self._left(test, chain, holds=False) for test in _parts(statement.test, ast.Or)]
            # Behind it, a round may end without getting to the next statement.
            if any(find(ast.Continue, statement)):
                break
        return min((seconds for seconds in found if seconds is not None), default=None)

    def _left(self, test: ast.expr, chain: Chain, *, holds: bool) -> float | None:
        """The seconds for which a comparison with a clock holds (or does not, with `holds=False`)."""
        match test:
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                if isinstance(operation, _BEFORE if holds else _AFTER):
                    return self._until(left, right, chain)
                if isinstance(operation, _AFTER if holds else _BEFORE):
                    return self._until(right, left, chain)
        return None

    def _until(self, moment: ast.expr, end: ast.expr, chain: Chain) -> float | None:
        """The seconds until a moment, which goes on with time, is the end."""
        match moment:
            case ast.BinOp(left=now, op=ast.Sub(), right=start) if is_clock(now) and self._is_moment(start, chain):
                return self._durations.read(end, chain).seconds
            case ast.Call() if is_clock(moment):
                return self._ahead(end, chain)
        return None

    def _ahead(self, end: ast.expr, chain: Chain) -> float | None:
        """`5` of `clock() + 5`, or of `start + 5` where `start` was a clock's time."""
        found = origins(end, chain, self._references)
        match [origin.node for origin in found]:
            case [ast.BinOp(left=start, op=ast.Add(), right=more)] if self._is_moment(start, found[0].chain):
                return self._durations.read(more, found[0].chain).seconds
        return None

    def _is_moment(self, node: ast.expr, chain: Chain) -> bool:
        found = origins(node, chain, self._references)
        return bool(found) and all(origin.node is not None and is_clock(origin.node) for origin in found)


def _parts(test: ast.expr, operator: type[ast.boolop]) -> Iterator[ast.expr]:
    """The operands of an `and` (or an `or`), any of which decides alone; else the test itself."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, operator):
        yield from test.values
    else:
        yield test
