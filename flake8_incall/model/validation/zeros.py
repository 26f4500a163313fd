"""Which value of a parameter makes a divisor zero, and whether the tests on the way let it pass."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import deciding
from flake8_incall.model.objects.references import References
from flake8_incall.model.validation.state import State, Witness
from flake8_incall.model.validation.traces import Trace

if TYPE_CHECKING:
    from flake8_incall.model.validation.machine import Machine

_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def zero_of(divisor: ast.expr, references: References) -> tuple[ast.Name, float] | None:
    """Return the name in a divisor such as `guests - 1`, and the value of it that makes the divisor zero."""
    match divisor:
        case ast.Name():
            return divisor, 0
        case ast.BinOp(left=ast.Name() as name, op=ast.Sub(), right=other):
            sign = 1
        case ast.BinOp(left=other, op=ast.Sub(), right=ast.Name() as name):
            sign = 1
        case ast.BinOp(left=ast.Name() as name, op=ast.Add(), right=other):
            sign = -1
        case ast.BinOp(left=other, op=ast.Add(), right=ast.Name() as name):
            sign = -1
        case _:
            return None
    number = _number(other, references)
    return (name, sign * number) if number is not None else None


def given_to(name: ast.Name, value: float, machine: Machine, step: Step, state: State) -> Iterator[Trace]:
    """Yield the parameters that come to a step with one value, as far as tests of each alone decide.

    Args:
        name: The name that a parameter has.
        value: The value.
        machine: The pass along the function.
        step: The step.
        state: What is known there.
    """
    if any(binding.kind is not Kind.PARAMETER for binding in machine.summaries.module.names.bindings_of(name)):
        return
    for place in (Witness(name.id), Witness(machine.variable(step, name.id))):
        for trace in state.get(place).traces:
            if trace.is_unchecked or (trace.is_checked and _passes(machine, step, name, value, trace)):
                yield trace


def _passes(machine: Machine, step: Step, name: ast.Name, value: float, trace: Trace) -> bool:
    if not all(isinstance(test, ast.expr) for test, _ in trace.checks):
        return False
    module = machine.summaries.module
    decisive = deciding(module.fact(Graphs).of(machine.body), step)
    tests = [(test.node, way) for test, way in decisive if any(n.id == name.id for n in machine.names_in(test.node))]
    references = module.fact(References)
    return bool(tests) and all(_truth(test, name.id, value, references) is way for test, way in tests)


def _truth(test: ast.AST, name: str, value: float, references: References) -> bool | None:
    """How a test goes for one value of a name; `None` where that cannot be told."""
    match test:
        case ast.Name():
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            truth = _truth(inner, name, value, references)
            return None if truth is None else not truth
        case ast.Compare(left=first, ops=ops, comparators=others):
            operands = [_value(node, name, value, references) for node in (first, *others)]
            orders = [_ORDERS.get(type(op)) for op in ops]
            if None in operands or None in orders:
                return None
            pairs = zip(orders, operands, operands[1:], strict=False)
            return all(order is not None and order(left, right) for order, left, right in pairs)
    return None


def _value(node: ast.expr, name: str, value: float, references: References) -> float | None:
    return value if isinstance(node, ast.Name) and node.id == name else _number(node, references)


def _number(node: ast.expr, references: References) -> float | None:
    number = references.constants.value(node, otherwise=None)
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None
