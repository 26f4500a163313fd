"""Calls: of the module's functions, of classes, of builtins, of methods, of what is known outside."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.handed_back import HandedBack
from flake8_incall.model.code.binding import Arguments
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter import dicts, records, sequences
from flake8_incall.model.interpreter.attributes import method
from flake8_incall.model.interpreter.builtin_functions import BUILTINS
from flake8_incall.model.interpreter.functions import call_function, call_unknown
from flake8_incall.model.interpreter.lookup import evaluate_apart, of_definition
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome, Result, split
from flake8_incall.model.interpreter.sequences import iterate
from flake8_incall.model.interpreter.state import Raised, State
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
    Iterating,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    parts,
    symbol,
    unfollowed,
)

if TYPE_CHECKING:
    from flake8_incall.catalogue import Api, Catalogue
    from flake8_incall.model.interpreter.machine import Machine


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
        case Symbol(operation="manager", arguments=(definition, *bound)):
            return _then(
                call_function(call, Function(definition, tuple(bound))), lambda made: Symbol("managing", (made,))
            )
        case Symbol(operation="decorated", arguments=(definition, outside, *bound)):
            return _call_decorated(call, definition, outside, tuple(bound))
        case Symbol() if (called := _called(call.machine, function, "__call__")) is not None:
            return invoke(call, called)
        case Constant() | Awaitable() | Reference():
            return TYPE_ERROR
        case _:
            return _call_by_name(call)


def _then(outcome: Outcome, make: Callable[[Value], Value]) -> Outcome:
    """Make something of the value that a call gives."""
    if isinstance(outcome, list):
        return [(state, _made_of(result, make)) for state, result in outcome]
    return _made_of(outcome, make)


def _made_of(result: Result, make: Callable[[Value], Value]) -> Result:
    match result:
        case Raised():
            return result
        case Maybe():
            return replace(result, value=make(result.value))
    return make(result)


def _called(machine: Machine, owner: Symbol, name: str) -> Value | None:
    """A method that Python calls on an instance of a class of the module."""
    definition = machine.world.classes.definition(owner.type) if owner.type else None
    binding = machine.world.classes.binding(definition, name) if definition is not None else None
    found = binding.node if binding is not None else None
    return method(machine.world, found, owner) if isinstance(found, FunctionNode) else None


def _call_by_name(call: Call) -> Outcome:
    """Call something that has no known value, where only one function can be it and its result is returned."""
    module, node, body = call.machine.world.module, call.step.node, call.machine.active[-1]
    if not isinstance(node, ast.Call) or isinstance(body, ast.Expression):
        return call_unknown(call)
    found = module.fact(CallGraph).only(node) if node in module.fact(HandedBack).of(body) else None
    if found is None:
        return call_unknown(call)
    definition, is_bound = found
    return invoke(
        call, of_definition(call.machine.world, definition, *((call.fresh(detail="self"),) if is_bound else ()))
    )


def _call_decorated(call: Call, definition: FunctionNode, outside: int, bound: tuple[Value, ...]) -> Outcome:
    """Call what the decorators of a function have made of it, behind some of them."""
    world = call.machine.world
    rest = definition.decorator_list[outside:]
    place = next((n for n, decorator in enumerate(rest, outside) if not world.is_transparent(decorator)), None)
    if place is None:
        return call_function(call, Function(definition, bound))
    decorator = definition.decorator_list[place]
    wrapped = Symbol("decorated", (definition, place + 1))
    is_wrapped = world.module.fact(CallGraph).is_wrapped(decorator)
    maker = evaluate_apart(call.machine, call.state, decorator) if is_wrapped else None
    if not isinstance(maker, Function) or maker.definition in call.machine.active:
        return call_unknown(call)
    made = call_function(Call(call.machine, call.state, call.step, [wrapped]), maker)
    results: list[tuple[State, Result]] = []
    for state, result in made if isinstance(made, list) else [(call.state, made)]:
        wrapper = result.value if isinstance(result, Maybe) else result
        again = replace(call, state=state, arguments=[*bound, *call.arguments])
        outcome = call_function(again, wrapper) if isinstance(wrapper, Function) else call_unknown(again)
        results += outcome if isinstance(outcome, list) else [(state, outcome)]
    return results


# Classes and what is outside


def _instantiate(call: Call, function: Class) -> Outcome:
    type_ = call.machine.world.classes.name_of(function.definition)
    ancestors = call.machine.world.classes.ancestors(type_)
    if call.machine.world.catalogue.any_has("is-typed-dict", ancestors):
        return dicts.make(call)
    made = records.make(call, function.definition)
    if "builtins.BaseException" in ancestors:
        return made
    has_body = call.machine.world.classes.binding(function.definition, "__init__") is not None
    if records.fields_of(call, made) is None:
        call.hand_over()
    return made if not has_body and not call.everything else Maybe(made)


def _call_external(call: Call, name: str) -> Outcome:
    if (made := _of_fields(call, name)) is not None:
        return made
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
    if name == "asyncio.sleep":
        return Awaitable(NONE)
    if call.machine.world.catalogue.has("swallows", name):
        return call.fresh(name)
    if name == "contextlib.nullcontext":
        return Symbol("nothing", tuple(call.arguments[:1]), name)
    return _call_known(call, name)


def _of_fields(call: Call, name: str) -> Outcome | None:
    """What `asdict`, `vars` and `replace` make of an instance whose fields are known."""
    catalogue = call.machine.world.catalogue
    if not call.arguments:
        return None
    owner = call.state.resolve(call.arguments[0])
    if catalogue.has("gives-fields", name):
        return records.as_dict(call, owner)
    if catalogue.has("gives-attributes", name):
        return records.attributes(call, owner, is_copied=name == "builtins.dict")
    return records.changed(call, owner, call.keywords) if catalogue.has("changes-fields", name) else None


def _handed_on(call: Call, api: Api) -> Outcome | None:
    """What a library function gives that runs or awaits what it is handed; `None` for any other."""
    arguments = Arguments(tuple(call.arguments), call.keywords)
    if api.awaits_all:
        return _gather(call)
    if api.enters is not None:
        manager = arguments.of(api.enters.name, api.enters.position)
        outcome = None if isinstance(manager, str) else entered(call.machine, call.state, call.step, manager)
        return _then(outcome, Awaitable) if outcome is not None and api.is_awaitable else outcome
    if api.awaits is not None:
        awaitable = arguments.of(api.awaits.name, api.awaits.position)
        return None if isinstance(awaitable, str) else Maybe(awaitable)
    if api.runs is None or call.is_open or api.each or (api.later and api.in_thread):
        return None
    function = arguments.of(api.runs.name, api.runs.position)
    if not isinstance(function, Function | Symbol):
        return None
    is_named = api.runs.name in call.keywords
    rest = call.arguments if is_named else call.arguments[(api.runs.position or 0) + 1 :]
    keywords = {name: value for name, value in call.keywords.items() if not is_named or name != api.runs.name}
    if api.later:
        return _kept(function, rest, keywords) if isinstance(function, Function) else None
    outcome = invoke(replace(call, arguments=rest, keywords=keywords), function)
    return _then(outcome, Awaitable) if api.is_awaitable else outcome


def _kept(function: Function, rest: list[Value], keywords: dict[str, Value]) -> Function:
    """A function with some of its arguments: `partial(book, city)`."""
    named = {**dict(function.named), **keywords}
    return replace(function, bound=(*function.bound, *rest), named=tuple(named.items()))


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
    api = world.catalogue.api(name)
    if api is not None and api.is_external:
        call.machine.contacted.add(name)
    handed = _handed_on(call, api) if api is not None else None
    if handed is not None:
        return handed
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
    if isinstance(owner, Awaitable) and name == "result":
        return Maybe(owner.result)
    if (made := records.called(call, owner, name)) is not None:
        return made
    type_ = type_of(call.state, owner)
    if type_ in ("builtins.dict", "") and name == "get" and call.arguments:
        return Maybe(symbol("get", owner, *call.arguments))
    catalogue = call.machine.world.catalogue
    if catalogue.has("never-raises", f"{type_}.{name}") or _is_logging(owner, name, catalogue):
        return NONE
    if type_ and call.machine.world.classes.definition(type_) is None:
        return _call_known(call, f"{type_}.{name}", owner)
    call.state.release([owner])
    return _call_by_name(call)


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
            inner = within(value, "coroutine", "awaitable", "awaitable context", "awaitable object")
            return Maybe(machine.fresh(step) if inner is None else inner)


def entered(machine: Machine, state: State, step: Step, manager: Value) -> Outcome:
    """What `with manager as …` gives."""
    inner = within(manager, "context", "async context", "awaitable context", "awaitable object")
    if inner is not None:
        return Maybe(inner)
    if isinstance(manager, Constant):
        return TYPE_ERROR
    if isinstance(manager, Symbol) and manager.operation == "managing":
        given = iterate(state, manager.arguments[0])
        is_known = isinstance(given, Iterating) and given.is_exact and len(given.items) == 1
        return given.items[0] if isinstance(given, Iterating) and is_known else Maybe(machine.fresh(step))
    if isinstance(manager, Symbol) and manager.operation == "nothing":
        inside: Value = manager.arguments[0] if manager.arguments else NONE
        return inside
    if isinstance(manager, Symbol) and (outcome := _entered_by_method(machine, state, step, manager)) is not None:
        return outcome
    if isinstance(manager, Symbol) and manager.type:
        swallows = machine.world.catalogue.has("swallows", manager.type)
        is_quiet = swallows or machine.world.classes.definition(manager.type) is not None
        return manager if is_quiet else Maybe(manager)
    return Maybe(machine.fresh(step))


def _entered_by_method(machine: Machine, state: State, step: Step, manager: Symbol) -> Outcome | None:
    """What the `__enter__` of a class of the module gives."""
    is_async = isinstance(machine.world.module.parents.get(step.node), ast.AsyncWith)
    enter = _called(machine, manager, "__aenter__" if is_async else "__enter__")
    if enter is None:
        return None
    outcome = invoke(Call(machine, state, step, []), enter)
    return _then(outcome, lambda made: made.result if isinstance(made, Awaitable) else made) if is_async else outcome
