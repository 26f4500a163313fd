"""The values of `Literal[...]`: constants, names of constants, and members of an Enum."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Use
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import classes_of, names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# The members of `StrEnum`, `IntEnum` and the like are equal to what the model sends.
_ENUMS = frozenset({"enum.Enum", "enum.Flag"})
_LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
_LONGEST_CHAIN = 5


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
            if depth > _LONGEST_CHAIN:
                yield _UNKNOWN
                continue
            try:
                constant = ast.literal_eval(item)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                yield from self._named(item, depth)
            else:
                is_sendable = constant is None or isinstance(constant, str | int | float)
                yield LiteralValue(constant, is_constant=is_sendable, is_unsendable=not is_sendable)

    def _named(self, item: ast.expr, depth: int) -> Iterator[LiteralValue]:
        match item:
            case ast.Name():
                value = written(item, self._references, self._find_use(item))
                values = value.elts if isinstance(value, ast.Tuple) else [value] if value is not item else []
                yield from self.read(values, depth + 1) if values else (_UNKNOWN,)
            case ast.Subscript(value=ast.Name() | ast.Attribute() as head, slice=inner):
                names = names_of(self._references.of(head, self._find_use(head)))
                items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                yield from self.read(items, depth + 1) if names <= _LITERALS else (_UNKNOWN,)
            case ast.Attribute(value=ast.Name() | ast.Attribute() as owner):
                use = self._find_use(owner)
                classes = (*classes_of(self._references.of(owner, use)), written(owner, self._references, use))
                is_unsendable = any(map(self._is_enum, classes))
                yield LiteralValue(is_unsendable=is_unsendable, is_unknown=not is_unsendable)
            case _:
                yield _UNKNOWN

    def _is_enum(self, made: ast.AST) -> bool:
        """Whether a class is an Enum whose members are no strings or numbers themselves."""
        bases = made.bases if isinstance(made, ast.ClassDef) else [made.func] if isinstance(made, ast.Call) else []
        names = names_of(self._references.of_all(bases))
        return len(bases) == 1 and names <= _ENUMS and bool(names)
