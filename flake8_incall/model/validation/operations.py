"""Operations that raise on some values: divisions, look-ups, conversions, unpacking."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Container
from flake8_incall.model.validation.tests_of_keys import lets_other_keys_pass
from flake8_incall.model.validation.traces import Label, Relation, Shape, Value
from flake8_incall.model.validation.uses import Use
from flake8_incall.model.validation.zeros import given_to, zero_of

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.validation.machine import Machine
    from flake8_incall.model.validation.state import State

_VALUE, _INDEX, _KEY, _ZERO = "ValueError", "IndexError", "KeyError", "ZeroDivisionError"


def rejections(names: Iterable[str], catalogue: Catalogue) -> list[str]:
    """The exceptions by which functions refuse what they cannot convert."""
    found = map(catalogue.api, sorted(names))
    return [api.rejects for api in found if api is not None and api.rejects]


def shape_of(names: frozenset[str], catalogue: Catalogue) -> Shape:
    """What a conversion makes."""
    return Shape.NUMBER if catalogue.any_has("is-number", names) else Shape.OTHER


def convert(machine: Machine, node: ast.Call, names: frozenset[str], arguments: list[Value]) -> None:
    """`int(text)`: the first argument is what is converted."""
    if not arguments or not node.args:
        return
    raised = next(iter(rejections(names, machine.summaries.module.catalogue)), _VALUE)
    _note(machine, node, arguments[0], (Shape.TEXT, Shape.ANY), raised)


def divide(machine: Machine, step: Step, state: State, node: Any, operands: list[Value]) -> None:
    """`a / b`, `a // b` and `a % b` of numbers."""
    if not isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod):
        return
    left, right = operands
    template, divisor = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    if isinstance(node.op, ast.Mod) and not _is_number(template, left):
        return
    _note(machine, node, right, (Shape.NUMBER,), _ZERO)
    if isinstance(right.made, Step) and isinstance(right.made.node, ast.BinOp):
        # `shares = guests - 1` and then `total / shares`.
        divisor = right.made.node
    zero = zero_of(divisor, machine.summaries.module.fact(References)) if right.traces else None
    if zero is None:
        return
    for trace in given_to(*zero, machine, step, state):
        if trace.shape in (Shape.NUMBER, Shape.GIVEN):
            use = Use(trace.label, node, operation=node, shape=trace.shape, fits=(Shape.NUMBER,))
            machine.summaries.note_operation(machine, node, use, _ZERO)


def divide_by(machine: Machine, node: ast.Call, arguments: list[Value]) -> None:
    """`divmod(a, b)`: the second argument is the divisor."""
    for divisor in arguments[1:2]:
        _note(machine, node, divisor, (Shape.NUMBER,), _ZERO)


def _is_number(node: ast.expr, value: Value) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float)
    shapes = {trace.shape for trace in value.traces}
    return bool(shapes) and shapes <= {Shape.NUMBER, Shape.CALCULATED}


def look_up(machine: Machine, node: ast.Subscript, owner: Value, key: Value) -> None:
    """`names[0]`, `order["id"]` of a parameter, and `TABLE[key]` with a parameter for a key."""
    constant = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(node.slice, ast.UnaryOp) and isinstance(node.slice.operand, ast.Constant):
        constant = -1 if node.slice.operand.value == 1 else -2
    if isinstance(constant, int) and not isinstance(constant, bool):
        shapes = (Shape.TEXT, Shape.ITEMS) if constant in (0, -1) else (Shape.TEXT, Shape.ITEMS, Shape.SPLIT)
        _note(machine, node, owner, shapes, _INDEX)
    elif isinstance(constant, str):
        _note(machine, node, owner, (Shape.TABLE,), _KEY)
    elif not owner.traces and key.traces:
        kinds = {
            _kind_of(r.node)
            for r in machine.summaries.module.fact(References).of(node.value)
            if isinstance(r, Container)
        }
        if kinds == {_KEY}:
            kept = (Shape.TEXT, Shape.NUMBER, Shape.CALCULATED, Shape.ANY)
            _note(machine, node, key, kept, _KEY)
            for trace in key.traces:
                if trace.is_checked and trace.relation is Relation.CARRIES and lets_other_keys_pass(machine, trace):
                    use = Use(trace.label, node, operation=node, shape=trace.shape, fits=kept)
                    machine.summaries.note_operation(machine, node, use, _KEY)
        elif kinds == {_INDEX}:
            _note(machine, node, key, (Shape.NUMBER, Shape.CALCULATED), _INDEX)


def _kind_of(container: ast.AST) -> str:
    if isinstance(container, ast.Dict | ast.DictComp):
        return _KEY
    return _INDEX if isinstance(container, ast.List | ast.Tuple | ast.ListComp) else ""


def unpack(machine: Machine, target: ast.Tuple | ast.List, value: Value) -> None:
    """`first, last = name.split(" ")`."""
    if not any(isinstance(element, ast.Starred) for element in target.elts):
        _note(machine, target, value, (Shape.TEXT, Shape.ITEMS, Shape.SPLIT), _VALUE)


def _note(machine: Machine, node: ast.expr, value: Value, shapes: tuple[Shape, ...], raised: str) -> None:
    """Note an operation that raises on some shapes."""
    kept = (*shapes, Shape.GIVEN)
    labels: dict[Label, Shape] = {t.label: t.shape for t in value.traces if t.is_unchecked and t.shape in kept}
    for label, shape in labels.items():
        use = Use(label, node, operation=node, shape=shape, fits=shapes)
        machine.summaries.note_operation(machine, node, use, raised)
