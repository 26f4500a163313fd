"""What stands in an exception's way out of a function: handlers, suppressors, a `finally` that returns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode, own
from flake8_incall.model.interpreter.exceptions import handled_by
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Container, Local, Outside, Referent, definitions_of, names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# Names of exception types: qualified, builtins with `builtins.` before them, classes of the module with a dot.
Types = frozenset[str]
Function = FunctionNode | ast.Lambda
# What takes exceptions up: a handler, `suppress(…)`, or a `try` whose `finally` returns.
Taker = ast.ExceptHandler | ast.withitem | ast.Try | ast.TryStar

UNKNOWN = "?"
EVERYTHING: Types = frozenset({"builtins.BaseException"})
_NO_IDEA: Types = frozenset({UNKNOWN})
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
        self._world = module.fact(World)
        self._taken: dict[Taker, Types] = {}

    def taken(self, taker: Taker) -> Types:
        """The types that something takes up; `"?"` is among them when that cannot be told."""
        if taker not in self._taken:
            self._taken[taker] = self._read(taker)
        return self._taken[taker]

    def types_of(self, expression: ast.expr) -> Types:
        """The exception types that an expression names: a class, an instance, or a tuple of classes."""
        if isinstance(expression, ast.Call):
            return self.types_of(expression.func)
        referents = self._module.fact(References).of(expression)
        return frozenset(name for referent in referents for name in self._names(referent)) if referents else _NO_IDEA

    def covers(self, handled: Types, raised: str) -> bool:
        """Whether every exception of a type is taken up by who takes these; what is unknown may be."""
        if raised == UNKNOWN:
            return any(self.is_ordinary(type_) for type_ in handled)
        return UNKNOWN in handled or not handled.isdisjoint(self._world.ancestors(raised))

    def may_take(self, handled: Types, raised: str) -> bool:
        """Whether some exception of a type, or of one that inherits from it, is taken up."""
        if self.covers(handled, raised) or (handled and UNKNOWN in self._world.ancestors(raised)):
            return True
        return any(raised in self._world.ancestors(name) for name in handled)

    def is_ordinary(self, type_: str) -> bool:
        """Whether exceptions of a type can be failures: those that are no `Exception` interrupt or end something."""
        return type_ in EVERYTHING or not _ORDINARY.isdisjoint(self._world.ancestors(type_))

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

    def _read(self, taker: Taker) -> Types:
        match taker:
            case ast.ExceptHandler(type=ast.expr() as expression):
                return self.types_of(expression)
            case ast.withitem(context_expr=ast.Call() as call):
                return self._managed(taker, call)
            case ast.withitem():
                return frozenset()
        return EVERYTHING

    def _managed(self, item: ast.withitem, call: ast.Call) -> Types:
        made = self._module.fact(References).of(call.func)
        if "contextlib.suppress" in names_of(made):
            return frozenset().union(*(self.types_of(argument) for argument in call.args))
        return handled_by(self._world, item) if definitions_of(made) else frozenset()

    def _names(self, referent: Referent) -> Iterator[str]:
        match referent:
            case Outside(name=name) if self._module.catalogue.is_exception(name):
                yield self._world.qualified(name)
            case Local(definition=ast.ClassDef() as definition):
                yield self._world.type_of_class(definition)
            case Container():
                for part in self._module.fact(References).containers.contents(referent):
                    yield from () if isinstance(part, Container) else self._names(part)
            case _:
                yield UNKNOWN


def returns_in(body: Iterable[ast.stmt]) -> Iterator[ast.Return]:
    """The `return` statements of a body, without those of functions inside it."""
    return (node for node in own(*body) if isinstance(node, ast.Return))
