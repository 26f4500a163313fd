"""A docstring as it stands in the source, edited by offsets of its text."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from flake8_incall.diagnostics import Edit
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.literals import place_in_literal
from flake8_incall.model.code.module import Module
from flake8_incall.model.docstring.docstrings import Docstring, docstring_of
from flake8_incall.model.docstring.layout import Line
from flake8_incall.model.edits.statements import indentation
from flake8_incall.model.edits.text import source

_QUOTES_OF_ONE_LINE = re.compile(r"""[uUrR]?(?P<quote>["'])(?!(?P=quote){2})""")


@dataclass(frozen=True, slots=True)
class Written:
    """A docstring with its place in the source.

    Attributes:
        module: The file.
        docstring: What it says.
        literal: The string.
        margin: The white space before its lines.
    """

    module: Module
    docstring: Docstring
    literal: ast.Constant
    margin: str

    def replace(self, start: int, end: int, text: str) -> Edit | None:
        """Replace a part of the text."""
        first, last = (place_in_literal(self.module, self.literal, offset) for offset in (start, end))
        return Edit(first, last, text) if first is not None and last is not None else None

    def line_end(self, line: Line) -> int:
        """Return where the text of a line ends."""
        return line.offset + len(self.docstring.text[line.offset :].partition("\n")[0].rstrip())

    def line_start(self, line: Line) -> int:
        """Return where a line begins, white space included."""
        return self.docstring.text.rfind("\n", 0, line.offset) + 1

    def lead(self, line: Line) -> str:
        """The white space before a line; the first stands behind the quotes, and gets that of the others."""
        start = self.line_start(line)
        return self.docstring.text[start : line.offset] if start else self.margin

    def block_end(self, line: Line) -> Line:
        """Return the last line of an entry: those that are indented further belong to it."""
        lines = self.docstring.layout.lines
        last = line
        for other in lines[lines.index(line) + 1 :]:
            if other.indent <= line.indent or other.is_heading:
                break
            last = other
        return last


def written(function: InCallFunction) -> Written | None:
    """Return the docstring of a function, where it can be edited: it has its own lines, or quotes for such."""
    docstring, module = function.fact(docstring_of), function.module
    indent = indentation(module, function.node.body[0])
    if docstring.literal is None or indent is None or function.apparent.documentation is not function.node:
        return None
    quotes = _QUOTES_OF_ONE_LINE.match(source(module, module.start(docstring.literal), module.end(docstring.literal)))
    if quotes is not None or place_in_literal(module, docstring.literal, 0) is None:
        return None
    return Written(module, docstring, docstring.literal, indent)
