"""What calls make of the parameters that they are handed: which of them check, which keep, which only tell."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.validation import operations
from flake8_incall.model.validation.state import State
from flake8_incall.model.validation.traces import (
    NONE,
    Label,
    Relation,
    Shape,
    Traces,
    Value,
    checked_traces,
    related,
    reshaped,
    union,
)
from flake8_incall.model.validation.words import is_logging, speaks_of_checks

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.validation.machine import Machine

# They hold a text to some characters.
_CLEANING = frozenset({"re.sub", "re.subn", "re.Pattern.sub", "regex.sub"})
_BOUNDING = frozenset({"builtins.min", "builtins.max", "numpy.clip"})
_LISTING = frozenset({"builtins.list", "builtins.tuple", "builtins.sorted"})
_LISTED = frozenset({Shape.TEXT, Shape.ITEMS, Shape.SPLIT, Shape.TABLE})


def call(machine: Machine, step: Step, state: State, node: ast.Call, operands: list[Value]) -> Traces:
    """What a call gives; what it checks or does with what it is handed is noted on the way."""
    summaries = machine.summaries
    function, arguments = operands[0], _spoken(node, operands[1:])
    handed = union(arguments)
    links = summaries.links(machine, node)
    called = [link for link in links if link.mention is node.func]
    entered = summaries.enter(machine, node, [link for link in links if link not in called], arguments, state)
    if called:
        return summaries.enter(machine, node, called, arguments, state)
    if node in summaries.external:
        summaries.look_at_external(machine, node, [function, *arguments], state)
        return related(handed | function.traces, Relation.REPLY) | entered
    if isinstance(node.func, ast.Attribute) and node.func.attr in summaries.module.catalogue.members("collects"):
        # `errors.append(...)` makes another list of it, also where nothing of a parameter is put in.
        machine.put(step, state, node.func.value, handed)
        return function.traces | handed
    if not handed and not function.traces:
        return entered
    return _known(machine, node, function, arguments, state) | entered


def _spoken(node: ast.Call, arguments: list[Value]) -> list[Value]:
    """The arguments without the time limit, which is not told to anyone."""
    names = [*(None for _ in node.args), *(keyword.arg for keyword in node.keywords)]
    pairs = zip(names, arguments, strict=True)
    return [Value(argument.made) if name == "timeout" else argument for name, argument in pairs]


def _known(machine: Machine, node: ast.Call, function: Value, arguments: list[Value], state: State) -> Traces:
    handed = union(arguments)
    names, catalogue = machine.summaries.names_of(node.func), machine.summaries.module.catalogue
    if catalogue.any_has("divides", names):
        operations.divide_by(machine, node, arguments)
    if operations.rejections(names, catalogue) or machine.summaries.makes_enum(node.func):
        operations.convert(machine, node, names, arguments)
        if all(trace.shape in (Shape.NUMBER, Shape.CALCULATED) for trace in handed):
            return handed
        return _checked(machine, node, handed, state, operations.shape_of(names, catalogue))
    if catalogue.any_has("tells", names) or not names.isdisjoint(_CLEANING):
        return related(handed, Relation.TELLS)
    if not names.isdisjoint(_BOUNDING):
        return related(handed, Relation.TELLS) if _is_bounded(arguments) else reshaped(handed, lambda _: Shape.ANY)
    if catalogue.any_has("shows", names):
        return reshaped(handed, lambda shape: shape if shape is Shape.NUMBER else Shape.TEXT)
    if machine.summaries.is_table(node.func):
        # `CODES.get(city, "LON")`
        default = arguments[1].traces if len(arguments) > 1 else NONE
        return function.traces | related(handed, Relation.TELLS) | default
    if isinstance(node.func, ast.Attribute) and function.traces:
        return _of_method(machine, node, function, handed, state)
    return _of_function(machine, node, names, arguments, state)


def _is_bounded(arguments: list[Value]) -> bool:
    return len(arguments) > 1 and any(not argument.traces for argument in arguments)


def _of_method(machine: Machine, node: ast.Call, function: Value, handed: Traces, state: State) -> Traces:
    """A method of what carries a parameter, or tells of one."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    members = machine.summaries.module.catalogue.members
    if name in members("tells"):
        return related(function.traces | handed, Relation.TELLS)
    if name in members("splits"):
        shape = (
            Shape.OTHER if "partition" in name else Shape.SPLIT if node.args and name != "splitlines" else Shape.ITEMS
        )
        return reshaped(function.traces, lambda _: shape) | handed
    if name in ("get", "pop") and node.args:
        return reshaped(function.traces, lambda _: Shape.ANY) | related(handed, Relation.TELLS)
    if name in members("keeps") or name in members("accepts-its-type"):
        return function.traces | handed
    # What a method of an object of any kind gives is nothing that is known.
    unknown = (Shape.ANY, Shape.GIVEN)
    return reshaped(function.traces, lambda shape: Shape.OTHER if shape in unknown else shape) | handed


def _of_function(
    machine: Machine, node: ast.Call, names: frozenset[str], arguments: list[Value], state: State
) -> Traces:
    handed, summaries = union(arguments), machine.summaries
    if is_logging(node.func) or any(name.startswith("logging.") for name in names):
        return NONE
    if not names.isdisjoint(_LISTING):
        return reshaped(handed, lambda shape: Shape.ITEMS if shape in _LISTED else Shape.OTHER)
    if any(name.startswith("builtins.") for name in names):
        return reshaped(handed, lambda _: Shape.OTHER)
    if _is_text_method(node, summaries.module.catalogue):
        return handed
    if speaks_of_checks(node.func) or any(map(summaries.refuses, summaries.classes(node.func))):
        return _checked(machine, node, handed, state, Shape.OTHER)
    if summaries.classes(node.func) or any(map(summaries.is_known, names)):
        return reshaped(handed, lambda _: Shape.ANY)
    if not isinstance(node.func, ast.Attribute) or names:
        # What another file makes of it is not known; most such functions refuse what does not fit.
        return _checked(machine, node, handed, state, Shape.OTHER)
    return related(handed, Relation.REPLY if summaries.is_awaited(node) else Relation.TELLS)


def _is_text_method(node: ast.Call, catalogue: Catalogue) -> bool:
    """Whether a method puts its arguments into a text or statement: `", ".join(names)`, `query.eq("id", number)`."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in catalogue.last_names("composes")


def _checked(machine: Machine, node: ast.Call, handed: Traces, state: State, shape: Shape) -> Traces:
    """Take it that a call that came back has checked what it was handed."""
    labels: frozenset[Label] = frozenset(t.label for t in handed if t.relation is Relation.CARRIES)
    machine.passed(state, labels, node)
    return reshaped(checked_traces(handed, node), lambda _: shape)
