"""What the expressions of a function make of its parameters."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.validation import operations
from flake8_incall.model.validation.calls import call
from flake8_incall.model.validation.state import State
from flake8_incall.model.validation.traces import NONE, Relation, Shape, Traces, Value, related, reshaped, union

if TYPE_CHECKING:
    from flake8_incall.model.validation.machine import Machine

_Evaluate = Callable[["Machine", Step, State, Any, list[Value]], Traces]


def evaluate(machine: Machine, step: Step, state: State) -> Value:
    """Take the operands of an expression from the stack and give its value."""
    node = step.node
    operands = state.pop(step.pops)
    if isinstance(node, ast.Name):
        value = state.get(machine.variable(step, node.id))
        return value if value.made is not None else Value(step)
    if isinstance(node, ast.Await | ast.Starred | ast.Yield):
        return operands[0] if operands else Value(step)
    handler = _EVALUATE.get(type(node))
    traces = handler(machine, step, state, node, operands) if handler is not None else NONE
    is_display = isinstance(node, ast.List | ast.Tuple) and not any(isinstance(e, ast.Starred) for e in node.elts)
    return Value(step, traces, tuple(operands) if is_display else ())


def _together(_: Machine, __: Step, ___: State, node: ast.expr, operands: list[Value]) -> Traces:
    return union(operands)


def _text(_: Machine, __: Step, ___: State, node: ast.expr, operands: list[Value]) -> Traces:
    # The text of a number is a number again where it is converted.
    return reshaped(union(operands), lambda shape: shape if shape is Shape.NUMBER else Shape.TEXT)


def _sequence(_: Machine, __: Step, ___: State, node: ast.expr, operands: list[Value]) -> Traces:
    return reshaped(union(operands), lambda _: Shape.OTHER)


def _attribute(machine: Machine, step: Step, state: State, node: ast.Attribute, operands: list[Value]) -> Traces:
    variable = machine.member(step, node)
    if variable is not None and (found := state.get(variable)).made is not None:
        return found.traces
    return reshaped(operands[0].traces, lambda shape: shape if shape in (Shape.TEXT, Shape.GIVEN) else Shape.OTHER)


def _subscript(machine: Machine, step: Step, state: State, node: ast.Subscript, operands: list[Value]) -> Traces:
    owner, key = operands
    if isinstance(node.slice, ast.Slice):
        # `notes[:500]` holds a text to a length.
        return NONE if node.slice.upper is not None else owner.traces
    operations.look_up(machine, node, owner, key)
    found = reshaped(owner.traces, lambda shape: Shape.TEXT if shape in (Shape.TEXT, Shape.SPLIT) else Shape.ANY)
    if key.traces:
        # What stands in a table under a parameter is no word of the caller's, and without an entry it raises.
        machine.passed(state, key.labels, node)
        return found | related(key.traces, Relation.TELLS)
    return found


def _binary(machine: Machine, step: Step, state: State, node: Any, operands: list[Value]) -> Traces:
    left, right = operands
    operations.divide(machine, step, state, node, operands)
    shapes = {trace.shape for trace in (*left.traces, *right.traces)}
    if isinstance(node.op, ast.Mod) and Shape.TEXT not in shapes and not _is_text(left, node):
        # The rest of a division is within bounds.
        return related(left.traces, Relation.TELLS) | right.traces
    if isinstance(node.op, ast.Add | ast.Mod):
        return reshaped(union(operands), _calculated)
    return reshaped(union(operands), lambda shape: Shape.CALCULATED if shape is Shape.ANY else _calculated(shape))


def _is_text(left: Value, node: Any) -> bool:
    template = node.left if isinstance(node, ast.BinOp) else node.target
    return isinstance(template, ast.JoinedStr | ast.Name | ast.Attribute) or (
        isinstance(template, ast.Constant) and isinstance(template.value, str)
    )


def _calculated(shape: Shape) -> Shape:
    return _CALCULATED.get(shape, shape)


def _unary(_: Machine, __: Step, ___: State, node: ast.UnaryOp, operands: list[Value]) -> Traces:
    if isinstance(node.op, ast.Not):
        return related(operands[0].traces, Relation.TELLS)
    return reshaped(operands[0].traces, _calculated)


def _compare(machine: Machine, _: Step, __: State, node: ast.Compare, operands: list[Value]) -> Traces:
    parent = machine.summaries.module.parents[node]
    is_argument = isinstance(parent, ast.Call) and node in parent.args
    if is_argument and not operands[0].traces and isinstance(node.left, ast.Attribute | ast.Call):
        # `select(...).where(Order.id == order_id)`: no answer, but a part of a statement.
        return union(operands)
    return related(union(operands), Relation.TELLS)


_CALCULATED = {Shape.NUMBER: Shape.CALCULATED, Shape.GIVEN: Shape.OTHER}
_EVALUATE: dict[type[ast.AST], _Evaluate] = {
    ast.FormattedValue: _text,
    ast.JoinedStr: _text,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _sequence,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: call,
    ast.BinOp: _binary,
    ast.AugAssign: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
}
