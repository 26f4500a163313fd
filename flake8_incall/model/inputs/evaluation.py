"""What the expressions of a function make of a caller's words."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.inputs import checks
from flake8_incall.model.inputs.calls import Call, result
from flake8_incall.model.inputs.containers import added, elements, item
from flake8_incall.model.inputs.formatting import is_numeric, percent
from flake8_incall.model.inputs.values import (
    UNKNOWN,
    Address,
    Alternative,
    Constant,
    Items,
    Known,
    Mapping,
    Method,
    Other,
    Text,
    Unknown,
    Value,
    about,
    answer,
    checked,
    items,
    joined,
    mapping,
    of,
    origins,
    text,
    union,
)

if TYPE_CHECKING:
    from flake8_incall.model.inputs.machine import Machine, State

    _Evaluate = Callable[[Machine, Step, State, Any, list[Value]], Value]

_FOLLOWED = Text | Items | Mapping | Address


def evaluate(machine: Machine, step: Step, state: State) -> None:
    """Take the operands of an expression and push its value."""
    node = step.node
    operands = state.pop(step.pops)
    handler = _EVALUATE.get(type(node))
    value = handler(machine, step, state, node, operands) if handler is not None else UNKNOWN
    state.stack.append(value)


def _constant(_: Machine, __: Step, ___: State, node: ast.Constant, ____: list[Value]) -> Value:
    if isinstance(node.value, str):
        return text(node.value)
    is_kept = node.value is None or isinstance(node.value, bool | int | float)
    return of(Constant(node.value)) if is_kept else UNKNOWN


def _name(machine: Machine, step: Step, state: State, node: ast.Name, _: list[Value]) -> Value:
    value = state.env.get(machine.search.home(step.scope, node.id))
    return machine.search.constant(node) if value is None else value


def _formatted(_: Machine, __: Step, ___: State, node: ast.FormattedValue, operands: list[Value]) -> Value:
    spec = node.format_spec
    last = spec.values[-1] if isinstance(spec, ast.JoinedStr) and spec.values else None
    is_number = isinstance(last, ast.Constant) and is_numeric(str(last.value))
    return text(Other.PART) if is_number else operands[0]


def _joined(_: Machine, __: Step, ___: State, node: ast.JoinedStr, operands: list[Value]) -> Value:
    return joined(operands)


def _sequence(machine: Machine, __: Step, ___: State, node: Any, operands: list[Value]) -> Value:
    known: list[Value] = []
    more: list[Value] = []
    for element, value in zip(node.elts, operands, strict=True):
        spread = _spread(machine, element, value) if isinstance(element, ast.Starred) else (value,)
        if more or spread is None:
            # From here on it is not known at which place an item stands.
            more.append(elements(value, node) if isinstance(element, ast.Starred) else value)
        else:
            known += spread
    return items(known, union(*more))


def _spread(machine: Machine, node: ast.Starred, value: Value) -> tuple[Value, ...] | None:
    """The items of a list whose items are all known; one for all of them where nothing is known of any."""
    match value:
        case (Alternative(form=Items(known, ()), checks=made),) if not made:
            return known
        case (Alternative(form=Unknown()),):
            return tuple(map(text, machine.search.texts_in(node.value))) or (UNKNOWN,)
    return None


def _first(_: Machine, __: Step, ___: State, node: ast.expr, operands: list[Value]) -> Value:
    return operands[0] if operands else UNKNOWN


def _dict(_: Machine, __: Step, ___: State, node: ast.Dict, operands: list[Value]) -> Value:
    entries: dict[object, Value] = {}
    others: list[Value] = []
    keys: list[Value] = []
    remaining = iter(operands)
    for key in node.keys:
        if key is None:
            spread = next(remaining)
            for alternative in spread:
                if isinstance(alternative.form, Mapping):
                    entries |= dict(alternative.form.entries)
                    others.append(alternative.form.others)
                    keys.append(alternative.form.keys)
            continue
        name, value = next(remaining), next(remaining)
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            entries[key.value] = value
        else:
            others.append(value)
            keys.append(name)
    return mapping(entries, union(*others), union(*keys))


def _subscript(machine: Machine, step: Step, state: State, node: ast.Subscript, operands: list[Value]) -> Value:
    owner, key = operands
    return item(owner, key, node)


def _attribute(machine: Machine, step: Step, state: State, node: ast.Attribute, operands: list[Value]) -> Value:
    variable = machine.member(step, node)
    if variable in state.env:
        return state.env[variable]
    found: list[Value] = []
    for alternative in operands[0]:
        match alternative.form:
            case Address(value, False) if node.attr in ("hostname", "netloc"):
                found.append(of(Address(value, is_host=True)))
            case Address(value, False) if node.attr in ("path", "query", "fragment", "params"):
                found.append(item(value, (), node))
            case Address(is_host=False):
                found.append(UNKNOWN)
            case _:
                continue
    if found:
        return union(*found)
    if any(isinstance(alternative.form, _FOLLOWED) for alternative in operands[0]):
        return of(Method(operands[0], node.attr))
    return UNKNOWN


def _call(machine: Machine, step: Step, state: State, node: ast.Call, operands: list[Value]) -> Value:
    function, arguments = operands[0], operands[1:]
    machine.search.look_at(machine, node, arguments)
    call = _as_call(machine, node, function, arguments)
    links = machine.search.links(machine, node)
    called = [link for link in links if link.call is node]
    for link in links:
        if link.call is not node:
            machine.search.enter(machine, node, [link], arguments, state)
    if called:
        return machine.search.enter(machine, node, called, arguments, state)
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        grown = added(call.owner, call.method, call.arguments)
        variable = machine.search.home(step.scope, node.func.value.id)
        if grown is not None and variable in state.env:
            state.set(variable, grown)
            return of(Constant(None))
    value, told = result(call)
    if machine.search.makes_object(node.func):
        # A model or an Enum of the module's own refuses what does not fit.
        told = about(call.everything, Known.PLAIN)
    state.learn(told)
    return value


def _as_call(machine: Machine, node: ast.Call, function: Value, operands: list[Value]) -> Call:
    methods = [a.form for a in function if isinstance(a.form, Method)]
    owner = union(*(method.owner for method in methods))
    called = {method.name for method in methods}
    name = node.func.attr if isinstance(node.func, ast.Attribute) else next(iter(called)) if len(called) == 1 else ""
    arguments: list[Value] = []
    keywords: dict[str, Value] = {}
    for argument, value in zip(node.args, operands, strict=False):
        arguments.append(elements(value, node) if isinstance(argument, ast.Starred) else value)
    for keyword, value in zip(node.keywords, operands[len(node.args) :], strict=True):
        keywords[keyword.arg or "**"] = value
    is_followed = bool(origins(owner)) or _is_text(owner)
    names = frozenset() if is_followed else machine.search.names_of(node.func)
    pattern = machine.search.pattern(node.func) if names & _PATTERN_METHODS else None
    is_mapping = "builtins.map" in names and bool(node.args)
    mapped = machine.search.names_of(node.args[0]) if is_mapping else frozenset()
    return Call(node, machine.search.catalogue, names, owner, name, arguments, keywords, pattern, mapped)


_PATTERN_METHODS = frozenset({"re.Pattern.match", "re.Pattern.fullmatch", "re.Pattern.search", "re.Pattern.sub"})


def _is_text(value: Value) -> bool:
    return any(isinstance(alternative.form, _FOLLOWED) for alternative in value)


def _binary(_: Machine, __: Step, ___: State, node: ast.BinOp | ast.AugAssign, operands: list[Value]) -> Value:
    left, right = operands
    match node.op:
        case ast.Add():
            return _sum(left, right)
        case ast.Mult():
            return union(*(value for value in operands if any(isinstance(a.form, Text) for a in value))) or UNKNOWN
        case ast.Mod() if any(isinstance(alternative.form, Text) for alternative in left):
            return percent(left, right)
        case ast.Sub() if origins(left):
            return checks.of_difference(left)
        case ast.BitOr() if any(isinstance(alternative.form, Mapping) for alternative in left):
            return union(left, right)
        case ast.Div() if origins(left) or origins(right):
            # `yarl.URL(base) / part` quotes what it is given.
            return checked(joined((left, text("/"), right)), about(right, Known.PLAIN))
    return UNKNOWN


def _sum(left: Value, right: Value) -> Value:
    if any(isinstance(a.form, Items) for a in left) or any(isinstance(a.form, Items) for a in right):
        return added(left, "extend", [right]) or UNKNOWN
    if any(isinstance(a.form, Text) for a in (*left, *right)):
        return joined((left, right))
    return UNKNOWN


def _unary(_: Machine, __: Step, ___: State, node: ast.UnaryOp, operands: list[Value]) -> Value:
    return checks.negated(operands[0]) if isinstance(node.op, ast.Not) else UNKNOWN


def _compare(_: Machine, __: Step, ___: State, node: ast.Compare, operands: list[Value]) -> Value:
    if len(node.ops) != 1:
        return answer()
    return checks.of_comparison(node.ops[0], operands[0], operands[1])


def _lambda(_: Machine, __: Step, ___: State, node: ast.Lambda, ____: list[Value]) -> Value:
    return UNKNOWN


_EVALUATE: dict[type[ast.AST], _Evaluate] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.FormattedValue: _formatted,
    ast.JoinedStr: _joined,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Starred: _first,
    ast.Await: _first,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.AugAssign: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.Lambda: _lambda,
}
