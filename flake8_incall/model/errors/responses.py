"""Responses whose body is read, and whether their status is looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Type
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.errors.handlers import Function
from flake8_incall.model.flow.graph import Action, Graph
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import after, dominators, steps_of
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Instance

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# What raises by itself when the service answers with an error.
_RAISING = "urllib.request."
# By these a client looks at the status of each response itself.
LOOKING_CLIENT = frozenset({"raise_for_status", "event_hooks", "hooks"})


@dataclass(frozen=True, slots=True)
class Unlooked:
    """A read of a response's body that no look at its status goes with.

    Attributes:
        read: The attribute that reads the body.
        status: What to look at instead.
    """

    read: ast.Attribute
    status: str


def unlooked(function: InCallFunction) -> Iterator[Unlooked]:
    """The first such read of each response that a function or its helpers get."""
    module = function.module
    found = [read for owner, _ in module.fact(Failures).owners(function) for read in _in(owner, module)]
    if found and not _has_looking_client(module):
        yield from found


def _in(owner: Function, module: Module) -> Iterator[Unlooked]:
    nodes = module.fact(Calls).nodes(owner)
    graph = module.fact(Graphs).of(owner)
    own = set(nodes)
    told: set[str] = set()
    body_attributes = module.catalogue.members("has-body")
    for node in nodes:
        if not isinstance(node, ast.Attribute) or node.attr not in body_attributes or node not in graph.of_node:
            continue
        response = _response(node.value, own, module)
        if response is None:
            continue
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        if name not in told and not _is_looked_at(node, name, response, nodes, graph, module):
            told.add(name)
            yield Unlooked(node, f"{name}." * bool(name) + response.status[0])


def _response(node: ast.expr, own: set[ast.AST], module: Module) -> Type | None:
    """The type of a response that is got in the same function."""
    for referent in module.fact(References).of(node):
        maker = referent.maker if isinstance(referent, Instance) else None
        if isinstance(referent, Instance) and maker is not None and maker.origin in own:
            if maker.name.startswith(_RAISING):
                continue
            known = module.catalogue.type(referent.type.name)
            is_checked = known is not None and maker.name.rpartition(".")[2] in known.status
            if known is not None and known.status and not referent.type.forms and not is_checked:
                return known
    return None


def _is_looked_at(
    read: ast.Attribute, name: str, response: Type, nodes: list[ast.AST], graph: Graph, module: Module
) -> bool:
    """Whether the status is looked at on every way to a read, or right behind it."""
    if not name:
        return False
    looks: list[ast.AST] = []
    for node in nodes:
        if _is_read(node, name, module):
            parent = module.parents[node]
            if isinstance(parent, ast.Attribute) and parent.attr not in response.status:
                continue
            if _is_asserted(node, module):
                continue
            if _is_on_the_way(node, read, graph):
                return True
            looks.append(node)
    return any(getattr(look, "lineno", 0) > read.lineno for look in looks) and _is_behind(looks, read, graph)


def _is_read(node: ast.AST, name: str, module: Module) -> bool:
    """Whether a node reads a variable, or the value that it is just given: `(answer := await get()).is_error`."""
    match node:
        case ast.Name(id=own, ctx=ast.Load()):
            return own == name
        case ast.NamedExpr(target=ast.Name(id=own)):
            return own == name and isinstance(module.parents[node], ast.Attribute | ast.Call)
    return False


def _is_asserted(look: ast.AST, module: Module) -> bool:
    """Whether a look is an `assert` whose exception escapes: no answer to the caller, and no look at all under `-O`."""
    statement = next(outer for outer, _ in module.index.outward(look) if isinstance(outer, ast.stmt))
    if not isinstance(statement, ast.Assert):
        return False
    raised = frozenset({"builtins.AssertionError"})
    return bool(module.fact(Failures).handlers.way_out(statement, raised, is_strict=False).left)


def _is_on_the_way(look: ast.AST, read: ast.AST, graph: Graph) -> bool:
    tree = graph.fact(dominators)
    pairs = product(steps_of(graph, [look]), steps_of(graph, [read]))
    return any(tree.dominates(one, other) or tree.dominates(other, one) for one, other in pairs)


def _is_behind(looks: list[ast.AST], read: ast.AST, graph: Graph) -> bool:
    """Whether every way on from a read comes to a look, but for those on which something is raised."""
    ways_on = after(steps_of(graph, [read]), avoiding={*steps_of(graph, looks)})
    return not any(step.action is Action.RETURN or step is graph.fallen for step in ways_on)


def _has_looking_client(module: Module) -> bool:
    return any(keyword.arg in LOOKING_CLIENT for keyword in module.index.nodes(ast.keyword))
