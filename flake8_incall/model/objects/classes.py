"""Classes: what they inherit from, where they have their attributes from, and which ones an expression names.

A class goes by its name: a qualified one for a class from outside (`"builtins.KeyError"`, `"httpx.HTTPError"`), and for
a class of the module its own with `@.` before it, with its line behind where that name does not tell it apart.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.elements import elements
from flake8_incall.model.objects.referents import (
    Container,
    Instance,
    Local,
    LocalInstance,
    MadeClass,
    Outside,
    Referent,
    Referents,
    Unknown,
)

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

Types = frozenset[str]
_Class = ast.ClassDef | ast.Call | Outside
# Stands among names for a class that is not known.
UNKNOWN = "?"
# No name from outside begins so; relative imports begin with a dot.
OWN = "@."
_LINE = "@"
NO_IDEA: Types = frozenset({UNKNOWN})
_NONE = "builtins.NoneType"
_OBJECT = "builtins.object"
# What inherits from more classes than this is nobody's code.
_MOST_ANCESTORS = 60
# Nor are classes in tuples in tuples, and so on.
_MOST_NAMED = 200


def written(class_: str) -> str:
    """The name of a class of the module as its author wrote it; any other as it is."""
    return class_.removeprefix(OWN).partition(_LINE)[0] if class_.startswith(OWN) else class_


class Classes:
    """The classes of one module, and those from outside that it names."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._catalogue = references.catalogue
        self._lines: dict[ast.ClassDef, tuple[_Class | None, ...]] = {}
        self._inherited: dict[ast.ClassDef, list[_Class | None]] = {}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._calls: dict[str, ast.Call] = {}

    # Inheritance

    def lineage(self, definition: ast.ClassDef) -> tuple[ast.ClassDef | Outside, ...]:
        """A class and what it inherits from, in the order in which Python looks attributes up."""
        return tuple(a for a in self._line(definition) if isinstance(a, ast.ClassDef | Outside))

    def _line(self, definition: ast.ClassDef) -> tuple[_Class | None, ...]:
        """The same with classes that calls make, and `None` for what is unknown."""
        if definition not in self._lines:
            found: list[_Class | None] = []
            pending: list[_Class | None] = [definition]
            while pending:
                current = pending.pop()
                if len(found) > _MOST_ANCESTORS:
                    current, pending = None, []
                found.append(current)
                if isinstance(current, ast.ClassDef):
                    pending += [base for base in self._bases(current) if base is not definition][::-1]
            # A base that several classes share comes behind the last of them.
            self._lines[definition] = tuple(dict.fromkeys(reversed(found)))[::-1]
        return self._lines[definition]

    def _bases(self, definition: ast.ClassDef) -> list[_Class | None]:
        if definition not in self._inherited:
            self._inherited[definition] = self._find_bases(definition)
        return self._inherited[definition]

    def _find_bases(self, definition: ast.ClassDef) -> list[_Class | None]:
        found: list[_Class | None] = []
        for base in definition.bases:
            referents = self._of(base.value if isinstance(base, ast.Subscript) else base)
            if any(isinstance(referent, Container) for referent in referents):
                referents = self._of(base)
            found += map(_class, referents) if referents else [None]
        return found

    def _of(self, node: ast.expr) -> Referents:
        """What an expression refers to; a class that a call makes has its attributes in a dict beside it."""
        found = self._references.of(node)
        is_made = any(isinstance(referent, MadeClass) for referent in found)
        return frozenset(r for r in found if not isinstance(r, Container)) if is_made else found

    def ancestors(self, class_: str) -> tuple[str, ...]:
        """A class and all that it inherits from; `"?"` is among them when not all is known."""
        if class_ not in self._ancestors:
            self._ancestors[class_] = (class_, UNKNOWN)
            self._ancestors[class_] = tuple(dict.fromkeys(self._find_ancestors(class_)))
        return self._ancestors[class_]

    def _find_ancestors(self, class_: str) -> Iterator[str]:
        yield class_
        definition = self.definition(class_)
        if definition is not None:
            for ancestor in self._line(definition):
                name = self._name(ancestor)
                yield from [name] if isinstance(ancestor, ast.ClassDef) else self.ancestors(name)
        elif class_ in self._calls:
            for name in self.named(self._calls[class_].args[1]):
                yield from self.ancestors(name)
        elif self._catalogue.is_exception(class_):
            yield from map(self.qualified, self._catalogue.exception_parents(class_))
        elif (known := self._catalogue.type(class_)) is not None:
            for base in known.bases:
                yield from self.ancestors(self.qualified(base))
        elif class_ not in (_OBJECT, UNKNOWN):
            yield UNKNOWN

    # The module's own

    def name_of(self, definition: ast.ClassDef | ast.Call) -> str:
        """The name by which a class of the module goes, which a `class` statement or `type(…)` makes."""
        if isinstance(definition, ast.Call):
            words = self._references.constants.texts(definition.args[0]) or {"type"}
            name = f"{OWN}{min(words)}{_LINE}{definition.lineno}"
            self._calls.setdefault(name, definition)
            return name
        name = f"{OWN}{definition.name}"
        return name if self._own.get(name) is definition else f"{name}{_LINE}{definition.lineno}"

    def definition(self, class_: str) -> ast.ClassDef | None:
        """The class of the module behind a name."""
        return self._own.get(class_)

    @cached_property
    def _own(self) -> dict[str, ast.ClassDef]:
        nodes = self._references.module.index.nodes(ast.ClassDef)
        found = {f"{OWN}{node.name}{_LINE}{node.lineno}": node for node in nodes}
        bindings = (binding for bound in self._references.names.top.bindings.values() for binding in bound)
        for node in (binding.node for binding in bindings):
            if isinstance(node, ast.ClassDef):
                found.setdefault(f"{OWN}{node.name}", node)
        return found

    def binding(self, definition: ast.ClassDef, name: str) -> Binding | None:
        """The only binding of a name in a class, or in the nearest class of the module that it inherits from."""
        for ancestor in self.lineage(definition):
            if isinstance(ancestor, ast.ClassDef):
                bindings = self._references.names.scope(ancestor).bindings.get(name, ())
                if bindings:
                    return bindings[0] if len(bindings) == 1 else None
        return None

    # What an expression names

    def qualified(self, name: str) -> str:
        """A name from outside as classes go by it: canonical, builtins with `builtins.` before them."""
        canonical = self._catalogue.canonical(name)
        return canonical if "." in canonical else f"builtins.{canonical}"

    def named(self, node: ast.expr) -> Types:
        """The classes that an expression such as `(KeyError, Refused)` names; `"?"` stands for unknown ones."""
        found: set[str] = set()
        pending: list[ast.expr | None] = [node]
        seen: set[ast.expr] = set()
        while pending:
            current = pending.pop()
            if current is None or len(seen) > _MOST_NAMED:
                found |= NO_IDEA
                continue
            if current in seen:
                continue
            seen.add(current)
            if isinstance(current, ast.Constant) and current.value is None:
                found.add(_NONE)
            elif isinstance(current, ast.BinOp) and isinstance(current.op, ast.BitOr):
                pending += [current.left, current.right]
            elif given := self._given(current):
                pending += given
            elif isinstance(current, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.BinOp | ast.Starred):
                pending += elements(current, self._references)
            else:
                for referent in self._of(current) or (Unknown(),):
                    if isinstance(referent, Container):
                        pending += elements(referent.node, self._references)
                    else:
                        found.add(self._name(_class(referent)))
        return frozenset(found)

    def _given(self, node: ast.expr) -> list[ast.expr | None]:
        """What the module's calls give a parameter, and what is stored into an attribute of its objects."""
        members = self._references.members
        match node:
            case ast.Name():
                bindings = self._references.names.bindings_of(node)
                parameter = bindings[0].node if len(bindings) == 1 else None
                function = self._references.module.index.function_around(parameter) if parameter is not None else None
                if isinstance(parameter, ast.arg) and isinstance(function, FunctionNode):
                    return members.passed.arguments(parameter, function)
            case ast.Attribute(value=base, attr=name):
                owners = [r.definition for r in self._references.of(base) if isinstance(r, LocalInstance)]
                values = members.values(owners[0], name) if len(owners) == 1 else []
                return [] if None in values else values
        return []

    def caught(self, node: ast.expr) -> Types:
        """The same, for what `except` or `suppress` takes: a name from outside that is not known may be a tuple."""
        return self._known(self.named(node))

    def raised(self, node: ast.expr) -> Types:
        """The classes of what `raise` raises: of an instance, or of one that it makes of a class."""
        found: set[str] = set()
        for referent in self._of(node):
            match referent:
                case Instance(type=use) if not use.forms:
                    found.add(self.qualified(use.name))
                case LocalInstance(definition=definition):
                    found.add(self.name_of(definition))
                case _:
                    found.add(self._name(_class(referent)))
        return self._known(found) or NO_IDEA

    def _known(self, names: Iterable[str]) -> Types:
        return frozenset(name if self._is_class(name) else UNKNOWN for name in names)

    def _is_class(self, name: str) -> bool:
        """Whether a name is certainly that of a class."""
        if name.startswith(OWN) or self._catalogue.is_exception(name) or self._catalogue.type(name) is not None:
            return True
        return name.startswith("builtins.") and isinstance(getattr(builtins, name[9:], None), type)

    def _name(self, class_: _Class | None) -> str:
        match class_:
            case None:
                return UNKNOWN
            case Outside(name=name):
                return self.qualified(name)
        return self.name_of(class_)


def _class(referent: Referent) -> _Class | None:
    """The class that a referent is."""
    match referent:
        case Outside():
            return referent
        case Local(definition=ast.ClassDef() as definition) | MadeClass(node=definition):
            return definition
    return None
