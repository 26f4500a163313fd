"""What is inside collections that are written down: by key, by index, or any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.objects.changes import Changes
from flake8_incall.model.objects.folding import SEQUENCES
from flake8_incall.model.objects.referents import (
    NOTHING,
    UNKNOWN,
    Constant,
    Container,
    Contents,
    Instance,
    LocalInstance,
    Referent,
    Referents,
    Wrapped,
    counted,
)
from flake8_incall.model.objects.unpacking import Index, Some

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# An entry that is not under one known key or index.
_ANY_KEY = object()
Collection = Container | Instance | Wrapped | LocalInstance
_Entry = tuple[Any, ast.expr]
_DEEPEST = 20
_MOST_ENTRIES = 2000
_MOST_INSIDE = 100


class Containers:
    """The containers of one module."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._changes = references.module.fact(Changes)
        # What is spread into something, and cannot be told.
        self._untold: set[ast.AST] = set()
        self._entries: dict[ast.AST, list[_Entry]] = {}
        self._elements: dict[ast.AST, Referents] = {}
        self._contents: dict[ast.AST, Referents] = {}
        self._filled: dict[Variable, Referents] = {}
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

    def is_told(self, container: Collection) -> bool:
        """Whether the entries of a container are all that it ever has."""
        if not isinstance(container, Container):
            return False
        self.entries(container)
        return container.node not in self._untold and not self._changes.may_change(container.node)

    def subscript(self, base: Collection | Contents, key: ast.expr | None) -> Referents:
        """What `base[key]` can give; without a key, any element."""
        if isinstance(base, Contents):
            return self._doubted(base.container, self._all_of(base.container))
        if not isinstance(base, Container):
            return self._all_of(base) if key is None else self._references.instances.item(base, key)
        wanted = _ANY_KEY if key is None else self._key(key)
        if wanted is _ANY_KEY:
            return self._all_of(base) | (UNKNOWN if _has_constants(self._all_of(base)) else NOTHING)
        if self.is_exact(base):
            return self._exact(base, wanted) or UNKNOWN
        return self._doubted(base, self._with_key(base, wanted)) or UNKNOWN

    def called(self, contents: Contents, node: ast.Call) -> Referents:
        """What a method of a container gives: an element, the default of `TABLE.get(key, default)`, the container."""
        container, key = contents.container, node.args[0] if node.args else None
        default = self._references.of_all(node.args[1:2]) or frozenset({Constant(None)})
        is_get = isinstance(node.func, ast.Attribute) and node.func.attr == "get" and not node.keywords
        if is_get and key is not None and isinstance(container, Container) and self.is_exact(container):
            wanted = self._key(key)
            if wanted is not _ANY_KEY:
                return self._exact(container, wanted) or default
        found = self.subscript(container, key) | (default if len(node.args) > 1 else NOTHING)
        # `TABLE.items()` is iterated as it is.
        return found | {container}

    def is_exact(self, container: Container) -> bool:
        """Whether the entries are all there are, each under its key."""
        return self.is_told(container) and all(key is not _ANY_KEY for key, _ in self.entries(container))

    def _exact(self, container: Container, wanted: Any) -> Referents:
        found = [value for key, value in self.entries(container) if key == wanted]
        return self._references.of(found[-1]) if found else NOTHING

    def _doubted(self, container: Collection, found: Referents) -> Referents:
        """What is found in a container, of whose constants none is certain if others may be there."""
        is_certain = not _has_constants(found) or self.is_told(container)
        return found if is_certain else found | UNKNOWN

    def item(self, referent: Referent, index: Index) -> Referents:
        """What unpacking or iterating gives."""
        if isinstance(referent, Container):
            if index is Some.REST:
                return frozenset({Contents(referent)})
            values = self.all_in(referent) if isinstance(index, Some) else self.at(referent, index)
            return self._doubted(referent, self._references.of_all(values))
        if isinstance(referent, Contents):
            return self._doubted(referent.container, self._all_of(referent.container))
        if isinstance(referent, Instance | Wrapped | LocalInstance):
            return self._references.instances.unpacked(referent, index)
        return _of_constant(referent.value, index) if isinstance(referent, Constant) else frozenset({referent})

    def attribute(self, base: Container, attribute: str) -> Referents:
        """An attribute of a namespace that was filled by keywords, or a method that gives elements."""
        named = self._with_key(base, attribute) - UNKNOWN if isinstance(base.node, ast.Call) else NOTHING
        if not any(key == attribute for key, _ in self.entries(base)):
            # What the call is given without a name may be in it, but a plain value has no attributes.
            named = frozenset(referent for referent in named if not isinstance(referent, Constant))
        return self._doubted(base, named) or frozenset({Contents(base)})

    def filled_later(self, name: ast.Name) -> Referents:
        """What is put into the same variable's container elsewhere: `TABLE["r"] = open`, `TABLE.append(open)`."""
        if name.id not in self._changes.fillings:
            return NOTHING
        variable_of = self._references.names.variable
        variable = variable_of(name)
        if variable not in self._filled:
            fillings = (node for each, node in self._changes.fillings[name.id] if variable_of(each) == variable)
            self._filled[variable] = frozenset(map(Container, fillings))
        return self._filled[variable]

    def all_in(self, container: Container) -> list[ast.expr]:
        """The expressions of a container's elements."""
        return [value for _, value in self.entries(container)]

    def under(self, container: Container, wanted: Any) -> list[ast.expr]:
        """The expressions that can stand under a key."""
        return [v for key, v in self.entries(container) if key is _ANY_KEY or _is_same(key, wanted)]

    def at(self, container: Container, index: int) -> list[ast.expr]:
        """The expressions that can stand at an index."""
        entries = self.entries(container)
        is_ordered = all(key is not _ANY_KEY for key, _ in entries)
        return [entries[index][1]] if is_ordered and -len(entries) <= index < len(entries) else self.all_in(container)

    def _all_of(self, container: Collection) -> Referents:
        if not isinstance(container, Container):
            return self._references.instances.elements(container)
        found = self._elements.get(container.node)
        if found is None:
            found = self._references.of_all(self.all_in(container))
            # While containers are being read, what is in them is not all known.
            if not self._depth:
                self._elements[container.node] = found
        return found

    def _with_key(self, container: Container, wanted: Any) -> Referents:
        return self._references.of_all(self.under(container, wanted))

    def _read(self, node: ast.AST) -> Iterator[_Entry]:
        match node:
            case ast.Tuple() | ast.List() | ast.Set():
                yield from self._sequence(node, node.elts)
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    yield from self._spread(node, value) if key is None else [(self._key(key), value)]
            case ast.ListComp(elt=each) | ast.SetComp(elt=each) | ast.GeneratorExp(elt=each) | ast.DictComp(value=each):
                yield _ANY_KEY, each
            case ast.Subscript():
                if (stored := self._stored(node)) is not None:
                    yield self._key(node.slice), stored
            case ast.AugAssign():
                yield from self._spread(node, node.value)
            case ast.BinOp(left=left, right=right):
                entries = (*self._spread(node, left), *self._spread(node, right))
                yield from ((_ANY_KEY, value) for _, value in entries) if isinstance(node.op, ast.Add) else entries
            case ast.Call():
                yield from self._called(node)

    def _sequence(self, node: ast.AST, elements: list[ast.expr]) -> Iterator[_Entry]:
        is_counted = not any(isinstance(element, ast.Starred) for element in elements)
        for index, element in enumerate(elements):
            if isinstance(element, ast.Starred):
                yield from ((_ANY_KEY, value) for _, value in self._spread(node, element.value))
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
            self._untold.add(node)
            yield from self._spread(node, argument)
            # What it is made of is in it, and not what that was in.
            if not all(isinstance(referent, Container) for referent in self._references.of(argument)):
                yield _ANY_KEY, argument
        for keyword in node.keywords:
            yield from [(keyword.arg, keyword.value)] if keyword.arg else self._spread(node, keyword.value)

    def _spread(self, into: ast.AST, value: ast.expr) -> Iterator[_Entry]:
        for referent in self._references.of(value):
            inner = referent.container if isinstance(referent, Contents) else referent
            if isinstance(inner, Container):
                yield from self.entries(inner)
            if not isinstance(referent, Container) or not self.is_told(referent):
                self._untold.add(into)

    def _key(self, node: ast.expr) -> Any:
        return self._references.constants.value(node, otherwise=_ANY_KEY)

    def _stored(self, target: ast.Subscript) -> ast.expr | None:
        parent = self._references.module.parents.get(target)
        return parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None


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


def _has_constants(referents: Referents) -> bool:
    return any(isinstance(referent, Constant) for referent in referents)


def _of_constant(value: Any, index: Index) -> Referents:
    if not isinstance(value, SEQUENCES) or index is Some.REST or not value:
        return UNKNOWN
    if index is Some.ANY:
        return counted(frozenset(map(Constant, value)))
    return frozenset({Constant(value[index])}) if -len(value) <= index < len(value) else UNKNOWN
