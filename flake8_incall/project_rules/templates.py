"""Texts with metavariables: messages, and the new text of fixes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flake8_incall.project_rules.library import SearchTree, joined_span, span_of

# `$NAME`, `$$NAME` and `$$$NAMES`; a name that begins with `_` captures nothing, so nothing can be put in its place.
METAVARIABLE = re.compile(r"\$\$?\$?([A-Z][A-Z0-9_]*)")
_INDENT = re.compile(r"[ \t]*")
_LONGEST_VALUE = 100
# Python source has no null character.
_IN_STRING = "\0"
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
_PLACE = re.compile(r":(?=\d+:)")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with metavariables.

    Attributes:
        text: The text.
    """

    text: str

    @property
    def variables(self) -> Iterator[str]:
        """The names of its metavariables."""
        return (found[1] for found in METAVARIABLE.finditer(self.text))

    def filled(self, value_of: Callable[[str, str], str]) -> str:
        """Return the text with values in the places of its metavariables.

        Args:
            value_of: The value for a name, on a line that begins with some white space.
        """

        def value(found: re.Match[str]) -> str:
            return value_of(found[1], _indent_at(self.text, found.start()))

        return METAVARIABLE.sub(value, self.text)


class Capture:
    """A match, and what its metavariables stand for."""

    def __init__(self, tree: SearchTree, node: Any, transformed: frozenset[str]) -> None:
        self._tree = tree
        self._node = node
        self._transformed = transformed
        self.start, self.end = span_of(node)

    def message(self, template: Template) -> str:
        """Return a message on one line; long values are cut off."""
        return one_line(template.filled(lambda name, _: _shortened(self._value(name, None))))

    def replacement(self, template: Template, start: int) -> str:
        """Return the new text of a fix, its lines indented as the place where it goes.

        Args:
            template: The text of the fix.
            start: Where the replaced range begins.
        """
        text = template.filled(self._value).replace("\r\n", "\n")
        return _reindented(text, "", _indent_at(self._tree.text, start)).replace(_IN_STRING, "\n")

    def _value(self, name: str, indent: str | None) -> str:
        """The source that a metavariable stands for; `indent` is that of the line where it goes, if lines count."""
        if name in self._transformed:
            text, original = self._node.get_transformed(name) or "", ""
        else:
            span = self._span(name)
            if span is None:
                return ""
            text, original = self._tree.text[slice(*span)], _indent_at(self._tree.text, span[0])
            text = text if indent is None else self._guarded(text, span[0])
        return text if indent is None else _reindented(text, original, indent)

    def _guarded(self, text: str, start: int) -> str:
        """A piece of the source in which the lines of a string do not count as lines: they keep their white space."""
        for first, last in self._tree.long_strings:
            inside = slice(max(first - start, 0), max(last - start, 0))
            text = text[: inside.start] + text[inside].replace("\n", _IN_STRING) + text[inside.stop :]
        return text

    def _span(self, name: str) -> tuple[int, int] | None:
        one = self._node.get_match(name)
        return span_of(one) if one is not None else joined_span(self._node.get_multiple_matches(name))


def one_line(text: str) -> str:
    """Return a text as a message: on one line, and without what an editor takes for a place."""
    return _PLACE.sub(": ", " ".join(_CONTROL.sub(" ", text).split()))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 4]} ..."


def _indent_at(text: str, offset: int) -> str:
    """The white space with which the line of an offset begins."""
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    found = _INDENT.match(text, line, offset)
    return found[0] if found else ""


def _reindented(text: str, before: str, after: str) -> str:
    """The lines of a text, but the first, with another white space in front; empty lines stay empty."""
    if before == after or "\n" not in text:
        return text
    first, *others = text.split("\n")
    return "\n".join([first, *(after + line.removeprefix(before) if line.strip() else line for line in others)])
