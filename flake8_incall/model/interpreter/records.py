"""Instances of dataclasses, models and named tuples: made of what a call gives to their fields, and made into dicts."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from flake8_incall.model.code.binding import Arguments, bind
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.interpreter.attributes import member
from flake8_incall.model.interpreter.lookup import evaluate_apart
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.outcomes import Call, Outcome
from flake8_incall.model.interpreter.values import (
    ATTRIBUTES,
    NONE,
    Choice,
    Class,
    Constant,
    DictShape,
    Entry,
    Reference,
    SequenceShape,
    Symbol,
    Value,
)
from flake8_incall.model.objects.fields import Field, Record, RecordKind
from flake8_incall.model.objects.referents import Outside

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.world import World

_DEEPEST = 6


def make(call: Call, definition: ast.ClassDef) -> Symbol:
    """Return an instance of a class of the module, with the values of its fields where these can be told."""
    machine = call.machine
    minted, type_ = machine.minted(call.step), machine.world.classes.name_of(definition)
    record = plain_record(machine.world, definition)
    values = _given(call, record) if record is not None and not call.is_open else None
    if record is None or values is None:
        return Symbol("instance", (minted,), type_)
    return _instance(call, record, values, type_)


def _instance(call: Call, record: Record, values: Mapping[str, Value], type_: str) -> Symbol:
    entries = {field.name: Entry(values[field.name]) for field in record.fields if field.name in values}
    kept = call.allocate(DictShape(entries, node=call.step.node, type=ATTRIBUTES), "fields")
    return Symbol("instance", (call.machine.minted(call.step), kept), type_)


def plain_record(world: World, definition: ast.ClassDef) -> Record | None:
    """Return the fields of a class whose instances have what they are given, and nothing else is done to it."""
    record = world.fields.of(definition)
    if record is None or not record.is_whole or record.kind is RecordKind.DICT:
        return None
    if record.kind is RecordKind.MODEL and any(map(_is_special, record.fields)):
        return None
    makers = world.catalogue.last_names("makes-instance")
    for ancestor in world.classes.lineage(definition):
        if isinstance(ancestor, Outside):
            continue
        methods = [statement for statement in ancestor.body if isinstance(statement, FunctionNode)]
        if any(method.name in makers or _is_hook(method) for method in methods):
            return None
        if record.kind is RecordKind.MODEL and "model_config" in world.names.scope(ancestor).bindings:
            return None
    return record


def _is_hook(method: FunctionNode) -> bool:
    """Whether something may call a method to check, change or add values: a validator, a computed field."""
    plain = ("property", "classmethod", "staticmethod", "cached_property")
    return any(ast.unparse(decorator) not in plain for decorator in method.decorator_list)


def _is_special(field: Field) -> bool:
    """Whether more is said of a field of a model than its type and default, so that its value may be another one."""
    return field.is_excluded or "Annotated" in ast.unparse(field.annotation)


def _given(call: Call, record: Record) -> dict[str, Value] | None:
    """The value of each field; `None` where the call does not fit, or one cannot be told."""
    found = bind(record.formals[1:], Arguments(tuple(call.arguments), call.keywords))
    if not found.fits or found.unknown:
        return None
    values: dict[str, Value] = {}
    for field in record.fields:
        if not field.is_stored:
            continue
        value = found.given.get(field.argument) if field.argument else None
        default = call.machine.world.passed.default(field) if value is None else None
        if value is None and default is not None:
            value = evaluate_apart(call.machine, call.state, default)
        if value is None:
            value = call.fresh(detail=field.name)
        is_checked = record.kind is RecordKind.MODEL and default is None
        values[field.name] = _checked(call, value, field) if is_checked else value
    return values


def _checked(call: Call, value: Value, field: Field) -> Value:
    """What a model makes of a value: the type that is declared, if it is not of that already."""
    declared = call.machine.world.classes.named(field.annotation) - {"?"}
    type_ = type_of(call.state, value)
    if type_ in declared or not declared or "builtins.object" in declared or "typing.Any" in declared:
        return value
    is_literal = isinstance(value, Constant) and "Literal" in ast.unparse(field.annotation)
    if is_literal or isinstance(value, Reference):
        return value
    return call.fresh(next(iter(declared)) if len(declared) == 1 else "", detail=field.name)


# What is made of them


def fields_of(call: Call, value: Value) -> DictShape | None:
    """Return what is known of the fields of an instance."""
    if isinstance(value, Symbol) and value.operation == "instance" and len(value.arguments) == 2:
        return call.state.dict_at(value.arguments[1])
    return None


def as_dict(call: Call, value: Value) -> Outcome | None:
    """`asdict(answer)`, `answer.model_dump(mode="json")`: a dict of its fields, and of those of what is in them."""
    shape = fields_of(call, value)
    mode = call.keywords.get("mode", NONE)
    if shape is None or {*call.keywords} - {"mode", "exclude_none"} or call.is_open or len(call.arguments) > 1:
        return None
    made = _dict(call, shape, mode == Constant("json"), ("dict",))
    if call.keywords.get("exclude_none", Constant(False)) != Constant(False):
        made = made.changed({key: _without_none(entry) for key, entry in made.entries.items() if entry.value != NONE})
    return call.allocate(made, "dict")


def attributes(call: Call, value: Value, *, is_copied: bool) -> Outcome | None:
    """`vars(answer)` and, of a model, `dict(answer)`: what is in its fields stays as it is."""
    shape = fields_of(call, value)
    if shape is None or not isinstance(value, Symbol) or len(call.arguments) > 1 or call.keywords:
        return None
    if not is_copied:
        kept: Value = value.arguments[1]
        return kept
    is_model = call.machine.world.catalogue.any_has("is-model", call.machine.world.classes.ancestors(value.type))
    return call.allocate(DictShape(shape.entries, False, shape.absent, call.step.node), "dict") if is_model else None


def _without_none(entry: Entry) -> Entry:
    return entry if isinstance(entry.value, Constant | Reference) else Entry(entry.value, False)


def _dict(call: Call, shape: DictShape, is_json: bool, place: tuple[object, ...]) -> DictShape:
    entries = {
        key: Entry(_converted(call, call.state.resolve(entry.value), is_json, (*place, key)), entry.is_certain)
        for key, entry in shape.entries.items()
    }
    return DictShape(entries, shape.is_open and shape.type != ATTRIBUTES, shape.absent, call.step.node)


def _converted(call: Call, value: Value, is_json: bool, place: tuple[object, ...]) -> Value:
    inner = partial(_converted, call, is_json=is_json)
    fields = fields_of(call, value)
    match fields or call.state.shape(value):
        case DictShape() as shape if len(place) <= _DEEPEST:
            return call.allocate(_dict(call, shape, is_json, place), place)
        case SequenceShape() as shape if len(place) <= _DEEPEST:
            items = tuple(inner(item, place=(*place, number)) for number, item in enumerate(shape.items))
            kind = "builtins.list" if is_json else shape.type
            return call.allocate(SequenceShape(kind, items, shape.is_exact, shape.is_open, call.step.node), place)
    match value:
        case Choice(options=options):
            return Choice(place, tuple(inner(option, place=(*place, n)) for n, option in enumerate(options)))
        case Symbol(operation="enum member"):
            found = member(call.machine, call.state, value, "value") if is_json else value
            return found if isinstance(found, Value) else call.fresh(detail=place)
        case Symbol(type=type_) if is_json and not type_.startswith("builtins."):
            return Symbol("json form", (value,))
        case Symbol(type=type_) if call.machine.world.classes.definition(type_) is not None:
            return call.fresh(detail=place)
    return value


def changed(call: Call, value: Value, changes: Mapping[str, Value]) -> Value | None:
    """`replace(answer, status="error")`: another instance with some other values."""
    shape = fields_of(call, value)
    if shape is None or call.is_open or not isinstance(value, Symbol):
        return None
    entries = {**shape.entries, **{name: Entry(changed) for name, changed in changes.items()}}
    kept = call.allocate(shape.changed(entries), "fields")
    return Symbol("instance", (call.machine.minted(call.step), kept), value.type)


def called(call: Call, owner: Value, name: str) -> Outcome | None:
    """What a method that a class has from its library gives: `answer.model_dump()`; `None` where it cannot be told."""
    world = call.machine.world
    definition = owner.definition if isinstance(owner, Class) else world.classes.definition(type_of(call.state, owner))
    lineage = world.classes.lineage(definition) if definition is not None else ()
    names = [f"{base.name}.{name}" for base in lineage if isinstance(base, Outside)]
    if world.catalogue.any_has("gives-fields", names):
        return as_dict(call, owner)
    if world.catalogue.any_has("changes-fields", names):
        update = call.state.dict_at(call.keywords.get("update", NONE))
        given = {key: entry.value for key, entry in update.entries.items()} if update is not None else call.keywords
        return changed(call, owner, given)
    if isinstance(owner, Class) and world.catalogue.any_has("makes-of-mapping", names):
        return _of_mapping(call, owner.definition)
    return None


def _of_mapping(call: Call, definition: ast.ClassDef) -> Outcome | None:
    """`Answer.model_validate({"status": "success"})`."""
    shape = call.state.dict_at(call.arguments[0]) if len(call.arguments) == 1 and not call.keywords else None
    if (
        shape is None
        or shape.is_open
        or not all(isinstance(key, str) and e.is_certain for key, e in shape.entries.items())
    ):
        return None
    given = {str(key): entry.value for key, entry in shape.entries.items()}
    return make(Call(call.machine, call.state, call.step, [], given), definition)
