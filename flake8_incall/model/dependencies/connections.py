"""Which pieces of a module bind, change and call what."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.listings import listings
from flake8_incall.model.calls.reach import Reach
from flake8_incall.model.calls.registrations import registrations
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.dependencies.contents import Contents, contents_of
from flake8_incall.model.dependencies.excerpts import Excerpts
from flake8_incall.model.dependencies.pieces import Piece, Pieces
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Instance, Local, LocalInstance, Unknown, definitions_of, names_of


class Connections:
    """Which pieces of a module bind, change and call what.

    Attributes:
        module: The module.
        pieces: Its pieces.
        in_call: The in-call functions by their definitions.
        excerpts: Excerpts of its functions, by what they do to others.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.pieces = Pieces(module)
        self.references = module.fact(References)
        self.in_call: dict[FunctionNode, InCallFunction] = {f.node: f for f in module.fact(discover).functions}
        self._contents = {piece: contents_of(piece, module) for piece in self.pieces.all}
        self._of_excerpts: dict[Piece, Contents] = {}
        self._functions: dict[Piece, list[FunctionNode]] = {}
        self.excerpts = Excerpts(module, self.pieces)
        self._changed: dict[str, list[ast.AST]] = {}
        self._methods: dict[str, list[ast.AST]] = {}
        self._passed: dict[str, list[Piece]] = {}
        self._decorated: dict[str, list[Piece]] = {}
        for piece, contents in self._contents.items():
            for name, node in contents.changed:
                self._changed.setdefault(name, []).append(node)
            for name, node in contents.methods:
                self._methods.setdefault(name, []).append(node)
            for name in contents.passed:
                self._passed.setdefault(name, []).append(piece)
            for name in contents.decorators:
                self._decorated.setdefault(name, []).append(piece)

    def contents(self, piece: Piece) -> Contents:
        """What a piece reads and changes."""
        if piece not in self._contents:
            return self._of_excerpts.setdefault(piece, contents_of(piece, self.module))
        return self._contents[piece]

    def functions_in(self, piece: Piece) -> list[FunctionNode]:
        """The functions that the statement of a piece defines, those inside functions included."""
        if piece not in self._functions:
            self._functions[piece] = [node for node in below(piece.node) if isinstance(node, FunctionNode)]
        return self._functions[piece]

    def around(self, node: ast.AST) -> list[Piece]:
        """What decides what a node of a function does to others: its statement, and what binds the names in it."""
        return self.excerpts.around(node)

    @cached_property
    def bound(self) -> dict[str, list[Piece]]:
        """By name of the module: the pieces that bind it."""
        found: dict[str, dict[Piece, None]] = {}
        for name, bindings in self.module.names.top.bindings.items():
            for binding in bindings:
                found.setdefault(name, {})[self.pieces.of(binding.node)] = None
        return {name: list(pieces) for name, pieces in found.items()}

    def changing(self, name: str) -> Iterator[Piece]:
        """The pieces that may change what a name of the module stands for."""
        yield from self._excerpts_of(self._changed.get(name, ()))
        kinds = {binding.kind for binding in self.module.names.top.bindings.get(name, ())}
        if kinds - {Kind.IMPORT}:
            yield from self._passed.get(name, ())
        if name in (self._methods.keys() | self._decorated.keys()) and self._may_take_in(name):
            yield from self._excerpts_of(self._methods.get(name, ()))
            # A decorator of the module is handed what it decorates; tools are judged by themselves.
            yield from (piece for piece in self._decorated.get(name, ()) if piece.node not in self.in_call)

    @cached_property
    def stores(self) -> dict[str, list[ast.expr]]:
        """By attribute: what it is stored on."""
        found: dict[str, list[ast.expr]] = {}
        for contents in self._contents.values():
            for attribute, base in contents.stores:
                found.setdefault(attribute, []).append(base)
        return found

    @cached_property
    def calls(self) -> dict[str, list[ast.Call]]:
        """By name of a function or method: the calls of it, and those that it is passed to."""
        found: dict[str, list[ast.Call]] = {}
        for call in (call for contents in self._contents.values() for call in contents.calls):
            for node in (call.func, *call.args):
                if isinstance(node, ast.Name | ast.Attribute):
                    found.setdefault(node.id if isinstance(node, ast.Name) else node.attr, []).append(call)
        return found

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """The imports of the module, in source order."""
        found = [node for contents in self._contents.values() for node in contents.imports]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    @cached_property
    def registered(self) -> dict[ast.AST, list[Piece]]:
        """By definition: the pieces that make it a tool."""
        found: dict[ast.AST, list[Piece]] = {}
        for made in (*self.module.fact(registrations), *listings(self.module)):
            if made.node is not None:
                found.setdefault(made.node, []).append(self.pieces.of(made.at))
        return found

    @cached_property
    def in_call_code(self) -> frozenset[Piece]:
        """The pieces with code that some in-call function reaches."""
        return frozenset(self.pieces.of(unit.definition) for unit in self.module.fact(Reach).units)

    @cached_property
    def taken_of_unknown(self) -> frozenset[str]:
        """The names of methods that are taken of something that cannot be told."""
        nodes = self.module.index.nodes(ast.Attribute)
        methods = {m.node.name for piece in self.pieces.all for m in piece.members if isinstance(m.node, FunctionNode)}
        return frozenset(
            node.attr
            for node in nodes
            if node.attr in methods and any(isinstance(r, Unknown) for r in self.references.of(node))
        )

    @cached_property
    def called_tools(self) -> frozenset[ast.AST]:
        """The in-call functions that the module itself refers to by an attribute."""
        names = {function.name for function in self.in_call.values()}
        nodes = (node for node in self.module.index.nodes(ast.Attribute) if node.attr in names)
        return frozenset(r.definition for node in nodes for r in self.references.of(node) if isinstance(r, Local))

    def classes_of(self, node: ast.expr) -> Iterator[Piece]:
        """The classes of the module of which an expression can be an instance, or which it can be."""
        for referent in self.references.of(node):
            if isinstance(referent, Local | LocalInstance) and isinstance(referent.definition, ast.ClassDef):
                yield self.pieces.of(referent.definition)

    def passes_object(self, call: ast.Call) -> bool:
        """Whether a call passes an object of another module's class."""
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        return any(isinstance(r, Instance) for argument in arguments for r in self.references.of(argument))

    def _excerpts_of(self, nodes: Iterable[ast.AST]) -> Iterator[Piece]:
        for node in nodes:
            yield from self.around(node)

    def _may_take_in(self, name: str) -> bool:
        """Whether a name of the module may stand for a collection, or for code that is handed things."""
        for binding in self.module.names.top.bindings.get(name, ()):
            if binding.kind is Kind.DEFINITION:
                return True
            if binding.value is not None and self._is_container(binding.value):
                return True
        return False

    def _is_container(self, value: ast.expr) -> bool:
        if not isinstance(value, ast.Call):
            return not isinstance(value, ast.Await)
        made = self.references.of(value.func)
        return bool(definitions_of(made)) or self.module.catalogue.any_has("gives-collection", names_of(made))
