"""7xx: `try` around what can fail, and handlers that tell the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.statements import indent_unit, indentation, statement_after, wrapped
from flake8_incall.model.errors.failures import Failures, Fate
from flake8_incall.model.errors.handlers import Function
from flake8_incall.model.objects.classes import UNKNOWN, Types
from flake8_incall.repairs.answers import UNAVAILABLE, error, is_answering, logged
from flake8_incall.repairs.exceptions import catching, joined, tuple_of
from flake8_incall.repairs.naming import side_by_side

# A statement, and the list of statements that it stands in.
_Place = tuple[list[ast.stmt], ast.stmt]


def with_try(fate: Fate) -> Fix | None:
    """Put the calls of a function whose failures leave it into one `try`, those of helpers where it runs the helper."""
    return fate.function.fact(_tries).get(fate)


def loose(function: InCallFunction) -> list[Fate]:
    """The calls that a function reaches whose failures nothing takes up, by their lines."""
    found = function.module.fact(Failures).calls(function)
    return sorted((fate for fate in found if fate.left and not fate.handlers), key=line_of)


def line_of(fate: Fate) -> int:
    """Return the line of a call."""
    return getattr(fate.node, "lineno", 0)


def _tries(function: InCallFunction) -> dict[Fate, Fix | None]:
    """The repair of each such call; those of one function have one repair together."""
    places = _places_of_helpers(function)
    groups: dict[Function, dict[Fate, ast.AST]] = {}
    for fate in function.fact(loose):
        owner = function.module.index.function_around(fate.node)
        if owner is not None and is_answering(fate.node, function):
            groups.setdefault(owner, {})[fate] = fate.node
        elif owner in places:
            groups.setdefault(function.node, {})[fate] = places[owner]
    return {fate: fix for points in groups.values() for fix in [_tried(points, function)] for fate in points}


def _tried(points: dict[Fate, ast.AST], function: InCallFunction) -> Fix | None:
    nodes, types = list(points.values()), frozenset[str]().union(*(fate.left for fate in points))
    handler = answering_handler(types, nodes[0], function) if is_answering(nodes[0], function) else None
    first, last = together(nodes, function.module)
    edits = _with_handler(first, last, handler[0], function.module) if handler is not None else None
    return Fix((*handler[1], *edits), is_safe=False) if handler is not None and edits is not None else None


def _places_of_helpers(function: InCallFunction) -> dict[Function | None, ast.AST]:
    """Where a function runs each of its helpers."""
    ways = function.module.fact(CallGraph).ways(function)
    return {owner: chain[0].place for owner, chain in ways if chain and chain[0].caller is function.node}


def answering_handler(
    types: Types, at: ast.AST, function: InCallFunction
) -> tuple[tuple[str, ...], tuple[Edit, ...]] | None:
    """Return the lines of a handler that logs and returns an error, and what has to be imported for it."""
    module = function.module
    caught = tuple_of(["builtins.Exception"] if UNKNOWN in types else joined(types, module), at, module)
    log = logged(at, function)
    if caught is None or log is None:
        return None
    lines = (f"except {caught.text}:", f"    {log.line}", f"    {error(UNAVAILABLE)}")
    return lines, side_by_side(caught.edits, log.edits)


def with_more_types(fate: Fate) -> Fix | None:
    """Let the last handler around a call catch what leaves the function, or put one behind it."""
    function, module = fate.function, fate.function.module
    around = module.fact(Failures).handlers.try_of(fate.handlers[0])
    edits = catching(around.handlers[-1], fate.left, module)
    if edits is not None:
        return Fix(edits, is_safe=False)
    handler = answering_handler(fate.left, fate.handlers[0], function)
    if handler is None or UNKNOWN in fate.left or not is_answering(around, function):
        return None
    edit = _clause_behind(around.handlers[-1].body[-1], around, handler[0], module)
    return Fix((*handler[1], edit), is_safe=False) if edit is not None else None


def _with_handler(first: ast.stmt, last: ast.stmt, tail: tuple[str, ...], module: Module) -> tuple[Edit, ...] | None:
    """Add a handler to a `try` that has only a `finally` so far, else put a `try` around statements."""
    around = module.parents[first]
    if isinstance(around, ast.Try) and first in around.body and not around.handlers:
        edit = _clause_behind(around.body[-1], around, tail, module)
        return (edit,) if edit is not None else None
    return wrapped(module, first, last, "try:", tail)


def _clause_behind(last: ast.stmt, around: ast.stmt, clause: tuple[str, ...], module: Module) -> Edit | None:
    """Put a clause of a compound statement behind the last statement of another clause."""
    place, indent = statement_after(module, last, "pass"), indentation(module, around)
    if place is None or indent is None:
        return None
    unit = indent_unit(module, last)
    return replace(place, text="".join(f"{indent}{line.replace('    ', unit, 1)}\n" for line in clause))


def together(nodes: Sequence[ast.AST], module: Module, *, is_inside_with: bool = False) -> tuple[ast.stmt, ast.stmt]:
    """Return the first and the last statement that have some nodes, in the innermost block with all of them.

    Args:
        nodes: Nodes of one function.
        module: The module.
        is_inside_with: Whether the body of a `with` is such a block.
    """
    ways = [{id(block): held for block, held in _places(node, module, is_inside_with)} for node in nodes]
    common = next(block for block in ways[0] if all(block in way for way in ways))
    held = sorted((way[common] for way in ways), key=lambda statement: statement.lineno)
    return held[0], held[-1]


def _places(node: ast.AST, module: Module, is_inside_with: bool) -> Iterator[_Place]:
    """Yield the statements around a node with their blocks, from the inside out."""
    for outer, inner in module.index.outward(node):
        if isinstance(inner, ast.stmt) and (is_inside_with or not isinstance(outer, ast.With | ast.AsyncWith)):
            block = next((b for b in _blocks(outer) if inner in b), None)
            if block is not None:
                yield block, inner
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        value = getattr(node, name, None)
        if isinstance(value, list):
            yield value
