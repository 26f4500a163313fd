"""What a piece of a module reads of others, and what it changes for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Use
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.dependencies.pieces import Piece

_METADATA = frozenset({"setattr", "update_wrapper"})
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


@dataclass(slots=True)
class Contents:
    """What one piece reads and changes.

    Attributes:
        names: The names of the module, or of nothing in it, that it mentions.
        attributes: The attributes that it takes of anything.
        changed: The names behind which it changes something, and where.
        methods: The names of which it calls a method that may change a container, and where.
        passed: The names that it passes, while the module is loaded, to a call that may do anything with them.
        decorators: The names that stand as decorators in it, those of which an attribute decorates included.
        stores: The attributes that it stores, and on what.
        calls: Its calls.
        imports: Its imports, those inside functions included.
        reads_any_name: Whether it takes names out of a namespace, so that any may be meant.
        reads_any_attribute: Whether it takes attributes by names that are computed.
    """

    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    changed: list[tuple[str, ast.AST]] = field(default_factory=list)
    methods: list[tuple[str, ast.AST]] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    decorators: set[str] = field(default_factory=set)
    stores: list[tuple[str, ast.expr]] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    reads_any_name: bool = False
    reads_any_attribute: bool = False


def contents_of(piece: Piece, module: Module) -> Contents:
    """Read a piece."""
    reader = _Reader(module)
    for root in piece.roots:
        for node in below(root):
            reader.read(node)
    found = reader.found
    if piece.home is None and not isinstance(piece.node, FunctionNode | ast.ClassDef | ast.Import | ast.ImportFrom):
        found.passed |= set(_passed_on(piece.node))
    if (found.names | found.attributes) & _METADATA or any(_is_dunder(name) for name, _ in found.stores):
        found.passed |= found.names
    return found


class _Reader:
    """Collects what the nodes of one piece read and change."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._catalogue = module.catalogue
        self._changing = self._catalogue.members("mutates")
        getters = self._catalogue.last_names("gets-attribute") | self._catalogue.last_names("makes-getter")
        self._getters = getters | {"delattr", "hasattr", "setattr"}
        self.found = Contents()

    def read(self, node: ast.AST) -> None:
        """Take in one node."""
        found = self.found
        match node:
            case ast.Name():
                self._name(node)
            case ast.Attribute():
                self._attribute(node)
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.AugAssign():
                found.changed += [(name, node) for name in _root(node)]
            case ast.Global(names=names):
                found.changed += [(name, node) for name in names]
            case ast.Call():
                self._call(node)
            case ast.Import() | ast.ImportFrom():
                found.imports.append(node)
            case ast.MatchClass(kwd_attrs=attributes):
                found.attributes.update(attributes)
            case _:
                found.decorators.update(
                    n for decorator in getattr(node, "decorator_list", ()) for n in _root(decorator)
                )
                self._annotation(getattr(node, "returns", None))
                self._annotation(getattr(node, "annotation", None))

    def _name(self, node: ast.Name) -> None:
        use = self._module.names.use(node)
        if use is not None and self._is_of_module(node.id, use):
            self.found.names.add(node.id)
        self.found.reads_any_name |= node.id in self._catalogue.last_names("gives-namespace")

    def _is_of_module(self, name: str, use: Use) -> bool:
        """Whether a name is the module's, or nobody's in it."""
        top = self._module.names.top
        for scope in (use.scope, *use.scope.enclosing()):
            if name in scope.declared:
                return scope.declared[name] is top
            if name in scope.bindings:
                # In a class, a name that is bound later is still the module's.
                return scope is top or scope.is_class
        return True

    def _attribute(self, node: ast.Attribute) -> None:
        found = self.found
        found.attributes.add(node.attr)
        found.reads_any_name |= node.attr in self._catalogue.last_names("gives-namespace")
        if not isinstance(node.ctx, ast.Load):
            found.stores.append((node.attr, node.value))
            found.changed += [(name, node) for name in _root(node)]
        elif node.attr in self._changing:
            found.methods += [(name, node) for name in _root(node)]

    def _call(self, node: ast.Call) -> None:
        self.found.calls.append(node)
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in self._getters:
            texts = [part.value for argument in node.args for part in below(argument) if isinstance(part, ast.Constant)]
            words = {word for text in texts if isinstance(text, str) for word in _IDENTIFIER.findall(text)}
            self.found.attributes |= words
            names = node.args if called in self._catalogue.last_names("makes-getter") else node.args[1:2]
            self.found.reads_any_attribute |= not all(isinstance(name, ast.Constant) for name in names)
            if called == "setattr" and len(node.args) == 3:
                self.found.stores += [(word, node.args[0]) for word in words]
        if called == "cast":
            self._annotation(node)

    def _annotation(self, node: ast.AST | None) -> None:
        """Names in the text of an annotation."""
        for part in below(node) if node is not None else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                words = _IDENTIFIER.findall(part.value)
                self.found.names.update(words)
                self.found.attributes.update(words)


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _root(node: ast.AST) -> Iterator[str]:
    """The name that an expression begins with: `TABLE` for `TABLE["a"].rows`."""
    while True:
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
                node = inner
            case ast.AugAssign(target=inner):
                node = inner
            case ast.Name(id=name):
                yield name
                return
            case _:
                return


def _passed_on(statement: ast.AST) -> Iterator[str]:
    """The names that a statement of the module's top level passes to a call whose result it drops, or loops over."""
    for node in below(statement):
        if isinstance(node, ast.Expr):
            calls = [part for part in below(node) if isinstance(part, ast.Call)]
            arguments = [a for call in calls for a in [*call.args, *(k.value for k in call.keywords)]]
            yield from (part.id for argument in arguments for part in below(argument) if isinstance(part, ast.Name))
            yield from (name for call in calls for name in _root(call.func))
        elif isinstance(node, ast.For | ast.AsyncFor):
            yield from (part.id for part in below(node.iter) if isinstance(part, ast.Name))
