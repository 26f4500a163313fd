"""Which parts of a docstring reach the model."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.docstring.docstrings import docstring_of

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a docstring.

    Attributes:
        text: What it says.
        is_seen: Whether it reaches the model.
    """

    text: str
    is_seen: bool


def docstring_parts(function: InCallFunction, *, has_other_description: bool = False) -> list[Part]:
    """A docstring without its margin, cut where what reaches the model begins and ends.

    Args:
        function: The function.
        has_other_description: Whether the model is told something else instead of the docstring's description.
    """
    text = inspect.cleandoc(function.fact(docstring_of).text)
    parts: list[Part] = []
    start, end = 0, 0
    for begin, stop in sorted(_seen(function, text, has_other_description)):
        # Nobody sees white space: what it alone parts is one.
        if text[end:begin].strip():
            parts += [Part(text[start:end], True), Part(text[end:begin], False)]
            start = begin
        end = max(end, stop)
    parts += [Part(text[start:end], True), Part(text[end:], False)]
    return [part for part in parts if part.text]


def _seen(function: InCallFunction, text: str, has_other_description: bool) -> Iterator[_Span]:
    docstring, registration = function.fact(docstring_of), function.registration
    if docstring.fault or registration.is_raw:
        return
    behind = 0
    if docstring.description and (found := re.search(_words(docstring.description), text)):
        behind = found.end()
        if not (has_other_description or registration.has_description):
            yield found.span()
    for parameter in function.interface.inputs if function.interface else ():
        entry = docstring.parameters.get(parameter.name)
        # What an annotation says goes before the docstring.
        if entry and entry.description and not (parameter.type and parameter.type.has_description):
            yield from _entry(parameter.name, entry.description, text, behind)


def _entry(name: str, description: str, text: str, behind: int) -> Iterator[_Span]:
    """The name and the description of a parameter; what is between them does not reach the model."""
    head, said = rf"(?<!\w)(?P<name>{re.escape(name)}(?!\w)(?:\s*:)?)", rf"(?P<said>{_words(description)})"
    # A name whose colon is on a later line takes what is behind that colon.
    for between in (r"[^\n]*?\n?\s*?", r"[\s\S]*?"):
        if found := re.compile(head + between + said).search(text, behind):
            yield found.span("name")
            yield found.span("said")
            return


def _words(text: str) -> str:
    """A pattern for a text whose lines may be broken otherwise."""
    return r"\s+".join(map(re.escape, text.split()))
