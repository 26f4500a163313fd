"""What an expression can refer to: the values that `references.References` works out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from flake8_incall.catalogue import Catalogue, TypeUse
from flake8_incall.model.code.tree import FunctionNode

Callable = FunctionNode | ast.Lambda
Definition = Callable | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Outside:
    """A module, class, function or attribute from outside this module.

    Attributes:
        name: Its qualified name: `"os.system"`, `"builtins.open"`, `"pathlib.Path.open"` for a method of an instance.
        origin: The expression that first names it; aliases of it lead back there.
        maker: For a method: what made the object, where that is known.
        is_module: Whether it is certainly a module: bound by `import`.
    """

    name: str
    origin: ast.expr
    maker: Outside | None = field(default=None, compare=False)
    is_module: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class from outside this module: `httpx.AsyncClient()`.

    Attributes:
        type: Its class, with what is around it: a coroutine that gives one, a list of it.
        maker: What made it, where that is known.
    """

    type: TypeUse
    maker: Outside | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Local:
    """A function, lambda or class of this module."""

    definition: Definition


@dataclass(frozen=True, slots=True)
class LocalInstance:
    """An object of a class of this module."""

    definition: ast.ClassDef


@dataclass(frozen=True, slots=True)
class Container:
    """A collection whose elements are written down: a literal, a comprehension, or a call or store that fills one."""

    node: ast.AST


@dataclass(frozen=True, slots=True)
class Contents:
    """A method of a container, which gives some of its elements: `TABLE.get`."""

    container: Container


@dataclass(frozen=True, slots=True)
class Namespace:
    """The names of this module as a dict: `globals()`."""


@dataclass(frozen=True, slots=True)
class Getter:
    """What takes an attribute of its argument: `operator.attrgetter("system")`."""

    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that is none of these, or cannot be followed."""


Referent = Outside | Instance | Local | LocalInstance | Container | Contents | Namespace | Getter | Unknown
Referents = frozenset[Referent]

NOTHING: Referents = frozenset()
UNKNOWN: Referents = frozenset({Unknown()})


def names_of(referents: Referents) -> set[str]:
    """The qualified names among what an expression can refer to."""
    return {referent.name for referent in referents if isinstance(referent, Outside)}


def canonical_names(referents: Referents, catalogue: Catalogue) -> frozenset[str]:
    """The catalogue's names for what an expression can refer to; builtins have `builtins.` before theirs."""
    found = map(catalogue.canonical, names_of(referents))
    return frozenset(name if "." in name else f"builtins.{name}" for name in found)
