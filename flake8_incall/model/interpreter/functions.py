"""Calls of the module's own functions: followed into their bodies, to a small depth and within a small budget."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_incall.model.code.binding import Arguments, ParameterKind, bind, formals
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.budget import DEEPEST_CALL, OverBudgetError
from flake8_incall.model.interpreter.joins import Join
from flake8_incall.model.interpreter.lookup import evaluate_apart
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome
from flake8_incall.model.interpreter.state import Raised, Returned, State
from flake8_incall.model.interpreter.stores import TYPE_ERROR
from flake8_incall.model.interpreter.values import (
    ANY,
    NONE,
    WIDEST_CHOICE,
    Awaitable,
    Definition,
    DictShape,
    Entry,
    Function,
    Iterating,
    SequenceShape,
    Value,
)

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine
    from flake8_incall.model.interpreter.state import Way

# The variable that holds what a generator has yielded.
_YIELDED = "<yielded>"
# A call of one of the module's functions may take so much work.
_WORK_OF_A_CALL = 3_000
# One whose result is the caller's own may take all that is left but for this.
_WORK_AFTER = 2_000


def call_unknown(call: Call, result: Value | None = None) -> Outcome:
    """Call something that is not known: it may do anything with its arguments, and raise anything."""
    call.hand_over()
    return Maybe(call.fresh() if result is None else result)


def call_function(call: Call, function: Function) -> Outcome:
    """Call a function of the module."""
    definition = function.definition
    machine = call.machine
    yields = machine.world.is_generator(definition)
    is_async = isinstance(definition, ast.AsyncFunctionDef) and not yields
    if definition in machine.active or len(machine.context) >= DEEPEST_CALL:
        unknown: Value = call.fresh()
        call.state.release(function.bound)
        call.hand_over(definition)
        return Maybe(Awaitable(unknown) if is_async else unknown)
    before = call.state.fork()
    try:
        ends = _run(call, function)
    except OverBudgetError:
        # The result of such a helper is the caller's: rather follow it more coarsely than not at all.
        if machine.context or (_is_last(call) and not machine.budget.is_coarsest):
            raise
        machine.unfollowed.add(definition)
        before.release(function.bound)
        replace(call, state=before).hand_over(definition)
        unknown = call.fresh()
        return [(before, Maybe(Awaitable(unknown) if is_async else unknown))]
    if isinstance(ends, Raised):
        return ends
    nodes = [way[1].leaving.node if isinstance(way[1].leaving, Returned) else None for way in ends]
    results = [_result(call, way, definition, yields=yields) for way in ends]
    if len(results) > machine.budget.states // 2:
        results = _joined(call, results, nodes)
    if is_async:
        return [(state, r if isinstance(r, Raised) else Awaitable(r)) for state, r in results]
    return [*results]


def _run(call: Call, function: Function) -> list[Way] | Raised:
    state = call.state
    state.env |= dict(function.closure)
    state.call()
    raised = _bind(call, function)
    if raised is not None:
        state.resume()
        return raised
    left = call.machine.budget.left - _WORK_AFTER if _is_last(call) else 0
    limit = None if call.machine.context else max(_WORK_OF_A_CALL, left)
    return call.machine.within(function.definition, call.step, limit).run(state)


def _is_last(call: Call) -> bool:
    """Whether nothing is left to do after a call but to return its result: `return await helper()`."""
    parents = call.machine.world.module.parents
    parent = parents.get(call.step.node)
    return isinstance(parents.get(parent) if isinstance(parent, ast.Await) else parent, ast.Return)


def collect(machine: Machine, state: State, step: Step, items: Iterating) -> None:
    """Keep what a generator yields; its body is run at once, as if somebody took all its items."""
    variable = machine.world.names.home(machine.graph.function, _YIELDED)
    before = state.env.get(variable, Iterating((), is_exact=True))
    if isinstance(before, Iterating):
        is_exact = before.is_exact and items.is_exact
        together = (*before.items, *items.items)
        if not is_exact:
            together = tuple(dict.fromkeys(together))[:WIDEST_CHOICE]
        state.env[variable] = Iterating(together, is_exact, before.is_open or items.is_open)


def _result(call: Call, way: Way, definition: Definition, *, yields: bool) -> tuple[State, Value | Raised]:
    _, state = way
    leaving = state.leaving
    state.resume()
    result: Value | Raised = NONE
    if yields:
        given = state.env.get(call.machine.world.names.home(definition, _YIELDED), Iterating((), is_exact=True))
        items = given if isinstance(given, Iterating) else Iterating((), is_exact=False, is_open=True)
        shape = SequenceShape("builtins.generator", items.items, items.is_exact, items.is_open, call.step.node)
        leaving = (
            leaving
            if isinstance(leaving, Raised)
            else Returned(definition, state.allocate(call.machine.minted(call.step), shape))
        )
    if isinstance(leaving, Raised):
        result = leaving
    elif isinstance(leaving, Returned):
        result = state.resolve(leaving.value)
    if not isinstance(result, Function):
        state.env = {v: value for v, value in state.env.items() if v[0].node is not definition}
    return state, result


def _joined(
    call: Call, results: list[tuple[State, Value | Raised]], nodes: list[ast.AST | None]
) -> list[tuple[State, Value | Raised]]:
    """The ways out of a call, those of one `return` as one, or all that return where there are many."""
    kept: list[tuple[State, Value | Raised]] = []
    is_apart = len(set(nodes)) <= call.machine.budget.states
    by_end: dict[object, list[State]] = {}
    for (state, result), node in zip(results, nodes, strict=True):
        if not isinstance(result, Raised):
            state.stack.append(result)
        by_end.setdefault(result if isinstance(result, Raised) else node if is_apart else None, []).append(state)
    for end, states in by_end.items():
        joined = Join((*call.machine.context, call.step), call.step, is_wide=False).states(states)
        kept.append((joined, end if isinstance(end, Raised) else joined.stack.pop()))
    return kept


def _bind(call: Call, function: Function) -> Raised | None:
    """Give the parameters their values."""
    definition, parameters = function.definition, formals(function.definition.args)
    spread = (ANY,) if call.is_open else ()
    keywords = {**dict(function.named), **call.keywords}
    arguments = Arguments((*function.bound, *call.arguments), keywords, (*spread, *call.after), spread)
    bound = bind(parameters, arguments)
    if not bound.fits:
        return TYPE_ERROR
    values = dict(bound.given)
    for name, default in bound.defaults.items():
        value = evaluate_apart(call.machine, call.state, default)
        values[name] = call.fresh(detail=name) if value is None else value
    values |= {name: call.fresh(detail=name) for name in bound.unknown}
    for formal in parameters:
        if formal.kind is ParameterKind.REST:
            rest = SequenceShape("builtins.tuple", bound.rest, not call.is_open, call.is_open, call.step.node)
            values[formal.name] = call.allocate(rest, "*")
        elif formal.kind is ParameterKind.MORE:
            entries = {name: Entry(value) for name, value in bound.more.items()}
            values[formal.name] = call.allocate(DictShape(entries, call.is_open, node=call.step.node), "**")
    for name, value in values.items():
        call.state.env[call.machine.world.names.home(definition, name)] = value
    return None
