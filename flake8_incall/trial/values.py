"""Arguments of a trial, from `key=value` and the schema that the model is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flake8_incall.options import OptionError, nearest


def read_arguments(pairs: Iterable[str], schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The arguments, as a model would send them.

    Args:
        pairs: `key=value`. A parameter that takes a text gets the value as it is, any other what it says as JSON.
        schema: The JSON Schema of the arguments.
        name: The function, for messages.

    Raises:
        OptionError: A pair has no `=`, or its key is no parameter or comes twice, or a required one is missing.
    """
    properties: Mapping[str, Any] = schema.get("properties", {})
    arguments: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise OptionError(f"{pair!r} is no argument: write key=value")
        if key not in properties:
            hint = nearest(key, properties) or f", it takes {_listed(properties)}"
            raise OptionError(f"`{name}` has no parameter `{key}`{hint}")
        if key in arguments:
            raise OptionError(f"`{key}` is given twice")
        arguments[key] = _value(value, properties[key], schema)
    missing = [key for key in schema.get("required", ()) if key not in arguments]
    if missing:
        words = ", ".join(f"{key}={_example(properties[key])}" for key in missing)
        raise OptionError(f"`{name}` needs {_listed(missing)}: add {words}")
    return arguments


def _value(text: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    kinds = set(_kinds(schema, root))
    if "string" in kinds and not ("null" in kinds and text == "null"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        # Python's words; LiveKit's own validation says what is wrong with any other.
        return {"True": True, "False": False, "None": None}.get(text, text)


def _kinds(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[str]:
    """The JSON types that a schema allows; none where it allows all."""
    pending = [schema]
    seen: list[Mapping[str, Any]] = []
    while pending:
        part = pending.pop()
        if part in seen:
            continue
        seen.append(part)
        kind = part.get("type", ())
        yield from [kind] if isinstance(kind, str) else kind
        for key in ("anyOf", "oneOf", "allOf"):
            pending += part.get(key, ())
        reference = str(part.get("$ref", "")).removeprefix("#/$defs/")
        if reference in root.get("$defs", {}):
            pending.append(root["$defs"][reference])


def _example(schema: Mapping[str, Any]) -> str:
    words = {"integer": "1", "number": "1.5", "boolean": "true", "array": "'[...]'", "object": "'{...}'"}
    return words.get(str(schema.get("type")), "...")


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys) or "none"
