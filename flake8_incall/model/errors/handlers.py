"""What stands in an exception's way out of a function: handlers, suppressors, a `finally` that returns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode, own
from flake8_incall.model.objects.classes import UNKNOWN, Types
from flake8_incall.model.objects.handling import EVERYTHING, Handling, Taker
from flake8_incall.model.objects.references import References

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

Function = FunctionNode | ast.Lambda

_ORDINARY = frozenset({"builtins.Exception", UNKNOWN})


@dataclass(frozen=True, slots=True)
class Passage:
    """What becomes of exceptions between a point and the end of its function.

    Attributes:
        left: The types that leave the function.
        takers: What takes some of them up, from the inside out.
        handlers: All handlers on the way that are there for failures, not for interruptions alone.
    """

    left: Types
    takers: tuple[Taker, ...]
    handlers: tuple[ast.ExceptHandler, ...]


class Handlers:
    """The handlers of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._classes = module.fact(References).classes
        self._handling = module.fact(Handling)

    def taken(self, taker: Taker) -> Types:
        """The types that something takes up; `"?"` is among them when that cannot be told."""
        return self._handling.taken(taker)

    def covers(self, handled: Types, raised: str) -> bool:
        """Whether every exception of a type is taken up by who takes these; what is unknown may be."""
        if raised == UNKNOWN:
            return any(self.is_ordinary(type_) for type_ in handled)
        ancestors = self._classes.ancestors(raised)
        return not handled.isdisjoint({*ancestors, UNKNOWN}) or (
            UNKNOWN in ancestors and "builtins.Exception" in handled
        )

    def may_take(self, handled: Types, raised: str) -> bool:
        """Whether some exception of a type, or of one that inherits from it, is taken up."""
        if self.covers(handled, raised) or (handled and UNKNOWN in self._classes.ancestors(raised)):
            return True
        return any(raised in self._classes.ancestors(name) for name in handled)

    def is_ordinary(self, type_: str) -> bool:
        """Whether exceptions of a type can be failures: those that are no `Exception` interrupt or end something."""
        return type_ in EVERYTHING or not _ORDINARY.isdisjoint(self._classes.ancestors(type_))

    def way_out(self, point: ast.AST, raised: Types, *, is_strict: bool = True) -> Passage:
        """Lead exceptions from a point to the end of its function.

        Args:
            point: The expression or statement that raises.
            raised: What it raises.
            is_strict: Whether a type counts as taken up only where all of it is.
        """
        takes = self.covers if is_strict else self.may_take
        takers: list[Taker] = []
        handlers: list[ast.ExceptHandler] = []
        for taker in self._around(point):
            handled = self.taken(taker)
            if any(self.may_take(handled, type_) for type_ in raised):
                takers.append(taker)
            if isinstance(taker, ast.ExceptHandler) and any(self.is_ordinary(type_) for type_ in handled):
                handlers.append(taker)
            raised = frozenset(type_ for type_ in raised if not takes(handled, type_))
        return Passage(raised, tuple(takers), tuple(handlers))

    def try_of(self, handler: ast.ExceptHandler) -> ast.Try | ast.TryStar:
        """The statement that a handler belongs to."""
        around = self._module.parents[handler]
        if not isinstance(around, ast.Try | ast.TryStar):
            raise TypeError("a handler stands in no `try`")
        return around

    def guarded(self, taker: ast.ExceptHandler | ast.withitem) -> list[ast.stmt]:
        """The statements whose exceptions come to a handler or a context manager."""
        around = self._module.parents[taker]
        return around.body if isinstance(around, ast.Try | ast.TryStar | ast.With | ast.AsyncWith) else []

    def before(self, handler: ast.ExceptHandler) -> list[ast.ExceptHandler]:
        """The handlers that have their turn before one."""
        handlers = self.try_of(handler).handlers
        return handlers[: handlers.index(handler)]

    def _around(self, point: ast.AST) -> Iterator[Taker]:
        """What takes exceptions up around a point, from the inside out."""
        for outer, inner in self._module.index.outward(point):
            if isinstance(outer, Function | ast.ClassDef):
                return
            if isinstance(outer, ast.Try | ast.TryStar):
                if inner in outer.body:
                    yield from outer.handlers
                if inner not in outer.finalbody and any(returns_in(outer.finalbody)):
                    yield outer
            elif isinstance(outer, ast.With | ast.AsyncWith) and inner in outer.body:
                yield from reversed(outer.items)


def returns_in(body: Iterable[ast.stmt]) -> Iterator[ast.Return]:
    """The `return` statements of a body, without those of functions inside it."""
    return (node for node in own(*body) if isinstance(node, ast.Return))
