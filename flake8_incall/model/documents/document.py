"""Function documents: JSON that holds in-call functions. Which text in it is code, and where that stands."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.python_versions import PLATFORM, NewerPythonError, first_newer
from flake8_incall.model.code.source import compile_error, parse, split_lines
from flake8_incall.model.code.spans import span_of
from flake8_incall.model.documents.fields import Fields
from flake8_incall.model.documents.form import FUNCTION_FIELDS, PARAMETER_FIELDS, without_stored
from flake8_incall.model.documents.json_text import JsonValue, Lines, Places, StringPlaces, shown
from flake8_incall.model.documents.not_python import OtherForm, other_form
from flake8_incall.options import Options


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of the file that is not what a function document has there.

    Attributes:
        at: Where it stands.
        found: What it is, as a clause: "`functions` is a number".
        expected: What belongs there.
    """

    at: Span
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A type or a field that the platform does not know, on what cannot be judged as a function for that.

    Attributes:
        at: Where it stands.
        fault: The fact, as a sentence without its end.
        remedy: What to do.
    """

    at: Span
    fault: str
    remedy: str


@dataclass(frozen=True, slots=True)
class OtherFunction:
    """A function of another type than ours that the platform knows.

    Attributes:
        at: Where it stands.
        name: Its name, as people are shown it; empty if it has none.
        kind: Its type.
    """

    at: Span
    name: str
    kind: str


class SourceText:
    """The code of an advanced function.

    Attributes:
        module: The code as a module of its own, or `None` when it does not parse.
        error: Why it does not parse, or Python refuses what was parsed.
        other_form: What it is instead of Python that defines something, as far as that can be told.
    """

    def __init__(self, text: str, lines: Lines, places: StringPlaces, path: str, options: Options) -> None:
        self._lines = lines
        self._places = places
        self._own_lines = Lines(text)
        self.module: Module | None = None
        self.error: SyntaxError | None = None
        target = options.python or PLATFORM
        try:
            tree = parse(text)
            newer = first_newer(target, tree, text)
            if newer is not None:
                raise newer
            self.module = Module(path, split_lines(text), tree, options, is_document=True)
            self.error = compile_error(tree)
        except SyntaxError as error:
            if isinstance(error, NewerPythonError):
                error.target = target
            self.error = error
        defines_nothing = self.module is None or not self.module.fact(discover).functions
        self.other_form: OtherForm | None = other_form(text) if defines_nothing else None

    def span(self, start: Position, end: Position) -> Span:
        """A range of the code as a range of the JSON file."""
        return Span(self._in_file(start), self._in_file(end), start)

    def place(self, module: Module, node: ast.AST) -> Span:
        """The range of a finding about a node of the code, as a range of the JSON file."""
        span = span_of(module, node)
        return self.span(span.start, span.end)

    def part(self, start: int, end: int) -> Span:
        """A part of the code, between two indices into it, as a range of the JSON file."""
        return self.span(self._own_lines.position(start), self._own_lines.position(end))

    def error_span(self, error: SyntaxError) -> Span:
        """Where Python stopped; the beginning of the code when it does not say where."""
        # Python counts columns from 1, and gives 0, -1 or a place behind the text when it has no better one.
        stated = Position(max(error.lineno or 1, 1), max((error.offset or 1) - 1, 0))
        place = self._own_lines.position(self._own_lines.offset(stated))
        return self.span(place, place)

    def _in_file(self, position: Position) -> Position:
        return self._lines.position(self._places.offset(self._own_lines.offset(position)))


@dataclass(frozen=True, eq=False)
class DocumentFunction:
    """One in-call function of a document.

    Attributes:
        value: The object that describes it.
        source: Its code, or `None` for a basic function, which has a URL instead.
        places: Where the file's values stand.
        allow_private_hosts: Whether a URL may lead inside a network.
        namesake: The name of an earlier function of its scope, if it has the same.
    """

    value: JsonValue
    source: SourceText | None
    places: Places
    allow_private_hosts: bool = False
    namesake: JsonValue | None = None

    @cached_property
    def fields(self) -> Fields:
        """Its fields, in either spelling."""
        return Fields(self.value, FUNCTION_FIELDS)

    @cached_property
    def parameters(self) -> list[Fields]:
        """The parameters of a basic function that are objects, as they have to be."""
        items = self.fields.items("parameters")
        return [Fields(item, PARAMETER_FIELDS) for item in items if isinstance(item.data, dict)]

    @property
    def name(self) -> str | None:
        """What the document calls it, or `None`."""
        return self.fields.text("name")

    @property
    def is_behind_another(self) -> bool:
        """Whether its `def` comes after another one, which the platform runs in its place."""
        if self.source is None or self.source.module is None:
            return False
        discovery = self.source.module.fact(discover)
        return any(other.node.name == self.name for other in discovery.passed_over) and self.name not in {
            function.node.name for function in discovery.functions
        }

    @property
    def label(self) -> str | None:
        """Its name as people are shown it; a document can call a function anything."""
        return shown(self.name) if self.name else None

    @property
    def form(self) -> dict[str, Any]:
        """What makes it this function, without what a database added to it: its fields as they are in `plain`."""
        form: dict[str, Any] = without_stored(self.plain)
        return form

    @property
    def plain(self) -> dict[str, Any]:
        """The object that describes it, as `json.loads` gives it."""
        data: dict[str, Any] = json.loads(self.places.text[self.value.start : self.value.end])
        return data


@dataclass(eq=False)
class Document:
    """A JSON file, as far as it holds in-call functions.

    Attributes:
        functions: The in-call functions in the order of the file; functions of other types are left out.
        unreadable: What is no function document, or a part of one that is none.
        unknown: The types and fields that keep something from being judged.
        others: The functions of the platform's other types, which are not judged.
        passed_over: Why there is nothing to check, in a file that was written for something else.
    """

    functions: list[DocumentFunction] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    unknown: list[UnknownWord] = field(default_factory=list)
    others: list[OtherFunction] = field(default_factory=list)
    passed_over: str | None = None


def describe(value: JsonValue) -> str:
    """What a value is, for a message: "a list of strings"."""
    data = value.data
    if isinstance(data, dict):
        keys = [f"`{shown(key)}`" for key in list(data)[:3]] + ["…"] * (len(data) > 3)
        return f"an object with {', '.join(keys)}" if keys else "an empty object"
    if isinstance(data, list):
        if not data:
            return "an empty list"
        return "a list of strings" if all(isinstance(item.data, str) for item in data) else "a list"
    if isinstance(data, str):
        return "a string" if data else "an empty string"
    if data is None or isinstance(data, bool):
        return {None: "`null`", True: "`true`", False: "`false`"}[data]
    return "a number"
