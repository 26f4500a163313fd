"""What is below a syntax node, found faster than `ast` does, and kinds of nodes that are asked for together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import UnionType
from typing import TypeVar

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
LoopNode = ast.While | ast.For | ast.AsyncFor
# What has a body that runs at another time than the code around it, or in a scope of its own.
Inner = FunctionNode | ast.Lambda | ast.ClassDef

# Fields that hold names, marks, or what the parser shares between all its parents: `Load`, `Add`, `And`, `Not`, ...
_LEAVES = frozenset(
    {"asname", "attr", "conversion", "ctx", "id", "kind", "level", "module", "op", "ops", "type_comment"}
)
Node = TypeVar("Node", bound=ast.AST)
_fields: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: (), ast.Global: (), ast.Nonlocal: ()}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node, in source order as far as the tree keeps it; shared ones are left out."""
    kind = node.__class__
    fields = _fields.get(kind)
    if fields is None:
        fields = _fields[kind] = tuple(name for name in kind._fields if name not in _LEAVES)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [child for child in value if isinstance(child, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def below(*nodes: ast.AST) -> Iterator[ast.AST]:
    """Yield nodes and all that is below them, each before its parts, in source order; shared nodes are left out."""
    pending = [*reversed(nodes)]
    while pending:
        current = pending.pop()
        yield current
        pending += reversed(children(current))


def find(kind: type[Node], *nodes: ast.AST) -> Iterator[Node]:
    """Yield the nodes of a class that some nodes are, or have below them, in source order."""
    return (node for node in below(*nodes) if isinstance(node, kind))


def own(*nodes: ast.AST, apart: UnionType = Inner) -> Iterator[ast.AST]:
    """Yield nodes and what is below them, in source order; of functions, lambdas and classes nothing but the node.

    Args:
        nodes: The nodes to begin with.
        apart: The classes of nodes whose parts are left out.
    """
    pending = [*reversed(nodes)]
    while pending:
        current = pending.pop()
        yield current
        if not isinstance(current, apart):
            pending += reversed(children(current))


def last_name(node: ast.AST) -> str:
    """Return a name, or the last one of a chain of attributes; nothing for other expressions."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def uncalled(node: ast.expr) -> ast.expr:
    """Return a decorator or context manager without the arguments that it is given."""
    return node.func if isinstance(node, ast.Call) else node


def quoted(text: str) -> list[ast.expr]:
    """Return the expression that an annotation in quotes is, if it is one."""
    try:
        return [ast.parse(text.strip(), mode="eval").body]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def values_given(call: ast.Call) -> list[ast.expr]:
    """Return all arguments of a call, those by position first."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def body_of(function: FunctionNode | ast.Lambda | ast.Expression) -> list[ast.stmt] | list[ast.expr]:
    """Return the nodes that a function, a lambda or an expression by itself consists of."""
    return function.body if isinstance(function, FunctionNode) else [function.body]


def has_yield(function: FunctionNode | ast.Lambda | ast.Expression) -> bool:
    """Whether a function has a `yield` of its own."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own(*body_of(function)))


def handed_out(function: FunctionNode) -> Iterator[ast.expr]:
    """Yield the values that a function returns or yields, not those of functions inside it."""
    handing = (node.value for node in own(*function.body) if isinstance(node, ast.Return | ast.Yield))
    return (value for value in handing if value is not None)


def is_stub(function: FunctionNode) -> bool:
    """Whether a function does nothing yet: it holds a docstring, `...`, `pass` or `raise NotImplementedError`."""
    for statement in function.body:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
                continue
        return False
    return True
