"""Reads function documents: finds the in-call functions of a JSON file, and faults of its structure."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.model.documents.document import (
    Document,
    DocumentFunction,
    OtherFunction,
    SourceText,
    UnknownWord,
    Unreadable,
    describe,
)
from flake8_incall.model.documents.fields import Fields
from flake8_incall.model.documents.first_look import is_cut, is_meant, may_hold_functions
from flake8_incall.model.documents.foreign import ForeignTool, Members, foreign_tool, tool_of
from flake8_incall.model.documents.form import FUNCTION_FIELDS, IN_CALL_TYPE, VERSION_KEYS
from flake8_incall.model.documents.json_text import JsonError, JsonValue, Places, StringPlaces, parse_json, shown
from flake8_incall.model.documents.kinds import PREDEFINED, nearest_kind
from flake8_incall.model.documents.roles import (
    CODE_KEY,
    Role,
    elsewhere,
    is_basic,
    is_empty,
    is_platform_document,
    role_of,
)
from flake8_incall.options import Options

_DOCUMENT = "a function, a list of functions, or a version with `functions` or `capabilities`"
_FUNCTION = "an object with `type`, `source_code` or `api`"
# What an in-call function is made of.
_ORIGINS = frozenset({CODE_KEY, *FUNCTION_FIELDS["url"]})


def read_document(text: str, path: str, options: Options, *, allow_private_hosts: bool = False) -> Document:
    """Read a function document. What cannot be read is among its `unreadable`; nothing is raised.

    Args:
        text: The JSON text, without byte order mark.
        path: The file as it was named to the checker.
        options: What the run was asked to do.
        allow_private_hosts: Whether URLs may lead inside a network.
    """
    reader = _Reader(text, path, options, allow_private_hosts)
    try:
        root = parse_json(text)
    except JsonError as error:
        reader.read_broken(error)
    else:
        reader.read_root(root)
    return reader.document


class _Reader:
    """Sorts the values of one file into functions and what is unreadable."""

    def __init__(self, text: str, path: str, options: Options, allow_private_hosts: bool) -> None:
        self.document = Document()
        self._text = text
        self._places = Places(text)
        self._path = path
        self._options = options
        self._allow_private_hosts = allow_private_hosts

    def read_broken(self, error: JsonError) -> None:
        """Say why a text is not JSON, unless it is meant for something else."""
        if is_meant(self._text) or is_cut(self._text):
            self._note(error.offset, error.offset, f"invalid JSON: found {error.found}", error.expected)
        else:
            self.document.passed_over = f"invalid JSON: found {error.found}, expected {error.expected}"

    def read_root(self, root: JsonValue) -> None:
        """Take the document for a list, a version, a function, or nothing of these."""
        if not may_hold_functions(self._text):
            self.document.passed_over = f"not a function document: it is {_kind(root)}"
        elif is_platform_document(root):
            self._read_functions(root)
        elif (stray := elsewhere(root)) is not None:
            self._refuse(stray, f"an in-call function inside {describe(root)}", _DOCUMENT)
        elif (foreign := foreign_tool(root)) is not None:
            self._refuse_foreign(foreign)
        elif is_empty(root) and self._options.profile != "livekit":
            self._refuse(root, f"no function in {describe(root)}", _DOCUMENT)
        elif isinstance(root.data, str) and is_meant(root.data):
            self._refuse(root, "a document encoded as a JSON string", _DOCUMENT)
        else:
            self.document.passed_over = f"not a function document: it is {_kind(root)}"

    def _read_functions(self, root: JsonValue) -> None:
        if isinstance(root.data, list):
            self._read_list(root, "the document")
        elif isinstance(root.data, dict):
            # What looks like both a version and a function is looked at as both: no code passes unseen.
            if any(key in root.data for key in VERSION_KEYS):
                self._read_version(root.data)
            if role_of(root.data) is Role.IN_CALL:
                self._read_function(root, root.data, {})
            elif role_of(root.data) is Role.BESIDE:
                self._pass_over(root, root.data)
            elif role_of(root.data) is Role.UNKNOWN and not any(key in root.data for key in VERSION_KEYS):
                self._read_unknown(root.data)

    def _read_version(self, version: Members) -> None:
        self._read_list(version.get("functions"), "`functions`")
        for _, capability in self._objects(version.get("capabilities"), "`capabilities`", "capabilities"):
            self._read_list(capability.get("functions"), "`functions`")

    def _read_list(self, functions: JsonValue | None, name: str) -> None:
        scope = _predefined_names(functions)
        for value, members in self._objects(functions, name, "functions"):
            role = role_of(members)
            if role is Role.IN_CALL:
                self._read_function(value, members, scope)
            elif role is Role.BESIDE:
                self._pass_over(value, members)
            elif (foreign := tool_of(members)) is not None:
                self._refuse_foreign(foreign)
            elif role is Role.UNKNOWN:
                self._read_unknown(members)
            elif role is Role.NONE:
                self._refuse(value, f"an item of {name} is {describe(value)}", _FUNCTION)

    def _pass_over(self, value: JsonValue, members: Members) -> None:
        name = Fields(value, FUNCTION_FIELDS).text("name") or ""
        at = self._places.between(value.start, value.end)
        self.document.others.append(OtherFunction(at, shown(name), str(members["type"].data)))

    def _read_unknown(self, members: Members) -> None:
        kind = members["type"]
        fault = f"`type` is `{shown(str(kind.data))}`, which is unknown"
        remedy = f"use `{nearest_kind(str(kind.data)) or IN_CALL_TYPE}`"
        self.document.unknown.append(UnknownWord(self._places.of(kind), fault, remedy))

    def _read_function(self, value: JsonValue, members: Members, scope: dict[str, JsonValue]) -> None:
        code, is_request = members.get(CODE_KEY), is_basic(members)
        source = None
        if code is not None and isinstance(code.data, str) and (code.data or not is_request):
            places = StringPlaces(self._places.text, code)
            source = SourceText(code.data, self._places.lines, places, self._path, self._options)
        elif code is not None and code.data not in (None, ""):
            self._refuse(code, f"`{CODE_KEY}` is {describe(code)}", "the source code as a single string")
            return
        elif not is_request:
            self._refuse_empty(value)
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

    def _refuse_empty(self, value: JsonValue) -> None:
        """Say of a function without code and without request what it has instead of them."""
        for key, nearest in Fields(value, FUNCTION_FIELDS).strangers():
            if nearest in _ORIGINS:
                fault, remedy = f"unknown field `{shown(str(key.data))}`", f"did you mean `{nearest}`?"
                self.document.unknown.append(UnknownWord(self._places.of(key), fault, remedy))
                return
        self._refuse(value, "an in-call function with neither code nor URL", "`source_code` or `api`")

    def _objects(self, value: JsonValue | None, name: str, kind: str) -> Iterator[tuple[JsonValue, Members]]:
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

    def _refuse_foreign(self, tool: ForeignTool) -> None:
        """Name the platform whose format a file has; once, however many tools are in it."""
        found = f"a tool in the {tool.platform} format"
        if not any(part.found == found for part in self.document.unreadable):
            self._refuse(tool.key, found, f"a function document; {tool.becomes}")

    def _refuse(self, value: JsonValue, found: str, expected: str) -> None:
        self._note(value.start, value.end, found, expected)

    def _note(self, start: int, end: int, found: str, expected: str) -> None:
        self.document.unreadable.append(Unreadable(self._places.between(start, end), found, expected))


def _kind(root: JsonValue) -> str:
    """What a JSON file is that is no function document."""
    is_notebook = isinstance(root.data, dict) and {"cells", "nbformat"} <= root.data.keys()
    return "a notebook, which `jupyter nbconvert --to script` exports" if is_notebook else describe(root)


def _predefined_names(functions: JsonValue | None) -> dict[str, JsonValue]:
    """The names that predefined functions of a scope have, which the model calls as it calls ours."""
    found: dict[str, JsonValue] = {}
    for item in functions.data if functions is not None and isinstance(functions.data, list) else ():
        members = item.data
        if isinstance(members, dict) and role_of(members) is Role.BESIDE and members["type"].data in PREDEFINED:
            name = members.get("name")
            if name is not None and isinstance(name.data, str):
                found.setdefault(name.data, name)
    return found
