"""Fields of the one object that a name stands for, as it was made with: `QUICK.patience` of `QUICK = Limits(5)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.referents import Local, names_of
from flake8_incall.model.objects.unpacking import source_of

if TYPE_CHECKING:
    from flake8_incall.model.code.binding import Bound
    from flake8_incall.model.objects.references import References

# An object that is a copy of a copy more often than this is not followed.
_MOST_COPIES = 8


def made_with(node: ast.Attribute, references: References) -> ast.expr | None:
    """Return what a field of an object was given or has by default; `None` where that is not certain."""
    owner: ast.expr | None = node.value
    for _ in range(_MOST_COPIES):
        made = _maker(owner, references) if isinstance(owner, ast.Name) else owner
        if not isinstance(made, ast.Call):
            return None
        match [*references.of(made.func)]:
            case [Local(definition=ast.ClassDef() as definition)]:
                return _given(node.attr, made, definition, references)
        if not references.catalogue.any_has("changes-fields", names_of(references.of(made.func))):
            return None
        changes = {keyword.arg: keyword.value for keyword in made.keywords}
        if node.attr in changes or None in changes or "update" in changes:
            return changes.get(node.attr)
        owner = made.args[0] if made.args else None
    return None


def _maker(name: ast.Name, references: References) -> ast.expr | None:
    bindings = references.names.bindings_of(name)
    is_one = len(bindings) == 1 and bindings[0].kind is Kind.ASSIGNMENT
    return bindings[0].value if is_one else None


def _given(attribute: str, made: ast.Call, definition: ast.ClassDef, references: References) -> ast.expr | None:
    call = bound(made.func, definition, references)
    if call is None:
        return None
    record = references.fields.of(definition)
    stores = [*references.members.stores(attribute, definition)]
    if record is None:
        return _by_init(stores, call, definition, references)
    field = record.field(attribute)
    if field is None or stores or not field.argument or field.argument in call.unknown:
        return None
    return call.given.get(field.argument) or references.members.passed.default(field)


def _by_init(
    stores: list[ast.AST], call: Bound[ast.expr], definition: ast.ClassDef, references: References
) -> ast.expr | None:
    """What `self.patience = patience` in `__init__` stores, which alone stores anything there."""
    match stores:
        case [ast.Attribute() as store]:
            function = references.module.index.function_around(store)
            source = source_of(store, references.module.index)
        case _:
            return None
    if not isinstance(function, FunctionNode) or function.name != "__init__" or function not in definition.body:
        return None
    match source.value if source is not None and not source.path else None:
        case ast.Name() as name if _is_parameter(name, references) and name.id not in call.unknown:
            return call.given.get(name.id) or call.defaults.get(name.id)
    return None


def _is_parameter(name: ast.Name, references: References) -> bool:
    bindings = references.names.bindings_of(name)
    return len(bindings) == 1 and bindings[0].kind is Kind.PARAMETER
