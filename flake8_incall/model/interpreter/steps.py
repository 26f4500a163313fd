"""What each action of the graph does to a state."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flake8_incall.model.code.binder import imported
from flake8_incall.model.flow.graph import Action, Step
from flake8_incall.model.flow.queries import HANDLED
from flake8_incall.model.interpreter.assumptions import assume, doubt
from flake8_incall.model.interpreter.enumeration import assignments, value_of
from flake8_incall.model.interpreter.evaluation import evaluate
from flake8_incall.model.interpreter.exceptions import divided
from flake8_incall.model.interpreter.invocation import entered
from flake8_incall.model.interpreter.lookup import of_definition
from flake8_incall.model.interpreter.outcomes import Maybe, Outcome, split
from flake8_incall.model.interpreter.patterns import matches
from flake8_incall.model.interpreter.sequences import iterate, unpack
from flake8_incall.model.interpreter.state import Decision, Leaving, Raised, Returned, State
from flake8_incall.model.interpreter.stores import delete_item, set_attribute, set_item
from flake8_incall.model.interpreter.values import (
    NONE,
    UNBOUND,
    Choice,
    Class,
    DictShape,
    Iterating,
    SequenceShape,
    Symbol,
    Value,
    symbol,
)

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine
    from flake8_incall.model.interpreter.state import Way

_COMPREHENDED: dict[type[ast.AST], str] = {
    ast.ListComp: "builtins.list",
    ast.SetComp: "builtins.set",
    ast.GeneratorExp: "builtins.generator",
}
# Loops over more items than these are not followed round by round.
_LONGEST_EXACT = 16


def apply(machine: Machine, state: State, step: Step, outcome: Outcome) -> Iterable[Way]:
    """Go on with what an evaluation gave: push values, lead exceptions to their handler."""
    results = outcome if isinstance(outcome, list) else [(state, outcome)]
    for after, result in results:
        match result:
            case Raised():
                yield from fail(after, step, result)
            case Maybe(value=value, raised=raised):
                yield from fail(after.fork(), step, raised)
                after.stack.append(value)
                yield from _next(after, step)
            case _:
                after.stack.append(result)
                yield from _next(after, step)


def fail(state: State, step: Step, raised: Raised) -> Iterable[Way]:
    """Let an exception be under way."""
    # A handler of what cannot raise is not in the graph.
    if step.handler is not None and step.handler.index >= 0:
        state.leaving = raised
        yield step.handler, state


def _next(state: State, step: Step) -> Iterable[Way]:
    return () if step.next is None else ((step.next, state),)


def _pass(_: Machine, state: State, step: Step) -> Iterable[Way]:
    return _next(state, step)


def _execute(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    if step.can_raise:
        yield from fail(state.fork(), step, Raised(frozenset({"builtins.ImportError"})))
    for name, value in _bound(machine, step):
        state.env[machine.world.names.home(step.scope, name)] = value
    yield from _next(state, step)


def _bound(machine: Machine, step: Step) -> Iterable[tuple[str, Value]]:
    """The names that a statement binds without an expression, and what each stands for then."""
    match step.node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() as node:
            yield node.name, of_definition(machine.world, node)
        case ast.ClassDef() as node:
            yield node.name, Class(node)
        case ast.Import() | ast.ImportFrom() as node:
            for name, target in imported(node):
                known = None if target.startswith(".") else machine.world.external(target)
                yield name, known or machine.fresh(step, detail=name)
        case node if isinstance(alias := getattr(node, "name", None), ast.Name):
            # `type X = ...` of Python 3.12.
            yield alias.id, machine.fresh(step)


def _store(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    node = step.node
    match node:
        case ast.Name():
            variable = machine.world.names.home(step.scope, node.id)
            value = state.stack.pop()
            if step.next is None or machine.live.is_live(step.next, variable):
                state.env[variable] = value
        case ast.Attribute():
            value, owner = state.pop(2)
            set_attribute(state, value, state.resolve(owner), node.attr)
            _forget_members(state, node.attr)
        case ast.Subscript():
            for after, operands in split(state, state.pop(3), keep=(0,)):
                for done, raised in set_item(after, *operands):
                    if raised is not None:
                        yield from fail(done, step, raised)
                    else:
                        yield from _next(done, step)
            return
        case ast.Tuple() | ast.List():
            for after, [value] in split(state, state.pop(1)):
                yield from _unpack(machine, after, step, unpack(machine, after, step, value, node.elts))
            return
    yield from _next(state, step)


def _unpack(machine: Machine, state: State, step: Step, items: object) -> Iterable[Way]:
    if isinstance(items, Raised):
        yield from fail(state, step, items)
    elif isinstance(items, list):
        state.stack.extend(reversed(items))
        yield from _next(state, step)


def _forget_members(state: State, name: str) -> None:
    for value in list(state.facts):
        if isinstance(value, Symbol) and value.operation == "member" and value.arguments[1] == name:
            del state.facts[value]


def _delete(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    node = step.node
    if isinstance(node, ast.Name):
        state.env[machine.world.names.home(step.scope, node.id)] = UNBOUND
        yield from _next(state, step)
    elif isinstance(node, ast.Subscript):
        for after, [owner, key] in split(state, state.pop(2)):
            for done, raised in delete_item(after, owner, key):
                if raised is not None:
                    yield from fail(done, step, raised)
                else:
                    yield from _next(done, step)
    else:
        state.pop(1)
        yield from _next(state, step)


def _copy(_: Machine, state: State, step: Step) -> Iterable[Way]:
    state.stack.append(state.stack[-1])
    return _next(state, step)


def _discard(_: Machine, state: State, step: Step) -> Iterable[Way]:
    state.stack.pop()
    return _next(state, step)


def _test(_: Machine, state: State, step: Step) -> Iterable[Way]:
    for after, [value] in split(state, state.pop(1)):
        tried = assignments(after, value)
        if tried is not None:
            yield from _tried(step, tried, value)
            continue
        ways = []
        for answer, target, way in ((True, step.next, after.fork()), (False, step.other, after)):
            if target is not None and assume(way, value, answer):
                ways.append((answer, target, way))
        for answer, target, way in ways:
            if len(ways) > 1:
                doubt(way, value, (step, answer))
                way.trail = Decision(way.trail, step.node, answer)
            yield target, way


def _tried(step: Step, ways: list[State], condition: Value) -> Iterable[Way]:
    for way in ways:
        answer = value_of(way, condition)
        target = step.next if answer is not None and answer.value else step.other
        if target is not None:
            doubt(way, condition, (step, target is step.next))
            way.trail = Decision(way.trail, step.node, target is step.next)
            yield target, way


def _start(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    shape = (
        DictShape({}, node=step.node)
        if isinstance(step.node, ast.DictComp)
        else SequenceShape(_COMPREHENDED[type(step.node)], node=step.node)
    )
    state.stack.append(state.allocate(machine.minted(step), shape))
    return _next(state, step)


def _collect(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    container = state.stack[step.place]
    if isinstance(step.node, ast.DictComp):
        for after, [key, value] in split(state, state.pop(2), keep=(1,)):
            for done, _ in set_item(after, value, container, key):
                yield from _next(done, step)
        return
    item = state.stack.pop()
    shape = state.sequence_at(container)
    if shape is not None:
        grown = shape.with_items((*shape.items, item)) if shape.is_exact else shape.blurred(item)
        state.heap[container] = grown  # type: ignore[index]
    yield from _next(state, step)


def _iter(_: Machine, state: State, step: Step) -> Iterable[Way]:
    for after, [value] in split(state, state.pop(1)):
        iterator = iterate(after, value)
        if isinstance(iterator, Raised):
            yield from fail(after, step, iterator)
            continue
        if iterator.is_open:
            yield from fail(after.fork(), step, Raised())
        if iterator.is_exact and len(iterator.items) > _LONGEST_EXACT:
            iterator = Iterating(tuple(dict.fromkeys(iterator.items)), is_exact=False)
        after.stack.append(iterator)
        yield from _next(after, step)


def _iterate(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    iterator = state.stack[-1]
    if not isinstance(iterator, Iterating):
        iterator = Iterating((), False, True)
    if step.other is not None and not iterator.is_endless and not (iterator.is_exact and iterator.items):
        ended = state.fork()
        ended.stack.pop()
        yield step.other, ended
    if iterator.is_exact and not iterator.items:
        return
    if iterator.is_exact:
        state.stack[-1] = Iterating(iterator.items[1:], True)
        state.stack.append(iterator.items[0])
    elif iterator.is_open or not iterator.items:
        if iterator.is_open:
            yield from fail(state.fork(), step, Raised())
        state.stack.append(machine.fresh(step))
    elif len(iterator.items) == 1:
        state.stack.append(iterator.items[0])
    else:
        state.stack.append(Choice((machine.context, step), iterator.items))
    yield from _next(state, step)


def _enter(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    for after, [manager] in split(state, state.pop(1)):
        yield from apply(machine, after, step, entered(machine, after, step, manager))


def _match(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    case = step.node
    if not isinstance(case, ast.match_case):
        return
    for after, [subject] in split(state, [state.stack[-1]]):
        after.stack[-1] = subject
        for way, fits in matches(machine, after, step, case.pattern, subject):
            target = step.next if fits else step.other
            if target is not None:
                way.trail = Decision(way.trail, case.pattern, fits)
                yield target, way


def _catch(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    raised = state.leaving
    if not isinstance(raised, Raised):
        state.leaving = None
        yield from _next(state, step)
        return
    taken, passed = divided(machine.world, step.node, raised)
    if passed is not None and step.other is not None:
        way = state.fork()
        way.leaving = passed
        yield step.other, way
    if taken is not None:
        state.leaving = None
        state.env[machine.world.names.home(step.scope, HANDLED)] = taken.value
        if isinstance(step.node, ast.ExceptHandler) and step.node.name:
            state.env[machine.world.names.home(step.scope, step.node.name)] = taken.value
        yield from _next(state, step)


def _raise(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    node = step.node
    match node:
        case ast.Raise(exc=None):
            value = state.env.get(machine.world.names.home(step.scope, HANDLED), UNBOUND)
            raised = Raised.of(value)
        case ast.Raise():
            value = state.resolve(state.stack[-1 if node.cause is None else -2])
            raised = Raised.of(_instance(machine, value))
        case ast.Assert():
            raised = Raised(frozenset({"builtins.AssertionError"}))
        case _:
            raised = Raised(frozenset({"builtins.SystemExit"}))
    return fail(state, step, raised)


def _instance(machine: Machine, value: Value) -> Value:
    """What `raise` makes of a class."""
    return symbol("made", type=machine.world.classes.name_of(value.definition)) if isinstance(value, Class) else value


def _return(_: Machine, state: State, step: Step) -> Iterable[Way]:
    has_value = not (isinstance(step.node, ast.Return) and step.node.value is None)
    value = state.resolve(state.stack.pop()) if has_value else NONE
    return _depart(state, step.route, Returned(step.node, value))


def _leave(_: Machine, state: State, step: Step) -> Iterable[Way]:
    # Only the way of an exception begins at a label, which has no handler of its own.
    carried = state.leaving if step.handler is None else None
    return _depart(state, step.route, carried)


def _resume(_: Machine, state: State, step: Step) -> Iterable[Way]:
    route, carried = state.pending[-1]
    state.pending = state.pending[:-1]
    return _depart(state, route, carried)


def _depart(state: State, route: tuple[Step, ...], carried: Leaving) -> Iterable[Way]:
    """Go to the first stop of a route, and remember the others while a `finally` body runs there."""
    if len(route) > 1:
        # A jump out of `finally` bodies gives up what was under way there.
        outer = state.pending[: route[0].finals - 1]
        state.pending = (*outer, (route[1:], carried))
        state.leaving = None
    else:
        state.leaving = carried
    yield route[0], state


def _evaluate(machine: Machine, state: State, step: Step) -> Iterable[Way]:
    return apply(machine, state, step, evaluate(machine, state, step))


ACTIONS: dict[Action, Callable[[Machine, State, Step], Iterable[Way]]] = {
    Action.PASS: _pass,
    Action.EVALUATE: _evaluate,
    Action.EXECUTE: _execute,
    Action.STORE: _store,
    Action.DELETE: _delete,
    Action.COPY: _copy,
    Action.DISCARD: _discard,
    Action.TEST: _test,
    Action.START: _start,
    Action.COLLECT: _collect,
    Action.ITER: _iter,
    Action.ITERATE: _iterate,
    Action.ENTER: _enter,
    Action.MATCH: _match,
    Action.CATCH: _catch,
    Action.RAISE: _raise,
    Action.RETURN: _return,
    Action.LEAVE: _leave,
    Action.RESUME: _resume,
}
