"""What a parameter's default is, and whether its annotation allows it: LiveKit validates no default."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from flake8_incall.catalogue.parameter_types import PARAMETER_TYPES, Role
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import only_definition, only_name
from flake8_incall.model.objects.written import written
from flake8_incall.model.signature.type_tree import Type, TypeKind

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_PLAIN = frozenset({TypeKind.SCALAR, TypeKind.LITERAL, TypeKind.LIST, TypeKind.DICT, TypeKind.NONE})
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "builtins.str": str,
    "typing.Text": str,
    "builtins.int": int,
    "builtins.float": (int, float),
    "builtins.bool": bool,
}
# Values of the right kind can be at fault inside.
_FAULTS_INSIDE: dict[TypeKind, tuple[type | tuple[type, ...], str]] = {
    TypeKind.LITERAL: ((str, int), "is not one of the allowed values"),
    TypeKind.LIST: (list, "has an item of the wrong type"),
    TypeKind.DICT: (dict, "has a key or value of the wrong type"),
}
# Classes that are no plain types, but kinds of `dict`.
_KINDS_OF_DICT = frozenset({"collections.Counter", "collections.defaultdict"})
_FIELD = "pydantic.Field"


def mismatch(default: ast.expr, annotation: Type, module: Module) -> str | None:
    """Why a default is none that the annotation allows.

    Returns:
        A clause about the default; `None` when it fits, or that cannot be told.
    """
    default = written(default, module.fact(References))
    match default:
        case ast.Constant(value=value) if value is ...:
            return "is not a default in pydantic, but reaches the function as is"
        case ast.Lambda():
            return "is a function"
        case ast.Call():
            return _mismatch_of_call(default, annotation, module)
        case ast.JoinedStr():
            return None if _fits("", annotation, is_exact=False) else "is a string"
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if value is None or _fits(value, annotation):
        return None
    for part in annotation.alternatives():
        python_type, fault = _FAULTS_INSIDE.get(part.kind, (None, ""))
        if python_type is not None and isinstance(value, python_type):
            return fault
    return f"is {_kind_of(value)}"


def is_none(default: ast.expr | None) -> bool:
    """Whether a default is the constant `None`."""
    return isinstance(default, ast.Constant) and default.value is None


def _mismatch_of_call(call: ast.Call, annotation: Type, module: Module) -> str | None:
    made = module.fact(References).of(call.func)
    name = only_name(made) or ""
    if name in (_FIELD, "pydantic.fields.Field"):
        return "reaches the function as a pydantic `FieldInfo` object"
    if name == "builtins.float" and _is_not_finite(call):
        return "is not a valid JSON number"
    kinds = {part.kind for part in annotation.alternatives()}
    if not kinds <= _PLAIN or (name in _KINDS_OF_DICT and TypeKind.DICT in kinds):
        return None
    row = PARAMETER_TYPES.get(name)
    is_foreign = row is not None and row.role in (Role.CLASS, Role.FILE, Role.OTHER)
    definition = only_definition(made)
    is_own = isinstance(definition, ast.ClassDef) and not definition.bases
    return f"is an instance of `{ast.unparse(call.func)}`" if is_foreign or is_own else None


def _is_not_finite(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=str(text))]:
            try:
                return not math.isfinite(float(text))
            except ValueError:
                return False
    return False


def _fits(value: object, annotation: Type, *, is_exact: bool = True) -> bool:
    """Whether a value is one of a type; what cannot be told fits."""
    return any(_fits_one(value, part, is_exact) for part in annotation.alternatives())


def _fits_one(value: object, part: Type, is_exact: bool) -> bool:
    match part.kind:
        case TypeKind.NONE:
            return value is None
        case TypeKind.LITERAL:
            same = any(value == allowed and type(value) is type(allowed) for allowed in part.values)
            return same or not is_exact
        case TypeKind.SCALAR:
            expected = _PYTHON_TYPES.get(part.name)
            return expected is None or isinstance(value, expected)
        case TypeKind.LIST:
            sequence = list if part.name == "builtins.list" else (list, tuple)
            return isinstance(value, sequence) and all(_fits(v, a) for a in part.arguments[:1] for v in value)
        case TypeKind.DICT:
            if not isinstance(value, dict):
                return False
            kinds = part.arguments if len(part.arguments) == 2 else ()
            return all(_fits(v, kind) for pair in value.items() for v, kind in zip(pair, kinds, strict=False))
        case TypeKind.TYPED_DICT:
            return isinstance(value, dict)
        case TypeKind.ANY:
            return isinstance(value, str | int | float | list | dict | tuple | None)
    return True


def _kind_of(value: object) -> str:
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a float"}
    article_of_type = f"a `{type(value).__name__}`"
    return names.get(type(value), article_of_type)
