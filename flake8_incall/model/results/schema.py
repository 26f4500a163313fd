"""The documented return schema: which keys the docstring or the annotation promises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import definitions_of, names_of
from flake8_incall.model.signature.type_tree import TypeKind

_QUOTED = r"""(?P<quote>["'`]{0,2})(?P<key>[A-Za-z_]\w*)(?P=quote)\s*"""
_KEY = re.compile(rf"\s*{_QUOTED}(?P<mark>\?)?\s*(?P<note>\([^)]*\))?\s*:")
_BULLET = re.compile(rf"^(?P<indent>\s*)(?P<bullet>[-*•]\s+)?{_QUOTED}(?P<note>\([^)]*\))?\s*:(?P<rest>.*)$")
_OPTIONAL = re.compile(
    r"\boptional\b|\bonly (?:on|if|when)\b|\bif\b|\bwhen\b|\bon (?:error|failure|success)\b", re.IGNORECASE
)
_OPENING, _CLOSING = "{[(", "}])"


@dataclass(frozen=True, slots=True)
class Schema:
    """The keys of a result, as documented.

    Attributes:
        required: The keys that every successful result has.
        optional: The keys that it may have.
        is_open: Whether there may be others (`...` at the end).
    """

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    is_open: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """All keys that are named."""
        return self.required | self.optional


def documented_schema(function: InCallFunction) -> Schema | None:
    """The schema of the docstring's section on the result, or of the `TypedDict` in the return annotation.

    Returns:
        The schema, or `None` when the documentation names no keys.
    """
    returns = function.fact(docstring_of).returns
    found = read_schema(returns.text) if returns is not None else None
    return found or _of_annotation(function)


def read_schema(text: str) -> Schema | None:
    """Read a schema in braces, as in JSON, or as lines or bullets of keys."""
    start = text.find("{")
    fields = _in_braces(text[start + 1 :]) if start >= 0 else _in_lines(text)
    entries = list(fields)
    keys = [(key, note) for key, note in entries if key != "..."]
    if not any(key == "status" for key, _ in keys):
        return None
    optional = frozenset(key for key, note in keys if _OPTIONAL.search(note) or note == "?")
    required = frozenset(key for key, _ in keys) - optional
    return Schema(required, optional, is_open=len(keys) < len(entries))


def _in_braces(text: str) -> Iterator[tuple[str, str]]:
    """The keys of the outermost braces, each with what is said of it; `...` stands for any others."""
    for field in _fields(text):
        if found := _KEY.match(field):
            note = "?" if found["mark"] else field[found.end() :]
            yield found["key"], f"{found['note'] or ''}{note}" if note != "?" else note
        elif field.strip().startswith("..."):
            yield "...", ""


def _fields(text: str) -> Iterator[str]:
    """The text of each key with its value: between commas or line ends, brackets and quotes respected."""
    depth, start, quote = 0, 0, ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        if depth < 0:
            yield text[start:index]
            return
        if depth == 0 and not quote and character in ",\n":
            yield text[start:index]
            start = index + 1
        if character == "\n":
            quote = ""


def _in_lines(text: str) -> Iterator[tuple[str, str]]:
    """The keys of the outermost bullets, or of the lines below `dict:`."""
    found = [match for line in text.splitlines()[1:] if (match := _BULLET.match(line))]
    bullets = [match for match in found if match["bullet"]]
    chosen = bullets or [match for match in found if match["key"] not in ("dict", "Dict")]
    if not chosen:
        return
    outermost = min(len(match["indent"]) for match in chosen)
    for match in chosen:
        if len(match["indent"]) == outermost:
            yield match["key"], f"{match['note'] or ''}{match['rest']}"


def _of_annotation(function: InCallFunction) -> Schema | None:
    """The schema of a `TypedDict` of the module."""
    if function.returns is None or function.returns.kind is not TypeKind.TYPED_DICT:
        return None
    annotation = function.node.returns
    definitions = definitions_of(function.module.fact(References).of(annotation)) if annotation is not None else ()
    for definition in definitions:
        if isinstance(definition, ast.ClassDef):
            return _of_class(function, definition)
    return None


def _of_class(function: InCallFunction, definition: ast.ClassDef) -> Schema | None:
    bases = frozenset().union(*(names_of(function.module.fact(References).of(base)) for base in definition.bases))
    if not all(function.module.catalogue.has("is-typed-dict", base) for base in bases):
        return None
    is_total = not any(k.arg == "total" and getattr(k.value, "value", True) is False for k in definition.keywords)
    fields = [node for node in definition.body if isinstance(node, ast.AnnAssign)]
    named = {f.target.id: ast.unparse(f.annotation) for f in fields if isinstance(f.target, ast.Name)}
    required = {key for key, text in named.items() if is_total and not text.startswith("NotRequired")}
    required |= {key for key, text in named.items() if text.startswith("Required")}
    return Schema(frozenset(required), frozenset(named) - required)
