"""Assignments to the metadata that `inspect` reads of a function: docstring, signature, annotations and name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import definitions_of, names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

WRAPPING = "update_wrapper"
_MARKS = re.compile(r"__(?:annotations|doc|name|signature|wrapped)__|update_wrapper|setattr")


@dataclass(frozen=True, slots=True)
class MetadataStore:
    """One statement that sets what is read of a function.

    Attributes:
        attribute: The attribute; `WRAPPING` where all of them come from another function; empty where it is unknown.
        value: What it is set to, or the other function; `None` where that is unknown.
    """

    attribute: str
    value: ast.expr | None


def find_metadata_stores(module: Module) -> dict[ast.AST, list[MetadataStore]]:
    """The stores of a module by the definition, or the parameter that stands for a function, that they are made to."""
    found: dict[ast.AST, list[MetadataStore]] = {}
    if any(_MARKS.search(line) for line in module.lines):
        for node in module.index.nodes(ast.Attribute, ast.Subscript, ast.Call):
            for owner, store in _stores(node, module):
                for target in _targets(owner, module):
                    is_certain = _is_beside(target, node, module)
                    known = store if is_certain else MetadataStore(store.attribute, None)
                    found.setdefault(target, []).append(known)
    return found


def _stores(node: ast.AST, module: Module) -> Iterator[tuple[ast.expr, MetadataStore]]:
    match node:
        case ast.Attribute(attr=attribute, ctx=ast.Store() | ast.Del()) if attribute in module.catalogue.members(
            "describes-function"
        ):
            yield node.value, MetadataStore(attribute, _value(node, module))
        case ast.Attribute(value=ast.Attribute(attr="__annotations__") as changed, attr=method) if module.catalogue.has(
            "mutates", f"dict.{method}"
        ):
            yield changed.value, MetadataStore("__annotations__", None)
        case ast.Subscript(value=ast.Attribute(attr="__annotations__") as changed, ctx=ast.Store() | ast.Del()):
            yield changed.value, MetadataStore("__annotations__", None)
        case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str(attribute)), value]):
            if attribute in module.catalogue.members("describes-function"):
                yield owner, MetadataStore(attribute, value)
        case ast.Call(func=ast.Name(id="setattr"), args=[owner, *_]):
            yield owner, MetadataStore("", None)
        case ast.Call(args=[owner, wrapped]) if _is_update_wrapper(node, module):
            yield owner, MetadataStore(WRAPPING, None if node.keywords else wrapped)
        case ast.Call(args=[owner, *_]) if _is_update_wrapper(node, module):
            yield owner, MetadataStore(WRAPPING, None)


def _is_update_wrapper(call: ast.Call, module: Module) -> bool:
    return any(name.endswith(".update_wrapper") for name in names_of(module.fact(References).of(call.func)))


def _value(target: ast.Attribute, module: Module) -> ast.expr | None:
    match module.parents[target]:
        case ast.Assign(targets=targets, value=value) if target in targets:
            return value
        case ast.AnnAssign(value=value):
            return value
    return None


def _targets(owner: ast.expr, module: Module) -> Iterator[ast.AST]:
    """The definitions and parameters that a name stands for, also in `for f in (g, h):`."""
    for binding in module.names.bindings_of(owner) if isinstance(owner, ast.Name) else ():
        if isinstance(binding.node, FunctionNode | ast.arg):
            yield binding.node
        else:
            for element in _elements(binding, module):
                yield from (
                    d for d in definitions_of(module.fact(References).of(element)) if isinstance(d, FunctionNode)
                )


def _elements(binding: Binding, module: Module) -> list[ast.expr]:
    loop = module.index.statement(binding.node)
    if isinstance(loop, ast.For) and isinstance(loop.iter, ast.List | ast.Tuple | ast.Set):
        return loop.iter.elts
    return []


def _is_beside(target: ast.AST, store: ast.AST, module: Module) -> bool:
    """Whether a store is made wherever the definition is."""
    statement = module.index.statement(store)
    if isinstance(target, ast.arg):
        return isinstance(module.parents[statement], FunctionNode)
    return module.parents[statement] is module.parents[target]
