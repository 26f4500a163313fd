"""Handlers whose failure nobody hears of who runs the service: they end in an error, and nothing on the way logs it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode, below, find, last_name, values_given
from flake8_incall.model.errors.aftermath import is_for_failure, is_logging
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.errors.fallible import Fallible
from flake8_incall.model.flow.graph import Action, Graph, Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import after, caught, steps_of
from flake8_incall.model.interpreter.values import Constant, DictShape
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import definitions_of, names_of
from flake8_incall.model.results.judgements import is_success
from flake8_incall.model.results.results import Result

# Names of functions that tell somebody, whoever wrote them.
_TELLING = re.compile(
    r"log|report|notif|alert|capture|record|track|emit|trace|sentry|incident|metric|event|publish|warn|audit|send|fail"
)

# The ways on from each are followed by themselves, which is too much work in a function of hundreds.
_MOST_HANDLERS = 50


def unlogged_failures(function: InCallFunction) -> Iterator[tuple[ast.ExceptHandler, Fallible]]:
    """The handlers in a function that take up the failure of a call to the outside and log nothing."""
    failures = function.module.fact(Failures)
    for body in failures.answering(function):
        yield from _unlogged(function, body, failures.answers(function).returned(body))


def _unlogged(
    function: InCallFunction, body: FunctionNode, returned: list[Result]
) -> Iterator[tuple[ast.ExceptHandler, Fallible]]:
    module = function.module
    graph = module.fact(Graphs).of(body)
    results: dict[ast.AST, list[Result]] = {}
    for result in returned:
        results.setdefault(result.node, []).append(result)
    for handler, call in islice(_handlers(function, body, graph), _MOST_HANDLERS):
        ways = _ways_on(handler, graph, module)
        if _ends_in_error(ways, graph, handler, results) and not _tells(ways, handler, module):
            yield handler, call


def _handlers(
    function: InCallFunction, body: FunctionNode, graph: Graph
) -> Iterator[tuple[ast.ExceptHandler, Fallible]]:
    """The handlers in one body that are for failures, each with the first call that can fail so."""
    module = function.module
    own = {node for node in module.fact(Calls).nodes(body) if isinstance(node, ast.ExceptHandler)}
    for handler, calls in module.fact(Failures).protected(function).items():
        if isinstance(handler, ast.ExceptHandler) and handler in own and handler in graph.of_node:
            meant = next((call for call in calls if is_for_failure(handler, call, module)), None)
            if meant is not None:
                yield handler, meant


def _ways_on(handler: ast.ExceptHandler, graph: Graph, module: Module) -> set[Step]:
    """What is executed after a handler takes an exception, up to where the function ends or the `try` begins again."""
    tried = below(*module.fact(Failures).handlers.try_of(handler).body)
    # Only a loop leads from a handler back into its `try`.
    return {*after(caught(graph, handler), avoiding={*steps_of(graph, tried)})}


def _ends_in_error(
    ways: set[Step], graph: Graph, handler: ast.ExceptHandler, results: dict[ast.AST, list[Result]]
) -> bool:
    """Whether all that comes after a handler is an error, as far as results tell."""
    returns = [step.node for step in ways if step.action is Action.RETURN]
    if not returns or graph.fallen in ways or any(step.action is Action.RAISE for step in ways):
        return False
    inside = {*below(handler)}
    return all(_is_error(results.get(node, []), is_inside=node in inside) for node in returns)


def _is_error(results: Iterable[Result], *, is_inside: bool) -> bool:
    """Whether a `return` hands back an error. One inside a handler does so unless it hands back a success."""
    known = list(results)
    if is_inside:
        return not any(is_success(result) for result in known)
    return bool(known) and all(_has_error_status(result) for result in known)


def _has_error_status(result: Result) -> bool:
    shape = result.shape()
    status = shape.lookup("status") if isinstance(shape, DictShape) else None
    return status is not None and all(option == Constant("error") for option, _ in result.options(status.value))


def _tells(ways: set[Step], handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether something on the way logs, or may tell somebody: by its name, or since it takes the exception."""
    calls = {step.node for step in ways if isinstance(step.node, ast.Call)}
    return any(is_logging(call, module) or _may_tell(call, handler, module) for call in calls)


def _may_tell(call: ast.Call, handler: ast.ExceptHandler, module: Module) -> bool:
    name = last_name(call.func)
    if _TELLING.search(name.lower()):
        return True
    if _takes_exception(call, handler) and "builtins" not in _root(call, module):
        return not isinstance(module.parents[call], ast.FormattedValue)
    return any(_logs(helper, module) for helper in definitions_of(module.fact(References).of(call.func)))


def _takes_exception(call: ast.Call, handler: ast.ExceptHandler) -> bool:
    given = values_given(call)
    return handler.name is not None and any(isinstance(a, ast.Name) and a.id == handler.name for a in given)


def _logs(definition: FunctionNode | ast.ClassDef, module: Module) -> bool:
    calls = find(ast.Call, definition)
    return any(is_logging(call, module) or _TELLING.search(last_name(call.func).lower()) for call in calls)


def _root(call: ast.Call, module: Module) -> set[str]:
    return {name.partition(".")[0] for name in names_of(module.fact(References).of(call.func))}
