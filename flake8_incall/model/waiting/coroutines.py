"""Coroutines that are made and never awaited, and tasks that nothing keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api, TypeUse
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Local, Outside, Referent
from flake8_incall.model.waiting.discarding import is_discarded, uses_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_CONTEXT = "livekit.agents.RunContext."


@dataclass(frozen=True, slots=True)
class Lost:
    """A coroutine or task that is lost.

    Attributes:
        node: The call that makes it.
        owner: The function in which that stands.
    """

    node: ast.Call
    owner: Callable


def unawaited(function: InCallFunction) -> Iterator[Lost]:
    """The coroutines that an in-call function or its helpers make and never await."""
    module = function.module
    for call in _calls(function):
        if _makes_coroutine(call.node, module) and _is_unawaited(call.node, call.owner, module):
            yield call


def lost_tasks(function: InCallFunction) -> Iterator[Lost]:
    """The background tasks that an in-call function or its helpers start and nothing keeps or awaits."""
    module = function.module
    for call in _calls(function):
        if _starts_task(call.node, module) and is_discarded(call.node, call.owner, module):
            yield call


def _calls(function: InCallFunction) -> Iterator[Lost]:
    """The calls in an in-call function and its helpers."""
    module = function.module
    for owner in dict.fromkeys(owner for owner, _ in module.fact(CallGraph).ways(function)):
        for node in module.fact(Calls).nodes(owner):
            if isinstance(node, ast.Call):
                yield Lost(node, owner)


def _makes_coroutine(node: ast.Call, module: Module) -> bool:
    referents = module.fact(References).of(node.func)
    if any(isinstance(referent, Outside) and referent.name.startswith(_CONTEXT) for referent in referents):
        # LiveKit hands over what the annotation says.
        referents = frozenset(referent for referent in referents if isinstance(referent, Outside))
    is_dropped = module.index.is_dropped(node)
    return bool(referents) and all(_gives_coroutine(referent, module, is_dropped) for referent in referents)


def _gives_coroutine(referent: Referent, module: Module, is_dropped: bool) -> bool:
    match referent:
        case Local(definition=ast.AsyncFunctionDef() as definition):
            # A decorator can make anything of it, and a generator is no coroutine.
            return _is_coroutine_function(definition, module) and not module.fact(World).is_generator(definition)
        case Outside(name=name):
            api = module.fact(References).catalogue.api(name)
            # Whose result is dropped does something that takes time; `from_env()` and `json()` need not.
            if api is None or api.returns is None or (_is_guessed(name, api.name) and not is_dropped):
                return False
            forms = api.returns.forms
            return forms[:1] in (("coroutine",), ("awaitable context",), ("awaitable object",))
    return False


def _is_guessed(name: str, entry: str) -> bool:
    """Whether an entry for all methods of a class stands for one, of which a few are not to be awaited."""
    return entry.endswith(".*") and name.count(".") == entry.count(".")


def _is_coroutine_function(definition: ast.AsyncFunctionDef, module: Module) -> bool:
    """Whether each call gives a coroutine of its own, whatever decorates the function."""
    return all(
        (decoration.is_call_kept and decoration.kind != "caches")
        or (decoration.wrappers and all(isinstance(w.function, ast.AsyncFunctionDef) for w in decoration.wrappers))
        for decoration in module.fact(Decorators).of(definition)
    )


def _is_unawaited(node: ast.Call, owner: Callable, module: Module) -> bool:
    parent = module.parents[node]
    match parent:
        case ast.Attribute(attr=attribute):
            return attribute not in module.catalogue.members("of-coroutine")
        case ast.Subscript(value=value):
            return value is node
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            uses = uses_of(name, node, owner, module)
            return uses is not None and all(_is_misuse(use, module) for use in uses)
        case ast.Compare():
            return False
    return is_discarded(node, owner, module)


def _is_misuse(use: ast.Name, module: Module) -> bool:
    """Whether a use takes a coroutine for its result."""
    parent = module.parents[use]
    match parent:
        case ast.Attribute(attr=attribute):
            return attribute not in module.catalogue.members("of-coroutine")
        case ast.Subscript(value=value):
            return value is use
    return False


def _starts_task(node: ast.Call, module: Module) -> bool:
    apis = module.fact(Calls).apis(node.func)
    # Threads, and what waits in another thread, keep themselves. `gather` makes tasks of what it is given.
    return any(_gives_task(api) or api.name == "asyncio.gather" for _, api in apis)


def _gives_task(api: Api) -> bool:
    return "task" in api.effects and api.returns == TypeUse("asyncio.Task")
