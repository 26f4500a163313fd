"""The value of an expression as far as it is written down: dicts and lists of constants, in which parts are unknown."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.objects.changes import Changes
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Constant, Container, only_name

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_DEEPEST = 40


class Unknown:
    """A value that cannot be told."""


class OpenDict(dict[object, object]):
    """A dict that may have more keys than are known."""


UNKNOWN = Unknown()


class WrittenValues:
    """Reads the values of a module's expressions."""

    def __init__(self, module: Module) -> None:
        self._references = module.fact(References)
        self._changes = module.fact(Changes)

    def value(self, node: ast.expr, depth: int = 0) -> object:
        """The value of an expression, `UNKNOWN` where it cannot be told; so are parts of dicts and lists."""
        match list(self._references.of(node)):
            case [Constant(value=value)]:
                found: object = value
                return found
            case [Container(node=made)] if depth < _DEEPEST and not self._changes.may_change(made):
                return self._made(made, depth + 1)
        return UNKNOWN

    def _made(self, node: ast.AST, depth: int) -> object:
        match node:
            case ast.Dict(keys=keys, values=values):
                return _merged([self._entry(key, value, depth) for key, value in zip(keys, values, strict=True)])
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                is_spread = any(isinstance(element, ast.Starred) for element in elements)
                return UNKNOWN if is_spread else [self.value(element, depth) for element in elements]
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return _merged([self.value(left, depth), self.value(right, depth)])
            case ast.Call(func=function, args=[], keywords=keywords):
                if only_name(self._references.of(function)) == "builtins.dict":
                    return _merged(
                        [self._entry(ast.Constant(k.arg) if k.arg else None, k.value, depth) for k in keywords]
                    )
        return UNKNOWN

    def _entry(self, key: ast.expr | None, value: ast.expr, depth: int) -> object:
        known = self.value(value, depth)
        name = self.value(key, depth) if key is not None else None
        if key is None:
            return known
        return {name: known} if isinstance(name, str | int | float | None) else UNKNOWN


def _merged(parts: list[object]) -> object:
    """The dict that several make together, later ones over earlier ones."""
    found: dict[object, object] = {}
    is_open = False
    for part in parts:
        if isinstance(part, dict):
            is_open = is_open or isinstance(part, OpenDict)
            found.update(part)
        else:
            # What it brings may replace all that is there so far.
            is_open = True
            found = dict.fromkeys(found, UNKNOWN)
    return OpenDict(found) if is_open else found
