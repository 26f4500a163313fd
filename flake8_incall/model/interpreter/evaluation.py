"""The value of each kind of expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter import dicts, operators
from flake8_incall.model.interpreter.attributes import member
from flake8_incall.model.interpreter.functions import collect
from flake8_incall.model.interpreter.invocation import awaited, invoke
from flake8_incall.model.interpreter.lookup import load
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome, Result, split
from flake8_incall.model.interpreter.sequences import UNKNOWN_ITEMS, iterate
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.stores import get_item, slice_of, with_item
from flake8_incall.model.interpreter.values import (
    NONE,
    TRUE,
    Constant,
    DictShape,
    Function,
    Iterating,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    symbol,
)

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.interpreter.machine import Machine

    _Evaluate = Callable[[Machine, State, Step, Any, list[Value]], Outcome]


def evaluate(machine: Machine, state: State, step: Step) -> Outcome:
    """Evaluate the node of a step, with its operands on the stack."""
    node = step.node
    operands = state.pop(step.pops)
    handler = _EVALUATE.get(type(node))
    if handler is None:
        state.release(operands)
        return Maybe(machine.fresh(step))
    if type(node) in _KEEPING:
        return handler(machine, state, step, node, [state.resolve(operand) for operand in operands])
    if not operands:
        return handler(machine, state, step, node, operands)
    results: list[tuple[State, Result]] = []
    for way, values in split(state, operands):
        outcome = handler(machine, way, step, node, values)
        results += outcome if isinstance(outcome, list) else [(way, outcome)]
    return results


def _constant(machine: Machine, state: State, step: Step, node: ast.Constant, _: list[Value]) -> Outcome:
    return Constant(node.value)


def _name(machine: Machine, state: State, step: Step, node: ast.Name, _: list[Value]) -> Outcome:
    return load(machine, state, step, node)


def _lambda(machine: Machine, state: State, step: Step, node: ast.Lambda, _: list[Value]) -> Outcome:
    return Function(node)


def _formatted(machine: Machine, state: State, step: Step, node: ast.FormattedValue, operands: list[Value]) -> Outcome:
    value = operands[0]
    if isinstance(value, Constant) and node.conversion == -1 and node.format_spec is None:
        return Constant(str(value.value))
    text = symbol("text", *operands, type="builtins.str")
    return Maybe(text) if node.format_spec is not None else text


def _joined(machine: Machine, state: State, step: Step, node: ast.JoinedStr, operands: list[Value]) -> Outcome:
    texts = [operand.value for operand in operands if isinstance(operand, Constant)]
    if len(texts) == len(operands):
        return Constant("".join(str(text) for text in texts))
    return symbol("text", *operands, type="builtins.str")


def _sequence(machine: Machine, state: State, step: Step, node: Any, operands: list[Value]) -> Outcome:
    types = {ast.List: "builtins.list", ast.Tuple: "builtins.tuple", ast.Set: "builtins.set"}
    shape = SequenceShape(types[type(node)], node=node)
    for element, value in zip(node.elts, operands, strict=True):
        if not isinstance(element, ast.Starred):
            shape = shape.with_items((*shape.items, value)) if shape.is_exact else shape.blurred(value)
            continue
        more = iterate(state, value)
        if isinstance(more, Raised):
            return more
        if shape.is_exact and more.is_exact:
            shape = shape.with_items((*shape.items, *more.items))
        else:
            shape = shape.blurred(*more.items, is_open=more.is_open)
    return state.allocate(machine.minted(step), shape)


def _starred(machine: Machine, state: State, step: Step, node: ast.Starred, operands: list[Value]) -> Outcome:
    return operands[0]


def _dict(machine: Machine, state: State, step: Step, node: ast.Dict, operands: list[Value]) -> Outcome:
    keys_and_spreads: list[int] = []
    place = 0
    for key in node.keys:
        keys_and_spreads.append(place)
        place += 1 if key is None else 2
    values_only = set(range(place)).difference(keys_and_spreads)
    return [
        (way, _display(machine, way, step, node, values)) for way, values in split(state, operands, keep=values_only)
    ]


def _display(machine: Machine, state: State, step: Step, node: ast.Dict, operands: list[Value]) -> Result:
    shape = DictShape({}, node=node)
    values = iter(operands)
    for key in node.keys:
        if key is None:
            merged = dicts.merged(state, shape, next(values))
            if isinstance(merged, Raised):
                return merged
            shape = merged
        else:
            shape = with_item(state, shape, next(values), next(values), in_place=True)
    return state.allocate(machine.minted(step), shape)


def _subscript(machine: Machine, state: State, step: Step, node: ast.Subscript, operands: list[Value]) -> Outcome:
    owner, key = operands
    shape, bounds = state.sequence_at(owner), slice_of(key)
    if shape is not None and shape.is_exact and bounds is not None:
        return state.allocate(machine.minted(step), shape.with_items(shape.items[bounds]))
    return get_item(state, owner, key)


def _slice(machine: Machine, state: State, step: Step, node: ast.Slice, operands: list[Value]) -> Outcome:
    given = iter(operands)
    return symbol("slice", *(None if bound is None else next(given) for bound in (node.lower, node.upper, node.step)))


def _attribute(machine: Machine, state: State, step: Step, node: ast.Attribute, operands: list[Value]) -> Outcome:
    return member(machine, state, operands[0], node.attr)


def _call(machine: Machine, state: State, step: Step, node: ast.Call, operands: list[Value]) -> Outcome:
    results: list[tuple[State, Result]] = []
    for way, [function] in split(state, operands[:1]):
        outcome = invoke(_arguments(machine, way, step, node, operands[1:]), function)
        results += outcome if isinstance(outcome, list) else [(way, outcome)]
    return results


def _arguments(machine: Machine, state: State, step: Step, node: ast.Call, operands: list[Value]) -> Call:
    arguments: list[Value] = []
    after: list[Value] = []
    keywords: dict[str, Value] = {}
    is_open = False
    for argument, value in zip(node.args, operands, strict=False):
        more = iterate(state, state.resolve(value)) if isinstance(argument, ast.Starred) else None
        known = after if is_open else arguments
        if more is None:
            known.append(value)
        elif not isinstance(more, Raised) and more.is_exact:
            known += more.items
        else:
            is_open = True
    for keyword, value in zip(node.keywords, operands[len(node.args) :], strict=True):
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            continue
        shape = state.dict_at(state.resolve(value))
        if shape is None or shape.is_open or not all(entry.is_certain for entry in shape.entries.values()):
            is_open = True
        if shape is not None:
            keywords |= {str(key): entry.value for key, entry in shape.entries.items() if entry.is_certain}
    return Call(machine, state, step, arguments, keywords, is_open, after)


def _await(machine: Machine, state: State, step: Step, node: ast.Await, operands: list[Value]) -> Outcome:
    return awaited(machine, state, step, operands[0])


def _yield(machine: Machine, state: State, step: Step, node: ast.Yield, operands: list[Value]) -> Outcome:
    collect(machine, state, step, Iterating(tuple(operands) or (NONE,), is_exact=True))
    return NONE


def _yield_from(machine: Machine, state: State, step: Step, node: ast.YieldFrom, operands: list[Value]) -> Outcome:
    items = iterate(state, operands[0])
    if isinstance(items, Raised):
        return items
    collect(machine, state, step, items)
    return Maybe(machine.fresh(step))


def _binary(machine: Machine, state: State, step: Step, node: ast.BinOp, operands: list[Value]) -> Outcome:
    left, right = operands
    known = operators.binary(state, node.op, left, right)
    if known is not None:
        return known
    shapes = state.shape(left), state.shape(right)
    if isinstance(node.op, ast.BitOr) and isinstance(shapes[0], DictShape):
        call = Call(machine, state, step, [left, right])
        return dicts.make(call)
    if isinstance(node.op, ast.Add) and isinstance(shapes[0], SequenceShape) and isinstance(shapes[1], SequenceShape):
        if shapes[0].is_exact and shapes[1].is_exact:
            joined = shapes[0].with_items((*shapes[0].items, *shapes[1].items))
        else:
            joined = shapes[0].blurred(*shapes[1].items, is_open=shapes[1].is_open)
        return state.allocate(machine.minted(step), joined)
    result = operators.binary_symbol(state, node.op, left, right)
    return Maybe(result)


def _augmented(machine: Machine, state: State, step: Step, node: ast.AugAssign, operands: list[Value]) -> Outcome:
    left, right = operands
    shape = state.shape(left)
    if isinstance(left, Reference) and isinstance(shape, DictShape) and isinstance(node.op, ast.BitOr):
        found = dicts.merged(state, shape, right)
        if isinstance(found, Raised):
            return found
        state.heap[left] = found
        return left
    if isinstance(left, Reference) and isinstance(shape, SequenceShape) and shape.type == "builtins.list":
        more = iterate(state, right) if isinstance(node.op, ast.Add) else UNKNOWN_ITEMS
        if isinstance(more, Raised):
            return more
        exact = shape.is_exact and more.is_exact
        state.heap[left] = (
            shape.with_items((*shape.items, *more.items)) if exact else shape.blurred(*more.items, is_open=more.is_open)
        )
        return left
    return _binary(machine, state, step, ast.BinOp(ast.Constant(0), node.op, ast.Constant(0)), operands)


def _unary(machine: Machine, state: State, step: Step, node: ast.UnaryOp, operands: list[Value]) -> Outcome:
    operand = operands[0]
    if isinstance(node.op, ast.Not) and not isinstance(operand, Symbol):
        answer = operators.truth(state, operand)
        return symbol("not", operand, type="builtins.bool") if answer is None else Constant(not answer)
    return operators.unary(node.op, operand)


def _compare(machine: Machine, state: State, step: Step, node: ast.Compare, operands: list[Value]) -> Outcome:
    answers: list[Value] = []
    is_safe = True
    for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
        answer = _compare_two(state, operator, left, right)
        is_safe = is_safe and _is_safe(machine.world.catalogue, state, operator, left, right)
        if isinstance(answer, Raised):
            return answer
        if answer == Constant(False):
            return answer
        if answer != TRUE:
            answers.append(answer)
    if not answers:
        return TRUE
    result = answers[0] if len(answers) == 1 else symbol("all", *answers, type="builtins.bool")
    return result if is_safe else Maybe(result)


def _is_safe(catalogue: Catalogue, state: State, operator: ast.cmpop, left: Value, right: Value) -> bool:
    """Whether a comparison does not raise."""
    match operator:
        case ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq():
            return True
        case ast.In() | ast.NotIn():
            return catalogue.has("is-container", operators.type_of(state, right))
        case _:
            types = {operators.type_of(state, left), operators.type_of(state, right)}
            return types <= {*operators.NUMBERS} or types == {"builtins.str"}


def _compare_two(state: State, operator: ast.cmpop, left: Value, right: Value) -> Value | Raised:
    if not isinstance(operator, ast.In | ast.NotIn):
        return operators.compare(state, operator, left, right)
    found = dicts.contains(state, right, left)
    if found is None and isinstance(left, Constant) and isinstance(right, Constant):
        computed = operators.compute(lambda a, b: a in b, left.value, right.value)
        if isinstance(computed, Raised):
            return computed
        found = computed
    if found is None:
        found = symbol("contains", right, left, type="builtins.bool")
    return operators.negate(found) if isinstance(operator, ast.NotIn) else found


# Kinds of expressions that only keep their operands: a choice among them need not be followed.
_KEEPING = (ast.List, ast.Tuple, ast.Set, ast.JoinedStr, ast.FormattedValue, ast.Starred, ast.Dict, ast.Call)
_EVALUATE: dict[type[ast.AST], _Evaluate] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Lambda: _lambda,
    ast.FormattedValue: _formatted,
    ast.JoinedStr: _joined,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Starred: _starred,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
}
