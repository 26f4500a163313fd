"""What is to be said of a result: whether it keeps the contract, and how to name it and the way to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.unproved import Analysis, GivenUp
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.values import (
    NONE,
    Awaitable,
    Class,
    Constant,
    DictShape,
    External,
    Function,
    Iterating,
    Symbol,
    Value,
)
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.classes import written
from flake8_incall.model.results.results import Result, Results, certain_groups, finer_results, results_of

STATUSES = ("success", "error")
_LONGEST_TEST = 40
_DICTS = frozenset({"builtins.dict", "collections.OrderedDict", "collections.defaultdict", "collections.Counter"})
_OPEN_TYPES = frozenset({"", "builtins.object", "typing.Any"})
_NAMES = {
    "builtins.str": "a string",
    "builtins.list": "a list",
    "builtins.tuple": "a tuple",
    "builtins.bool": "a bool",
    "builtins.int": "a number",
    "builtins.float": "a number",
    "builtins.coroutine": "an unawaited coroutine",
    "builtins.NoneType": "`None`",
}


class Fault(Enum):
    """How a result breaks the contract, by the code of the rule."""

    NOT_A_DICT = "CAL401"
    NO_STATUS = "CAL402"
    BAD_STATUS = "CAL403"
    NO_MESSAGE = "CAL404"
    UNKNOWN = "CAL409"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One thing that is wrong with a result, or cannot be told.

    Attributes:
        result: The result.
        fault: What is wrong.
        detail: What it is instead, as a phrase.
    """

    result: Result
    fault: Fault
    detail: str = ""


def settled_results(function: InCallFunction) -> Results:
    """What a function hands back; followed more finely where a fault would else be left in doubt."""
    results = _settled(function)
    if results.is_cut_short:
        function.module.fact(GivenUp).add(function.node, Analysis.RESULTS)
    return results


def _settled(function: InCallFunction) -> Results:
    results = results_of(function)
    if all(result.is_certain for result in results.fallen):
        world = function.module.fact(World)
        doubtful = [r for r in results.returned if not r.is_certain or r.state.doubted]
        if not any(_faults(world, result.without_doubt()) - _faults(world, result) for result in doubtful):
            return results
    return finer_results(function) or results


def _faults(world: World, result: Result) -> set[Fault]:
    return {judgement.fault for judgement in _judge(world, result) if result.is_certain} - {Fault.UNKNOWN}


def judgements(function: InCallFunction) -> list[Judgement]:
    """Judge every result of a function. A fault that is not certain cannot be told."""
    world, results = function.module.fact(World), function.fact(settled_results)
    found = [judgement for result in results.returned for judgement in _judge(world, result)]
    shared = [judgement for group in certain_groups(results) for judgement in _shared(world, group)]
    told = {(judgement.result.node, judgement.fault) for judgement in shared}
    kept = [judgement for judgement in found if (judgement.result.node, judgement.fault) not in told]
    judged = shared + [j if j.result.is_certain else Judgement(j.result, Fault.UNKNOWN, "the result") for j in kept]
    if not results.is_known or any(judgement.fault is Fault.UNKNOWN for judgement in judged):
        function.module.fact(GivenUp).add(function.node, Analysis.ORIGINS)
    return judged


def _shared(world: World, group: list[Result]) -> list[Judgement]:
    """The faults that all results of a group have."""
    found = [[*_judge(world, result.without_doubt())] for result in group]
    common = set.intersection(*({judgement.fault for judgement in judged} for judged in found)) - {Fault.UNKNOWN}
    return [judgement for judged in found for judgement in judged if judgement.fault in common]


def faults(function: InCallFunction, fault: Fault) -> Iterator[tuple[list[Judgement], str]]:
    """The faults of one kind, all of one `return` together, and on which answer of a test they come about."""
    groups: dict[ast.AST, list[Judgement]] = {}
    for judgement in judgements(function):
        if judgement.fault is fault:
            groups.setdefault(judgement.result.node, []).append(judgement)
    for node, group in groups.items():
        faulty = [judgement.result for judgement in group]
        others = [r for r in function.fact(settled_results).returned if r.node is node and r not in faulty]
        yield group, when(group[0].result, others)


def _judge(world: World, result: Result) -> Iterator[Judgement]:
    shape = result.shape()
    if isinstance(shape, DictShape):
        yield from _judge_dict(result, shape)
        return
    phrase = _not_a_dict(world, result)
    if phrase is None:
        yield Judgement(result, Fault.UNKNOWN, "the result")
    else:
        yield Judgement(result, Fault.NOT_A_DICT, phrase)


def _not_a_dict(world: World, result: Result) -> str | None:
    """What a result is, if it is certainly no dict."""
    value = result.value
    if isinstance(value, Symbol):
        known = result.state.known(value)
        if value.type in _DICTS or (_DICTS & known.types):
            return None
        if value.type in _OPEN_TYPES:
            if known.truth is False and value.type == "":
                return None
            return "something other than a dict" if "builtins.dict" in known.not_types else None
        ancestors = world.classes.ancestors(value.type)
        if not _DICTS.isdisjoint(ancestors) or ("?" in ancestors and not _is_foreign(world, value.type)):
            return None
    if isinstance(value, External):
        return None
    return describe(result, value)


def _is_foreign(world: World, type_: str) -> bool:
    """Whether a type of another module is known well enough to say that it is no dict."""
    return world.catalogue.type(type_) is not None


def describe(result: Result, value: Value) -> str:
    """A value as a phrase: "`None`", "a list", "a `datetime`"."""
    match value:
        case Constant(value=None):
            return "`None`"
        case Constant(value=str()):
            return "a string"
        case Awaitable():
            return "an unawaited coroutine"
        case Function():
            return "a function"
        case Class(definition=definition):
            return f"the class `{definition.name}`"
        case Iterating():
            return "an iterator"
        case _:
            type_ = type_of(result.state, value)
            short = written(type_.removeprefix("builtins."))
            return _NAMES.get(type_, f"{'an' if short[:1].lower() in 'aeiou' else 'a'} `{short}`")


def _judge_dict(result: Result, shape: DictShape) -> Iterator[Judgement]:
    status = shape.lookup("status")
    if status is None or not status.is_certain:
        is_lacking = status is None or not shape.is_open
        yield Judgement(result, Fault.NO_STATUS if is_lacking else Fault.UNKNOWN, "the `status` of the result")
    if status is None or "status" not in shape.entries:
        return
    options = list(result.options(status.value))
    for option, is_certain in options:
        phrase = _bad_status(result, option)
        if phrase is not None:
            yield Judgement(result, Fault.BAD_STATUS if is_certain else Fault.UNKNOWN, phrase)
        elif isinstance(option, Symbol | External):
            yield Judgement(result, Fault.UNKNOWN, "the `status` of the result")
    if any(option == Constant("error") and is_certain for option, is_certain in options):
        yield from _judge_error(result, shape, is_always=len(options) == 1)


def _bad_status(result: Result, value: Value) -> str | None:
    """What a status is, if it is certainly neither of the two."""
    match value:
        case Constant(value=constant):
            if constant in STATUSES:
                return None
            text = repr(constant) if not isinstance(constant, str) else f'"{constant}"'
            return f"`{text}`" if _is_sayable(text) else "another string"
        case Symbol(type=type_):
            return None if type_ in (*_OPEN_TYPES, "builtins.str") or "." not in type_ else describe(result, value)
        case External():
            return None
        case _:
            return describe(result, value)


def _judge_error(result: Result, shape: DictShape, *, is_always: bool) -> Iterator[Judgement]:
    message = shape.lookup("message")
    is_absent = message is None or (not message.is_certain and not shape.is_open and is_always)
    if is_absent or (message is not None and is_always and _is_empty(result, message.value)):
        yield Judgement(result, Fault.NO_MESSAGE)


def _is_empty(result: Result, message: Value) -> bool:
    """Whether a message is certainly `None` or the empty text."""
    return all(is_certain and option in (NONE, Constant("")) for option, is_certain in result.options(message))


# How to name a result, and the way to it


def name_of(result: Result) -> str:
    """How a message names a returned dict: by its variable, and where it comes from."""
    node = result.node
    shape = result.shape()
    if not isinstance(node, ast.Return) or node.value is None or shape is None:
        return "the returned dict"
    line = getattr(shape.node, "lineno", node.lineno)
    is_elsewhere = not node.lineno <= line <= (node.end_lineno or node.lineno)
    origin = f" (line {line})" if is_elsewhere else ""
    if isinstance(node.value, ast.Name):
        return f"`{node.value.id}`{origin}"
    return f"the returned dict{origin}"


def when(result: Result, others: Iterable[Result]) -> str:
    """On which answer of a test a result is handed back, and not these others: " when `found` is false"."""
    rivals = [other.decisions() for other in others]
    for test, answer in result.decisions().items():
        answers = {rival[test] for rival in rivals if test in rival}
        if isinstance(test, ast.expr) and answers == {not answer}:
            text = ast.unparse(test)
            if len(text) <= _LONGEST_TEST and _is_sayable(text):
                return f" when `{text}` is {'true' if answer else 'false'}"
    return ""


def _is_sayable(text: str) -> bool:
    """Whether a text can stand in a message: an editor takes `:3` in one for a place."""
    return len(text) <= _LONGEST_TEST and "\n" not in text and not re.search(r":\d|`", text)


def is_success(result: Result) -> bool:
    """Whether a result certainly has the status "success"."""
    shape = result.shape()
    status = shape.lookup("status") if isinstance(shape, DictShape) else None
    return (
        result.is_certain
        and status is not None
        and status.is_certain
        and all(option == Constant("success") and is_certain for option, is_certain in result.options(status.value))
    )
