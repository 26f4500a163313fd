"""What an annotation says of a parameter: what carries it, and whether its type already holds it to something."""

from __future__ import annotations

import ast

from flake8_incall.model.calls.function import Parameter
from flake8_incall.model.code.module import Module
from flake8_incall.model.signature.annotations import read_annotation
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.model.validation.traces import Shape

_SCALARS = {"builtins.str": Shape.TEXT, "builtins.int": Shape.NUMBER, "builtins.float": Shape.NUMBER}
_KINDS = {TypeKind.LIST: Shape.ITEMS, TypeKind.DICT: Shape.TABLE, TypeKind.ANY: Shape.ANY, TypeKind.UNKNOWN: Shape.ANY}
_OPEN = frozenset({TypeKind.ANY, TypeKind.DICT, TypeKind.TYPED_DICT})


def shape_of_annotation(node: ast.arg, module: Module) -> Shape:
    """What carries a parameter, by its annotation."""
    if node.annotation is None:
        return Shape.ANY
    shapes = {
        _SCALARS.get(part.name, Shape.OTHER) if part.kind is TypeKind.SCALAR else _KINDS.get(part.kind, Shape.OTHER)
        for part in read_annotation(node.annotation, module, module.names.at_end()).alternatives()
        if part.kind is not TypeKind.NONE
    }
    return shapes.pop() if len(shapes) == 1 else Shape.OTHER


def is_held_by_type(parameter: Parameter) -> bool:
    """Whether the type leaves nothing to check: `bool`, `Literal`, an `Enum`, `Annotated` with limits, a model."""
    return parameter.type is not None and not any(map(_is_open, parameter.type.alternatives()))


def _is_open(type_: Type) -> bool:
    if type_.is_constrained:
        return False
    if type_.kind is TypeKind.SCALAR:
        return type_.name in _SCALARS
    if type_.kind is TypeKind.LIST:
        return not type_.arguments or any(_is_open(part) for a in type_.arguments for part in a.alternatives())
    return type_.kind in _OPEN


def may_be_left_out(parameter: Parameter) -> bool:
    """Whether a parameter is declared as one that may be missing or empty: `= ""`, `= None`, `str | None`."""
    if parameter.type is not None and any(part.kind is TypeKind.NONE for part in parameter.type.alternatives()):
        return True
    match parameter.default:
        case ast.Constant(value=value):
            return not value
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
    return False
