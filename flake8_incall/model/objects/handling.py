"""Which exceptions handlers, suppressors and context managers take up: the one answer for every family."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode, below, find, own
from flake8_incall.model.objects.classes import NO_IDEA, Types
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Definition, Local, LocalInstance, names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# What takes exceptions up: a handler, `suppress(…)`, or a `try` whose `finally` returns.
Taker = ast.ExceptHandler | ast.withitem | ast.Try | ast.TryStar

EVERYTHING: Types = frozenset({"builtins.BaseException"})
NOTHING: Types = frozenset()


class Handling:
    """What takes up exceptions in one module."""

    def __init__(self, module: Module) -> None:
        self._references = module.fact(References)
        self._classes = self._references.classes
        self._taken: dict[Taker, Types] = {}

    def taken(self, taker: Taker) -> Types:
        """The classes of the exceptions that something takes up; `"?"` is among them where that cannot be told."""
        if taker not in self._taken:
            # A manager that enters itself takes up nothing more by that.
            self._taken[taker] = NO_IDEA
            self._taken[taker] = self._read(taker)
        return self._taken[taker]

    def _read(self, taker: Taker) -> Types:
        match taker:
            case ast.ExceptHandler(type=ast.expr() as expression):
                return self._classes.caught(expression)
            case ast.withitem(context_expr=manager):
                return self._managed(written(manager, self._references))
        return EVERYTHING

    def _managed(self, manager: ast.expr) -> Types:
        """What a context manager takes up: one that is not known is taken to let everything pass."""
        if isinstance(manager, ast.Call):
            functions = self._references.of(manager.func)
            if "contextlib.suppress" in names_of(functions):
                return _union(map(self._classes.caught, manager.args))
            definitions: Iterable[Definition] = [r.definition for r in functions if isinstance(r, Local)]
        else:
            definitions = [r.definition for r in self._references.of(manager) if isinstance(r, LocalInstance)]
        return _union(map(self._by_definition, definitions))

    def _by_definition(self, definition: Definition) -> Types:
        if isinstance(definition, ast.ClassDef):
            bindings = (self._classes.binding(definition, name) for name in ("__exit__", "__aexit__"))
            exits = [b.node for b in bindings if b is not None and isinstance(b.node, FunctionNode)]
            return _union(map(self._by_exit, exits))
        # The handlers around the `yield` of a `@contextmanager`.
        tries = (node for node in below(definition) if isinstance(node, ast.Try | ast.TryStar))
        around = (node for node in tries if any(find(ast.Yield, *node.body)))
        return _union(self.taken(handler) for node in around for handler in node.handlers)

    def _by_exit(self, function: FunctionNode) -> Types:
        """What an `__exit__` takes up: what it says so of wherever it returns, `"?"` where it may."""
        returns = [node.value for node in own(*function.body) if isinstance(node, ast.Return)]
        if not isinstance(function.body[-1], ast.Return):
            returns.append(None)
        answers = {NOTHING if value is None else self._swallowed(value) for value in returns}
        return answers.pop() if len(answers) == 1 else NO_IDEA

    def _swallowed(self, answer: ast.expr) -> Types:
        match answer:
            case ast.Constant(value=value):
                return EVERYTHING if value else NOTHING
            case ast.BoolOp(op=ast.And(), values=values):
                parts = {self._swallowed(value) for value in values} - {NO_IDEA}
                return parts.pop() if len(parts) == 1 else NO_IDEA
            case ast.Call(args=[_, classes]) if names_of(self._references.of(answer.func)) & _TESTS:
                return self._classes.caught(classes)
            case ast.Compare(ops=[ast.Is() | ast.Eq() | ast.In()], comparators=[classes]):
                return self._classes.caught(classes)
        return NO_IDEA


_TESTS = frozenset({"builtins.isinstance", "builtins.issubclass"})


def _union(parts: Iterable[Types]) -> Types:
    return NOTHING.union(*parts)
