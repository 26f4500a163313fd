"""A parameter's type in the words of the JSON that the model fills in."""

from __future__ import annotations

import json

from flake8_incall.model.signature.type_tree import Type, TypeKind

_SCALARS = {
    "builtins.str": "string",
    "typing.Text": "string",
    "builtins.int": "integer",
    "builtins.float": "number",
    "builtins.bool": "boolean",
}
_FIXED = {
    TypeKind.NONE: "null",
    TypeKind.ANY: "anything",
    TypeKind.DICT: "object",
    TypeKind.TYPED_DICT: "object",
}


def words(annotation: Type) -> str:
    """Say what JSON a parameter takes: `"integer or null"`, `"array of string"`.

    Returns:
        The words; how the annotation is written, where they cannot be told.
    """
    alternatives = dict.fromkeys(_of_one(part) for part in annotation.alternatives())
    return " or ".join(alternatives)


def _of_one(part: Type) -> str:
    match part.kind:
        case TypeKind.LITERAL:
            return " or ".join(json.dumps(value, ensure_ascii=False) for value in part.values)
        case TypeKind.LIST if part.arguments:
            # An item that is a list itself is said, what is in that is not: nobody writes deeper.
            items = [_FIXED.get(item.kind) or _SCALARS.get(item.name) or item.text for item in part.arguments[:1]]
            return f"array of {items[0]}"
        case TypeKind.LIST:
            return "array"
    return _FIXED.get(part.kind) or _SCALARS.get(part.name) or part.text
