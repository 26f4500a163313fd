"""Attributes: of modules and classes by name, of instances by what the catalogue says of their type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.interpreter.lookup import constant
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.outcomes import Outcome
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.typed import typed
from flake8_incall.model.interpreter.values import Class, Constant, External, Function, Symbol, Value, symbol

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine

_ATTRIBUTE_ERROR = Raised(frozenset({"builtins.AttributeError"}))


def member(machine: Machine, state: State, owner: Value, name: str) -> Outcome:
    """The value of `owner.name`."""
    world = machine.world
    match owner:
        case External():
            found = world.external(f"{owner.name}.{name}")
            use = world.catalogue.attribute(found.name)
            return typed(use, found) if use else found
        case Class():
            return _of_class(machine, state, owner, name)
        case Constant(value=None):
            return _ATTRIBUTE_ERROR
        case Symbol():
            return _of_instance(machine, state, owner, name)
        case _:
            return Symbol("member", (owner, name))


def _of_class(machine: Machine, state: State, owner: Class, name: str) -> Outcome:
    world = machine.world
    type_ = world.type_of_class(owner.definition)
    unknown = Symbol("member", (owner, name))
    binding = world.class_binding(owner.definition, name)
    if binding is None:
        return unknown
    if isinstance(binding.node, FunctionNode):
        if _decorators(machine, binding.node) == ["builtins.classmethod"]:
            return Function(binding.node, (owner,))
        return Function(binding.node) if world.is_plain(binding.node) else unknown
    if world.catalogue.any_has("is-enum", world.ancestors(type_)):
        return Symbol("enum member", (owner, name), type_)
    return constant(machine, state, world.names.scope(owner.definition), name)


def _of_instance(machine: Machine, state: State, owner: Symbol, name: str) -> Outcome:
    world = machine.world
    type_ = type_of(state, owner)
    unknown = symbol("member", owner, name)
    if owner.operation == "enum member" and name in ("name", "value"):
        enumeration, member_name = owner.arguments
        if name == "name":
            return Constant(member_name)
        return constant(machine, state, world.names.scope(enumeration.definition), member_name)
    definition = world.local_class(type_)
    if definition is not None:
        binding = world.class_binding(definition, name)
        if binding is not None and isinstance(binding.node, FunctionNode):
            return _method(machine, binding.node, owner) or unknown
        return unknown
    use = world.catalogue.attribute(f"{type_}.{name}") if type_ else None
    return typed(use, unknown) if use else unknown


def _method(machine: Machine, definition: FunctionNode, owner: Value) -> Value | None:
    if not definition.decorator_list:
        return Function(definition, (owner,))
    names = _decorators(machine, definition)
    if names == ["builtins.staticmethod"]:
        return Function(definition)
    if names == ["builtins.classmethod"]:
        return Function(definition, (symbol("class of", owner),))
    return None


def _decorators(machine: Machine, definition: FunctionNode) -> list[str | None]:
    return [machine.world.names.resolve(decorator).only for decorator in definition.decorator_list]
