"""Objects of classes: what their attributes are, what they have inside, and what a call of a class makes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api, TypeUse
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.arguments import given, read, returned
from flake8_incall.model.objects.fields import RecordKind
from flake8_incall.model.objects.referents import (
    UNKNOWN,
    Container,
    Contents,
    Instance,
    Local,
    LocalInstance,
    Outside,
    Referent,
    Referents,
    Wrapped,
    entered,
)
from flake8_incall.model.objects.unpacking import Index

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

_UNTYPED = frozenset({"unknown", "json", "None"})
_ARGUMENT = "argument"
_OBJECTS = Instance | LocalInstance | Wrapped | Container


class Instances:
    """The objects of one module's and of other modules' classes."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._catalogue = references.catalogue
        self._given: dict[str, Referents] = {}

    def attribute(self, base: Instance, attribute: str, at: ast.expr) -> Referents:
        """An attribute of an object of another module's class."""
        if (inner := base.without("optional", "awaitable object")) is not None:
            return self.attribute(inner, attribute, at)
        if base.type.forms:
            return frozenset({Contents(base)}) if self.is_collection(base) else UNKNOWN
        name = f"{base.type.name}.{attribute}"
        use = self._catalogue.attribute(name)
        if use is None:
            return frozenset({Outside(name, at, base.maker)})
        if use.name == _ARGUMENT:
            return base.arguments[0] if base.arguments else self._given_as(attribute)
        return UNKNOWN if use.name in _UNTYPED else frozenset({Instance(use, base.maker, base.arguments)})

    def _given_as(self, attribute: str) -> Referents:
        """The objects that the module makes others with, for an attribute of that name: `AgentSession(userdata=…)`."""
        if attribute not in self._given:
            self._given[attribute] = UNKNOWN
            found = self._references.of_all(self._values_given_as(attribute))
            self._given[attribute] = UNKNOWN | {referent for referent in found if isinstance(referent, _OBJECTS)}
        return self._given[attribute]

    def _values_given_as(self, attribute: str) -> Iterator[ast.expr]:
        yield from self._references.members.stored_on_objects(attribute)
        for call in self._references.module.index.nodes(ast.Call):
            value = next((keyword.value for keyword in call.keywords if keyword.arg == attribute), None)
            if value is not None and any(
                api is not None and api.typed_by is not None and api.typed_by.name == attribute
                for function in self._references.of(call.func)
                if isinstance(function, Outside)
                for api in [self._catalogue.api(function.name)]
            ):
                yield value

    def made(self, function: Outside, name: str, node: ast.Call) -> Referents:
        """What a call of another module's function or class gives.

        Args:
            function: The function or class.
            name: Its name in the catalogue.
            node: The call.
        """
        api = self._catalogue.api(function.name)
        returns = None if api is None else returned(api, node, self._references)
        if returns is not None:
            if returns.name == _ARGUMENT:
                return self._type_argument(node.func)
            if returns.name in _UNTYPED:
                return UNKNOWN
            return frozenset({Instance(returns, function, self._arguments(api, node))})
        is_class = name.rpartition(".")[2][:1].isupper()
        return frozenset({Instance(TypeUse(name), function, self._arguments(api, node))}) if is_class else UNKNOWN

    def _type_argument(self, method: ast.expr) -> Referents:
        """The type argument of the object that a method is called on: `CLIENT.get()` of a `ContextVar[Client]`."""
        bases = self._references.of(method.value) if isinstance(method, ast.Attribute) else UNKNOWN
        return UNKNOWN.union(*(b.arguments[0] for b in bases if isinstance(b, Instance) and b.arguments))

    def _arguments(self, api: Api | None, node: ast.Call) -> tuple[Referents, ...]:
        """The type arguments of what a call makes: written, or told by what it is given."""
        if isinstance(node.func, ast.Subscript):
            return self._references.declared.arguments(node.func)
        value = given(api.typed_by, read(node, self._references)) if api is not None and api.typed_by else "absent"
        return () if isinstance(value, str) else (self._references.of(value),)

    def item(self, base: Instance | Wrapped | LocalInstance, key: ast.expr) -> Referents:
        """What `base[key]` gives."""
        if isinstance(base, LocalInstance):
            return self._entry(base, key)
        if self.is_collection(base):
            return self.elements(base)
        # Any name is one of its attributes, and any text one of its items: `client["shop"]`.
        item = self._catalogue.attribute(f"{base.type.name}.*") if isinstance(base, Instance) else None
        return UNKNOWN if item is None else frozenset({Instance(item, getattr(base, "maker", None))})

    def elements(self, base: Instance | Wrapped | LocalInstance) -> Referents:
        """What is inside a collection of objects."""
        element = None if isinstance(base, LocalInstance) else base.without("list", "tuple", "dict")
        return UNKNOWN if element is None else frozenset({element})

    def unpacked(self, base: Instance | Wrapped | LocalInstance, index: Index) -> Referents:
        """What unpacking or iterating an object gives."""
        if isinstance(base, LocalInstance):
            name = self.field_at(base, index)
            at = ast.Name(name or "")
            return self._references.members.of_class(base.definition, name, at) if name else frozenset({base})
        element = base.without("list", "tuple", "iterator", "async iterator")
        return UNKNOWN if element is None else frozenset({element})

    def is_collection(self, base: Instance | Wrapped | LocalInstance) -> bool:
        """Whether an object is a list or dict of others, whose methods give these."""
        if isinstance(base, LocalInstance):
            record = self._references.fields.of(base.definition)
            return record is not None and record.kind is RecordKind.DICT
        return base.without("list", "tuple", "dict") is not None

    def _entry(self, base: LocalInstance, key: ast.expr) -> Referents:
        name = self.field_at(base, self._references.constants.value(key, otherwise=None))
        if name is not None:
            return self._references.members.of_class(base.definition, name, key)
        return self._results(self.methods(base, "__getitem__", key)) or UNKNOWN

    def field_at(self, base: LocalInstance, key: object) -> str | None:
        """The name of the field that a typed dict has under a key, or a named tuple at an index."""
        record = self._references.fields.of(base.definition)
        if record is None:
            return None
        if record.kind is RecordKind.DICT and isinstance(key, str):
            return key if record.field(key) is not None else None
        if record.kind is RecordKind.TUPLE and isinstance(key, int) and record.is_whole:
            names = [field.name for field in record.fields]
            return names[key] if -len(names) <= key < len(names) else None
        return None

    def entered(self, referent: Referent, node: ast.expr) -> Referents:
        """What `with … as` gives, where a manager is entered."""
        if isinstance(referent, LocalInstance):
            enters = (self.methods(referent, name, node) for name in ("__aenter__", "__enter__"))
            return self._results(next(filter(None, enters), [])) or frozenset({referent})
        return frozenset({entered(referent)})

    def methods(self, base: LocalInstance, name: str, at: ast.expr) -> list[FunctionNode]:
        """The methods of a name that an object of the module's classes has."""
        found = self._references.members.of_class(base.definition, name, at)
        called = (referent.definition for referent in found if isinstance(referent, Local))
        return [definition for definition in called if isinstance(definition, FunctionNode)]

    def _results(self, methods: list[FunctionNode]) -> Referents:
        return frozenset(r for method in methods for r in self._references.results_of(method))
