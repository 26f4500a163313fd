"""What runs when the model calls an in-call function: its own code, and what that reaches inside the module.

A function is reached by being mentioned, since it may be called where it is handed to. Of a class that is mentioned,
the body and the methods that Python calls itself are reached, and each method whose name is mentioned on an instance,
or on an object that is not known.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import TOOL_MAKERS
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.tree import FunctionNode, below, uncalled
from flake8_incall.model.objects.followed import before_decorating
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import (
    Container,
    Contents,
    Definition,
    Local,
    LocalInstance,
    Outside,
    Unknown,
    definitions_of,
    names_of,
)

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module

_EXPRESSIONS = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Await | ast.Lambda


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of code that is reached as a whole.

    Attributes:
        definition: The function, lambda or class.
        function: The in-call function through which it is reached first.
        nodes: Its nodes, parts before wholes, functions inside it included unless they were reached before it;
            of a class, its methods are not.
        annotations: The roots of the annotations of its signature, which are not among the nodes.
    """

    definition: Definition
    function: InCallFunction
    nodes: tuple[ast.AST, ...]
    annotations: tuple[ast.expr, ...]

    @property
    def is_own(self) -> bool:
        """Whether it is the in-call function itself."""
        return self.definition is self.function.node


class Reach:
    """All that the in-call functions of a module reach.

    Attributes:
        units: The pieces of code, in the order in which they are found.
        nodes: Every node of them.
        reaching: By piece of code: those through which it is reached.
    """

    def __init__(self, module: Module) -> None:
        self._references = module.fact(References)
        self.reaching: dict[Definition, set[Definition]] = {}
        self._entered: Definition | None = None
        self._pending: list[tuple[Definition, InCallFunction]] = [(f.node, f) for f in module.fact(discover).functions]
        self._seen: set[Definition] = {definition for definition, _ in self._pending}
        self._touched: set[ast.ClassDef] = set()
        self._methods: dict[str, list[tuple[FunctionNode, InCallFunction]]] = {}
        self._mentioned: set[str] = set()
        self.units: list[Unit] = []
        self.nodes: set[ast.AST] = set()
        self._pending.reverse()
        self._enter_pending()
        for function in module.fact(discover).functions:
            for helper, chain in module.fact(CallGraph).ways(function):
                self._entered = chain[-1].caller if chain else None
                self._reach(helper, function)
            self._enter_pending()

    def of(self, function: InCallFunction) -> Iterator[Unit]:
        """What is reached through an in-call function and through none before it."""
        return (unit for unit in self.units if unit.function is function)

    def _enter_pending(self) -> None:
        while self._pending:
            self._enter(*self._pending.pop())

    def _enter(self, definition: Definition, function: InCallFunction) -> None:
        self._entered = definition
        if definition in self.nodes:
            return
        nodes = tuple(node for node in self._parts_first(_roots(definition)) if node not in self.nodes)
        self.units.append(Unit(definition, function, nodes, tuple(_annotations(definition))))
        self.nodes.update(nodes)
        self.nodes.add(definition)
        if isinstance(definition, ast.ClassDef):
            self._touch(definition, function, is_made=True)
        for registered in self._registered.get(definition, ()):
            self._reach(registered, function)
        for node in nodes:
            if isinstance(node, _EXPRESSIONS):
                self._follow(node, function)

    def _parts_first(self, roots: Iterable[ast.AST]) -> Iterator[ast.AST]:
        """All nodes below some, in source order, each after its parts; annotations of variables are left out."""
        children = self._references.module.children
        found: list[ast.AST] = []
        pending = list(roots)
        while pending:
            node = pending.pop()
            found.append(node)
            if isinstance(node, ast.AnnAssign):
                pending.append(node.target)
                if _calls(node.annotation):
                    pending.append(node.annotation)
                if node.value is not None:
                    pending.append(node.value)
            elif isinstance(node, FunctionNode):
                pending += [child for child in children[node] if child is not node.returns]
            elif not isinstance(node, ast.arg):
                pending += children[node]
        return reversed(found)

    def _follow(self, node: ast.expr, function: InCallFunction) -> None:
        referents = self._references.of(node)
        if isinstance(node, ast.Name):
            bindings = self._references.names.bindings_of(node)
            referents |= frozenset(r for b in bindings for r in before_decorating(self._references, b))
        for referent in referents:
            match referent:
                case Local():
                    self._reach(referent.definition, function)
                case LocalInstance():
                    self._touch(referent.definition, function, is_made=False)
                case Container() if referent.node not in self.nodes:
                    self._hold(node, referent, function)
        if isinstance(node, ast.Attribute) and any(isinstance(referent, Unknown) for referent in referents):
            self._mention(node.attr)
        elif isinstance(node, ast.Call):
            self._pick_computed(node, function)

    @cached_property
    def _registered(self) -> dict[Definition, list[FunctionNode]]:
        """By function: those that are put to it by `@name.register` and the like."""
        found: dict[Definition, list[FunctionNode]] = {}
        for node in self._references.module.index.functions:
            for decorator in node.decorator_list:
                called = uncalled(decorator)
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                    for definition in definitions_of(self._references.of(called.value)):
                        found.setdefault(definition, []).append(node)
        return found

    def _reach(self, definition: Definition, function: InCallFunction) -> None:
        if self._entered is not None:
            self.reaching.setdefault(definition, set()).add(self._entered)
        if definition not in self._seen:
            self._seen.add(definition)
            self._pending.append((definition, function))

    def _hold(self, node: ast.expr, container: Container, function: InCallFunction) -> None:
        """A container from elsewhere that is not just looked up by a known key."""
        if is_handed_on(node, self._references):
            for referent in self._references.containers.contents(container):
                if isinstance(referent, Local):
                    self._reach(referent.definition, function)

    def _touch(self, definition: ast.ClassDef, function: InCallFunction, *, is_made: bool) -> None:
        """Take in the methods of a class: Python's own now, the others when they are mentioned."""
        if definition in self._touched and not is_made:
            return
        self._touched.add(definition)
        for ancestor in self._references.classes.lineage(definition):
            if not isinstance(ancestor, Outside):
                self._take_methods(ancestor, function, is_made=is_made)

    def _take_methods(self, definition: ast.ClassDef, function: InCallFunction, *, is_made: bool) -> None:
        is_hooked = is_made and self._has_hooks(definition)
        on_creation = self._references.catalogue.last_names("runs-on-creation")
        for method in definition.body:
            if not isinstance(method, FunctionNode) or method in self._seen:
                continue
            is_pythons = method.name.startswith("__") and method.name.endswith("__")
            is_called = (is_made or method.name not in on_creation) if is_pythons else method.name in self._mentioned
            if is_called or is_hooked or (is_made and self._is_taken_by_decorator(method)):
                self._reach(method, function)
            elif not is_pythons:
                self._methods.setdefault(method.name, []).append((method, function))

    def _has_hooks(self, definition: ast.ClassDef) -> bool:
        """Whether a class of the standard library calls its methods: `threading.Thread` calls `run`."""
        bases = names_of(self._references.of_all(definition.bases))
        return any(
            name.partition(".")[0] in sys.stdlib_module_names
            and not self._references.catalogue.has("calls-no-override", name)
            for name in bases
        )

    def _is_taken_by_decorator(self, method: FunctionNode) -> bool:
        """Whether another library is given the method: pydantic calls its validators."""
        called = (uncalled(node) for node in method.decorator_list)
        names = {name for node in called for name in names_of(self._references.of(node))}
        return any(name.partition(".")[0] not in sys.stdlib_module_names and not _is_tool(name) for name in names)

    def _mention(self, name: str) -> None:
        self._mentioned.add(name)
        for method, function in self._methods.pop(name, ()):
            self._reach(method, function)

    def _pick_computed(self, node: ast.Call, function: InCallFunction) -> None:
        """`getattr(self, name)` with a name that is not known can be any method."""
        if len(node.args) < 2 or not names_of(self._references.of(node.func)) & {"builtins.getattr"}:
            return
        if self._references.constants.texts(node.args[1]) is not None:
            return
        for referent in self._references.of(node.args[0]):
            if isinstance(referent, LocalInstance):
                for method in referent.definition.body:
                    if isinstance(method, FunctionNode):
                        self._reach(method, function)


def _is_tool(name: str) -> bool:
    """Whether a decorator makes a tool of a method, which is called by the model alone."""
    return name.rpartition(".")[2] in TOOL_MAKERS


def is_handed_on(node: ast.expr, references: References) -> bool:
    """Whether a container is used in another way than to be looked up, tested, or given another name."""
    parent = references.module.parents[node]
    match parent:
        case ast.Subscript() | ast.Attribute():
            return parent.value is not node
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr() | ast.Compare():
            return False
        case ast.For() | ast.AsyncFor() | ast.comprehension() if _is_dict(node, references):
            return False
        case ast.Call(func=ast.Name(id="len" | "isinstance" | "issubclass")) | ast.ExceptHandler():
            return False
    return not any(isinstance(referent, Contents) for referent in references.of(node))


def _is_dict(node: ast.expr, references: References) -> bool:
    """Whether iterating over it gives keys."""
    return all(isinstance(r.node, ast.Dict) for r in references.of(node) if isinstance(r, Container))


def _roots(definition: Definition) -> Iterator[ast.AST]:
    """The parts of a definition that run when it is defined or called."""
    match definition:
        case ast.Lambda():
            yield from _defaults(definition.args)
            yield definition.body
        case ast.ClassDef():
            yield from definition.decorator_list
            yield from definition.bases
            yield from (keyword.value for keyword in definition.keywords)
            for statement in definition.body:
                if isinstance(statement, FunctionNode):
                    yield from statement.decorator_list
                    yield from _defaults(statement.args)
                else:
                    yield statement
        case _:
            yield from definition.decorator_list
            yield from _defaults(definition.args)
            yield from filter(_calls, _annotations(definition))
            yield from definition.body


def _defaults(arguments: ast.arguments) -> Iterator[ast.expr]:
    yield from arguments.defaults
    yield from (default for default in arguments.kw_defaults if default is not None)


def _calls(annotation: ast.expr) -> bool:
    """Whether an annotation does something when it is evaluated."""
    return any(isinstance(node, ast.Call) for node in below(annotation))


def _annotations(definition: Definition) -> Iterator[ast.expr]:
    if not isinstance(definition, ast.ClassDef):
        for argument in every_argument(definition.args):
            if argument.annotation is not None:
                yield argument.annotation
        if isinstance(definition, FunctionNode) and definition.returns is not None:
            yield definition.returns
