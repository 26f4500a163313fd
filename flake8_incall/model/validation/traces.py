"""Traces of a parameter in values, and what was tested of it on the way to where the value is.

A test counts where it decides something: behind `if not name: return error` every way has passed it with one outcome.
Behind `if not name: logger.warning(...)` both outcomes meet again, and the test is worth nothing. So a trace keeps the
outcomes that led to it, and where both outcomes of a test come together the test is struck out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple

# More tests of one parameter than these are not told apart: it is taken for checked.
_MOST_CHECKS = 12
_MOST_TRACES = 24


class Relation(Enum):
    """What a value has to do with a parameter."""

    CARRIES = auto()  # it is the parameter, or made of it
    TELLS = auto()  # it says something about it: a comparison, a length, a flag that depends on it
    REPLY = auto()  # it is what an external call answered to it

    # There is one object of each, and its own hash is faster than that of its name.
    __hash__ = object.__hash__


class Shape(Enum):
    """What carries a parameter, as far as it decides which operations raise."""

    TEXT = auto()
    NUMBER = auto()  # the number as it came
    CALCULATED = auto()  # a number made of it
    ITEMS = auto()
    SPLIT = auto()  # the parts of a text, of which there is at least one
    TABLE = auto()
    GIVEN = auto()  # what a helper is handed with no type: what its caller has
    ANY = auto()
    OTHER = auto()

    # There is one object of each, and its own hash is faster than that of its name.
    __hash__ = object.__hash__


class Outcome(Enum):
    """How a test went."""

    FIRST = auto()  # one of two ways; for what raises, that it did
    SECOND = auto()  # the other
    SOME = auto()  # one that is not told apart from others
    HELD = auto()  # no check of the parameter: a condition on something else that is asked again held
    FAILED = auto()  # the same did not hold
    UNSEEN = auto()  # no check: a loop over the value that has not begun

    # There is one object of each, and its own hash is faster than that of its name.
    __hash__ = object.__hash__


# What was tested, a node or a step of the graph, and how that went.
Check = tuple[object, Outcome]
Checks = frozenset[Check]
# A parameter by name; for a function inside another, a variable of that as scope and name.
Label = object

_ASIDE = {Outcome.FIRST: Outcome.HELD, Outcome.SECOND: Outcome.FAILED}
_PAIRS = ((Outcome.FIRST, Outcome.SECOND), (Outcome.HELD, Outcome.FAILED))
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_BEYOND: Check = ("more tests than are told apart", Outcome.SOME)


class Trace(NamedTuple):
    """One parameter in a value.

    Attributes:
        label: The parameter.
        relation: What the value has to do with it.
        shape: What carries it.
        checks: The outcomes of tests on the way; without any, it is unchecked.
    """

    label: Label
    relation: Relation
    shape: Shape = Shape.ANY
    checks: Checks = frozenset()

    @property
    def is_unchecked(self) -> bool:
        """Whether the value carries the parameter and no test decided on that."""
        return self.relation is Relation.CARRIES and not self.is_checked

    @property
    def is_checked(self) -> bool:
        """Whether a test of the parameter decided on the way."""
        return any(outcome not in _PAIRS[1] for _, outcome in self.checks)


Traces = frozenset[Trace]
NONE: Traces = frozenset()


class Value(NamedTuple):
    """A value.

    Attributes:
        made: What made it; two values with one maker are one value.
        traces: The parameters in it.
        items: What a list or tuple display was made of, until a variable keeps it.
    """

    made: object
    traces: Traces = NONE
    items: tuple[Value, ...] = ()

    @property
    def labels(self) -> frozenset[Label]:
        """The parameters that it has to do with."""
        return frozenset(trace.label for trace in self.traces)


def union(values: Iterable[Value]) -> Traces:
    """The traces of several values together."""
    found = [value.traces for value in values if value.traces]
    return simplified(frozenset().union(*found)) if len(found) > 1 else (found[0] if found else NONE)


def simplified(traces: Traces) -> Traces:
    """The traces without tests whose outcomes have come together again, and without what others cover."""
    if len(traces) < 2:
        return traces
    groups: dict[tuple[Label, Relation], list[Trace]] = {}
    for trace in traces:
        groups.setdefault(trace[:2], []).append(trace)
    if len(groups) == len(traces):
        return traces
    return frozenset(trace for group in groups.values() for trace in _merged(group))


def _merged(group: list[Trace]) -> Iterable[Trace]:
    """The traces of one parameter in a value; what carries it in several ways is taken for none of them."""
    if len(group) == 1:
        return group
    label, relation, shape, _ = group[0]
    if any(trace.shape is not shape for trace in group):
        shape = Shape.OTHER
    return [Trace(label, relation, shape, checks) for checks in _resolved({trace.checks for trace in group})]


def _resolved(group: set[Checks]) -> Iterator[Checks]:
    """Where both outcomes of a test lead to the same, whatever else is known of one of them, the test is struck out."""
    pending = list(group)
    while pending and len(group) <= _MOST_TRACES:
        checks = pending.pop()
        for test, outcome in checks:
            opposite = _OPPOSITE.get(outcome)
            rest = checks - {(test, outcome)}
            if opposite is None or rest in group:
                continue
            if any((test, opposite) in other and other - {(test, opposite)} <= rest for other in group):
                group.add(rest)
                # What is left may settle others that were looked at before.
                pending = list(group)
                break
    kept = [checks for checks in group if not any(other < checks for other in group)]
    yield from kept if len(group) <= _MOST_TRACES else [frozenset({_BEYOND})]


def changed(traces: Traces, labels: frozenset[Label], change: Callable[[Checks], Checks]) -> Traces:
    """The traces with the checks of what carries one of the labels changed; the same object where none is."""
    if labels.isdisjoint([trace.label for trace in traces]):
        return traces
    found = set()
    is_changed = False
    for trace in traces:
        if trace.relation is Relation.CARRIES and trace.label in labels:
            checks = change(trace.checks)
            is_changed = is_changed or checks != trace.checks
            found.add(trace._replace(checks=checks))
        else:
            found.add(trace)
    return simplified(frozenset(found)) if is_changed else traces


def tested(checks: Checks, test: object, outcome: Outcome) -> Checks:
    """Checks after one more test; a test that is made again, of another element, changes nothing."""
    if any(check[0] is test for check in checks):
        return checks
    return checks | {(test, outcome) if len(checks) < _MOST_CHECKS else _BEYOND}


def assumed(traces: Traces, labels: frozenset[Label], condition: str, outcome: Outcome) -> Traces:
    """The traces where a condition on something else went one way, without those where it has gone the other."""
    aside = condition, _ASIDE[outcome]
    opposite = condition, _OPPOSITE[aside[1]]
    found = (
        t._replace(checks=t.checks | {aside}) if t.relation is Relation.CARRIES and t.label not in labels else t
        for t in traces
        if opposite not in t.checks
    )
    return simplified(frozenset(found))


def forgotten(traces: Traces, tests: frozenset[object]) -> Traces:
    """The traces without the outcomes of some tests."""
    changed = (t._replace(checks=frozenset(c for c in t.checks if c[0] not in tests)) for t in traces)
    return simplified(frozenset(changed))


def outcomes(traces: Traces) -> frozenset[Checks]:
    """How the tests of parameters went on the ways to a value."""
    return frozenset(frozenset(c for c in trace.checks if c[1] not in _PAIRS[1]) for trace in traces)


def related(traces: Traces, relation: Relation, shape: Shape = Shape.OTHER) -> Traces:
    """Traces of the same parameters with a weaker relation."""
    strongest = {trace.label: relation for trace in traces}
    for trace in traces:
        if trace.relation is Relation.REPLY:
            strongest[trace.label] = Relation.REPLY
    return frozenset(Trace(label, kind, shape) for label, kind in strongest.items())


def reshaped(traces: Traces, change: Callable[[Shape], Shape]) -> Traces:
    """The traces with the shape of what carries a parameter changed."""
    return simplified(
        frozenset(t._replace(shape=change(t.shape)) if t.relation is Relation.CARRIES else t for t in traces)
    )


def checked_traces(traces: Traces, at: ast.AST) -> Traces:
    """The traces of what came through a check."""
    return frozenset(
        trace._replace(checks=tested(trace.checks, at, Outcome.SECOND)) if trace.relation is Relation.CARRIES else trace
        for trace in traces
    )
