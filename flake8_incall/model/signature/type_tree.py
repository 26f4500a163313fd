"""The type tree: what an annotation says, node by node. `annotations` reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class TypeKind(Enum):
    """What a part of an annotation says."""

    CONTEXT = "LiveKit's RunContext"
    SCALAR = "str, int, float or bool"
    NONE = "None"
    LITERAL = "constants"
    ANY = "anything"
    LIST = "a list"
    DICT = "a dict"
    TYPED_DICT = "a TypedDict"
    UNION = "one of several"
    CLASS = "a class of someone's own"
    FILE = "a file object"
    FUNCTION = "a function"
    OTHER = "another type that JSON cannot carry"
    UNRESOLVED = "a name that means nothing when the tool is built"
    INVALID = "no type at all"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Type:
    """One node of a type tree.

    Attributes:
        kind: What it says.
        text: How it is written, for messages.
        name: The qualified name, where it is known.
        arguments: The parts: items of a list, keys and values of a dict, alternatives, field types.
        values: The constants of a `Literal`.
        is_refused: Whether LiveKit cannot build a schema for this node, or not call the function with it.
        instead: What to annotate instead.
        has_description: Whether `Annotated[..., Field(description=...)]` documents it for the model, or may.
        has_dropped_text: Whether `Annotated` describes it in a way that LiveKit drops: a plain string, `Doc(...)`.
        is_constrained: Whether `Annotated` carries anything that may constrain the values.
    """

    kind: TypeKind
    text: str
    name: str = ""
    arguments: tuple[Type, ...] = ()
    values: tuple[object, ...] = ()
    is_refused: bool = False
    instead: str = ""
    has_description: bool = False
    has_dropped_text: bool = False
    is_constrained: bool = False

    def parts(self) -> Iterator[Type]:
        """This node and everything below it."""
        # Fields and aliases can lead to one node on many ways: it is visited once.
        seen: set[int] = set()
        pending = [self]
        while pending:
            part = pending.pop()
            if id(part) not in seen:
                seen.add(id(part))
                yield part
                pending.extend(reversed(part.arguments))

    def alternatives(self) -> Iterator[Type]:
        """The members of a union, flattened; the type itself when it is none."""
        pending = [self]
        while pending:
            part = pending.pop()
            if part.kind is TypeKind.UNION:
                pending.extend(reversed(part.arguments))
            else:
                yield part

    @property
    def allows_none(self) -> bool:
        """Whether `None` is a value of it, or may be."""
        open_kinds = (TypeKind.NONE, TypeKind.ANY, TypeKind.UNKNOWN, TypeKind.UNRESOLVED)
        return any(
            part.kind in open_kinds or (part.kind is TypeKind.LITERAL and None in part.values)
            for part in self.alternatives()
        )
