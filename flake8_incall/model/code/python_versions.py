"""Which Python version the syntax of a text needs."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.code.lexing import Token, UnclosedStringError, strings_and_comments
from flake8_incall.options import PythonVersion

RUNNING: PythonVersion = sys.version_info[:2]
PLATFORM: PythonVersion = (3, 12)

# What a construct is called, and the version that brought it.
_EXCEPT_STAR = "`except*`", (3, 11)
_UNPACKING = "unpacking in a subscript", (3, 11)
_TYPE = "a `type` statement", (3, 12)
_PARAMETERS = "a type parameter list", (3, 12)
_FORMATTED = "an f-string with its own quote, a backslash or a comment in an expression", (3, 12)
_DEFAULT = "a default of a type parameter", (3, 13)
_EXCEPT_MANY = "`except` with several classes and no parentheses", (3, 14)
_TEMPLATE = "a t-string", (3, 14)

_DEFINITION = re.compile(r"\b(?:def|class)[ \t]+\w+[ \t]*(?=\[)")
_TYPE_STATEMENT = re.compile(r"(?m)(^[ \t]*|;[ \t]*|:[ \t]*)type[ \t]+(\w+)[ \t]*(?=[\[=])")
# In Python 2, `except ValueError, error` named the exception: that is not what a newer Python is needed for.
_EXCEPT = re.compile(r"(?m)^([ \t]*except\b\*?)[ \t]*((?:[\w.]*\b[A-Z]\w*[ \t]*,[ \t]*)+[\w.]*\b[A-Z]\w*[ \t]*):")


@dataclass(frozen=True, slots=True)
class NewSyntax:
    """A construct that older Python versions cannot parse.

    Attributes:
        construct: What it is, as a noun phrase.
        version: The first version that has it.
        at: The syntax node, or the index in the text.
    """

    construct: str
    version: PythonVersion
    at: ast.AST | int


class NewerPythonError(SyntaxError):
    """Raised for a text that is valid in a newer Python version only.

    Attributes:
        version: The first version that can parse it.
        target: The version that is to run it; `None` if it is not known.
    """

    def __init__(self, construct: str, version: PythonVersion, line: int, column: int) -> None:
        """Create an error.

        Args:
            construct: What needs the version.
            version: The first version that has it.
            line: Where it begins, from 1.
            column: Where it begins in the line, from 0.
        """
        super().__init__(f"{construct} needs Python {dotted(version)}")
        self.version = version
        self.target: PythonVersion | None = None
        self.lineno, self.offset = line, column + 1

    @property
    def explanation(self) -> str:
        """Why it was not parsed, and what to do, as the end of a sentence."""
        if self.target is not None and self.target < self.version:
            return f"does not parse on Python {dotted(self.target)}, which runs it: {self.msg}; write it without"
        advice = f"run flake8-incall with Python {dotted(self.version)}"
        return f"cannot be checked by Python {dotted(RUNNING)}: {self.msg}; {advice}"


def dotted(version: PythonVersion) -> str:
    """Return a version as people write it: `"3.12"`."""
    return ".".join(map(str, version))


def syntax_newer_than(version: PythonVersion, tree: ast.Module, text: str) -> Iterator[NewSyntax]:
    """Return what a version cannot parse of a text that this Python has parsed."""
    if version >= RUNNING:
        return
    for node in ast.walk(tree):
        for construct, needed in _constructs(node):
            if needed > version:
                yield NewSyntax(construct, needed, node)
    if _FORMATTED[1] > version:
        yield from (NewSyntax(*_FORMATTED, token.start) for token in strings_and_comments(text) if token.is_new)


def _constructs(node: ast.AST) -> Iterator[tuple[str, PythonVersion]]:
    name = type(node).__name__
    if name == "TryStar":
        yield _EXCEPT_STAR
    elif name == "TypeAlias":
        yield _TYPE
    elif name == "TemplateStr":
        yield _TEMPLATE
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        if any(isinstance(item, ast.Starred) for item in node.slice.elts):
            yield _UNPACKING
    elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple) and _is_bare(node.type):
        yield _EXCEPT_MANY
    parameters = getattr(node, "type_params", None)
    if parameters and name != "TypeAlias":
        yield _PARAMETERS
    if any(getattr(parameter, "default_value", None) is not None for parameter in parameters or ()):
        yield _DEFAULT


def _is_bare(node: ast.Tuple) -> bool:
    """Whether a tuple has no parentheses: it begins with its first item then."""
    first = node.elts[0] if node.elts else node
    return first is not node and (node.lineno, node.col_offset) == (first.lineno, first.col_offset)


# Texts that this Python cannot parse


def newer_python_error(text: str) -> NewerPythonError | None:
    """Return what a text that this Python cannot parse needs; `None` if no version is known that parses it.

    Newer constructs are replaced by older ones. What then parses was right but for these.
    """
    found: list[NewSyntax] = []
    try:
        older = _older(text, found)
        ast.parse(older, "")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    newer = [one for one in found if one.version > RUNNING]
    if not newer:
        return None
    most = max(newer, key=lambda one: one.version)
    return NewerPythonError(most.construct, most.version, *line_and_column(most.at, text))


def first_newer(version: PythonVersion, tree: ast.Module, text: str) -> NewerPythonError | None:
    """Return why a version cannot parse a text that this Python has parsed; `None` if it can."""
    for one in syntax_newer_than(version, tree, text):
        return NewerPythonError(one.construct, one.version, *line_and_column(one.at, text))
    return None


def line_and_column(at: ast.AST | int, text: str) -> tuple[int, int]:
    """Return where a construct begins: its line from 1, and its column in characters from 0."""
    if isinstance(at, int):
        return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at) - 1
    line, column = getattr(at, "lineno", 1), getattr(at, "col_offset", 0)
    return line, len(text.split("\n")[line - 1].encode()[:column].decode(errors="replace"))


def _older(text: str, found: list[NewSyntax]) -> str:
    """Return a text without its newer constructs, in which each string is empty.

    Raises:
        SyntaxError: An expression of an f-string is not valid.
        UnclosedStringError: A string has no end.
    """
    parts: list[str] = []
    places: list[int] = []

    def keep(start: int, end: int) -> None:
        parts.append(text[start:end])
        places.extend(range(start, end))

    last = 0
    for token in strings_and_comments(text):
        keep(last, token.start)
        last = token.end
        if token.prefix != "#":
            _check_expressions(text, token, found)
            empty = 'b""' if "b" in token.prefix else '""'
            parts.append(empty)
            places.extend([token.start] * len(empty))
    keep(last, len(text))
    return _without_statements("".join(parts), places, found)


def _check_expressions(text: str, token: Token, found: list[NewSyntax]) -> None:
    if token.is_new:
        found.append(NewSyntax(*_FORMATTED, token.start))
    if "t" in token.prefix:
        found.append(NewSyntax(*_TEMPLATE, token.start))
    for start, end in token.expressions:
        ast.parse(f"({_older(text[start:end], [])}\n)", "", mode="eval")


def _without_statements(text: str, places: list[int], found: list[NewSyntax]) -> str:
    """Return a text without type parameters, `type` statements and bare lists of exception classes."""
    edits: list[tuple[int, int, str]] = []

    def note(construct: tuple[str, PythonVersion], at: int) -> None:
        found.append(NewSyntax(*construct, places[at]))

    for match in (*_DEFINITION.finditer(text), *_TYPE_STATEMENT.finditer(text)):
        is_type = match.re is _TYPE_STATEMENT
        end = _after_bracket(text, match.end()) if text[match.end()] == "[" else match.end()
        if is_type and not text[end:].lstrip().startswith("="):
            continue
        note(_TYPE if is_type else _PARAMETERS, match.start())
        if _has_default(text[match.end() : end]):
            note(_DEFAULT, match.start())
        edits.append((match.start(), end, f"{match[1]}{match[2]}" if is_type else match[0]))
    for match in _EXCEPT.finditer(text):
        note(_EXCEPT_MANY, match.start())
        edits.append((match.start(), match.end(), f"{match[1]} ({match[2]}):"))
    for start, end, new in sorted(edits, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def _after_bracket(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at + 1
    raise UnclosedStringError


def _has_default(parameters: str) -> bool:
    return re.search(r"(?<![=!<>:])=(?!=)", parameters) is not None
