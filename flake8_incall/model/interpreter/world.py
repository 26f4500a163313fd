"""What surrounds a function while its values are followed: its module's definitions and what is known outside."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from functools import cached_property

from flake8_incall.catalogue import Catalogue, TypeUse
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Binding, Kind, Scope
from flake8_incall.model.code.tree import FunctionNode, has_yield, uncalled
from flake8_incall.model.flow.graph import Body
from flake8_incall.model.interpreter.values import External
from flake8_incall.model.objects.decorators import Decorators

# A class of the module is a type under its name with this before it, and one inside a function with its line behind.
LOCAL = "."
_LINE = "@"


def local_name(type: str) -> str:  # noqa: A002
    """The name of a class of the module as its author wrote it, or the type itself."""
    return type.removeprefix(LOCAL).partition(_LINE)[0] if type.startswith(LOCAL) else type


class World:
    """The module of a function, with what is worked out about it kept.

    Attributes:
        module: The module.
        catalogue: What is known of other modules.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.names = module.names
        self.catalogue: Catalogue = module.catalogue
        self._decorators = module.fact(Decorators)
        self._generators: dict[Body, bool] = {}
        self._apart: dict[ast.expr, ast.Expression] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
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

    @cached_property
    def mutated(self) -> frozenset[str]:
        """Names through which some code of the module changes a container."""
        return frozenset(_mutated(self.module.parents, self.catalogue.members("mutates")))

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

    def local_class(self, type: str) -> ast.ClassDef | None:  # noqa: A002
        """The class of the module behind a type's name."""
        return self._classes.get(type)

    def type_of_class(self, definition: ast.ClassDef | FunctionNode) -> str:
        """The type of a class of the module."""
        type_ = f"{LOCAL}{definition.name}"
        return type_ if self._classes.get(type_) is definition else f"{type_}{_LINE}{definition.lineno}"

    @cached_property
    def _classes(self) -> dict[str, ast.ClassDef]:
        """The classes of the module by their types."""
        nodes = self.module.index.nodes(ast.ClassDef)
        found = {f"{LOCAL}{node.name}{_LINE}{node.lineno}": node for node in nodes}
        bindings = (binding for bound in self.names.top.bindings.values() for binding in bound)
        for node in (binding.node for binding in bindings):
            if isinstance(node, ast.ClassDef):
                found.setdefault(f"{LOCAL}{node.name}", node)
        return found

    def decorators(self, definition: ast.ClassDef) -> frozenset[str]:
        """The qualified names of what decorates a class."""
        called = [uncalled(d) for d in definition.decorator_list]
        return frozenset(name for decorator in called for name in self.names.resolve(decorator).names)

    def class_binding(self, definition: ast.ClassDef, name: str) -> Binding | None:
        """The only binding of a name in a class, or in the nearest class of the module that it inherits from."""
        pending = [definition]
        seen: set[ast.ClassDef] = set()
        while pending:
            current = pending.pop(0)
            seen.add(current)
            bindings = self.names.scope(current).bindings.get(name, [])
            if bindings:
                return bindings[0] if len(bindings) == 1 else None
            for base in current.bases:
                meaning = self.names.resolve(base)
                pending += [d for d in meaning.definitions if isinstance(d, ast.ClassDef) and d not in seen]
        return None

    def type_names(self, node: ast.expr) -> frozenset[str]:
        """The qualified names of the types that an expression such as `(KeyError, Refused)` names.

        Returns:
            The names; a class of the module begins with a dot. `"?"` is among them for what is not known.
        """
        if isinstance(node, ast.Tuple):
            return frozenset().union(*(self.type_names(element) for element in node.elts))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.type_names(node.left) | self.type_names(node.right)
        if isinstance(node, ast.Constant) and node.value is None:
            return frozenset({"builtins.NoneType"})
        meaning = self.names.resolve(node)
        names = {self.qualified(name) for name in meaning.names}
        names |= {self.type_of_class(definition) for definition in meaning.definitions}
        return frozenset(names | {"?"} if meaning.unknown or meaning.unbound or not names else names)

    def qualified(self, name: str) -> str:
        """A name as the values have it: canonical, builtins with `builtins.` before them."""
        canonical = self.catalogue.canonical(name)
        return canonical if "." in canonical else f"builtins.{canonical}"

    def ancestors(self, type: str) -> tuple[str, ...]:  # noqa: A002
        """A class and all that it inherits from; `"?"` is among them when not all is known."""
        if type not in self._ancestors:
            self._ancestors[type] = (type, "?")
            self._ancestors[type] = tuple(dict.fromkeys(self._find_ancestors(type)))
        return self._ancestors[type]

    def is_always_true(self, type: str) -> bool:  # noqa: A002
        """Whether every instance of a class is true in a test: none of its classes counts or weighs its instances."""
        if type not in self._always_true:
            self._always_true[type] = not any(map(self._may_be_false, self.ancestors(type)))
        return self._always_true[type]

    def _may_be_false(self, type: str) -> bool:  # noqa: A002
        definition = self.local_class(type)
        if definition is not None:
            return not {"__bool__", "__len__"}.isdisjoint(self.names.scope(definition).bindings)
        known = self.catalogue.type(type)
        return type != "builtins.object" and (known is None or known.falsy or known.json)

    def _find_ancestors(self, type: str) -> Iterator[str]:  # noqa: A002
        yield type
        definition = self.local_class(type)
        if definition is not None:
            for base in definition.bases:
                for name in self.type_names(base):
                    yield from self.ancestors(name)
        elif self.catalogue.is_exception(type):
            yield from (self.qualified(name) for name in self.catalogue.exception_parents(type))
        elif (known := self.catalogue.type(type)) is not None:
            for base_name in known.bases:
                yield from self.ancestors(self.qualified(base_name))
        elif type != "builtins.object":
            yield "?"

    # Other modules

    def external(self, name: str) -> External:
        """The object that a qualified name of another module denotes; builtins and whole modules have no dot."""
        is_plain = "." not in name or name.startswith("builtins.")
        return External(name if is_plain else self.qualified(name))

    def result_of(self, name: str) -> TypeUse | None:
        """What a call of a function, method or class of another module gives."""
        api = self.catalogue.api(name)
        if api is not None and api.returns is not None:
            return api.returns
        if self.catalogue.is_exception(name):
            return TypeUse(self.qualified(name))
        return None

    def is_external(self, name: str) -> bool:
        """Whether a call goes over the network or to a database."""
        api = self.catalogue.api(name)
        return api is not None and api.is_external


def _mutated(nodes: Iterable[ast.AST], mutating: Container[str]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Attribute(value=ast.Name(id=name), attr=method) if method in mutating:
                yield name
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Global(names=names):
                yield from names
