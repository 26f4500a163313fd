"""Which loops end: those whose rounds are counted, timed, or used up; the others end when somebody else decides."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.constants import Unfollowed
from flake8_incall.model.module import FunctionNode
from flake8_incall.model.referents import Callable, Outside

if TYPE_CHECKING:
    from flake8_incall.model.module import Module
    from flake8_incall.model.references import References

LoopNode = ast.While | ast.For | ast.AsyncFor
_EXITS = ast.Break | ast.Return | ast.Raise
_ORDERED = ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq | ast.Is | ast.In | ast.NotIn
_CLOCKS = frozenset({"time", "monotonic", "perf_counter", "now", "utcnow", "when"})
# What takes elements out of a collection, so that a loop over what is left of it ends.
_TAKING = frozenset({"pop", "popleft", "popitem", "remove", "discard", "get_nowait", "clear"})
_ENDLESS = frozenset({"itertools.count", "itertools.cycle"})


def is_endless(loop: ast.AST, references: References) -> bool:
    """Whether nothing in a loop bounds its rounds: no counter, no clock, no collection that is used up."""
    if isinstance(loop, ast.While):
        if _is_never_entered(loop):
            return False
        return not (_bounds(loop.test, loop, when=True) or any(_is_way_out(test, loop) for test in _ways_out(loop)))
    if isinstance(loop, ast.For) and _counts_for_ever(loop.iter, references):
        return not any(_is_way_out(test, loop) or _reads(test, _targets(loop)) for test in _ways_out(loop))
    return False


def comes_again(node: ast.AST, loop: LoopNode, owner: Callable, module: Module) -> bool:
    """Whether control can get from a node back to the head of a loop around it."""
    graph = module.world.graph(owner)[0]
    pending = list(graph.of_node.get(node, ()))
    seen = set(pending)
    while pending:
        for step in pending.pop().successors:
            if (step.node is loop and step.around is not None) or (step.loop is step and step.node is loop):
                return True
            if step not in seen:
                seen.add(step)
                pending.append(step)
    return False


def rounds(loop: ast.AST, references: References) -> int | None:
    """How many rounds a loop makes at most, where its head says so."""
    match loop:
        case (
            ast.For(iter=ast.Tuple() | ast.List() | ast.Set() as collection)
            | ast.comprehension(iter=ast.Tuple() | ast.List() | ast.Set() as collection)
        ):
            is_spread = any(isinstance(element, ast.Starred) for element in collection.elts)
            return None if is_spread else len(collection.elts)
        case ast.For() | ast.comprehension():
            return _elements(loop.iter, references)
        case ast.While():
            return _counted(loop, references)
    return None


def _elements(node: ast.expr, references: References) -> int | None:
    try:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            values = [references.constants.value(argument) for argument in node.args]
            if node.func.id == "range" and all(isinstance(value, int) for value in values):
                return len(range(*values))
            if node.func.id in ("enumerate", "reversed", "list", "tuple", "sorted") and node.args:
                return _elements(node.args[0], references)
        value = references.constants.value(node)
    except (Unfollowed, TypeError, ValueError, OverflowError):
        return None
    return len(value) if isinstance(value, str | tuple) else None


def _counted(loop: ast.While, references: References) -> int | None:
    """`while attempt < 3` with `attempt += 1`, begun at a constant."""
    match loop.test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() as order], comparators=[limit]):
            steps = [n for n in _inside(loop) if _steps(n, name)]
            start = _start(loop, name, references)
            try:
                value = references.constants.value(limit)
            except Unfollowed:
                return None
            if steps and start is not None and isinstance(value, int):
                return max(0, value - start + isinstance(order, ast.LtE))
    return None


def _start(loop: ast.While, name: str, references: References) -> int | None:
    """The whole number that a counter is given in the statements before its loop."""
    parent = references.module.parents[loop]
    for block in (getattr(parent, field, []) for field in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and loop in block:
            for statement in reversed(block[: block.index(loop)]):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant(value=int() as value)):
                        if target == name:
                            return value
    return None


def _is_never_entered(loop: ast.While) -> bool:
    return isinstance(loop.test, ast.Constant) and not loop.test.value


def _counts_for_ever(node: ast.expr, references: References) -> bool:
    if not isinstance(node, ast.Call):
        return False
    names = {r.name for r in references.of(node.func) if isinstance(r, Outside)}
    if names & _ENDLESS:
        return True
    if names & {"itertools.repeat"}:
        return len(node.args) == 1 and not node.keywords
    if names & {"builtins.enumerate"} and node.args:
        return _counts_for_ever(node.args[0], references)
    return False


# Tests


def _ways_out(loop: LoopNode) -> Iterator[ast.expr]:
    """The tests in a loop under which it is left."""
    for node in _inside(loop):
        if isinstance(node, ast.If) and any(_leaves(statement, loop) for statement in [*node.body, *node.orelse]):
            yield node.test


def _leaves(statement: ast.stmt, loop: LoopNode) -> bool:
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, _EXITS):
            return True
        # `break` inside an inner loop leaves that one.
        if not isinstance(node, FunctionNode | ast.Lambda | ast.ClassDef | LoopNode):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _is_way_out(test: ast.expr, loop: LoopNode) -> bool:
    return _bounds(test, loop, when=False)


def _bounds(test: ast.expr, loop: LoopNode, *, when: bool) -> bool:
    """Whether a test becomes false (or true, with `when=False`) after some rounds, whatever others do."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _bounds(operand, loop, when=not when)
        case ast.BoolOp(op=operator, values=values):
            is_any = isinstance(operator, ast.And) is when
            found = [_bounds(value, loop, when=when) for value in values]
            return any(found) if is_any else all(found)
        case ast.Compare():
            parts = [test.left, *test.comparators]
            return isinstance(test.ops[0], _ORDERED) and any(_moves(part, loop) for part in parts)
        case ast.NamedExpr():
            return _bounds(test.value, loop, when=when)
        case ast.Call():
            return _moves(test, loop) or any(_moves(argument, loop) for argument in test.args)
    return _moves(test, loop)


def _moves(node: ast.expr, loop: LoopNode) -> bool:
    """Whether something is a clock, or is counted or used up in the loop."""
    names = {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}
    attributes = {ast.unparse(found) for found in ast.walk(node) if isinstance(found, ast.Attribute)}
    for found in ast.walk(node):
        if isinstance(found, ast.Call):
            called = found.func.attr if isinstance(found.func, ast.Attribute) else getattr(found.func, "id", "")
            if called in _CLOCKS:
                return True
    clocked = _clocked(loop)
    return bool(names & clocked) or any(_steps(inner, *names, *attributes) for inner in _inside(loop))


def _clocked(loop: LoopNode) -> set[str]:
    """The names that are given a clock's time in the loop: `elapsed = time.monotonic() - start`."""
    found: set[str] = set()
    for node in _inside(loop):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _CLOCKS:
                    found.add(node.targets[0].id)
    return found


def _steps(node: ast.AST, *names: str) -> bool:
    """Whether a node counts one of some names up or down, or takes something out of it."""
    match node:
        case ast.AugAssign(op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Div(), target=target):
            return ast.unparse(target) in names
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult())):
            return ast.unparse(target) in names and ast.unparse(left) in names
        case ast.Assign(targets=[target], value=ast.Subscript(value=value, slice=ast.Slice())):
            return ast.unparse(target) in names and ast.unparse(value) in names
        case ast.Call(func=ast.Attribute(value=value, attr=attribute)) if attribute in _TAKING:
            return ast.unparse(value) in names
        case ast.Call(func=ast.Attribute(value=value, attr="append" | "add")):
            return ast.unparse(value) in names
        case ast.Call(func=ast.Name(id="next"), args=[ast.Name(id=name), *_]):
            return name in names
    return False


def _targets(loop: ast.For) -> set[str]:
    return {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}


def _reads(test: ast.expr, names: set[str]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(test))


def _inside(loop: LoopNode) -> Iterator[ast.AST]:
    """The nodes of a loop's test and body, without those of functions in it."""
    pending: list[ast.AST] = [*loop.body, *([loop.test] if isinstance(loop, ast.While) else [])]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FunctionNode | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(node))
