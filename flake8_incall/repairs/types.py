"""2xx: parameters of types that JSON carries."""

from __future__ import annotations

import ast
import builtins
import json
import typing
from collections.abc import Iterator

from flake8_incall.catalogue.parameter_types import PARAMETER_TYPES, Carried, canonical_type_name
from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import find
from flake8_incall.model.docstring.types import heads_of
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.statements import statement_at_head
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import only_name
from flake8_incall.model.signature.defaults import is_none
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.repairs.words import words_of

_READ_AS: dict[type, tuple[type, ...]] = {int: (str, float), float: (str,), str: (int, float), bool: (str, int)}
_BOOLS = {"true": True, "false": False}


def with_json_type(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """The type by which JSON carries the values, and their conversion at the head of the function."""
    annotation, module = parameter.node.annotation, function.module
    is_optional = is_none(parameter.default)
    if annotation is None or function.interface is not function or (parameter.default and not is_optional):
        return None
    edits: list[Edit] = []
    for part in _outermost(annotation):
        head = part.value if isinstance(part, ast.Subscript) else part
        carried = _carried(head, module)
        if carried is None:
            continue
        text = _as_list(part, module) if carried.annotation == "list" else carried.annotation
        lines = _conversion(
            parameter.name,
            carried,
            module.segment(head),
            is_optional=is_optional or part is not annotation,
        )
        conversion = statement_at_head(module, function.node, *lines)
        if text is None or conversion is None:
            return None
        edits += [replaced(module, part, text), *([conversion] if lines else [])]
    return Fix(tuple(edits), is_safe=False) if edits else None


def with_text_keys(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`str` for the keys of a dict."""
    annotation, module = parameter.node.annotation, function.module
    if annotation is None or function.interface is not function:
        return None
    keys = [key for key in _keys(annotation, module) if not _is_text(key, module)]
    return Fix(tuple(replaced(module, key, "str") for key in keys), is_safe=False) if keys else None


def with_known_name(function: InCallFunction, part: Type, annotation: ast.expr | None) -> Fix | None:
    """The import of a name of `typing` or LiveKit, or the type that a word stands for: `string`."""
    module = function.module
    names = [node for node in find(ast.Name, annotation) if node.id == part.text] if annotation is not None else []
    if isinstance(annotation, ast.Constant) and annotation.value == part.text:
        meant = heads_of(part.text)
        is_one = len(meant) == 1 and function.interface is function
        return Fix((replaced(module, annotation, *meant),), is_safe=False) if is_one else None
    if function.interface is not function or not names or part.text in module.names.top.bindings:
        return None
    if part.text == "RunContext" or part.text in typing.__all__:
        home = "livekit.agents" if part.text == "RunContext" else "typing"
        found = spelling(module, function.node, home, part.text, by_name=True)
        # The name is right as it stands, or the module knows it by another.
        renamed = [replaced(module, name, found.text) for name in names if found and name.id != found.text]
        return Fix((*found.edits, *renamed)) if found is not None and (found.edits or renamed) else None
    meant = heads_of(part.text)
    if len(meant) != 1 or not meant <= set(dir(builtins)):
        return None
    return Fix(tuple(replaced(module, name, *meant) for name in names), is_safe=False)


def with_fitting_default(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """The value that a default of another type spells: `1` for `"1"`."""
    if parameter.default is None or parameter.type is None or function.interface is not function:
        return None
    try:
        value = ast.literal_eval(parameter.default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    scalars = [part for part in parameter.type.alternatives() if part.kind is TypeKind.SCALAR]
    names = {part.name.removeprefix("builtins.") for part in scalars}
    meant = [kind for kind in _READ_AS if kind.__name__ in names]
    read = _read(value, meant[0]) if len(meant) == 1 else None
    if read is None:
        return None
    text = json.dumps(read, ensure_ascii=False) if isinstance(read, str) else repr(read)
    return Fix((replaced(function.module, parameter.default, text),), is_safe=False)


def with_none(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`| None` behind the annotation; in quotes where it is."""
    annotation, module = parameter.node.annotation, function.module
    if function.interface is not function:
        return None
    match annotation:
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.BinOp():
            return Fix((inserted(module.end(annotation), " | None"),))
        case ast.Constant(value=str(text)) if "\n" not in text and annotation.end_lineno == annotation.lineno:
            return Fix((replaced(module, annotation, json.dumps(f"{text.strip()} | None", ensure_ascii=False)),))
    return None


def _outermost(annotation: ast.expr) -> Iterator[ast.expr]:
    """The parts of a union, or the annotation itself."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _outermost(left)
            yield from _outermost(right)
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional"), slice=inner):
            yield from _outermost(inner)
        case _:
            yield annotation


def _carried(head: ast.expr, module: Module) -> Carried | None:
    """How JSON carries the values of a type from outside the module."""
    name = only_name(module.fact(References).of(head))
    row = PARAMETER_TYPES.get(canonical_type_name(name)) if name else None
    return row.carried if row is not None else None


def _as_list(part: ast.expr, module: Module) -> str | None:
    """A list of what a set, tuple or iterable holds; `None` where its items are of several types."""
    if not isinstance(part, ast.Subscript):
        return "list"
    items = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
    texts = dict.fromkeys(
        module.segment(item) for item in items if not (isinstance(item, ast.Constant) and item.value is ...)
    )
    return f"list[{next(iter(texts))}]" if len(texts) == 1 else None


def _conversion(name: str, carried: Carried, type_: str, *, is_optional: bool) -> list[str]:
    if not carried.conversion:
        return []
    made = f"{name} = {carried.conversion.format(type=type_, value=name)}"
    lines = [made]
    if carried.failure:
        message = f"The {words_of(name)} is not a valid {carried.noun}"
        lines = ["try:", f"    {made}", f"except {carried.failure}:"]
        lines += [f'    return {{"status": "error", "message": "{message}"}}']
    if is_optional:
        lines = [f"if {name} is not None:", *(f"    {line}" for line in lines)]
    return lines


def _keys(annotation: ast.expr, module: Module) -> Iterator[ast.expr]:
    for part in find(ast.Subscript, annotation):
        name = only_name(module.fact(References).of(part.value)) or ""
        if canonical_type_name(name) in ("builtins.dict", "typing.Dict") and isinstance(part.slice, ast.Tuple):
            yield part.slice.elts[0]


def _is_text(key: ast.expr, module: Module) -> bool:
    return only_name(module.fact(References).of(key)) in ("builtins.str", "typing.Text")


def _read(value: object, kind: type) -> object:
    """A value as one of another type that it spells; `None` where it spells none."""
    if type(value) not in _READ_AS[kind]:
        return None
    if kind is bool:
        return _BOOLS.get(value.lower()) if isinstance(value, str) else {0: False, 1: True}.get(value)  # type: ignore[call-overload]
    if kind is int and isinstance(value, float):
        return int(value) if value.is_integer() else None
    try:
        return kind(value)
    except ValueError:
        return None
