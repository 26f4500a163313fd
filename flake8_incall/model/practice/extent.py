"""How much a function does: its statements, and the ways through it."""

from __future__ import annotations

import ast

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import own
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.flow.graphs import Graphs


def statements(function: InCallFunction) -> int:
    """The statements of a function, without its docstring and without those of functions and classes inside it."""
    body = function.node.body
    nodes = own(*(body[1:] if function.fact(docstring_of).exists else body))
    return sum(isinstance(node, ast.stmt) for node in nodes)


def complexity(function: InCallFunction) -> int:
    """The cyclomatic complexity: one more than the places where the way forks, in the graph of its control flow.

    Parts of `and` and `or`, conditions of comprehensions, cases and handlers count one each. Where an exception may
    come up does not count, nor does the end of an iterator in a comprehension.
    """
    steps = function.module.fact(Graphs).of(function.node).steps
    forks = {step.node for step in steps if step.other is not None and not isinstance(step.node, _UNCOUNTED)}
    return 1 + len(forks)


# A comprehension's own end is no decision, and whether a manager swallows an exception is not the function's.
_UNCOUNTED = ast.comprehension | ast.withitem
