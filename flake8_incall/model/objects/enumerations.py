"""Members of the module's own enumerations."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.objects.referents import UNKNOWN, Constant, LocalInstance, Member, Outside, Referents

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# What gives members other values than are written down.
_MAKERS = ("__new__", "__init__", "value")


class Enumerations:
    """The enumerations of one module."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[ast.ClassDef, bool] = {}

    def member(self, definition: ast.ClassDef, name: str) -> Member | None:
        """The member that an attribute of a class is, if the class is an enumeration that has one of the name."""
        if name.startswith("_") or not self._is_enumeration(definition):
            return None
        bindings = self._references.names.scope(definition).bindings.get(name, ())
        are_values = bool(bindings) and all(b.kind in (Kind.ASSIGNMENT, Kind.TARGET) for b in bindings)
        return Member(definition, name) if are_values else None

    def attribute(self, member: Member, attribute: str, at: ast.expr) -> Referents:
        """An attribute of a member: its value, its name, or what all instances of its class have."""
        if attribute in ("value", "_value_"):
            return self._value(member)
        if attribute in ("name", "_name_"):
            return frozenset({Constant(member.name)})
        return self._references.attribute(LocalInstance(member.definition), attribute, at)

    def worth(self, member: Member) -> Referents | None:
        """The values that a member is equal to, where it is a number or a text itself; `None` where it is neither."""
        outside = [a for a in self._references.classes.lineage(member.definition) if isinstance(a, Outside)]
        types = [type_ for base in outside if (type_ := self._references.catalogue.type(base.name)) is not None]
        kinds = {name for type_ in types if type_.json for name in (type_.name, *type_.bases)}
        value = self._value(member)
        # `IntEnum` makes whole numbers of others.
        is_kept = all(isinstance(each, Constant) and type(each.value).__name__ in kinds for each in value)
        return value if is_kept else None

    def _value(self, member: Member) -> Referents:
        bindings = self._references.names.scope(member.definition).bindings
        if any(maker in bindings for maker in _MAKERS):
            return UNKNOWN
        at = ast.Name(member.name)
        return frozenset(r for binding in bindings[member.name] for r in self._references.bound(binding, at))

    def _is_enumeration(self, definition: ast.ClassDef) -> bool:
        if definition not in self._known:
            # A class among its own ancestors is none.
            self._known[definition] = False
            has = self._references.catalogue.has
            ancestors = self._references.classes.lineage(definition) if definition.bases else ()
            self._known[definition] = any(isinstance(a, Outside) and has("is-enum", a.name) for a in ancestors)
        return self._known[definition]
