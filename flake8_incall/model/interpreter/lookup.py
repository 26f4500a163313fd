"""What a name stands for on one way: a variable's value, a constant or definition of the module, a builtin."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Scope
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.outcomes import Outcome
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.values import (
    UNBOUND,
    Class,
    Constant,
    DictShape,
    Function,
    SequenceShape,
    Symbol,
    Value,
)
from flake8_incall.model.objects.changes import Changes
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import UNKNOWN, only_definition, only_name
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine
    from flake8_incall.model.interpreter.world import World

# Constants that refer to constants, and so on.
_DEEPEST = 12
_UNBOUND_ERROR = Raised(frozenset({"builtins.UnboundLocalError"}))


def load(machine: Machine, state: State, step: Step, node: ast.Name) -> Outcome:
    """The value of a name."""
    variable = machine.world.names.home(step.scope, node.id)
    value = state.env.get(variable)
    if value == UNBOUND:
        return _UNBOUND_ERROR
    if value is not None:
        return state.resolve(value)
    home = variable[0]
    if isinstance(home.node, ast.Module | ast.ClassDef):
        return _of_module(machine, state, node)
    is_running = home.node in machine.active or home.is_comprehension
    return _UNBOUND_ERROR if is_running else Symbol("outer", (home.node, node.id))


def _of_module(machine: Machine, state: State, node: ast.Name) -> Outcome:
    references = machine.world.module.fact(References)
    # A call is followed itself: what it makes of a function is more than the function.
    is_made = isinstance(written(node, references), ast.Call)
    found = references.of(node) if not is_made else UNKNOWN
    definition, name = only_definition(found), only_name(found)
    if definition is not None:
        return Class(definition) if isinstance(definition, ast.ClassDef) else of_definition(machine.world, definition)
    return machine.world.external(name) if name else constant(machine, state, machine.world.names.top, node.id)


def of_definition(world: World, definition: FunctionNode, *bound: Value) -> Value:
    """What a `def` gives its name: the function, or what its decorators make of it when it is called."""
    if world.is_manager(definition):
        return Symbol("manager", (definition, *bound))
    return Function(definition, bound) if world.is_plain(definition) else Symbol("decorated", (definition, 0, *bound))


def constant(machine: Machine, state: State, scope: Scope, name: str) -> Outcome:
    """The value of a name of the module or of a class, which is assigned once."""
    variable = (scope, name)
    if variable in state.env:
        return state.resolve(state.env[variable])
    unknown = Symbol("global", (name,)) if not scope.is_class else Symbol("global", (scope.node, name))
    expression = machine.world.assigned_once(scope, name)
    if expression is None:
        return unknown
    value = evaluate_apart(machine, state, expression)
    if value is None:
        return unknown
    if name in machine.world.module.fact(Changes).names:
        state.release([value])
        _loosen(state, value)
    if state.shape(value) is not None:
        state.env[variable] = value
    return value


def _loosen(state: State, value: Value) -> None:
    """Take it that other code has changed a container before this function is called."""
    for reference in state.reachable([value]):
        shape = state.heap[reference]
        if isinstance(shape, DictShape):
            state.heap[reference] = DictShape({}, True, node=shape.node, type=shape.type)
        else:
            state.heap[reference] = SequenceShape(shape.type, (), False, True, shape.node)


def evaluate_apart(machine: Machine, state: State, expression: ast.expr) -> Value | None:
    """The value of an expression outside the function: of the module, a class or a default.

    Returns:
        The value, or `None` when it is not the same every time or cannot be told.
    """
    if isinstance(expression, ast.Constant):
        return Constant(expression.value)
    body = machine.world.apart(expression)
    if body in machine.active or len(machine.active) > _DEEPEST:
        return None
    state.call()
    ends = machine.within(body, None).run(state.fork())
    state.resume()
    if len(ends) != 1 or ends[0][1].leaving is None or isinstance(ends[0][1].leaving, Raised):
        return None
    after = ends[0][1]
    # Operands that are on their way somewhere are not among the roots there.
    state.heap |= after.heap
    value = after.leaving.value if after.leaving is not None else None
    if isinstance(value, Function) and not value.closure:
        around = {*machine.world.module.index.functions_around(value.definition)}
        closure = ((variable, kept) for variable, kept in after.env.items() if variable[0].node in around)
        return replace(value, closure=tuple(closure))
    return value
