"""Which variables are still read: what nothing reads need not be told apart."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.flow.graph import Action, Body, Graph, Step
from flake8_incall.model.interpreter.state import Variable

# The variable that a handler keeps its exception in, for a `raise` that raises it again.
HANDLED = "<handled>"

_INNER = FunctionNode | ast.Lambda | ast.ClassDef

Home = Callable[[ast.AST, str], Variable]


@dataclass(frozen=True, slots=True)
class Liveness:
    """The variables of one function, and at which steps they are still read.

    Attributes:
        variables: The variables that can die, each with its bit.
        live: For each step, by its index, the variables that it or a later step reads.
    """

    variables: dict[Variable, int]
    live: list[int]

    def is_live(self, step: Step, variable: Variable) -> bool:
        """Whether a variable is read from a step on, as far as can be told."""
        bit = self.variables.get(variable)
        return bit is None or bool(self.live[step.index] & bit)

    def dead(self, step: Step, variables: Iterator[Variable]) -> list[Variable]:
        """Those of the variables that nothing reads from a step on."""
        alive = self.live[step.index]
        return [v for v in variables if (bit := self.variables.get(v)) is not None and not alive & bit]


def liveness(graph: Graph, home: Home) -> Liveness:
    """Work out which variables of a function are read where.

    Args:
        graph: The function's graph.
        home: From the scope in which a name stands and the name to the variable.
    """
    reads = [[home(step.scope, name) for name in _read(step)] for step in graph.steps]
    writes = [[home(step.scope, name) for name in _written(step)] for step in graph.steps]
    captured = {home(graph.function, name) for name in _captured(graph)}
    own = (v for found in (*reads, *writes) for v in found if _is_own(v, graph.function))
    mine = dict.fromkeys(variable for variable in own if variable not in captured)
    bits = {variable: 1 << number for number, variable in enumerate(mine)}
    uses = [sum({bits[v] for v in found if v in bits}) for found in reads]
    kills = [~sum({bits[v] for v in found if v in bits}) for found in writes]
    live = [0] * len(graph.steps)
    changed = True
    while changed:
        changed = False
        for step in reversed(graph.steps):
            after = 0
            for successor in step.successors:
                after |= live[successor.index]
            before = uses[step.index] | (after & kills[step.index])
            if before != live[step.index]:
                live[step.index] = before
                changed = graph.has_loops
    return Liveness(bits, live)


def _is_own(variable: Variable, function: Body) -> bool:
    scope, _ = variable
    return scope.node is function or scope.is_comprehension


def _read(step: Step) -> Iterator[str]:
    node = step.node
    if isinstance(node, ast.Name) and step.action in (Action.EVALUATE, Action.DELETE):
        yield node.id
    elif isinstance(node, ast.Raise) and node.exc is None:
        yield HANDLED


def _written(step: Step) -> Iterator[str]:
    node = step.node
    if step.action is Action.STORE and isinstance(node, ast.Name):
        yield node.id


def _captured(graph: Graph) -> Iterator[str]:
    """Names that functions and classes inside may read or write at any time."""
    inner = {step.node for step in graph.steps if isinstance(step.node, _INNER) and step.node is not graph.function}
    for node in inner:
        yield from (part.id for part in below(node) if isinstance(part, ast.Name))
