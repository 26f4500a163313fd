"""What an expression can refer to: the values that `references.References` works out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Any

from flake8_incall.catalogue import Form, TypeUse
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
        arguments: The objects of its type arguments: those of `Data` for `RunContext[Data]`.
    """

    type: TypeUse
    maker: Outside | None = field(default=None, compare=False)
    arguments: tuple[Referents, ...] = ()

    def without(self, *forms: Form) -> Instance | None:
        """What is left when one of these forms is taken off the outside, or `None` if none is there."""
        inner = self.type.without(*forms)
        return replace(self, type=inner) if inner is not None else None


@dataclass(frozen=True, slots=True)
class Local:
    """A function, lambda or class of this module."""

    definition: Definition


@dataclass(frozen=True, slots=True)
class Property(Local):
    """A property of this module: it runs where its attribute is read, and stands beside what it gives."""


@dataclass(frozen=True, slots=True)
class LocalInstance:
    """An object of a class of this module."""

    definition: ast.ClassDef


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A value that is written down or worked out: a text, bytes, a number, `None`, a `timedelta`, a list of these.

    Attributes:
        value: The value. `1`, `1.0` and `True` are three constants.
    """

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[type, object]:
        plain = isinstance(self.value, str | bytes | int | float | None)
        return type(self.value), self.value if plain else repr(self.value)


@dataclass(frozen=True, slots=True)
class AtMost:
    """A number that is not known, but for what it cannot exceed: `min(left, 8)`."""

    value: float


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enumeration of this module.

    Attributes:
        definition: The enumeration.
        name: Its name there.
    """

    definition: ast.ClassDef
    name: str


@dataclass(frozen=True, slots=True)
class MadeClass:
    """A class of this module that a call makes: `type("Refused", (Exception,), {})`."""

    node: ast.Call


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What has an object of a class of this module inside: a list of them, a coroutine that gives one.

    Attributes:
        inside: The object.
        forms: What is around it, from the outside in.
    """

    inside: LocalInstance
    forms: tuple[Form, ...]

    def without(self, *forms: Form) -> LocalInstance | Wrapped | None:
        """What is left when one of these forms is taken off the outside, or `None` if none is there."""
        if self.forms[0] not in forms:
            return None
        return replace(self, forms=self.forms[1:]) if self.forms[1:] else self.inside


@dataclass(frozen=True, slots=True)
class Container:
    """A collection whose elements are written down: a literal, a comprehension, or a call or store that fills one."""

    node: ast.AST


@dataclass(frozen=True, slots=True)
class Contents:
    """A method of a container, which gives some of its elements: `TABLE.get`."""

    container: Container | Instance | Wrapped | LocalInstance


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


@dataclass(frozen=True, slots=True)
class Unbound(Unknown):
    """Nothing, as far as can be told: no binding of the name, or only a `del`, is in force where it is read."""


Referent = (
    Outside
    | Instance
    | Local
    | Property
    | LocalInstance
    | Wrapped
    | MadeClass
    | Constant
    | AtMost
    | Member
    | Container
    | Contents
    | Namespace
    | Getter
    | Unknown
    | Unbound
)
Referents = frozenset[Referent]

_MOST_CONSTANTS = 16

NOTHING: Referents = frozenset()
UNKNOWN: Referents = frozenset({Unknown()})
UNBOUND: Referents = frozenset({Unbound()})


def counted(referents: Referents) -> Referents:
    """What an expression can refer to, without its constants where they are too many to tell one from the other."""
    if len(referents) <= _MOST_CONSTANTS:
        return referents
    others = frozenset(referent for referent in referents if not isinstance(referent, Constant))
    return others | UNKNOWN if len(referents) - len(others) > _MOST_CONSTANTS else referents


def is_certain(referents: Referents) -> bool:
    """Whether an expression refers to nothing but what is told of it: nothing unknown may be there, and it is bound."""
    return bool(referents) and not any(isinstance(referent, Unknown) for referent in referents)


def is_named_only(referents: Referents) -> bool:
    """Whether no object is known among what an expression can refer to: names of other modules at most."""
    return all(isinstance(referent, Unknown | Outside) for referent in referents)


def may_be_unbound(referents: Referents) -> bool:
    """Whether nothing may bind the name where it is read."""
    return any(isinstance(referent, Unbound) for referent in referents)


def entered(referent: Referent) -> Referent:
    """What `with … as` gives."""
    return _inside(referent, "context", "async context", "awaitable context", "awaitable object") or referent


def awaited(referent: Referent) -> Referent:
    """What `await` gives."""
    return _inside(referent, "coroutine", "awaitable", "awaitable context", "awaitable object") or referent


def _inside(referent: Referent, *forms: Form) -> Referent | None:
    return referent.without(*forms) if isinstance(referent, Instance | Wrapped) else None


def names_of(referents: Referents) -> set[str]:
    """The qualified names among what an expression can refer to."""
    return {referent.name for referent in referents if isinstance(referent, Outside)}


def only_name(referents: Referents) -> str | None:
    """The one qualified name that an expression refers to, if it can refer to nothing else."""
    names = names_of(referents)
    is_only = len(names) == 1 and all(isinstance(referent, Outside) for referent in referents)
    return names.pop() if is_only else None


def definitions_of(referents: Referents) -> frozenset[FunctionNode | ast.ClassDef]:
    """The functions and classes of the module among what an expression can refer to; lambdas are not defined."""
    local = (r.definition for r in referents if isinstance(r, Local) and not isinstance(r, Property))
    return frozenset(definition for definition in local if not isinstance(definition, ast.Lambda))


def only_definition(referents: Referents) -> FunctionNode | ast.ClassDef | None:
    """The one function or class of the module that an expression refers to, if it can refer to nothing else."""
    return next(iter(definitions_of(referents)), None) if len(referents) == 1 else None


def classes_of(referents: Referents) -> frozenset[ast.ClassDef]:
    """The classes of the module among what an expression can refer to."""
    return frozenset(d for d in definitions_of(referents) if isinstance(d, ast.ClassDef))
