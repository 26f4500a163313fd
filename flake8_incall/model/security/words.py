"""The words of a file, by which most files are seen to reach nothing dangerous before any name is followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.security.introspection import words as words_of_introspection

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


def may_be_dangerous(module: Module) -> bool:
    """Whether a file has words by which something dangerous could be reached."""
    words: set[str] = set()
    for node in module.parents:
        match node:
            case ast.Name():
                words.add(node.id)
            case ast.Attribute():
                words.add(node.attr)
            case ast.keyword() if node.arg:
                words.add(node.arg)
            case ast.Constant(value=str() as text) if text[:5].lower() == "file:":
                words.add("(")
            case ast.Import() | ast.ImportFrom() | ast.MatchClass() | ast.arg() | ast.Dict():
                words.update(_words(node))
    words |= {word.lstrip("_") for word in words if word.startswith("_")}
    return not words_of_introspection(module.catalogue).isdisjoint(words) or module.catalogue.danger_words.are_in(words)


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import() | ast.ImportFrom():
            names = [alias.name for alias in node.names]
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            yield from (part for name in names for part in name.split("."))
        case ast.MatchClass():
            yield from node.kwd_attrs
        case ast.arg(annotation=ast.Constant(value=str() as text)) if "(" in text:
            yield text[text.index("(")]
        case ast.Dict():
            # `**{"verify": False}` passes keywords.
            keys = (key.value for key in node.keys if isinstance(key, ast.Constant))
            yield from (key for key in keys if isinstance(key, str))
