"""The values of `Literal[...]`: constants, names of constants, and members of an Enum."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Use
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Member, Referents, is_certain, names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# The members of `StrEnum`, `IntEnum` and the like are equal to what the model sends.
_ENUMS = frozenset({"enum.Enum", "enum.Flag"})
_LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """One value of a `Literal`.

    Attributes:
        constant: The value, where it is a constant that JSON can carry.
        is_constant: Whether `constant` is one.
        is_unsendable: Whether the model can send nothing that is equal to it.
        is_unknown: Whether it cannot be told.
    """

    constant: object = None
    is_constant: bool = False
    is_unsendable: bool = False
    is_unknown: bool = False


_UNKNOWN = LiteralValue(is_unknown=True)


class Literals:
    """The values of one `Literal`."""

    def __init__(self, module: Module, find_use: Callable[[ast.Name | ast.Attribute], Use | None]) -> None:
        self._references = module.fact(References)
        self._find_use = find_use

    def read(self, items: Sequence[ast.expr], depth: int = 0) -> Iterator[LiteralValue]:
        """The values of the items between the brackets."""
        for item in items:
            match item:
                case ast.Subscript(value=ast.Name() | ast.Attribute() as head, slice=inner) if depth < _DEEPEST:
                    names = names_of(self._references.of(head, self._find_use(head)))
                    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                    yield from self.read(parts, depth + 1) if names <= _LITERALS else (_UNKNOWN,)
                case ast.Name():
                    yield from self._named(item, depth)
                case ast.Attribute():
                    yield from self._told(self._references.of(item, self._find_use(item)))
                case _:
                    yield from self._told(self._references.of(item))

    def _named(self, item: ast.Name, depth: int) -> Iterator[LiteralValue]:
        """A name for a constant, for several, or for another `Literal`."""
        value = written(item, self._references, self._find_use(item))
        if isinstance(value, ast.Subscript) and depth < _DEEPEST:
            yield from self.read([value], depth + 1)
        else:
            yield from self._told(self._references.of(item, self._find_use(item)))

    def _told(self, referents: Referents) -> Iterator[LiteralValue]:
        if any(isinstance(referent, Member) for referent in referents):
            worth = [self._references.enumerations.worth(r) for r in referents if isinstance(r, Member)]
            is_unsendable = len(worth) == len(referents) and all(value is None for value in worth)
            yield LiteralValue(is_unsendable=is_unsendable, is_unknown=not is_unsendable)
            return
        values = self._references.constants.among(referents)
        for value in values or ():
            yield from map(_of_constant, value if isinstance(value, tuple) else (value,))
        if values is None:
            # `Color = Enum("Color", "RED")` makes a class, too.
            owners = {name.rpartition(".")[0] for name in names_of(referents)}
            is_unsendable = bool(owners) and owners <= _ENUMS and is_certain(referents)
            yield LiteralValue(is_unsendable=is_unsendable, is_unknown=not is_unsendable)


def _of_constant(value: object) -> LiteralValue:
    is_sendable = value is None or isinstance(value, str | int | float)
    return LiteralValue(value, is_constant=is_sendable, is_unsendable=not is_sendable)
