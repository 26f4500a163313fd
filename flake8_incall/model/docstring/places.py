"""Where in the file the parts of a docstring stand."""

from __future__ import annotations

import re

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.literals import place_in_literal
from flake8_incall.model.code.spans import span_of
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.layout import Line


def place_of_description(function: InCallFunction) -> Span:
    """Return where the description of a function stands: in its decorator, in its docstring, or nowhere yet."""
    given = function.registration.description_node
    if given is not None:
        return span_of(function.module, given)
    first = function.fact(docstring_of).layout.lines[:1]
    return place_of_line(function, first[0] if first else None)


def place_of_line(function: InCallFunction, line: Line | None) -> Span:
    """Return where a line of a function's docstring stands, without the white space around its text."""
    if line is None:
        return _whole(function)
    text = function.fact(docstring_of).text[line.offset :].partition("\n")[0]
    return _place(function, line.offset, len(text.rstrip()))


def place_of_entry(function: InCallFunction, line: Line | None, name: str) -> Span:
    """Return where a docstring names a parameter.

    Args:
        function: The function with the docstring.
        line: The line that describes the parameter, as far as it is known.
        name: The parameter.
    """
    text, word = function.fact(docstring_of).text, re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    found = word.search(text, line.offset if line is not None else 0)
    return _place(function, found.start(), len(name)) if found is not None else place_of_line(function, line)


def _place(function: InCallFunction, offset: int, length: int) -> Span:
    literal = function.fact(docstring_of).literal
    start = place_in_literal(function.module, literal, offset) if literal is not None else None
    end = place_in_literal(function.module, literal, offset + length - 1) if literal is not None else None
    return Span(start, Position(end.line, end.column + 1)) if start and end else _whole(function)


def _whole(function: InCallFunction) -> Span:
    """The docstring; of a function without one its name."""
    return span_of(function.module, function.fact(docstring_of).literal or function.node)
