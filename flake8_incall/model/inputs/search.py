"""The search of one module: which words of a caller get into an address or a database statement, and unchecked."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from flake8_incall.model.calls.bindings import given, handed
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Link
from flake8_incall.model.calls.reach import Reach
from flake8_incall.model.calls.unproved import Analysis, GivenUp
from flake8_incall.model.code.binding import ParameterKind, formals
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind, Variable
from flake8_incall.model.code.tree import find, values_given
from flake8_incall.model.flow.graph import Body, Graph
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.inputs.addresses import Place, is_absolute, places
from flake8_incall.model.inputs.containers import item
from flake8_incall.model.inputs.machine import Machine, Outcome, State
from flake8_incall.model.inputs.sinks import Guesses, Sink, is_statement, sinks
from flake8_incall.model.inputs.values import (
    UNKNOWN,
    Input,
    Known,
    Origin,
    Part,
    Value,
    all_inputs,
    items,
    mapping,
    text,
    texts,
    under,
    union,
)
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Definition, Local, names_of
from flake8_incall.model.objects.written import written
from flake8_incall.model.signature.type_tree import Type, TypeKind

# Steps that are taken for one in-call function with all that it calls: so many for each of its own, and some for its
# helpers. What needs more is not followed to its end.
_WORK_PER_STEP = 40
_LEAST_WORK = 6_000
_DEEPEST_CALL = 4


class Danger(Enum):
    """What a caller's words can do where they get to."""

    STATEMENT = "they become a part of a database statement"
    HOST = "they decide which host is called"
    PATH = "they become a part of a URL behind its host, with all that they may hold"
    METHOD = "they name the method that is called"
    TEMPLATE = "they become a part of a template, whose expressions are evaluated"


@dataclass(frozen=True, slots=True)
class Injection:
    """Words of a caller that get where they do harm.

    Attributes:
        danger: What they can do.
        at: The argument that takes them.
        parameter: The parameter of the in-call function that they come from.
        api: The qualified name of what takes them, or `""`.
        is_own: Whether that stands in the in-call function itself.
    """

    danger: Danger
    at: ast.expr
    parameter: str
    api: str
    is_own: bool


class _TooMuchError(Exception):
    """A function is too much work."""


class Injections:
    """What the in-call functions of a module do with their parameters."""

    def __init__(self, module: Module) -> None:
        self._search = Search(module)
        self._found: dict[InCallFunction, list[Injection]] = {}
        self._said: set[tuple[ast.expr, Danger]] = set()
        self.known_names = self._search.known_names
        for function in module.fact(discover).functions:
            if self._search.leads_to_sink(function):
                self._found[function] = list(self._new(function))

    def of(self, function: InCallFunction, danger: Danger) -> Iterator[Injection]:
        """What an in-call function does of one kind, but for what one before it does at the same place."""
        return (injection for injection in self._found.get(function, ()) if injection.danger is danger)

    def _new(self, function: InCallFunction) -> Iterator[Injection]:
        for injection in self._search.run(function):
            place = (injection.at, injection.danger)
            if place not in self._said:
                self._said.add(place)
                yield injection


class Search:
    """The search of a module, with what is asked of it on the way."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.catalogue = module.catalogue
        self._sinks: dict[ast.Call, list[Sink]] = {}
        self._leading: set[Definition] | None = None
        self._found: dict[tuple[ast.expr, Danger], Injection] = {}
        self._outcomes: dict[object, list[Outcome]] = {}
        self._left = 0
        self._names: dict[ast.expr, bool] = {}

    def leads_to_sink(self, function: InCallFunction) -> bool:
        """Whether a function can get to a call that takes an address or a statement, other than a constant."""
        if self._leading is None:
            self._leading = self._find_leading()
        return function.node in self._leading

    def _find_leading(self) -> set[Definition]:
        """The functions that have a sink, or reach a function that has one."""
        reach = self._module.fact(Reach)
        guesses = Guesses(self._module)
        mentioning: dict[str, list[Definition]] = {}
        pending: list[Definition] = []
        for unit in reach.units:
            for node in unit.nodes:
                if isinstance(node, ast.Attribute):
                    mentioning.setdefault(node.attr, []).append(unit.definition)
                elif isinstance(node, ast.Call) and (found := sinks(node, self._module.fact(References), guesses)):
                    self._sinks[node] = found
                    pending.append(unit.definition)
        leading: set[Definition] = set()
        while pending:
            definition = pending.pop()
            if definition not in leading:
                leading.add(definition)
                pending += reach.reaching.get(definition, ())
                # A method of an object that is not known is reached by its name.
                pending += mentioning.get(getattr(definition, "name", ""), ())
        return leading

    def run(self, function: InCallFunction) -> Iterable[Injection]:
        """What one in-call function does with its parameters."""
        values = {parameter: _spoken(parameter) for parameter in function.inputs}
        if not any(values.values()):
            return []
        self._left = _LEAST_WORK + _WORK_PER_STEP * len(self.graph(function.node).steps)
        self._found, self._outcomes = {}, {}
        env = {self.home(function.node, p.name): value or UNKNOWN for p, value in values.items()}
        try:
            Machine(self, function.node).run(State(env))
        except _TooMuchError:
            self._module.fact(GivenUp).add(function.node, Analysis.INJECTIONS)
        return self._found.values()

    # What the machine asks

    def spend(self, work: int = 1) -> None:
        """Take steps, or work that is worth so many.

        Raises:
            _TooMuchError: There were too many.
        """
        self._left -= work
        if self._left < 0:
            raise _TooMuchError

    def graph(self, body: Body) -> Graph:
        """The control-flow graph of a function."""
        return self._module.fact(Graphs).of(body)

    def home(self, scope_node: ast.AST, name: str) -> Variable:
        """The variable that a name stands for in a scope."""
        return self._module.names.home(scope_node, name)

    def constant(self, node: ast.Name) -> Value:
        """The value of a name that nothing in the functions under way has given one."""
        found = self._module.fact(References).constants.texts(node)
        return union(*map(text, sorted(found))) if found else UNKNOWN

    def texts_in(self, node: ast.expr) -> list[str]:
        """The texts of a list of constants; none where they are not certain."""
        match self._module.fact(References).constants.values(node):
            case [tuple() | list() as found] if all(isinstance(item, str) for item in found):
                return list(found)
        return []

    def names_of(self, node: ast.expr) -> frozenset[str]:
        """The qualified names of what an expression can be."""
        references = self._module.fact(References)
        return frozenset(map(references.classes.qualified, names_of(references.of(node))))

    def links(self, machine: Machine, node: ast.expr) -> list[Link]:
        """The helpers that a call runs, or hands on; what makes an object is not followed for its result."""
        found = self._module.fact(CallGraph).at(node, machine.active[-1], machine.chain)
        return [replace(link, call=None) if link.makes_object else link for link in found]

    def makes_object(self, node: ast.expr) -> bool:
        """Whether an expression is a class of the module."""
        referents = self._module.fact(References).of(node)
        return any(isinstance(r, Local) and isinstance(r.definition, ast.ClassDef) for r in referents)

    def pattern(self, function: ast.expr) -> str | None:
        """The text of the compiled pattern that a method belongs to: `ORDER.fullmatch`."""
        owner = function.value if isinstance(function, ast.Attribute) else None
        references = self._module.fact(References)
        made = written(owner, references) if owner is not None else None
        found = references.constants.texts(made.args[0]) if isinstance(made, ast.Call) and made.args else None
        return next(iter(found)) if found is not None and len(found) == 1 else None

    # Calls

    def look_at(self, machine: Machine, node: ast.Call, operands: list[Value]) -> None:
        """Hold what a call is handed against what it does with it."""
        for sink in self._sinks.get(node, ()):
            passed = values_given(node)
            for argument, value in zip(passed, operands, strict=True):
                if argument is sink.argument:
                    if sink.use == "attribute":
                        is_known = self._is_parameter(machine, argument) and not any(all_inputs(value))
                        self._names[argument] = self._names.get(argument, True) and is_known
                    for parts in texts(value):
                        self._judge(machine, sink, parts)

    def known_names(self, argument: ast.expr) -> bool:
        """Whether the name of a method that is called is one of a known set, whatever a caller says."""
        return self._names.get(argument, False)

    def _is_parameter(self, machine: Machine, node: ast.expr) -> bool:
        """Whether an expression is a parameter of the in-call function itself, which only checks make known."""
        if not isinstance(node, ast.Name) or len(machine.active) > 1:
            return False
        bindings = self._module.names.bindings_of(node)
        return bool(bindings) and all(binding.kind is Kind.PARAMETER for binding in bindings)

    def _judge(self, machine: Machine, sink: Sink, parts: tuple[Part, ...]) -> None:
        if sink.use in ("statement", "template"):
            if sink.api or is_statement(parts):
                self._judge_text(machine, sink, parts)
        elif sink.use == "attribute":
            # `f"do_{name}"` leads to methods that are there for it; a function that was asked has decided otherwise.
            if parts and isinstance(parts[0], Input) and not {Known.PLAIN, Known.BOUND} <= parts[0].known:
                self._report(machine, sink, Danger.METHOD, parts[0])
        elif sink.api or is_absolute(parts):
            for place, part in places(parts):
                self._report(machine, sink, Danger.HOST if place is Place.HOST else Danger.PATH, part)

    def _judge_text(self, machine: Machine, sink: Sink, parts: tuple[Part, ...]) -> None:
        is_template = sink.use == "template"
        danger = Danger.TEMPLATE if is_template else Danger.STATEMENT
        harmless = {Known.NAME, Known.PLAIN} if is_template else {Known.NAME}
        for part in parts:
            if isinstance(part, Input) and harmless.isdisjoint(part.known):
                self._report(machine, sink, danger, part)

    def _report(self, machine: Machine, sink: Sink, danger: Danger, part: Input) -> None:
        is_own = len(machine.active) == 1
        injection = Injection(danger, sink.argument, part.origin.parameter, sink.api, is_own)
        self._found.setdefault((sink.argument, danger), injection)

    def enter(self, machine: Machine, node: ast.expr, links: list[Link], arguments: list[Value], state: State) -> Value:
        """Follow functions of the module that are called, or handed on."""
        found: list[Outcome] = []
        for link in links:
            outcomes = self._enter(machine, node, link, arguments, state)
            for name, scope in self._module.names.scope(link.helper).declared.items():
                written = [outcome.env[scope, name] for outcome in outcomes if (scope, name) in outcome.env]
                if written:
                    state.set((scope, name), union(*written))
            found += outcomes
        if not found:
            return UNKNOWN
        value = union(*(under(outcome.value, outcome.checks) for outcome in found))
        if all(link.call is node for link in links):
            state.learn(frozenset.intersection(*(outcome.checks for outcome in found)))
        return value

    def _enter(
        self, machine: Machine, node: ast.expr, link: Link, arguments: list[Value], state: State
    ) -> list[Outcome]:
        definition = link.helper
        is_inner = any(outer in machine.active for outer in self._module.index.functions_around(definition))
        if definition in machine.active or len(machine.active) > _DEEPEST_CALL:
            return []
        given = self._bound(machine, node, link, arguments, state)
        if not is_inner and next(all_inputs(union(*given.values())), None) is None:
            return []
        env = dict(state.env) if is_inner else {}
        for name, value in given.items():
            env[self.home(definition, name)] = value
        chain = (*machine.chain, link)
        way = chain if self._module.fact(CallGraph).is_open(definition) else None
        values = sorted(((name, value) for (_, name), value in env.items()), key=lambda item: item[0])
        key = (definition, way, tuple(values))
        if key not in self._outcomes:
            self._outcomes[key] = []
            self._outcomes[key] = Machine(self, definition, machine.active, chain).run(State(env))
        return self._outcomes[key]

    def _bound(
        self, machine: Machine, node: ast.expr, link: Link, arguments: list[Value], state: State
    ) -> dict[str, Value]:
        """What each parameter of a function is given in a call."""

        def before(fixed: ast.expr) -> Value:
            if isinstance(fixed, ast.Name):
                return state.env.get(self.home(machine.active[-1], fixed.id), UNKNOWN)
            return UNKNOWN

        written = handed(link, node, arguments)
        bound = given(link, written, self._module.fact(References), before)
        parameters = formals(link.helper.args)
        found = dict(bound.given)
        for name in bound.unknown:
            named = (item(options, text(name), node) for options in written.keyword_spread)
            found[name] = union(*written.spread, *named)
        for formal in parameters:
            if formal.kind is ParameterKind.REST:
                found[formal.name] = items(bound.rest, union(*written.spread))
            elif formal.kind is ParameterKind.MORE:
                others = (item(options, (), node) for options in written.keyword_spread)
                found[formal.name] = mapping(dict(bound.more.items()), union(*others))
        return found


def _spoken(parameter: Parameter) -> Value:
    """What a parameter brings of the caller's words; nothing when its type leaves no room for any."""
    words = text(Input(Origin(parameter.name), frozenset({Known.PLAIN}) if _has_pattern(parameter) else frozenset()))
    if parameter.type is None:
        return words
    return union(*(_of_type(part, words) for part in parameter.type.alternatives()))


def _has_pattern(parameter: Parameter) -> bool:
    """Whether the annotation holds the words to a pattern: `Annotated[str, Field(pattern=...)]`."""
    annotation = parameter.node.annotation
    return annotation is not None and any(node.arg == "pattern" for node in find(ast.keyword, annotation))


def _of_type(type_: Type, words: Value) -> Value:
    match type_.kind:
        case TypeKind.LIST:
            inner = [_of_type(part, words) for argument in type_.arguments for part in argument.alternatives()]
            value = union(*inner) if type_.arguments else words
            return items((), value) if value else ()
        case TypeKind.DICT:
            return mapping({}, words, words)
        case TypeKind.TYPED_DICT:
            return mapping({}, words)
        case TypeKind.SCALAR:
            return words if type_.name == "builtins.str" else ()
        case TypeKind.ANY:
            return words
    return ()
