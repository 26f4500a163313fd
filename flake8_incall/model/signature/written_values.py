"""The value of an expression as far as it is written down: dicts and lists of constants, followed by name."""

from __future__ import annotations

import ast
import json
from collections.abc import Container, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import find
from flake8_incall.model.objects.folding import Unfollowed
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import only_definition, only_name
from flake8_incall.model.objects.written import written

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
        self._module = module
        self._constants = module.fact(References).constants

    def value(self, node: ast.expr, depth: int = 0) -> object:
        """The value of an expression, `UNKNOWN` where it cannot be told; so are parts of dicts and lists."""
        if depth > _DEEPEST:
            return UNKNOWN
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Dict():
                return self._dict(node, depth)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                if any(isinstance(element, ast.Starred) for element in elements):
                    return UNKNOWN
                return [self.value(element, depth + 1) for element in elements]
            case ast.Name():
                return self._named(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return _merged([self.value(left, depth + 1), self.value(right, depth + 1)])
        return self._constant(node)

    def _constant(self, node: ast.expr) -> object:
        """A string or number that is put together."""
        try:
            value: object = self._constants.value(node)
        except (Unfollowed, RecursionError):
            return UNKNOWN
        return value if isinstance(value, str | int | float) else UNKNOWN

    def _dict(self, node: ast.Dict, depth: int) -> object:
        parts: list[object] = []
        for key, value in zip(node.keys, node.values, strict=True):
            known = self.value(value, depth + 1)
            name = self.value(key, depth + 1) if key is not None else None
            if key is None:
                parts.append(known)
            elif isinstance(name, str | int | float | None):
                parts.append({name: known})
            else:
                parts.append(UNKNOWN)
        return _merged(parts)

    def _named(self, node: ast.Name, depth: int) -> object:
        value = written(node, self._module.fact(References))
        if value is node:
            return UNKNOWN
        is_changed = not isinstance(value, ast.Constant) and node.id in self._changed_names
        return UNKNOWN if is_changed else self.value(value, depth + 1)

    @cached_property
    def _changed_names(self) -> set[str]:
        """The names of what is changed in place anywhere in the module."""
        mutating = self._module.catalogue.members("mutates")
        nodes = self._module.index.nodes(ast.Subscript, ast.Call, ast.AugAssign)
        return {name for node in nodes for name in _changed(node, mutating)}

    def _call(self, call: ast.Call, depth: int) -> object:
        called = self._module.fact(References).of(call.func)
        name, definition = only_name(called), only_definition(called)
        if name == "json.loads" and len(call.args) == 1:
            return _loaded(self.value(call.args[0], depth + 1))
        if name == "builtins.dict" and not call.args:
            return _merged(
                [
                    {keyword.arg: self.value(keyword.value, depth + 1)} if keyword.arg else UNKNOWN
                    for keyword in call.keywords
                ]
            )
        if name in ("copy.copy", "copy.deepcopy") and len(call.args) == 1:
            return self.value(call.args[0], depth + 1)
        match definition:
            case ast.FunctionDef(decorator_list=[], body=[*_, ast.Return(value=ast.expr() as returned)]):
                is_certain = len([*find(ast.Return, definition)]) == 1
                return self.value(returned, depth + 1) if is_certain else UNKNOWN
        return UNKNOWN


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


def _loaded(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else UNKNOWN
    except (ValueError, RecursionError):
        return UNKNOWN


def _changed(node: ast.AST, mutating: Container[str]) -> Iterator[str]:
    match node:
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=owner):
            pass
        case ast.Call(func=ast.Attribute(attr=method, value=owner)) if method in mutating:
            pass
        case ast.AugAssign(target=owner):
            pass
        case _:
            return
    while isinstance(owner, ast.Subscript | ast.Attribute):
        owner = owner.value
    if isinstance(owner, ast.Name):
        yield owner.id
