"""Attributes of the module's own classes and objects, and what parameters are: from stores, defaults, annotations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeGuard

from flake8_incall.catalogue import TypeUse
from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.binding import formals
from flake8_incall.model.code.tree import FunctionNode, handed_out, is_stub
from flake8_incall.model.objects.passed import Passed
from flake8_incall.model.objects.referents import (
    NOTHING,
    UNKNOWN,
    Definition,
    Instance,
    Local,
    LocalInstance,
    Outside,
    Property,
    Referent,
    Referents,
    names_of,
    only_name,
)
from flake8_incall.model.objects.unpacking import source_of

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References


class Members:
    """What is stored into attributes, and where classes have theirs from."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._names = references.names
        self._index = references.module.index
        self._own: dict[tuple[ast.ClassDef, str], Referents] = {}
        self.passed = Passed(references)

    def of_class(self, definition: ast.ClassDef, attribute: str, at: ast.expr) -> Referents:
        """An attribute of a class or of its instances, as read by the expression `at`."""
        outside: list[Outside] = []
        given = self._given_to_field(definition, attribute)
        for ancestor in self._references.classes.lineage(definition):
            if isinstance(ancestor, Outside):
                outside.append(ancestor)
            elif found := self._own_attribute(ancestor, attribute):
                return (self._of_heir(definition, found, attribute) or found) | given
        if given:
            return given
        bases = (Instance(TypeUse(base.name)) for base in outside)
        return frozenset(r for base in bases for r in self._references.attribute(base, attribute, at)) or UNKNOWN

    def _of_heir(self, definition: ast.ClassDef, found: Referents, attribute: str) -> Referents:
        """The method behind one that does nothing, where one class of the module alone has it: the objects are its."""
        methods = [referent.definition for referent in found if isinstance(referent, Local)]
        if not methods or not all(isinstance(method, FunctionNode) and is_stub(method) for method in methods):
            return NOTHING
        heirs = [heir for heir in self.passed.heirs(definition) if attribute in self._names.scope(heir).bindings]
        return self._own_attribute(heirs[0], attribute) if len(heirs) == 1 else NOTHING

    def values(self, definition: ast.ClassDef, attribute: str) -> list[ast.expr | None]:
        """The expressions that give an attribute of a class or its instances its value; `None` for one not seen."""
        given = self.passed.to_field(definition, attribute)
        for ancestor in self._references.classes.lineage(definition):
            if isinstance(ancestor, ast.ClassDef):
                found = list(self._own_values(ancestor, attribute))
                if given is not None and (given or found):
                    return [*given, *found]
                if found:
                    return found
        return [None]

    def _given_to_field(self, definition: ast.ClassDef, attribute: str) -> Referents:
        given = self.passed.to_field(definition, attribute)
        if given is None:
            return NOTHING
        found = self._references.of_all(value for value in given if value is not None)
        return found | UNKNOWN if None in given or not found else found

    def _own_values(self, definition: ast.ClassDef, attribute: str) -> Iterator[ast.expr | None]:
        record = self._references.fields.of(definition)
        is_field = record is not None and record.field(attribute) is not None
        for binding in self._names.scope(definition).bindings.get(attribute, ()) if not is_field else ():
            if isinstance(binding.node, FunctionNode) and self.is_property(binding.node):
                yield from handed_out(binding.node)
            else:
                # What decorates a class may change what stands in it.
                yield None if definition.decorator_list and record is None else binding.value
        for base, store in self._stores.get(attribute, ()):
            if any(_is_of(referent, definition) for referent in self._references.of(base)):
                source = None if isinstance(store, ast.Call) else source_of(store, self._index)
                yield source.value if source is not None and not source.path else None

    def stored_on_name(self, node: ast.Attribute) -> Referents:
        """What some code of the module stores into an attribute of the same variable: `BOX.notify = …`."""
        if node.attr not in self._stores or not isinstance(node.value, ast.Name):
            return NOTHING
        found: set[Referent] = set()
        for base, store in self._stores[node.attr]:
            if isinstance(base, ast.Name) and base.id == node.value.id and self._is_same_variable(base, node.value):
                found |= self._stored(store)
        return frozenset(found)

    def stored_on_objects(self, attribute: str) -> Iterator[ast.expr]:
        """What is stored into an attribute of objects of other modules' classes: `session.userdata = …`."""
        for base, store in self._stores.get(attribute, ()):
            source = source_of(store, self._index) if isinstance(store, ast.Attribute) else None
            if source is not None and not source.path:
                yield from [source.value] if any(isinstance(r, Instance) for r in self._references.of(base)) else []

    def stores(self, attribute: str, definition: ast.ClassDef) -> Iterator[ast.AST]:
        """What may store an attribute of a class's objects: any store but of other classes into their own `self`."""
        for base, store in self._stores.get(attribute, ()):
            is_own = isinstance(base, ast.Name) and base.id == "self"
            if not is_own or self._index.class_around(store) in (definition, None):
                yield store

    def parameter(self, node: ast.arg) -> Referents:
        """What a parameter can be: the instance, its default, what its annotation or its calls say; and not known."""
        arguments = self._index.parents[node]
        function = self._index.parents[arguments]
        if not isinstance(arguments, ast.arguments):
            raise TypeError("an `ast.arg` outside `ast.arguments`")
        owner = self._index.owner(function)
        if owner is not None and isinstance(function, FunctionNode):
            first = [*arguments.posonlyargs, *arguments.args][:1]
            decorators = {only_name(self._references.of(decorator)) for decorator in function.decorator_list}
            if first == [node] and "builtins.staticmethod" not in decorators:
                is_class = "builtins.classmethod" in decorators or function.name in ("__new__", "__init_subclass__")
                return frozenset({Local(owner) if is_class else LocalInstance(owner)})
            if made_with := self.passed.constants(node, function, owner):
                return made_with
        default = next(formal.default for formal in formals(arguments) if formal.node is node)
        found = UNKNOWN | self._references.declared.by(node.annotation) | self._decorated.get(node, NOTHING)
        takes_one = node not in (arguments.vararg, arguments.kwarg)
        if node.annotation is None and takes_one and isinstance(function, FunctionNode):
            found |= self.passed.to(node, function)
        return found | self._references.of(default) if default is not None else found

    @cached_property
    def _decorated(self) -> dict[ast.arg, Referents]:
        """By first parameter of a decorator: what it decorates, which it may put into a table."""
        found: dict[ast.arg, Referents] = {}
        for node in self._index.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            for decorator in self._references.of_all(node.decorator_list):
                if isinstance(decorator, Local) and isinstance(decorator.definition, FunctionNode):
                    for parameter in every_argument(decorator.definition.args)[:1]:
                        found[parameter] = found.get(parameter, NOTHING) | {Local(node)}
        return found

    def _own_attribute(self, definition: ast.ClassDef, attribute: str) -> Referents:
        key = (definition, attribute)
        if key not in self._own:
            self._own[key] = NOTHING
            self._own[key] = frozenset(self._find_own(definition, attribute))
        return self._own[key]

    def _find_own(self, definition: ast.ClassDef, attribute: str) -> Iterator[Referent]:
        for binding in self._names.scope(definition).bindings.get(attribute, ()):
            at = binding.node if isinstance(binding.node, ast.expr) else ast.Name(attribute)
            for referent in self._references.bound(binding, at):
                yield from self._through_property(referent)
        for base, store in self._stores.get(attribute, ()):
            if any(_is_of(referent, definition) for referent in self._references.of(base)):
                yield from self._stored(store)
        for owner, annotation in self._annotated_attributes.get(attribute, ()):
            if owner is definition:
                yield from self._references.declared.by(annotation)

    def _through_property(self, referent: Referent) -> Referents:
        if isinstance(referent, Local) and self.is_property(referent.definition):
            return self._references.results_of(referent.definition) | {Property(referent.definition)}
        return frozenset({referent})

    def is_property(self, definition: Definition) -> TypeGuard[FunctionNode]:
        """Whether to read an attribute runs a method of that name."""
        decorators = definition.decorator_list if isinstance(definition, FunctionNode) else []
        apis = map(self._references.catalogue.api, names_of(self._references.of_all(decorators)))
        return any(api is not None and api.decorator == "property" for api in apis)

    def _stored(self, store: ast.Attribute | ast.Call) -> Referents:
        if isinstance(store, ast.Call):
            return self._references.of(store.args[2])
        return self._references.target(store)

    @cached_property
    def _stores(self) -> dict[str, list[tuple[ast.expr, ast.Attribute | ast.Call]]]:
        """By attribute: what it is stored on, and the store: an attribute as a target, or a call of `setattr`."""
        found: dict[str, list[tuple[ast.expr, ast.Attribute | ast.Call]]] = {}
        for node in self._index.nodes(ast.Attribute, ast.Call):
            match node:
                case ast.Attribute(ctx=ast.Store()):
                    found.setdefault(node.attr, []).append((node.value, node))
                case ast.Call(func=ast.Name(id="setattr"), args=[base, name, _]):
                    for text in self._references.constants.texts(name) or ():
                        found.setdefault(text, []).append((base, node))
        return found

    @cached_property
    def _annotated_attributes(self) -> dict[str, list[tuple[ast.ClassDef | None, ast.expr]]]:
        """By attribute: `client: httpx.AsyncClient` in a class's body, `self.client: …` in a method."""
        found: dict[str, list[tuple[ast.ClassDef | None, ast.expr]]] = {}
        for node in self._index.nodes(ast.AnnAssign):
            match node.target:
                case ast.Name(id=name) if (owner := self._index.owner(node)) is not None:
                    found.setdefault(name, []).append((owner, node.annotation))
                case ast.Attribute(attr=name, value=ast.Name(id="self")):
                    found.setdefault(name, []).append((self._index.class_around(node), node.annotation))
        return found

    def _is_same_variable(self, one: ast.Name, other: ast.Name) -> bool:
        uses = self._names.use(one), self._names.use(other)
        if uses[0] is None or uses[1] is None:
            return False
        first = self._names.bindings(one.id, uses[0])
        return any(binding in first for binding in self._names.bindings(other.id, uses[1]))


def _is_of(referent: Referent, definition: ast.ClassDef) -> bool:
    return isinstance(referent, Local | LocalInstance) and referent.definition is definition
