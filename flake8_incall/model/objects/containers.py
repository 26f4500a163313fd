"""What is inside collections that are written down: by key, by index, or any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flake8_incall.model.code.scopes import Scope
from flake8_incall.model.code.tree import Inner
from flake8_incall.model.objects.constants import Unfollowed
from flake8_incall.model.objects.referents import (
    NOTHING,
    UNKNOWN,
    Container,
    Contents,
    Instance,
    Referent,
    Referents,
)
from flake8_incall.model.objects.unpacking import Index, Some

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# An entry that is not under one known key or index.
_ANY_KEY = object()
_Entry = tuple[Any, ast.expr]
_DEEPEST = 20
_MOST_ENTRIES = 2000
_MOST_INSIDE = 100


class Containers:
    """The containers of one module."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._entries: dict[ast.AST, list[_Entry]] = {}
        self._elements: dict[ast.AST, Referents] = {}
        self._contents: dict[ast.AST, Referents] = {}
        self._homes: dict[ast.Name, Scope] = {}
        self._filled: dict[tuple[Scope, str], Referents] = {}
        self._depth = 0

    def entries(self, container: Container) -> list[_Entry]:
        """The keys and expressions of a container, those of containers spread into it included."""
        if container.node not in self._entries:
            self._entries[container.node] = []
            if self._depth < _DEEPEST:
                self._depth += 1
                self._entries[container.node] = _once(self._read(container.node))
                self._depth -= 1
        return self._entries[container.node]

    def contents(self, container: Container) -> Referents:
        """All that a container holds, and what the containers in it hold."""
        if container.node not in self._contents:
            found: set[Referent] = set()
            pending = [container]
            seen = {container}
            while pending:
                for _, value in self.entries(pending.pop()):
                    for referent in self._references.of(value):
                        found.add(referent)
                        if isinstance(referent, Container) and referent not in seen and len(seen) < _MOST_INSIDE:
                            seen.add(referent)
                            pending.append(referent)
            self._contents[container.node] = frozenset(found)
        return self._contents[container.node]

    def subscript(self, base: Container | Contents, key: ast.expr | None) -> Referents:
        """What `base[key]` or `base.get(key)` can give; without a key, any element."""
        if isinstance(base, Contents):
            return self._all_of(base.container)
        if key is None:
            return self._all_of(base)
        try:
            wanted = self._references.constants.value(key)
        except Unfollowed:
            return self._all_of(base)
        return self._with_key(base, wanted) or UNKNOWN

    def item(self, referent: Referent, index: Index) -> Referents:
        """What unpacking or iterating gives."""
        if isinstance(referent, Container):
            if index is Some.REST:
                return frozenset({Contents(referent)})
            return self._all_of(referent) if isinstance(index, Some) else self._at(referent, index)
        if isinstance(referent, Contents):
            return self._all_of(referent.container)
        if isinstance(referent, Instance):
            element = referent.type.without("list", "tuple", "iterator", "async iterator")
            return UNKNOWN if element is None else frozenset({Instance(element, referent.maker)})
        return frozenset({referent})

    def attribute(self, base: Container, attribute: str) -> Referents:
        """An attribute of a namespace that was filled by keywords, or a method that gives elements."""
        named = self._with_key(base, attribute) if isinstance(base.node, ast.Call) else NOTHING
        return named - UNKNOWN or frozenset({Contents(base)})

    def outer(self, contents: Contents) -> Referents:
        """The container itself: `TABLE.items()` is iterated as it is."""
        return frozenset({contents.container})

    def filled_later(self, name: ast.Name) -> Referents:
        """What is put into the same variable's container elsewhere: `TABLE["r"] = open`, `TABLE.append(open)`."""
        if name.id not in self._fillings:
            return NOTHING
        key = (self._home(name), name.id)
        if key not in self._filled:
            fillings = (node for variable, node in self._fillings[name.id] if self._home(variable) is key[0])
            self._filled[key] = frozenset(Container(node) for node in fillings)
        return self._filled[key]

    def _home(self, name: ast.Name) -> Scope:
        """The scope that a name belongs to."""
        if name not in self._homes:
            names, module = self._references.names, self._references.module
            use = names.use(name)
            around = (outer for outer, _ in module.index.outward(name) if isinstance(outer, Inner))
            scope = use.scope.node if use is not None else next(around, module.tree)
            self._homes[name] = names.home(scope, name.id)[0]
        return self._homes[name]

    def _all_of(self, container: Container) -> Referents:
        found = self._elements.get(container.node)
        if found is None:
            found = self._references.of_all(value for _, value in self.entries(container))
            # While containers are being read, what is in them is not all known.
            if not self._depth:
                self._elements[container.node] = found
        return found

    def _with_key(self, container: Container, wanted: Any) -> Referents:
        values = (v for key, v in self.entries(container) if key is _ANY_KEY or _is_same(key, wanted))
        return self._references.of_all(values)

    def _at(self, container: Container, index: int) -> Referents:
        entries = self.entries(container)
        is_ordered = all(key is not _ANY_KEY for key, _ in entries)
        if is_ordered and -len(entries) <= index < len(entries):
            return self._references.of(entries[index][1])
        return self._all_of(container)

    def _read(self, node: ast.AST) -> Iterator[_Entry]:
        match node:
            case ast.Tuple() | ast.List() | ast.Set():
                yield from self._sequence(node.elts)
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    yield from self._spread(value) if key is None else [(self._key(key), value)]
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                yield _ANY_KEY, node.elt
            case ast.DictComp():
                yield _ANY_KEY, node.value
            case ast.Subscript():
                if (stored := self._stored(node)) is not None:
                    yield self._key(node.slice), stored
            case ast.AugAssign():
                yield from self._spread(node.value)
            case ast.Call():
                yield from self._called(node)

    def _sequence(self, elements: list[ast.expr]) -> Iterator[_Entry]:
        is_counted = not any(isinstance(element, ast.Starred) for element in elements)
        for index, element in enumerate(elements):
            if isinstance(element, ast.Starred):
                yield from self._spread(element.value)
            else:
                yield index if is_counted else _ANY_KEY, element

    def _called(self, node: ast.Call) -> Iterator[_Entry]:
        """What a call puts into the container that it makes, or that it is a method of."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method in self._references.catalogue.members("stores"):
            # The last argument is what is put in.
            if node.args:
                yield _ANY_KEY, node.args[-1]
            return
        for argument in node.args:
            yield from self._spread(argument)
            yield _ANY_KEY, argument
        for keyword in node.keywords:
            yield from [(keyword.arg, keyword.value)] if keyword.arg else self._spread(keyword.value)

    def _spread(self, value: ast.expr) -> Iterator[_Entry]:
        for referent in self._references.of(value):
            if isinstance(referent, Container):
                yield from self.entries(referent)
            elif isinstance(referent, Contents):
                yield from self.entries(referent.container)

    def _key(self, node: ast.expr) -> Any:
        try:
            return self._references.constants.value(node)
        except Unfollowed:
            return _ANY_KEY

    def _stored(self, target: ast.Subscript) -> ast.expr | None:
        parent = self._references.module.parents.get(target)
        return parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None

    @cached_property
    def _fillings(self) -> dict[str, list[tuple[ast.Name, ast.AST]]]:
        """By name: the variables that are filled after they were made, and where."""
        found: dict[str, list[tuple[ast.Name, ast.AST]]] = {}
        filling = self._references.catalogue.members("collects")
        for node in self._references.module.index.nodes(ast.Subscript, ast.Call, ast.AugAssign):
            match node:
                case ast.Subscript(value=ast.Name() as variable, ctx=ast.Store()):
                    found.setdefault(variable.id, []).append((variable, node))
                case ast.Call(func=ast.Attribute(value=ast.Name() as variable, attr=method)) if method in filling:
                    found.setdefault(variable.id, []).append((variable, node))
                case ast.AugAssign(target=ast.Name() as variable):
                    found.setdefault(variable.id, []).append((variable, node))
        return found


def _once(entries: Iterator[_Entry]) -> list[_Entry]:
    """Each expression once: containers that are spread into each other would grow without end."""
    found: dict[ast.expr, _Entry] = {}
    for entry in entries:
        found.setdefault(entry[1], entry)
        if len(found) >= _MOST_ENTRIES:
            break
    return list(found.values())


def _is_same(key: Any, wanted: Any) -> bool:
    return type(key) is type(wanted) and bool(key == wanted)
