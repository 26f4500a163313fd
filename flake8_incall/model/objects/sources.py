"""The expressions that a value comes from where it is read out of something: an attribute, an item, a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode, handed_out
from flake8_incall.model.objects import followed
from flake8_incall.model.objects.referents import Container, Contents, Local, LocalInstance, Referent
from flake8_incall.model.objects.singles import made_with
from flake8_incall.model.objects.unpacking import Index, Some, source_of

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# What is not seen is `None`.
Expressions = list[ast.expr | None]


def behind(node: ast.expr, references: References) -> Expressions | None:
    """Return where an attribute, an item or a call that hands on has its value from; `None` where it has it itself."""
    match node:
        case ast.Attribute(value=base, attr=name):
            if (made := made_with(node, references)) is not None:
                return [made]
            return _found(e for referent in references.of(base) for e in _of_attribute(referent, name, references))
        case ast.Subscript(value=base, slice=key):
            return _found(e for referent in references.of(base) for e in _of_item(referent, key, references))
        case ast.Call(func=function):
            if (given := followed.handed_on(references, node)) is not None:
                return [given]
            return _found(e for referent in references.of(function) for e in _of_call(referent, node, references))
    return None


def of_target(target: ast.AST, references: References) -> Expressions:
    """Return what the variable of a loop, an unpacking or a pattern has its value from."""
    source = source_of(target, references.module.index)
    if source is None:
        return [None]
    found: Expressions = [source.value]
    for index in source.path:
        found = [e for value in found if value is not None for e in _elements(value, index, references)]
    return found or [None]


def of_manager(manager: ast.expr, references: References) -> Expressions:
    """Return what `with … as` has its value from: the manager, or what its `__aenter__` gives."""
    instances = (referent for referent in references.of(manager) if isinstance(referent, LocalInstance))
    enters = [
        method
        for instance in instances
        for name in ("__aenter__", "__enter__")
        for method in references.instances.methods(instance, name, manager)
    ]
    given = [value for method in enters for value in handed_out(method)]
    return [manager if isinstance(value, ast.Name) and value.id == "self" else value for value in given] or [manager]


def of_parameter(parameter: ast.arg, references: References) -> Expressions:
    """Return what the module's own calls give to a parameter of a function, or of a class's `__init__`."""
    function = references.module.index.function_around(parameter)
    if isinstance(function, FunctionNode):
        return [*references.members.passed.expressions(parameter, function)] or [None]
    return [None]


def _found(expressions: Iterable[ast.expr | None]) -> Expressions | None:
    return list(expressions) or None


def _of_attribute(base: Referent, name: str, references: References) -> Expressions:
    match base:
        case Local(definition=ast.ClassDef() as definition) | LocalInstance(definition=definition):
            return references.members.values(definition, name)
        case Container(node=ast.Call()):
            return _under(base, name, references)
    return []


def _of_item(base: Referent, key: ast.expr, references: References) -> Expressions:
    wanted = _known(key, references)
    match base:
        case Container():
            return _under(base, wanted, references)
        case LocalInstance(definition=definition):
            name = references.instances.field_at(base, wanted)
            return references.members.values(definition, name) if name is not None else []
    return []


def _under(base: Container, wanted: object, references: References) -> Expressions:
    """What stands under a key, where that is all that can."""
    found = references.containers.under(base, wanted)
    return [*found] if len(found) == 1 and references.containers.is_told(base) else [None]


def _of_call(function: Referent, node: ast.Call, references: References) -> Expressions:
    """What `TABLE.get(key)` gives."""
    match function, node.args:
        case Contents(container=container), [key, *defaults]:
            is_missing = isinstance(container, Container) and _is_missing(container, key, references)
            return [*defaults] if is_missing and defaults else _of_item(container, key, references)
        case Contents(), _:
            return [None]
    return []


def _is_missing(container: Container, key: ast.expr, references: References) -> bool:
    """Whether a container certainly has nothing under a key, as it is made."""
    containers, wanted = references.containers, _known(key, references)
    return wanted is not key and containers.is_exact(container) and not containers.under(container, wanted)


def _known(key: ast.expr, references: References) -> object:
    """The constant that a key is; a value that no key equals where it is none."""
    return references.constants.value(key, otherwise=key)


def _elements(value: ast.expr, index: Index, references: References) -> Expressions:
    found: Expressions = []
    containers = references.containers
    for referent in references.of(value):
        match referent:
            case Container() if containers.is_told(referent):
                found += containers.all_in(referent) if isinstance(index, Some) else containers.at(referent, index)
            case LocalInstance(definition=definition):
                name = references.instances.field_at(referent, index)
                found += references.members.values(definition, name) if name is not None else [None]
            case _:
                found.append(None)
    return found
