"""Function documents: JSON that holds in-call functions. Which text in it is code, and where that stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.documents.fields import Fields
from flake8_incall.model.documents.form import FUNCTION_FIELDS, IN_CALL_TYPE, PARAMETER_FIELDS, VERSION_KEYS
from flake8_incall.model.documents.json_text import JsonError, JsonValue, Lines, Places, StringPlaces, parse_json, shown
from flake8_incall.model.documents.kinds import OTHER_KINDS, is_in_call
from flake8_incall.model.module import Module
from flake8_incall.model.source import parse, split_lines
from flake8_incall.options import Options

CODE_KEY = "source_code"
# What only a basic function has beside its URL.
_BASIC_KEYS = frozenset(key for name in ("method", "headers", "parameters") for key in FUNCTION_FIELDS[name])

_DOCUMENT = "a function, a list of functions, or a version with `functions` or `capabilities`"
_FUNCTION = "an object with `type`, `source_code` or `api`"


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


class SourceText:
    """The code of an advanced function.

    Attributes:
        module: The code as a module of its own, or `None` when it does not parse.
        error: Why it does not parse.
    """

    def __init__(self, text: str, lines: Lines, places: StringPlaces, path: str, options: Options) -> None:
        self._lines = lines
        self._places = places
        self._own_lines = Lines(text)
        self.module: Module | None = None
        self.error: SyntaxError | None = None
        try:
            self.module = Module(path, split_lines(text), parse(text), options, is_document=True)
        except SyntaxError as error:
            self.error = error

    def span(self, start: Position, end: Position) -> Span:
        """A range of the code as a range of the JSON file."""
        return Span(self._in_file(start), self._in_file(end), start)

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
    def label(self) -> str | None:
        """Its name as people are shown it; a document can call a function anything."""
        return shown(self.name) if self.name else None

    @property
    def plain(self) -> dict[str, Any]:
        """The object that describes it, as `json.loads` gives it."""
        data: dict[str, Any] = json.loads(self.places.text[self.value.start : self.value.end])
        return data


@dataclass(frozen=True, eq=False)
class Document:
    """A JSON file of in-call functions.

    Attributes:
        functions: The in-call functions in the order of the file; functions of other types are left out.
        unreadable: What is no function document, or a part of one that is none.
    """

    functions: list[DocumentFunction] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


def read_document(text: str, path: str, options: Options, *, allow_private_hosts: bool = False) -> Document:
    """Read a function document. What cannot be read is among its `unreadable`; nothing is raised.

    Args:
        text: The JSON text.
        path: The file as it was named to the checker.
        options: What the run was asked to do.
        allow_private_hosts: Whether URLs may lead inside a network.
    """
    reader = _Reader(text, path, options, allow_private_hosts)
    try:
        root = parse_json(text)
    except JsonError as error:
        reader.note(error.offset, error.offset, f"not JSON, found {error.found}", error.expected)
    else:
        reader.read_root(root)
    return reader.document


def describe(value: JsonValue) -> str:
    """What a value is, for a message: "a list of texts"."""
    data = value.data
    if isinstance(data, dict):
        keys = [f"`{shown(key)}`" for key in list(data)[:3]] + ["…"] * (len(data) > 3)
        return f"an object with {', '.join(keys)}" if keys else "an empty object"
    if isinstance(data, list):
        if not data:
            return "an empty list"
        return "a list of texts" if all(isinstance(item.data, str) for item in data) else "a list"
    if isinstance(data, str):
        return "a text" if data else "an empty text"
    if data is None or isinstance(data, bool):
        return {None: "`null`", True: "`true`", False: "`false`"}[data]
    return "a number"


class _Reader:
    """Sorts the values of one file into functions and what is unreadable."""

    def __init__(self, text: str, path: str, options: Options, allow_private_hosts: bool) -> None:
        self.document = Document()
        self._places = Places(text)
        self._path = path
        self._options = options
        self._allow_private_hosts = allow_private_hosts

    def note(self, start: int, end: int, found: str, expected: str) -> None:
        """Keep what is wrong between two offsets."""
        self.document.unreadable.append(Unreadable(self._places.between(start, end), found, expected))

    def read_root(self, root: JsonValue) -> None:
        """Take the document for a list, a version, a function, or nothing of these."""
        if isinstance(root.data, list):
            self._read_list(root, "the document")
        elif isinstance(root.data, dict) and (_is_version(root.data) or _is_function(root.data)):
            # What looks like both is looked at as both: no code passes unseen.
            self._read_version(root.data)
            if _is_function(root.data):
                self._read_lone_function(root, root.data)
        else:
            self._refuse(root, f"no function document, found {describe(root)}", _DOCUMENT)

    def _read_version(self, version: dict[str, JsonValue]) -> None:
        self._read_list(version.get("functions"), "`functions`")
        for _, capability in self._objects(version.get("capabilities"), "`capabilities`", "capabilities"):
            self._read_list(capability.get("functions"), "`functions`")

    def _read_list(self, functions: JsonValue | None, name: str) -> None:
        scope: dict[str, JsonValue] = {}
        for value, members in self._objects(functions, name, "functions"):
            if _is_function(members) or "type" in members:
                if _is_in_call(members):
                    self._read_function(value, members, scope)
            else:
                self._refuse(value, f"an item of {name} is {describe(value)}", _FUNCTION)

    def _read_lone_function(self, value: JsonValue, members: dict[str, JsonValue]) -> None:
        kind = members.get("type")
        if _is_in_call(members):
            self._read_function(value, members, {})
        elif kind is not None and kind.data not in OTHER_KINDS:
            self._refuse(kind, f"`type` is `{shown(str(kind.data))}`", f"`{IN_CALL_TYPE}`")

    def _read_function(self, value: JsonValue, members: dict[str, JsonValue], scope: dict[str, JsonValue]) -> None:
        code, is_basic = members.get(CODE_KEY), _is_basic(members)
        source = None
        if code is not None and isinstance(code.data, str) and (code.data or not is_basic):
            places = StringPlaces(self._places.text, code)
            source = SourceText(code.data, self._places.lines, places, self._path, self._options)
        elif code is not None and code.data not in (None, ""):
            self._refuse(code, f"`{CODE_KEY}` is {describe(code)}", "the code of the function as one text")
            return
        elif not is_basic:
            self._refuse(value, "an in-call function without code or URL", "`source_code` or `api`")
            return
        name = Fields(value, FUNCTION_FIELDS).given("name")
        namesake = scope.setdefault(name.data, name) if name is not None and isinstance(name.data, str) else None
        function = DocumentFunction(
            value,
            source,
            self._places,
            self._allow_private_hosts,
            namesake if namesake is not name else None,
        )
        self.document.functions.append(function)

    def _objects(
        self, value: JsonValue | None, name: str, kind: str
    ) -> Iterator[tuple[JsonValue, dict[str, JsonValue]]]:
        """The objects of a list with their members; `null` stands for an empty list."""
        if value is None or value.data is None:
            return
        items = value.data
        if not isinstance(items, list) or (items and not any(isinstance(item.data, dict) for item in items)):
            self._refuse(value, f"{name} is {describe(value)}", f"a list of {kind}")
            return
        for item in items:
            if isinstance(item.data, dict):
                yield item, item.data
            else:
                self._refuse(item, f"an item of {name} is {describe(item)}", "an object")

    def _refuse(self, value: JsonValue, found: str, expected: str) -> None:
        self.note(value.start, value.end, found, expected)


def _is_version(members: dict[str, JsonValue]) -> bool:
    return any(key in members for key in VERSION_KEYS)


def _is_function(members: dict[str, JsonValue]) -> bool:
    kind = members.get("type")
    return CODE_KEY in members or _has_url(members) or (kind is not None and _is_in_call(members))


def _is_in_call(members: dict[str, JsonValue]) -> bool:
    kind, code = members.get("type"), members.get(CODE_KEY)
    return is_in_call(kind and kind.data, code and code.data, has_url=_has_url(members))


def _has_url(members: dict[str, JsonValue]) -> bool:
    return any(key in members for key in FUNCTION_FIELDS["url"])


def _is_basic(members: dict[str, JsonValue]) -> bool:
    return _has_url(members) or not _BASIC_KEYS.isdisjoint(members)
