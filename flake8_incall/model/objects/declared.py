"""The objects that an annotation declares: `httpx.AsyncClient | None`, `RunContext[Data]`, `dict[str, Client]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Form, Trait, TypeUse
from flake8_incall.model.code.scopes import Kind, Scope, Use
from flake8_incall.model.code.tree import FunctionNode, has_yield, quoted
from flake8_incall.model.objects.referents import (
    Instance,
    Local,
    LocalInstance,
    Outside,
    Referent,
    Referents,
    Wrapped,
    is_named_only,
    names_of,
)

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

_DEEPEST = 16
# What an alias is given that is not a name for a class itself.
_NO_NAMES = ast.Subscript | ast.BinOp | ast.Constant | ast.Call
_SELF = frozenset({"typing.Self", "typing_extensions.Self"})
# By what a generic class of the standard library is: the form that it puts around one of its arguments, and which.
_FORMS: dict[Trait, tuple[Form, int]] = {
    "has-elements": ("list", 0),
    "has-values": ("dict", -1),
    "has-steps": ("iterator", 0),
    "has-async-steps": ("async iterator", 0),
    "is-awaited-for": ("coroutine", -1),
    "is-entered-for": ("context", 0),
    "is-async-entered-for": ("async context", 0),
}


class Declared:
    """What the annotations of one module declare. Answers are kept.

    Builtins and what `typing` has of its own are left out: nothing is asked about their objects here.
    """

    def __init__(self, references: References) -> None:
        self._references = references
        self._names = references.names
        self._known: dict[ast.expr, Referents] = {}

    def by(self, annotation: ast.expr | None) -> Referents:
        """The objects that an annotation speaks of."""
        if annotation is None:
            return frozenset()
        if annotation not in self._known:
            # What refers to itself on the way round declares nothing more.
            self._known[annotation] = frozenset()
            self._known[annotation] = frozenset(self._read(annotation, annotation, 0))
        return self._known[annotation]

    def result(self, function: FunctionNode) -> Referents:
        """What a function is annotated to return, or to yield where it does."""
        found = self.by(function.returns)
        if not has_yield(function):
            return found
        inner = (r.without("iterator", "async iterator") for r in found if isinstance(r, Instance | Wrapped))
        return frozenset(referent for referent in inner if referent is not None)

    def variable(self, name: ast.Name, use: Use, found: Referents) -> Referents:
        """What the annotations of a variable add to what it is given, wherever in its scope they stand."""
        annotations = self._variables.get(name.id)
        if annotations is None:
            return frozenset()
        home = self._names.home(use.scope.node, name.id)
        declared = frozenset(r for scope, node in annotations if scope is home[0] for r in self.by(node))
        bare = {r.type for r in found if isinstance(r, Instance) and not r.arguments}
        told = frozenset(r for r in declared if isinstance(r, Instance) and r.arguments and r.type in bare)
        return declared if is_named_only(found) else told

    @cached_property
    def _variables(self) -> dict[str, list[tuple[Scope, ast.expr]]]:
        """By name: the scopes that it is annotated in, and how."""
        found: dict[str, list[tuple[Scope, ast.expr]]] = {}
        module = self._references.module
        for node in module.index.nodes(ast.AnnAssign):
            if isinstance(node.target, ast.Name):
                home, name = self._names.variable(node.target)
                found.setdefault(name, []).append((home, node.annotation))
        return found

    def arguments(self, node: ast.expr) -> tuple[Referents, ...]:
        """The type arguments of a generic class: of `AgentSession[Data]`, `Data`."""
        return tuple(map(self.by, _arguments(node))) if isinstance(node, ast.Subscript) else ()

    def _read(self, node: ast.expr, whole: ast.expr, depth: int) -> Iterator[Referent]:
        """What a part of an annotation declares.

        Args:
            node: The part.
            whole: The annotation, which tells where it stands: the parts of quoted ones do not.
            depth: How deep it is inside others.
        """
        if depth > _DEEPEST:
            return
        parts = _alternatives(node)
        for part in parts:
            yield from self._read(part, whole, depth + 1)
        match node:
            case ast.Subscript():
                yield from self._generic(node, whole, depth)
            case ast.Name() | ast.Attribute():
                yield from self._named(node, whole, depth)
            case ast.Call():
                yield from self._made(node, whole, depth)

    def _named(self, node: ast.Name | ast.Attribute, whole: ast.expr, depth: int) -> Iterator[Referent]:
        aliases = list(self._aliases(node))
        for value in aliases:
            yield from self._read(value, whole, depth + 1)
        for referent in self._references.of(node, self._names.at_end()) if not aliases else ():
            match referent:
                case Outside(name=name) if name in _SELF:
                    around = self._references.module.index.class_around(whole)
                    yield from [LocalInstance(around)] if around is not None else []
                case Outside(name=name) if not name.startswith(("builtins.", "typing.", "typing_extensions.")):
                    yield Instance(TypeUse(name))
                case Local(definition=ast.ClassDef() as definition):
                    yield LocalInstance(definition)

    def _aliases(self, node: ast.Name | ast.Attribute) -> Iterator[ast.expr]:
        """The annotations that a name stands for: `Client = Optional[httpx.AsyncClient]`, `def first[C: Client]`."""
        if not isinstance(node, ast.Name):
            return
        bindings = self._names.bindings(node.id, self._names.at_end()) or self._names.bindings_of(node)
        for binding in bindings:
            value = binding.value if binding.kind is Kind.ASSIGNMENT else getattr(binding.node, "bound", None)
            if binding.kind is Kind.TYPE_PARAMETER or isinstance(value, _NO_NAMES):
                yield from [value] if isinstance(value, ast.expr) else []

    def _made(self, node: ast.Call, whole: ast.expr, depth: int) -> Iterator[Referent]:
        """`NewType("Client", httpx.AsyncClient)` and `TypeVar("C", bound=httpx.AsyncClient)`."""
        if self._has(node.func, "makes-type"):
            bounds = (keyword.value for keyword in node.keywords if keyword.arg == "bound")
            for part in (*node.args[1:], *bounds):
                yield from self._read(part, whole, depth + 1)

    def _generic(self, node: ast.Subscript, whole: ast.expr, depth: int) -> Iterator[Referent]:
        given = _arguments(node)
        if self._has(node.value, "qualifies"):
            yield from self._read(given[0], whole, depth + 1)
        elif self._has(node.value, "is-union"):
            for part in given:
                yield from self._read(part, whole, depth + 1)
        elif self._has(node.value, "is-class-of"):
            for referent in self._read(given[0], whole, depth + 1):
                yield from _class_of(referent, given[0])
        elif (found := self._form(node.value)) is not None:
            form, place = found
            # What has several kinds of elements has each in its place.
            if len(given) == 1 or form != "list" or isinstance(given[1], ast.Constant):
                for referent in self._read(given[place], whole, depth + 1):
                    yield from _around(referent, form)
        else:
            inner = tuple(frozenset(self._read(part, whole, depth + 1)) for part in given)
            for referent in self._read(node.value, whole, depth + 1):
                yield replace(referent, arguments=inner) if isinstance(referent, Instance) else referent

    def _form(self, node: ast.expr) -> tuple[Form, int] | None:
        return next((form for trait, form in _FORMS.items() if self._has(node, trait)), None)

    def _has(self, node: ast.expr, trait: Trait) -> bool:
        names = names_of(self._references.of(node, self._names.at_end()))
        return self._references.catalogue.any_has(trait, names)


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) and node.slice.elts else [node.slice]


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """The parts of a union, or the annotation in a text."""
    match node:
        case ast.Constant(value=str() as text):
            return quoted(text)
        case ast.BinOp(op=ast.BitOr()):
            return [node.left, node.right]
    return []


def _around(referent: Referent, form: Form) -> Iterator[Referent]:
    match referent:
        case Instance(type=use):
            yield replace(referent, type=TypeUse(use.name, (form, *use.forms)))
        case LocalInstance():
            yield Wrapped(referent, (form,))
        case Wrapped():
            yield Wrapped(referent.inside, (form, *referent.forms))


def _class_of(referent: Referent, at: ast.expr) -> Iterator[Referent]:
    match referent:
        case Instance(type=TypeUse(name=name, forms=())):
            yield Outside(name, at)
        case LocalInstance(definition=definition):
            yield Local(definition)
