"""What the model sees of a function and how long a caller waits for it, as text for a pop-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.code.source import split_lines
from flake8_incall.report import Report
from flake8_incall.show.reading import Unit, units_of
from flake8_incall.show.text import lines, waits
from flake8_incall.show.views import ParameterView, ToolView, views_of

_DEFINITION = re.compile(r"\s*(?:async\s+)?def\s+(\w+)")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#+!|~])")


@dataclass(frozen=True, slots=True)
class Hover:
    """What is said about a function whose name is pointed at.

    Attributes:
        span: The name.
        markdown: The text, as Markdown.
        plain: The text for editors that show no Markdown.
    """

    span: Span
    markdown: str
    plain: str


def hover_at(report: Report, content: str, at: Position) -> Hover | None:
    """What is to be said about the in-call function whose name stands at a position.

    Args:
        report: What was found out about the text, or about an earlier one that could be parsed.
        content: The text.
        at: The position.
    """
    found: list[tuple[int, Hover]] = []
    name = _defined_at(split_lines(content), at)
    for unit in units_of(report):
        for view in views_of(unit):
            span = _span(unit, view, at, name)
            if span is not None:
                text = "\n".join(lines(view, is_coloured=False)).partition(": ")[2]
                found.append((abs(view.at.line - at.line), Hover(span, _markdown(view), text)))
    return min(found, key=lambda one: one[0])[1] if found else None


def _span(unit: Unit, view: ToolView, at: Position, name: tuple[str, Span] | None) -> Span | None:
    """The name at a position, if it is that of a function."""
    if unit.stored is not None:
        value = unit.stored.fields.given("name")
        place = unit.stored.places.of(value) if value is not None else None
        return place if place is not None and place.start <= at <= place.end else None
    defined = _DEFINITION.match(unit.module.lines[view.at.line - 1]) if unit.module is not None else None
    return name[1] if name is not None and defined is not None and defined[1] == name[0] else None


def _defined_at(text: list[str], at: Position) -> tuple[str, Span] | None:
    """The name that a `def` at a position defines, if the position is on it."""
    found = _DEFINITION.match(text[at.line - 1]) if at.line <= len(text) else None
    if found is None or not found.start(1) <= at.column <= found.end(1):
        return None
    return found[1], Span(Position(at.line, found.start(1)), Position(at.line, found.end(1)))


def _markdown(view: ToolView) -> str:
    return "\n\n".join(_paragraphs(view))


def _paragraphs(view: ToolView) -> Iterator[str]:
    yield f"`{view.name}` {waits(view)}"
    if view.note:
        yield f"Note: {view.note}"
    if view.mode != "basic" and view.waits is None:
        return
    yield _escaped(view.description.strip()) or "(no description)"
    if view.parameters:
        yield "\n".join(map(_parameter, view.parameters))


def _parameter(parameter: ParameterView) -> str:
    needed = "required" if parameter.default is None else f"default `{parameter.default}`"
    description = " ".join(parameter.description.split())
    return f"- `{parameter.name}`: {_escaped(parameter.type)}, {needed}: {_escaped(description) or '(no description)'}"


def _escaped(text: str) -> str:
    """Text of the user's own, which is not meant as Markdown."""
    return _MARKUP.sub(r"\\\1", text)
