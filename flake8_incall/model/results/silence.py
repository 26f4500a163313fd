"""Ends of a function that leave the caller in silence: LiveKit makes no reply to `None`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode, find, values_given
from flake8_incall.model.flow.graph import Action, Graph, Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import between, until_left
from flake8_incall.model.interpreter.values import NONE
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Local
from flake8_incall.model.results.judgements import settled_results
from flake8_incall.model.results.results import Result
from flake8_incall.model.signature.type_tree import TypeKind

# What a caller hears of without a result: speech, another agent, the end of the call or of a task.
_HEARD = re.compile(
    r"(?:^|_)(?:say|says|speak|speech|reply|announce|play|playout|transfer|handoff|hand_off|hang_?up|shutdown|drain"
    r"|disconnect|delete_room|aclose|interrupt|update_agent|switch|end_call|end_session|sip|goodbye|terminate|escalate"
    r"|greet|tell|inform|respond|tts|audio|(?:move|remove)_participant)(?:_|$)"
)
# Methods of an agent itself that are known to say nothing.
_QUIET = re.compile(r"^update_(?!agent)")


def silent_ends(function: InCallFunction) -> Iterator[Result]:
    """The ends without a value, and without anything that the caller hears, of a function that else gives values.

    Where no end gives a value, silence is on purpose.
    """
    results = function.fact(settled_results)
    values = [result for result in results.returned if result.value != NONE]
    if not values or (function.returns is not None and function.returns.kind is TypeKind.NONE):
        return
    graph = function.module.fact(Graphs).of(function.node)
    silent = _silent_steps(graph, function)
    ends = {step.node for step in silent if step.action is Action.RETURN}
    told: set[ast.AST] = set()
    for result in results.returned:
        if result.value == NONE and result.is_certain and result.node in ends and result.node not in told:
            told.add(result.node)
            yield result
    last = {function.module.index.statement(step.node) for step in silent if step is not graph.fallen}
    fallen = [result for result in results.fallen if result.is_certain and result.node in last]
    if graph.fallen in silent and fallen:
        yield min(fallen, key=lambda result: getattr(result.node, "lineno", 0))


def _silent_steps(graph: Graph, function: InCallFunction) -> set[Step]:
    """The steps on ways from the entry to a normal end on which the caller hears nothing."""
    heard = {step for step in graph.steps if isinstance(step.node, ast.Call) and _is_heard(step.node, function)}
    return between(graph, [graph.entry], partial(_is_end, graph), until_left, heard)


def _is_end(graph: Graph, step: Step) -> bool:
    return step.action is Action.RETURN or step is graph.fallen


def _is_heard(call: ast.Call, function: InCallFunction) -> bool:
    """Whether a call lets the caller hear something, or may: by its name, or since a helper that it leads to does."""
    contexts = {parameter.name for parameter in function.contexts}
    pending, seen = [call], set[ast.AST]()
    while pending:
        current = pending.pop()
        if _is_spoken(current, contexts):
            return True
        definitions = _helpers(current.func, function.module)
        if not definitions and _may_speak(current, contexts):
            return True
        for argument in values_given(current):
            definitions += [argument] if isinstance(argument, ast.Lambda) else _helpers(argument, function.module)
        for definition in definitions:
            if definition not in seen:
                seen.add(definition)
                pending += find(ast.Call, definition)
    return False


def _helpers(node: ast.expr, module: Module) -> list[ast.AST]:
    """The functions of the module that an expression stands for."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return []
    found = [referent.definition for referent in module.fact(References).of(node) if isinstance(referent, Local)]
    return [definition for definition in found if isinstance(definition, FunctionNode | ast.Lambda)]


def _is_spoken(call: ast.Call, contexts: set[str]) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=owner), attr="update") if owner in contexts:
            return not any(_is_silent(keyword) for keyword in call.keywords)
        case ast.Attribute(value=ast.Name(id=owner), attr="with_filler") if owner in contexts:
            return True
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr="complete"):
            return owner == "self" or owner.endswith(("task", "agent"))
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return _HEARD.search(name.lower()) is not None
    return False


def _is_silent(keyword: ast.keyword) -> bool:
    return keyword.arg == "silent" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _may_speak(call: ast.Call, contexts: set[str]) -> bool:
    """Whether code that is not followed gets the session: a method of the agent's base class, or by an argument."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return _QUIET.search(name) is None
    return any(_is_session(argument, contexts) for argument in values_given(call))


def _is_session(node: ast.expr, contexts: set[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in contexts or name == "session"
        case ast.Attribute(value=ast.Name(), attr="session"):
            return True
    return False
