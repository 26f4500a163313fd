"""5xx: secrets come from the platform's store, addresses are encrypted."""

from __future__ import annotations

import ast
import re

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.edits.text import replaced, source
from flake8_incall.model.security.dangers import Dangers
from flake8_incall.repairs.imports import root_of, without_import_of, without_statement

_STORE = "x_secrets"
_SCHEME = re.compile(r"(?i:bearer|basic|token|bot) (?=\S+$)")
_HTTP = "http://"


def from_store(at: ast.Constant, module: Module) -> Fix | None:
    """Read a secret from the platform's store, under the name that it has in the code."""
    name = _name_of(at, module)
    if name is None or module.options.profile == "livekit" or not isinstance(at.value, str):
        return None
    if at.value.startswith("http"):
        # Only a part of the address is secret.
        return None
    key = re.sub(r"\W+", "_", name).upper()
    if module.index.function_around(at) is not None:
        scheme = _SCHEME.match(at.value)
        text = f"f\"{scheme[0]}{{{_STORE}['{key}']}}\"" if scheme is not None else f'{_STORE}["{key}"]'
        return Fix((replaced(module, at, text),), is_safe=False)
    return _of_module(name, key, at, module)


def encrypted(at: ast.Constant, module: Module) -> Fix | None:
    """Use `https` for `http`."""
    start = module.start(at)
    text = source(module, start, module.end(at))
    if "\n" in text or text.count(_HTTP) != 1:
        return None
    column = start.column + text.index(_HTTP)
    edit = Edit(Position(start.line, column), Position(start.line, column + len(_HTTP)), "https://")
    return Fix((edit,), is_safe=False)


def environment_repairs(module: Module) -> dict[ast.AST, Fix]:
    """Read from the platform's store what the in-call functions of a module read from the environment.

    Returns:
        One fix for all of the nodes that name the environment, if the import can go with them.
    """
    dangers = module.fact(Dangers)
    functions = module.fact(discover).functions
    nodes = [danger.at for function in functions for danger in dangers.of(function, "environment")]
    reads = {node: read for node in nodes if (read := _read_of(node, module)) is not None}
    gone = [read[0] for read in reads.values()]
    removed = [without_import_of(root, module, gone) for root in sorted({root_of(node) for node in reads})]
    if not all(removed):
        # The import would be a fault of its own.
        return {}
    replacements = [replaced(module, read, text) for read, text in reads.values()]
    together = (*replacements, *(edit for edits in removed for edit in edits))
    return dict.fromkeys(reads, Fix(together, is_safe=False))


def _name_of(at: ast.Constant, module: Module) -> str | None:
    """What a text is called where it stands: the key, the argument or the variable that gets it."""
    match module.parents[at]:
        case ast.Dict(keys=keys, values=values) if at in values:
            key = keys[values.index(at)]
            return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        case ast.keyword(arg=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _of_module(name: str, key: str, at: ast.Constant, module: Module) -> Fix | None:
    """Read a secret where it is used instead of keeping it in a constant of the module."""
    bindings, statement = module.names.top.bindings.get(name, ()), module.parents[at]
    reads = [n for n in module.index.nodes(ast.Name) if n.id == name and isinstance(n.ctx, ast.Load)]
    if len(bindings) != 1 or bindings[0].kind is not Kind.ASSIGNMENT or not reads:
        return None
    is_plain = all(module.index.function_around(n) and not _is_in_text(n, module) for n in reads)
    removed = without_statement(statement, module) if isinstance(statement, ast.stmt) else None
    if not is_plain or removed is None or any(module.names.bindings_of(n) != [bindings[0]] for n in reads):
        return None
    edits = [replaced(module, n, f'{_STORE}["{key}"]') for n in reads]
    return Fix((removed, *edits), is_safe=False)


def _is_in_text(node: ast.AST, module: Module) -> bool:
    return any(isinstance(outer, ast.JoinedStr) for outer, _ in module.index.outward(node))


def _read_of(node: ast.AST, module: Module) -> tuple[ast.expr, str] | None:
    """A whole read of the environment, and what is written for it."""
    parent = module.parents[node]
    match parent:
        case ast.Subscript(value=base, slice=ast.Constant(value=str(key)), ctx=ast.Load()) if base is node:
            text = f'{_STORE}["{key}"]'
            return (parent, text) if not _is_in_text(parent, module) else None
        case ast.Attribute(attr="get"):
            return _read_of(parent, module) if not isinstance(node, ast.Call) else None
        case ast.Call(func=func, args=[ast.Constant(value=str(key)), *default]) if func is node and not parent.keywords:
            rest = "".join(f", {module.segment(value)}" for value in default)
            text = f'{_STORE}.get("{key}"{rest})'
            return (parent, text) if not _is_in_text(parent, module) else None
    return None
