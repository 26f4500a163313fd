"""Attributes: of modules and classes by name, of instances by what the catalogue says of their type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.interpreter.lookup import constant, of_definition
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.outcomes import Outcome
from flake8_incall.model.interpreter.state import Raised, State
from flake8_incall.model.interpreter.typed import typed
from flake8_incall.model.interpreter.values import Class, Constant, External, Reference, Symbol, Value, symbol
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import only_name

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine
    from flake8_incall.model.interpreter.world import World

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
    type_ = world.classes.name_of(owner.definition)
    unknown = Symbol("member", (owner, name))
    binding = world.classes.binding(owner.definition, name)
    if binding is None:
        return unknown
    if isinstance(binding.node, FunctionNode):
        is_bound = "builtins.classmethod" in _decorators(world, binding.node)
        return of_definition(world, binding.node, *((owner,) if is_bound else ()))
    if world.catalogue.any_has("is-enum", world.classes.ancestors(type_)):
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
    kept = owner.arguments[1] if owner.operation == "instance" and len(owner.arguments) == 2 else None
    attributes = state.dict_at(kept) if kept is not None else None
    if attributes is not None and name in attributes.entries:
        return state.resolve(attributes.entries[name].value)
    if isinstance(kept, Reference) and name == "__dict__":
        return kept
    definition = world.classes.definition(type_)
    if definition is not None:
        binding = world.classes.binding(definition, name)
        if binding is not None and isinstance(binding.node, FunctionNode):
            return method(machine.world, binding.node, owner)
        return unknown
    use = world.catalogue.attribute(f"{type_}.{name}") if type_ else None
    return typed(use, unknown) if use else unknown


def method(world: World, definition: FunctionNode, owner: Value) -> Value:
    """A method as an attribute of an instance."""
    decorators = _decorators(world, definition)
    if "builtins.staticmethod" in decorators:
        return of_definition(world, definition)
    is_of_class = "builtins.classmethod" in decorators
    return of_definition(world, definition, symbol("class of", owner) if is_of_class else owner)


def _decorators(world: World, definition: FunctionNode) -> list[str | None]:
    return [only_name(world.module.fact(References).of(decorator)) for decorator in definition.decorator_list]
