"""What a docstring says, as far as names, types and paths tell it: for a person to look at."""

from __future__ import annotations

import json

from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.values import Constant, DictShape, Value
from flake8_incall.model.results.judgements import settled_results
from flake8_incall.model.results.results import Result
from flake8_incall.model.signature.defaults import is_none
from flake8_incall.model.signature.type_tree import TypeKind
from flake8_incall.repairs.words import begins_with_verb, words_of

_LONGEST_LINE = 100
_STATUS = 'status: "success" | "error"'


def description_of(parameter: Parameter) -> str:
    """Return the description of a parameter."""
    words = words_of(parameter.name) or parameter.name
    kinds = [part for part in parameter.type.alternatives() if part.kind is not TypeKind.NONE] if parameter.type else []
    kind, name = (kinds[0].kind, kinds[0].name) if len(kinds) == 1 else (None, "")
    if kind is TypeKind.LITERAL:
        values = [json.dumps(value, ensure_ascii=False) for value in kinds[0].values if isinstance(value, str | int)]
        said = f"The {words}: {_choice(values)}"
    elif kind is TypeKind.LIST:
        said = f"List of {words}"
    elif name == "builtins.bool":
        said = f"True to {words}" if begins_with_verb(words) else f"True if {words} applies"
    elif name == "builtins.int":
        said = f"The {words} as a whole number"
    elif name == "builtins.float":
        said = f"The {words} as a number"
    elif kind is TypeKind.DICT:
        said = f"The {words} as an object"
    else:
        said = f"The {words} that the caller gives"
    return said + (", if known" if is_none(parameter.default) else "")


def returns_of(function: InCallFunction, indent: str) -> str:
    """Return the schema of the results, as the contract writes it: `dict: {status: ..., data: ...}`.

    Args:
        function: The function.
        indent: What stands before it on its line.
    """
    fields = [*_fields(function)]
    line = f"dict: {{{', '.join(fields)}}}"
    if len(indent) + len(line) <= _LONGEST_LINE:
        return line
    inner = ",\n".join(f"{indent}    {field}" for field in fields)
    return f"dict: {{\n{inner}\n{indent}}}"


def fields_of(function: InCallFunction) -> dict[str, str]:
    """Return the keys of a function's results, each with its type."""
    types: dict[str, dict[str, None]] = {}
    for result in function.fact(settled_results).returned:
        shape = result.shape()
        for key, entry in shape.entries.items() if isinstance(shape, DictShape) else ():
            if isinstance(key, str):
                types.setdefault(key, {}).update(dict.fromkeys(_type_name(result, entry.value)))
    return {key: " | ".join(names) if "Any" not in names else "Any" for key, names in types.items()}


def _fields(function: InCallFunction) -> list[str]:
    results = function.fact(settled_results)
    shapes = [(result, shape) for result in results.returned if isinstance(shape := result.shape(), DictShape)]
    successes = [shape for result, shape in shapes if _status(result, shape) != {"error"}]
    statuses = set[str]().union(*(_status(result, shape) for result, shape in shapes))
    status = 'status: "success"' if statuses == {"success"} and not results.fallen else _STATUS
    types = fields_of(function)
    keys = [key for key in types if key not in ("status", "message") and key.isidentifier()]
    keys += ["message"] * ("message" in types)
    fields = [
        f"{key}{'' if key == 'message' or all(key in shape.entries for shape in successes) else '?'}: {types[key]}"
        for key in keys
    ]
    is_open = not shapes or len(shapes) < len(results.returned) or any(shape.is_open for _, shape in shapes)
    return [status, *fields, *["..."] * is_open]


def _status(result: Result, shape: DictShape) -> set[str]:
    entry = shape.entries.get("status")
    if entry is None:
        return set()
    values = [value for value, _ in result.options(entry.value)]
    return {str(value.value) if isinstance(value, Constant) else "" for value in values}


def _type_name(result: Result, value: Value) -> list[str]:
    names = []
    for option, _ in result.options(value):
        name = type_of(result.state, option).removeprefix("builtins.")
        names.append("None" if name == "NoneType" else name if name.isidentifier() else "Any")
    return names


def _choice(values: list[str]) -> str:
    return " or ".join([", ".join(values[:-1]), values[-1]]) if len(values) > 1 else "".join(values)
