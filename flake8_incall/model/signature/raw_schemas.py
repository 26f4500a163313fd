"""Faults of hand-written schemas (`raw_schema=`) that LiveKit or a model provider rejects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.signature.written_values import OpenDict, Unknown

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_PROPERTY_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_MEANT = {
    **dict.fromkeys(("str", "text"), "string"),
    "int": "integer",
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    "bool": "boolean",
    **dict.fromkeys(("dict", "map"), "object"),
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("None", "none"), "null"),
}
# A schema that has one of these says elsewhere what type it is.
_INSTEAD_OF_TYPE = frozenset({"$ref", "allOf", "anyOf", "const", "oneOf"})
_WITH_SCHEMAS = ("properties", "$defs", "definitions", "patternProperties")
_WITH_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """A fault of a raw schema.

    Attributes:
        fault: The fact, as a clause, with its consequence.
        remedy: What to do.
    """

    fault: str
    remedy: str


def schema_faults(schema: object) -> Iterator[SchemaFault]:
    """Yield the faults of a raw schema, as far as it is known."""
    if not isinstance(schema, dict):
        return
    if "name" not in schema and isinstance(schema.get("function"), dict):
        fault = "has its `name` and `parameters` under `function`, where LiveKit does not look for them"
        yield SchemaFault(fault, "pass the inner dict")
        return
    yield from _name_faults(schema)
    if "parameters" in schema:
        yield from _parameters_faults(schema["parameters"])
    elif not isinstance(schema, OpenDict):
        fault = "has no `parameters`, so LiveKit raises `ValueError` when it makes the tool"
        yield SchemaFault(fault, _remedy_without_parameters(schema))


def _remedy_without_parameters(schema: dict[object, object]) -> str:
    for key in ("inputSchema", "input_schema", "parametersJsonSchema"):
        if key in schema:
            return f"rename `{key}` to `parameters`"
    return 'add `"parameters": {"type": "object", "properties": {}}`'


def _name_faults(schema: dict[object, object]) -> Iterator[SchemaFault]:
    name = schema.get("name")
    if "name" not in schema:
        if not isinstance(schema, OpenDict):
            yield SchemaFault("has no `name`, so LiveKit raises `ValueError` when it makes the tool", "add one")
    elif not name:
        yield SchemaFault("has an empty `name`, so LiveKit raises `ValueError` when it makes the tool", "set it")
    elif isinstance(name, str) and not _TOOL_NAME.fullmatch(name):
        fault = f"has the name `{name}`, so model providers reject the request"
        yield SchemaFault(fault, "use at most 64 letters, digits, `_` and `-`")


def _parameters_faults(parameters: object) -> Iterator[SchemaFault]:
    if isinstance(parameters, Unknown):
        return
    kind = parameters.get("type", "object") if isinstance(parameters, dict) else "object"
    if not isinstance(parameters, dict) or (isinstance(kind, str) and kind in _TYPES and kind != "object"):
        fault = "has `parameters` that are not an object schema, so model providers reject the request"
        yield SchemaFault(fault, 'write `{"type": "object", "properties": {...}}`')
        return
    yield from _faults(parameters, "parameters", 0)


def _faults(schema: object, path: str, depth: int) -> Iterator[SchemaFault]:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    yield from _type_faults(schema, path)
    yield from _required_faults(schema, path)
    yield from _array_faults(schema, path)
    for keyword in _WITH_SCHEMAS:
        inner = schema.get(keyword)
        for key, value in inner.items() if isinstance(inner, dict) else ():
            if keyword == "properties" and isinstance(key, str) and not _PROPERTY_NAME.fullmatch(key):
                fault = f"has the property `{key}` in `{path}`, a name that model providers reject"
                yield SchemaFault(fault, "use at most 64 letters, digits, `_`, `.` and `-`")
            yield from _faults(value, f"{path}.{keyword}.{key}", depth + 1)
    for keyword in _WITH_LISTS:
        listed = schema.get(keyword)
        for index, value in enumerate(listed if isinstance(listed, list) else ()):
            yield from _faults(value, f"{path}.{keyword}[{index}]", depth + 1)
    for keyword in ("items", "additionalProperties"):
        yield from _faults(schema.get(keyword), f"{path}.{keyword}", depth + 1)


def _types_of(schema: dict[object, object]) -> list[object]:
    kinds = schema.get("type")
    return kinds if isinstance(kinds, list) else [kinds]


def _type_faults(schema: dict[object, object], path: str) -> Iterator[SchemaFault]:
    for kind in _types_of(schema):
        if isinstance(kind, str) and kind not in _TYPES:
            meant = _MEANT.get(kind) or (kind.lower() if kind.lower() in _TYPES else None)
            fault = f"has the type `{kind}` in `{path}`, which is not a JSON Schema type"
            yield SchemaFault(fault, f'use `"{meant}"`' if meant else "use a type of JSON Schema")


def _required_faults(schema: dict[object, object], path: str) -> Iterator[SchemaFault]:
    required, properties = schema.get("required", []), schema.get("properties", {})
    if isinstance(required, Unknown):
        return
    if not isinstance(required, list):
        fault = f"has `required` in `{path}` that is not a list, so model providers reject the request"
        yield SchemaFault(fault, "write a list of property names")
        return
    is_open = (
        isinstance(schema, OpenDict) or isinstance(properties, OpenDict) or not _INSTEAD_OF_TYPE.isdisjoint(schema)
    )
    if is_open or not isinstance(properties, dict):
        return
    for name in required:
        if isinstance(name, str) and name not in properties:
            fault = f"requires `{name}` in `{path}`, which is not among its `properties`"
            yield SchemaFault(fault, "define it or remove it from `required`")


def _array_faults(schema: dict[object, object], path: str) -> Iterator[SchemaFault]:
    if isinstance(schema, OpenDict):
        return
    if "array" in _types_of(schema) and "items" not in schema and "prefixItems" not in schema:
        fault = f"has the array `{path}` without `items`, so model providers reject the request"
        yield SchemaFault(fault, 'add `"items"` with the element type')
    items = schema.get("items")
    if not isinstance(items, dict) or isinstance(items, OpenDict):
        return
    if "type" not in items and _INSTEAD_OF_TYPE.isdisjoint(items):
        fault = f"has `items` without `type` in `{path}`, so Gemini rejects the request"
        yield SchemaFault(fault, 'add `"type"` to `items`')
