"""Parameters that a `case` checks, and the traces that its captures carry."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import below, find
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.flow.statements import is_irrefutable
from flake8_incall.model.validation.state import State
from flake8_incall.model.validation.traces import Label, Value

if TYPE_CHECKING:
    from flake8_incall.model.validation.machine import Machine


def looked_at(machine: Machine, step: Step, state: State, case: ast.match_case) -> frozenset[Label]:
    """The parameters that a pattern tests: `case "paid", _` of `match state, name` tests the first only."""
    pairs = _pairs(machine, step, state, case.pattern)
    if pairs is None:
        return state.stack[-1].labels
    tested = [value.labels for pattern, value in pairs if not is_irrefutable(pattern)]
    return frozenset[Label]().union(*tested)


def captured(machine: Machine, step: Step, state: State, case: ast.match_case) -> Iterator[tuple[str, Value]]:
    """The names that a pattern binds, each with what it carries."""
    pairs = _pairs(machine, step, state, case.pattern)
    for pattern, value in pairs or [(case.pattern, state.stack[-1])]:
        for part in below(pattern):
            name = getattr(part, "name", getattr(part, "rest", None))
            if isinstance(part, ast.MatchAs | ast.MatchStar | ast.MatchMapping) and name:
                yield name, value


def _pairs(machine: Machine, step: Step, state: State, pattern: ast.pattern) -> list[tuple[ast.pattern, Value]] | None:
    """The parts of the pattern with those of a subject that is written out; `None` where they do not pair."""
    parent = machine.summaries.module.parents[step.node]
    subject = parent.subject if isinstance(parent, ast.Match) else None
    if not isinstance(subject, ast.Tuple | ast.List):
        return None
    alternatives = pattern.patterns if isinstance(pattern, ast.MatchOr) else [pattern]
    found: list[tuple[ast.pattern, Value]] = []
    for alternative in alternatives:
        if not isinstance(alternative, ast.MatchSequence) or len(alternative.patterns) != len(subject.elts):
            return None
        if any(isinstance(part, ast.MatchStar | ast.Starred) for part in (*alternative.patterns, *subject.elts)):
            return None
        found += [(p, _value(machine, step, state, e)) for p, e in zip(alternative.patterns, subject.elts, strict=True)]
    return found


def _value(machine: Machine, step: Step, state: State, element: ast.expr) -> Value:
    """The traces of one element of the subject: those of the variables in it."""
    if isinstance(element, ast.Name):
        return state.get(machine.variable(step, element.id))
    names = [node.id for node in find(ast.Name, element)]
    labels = frozenset[Label]().union(*(state.get(machine.variable(step, name)).labels for name in names))
    whole = state.stack[-1]
    return Value((step, element), frozenset(trace for trace in whole.traces if trace.label in labels))
