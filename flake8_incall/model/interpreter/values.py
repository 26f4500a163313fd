"""Abstract values: what an expression can be, as far as it is known.

A value is a constant, a reference to a container on the abstract heap, a thing known by name, or a symbol: a
value that is not known but is the same wherever the symbol stands, so that what is learnt about it by a test
holds everywhere. A choice is one of several values, which a join of ways could not keep apart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.flow.graph import Step

# Symbols deeper than this forget what they were computed from.
DEEPEST_SYMBOL = 8
# The attributes of an instance are kept like a dict of this type.
ATTRIBUTES = "attributes"
# A choice of more values than this is a value that is not known.
WIDEST_CHOICE = 8

Definition = FunctionNode | ast.Lambda
Context = tuple[Step, ...]


# Operations whose results something outside the function decides.
_FROM_OUTSIDE = frozenset({"new", "any", "global", "outer", "typed", "get", "promise", "exception"})


@dataclass(frozen=True, slots=True)
class Constant:
    """A value of Python: `None`, a bool, number, text or bytes. `1`, `1.0` and `True` are three of them."""

    value: Any
    kind: type = field(init=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", type(self.value))
        object.__setattr__(self, "_hash", hash((self.value, self.kind)))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Minted:
    """Where a symbol or container comes from: a step, and the calls under way when it was executed."""

    context: Context
    step: Step | ast.AST
    detail: object = None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.context, self.step, self.detail)))

    def __hash__(self) -> int:
        return self._hash


class Symbol:
    """A value that is not known.

    Attributes:
        operation: What it was computed by: `"new"` for one that comes from outside, `"instance"` for an object
            of a class of the module, `"any"` and `"unfollowed"` for those of which nothing is remembered, else
            an operation that always gives the same on the same arguments.
        arguments: The operation's arguments: values, or what else tells two results apart.
        type: The qualified name of its type, or `""`.
        leaves: The new symbols that it was computed from.
        references: The containers that it was computed from.
        is_determined: Whether nothing from outside the function decides it: it is one value, which was only
            not worked out.
    """

    __slots__ = (*("_hash", "arguments", "depth", "is_determined", "leaves", "operation", "references", "type"),)

    def __init__(self, operation: str, arguments: tuple[Any, ...] = (), type: str = "") -> None:  # noqa: A002
        self.operation = operation
        self.arguments = arguments
        self.type = type
        inside = [argument for argument in arguments if isinstance(argument, Symbol | Choice)]
        self.depth: int = 1 + max((argument.depth for argument in inside), default=0)
        self.leaves: frozenset[Any] = frozenset().union(*(argument.leaves for argument in inside))
        self.references: tuple[Reference, ...] = tuple(r for a in arguments for r in references(a))
        self._hash = hash((operation, arguments))
        if operation in ("new", "instance"):
            self.leaves |= {self}
        self.is_determined: bool = operation not in _FROM_OUTSIDE and all(
            argument.is_determined for argument in arguments if isinstance(argument, Symbol)
        )

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Symbol)
            and self._hash == other._hash
            and self.operation == other.operation
            and self.arguments == other.arguments
            and self.type == other.type
        )

    def __repr__(self) -> str:
        return f"{self.operation}{self.arguments}:{self.type}"

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing tells it from other values."""
        return self.operation in ("any", "unfollowed")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values.

    Attributes:
        place: The place that joined them, and what there.
        options: The values; none of them is a choice.
    """

    place: object
    options: tuple[Value, ...]

    @property
    def depth(self) -> int:
        """A choice counts as one level in a symbol."""
        return 1

    @property
    def leaves(self) -> frozenset[Any]:
        """What is learnt about it ends with it."""
        return frozenset({self})


@dataclass(frozen=True, slots=True)
class Reference:
    """A container on the heap, by the place that made it. `age` tells apart several that one place made."""

    minted: Minted
    age: int = 0

    def __hash__(self) -> int:
        return hash(self.minted) + self.age


@dataclass(frozen=True, slots=True)
class External:
    """A function, class or module from outside the module, by its qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the module.

    Attributes:
        definition: Where it is defined.
        bound: What is bound to its first parameters.
        named: What is bound to parameters by name.
        closure: The variables of functions around it that have returned.
    """

    definition: Definition
    bound: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()
    closure: tuple[tuple[Variable, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    """A class of the module."""

    definition: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Awaitable:
    """A coroutine whose result is known already."""

    result: Value


@dataclass(frozen=True, slots=True)
class Iterating:
    """An iterator.

    Attributes:
        items: What it still gives, if `is_exact`; else what the items are among.
        is_exact: Whether it gives these items and then ends.
        is_open: Whether there may be other items, of which nothing is known.
        is_endless: Whether it never ends.
    """

    items: tuple[Value, ...]
    is_exact: bool
    is_open: bool = False
    is_endless: bool = False


@dataclass(frozen=True, slots=True)
class Unbound:
    """No value: a name that nothing was assigned to yet."""


Value = Constant | Symbol | Choice | Reference | External | Function | Class | Awaitable | Iterating | Unbound

NONE = Constant(None)
TRUE = Constant(True)
FALSE = Constant(False)
ANY = Symbol("any")
UNBOUND = Unbound()


def symbol(operation: str, *arguments: Any, type: str = "") -> Symbol:  # noqa: A002
    """The result of an operation that always gives the same on the same arguments."""
    made = Symbol(operation, arguments, type)
    forgotten = any(isinstance(a, Symbol) and a.is_forgotten for a in arguments)
    if forgotten or made.depth > DEEPEST_SYMBOL:
        return unfollowed(type) if made.is_determined else any_of_type(type)
    return made


def any_of_type(type: str) -> Symbol:  # noqa: A002
    """Some value of a type."""
    return Symbol("any", (), type)


def unfollowed(type: str = "") -> Symbol:  # noqa: A002
    """A value that known values decide, and that was not worked out."""
    return Symbol("unfollowed", (), type)


# Containers


class Entry(NamedTuple):
    """A key's value, and whether the key is there for certain."""

    value: Value
    is_certain: bool = True


@dataclass(frozen=True)
class DictShape:
    """What is known of a dict.

    Attributes:
        entries: The known keys, as Python compares them.
        is_open: Whether it may have other keys.
        absent: Keys that it certainly does not have, if it is open.
        node: Where it was made.
        type: The qualified name of its type.
    """

    entries: dict[Any, Entry]
    is_open: bool = False
    absent: frozenset[Any] = frozenset()
    node: ast.AST | None = field(default=None, compare=False)
    type: str = "builtins.dict"

    def __hash__(self) -> int:
        return hash((frozenset(self.entries), self.is_open))

    @cached_property
    def telling(self) -> tuple[Value, ...]:
        """The values in it that are no constants."""
        return tuple(entry.value for entry in self.entries.values() if type(entry.value) is not Constant)

    def lookup(self, key: Any) -> Entry | None:
        """The entry of a key; `None` if it is certainly not there. What may be there is an uncertain entry."""
        if key in self.entries:
            return self.entries[key]
        if self.is_open and key not in self.absent:
            return Entry(ANY, is_certain=False)
        return None

    def with_entry(self, key: Any, value: Value, *, is_certain: bool = True) -> DictShape:
        """The same dict with a key set."""
        entries = {**self.entries, key: Entry(value, is_certain)}
        return self.changed(entries, absent=self.absent - {key})

    def without(self, key: Any) -> DictShape:
        """The same dict with a key removed."""
        entries = {k: entry for k, entry in self.entries.items() if k != key}
        return self.changed(entries, absent=self.absent | {key} if self.is_open else frozenset())

    def opened(self) -> DictShape:
        """The same dict after code that may have added to it; attributes may have other values then."""
        is_of_instance = self.type == ATTRIBUTES
        entries = {key: Entry(ANY, e.is_certain) for key, e in self.entries.items()} if is_of_instance else self.entries
        return DictShape(entries, True, frozenset(), self.node, self.type)

    def changed(self, entries: dict[Any, Entry], absent: frozenset[Any] = frozenset()) -> DictShape:
        """The same dict with other entries."""
        return DictShape(entries, self.is_open, absent, self.node, self.type)


@dataclass(frozen=True, slots=True)
class SequenceShape:
    """What is known of a list, tuple, set, generator or the like.

    Attributes:
        type: The qualified name of its type.
        items: Its items, if `is_exact`; else values that the items are among.
        is_exact: Whether it has these items, in this order.
        is_open: Whether there may be other items, of which nothing is known.
        node: Where it was made.
    """

    type: str
    items: tuple[Value, ...] = ()
    is_exact: bool = True
    is_open: bool = False
    node: ast.AST | None = field(default=None, compare=False)

    def with_items(self, items: tuple[Value, ...]) -> SequenceShape:
        """The same container with other items."""
        return SequenceShape(self.type, items, self.is_exact, self.is_open, self.node)

    def blurred(self, *more: Value, is_open: bool = False) -> SequenceShape:
        """The same container with some of its items and of these, in any number and order."""
        items = tuple(dict.fromkeys((*self.items, *more)))
        if len(items) > WIDEST_CHOICE:
            return SequenceShape(self.type, items[:WIDEST_CHOICE], False, True, self.node)
        return SequenceShape(self.type, items, False, self.is_open or is_open, self.node)

    def as_iterator(self) -> Iterating:
        """Its iterator."""
        return Iterating(self.items, self.is_exact, self.is_open)


Shape = DictShape | SequenceShape


def references(value: Any) -> tuple[Reference, ...]:
    """The containers that a value refers to itself."""
    match value:
        case Constant():
            return ()
        case Reference():
            return (value,)
        case Symbol():
            return value.references
        case Choice(options=inner) | Iterating(items=inner) | Function(bound=inner):
            return tuple(reference for part in inner for reference in references(part))
        case Awaitable(result=result):
            return references(result)
        case _:
            return ()


def parts(shape: Shape) -> Iterator[Value]:
    """The values in a container."""
    if isinstance(shape, DictShape):
        yield from (entry.value for entry in shape.entries.values())
    else:
        yield from shape.items


def telling(shape: Shape) -> tuple[Value, ...]:
    """The values in a container, but for constants, which lead nowhere."""
    return shape.telling if isinstance(shape, DictShape) else shape.items
