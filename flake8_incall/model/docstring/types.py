"""Types as docstrings write them, beside what annotations say."""

from __future__ import annotations

import re

from flake8_incall.model.signature.type_tree import Type, TypeKind

_HEADS = {
    **dict.fromkeys(("str", "string", "text"), "str"),
    **dict.fromkeys(("int", "integer"), "int"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("bool", "boolean"), "bool"),
    **dict.fromkeys(("dict", "dictionary", "mapping"), "dict"),
    **dict.fromkeys(("list", "array", "sequence"), "list"),
    **dict.fromkeys(("none", "null"), "None"),
}
_NOTES = re.compile(r",\s*(?:optional|required|defaults?\b.*)$", re.IGNORECASE)
_PART = re.compile(r"(?:an?\s+)?(?:typing\.)?(?P<head>\w+)(?:\[.*\]|\s+of\s+[\w ]+)?")


def contradicts(documented: str, annotated: Type) -> bool:
    """Whether a type in a docstring and an annotation have no value in common.

    Args:
        documented: The type as the docstring writes it: `"str, optional"`, `"list of int or None"`.
        annotated: What the annotation says.

    Returns:
        False as well where one of them is not understood.
    """
    said, meant = heads_of(documented), _annotated_heads(annotated)
    if "float" in meant:
        # An int goes wherever a float does.
        meant |= {"int"}
    return bool(said and meant and said.isdisjoint(meant))


def heads_of(text: str) -> set[str]:
    """Return the outermost types that a docstring names, without `None`; empty where it names something else too."""
    text = _NOTES.sub("", text.strip())
    if wrapped := re.fullmatch(r"(?:typing\.)?(?:Optional\[([^\[\]]+)\]|Union\[([^\[\]]+)\])", text):
        text = wrapped[1] or wrapped[2].replace(",", "|")
    heads: set[str] = set()
    for part in re.split(r"\s*\|\s*|\s+or\s+", text):
        found = _PART.fullmatch(part.strip())
        head = _HEADS.get(found["head"].lower()) if found else None
        if head is None:
            return set()
        heads.add(head)
    return heads - {"None"}


def _annotated_heads(annotated: Type) -> set[str]:
    """The outermost types that an annotation allows; empty where one is not known."""
    heads: set[str] = set()
    for part in annotated.alternatives():
        match part.kind:
            case TypeKind.SCALAR if part.name.startswith("builtins."):
                heads.add(part.name.removeprefix("builtins."))
            case TypeKind.LITERAL:
                heads |= {type(value).__name__ for value in part.values if value is not None}
            case TypeKind.LIST:
                heads.add("list")
            case TypeKind.DICT | TypeKind.TYPED_DICT:
                heads.add("dict")
            case TypeKind.NONE:
                continue
            case _:
                return set()
    return heads
