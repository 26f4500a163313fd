"""What surrounds a function while its values are followed: its module's definitions and what is known outside."""

from __future__ import annotations

import ast

from flake8_incall.catalogue import Catalogue, TypeUse
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind, Scope
from flake8_incall.model.code.tree import FunctionNode, has_yield, uncalled
from flake8_incall.model.flow.graph import Body
from flake8_incall.model.interpreter.values import External
from flake8_incall.model.objects.classes import Classes
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of


class World:
    """The module of a function, with what is worked out about it kept.

    Attributes:
        module: The module.
        catalogue: What is known of other modules.
        classes: The classes that the module has and names.
        fields: The fields of its classes.
        passed: What its calls give, to fields among others.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.names = module.names
        self.catalogue: Catalogue = module.catalogue
        references = module.fact(References)
        self.classes: Classes = references.classes
        self.fields = references.fields
        self.passed = references.members.passed
        self._decorators = module.fact(Decorators)
        self._generators: dict[Body, bool] = {}
        self._apart: dict[ast.expr, ast.Expression] = {}
        self._always_true: dict[str, bool] = {}

    # Names

    def apart(self, expression: ast.expr) -> ast.Expression:
        """An expression of the module or of a default as something to follow by itself."""
        if expression not in self._apart:
            self._apart[expression] = ast.Expression(expression)
        return self._apart[expression]

    def assigned_once(self, scope: Scope, name: str) -> ast.expr | None:
        """The value of a name of the module or of a class that is assigned once and for all."""
        bindings = scope.bindings.get(name, [])
        if len(bindings) == 1 and bindings[0].kind is Kind.ASSIGNMENT:
            return bindings[0].value
        return None

    # Functions and classes

    def is_generator(self, definition: Body) -> bool:
        """Whether a function has a `yield` of its own."""
        if definition not in self._generators:
            self._generators[definition] = has_yield(definition)
        return self._generators[definition]

    def is_plain(self, definition: FunctionNode) -> bool:
        """Whether a call of a function is a call of its body: nothing decorates it that changes that."""
        return all(map(self.is_transparent, definition.decorator_list))

    def is_transparent(self, decorator: ast.expr) -> bool:
        """Whether a decorator leaves what a call gives as it is; a wrapper of the module is followed."""
        found = self._decorators.read(decorator)
        return found.result == "same" and found.kind != "own"

    def is_manager(self, definition: FunctionNode) -> bool:
        """Whether a function makes a context manager by `@contextmanager`."""
        decorations = self._decorators.of(definition)
        return bool(decorations) and all(decoration.kind == "manager" for decoration in decorations)

    def decorators(self, definition: ast.ClassDef) -> frozenset[str]:
        """The qualified names of what decorates a class."""
        return frozenset(names_of(self.module.fact(References).of_all(map(uncalled, definition.decorator_list))))

    def is_always_true(self, type: str) -> bool:  # noqa: A002
        """Whether every instance of a class is true in a test: none of its classes counts or weighs its instances."""
        if type not in self._always_true:
            self._always_true[type] = not any(map(self._may_be_false, self.classes.ancestors(type)))
        return self._always_true[type]

    def _may_be_false(self, type: str) -> bool:  # noqa: A002
        definition = self.classes.definition(type)
        if definition is not None:
            return not {"__bool__", "__len__"}.isdisjoint(self.names.scope(definition).bindings)
        known = self.catalogue.type(type)
        return type != "builtins.object" and (known is None or known.falsy or known.json)

    # Other modules

    def external(self, name: str) -> External:
        """The object that a qualified name of another module denotes; builtins and whole modules have no dot."""
        is_plain = "." not in name or name.startswith("builtins.")
        return External(name if is_plain else self.classes.qualified(name))

    def result_of(self, name: str) -> TypeUse | None:
        """What a call of a function, method or class of another module gives."""
        api = self.catalogue.api(name)
        if api is not None and api.returns is not None:
            return api.returns
        if self.catalogue.is_exception(name):
            return TypeUse(self.classes.qualified(name))
        return None
