"""What a function hands back: every value that some way through it returns, and how sure that is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.interpreter.budget import Budget, OverBudgetError
from flake8_incall.model.interpreter.knowledge import Knowledge
from flake8_incall.model.interpreter.machine import Machine
from flake8_incall.model.interpreter.state import Decision, Returned, State, Way, resolved
from flake8_incall.model.interpreter.values import (
    FALSE,
    TRUE,
    Choice,
    Constant,
    Minted,
    Shape,
    Symbol,
    Value,
    references,
)
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.signature.type_tree import Type, TypeKind

# Work for one function: so many states per step of its graph, and some for its helpers.
_WORK_PER_STEP = 10
_LEAST_WORK = 20_000
# How many states, and rounds of a loop, are followed apart; where that is too much, coarsely.
_FINENESS = ((16, 24), (3, 0))
# For functions that leave doubt: so finely, unless the graph has so many steps that it would be too much work.
_FINEST = (256, 24)
_MOST_STEPS_FOR_FINEST = 1_500


@dataclass(frozen=True, slots=True)
class Result:
    """One value that a function can hand back.

    Attributes:
        node: The `return` (the function itself where the end is reached without one).
        value: What is handed back; no choice.
        state: What is known on this way.
        is_certain: Whether some way hands it back for certain; if not, it may be one that does not exist.
    """

    node: ast.AST
    value: Value
    state: State
    is_certain: bool

    def without_doubt(self) -> Result:
        """The same, as if every way and value in it existed for certain."""
        state = self.state.fork()
        state.doubted = frozenset()
        return replace(self, state=state, is_certain=True)

    def shape(self, value: Value | None = None) -> Shape | None:
        """The container that the result, or a value in it, refers to."""
        return self.state.shape(self.value if value is None else value)

    def options(self, value: Value) -> Iterator[tuple[Value, bool]]:
        """The values that a value in the result can be, and whether it can be each for certain."""
        resolved = self.state.resolve(value)
        if isinstance(resolved, Choice):
            is_certain = self.is_certain and resolved not in self.state.doubted
            yield from ((self.state.resolve(option), is_certain) for option in resolved.options)
        else:
            yield resolved, self.is_certain and not _is_doubted(self.state, resolved)

    def decisions(self) -> dict[ast.AST, bool]:
        """The tests passed on the way, each with its last answer."""
        found: dict[ast.AST, bool] = {}
        trail = self.state.trail
        for decision in trail.all() if isinstance(trail, Decision) else ():
            found.setdefault(decision.test, decision.answer)
        return found


@dataclass(frozen=True, slots=True)
class Results:
    """All that a function can hand back.

    Attributes:
        is_known: Whether every way was followed; if not, nothing can be told.
        returned: The values of its `return`s.
        fallen: The ways on which it ends without one; `node` is what is executed last.
        contacted: What it calls over the network or in a database.
        is_cut_short: Whether there is more than could be followed: all of it, or a helper.
    """

    is_known: bool = True
    returned: list[Result] = field(default_factory=list)
    fallen: list[Result] = field(default_factory=list)
    contacted: frozenset[str] = frozenset()
    is_cut_short: bool = False


def certain_groups(results: Results) -> Iterator[list[Result]]:
    """Results of which one comes about for certain, though each by itself is in doubt: what all have, is there."""
    if all(result.is_certain for result in results.returned):
        return
    if not results.fallen:
        yield results.returned
    by_node: dict[ast.AST, list[Result]] = {}
    for result in results.returned:
        by_node.setdefault(result.node, []).append(result)
    for group in by_node.values():
        if not any(result.is_certain for result in group) and not resolved(result.state.doubts for result in group):
            yield group


def _is_result_replaced(function: InCallFunction) -> bool:
    """Whether a decorator gives something else than the function's result, or may do for all that is known."""
    decorations = function.module.fact(Decorators).of(function.node)
    return any(d.result == "other" or (d.result == "unknown" and d.kind != "own") for d in decorations)


def results_of(function: InCallFunction) -> Results:
    """Follow every way through an in-call function."""
    world = function.module.fact(World)
    if world.is_generator(function.node) or _is_stub(function.node) or _is_result_replaced(function):
        return Results()
    graph = function.module.fact(Graphs).of(function.node)
    # Without loops ways only multiply where tests do, and most functions have few: they are followed finely at once.
    is_plain = not any(step.loop for step in graph.steps)
    finest = finer_results(function) if is_plain else None
    if finest is not None:
        return finest
    for states, rounds in _FINENESS:
        try:
            return _follow(world, function.node, _entry(world, function), states, rounds)
        except OverBudgetError:
            continue
    return Results(is_known=False, is_cut_short=True)


def finer_results(function: InCallFunction) -> Results | None:
    """The results with more ways followed apart; `None` where that is too much work."""
    world = function.module.fact(World)
    graph = function.module.fact(Graphs).of(function.node)
    if len(graph.steps) > _MOST_STEPS_FOR_FINEST:
        return None
    try:
        return _follow(world, function.node, _entry(world, function), *_FINEST)
    except OverBudgetError:
        return None


def results_of_helper(world: World, helper: FunctionNode) -> Results:
    """Follow every way through a helper, whatever it is handed."""
    state = State(world.is_always_true)
    for argument in every_argument(helper.args):
        state.env[world.names.home(helper, argument.arg)] = Symbol("new", (Minted((), argument),))
    try:
        return _follow(world, helper, state, *_FINENESS[0])
    except OverBudgetError:
        return Results(is_known=False)


def _follow(world: World, node: FunctionNode, entry: State, states: int, rounds: int) -> Results:
    graph = world.module.fact(Graphs).of(node)
    budget = Budget(_LEAST_WORK + _WORK_PER_STEP * len(graph.steps), states, rounds)
    machine = Machine(world, budget, node)
    ends = machine.run(entry)
    _settle(ends)
    returned: list[Result] = []
    fallen: list[Result] = []
    for end, state in ends:
        if end is graph.returned and isinstance(state.leaving, Returned):
            returned.extend(_results(state.leaving, state))
        elif end is graph.fallen:
            last = world.module.index.statement(state.last or node)
            fallen.append(Result(last, Constant(None), state, not state.is_doubtful))
    if not returned:
        # However doubtful each way is, a function that ends at all ends on one of them.
        fallen = [replace(result, is_certain=True) for result in fallen]
    return Results(True, returned, fallen, frozenset(machine.contacted), bool(machine.unfollowed))


def _settle(ends: list[Way]) -> None:
    """Take away doubt of results that come about whichever way it is."""
    alike: dict[object, list[State]] = {}
    for end, state in ends:
        value = state.leaving.value if isinstance(state.leaving, Returned) else None
        node = state.leaving.node if isinstance(state.leaving, Returned) else None
        shape = state.shape(value) if value is not None else None
        alike.setdefault((end, node, value if shape is None else None, shape), []).append(state)
    for states in alike.values():
        left = resolved(state.doubts for state in states)
        for state in states:
            state.doubts = left


def _is_stub(node: FunctionNode) -> bool:
    """Whether the body is left out: a docstring and `...`, as in a protocol or an example."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Expr) and ast.unparse(body[0]) == "..."


def _results(returned: Returned, state: State) -> Iterator[Result]:
    value = state.resolve(returned.value)
    is_certain = not state.is_doubtful
    if not isinstance(value, Choice):
        yield Result(returned.node, value, state, is_certain and not _is_doubted(state, value))
        return
    for option in value.options:
        certain = is_certain and value not in state.doubted and not _is_doubted(state, option)
        yield Result(returned.node, state.resolve(option), state, certain)


def _is_doubted(state: State, value: Value) -> bool:
    leaves = value.leaves if isinstance(value, Symbol) else frozenset()
    return not (leaves.isdisjoint(state.doubted) and state.doubted.isdisjoint(references(value)))


# The parameters


def _entry(world: World, function: InCallFunction) -> State:
    state = State(world.is_always_true)
    node = function.node
    known = {parameter.node: parameter for parameter in function.parameters}
    for argument in every_argument(node.args):
        type_, knowledge = _parameter_type(world, function, known.get(argument))
        if argument not in known and function.is_method:
            type_ = _class_of(world, node)
        value = Symbol("new", (Minted((), argument),), type_)
        if knowledge is not None:
            state.facts[value] = knowledge
        state.env[world.names.home(node, argument.arg)] = value
    return state


def _class_of(world: World, node: FunctionNode) -> str:
    owner = world.module.index.owner(node)
    return world.classes.name_of(owner) if owner is not None else ""


def _parameter_type(
    world: World, function: InCallFunction, parameter: Parameter | None
) -> tuple[str, Knowledge | None]:
    """The type of a parameter, and the constants that it is among."""
    if parameter is None or parameter.type is None or parameter.stars:
        return "", None
    default_is_none = isinstance(parameter.default, ast.Constant) and parameter.default.value is None
    parts = list(parameter.type.alternatives())
    if len(parts) == 1 and not default_is_none:
        return _named_type(world, parts[0]), _constants(parts)
    return "", _constants([*parts, Type(TypeKind.NONE, "None")] if default_is_none else parts)


def _named_type(world: World, part: Type) -> str:
    if part.kind is TypeKind.SCALAR:
        # A whole number is passed where a `float` is asked for.
        return world.classes.qualified(part.name)
    names = {
        TypeKind.LIST: "builtins.list",
        TypeKind.DICT: "builtins.dict",
        TypeKind.NONE: "builtins.NoneType",
        TypeKind.CONTEXT: "livekit.agents.RunContext",
    }
    if part.kind is TypeKind.OTHER:
        return world.classes.qualified(part.name)
    return names.get(part.kind, "")


def _constants(parts: list[Type]) -> Knowledge | None:
    found: list[Constant] = []
    for part in parts:
        if part.kind is TypeKind.LITERAL:
            found += [Constant(value) for value in part.values]
        elif part.kind is TypeKind.NONE:
            found.append(Constant(None))
        elif part.kind is TypeKind.SCALAR and part.name.endswith("bool"):
            found += [TRUE, FALSE]
        else:
            return _types(parts)
    return Knowledge(among=tuple(dict.fromkeys(found)))


def _types(parts: list[Type]) -> Knowledge | None:
    names = {TypeKind.LIST: "list", TypeKind.DICT: "dict", TypeKind.NONE: "NoneType"}
    found = set()
    for part in parts:
        if part.kind is TypeKind.SCALAR:
            found.add(f"builtins.{part.name.removeprefix('builtins.')}")
        elif part.kind in names:
            found.add(f"builtins.{names[part.kind]}")
        else:
            return None
    return Knowledge(types=frozenset(found)) if len(found) > 1 else None
