"""Which loops end: those whose rounds are counted, timed, or used up; the others end when somebody else decides."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from flake8_incall.catalogue import load
from flake8_incall.model.code.tree import Inner, LoopNode, below, find, own
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import repeated
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_EXITS = ast.Break | ast.Return | ast.Raise
_ORDERED = ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq | ast.Is | ast.In | ast.NotIn
# `now = clock()`, `elapsed = now - start`, `left = limit - elapsed`.
_LONGEST_RECKONING = 3
_ENDLESS = frozenset({"itertools.count", "itertools.cycle"})


class Loops:
    """The loops of one module. Answers are kept."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._endless: dict[LoopNode | ast.comprehension, bool] = {}
        self._repeated: dict[LoopNode, set[ast.AST]] = {}

    def is_endless(self, loop: LoopNode | ast.comprehension) -> bool:
        """Whether nothing in a loop bounds its rounds."""
        if loop not in self._endless:
            self._endless[loop] = is_endless(loop, self._module.fact(References))
        return self._endless[loop]

    def comes_again(self, node: ast.AST, loop: LoopNode, owner: Callable) -> bool:
        """Whether control can get from a node back to the head of a loop around it."""
        if loop not in self._repeated:
            self._repeated[loop] = repeated(self._module.fact(Graphs).of(owner), loop)
        return node in self._repeated[loop]


def is_endless(loop: ast.AST, references: References) -> bool:
    """Whether nothing in a loop bounds its rounds: no counter, no clock, no collection that is used up."""
    if isinstance(loop, ast.While):
        moving = _moving(loop, references)
        if _is_never_entered(loop) or _bounds(loop.test, moving, when=True):
            return False
        return not any(_bounds(test, moving, when=not leaves) for test, leaves in _ways_out(loop))
    if isinstance(loop, ast.For) and _counts_for_ever(loop.iter, references):
        moving = _moving(loop, references) | _targets(loop)
        return not any(_bounds(test, moving, when=not leaves) for test, leaves in _ways_out(loop))
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
            values = [references.constants.value(argument, otherwise=None) for argument in node.args]
            if None in values:
                return None
            if node.func.id == "range" and all(isinstance(value, int) for value in values):
                return len(range(*values))
            is_copy = node.func.id == "enumerate" or references.catalogue.has("copies", node.func.id)
            if is_copy and node.args:
                return _elements(node.args[0], references)
    except (TypeError, ValueError, OverflowError):
        return None
    value = references.constants.value(node, otherwise=None)
    return len(value) if isinstance(value, str | tuple | list) else None


def _counted(loop: ast.While, references: References) -> int | None:
    """`while attempt < 3` with `attempt += 1`, begun at a constant."""
    match loop.test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() as order], comparators=[limit]):
            start = _start(loop, name, references)
            value = references.constants.value(limit, otherwise=None)
            if name in _moving(loop, references) and start is not None and isinstance(value, int):
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
    names = names_of(references.of(node.func))
    if names & _ENDLESS:
        return True
    if names & {"itertools.repeat"}:
        return len(node.args) == 1 and not node.keywords
    if names & {"builtins.enumerate"} and node.args:
        return _counts_for_ever(node.args[0], references)
    return False


# Tests


def _ways_out(loop: LoopNode) -> Iterator[tuple[ast.expr, bool]]:
    """The tests in a loop under which it is left, each with the answer that leaves it."""
    yield from _last_rounds(loop.body)
    for node in _inside(loop):
        match node:
            case ast.If():
                if any(map(leaves, node.body)):
                    yield node.test, True
                if any(map(leaves, node.orelse)):
                    yield node.test, False
            case ast.Assert():
                yield node.test, False
        for block in ("body", "orelse", "finalbody"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                yield from _last_rounds(statements)


def _last_rounds(block: list[ast.stmt]) -> Iterator[tuple[ast.expr, bool]]:
    """`if attempt < 3: continue`, where what is behind it leaves the loop."""
    is_left = False
    for statement in reversed(block):
        match statement:
            case ast.If(body=[*_, ast.Continue()], orelse=[]):
                if is_left:
                    yield statement.test, False
                is_left = False
            case _:
                is_left = is_left or leaves(statement)


def leaves(statement: ast.stmt) -> bool:
    """Whether a statement of a loop leaves it; an inner `if` is looked at for itself."""
    # `break` inside an inner loop leaves that one.
    nodes = own(statement, apart=Inner | LoopNode | ast.If)
    return any(isinstance(node, _EXITS) or _is_failing(node) for node in nodes)


def _is_failing(node: ast.AST) -> bool:
    """`assert False`."""
    return isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant) and not node.test.value


def _bounds(test: ast.expr, moving: set[str], *, when: bool) -> bool:
    """Whether a test becomes false (or true, with `when=False`) after some rounds, whatever others do."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, when = test.operand, not when
    match test:
        case ast.BoolOp(op=operator, values=values):
            found = [_bounds(value, moving, when=when) for value in values]
            return any(found) if isinstance(operator, ast.And) is when else all(found)
        case ast.Compare(ops=[operation, *_]) if not isinstance(operation, _ORDERED):
            return False
    return _moves(test, moving)


def _moves(node: ast.expr, moving: set[str]) -> bool:
    """Whether something reads a clock, or what is counted or used up in the loop."""
    return any(is_clock(found) or _path(found) in moving for found in below(node))


def is_clock(node: ast.AST) -> bool:
    """Whether an expression asks a clock for the time."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else _path(node.func)
    return name in load().last_names("clock")


def _moving(loop: LoopNode, references: References) -> set[str]:
    """What is counted up or down, used up, collected, or given a clock's time in a loop."""
    nodes = list(_inside(loop))
    # Elements taken out or collected: a test of how many there are comes true.
    taking = references.catalogue.members("removes") | references.catalogue.members("stores")
    moved = {path for node in nodes for path in _moved(node, taking) if path is not None} | _of_clocks(nodes)
    # Of a queue that is asked whether it is empty, `get` takes; of anything else it may only read.
    return moved | (_called(nodes, "empty", "qsize") & _called(nodes, "get"))


def _of_clocks(nodes: list[ast.AST]) -> set[str]:
    """What is reckoned from a clock's time: `elapsed = now - start`."""
    stores = [node for node in nodes if isinstance(node, ast.Assign) and len(node.targets) == 1]
    timed: set[str] = set()
    for _ in range(_LONGEST_RECKONING):
        new = {_path(store.targets[0]) for store in stores if _reckons(store.value, timed)} - timed
        timed |= {path for path in new if path is not None}
    return timed


def _reckons(value: ast.expr, timed: set[str]) -> bool:
    parts = list(below(value))
    return not any(isinstance(part, ast.Await) for part in parts) and any(
        is_clock(part) or _path(part) in timed for part in parts
    )


def _called(nodes: list[ast.AST], *methods: str) -> set[str]:
    """The objects of which a method is called."""
    functions = (node.func for node in nodes if isinstance(node, ast.Call))
    called = (_path(f.value) for f in functions if isinstance(f, ast.Attribute) and f.attr in methods)
    return {path for path in called if path is not None}


def _moved(node: ast.AST, taking: Container[str]) -> Iterator[str | None]:
    match node:
        case ast.AugAssign(op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() | ast.Div(), target=target):
            yield _path(target)
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult())):
            if _path(target) == _path(left):
                yield _path(target)
        case ast.Assign(targets=[target], value=ast.Subscript(value=value, slice=ast.Slice())):
            if _path(target) == _path(value):
                yield _path(target)
        case ast.Call(func=ast.Attribute(value=value, attr=attribute)) if attribute in taking:
            yield _path(value)
        case ast.Call(func=ast.Name(id="next"), args=[iterator, *_]):
            yield _path(iterator)


def _path(node: ast.AST) -> str | None:
    """A name, an attribute of one or an entry under a constant key, as text."""
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute():
                parts.append(f".{node.attr}")
            case ast.Subscript(slice=ast.Constant(value=key)):
                parts.append(f"[{key!r}]")
            case _:
                return None
        node = node.value
    return node.id + "".join(reversed(parts))


def _targets(loop: ast.For) -> set[str]:
    return {node.id for node in find(ast.Name, loop.target)}


def _inside(loop: LoopNode) -> Iterator[ast.AST]:
    """The nodes of a loop's test and body, without those of functions in it."""
    return own(*loop.body, *([loop.test] if isinstance(loop, ast.While) else []))
