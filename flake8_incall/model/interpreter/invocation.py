"""Calls: of the module's functions, of classes, of builtins, of methods, of what is known outside."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import find
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter import dicts, sequences
from flake8_incall.model.interpreter.builtin_functions import BUILTINS
from flake8_incall.model.interpreter.functions import call_function, call_unknown
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome, Result, split
from flake8_incall.model.interpreter.state import State
from flake8_incall.model.interpreter.stores import TYPE_ERROR
from flake8_incall.model.interpreter.text_methods import call_constant_method
from flake8_incall.model.interpreter.typed import typed, within
from flake8_incall.model.interpreter.values import (
    NONE,
    Awaitable,
    Choice,
    Class,
    Constant,
    DictShape,
    External,
    Function,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    parts,
    symbol,
    unfollowed,
)

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.interpreter.machine import Machine

_HANDLING_ON = frozenset({"asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future"})


def invoke(call: Call, function: Value) -> Outcome:
    """Call a value."""
    match function:
        case Function():
            return call_function(call, function)
        case Class():
            return _instantiate(call, function)
        case External():
            return _call_external(call, function.name)
        case Symbol(operation="member", arguments=(owner, str() as name)):
            return _call_method(call, function, owner, name)
        case Symbol(operation="manager", arguments=(definition,)):
            call.hand_over()
            return symbol("managing", definition)
        case Constant() | Awaitable() | Reference():
            return TYPE_ERROR
        case _:
            return call_unknown(call)


# Classes and what is outside


def _instantiate(call: Call, function: Class) -> Outcome:
    type_ = call.machine.world.type_of_class(function.definition)
    ancestors = call.machine.world.ancestors(type_)
    if call.machine.world.catalogue.any_has("is-typed-dict", ancestors):
        return dicts.make(call)
    made = Symbol("instance", (call.machine.minted(call.step),), type_)
    if "builtins.BaseException" in ancestors:
        return made
    has_body = call.machine.world.class_binding(function.definition, "__init__") is not None
    call.hand_over()
    return made if not has_body and not call.everything else Maybe(made)


def _call_external(call: Call, name: str) -> Outcome:
    builtin = BUILTINS.get(name)
    if builtin is not None:
        results: list[tuple[State, Result]] = []
        for way, values in split(call.state, call.arguments):
            known = replace(call, state=way, arguments=values)
            outcome = builtin(known)
            if outcome is None:
                outcome = _call_known(known, name)
            results += outcome if isinstance(outcome, list) else [(way, outcome)]
        return results
    if name in _HANDLING_ON and call.arguments:
        return Maybe(call.arguments[0])
    if name == "asyncio.gather":
        return _gather(call)
    if name == "asyncio.sleep":
        return Awaitable(NONE)
    if call.machine.world.catalogue.has("swallows", name):
        return call.fresh(name)
    if name == "contextlib.nullcontext":
        return Symbol("nothing", tuple(call.arguments[:1]), name)
    return _call_known(call, name)


def _gather(call: Call) -> Outcome:
    results = tuple(
        a.result if isinstance(a, Awaitable) else call.fresh(detail=n) for n, a in enumerate(call.arguments)
    )
    exact = not call.is_open
    shape = SequenceShape("builtins.list", results, exact, not exact, call.step.node)
    return Maybe(Awaitable(call.allocate(shape)))


def _call_known(call: Call, name: str, owner: Value | None = None) -> Outcome:
    """Call something of another module, of which the catalogue may tell what it gives."""
    world = call.machine.world
    if world.is_external(name):
        call.machine.contacted.add(name)
    inputs = call.everything if owner is None else [owner, *call.everything]
    is_pure = name.startswith("builtins.") and all(_is_determined(call, value) for value in inputs)
    use = world.result_of(name)
    if use is None:
        return call_unknown(call, unfollowed() if is_pure else None)
    result = typed(use, unfollowed() if is_pure else call.fresh())
    if world.catalogue.has("never-raises", name) or world.catalogue.is_exception(name):
        return result
    if not name.startswith("builtins."):
        call.hand_over()
    return Maybe(result)


def _is_determined(call: Call, value: Value) -> bool:
    """Whether nothing from outside the function decides a value, nor what is in it."""
    reachable = call.state.reachable([value])
    inside = [value, *(part for reference in reachable for part in parts(call.state.heap[reference]))]
    is_exact = all(getattr(call.state.heap[r], "is_exact", True) for r in reachable)
    return is_exact and all(
        not isinstance(v, Symbol | Choice | External) or getattr(v, "is_determined", False) for v in inside
    )


def _call_method(call: Call, function: Symbol, owner: Value, name: str) -> Outcome:
    if isinstance(owner, Reference):
        return _call_container(call, owner, name)
    if isinstance(owner, Constant):
        return call_constant_method(call, owner, name)
    type_ = type_of(call.state, owner)
    if type_ in ("builtins.dict", "") and name == "get" and call.arguments:
        return Maybe(symbol("get", owner, *call.arguments))
    catalogue = call.machine.world.catalogue
    if catalogue.has("never-raises", f"{type_}.{name}") or _is_logging(owner, name, catalogue):
        return NONE
    if type_:
        return _call_known(call, f"{type_}.{name}", owner)
    return call_unknown(call)


def _call_container(call: Call, owner: Reference, name: str) -> Outcome:
    results: list[tuple[State, Result]] = []
    for way, values in split(call.state, call.arguments):
        known = replace(call, state=way, arguments=values)
        method = dicts.call_method if isinstance(way.heap[owner], DictShape) else sequences.call_method
        outcome = method(known, owner, name)
        results += outcome if isinstance(outcome, list) else [(way, outcome)]
    return results


def _is_logging(owner: Value, name: str, catalogue: Catalogue) -> bool:
    """Whether a call is one of a logger that is only known by its name."""
    if name not in catalogue.members("logs"):
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
        does_more = any(find(ast.Call, manager.arguments[0]))
        return Maybe(made) if does_more else made
    if isinstance(manager, Symbol) and manager.operation == "nothing":
        inside: Value = manager.arguments[0] if manager.arguments else NONE
        return inside
    if isinstance(manager, Symbol) and manager.type:
        swallows = machine.world.catalogue.has("swallows", manager.type)
        is_quiet = swallows or machine.world.local_class(manager.type) is not None
        return manager if is_quiet else Maybe(manager)
    return Maybe(machine.fresh(step))
