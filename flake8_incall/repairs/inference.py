"""The type that a parameter without annotation has, by its default, its docstring or its uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.tree import find
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.types import heads_of

_PLAIN = (str, int, float, bool)
_OTHERS = (list, dict, int, float, set)
_TEXT_METHODS = {name for name in dir(str) if not any(hasattr(other, name) for other in _OTHERS)}


@dataclass(frozen=True, slots=True)
class Inferred:
    """A type that a parameter can be annotated with.

    Attributes:
        text: The annotation.
        is_said: Whether the author says so, by a default or in the docstring; if not, its uses suggest it.
    """

    text: str
    is_said: bool


def inferred(function: InCallFunction, parameter: Parameter) -> Inferred | None:
    """Return the type of a parameter without annotation, where that is plain."""
    default = parameter.default
    value = default.value if isinstance(default, ast.Constant) else ...
    if type(value) in _PLAIN:
        return Inferred(type(value).__name__, is_said=True)
    if default is not None and value is not None:
        return None
    optional = " | None" if default is not None else ""
    entry = function.fact(docstring_of).parameters.get(parameter.name)
    documented = heads_of(entry.type) if entry is not None and entry.type else set()
    if len(documented) == 1:
        return Inferred(documented.pop() + optional, is_said=True)
    used = set(_uses(function, parameter.name))
    return Inferred(used.pop() + optional, is_said=False) if len(used) == 1 else None


def _uses(function: InCallFunction, name: str) -> Iterator[str]:
    """The types that the uses of a parameter suggest."""
    index = function.module.index
    for node in find(ast.Name, *function.node.body):
        if node.id != name:
            continue
        match index.parents[node]:
            case ast.Attribute(attr=method) as attribute if index.call_of(attribute) and method in _TEXT_METHODS:
                yield "str"
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id=kind)]):
                yield kind
            case ast.Compare(left=left, ops=ops, comparators=others):
                is_membership = any(isinstance(op, ast.In | ast.NotIn) for op in ops)
                yield from _compared([left, *others], is_membership=is_membership)


def _compared(operands: list[ast.expr], *, is_membership: bool) -> Iterator[str]:
    for operand in operands:
        items = operand.elts if isinstance(operand, ast.Tuple | ast.List | ast.Set) else [operand]
        if is_membership and items == [operand]:
            continue
        for item in items:
            if isinstance(item, ast.Constant) and type(item.value) in _PLAIN:
                yield type(item.value).__name__
