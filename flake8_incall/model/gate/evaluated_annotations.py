"""Annotations as they are evaluated when a tool is built: texts in them are code then."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.scopes import Binding, Kind
from flake8_incall.model.code.tree import quoted
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure
from flake8_incall.model.gate.load_time import is_listed

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_HOMES = ("typing", "typing_extensions")
_LITERAL = frozenset(f"{home}.Literal" for home in _HOMES)
_ANNOTATED = frozenset(f"{home}.Annotated" for home in _HOMES)
_IS_A_TYPE = (Kind.IMPORT, Kind.DEFINITION, Kind.PARAMETER, Kind.TYPE_PARAMETER, Kind.DELETION)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an annotation.

    Attributes:
        node: The part; it may come from a text, or from a variable that the annotation names.
        place: The node of the module to point at.
        is_data: Whether it is kept as it is: what stands in `Literal`, and the metadata of `Annotated`.
    """

    node: ast.AST
    place: ast.AST
    is_data: bool = False


def odd_annotations(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """The parts of annotations that are no type expressions.

    Yields:
        The node of the module, and what is wrong in words.
    """
    seen: set[ast.AST] = set()
    pending = [_Part(node, node) for node in _annotations(module)]
    while pending:
        part = pending.pop()
        if part.node in seen:
            continue
        seen.add(part.node)
        inner = _inner_parts(module, part)
        if isinstance(inner, str):
            yield part.place, inner
        else:
            pending.extend(inner)


def _annotations(module: Module) -> Iterator[ast.expr]:
    nodes = module.index.nodes
    for function in module.index.functions:
        yield from (a.annotation for a in every_argument(function.args) if a.annotation is not None)
        if function.returns is not None:
            yield function.returns
    yield from (assignment.annotation for assignment in nodes(ast.AnnAssign))


def _inner_parts(module: Module, part: _Part) -> list[_Part] | str:
    """What has to be looked at inside a part, or what is wrong with it."""
    node = part.node
    match node:
        case ast.Constant(value=str() as text) if not part.is_data:
            return _text(text, part.place)
        case ast.Constant():
            return []
        case ast.Name():
            return [] if part.is_data else _variable(module.fact(Visibility).of(node).bindings, part.place)
        case ast.Attribute():
            return [] if part.is_data else _attribute(module, node, part.place)
        case ast.Subscript():
            return [_Part(node.value, part.place, part.is_data), *_arguments(module, node, part)]
        case ast.Call() if not part.is_data:
            return _type_call(module, node, part.place)
    if _is_type_form(node) or (part.is_data and _is_metadata(module, node)):
        return [_Part(child, part.place, part.is_data) for child in ast.iter_child_nodes(node)]
    if isinstance(node, ast.expr_context | ast.operator | ast.unaryop):
        return []
    return "contains a call or expression"


def _text(text: str, place: ast.AST) -> list[_Part] | str:
    return [_Part(inner, place) for inner in quoted(text)] or "contains a string that is not a type"


def _variable(bindings: Sequence[Binding], place: ast.AST) -> list[_Part] | str:
    """What a variable holds that is named where a type is expected: a text there is evaluated too."""
    values = [b.value for b in bindings if b.value is not None and b.kind is Kind.ASSIGNMENT]
    if len(values) < sum(binding.kind not in _IS_A_TYPE for binding in bindings):
        return "names a variable that cannot be analyzed"
    return [_Part(value, place) for value in values]


def _attribute(module: Module, node: ast.Attribute, place: ast.AST) -> list[_Part] | str:
    if node.attr.startswith("_"):
        return f"reads `{node.attr}`"
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return "contains a call or expression"
    bindings = module.fact(Visibility).of(root).bindings
    classes = [b.node for b in bindings if isinstance(b.node, ast.ClassDef)]
    if all(binding.kind is Kind.IMPORT for binding in bindings):
        return []
    if len(classes) < len(bindings) or node.value is not root:
        return "names an attribute that cannot be analyzed"
    inside = [b for found in classes for b in module.names.scope(found).bindings.get(node.attr, ())]
    return _variable(inside, place)


def _arguments(module: Module, node: ast.Subscript, part: _Part) -> Iterator[_Part]:
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    is_literal, is_annotated = (_is_form(module, node.value, form) for form in (_LITERAL, _ANNOTATED))
    for position, argument in enumerate(arguments):
        is_data = part.is_data or is_literal or (is_annotated and position > 0)
        yield _Part(argument, part.place, is_data)


def _is_form(module: Module, node: ast.expr, form: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        # A name that stands in a text is not in the module's tree: what is outside is no builtin of that name.
        origins = module.fact(Exposure).origins(node)
        return bool(origins.imported) and origins.imported <= form and not origins.has_own
    names = module.fact(Exposure).only_names(node)
    return bool(names) and names <= form


def _type_call(module: Module, node: ast.Call, place: ast.AST) -> list[_Part] | str:
    """The types that `TypeVar`, `NewType` and the like are given, where a variable holds what they make."""
    names = module.fact(Exposure).only_names(node.func)
    if not names or not all(module.catalogue.has("makes-type", name) for name in names):
        return "contains a call or expression"
    given = [*node.args[1:], *(keyword.value for keyword in node.keywords)]
    values = [v for g in given for v in (g.values if isinstance(g, ast.Dict) else [g])]
    return [_Part(value, place) for value in values]


def _is_type_form(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr)
    return isinstance(node, ast.Tuple | ast.List | ast.Starred | ast.UnaryOp)


def _is_metadata(module: Module, node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return is_listed(module, node.func)
    return isinstance(node, ast.keyword | ast.Dict | ast.Set)
