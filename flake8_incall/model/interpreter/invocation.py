"""Calls: of the module's functions, of classes, of builtins, of methods, of what is known outside."""

from __future__ import annotations

import ast

from flake8_incall.model.flow import Step
from flake8_incall.model.interpreter import dicts, sequences
from flake8_incall.model.interpreter.builtin_functions import BUILTINS, is_harmless
from flake8_incall.model.interpreter.joins import Join
from flake8_incall.model.interpreter.lookup import evaluate_apart
from flake8_incall.model.interpreter.machine import DEEPEST_CALL, Machine, OverBudgetError, Way
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome, Result, split
from flake8_incall.model.interpreter.state import Raised, Returned, State
from flake8_incall.model.interpreter.stores import TYPE_ERROR
from flake8_incall.model.interpreter.text_methods import call_constant_method
from flake8_incall.model.interpreter.typed import typed, within
from flake8_incall.model.interpreter.values import (
    NONE,
    WIDEST_CHOICE,
    Awaitable,
    Class,
    Constant,
    Definition,
    DictShape,
    Entry,
    External,
    Function,
    Iterating,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    symbol,
)
from flake8_incall.model.interpreter.world import LOCAL
from flake8_incall.model.lowering_statements import SWALLOWING

_TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_HANDLING_ON = frozenset({"asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future"})
# The variable that holds what a generator has yielded.
_YIELDED = "<yielded>"
# A call of one of the module's functions may take so much work.
_WORK_OF_A_CALL = 3_000


def invoke(call: Call, function: Value) -> Outcome:
    """Call a value."""
    match function:
        case Function():
            return _call_function(call, function)
        case Class():
            return _instantiate(call, function)
        case External():
            return _call_external(call, function.name)
        case Symbol(operation="member", arguments=(owner, str() as name)):
            return _call_method(call, function, owner, name)
        case Symbol(operation="manager", arguments=(definition,)):
            call.state.release(call.everything)
            return symbol("managing", definition)
        case Constant() | Awaitable() | Reference():
            return TYPE_ERROR
        case _:
            return _call_unknown(call)


def _call_unknown(call: Call, result: Value | None = None) -> Outcome:
    call.state.release(call.everything)
    return Maybe(call.fresh() if result is None else result)


# Functions of the module


def _call_function(call: Call, function: Function) -> Outcome:
    definition = function.definition
    machine = call.machine
    yields = machine.world.is_generator(definition)
    is_async = isinstance(definition, ast.AsyncFunctionDef) and not yields
    if definition in machine.active or len(machine.context) >= DEEPEST_CALL:
        unknown: Value = call.fresh()
        return _call_unknown(call, Awaitable(unknown) if is_async else unknown)
    before = call.state.fork()
    try:
        ends = _run(call, function)
    except OverBudgetError:
        if machine.context:
            raise
        before.release(call.everything)
        unknown = call.fresh()
        return [(before, Maybe(Awaitable(unknown) if is_async else unknown))]
    if isinstance(ends, Raised):
        return ends
    results = [_result(call, way, definition, yields=yields) for way in ends]
    if len(results) > machine.budget.states // 2:
        results = _joined(call, results)
    if is_async:
        return [(state, r if isinstance(r, Raised) else Awaitable(r)) for state, r in results]
    return [*results]


def _run(call: Call, function: Function) -> list[Way] | Raised:
    state = call.state
    state.call()
    raised = _bind(call, function)
    if raised is not None:
        state.resume()
        return raised
    limit = None if call.machine.context else _WORK_OF_A_CALL
    return call.machine.within(function.definition, call.step, limit).run(state)


def collect(machine: Machine, state: State, step: Step, items: Iterating) -> None:
    """Keep what a generator yields; its body is run at once, as if somebody took all its items."""
    variable = machine.world.home(machine.graph.function, _YIELDED)
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
        given = state.env.get(call.machine.world.home(definition, _YIELDED), Iterating((), is_exact=True))
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


def _joined(call: Call, results: list[tuple[State, Value | Raised]]) -> list[tuple[State, Value | Raised]]:
    """The ways out of a call, those that return as one."""
    kept: list[tuple[State, Value | Raised]] = []
    by_error: dict[object, list[State]] = {}
    for state, result in results:
        if not isinstance(result, Raised):
            state.stack.append(result)
        by_error.setdefault(result if isinstance(result, Raised) else None, []).append(state)
    for error, states in by_error.items():
        joined = Join((*call.machine.context, call.step), call.step, is_wide=False).states(states)
        kept.append((joined, error if isinstance(error, Raised) else joined.stack.pop()))
    return kept


def _bind(call: Call, function: Function) -> Raised | None:
    """Give the parameters their values."""
    definition, signature = function.definition, function.definition.args
    given = [*function.bound, *call.arguments]
    positional = [parameter.arg for parameter in (*signature.posonlyargs, *signature.args)]
    named = [*positional, *(parameter.arg for parameter in signature.kwonlyargs)]
    if any(name in call.keywords for name in positional[: len(given)]):
        return TYPE_ERROR
    values = dict(zip(positional, given, strict=False))
    values |= {name: value for name, value in call.keywords.items() if name in named}
    rest = tuple(given[len(positional) :])
    more = {name: value for name, value in call.keywords.items() if name not in named}
    if (rest and signature.vararg is None) or (more and signature.kwarg is None):
        return TYPE_ERROR
    defaults = _defaults(signature)
    for name in named:
        if name not in values:
            if name not in defaults and not call.is_open:
                return TYPE_ERROR
            values[name] = _default(call, name, defaults)
    if signature.vararg is not None:
        shape = SequenceShape("builtins.tuple", rest, not call.is_open, call.is_open, call.step.node)
        values[signature.vararg.arg] = call.allocate(shape, "*")
    if signature.kwarg is not None:
        entries = {name: Entry(value) for name, value in more.items()}
        values[signature.kwarg.arg] = call.allocate(DictShape(entries, call.is_open, node=call.step.node), "**")
    for name, value in values.items():
        call.state.env[call.machine.world.home(definition, name)] = value
    return None


def _default(call: Call, name: str, defaults: dict[str, ast.expr]) -> Value:
    """The value of a parameter that no argument is certain to give."""
    default = None if call.is_open else evaluate_apart(call.machine, call.state, defaults[name])
    return call.fresh(detail=name) if default is None else default


def _defaults(signature: ast.arguments) -> dict[str, ast.expr]:
    positional = [*signature.posonlyargs, *signature.args]
    with_default = positional[len(positional) - len(signature.defaults) :]
    found = {p.arg: default for p, default in zip(with_default, signature.defaults, strict=True)}
    for parameter, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        if default is not None:
            found[parameter.arg] = default
    return found


# Classes and what is outside


def _instantiate(call: Call, function: Class) -> Outcome:
    type_ = f"{LOCAL}{function.definition.name}"
    ancestors = call.machine.world.ancestors(type_)
    if not _TYPED_DICTS.isdisjoint(ancestors):
        return dicts.make(call)
    made = call.fresh(type_)
    if "builtins.BaseException" in ancestors:
        return made
    has_body = call.machine.world.class_binding(function.definition, "__init__") is not None
    call.state.release(call.everything)
    return made if not has_body and not call.everything else Maybe(made)


def _call_external(call: Call, name: str) -> Outcome:
    builtin = BUILTINS.get(name)
    if builtin is not None:
        results: list[tuple[State, Result]] = []
        for way, values in split(call.state, call.arguments):
            known = Call(call.machine, way, call.step, values, call.keywords, call.is_open)
            outcome = builtin(known)
            results += outcome if isinstance(outcome, list) else [(way, outcome)]
        return results
    if name in _HANDLING_ON and call.arguments:
        return Maybe(call.arguments[0])
    if name == "asyncio.gather":
        return _gather(call)
    if name == "asyncio.sleep":
        return Awaitable(NONE)
    if name in SWALLOWING:
        return call.fresh(name)
    if name == "contextlib.nullcontext":
        return Symbol("nothing", tuple(call.arguments[:1]), name)
    return _call_known(call, name, symbol("made", External(name)))


def _gather(call: Call) -> Outcome:
    results = tuple(
        a.result if isinstance(a, Awaitable) else call.fresh(detail=n) for n, a in enumerate(call.arguments)
    )
    exact = not call.is_open
    shape = SequenceShape("builtins.list", results, exact, not exact, call.step.node)
    return Maybe(Awaitable(call.allocate(shape)))


def _call_known(call: Call, name: str, unknown: Value) -> Outcome:
    """Call something of another module, of which the catalogue may tell what it gives."""
    world = call.machine.world
    if world.is_external(name):
        call.machine.contacted.add(name)
    use = world.result_of(name)
    if use is None:
        return _call_unknown(call)
    result = typed(use, call.fresh())
    if is_harmless(name) or world.catalogue.is_exception(name):
        return result
    if not name.startswith("builtins."):
        call.state.release(call.everything)
    return Maybe(result)


def _call_method(call: Call, function: Symbol, owner: Value, name: str) -> Outcome:
    if isinstance(owner, Reference):
        return _call_container(call, owner, name)
    if isinstance(owner, Constant):
        return call_constant_method(call, owner, name)
    type_ = type_of(call.state, owner)
    if type_ in ("builtins.dict", "") and name == "get" and call.arguments:
        return Maybe(symbol("get", owner, *call.arguments))
    if is_harmless(f"{type_}.{name}") or _is_logging(owner, name):
        return NONE
    if type_:
        return _call_known(call, f"{type_}.{name}", function)
    return _call_unknown(call)


def _call_container(call: Call, owner: Reference, name: str) -> Outcome:
    results: list[tuple[State, Result]] = []
    for way, values in split(call.state, call.arguments):
        known = Call(call.machine, way, call.step, values, call.keywords, call.is_open)
        method = dicts.call_method if isinstance(way.heap[owner], DictShape) else sequences.call_method
        outcome = method(known, owner, name)
        results += outcome if isinstance(outcome, list) else [(way, outcome)]
    return results


def _is_logging(owner: Value, name: str) -> bool:
    """Whether a call is one of a logger that is only known by its name."""
    if name not in ("debug", "info", "warning", "error", "exception", "critical", "log"):
        return False
    named = isinstance(owner, Symbol) and owner.operation in ("global", "outer") and owner.arguments
    return bool(named) and str(owner.arguments[-1]).lower().rstrip("_").endswith(("log", "logger"))  # type: ignore[union-attr]


def awaited(machine: Machine, state: State, step: Step, value: Value) -> Outcome:
    """The value of `await value`."""
    match value:
        case Awaitable():
            return state.resolve(value.result)
        case Constant() | Reference() | Function() | Class():
            return TYPE_ERROR
        case _:
            inner = within(value, "coroutine", "awaitable", "awaitable context")
            return Maybe(machine.fresh(step) if inner is None else inner)


def entered(machine: Machine, state: State, step: Step, manager: Value) -> Outcome:
    """What `with manager as …` gives."""
    inner = within(manager, "context", "async context", "awaitable context")
    if inner is not None:
        return Maybe(inner)
    if isinstance(manager, Constant):
        return TYPE_ERROR
    if isinstance(manager, Symbol) and manager.operation == "managing":
        made = machine.fresh(step)
        does_more = any(isinstance(node, ast.Call) for node in ast.walk(manager.arguments[0]))
        return Maybe(made) if does_more else made
    if isinstance(manager, Symbol) and manager.operation == "nothing":
        inside: Value = manager.arguments[0] if manager.arguments else NONE
        return inside
    if isinstance(manager, Symbol) and manager.type:
        is_quiet = manager.type in SWALLOWING or machine.world.local_class(manager.type) is not None
        return manager if is_quiet else Maybe(manager)
    return Maybe(machine.fresh(step))
