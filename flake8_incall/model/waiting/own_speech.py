"""Circular waits: functions that await their own speech."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.code.tree import values_given
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Instance, Outside, names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_CONTEXT = "livekit.agents.RunContext"
_SESSION = "livekit.agents.AgentSession"
# Attributes that are the speech during which the model called the function, and whose they are.
_OWN_SPEECH = {"speech_handle": _CONTEXT, "current_speech": _SESSION}
_WAITING = frozenset(f"asyncio.{name}" for name in ("gather", "wait_for", "wait", "shield", "create_task"))
_GROUPED = "asyncio.TaskGroup.create_task"


@dataclass(frozen=True, slots=True)
class CircularWait:
    """A wait of a function for its own speech.

    Attributes:
        node: What is waited for: the speech, or a call of its `wait_for_playout`.
        speech: The expression that is the speech.
        owner: The function in which that stands.
        context: The name of the `RunContext` there; `None` where it has none.
    """

    node: ast.expr
    speech: ast.expr
    owner: Callable
    context: str | None


def circular_waits(function: InCallFunction) -> Iterator[CircularWait]:
    """The waits of a function and its helpers for the speech that waits for the function."""
    module = function.module
    if not any(node.attr in _OWN_SPEECH for node in module.index.nodes(ast.Attribute)):
        return
    for owner, chain in module.fact(CallGraph).ways(function):
        if not _is_in_background(chain, module):
            for node in module.fact(Calls).nodes(owner):
                for awaited in _awaited(node, module):
                    if not _gave_turn_back(awaited, owner, chain, module):
                        yield from _in(awaited, owner, chain, module)


def _awaited(node: ast.AST, module: Module) -> list[ast.expr]:
    """The expressions that a node waits for: the value of an `await`, the tasks of a task group."""
    if isinstance(node, ast.Await):
        return [node.value]
    is_in_group = isinstance(node, ast.Call) and _GROUPED in _names(node, module)
    return node.args if isinstance(node, ast.Call) and is_in_group else []


def _in(node: ast.expr, owner: Callable, chain: Chain, module: Module) -> Iterator[CircularWait]:
    """The waits for the own speech in something that is awaited."""
    pending, seen = [node], {node}
    while pending:
        current = pending.pop()
        speech = _waited_for(current)
        if speech is not None and _is_own(speech, chain, module):
            yield CircularWait(current, speech, owner, _context(owner, module))
            continue
        new = [part for part in _parts(current, chain, module) if part not in seen]
        seen.update(new)
        pending += new


def _waited_for(node: ast.expr) -> ast.expr | None:
    """The speech that an awaited expression waits for, if it is one: `speech`, `speech.wait_for_playout()`."""
    match node:
        case ast.Call(func=ast.Attribute(value=speech, attr="wait_for_playout")):
            return speech
        case ast.Name() | ast.Attribute():
            return node
    return None


def _parts(node: ast.expr, chain: Chain, module: Module) -> list[ast.expr]:
    """The parts awaited with an expression: arguments of `gather`, elements of a list, the value of a name."""
    match node:
        case ast.Call() if _waits_for_arguments(node, module):
            return values_given(node)
        case ast.Starred(value=value):
            return [value]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return elements
        case ast.Name():
            found = origins(node, chain, module.fact(References))
            return [origin.node for origin in found if origin.node is not None and origin.chain == chain]
    return []


def _is_own(speech: ast.expr, chain: Chain, module: Module) -> bool:
    """Whether an expression is the function's own speech, and no other that it has begun."""
    found = [origin.node for origin in origins(speech, chain, module.fact(References))]
    known = [node for node in found if not (isinstance(node, ast.Constant) and node.value is None)]
    return bool(known) and all(isinstance(node, ast.Attribute) and _is_own_attribute(node, module) for node in known)


def _is_own_attribute(node: ast.Attribute, module: Module) -> bool:
    return node.attr in _OWN_SPEECH and _OWN_SPEECH[node.attr] in _classes(node.value, module)


def _classes(node: ast.expr, module: Module) -> Iterator[str]:
    """The classes from outside that an object can have."""
    for referent in module.fact(References).of(node):
        if isinstance(referent, Instance):
            yield module.catalogue.canonical(referent.type.name)
        elif isinstance(referent, Outside) and (kind := module.catalogue.attribute(referent.name)) is not None:
            yield kind.name


def _waits_for_arguments(node: ast.Call, module: Module) -> bool:
    return not _WAITING.isdisjoint(_names(node, module))


def _names(call: ast.Call, module: Module) -> set[str]:
    return set(map(module.catalogue.canonical, names_of(module.fact(References).of(call.func))))


def _context(owner: Callable, module: Module) -> str | None:
    """The name by which a function has the `RunContext`."""
    arguments = [*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs]
    for argument in arguments:
        objects = module.fact(References).members.parameter(argument)
        types = (referent.type.name for referent in objects if isinstance(referent, Instance))
        if _CONTEXT in map(module.catalogue.canonical, types):
            return argument.arg
    return None


def _is_in_background(chain: Chain, module: Module) -> bool:
    """Whether a helper runs in a task of its own: the function can return while that waits."""
    return any(link.call is None or module.fact(Calls).begins_task(module.parents[link.call]) for link in chain)


def _gave_turn_back(node: ast.expr, owner: Callable, chain: Chain, module: Module) -> bool:
    """Whether `ctx.update(...)` went before: the speech then waits for the function no longer."""
    places = [(owner, node.lineno), *((link.caller, link.mention.lineno) for link in chain)]
    return any(_updates(place, line, module) for place, line in places)


def _updates(owner: Callable, line: int, module: Module) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and node.lineno < line
        and _CONTEXT in _classes(node.func.value, module)
        for node in module.fact(Calls).nodes(owner)
    )
