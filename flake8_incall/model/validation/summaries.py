"""What the functions of a module do with their parameters, each followed once whoever calls it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from flake8_incall.model.calls.bindings import given, handed
from flake8_incall.model.calls.call_sites import CallSite, calls
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Chain, Link
from flake8_incall.model.calls.unproved import Analysis, GivenUp
from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.binding import ParameterKind, formals
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.code.tree import find, values_given
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.flow.graph import Step
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Contents, Local, Outside, names_of
from flake8_incall.model.validation.conditions import Conditions
from flake8_incall.model.validation.machine import Machine, TooMuchError
from flake8_incall.model.validation.raisers import Raisers
from flake8_incall.model.validation.shapes import shape_of_annotation
from flake8_incall.model.validation.state import State, Witness, begin
from flake8_incall.model.validation.traces import (
    NONE,
    Label,
    Outcome,
    Relation,
    Shape,
    Trace,
    Traces,
    Value,
    simplified,
    tested,
    union,
)
from flake8_incall.model.validation.uses import Use

# Steps that are taken for one function: so many for each of its own.
_WORK_PER_STEP = 40
_LEAST_WORK = 6_000
# A longer chain of helpers than this is nobody's code, and would recurse as deep.
_DEEPEST_CALL = 20


@dataclass(slots=True)
class Summary:
    """What one function does with its parameters.

    Attributes:
        inputs: Its parameters, and what it reads of functions around it.
        returned: The parameters in its result.
        written: Those in the variables of functions around it that it sets.
        passed: Those that every result has been checked for.
        uses: What becomes of them unchecked, each once for a place.
        asserted: The conditions of `assert` that are about them.
        can_raise: Whether an exception may well leave it.
    """

    inputs: dict[Label, tuple[Variable, Shape]] = field(default_factory=dict)
    returned: Traces = NONE
    written: dict[Variable, Traces] = field(default_factory=dict)
    passed: frozenset[Label] = frozenset()
    uses: dict[object, Use] = field(default_factory=dict)
    asserted: dict[ast.expr, frozenset[Label]] = field(default_factory=dict)
    can_raise: bool = False

    def note_assert(self, condition: ast.expr, traces: Iterable[Trace]) -> None:
        """Note the parameters that an `assert` here, or in a helper that is called, is about."""
        labels = {t.label for t in traces if t.relation is Relation.CARRIES and t.shape is not Shape.OTHER}
        if labels:
            self.asserted[condition] = self.asserted.get(condition, frozenset()) | labels


class Summaries:
    """The summaries of one module, with what is asked on the way to them.

    Attributes:
        module: The module.
        conditions: The conditions of its tests.
        raisers: Which of its steps may raise.
        external: The calls to the outside.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.conditions = Conditions(module)
        self.raisers = Raisers(self)
        self.external: dict[ast.Call, CallSite] = {}
        for function in module.fact(discover).functions:
            self.external |= {site.node: site for site in calls(function) if site.is_external}
        self._known: dict[tuple[Callable, Chain], Summary] = {}
        self._partial: set[tuple[Callable, Chain]] = set()
        self._is_partial = False
        self._left = 0
        self._depth = 0

    def of(self, function: InCallFunction) -> Summary:
        """The summary of an in-call function: its parameters are those that the model fills."""
        key = (function.node, ())
        if key not in self._known:
            shapes = {p.node: shape_of_annotation(p.node, self.module) for p in function.inputs}
            self._is_partial = False
            self._known[key] = self._follow(function.node, shapes, ())
            if self._is_partial:
                self.module.fact(GivenUp).add(function.node, Analysis.VALIDATION)
        return self._known[key]

    def of_helper(self, definition: Callable, chain: Chain) -> Summary:
        """The summary of another function, as it is reached where that makes a difference."""
        key = (definition, chain if self.module.fact(CallGraph).is_open(definition) else ())
        if key not in self._known:
            if self._depth >= _DEEPEST_CALL:
                return Summary(can_raise=True)
            # What calls itself does nothing more in that call.
            self._known[key] = Summary()
            self._depth += 1
            before, self._is_partial = self._is_partial, False
            self._known[key] = self._follow(definition, self._shapes_given(definition), chain)
            if self._is_partial:
                self._partial.add(key)
            self._is_partial |= before
            self._depth -= 1
        self._is_partial |= key in self._partial
        return self._known[key]

    def _shapes_given(self, definition: Callable) -> dict[ast.arg, Shape]:
        """What carries the parameters of a helper: by their types, or else as its caller has them."""
        shapes = {argument: shape_of_annotation(argument, self.module) for argument in every_argument(definition.args)}
        stars = (definition.args.vararg, definition.args.kwarg)
        return {a: Shape.GIVEN if shape is Shape.ANY and a not in stars else shape for a, shape in shapes.items()}

    def _follow(self, definition: Callable, shapes: dict[ast.arg, Shape], chain: Chain) -> Summary:
        inputs: dict[Label, tuple[Variable, Shape]] = {
            argument.arg: (self.variable(definition, argument.arg), shape) for argument, shape in shapes.items()
        }
        inputs |= {variable: (variable, Shape.GIVEN) for variable in self._free(definition)}
        summary = Summary(inputs)
        before, self._left = (
            self._left,
            _LEAST_WORK + _WORK_PER_STEP * len(self.module.fact(Graphs).of(definition).steps),
        )
        try:
            end = Machine(self, definition, summary, chain).run(begin(inputs))
        except TooMuchError:
            end = None
            self._is_partial = True
            summary.uses.clear()
        finally:
            self._left = before
        if end is not None:
            summary.returned = end.stack[0].traces
            declared = self.module.names.scope(definition).declared
            places = [self.variable(definition, name) for name in declared]
            summary.written = {place: end.env[place].traces for place in places if place in end.env}
            passed = (
                place.label for place, value in end.env.items() if isinstance(place, Witness) and _is_checked(value)
            )
            summary.passed = frozenset(passed)
        return summary

    def _free(self, definition: Callable) -> list[Variable]:
        """The variables of functions around it that a function reads."""
        around = {*self.module.index.functions_around(definition)}
        if not around:
            return []
        names = dict.fromkeys(n.id for n in find(ast.Name, definition) if isinstance(n.ctx, ast.Load))
        found = (self.variable(definition, name) for name in names)
        return [variable for variable in found if variable[0].node in around]

    # What the machine asks

    def spend(self, work: int = 1) -> None:
        """Take steps, or work that is worth so many.

        Raises:
            TooMuchError: There were too many.
        """
        self._left -= work
        if self._left < 0:
            raise TooMuchError

    def variable(self, scope_node: ast.AST, name: str) -> Variable:
        """The variable that a name stands for in a scope."""
        return self.module.names.home(scope_node, name)

    def names_of(self, node: ast.expr) -> frozenset[str]:
        """The qualified names of what an expression can be."""
        references = self.module.fact(References)
        return frozenset(map(references.classes.qualified, names_of(references.of(node))))

    def definitions(self, node: ast.expr) -> list[Callable]:
        """The functions of the module that an expression can be."""
        found = (r.definition for r in self.module.fact(References).of(node) if isinstance(r, Local))
        return [definition for definition in found if isinstance(definition, Callable)]

    def is_known(self, name: str) -> bool:
        """Whether a qualified name is the standard library's, or that of a library in the catalogue."""
        root = name.partition(".")[0]
        return root in sys.stdlib_module_names or root in self._libraries

    @cached_property
    def _libraries(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self.module.catalogue.api_names)

    def is_table(self, node: ast.expr) -> bool:
        """Whether an expression is a method of a dict that is written down."""
        return any(isinstance(referent, Contents) for referent in self.module.fact(References).of(node))

    def makes_enum(self, node: ast.expr) -> bool:
        """Whether an expression is an `Enum` of the module, which refuses what is none of its values."""
        return any(base.startswith("enum.") for found in self.classes(node) for base in self._bases(found))

    def refuses(self, definition: ast.ClassDef) -> bool:
        """Whether a class of the module refuses what does not fit: a model, or one that raises."""
        is_model = any(base.startswith("pydantic.") for base in self._bases(definition))
        return is_model or any(find(ast.Raise, definition))

    def classes(self, node: ast.expr) -> list[ast.ClassDef]:
        """The classes of the module that an expression can be."""
        found = (r.definition for r in self.module.fact(References).of(node) if isinstance(r, Local))
        return [definition for definition in found if isinstance(definition, ast.ClassDef)]

    def _bases(self, definition: ast.ClassDef) -> Iterator[str]:
        ancestors = self.module.fact(References).classes.lineage(definition)
        return (ancestor.name for ancestor in ancestors if isinstance(ancestor, Outside))

    def is_awaited(self, node: ast.expr) -> bool:
        """Whether the result of a call is awaited."""
        return self.module.fact(Calls).is_awaited(node)

    # What the machine sees

    def look_at_test(self, machine: Machine, condition: ast.expr, values: Iterable[Value]) -> None:
        """Note a test of parameters by an `assert`; what some function made of them is another matter."""
        if isinstance(self.module.parents[condition], ast.Assert):
            traces = (trace for value in values if self._is_as_spoken(value) for trace in value.traces)
            machine.summary.note_assert(condition, traces)

    def _is_as_spoken(self, value: Value) -> bool:
        """Whether a value is a parameter, in another spelling or as a number at most."""
        if not isinstance(value.made, Step):
            return not isinstance(value.made, tuple)
        match value.made.node:
            case ast.Call(func=ast.Name() as function):
                return any(name.startswith("builtins.") for name in self.names_of(function))
            case ast.Call() as call:
                return not self.definitions(call.func) and not self.is_awaited(call)
        return not isinstance(value.made.node, ast.Await)

    def look_at_external(self, machine: Machine, node: ast.Call, operands: list[Value], state: State) -> None:
        """Note what an external call is handed unchecked."""
        site = self.external[node]
        for label in _unchecked(operands):
            at = self.place(machine, [*node.args, *(k.value for k in node.keywords), node.func], label, state) or node
            machine.summary.uses.setdefault((label, node), Use(label, at, call=site))

    def note_operation(self, machine: Machine, node: ast.expr, use: Use, raised: str) -> None:
        """Note an operation that can raise, where nothing in its function takes that up."""
        left = self._left_over(node, frozenset({f"builtins.{raised}"}))
        if left:
            machine.summary.uses.setdefault((use.label, node, "operation"), replace(use, raised=left))

    def _left_over(self, node: ast.AST, raised: frozenset[str]) -> frozenset[str]:
        return self.module.fact(Failures).handlers.way_out(node, raised, is_strict=False).left

    def place(self, machine: Machine, nodes: list[ast.expr], label: Label, state: State) -> ast.Name | None:
        """The name that carries a parameter in some expressions, or else the parameter's own."""
        names = [*find(ast.Name, *nodes)]
        for name in names:
            value = state.get(self.variable(machine.body, name.id))
            if any(trace.label == label and trace.is_unchecked for trace in value.traces):
                return name
        return next((name for name in names if name.id == label), None)

    # Calls of the module's own functions

    def links(self, machine: Machine, node: ast.expr) -> list[Link]:
        """The helpers that a call runs, or hands on; what makes an object is not followed."""
        found = self.module.fact(CallGraph).at(node, machine.body, machine.chain)
        passed = {machine.body, *(link.caller for link in machine.chain)}
        return [link for link in found if not link.makes_object and link.helper not in passed]

    def enter(
        self, machine: Machine, node: ast.Call, links: list[Link], arguments: list[Value], state: State
    ) -> Traces:
        """What a call of functions of the module gives, or that of functions that are handed on and called later."""
        found: list[Traces] = []
        passed: list[frozenset[Label]] = []
        for link in links:
            definition = link.helper
            summary = self.of_helper(definition, (*machine.chain, link))
            given = self._bound(machine, node, link, arguments, state)
            actual = {label: given.get(label) or state.get(place) for label, (place, _) in summary.inputs.items()}
            for use in summary.uses.values():
                self._hand_up(machine, node, use, actual[use.label], definition, state)
            for condition, labels in summary.asserted.items():
                # What was checked before the call is only made sure of again.
                handed = (t for label in labels for t in actual[label].traces if t.is_unchecked)
                machine.summary.note_assert(condition, handed)
            found.append(_returned(summary.returned, actual, node))
            for place, traces in summary.written.items():
                state.set(place, Value((node, place), _returned(traces, actual, node)))
            checked = [labels_carried(actual[label]) for label in summary.passed]
            passed.append(frozenset().union(*checked))
        if passed and all(link.mention is node.func for link in links):
            machine.passed(state, frozenset.intersection(*passed), node)
        return simplified(frozenset().union(*found))

    def _hand_up(
        self, machine: Machine, node: ast.Call, use: Use, actual: Value, definition: Callable, state: State
    ) -> None:
        """What a helper does with a parameter unchecked is done by who hands it over unchecked."""
        if use.operation is not None:
            left = self._left_over(node, use.raised)
            if not left:
                return
            use = replace(use, raised=left)
        arguments = values_given(node)
        for trace in actual.traces:
            if trace.is_unchecked:
                # What a function inside this one reads of it is used there.
                is_inside = isinstance(use.label, tuple)
                at = use.at if is_inside else self.place(machine, arguments, trace.label, state) or node
                shape = trace.shape if use.shape is Shape.GIVEN else use.shape
                key = (trace.label, node, use.operation or "call")
                passed_on = replace(use, label=trace.label, at=at, shape=shape, helper=use.helper or definition)
                machine.summary.uses.setdefault(key, passed_on)

    def _bound(
        self, machine: Machine, node: ast.Call, link: Link, arguments: list[Value], state: State
    ) -> dict[Label, Value]:
        """What each parameter of a function is given in a call."""

        def before(fixed: ast.expr) -> Value:
            if isinstance(fixed, ast.Name):
                return state.get(self.variable(machine.body, fixed.id))
            return Value(fixed)

        bound = given(link, handed(link, node, arguments), self.module.fact(References), before)
        parameters = formals(link.helper.args)
        found: dict[Label, Value] = dict(bound.given.items())
        found |= {name: Value((node, name), union(bound.spread)) for name in bound.unknown}
        for formal in parameters:
            if formal.kind is ParameterKind.REST:
                found[formal.name] = Value(node, union([*bound.rest, *bound.spread]))
            elif formal.kind is ParameterKind.MORE:
                found[formal.name] = Value(node, union([*bound.more.values(), *bound.spread]))
        return found


def labels_carried(value: Value) -> frozenset[Label]:
    """The parameters that a value is, or is made of."""
    return frozenset(trace.label for trace in value.traces if trace.relation is Relation.CARRIES)


def _is_checked(value: Value) -> bool:
    return bool(value.traces) and all(trace.is_checked for trace in value.traces)


def _unchecked(operands: list[Value]) -> list[Label]:
    found = (trace.label for value in operands for trace in value.traces if trace.is_unchecked)
    return list(dict.fromkeys(found))


def _returned(returned: Traces, actual: dict[Label, Value], node: ast.Call) -> Traces:
    """The traces of a result, in terms of what the function was given."""
    found = set()
    for trace in returned:
        for handed_in in actual[trace.label].traces:
            if trace.relation is not Relation.CARRIES or handed_in.relation is not Relation.CARRIES:
                weaker = handed_in.relation if trace.relation is Relation.CARRIES else trace.relation
                found.add(Trace(handed_in.label, weaker, Shape.OTHER))
                continue
            checks = tested(handed_in.checks, node, Outcome.SECOND) if trace.is_checked else handed_in.checks
            shape = handed_in.shape if trace.shape is Shape.GIVEN else trace.shape
            found.add(Trace(handed_in.label, Relation.CARRIES, shape, checks))
    return simplified(frozenset(found))
