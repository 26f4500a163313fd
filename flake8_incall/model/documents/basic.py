"""What a function document lacks, and what it says that no function can have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.diagnostics import Span
from flake8_incall.model.docstring.wording import is_only_type, is_placeholder
from flake8_incall.model.documents.document import DocumentFunction, describe
from flake8_incall.model.documents.fields import Fields
from flake8_incall.model.documents.form import (
    FILLER_KINDS,
    HEADER_FIELDS,
    IN_CALL_TYPE,
    LONGEST_DESCRIPTION,
    METHODS,
    NOT_BLANK,
    PARAMETER_TYPES,
    VERSION_KEYS,
)
from flake8_incall.model.documents.json_text import JsonValue, shown

_REQUIRED = {
    "name": "set the name the model uses to call it",
    "description": "describe when the model should call it",
}
_REQUIRED_OF_BASIC = {
    "url": "set the URL to call",
    "method": f"use one of {', '.join(METHODS)}",
    "parameters": "add at least one parameter with a key, a type and a description",
}
_REQUIRED_OF_PARAMETER = {
    "name": "set the key to send",
    "type": f"use one of {', '.join(PARAMETER_TYPES)}",
}
_REQUIRED_OF_HEADER = {"name": "set the header name", "value": "set the header value"}

_MOST_LISTED = 5

# By field: the classes that its value can have, and their words.
_Kinds = dict[str, tuple[tuple[type, ...], str]]
_TEXT: tuple[tuple[type, ...], str] = ((str,), "a string")
_KINDS: _Kinds = {
    "type": _TEXT,
    "name": _TEXT,
    "description": _TEXT,
    "filler_kind": _TEXT,
    "filler_phrases": ((list,), "a list of strings"),
}
_KINDS_OF_BASIC: _Kinds = {
    "url": _TEXT,
    "method": _TEXT,
    "headers": ((dict, list), "an object with string values, or a list of rows"),
    "parameters": ((list,), "a list of objects with key, type and description"),
    "mapping": ((dict,), "an object"),
}
_KINDS_OF_PARAMETER = {"name": _TEXT, "type": _TEXT, "description": _TEXT}
_KINDS_OF_HEADER = {"name": _TEXT, "value": _TEXT}

_HALF = re.compile("[\ud800-\udfff]")

# The types of other tool formats, and how the two that there are stand in for them.
_INSTEAD = {
    **dict.fromkeys(("integer", "int", "float", "double", "decimal"), "use `number`"),
    **dict.fromkeys(("text", "str", "date", "datetime", "email", "phone"), "use `string`"),
    **dict.fromkeys(("boolean", "bool"), "use `string` and list the allowed values in its description"),
    **dict.fromkeys(("object", "dict", "json"), "use one parameter per value"),
    **dict.fromkeys(("array", "list"), "use `string` and describe the separator"),
    "patch": "use PUT or POST if the API accepts it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a document.

    Attributes:
        at: The value that is wrong; the first character of an object that lacks something.
        fault: The fact, as a sentence without its end.
        remedy: What to do.
    """

    at: Span
    fault: str
    remedy: str


def absences(function: DocumentFunction) -> Iterator[Fault]:
    """The required fields that are not there, or empty."""
    subject = f"`{function.label}`" if function.label and NOT_BLANK.search(function.label) else "the function"
    yield from _absences(function, function.fields, _REQUIRED, subject)
    if function.source is not None:
        return
    yield from _absences(function, function.fields, _REQUIRED_OF_BASIC, subject)
    for parameter in function.parameters:
        if parameter.is_of_form:
            yield from _absences(function, parameter, _REQUIRED_OF_PARAMETER, parameter_words(parameter))
    for row in header_rows(function):
        if row.is_of_form:
            yield from _absences(function, row, _REQUIRED_OF_HEADER, "the header")


def refusals(function: DocumentFunction) -> Iterator[Fault]:
    """The fields that nobody knows, and the values that a field cannot have."""
    fields = function.fields
    beside = VERSION_KEYS if function.source is not None else ()
    yield from _fields_refused(function, fields, _KINDS, beside)
    yield from _choice_refused(function, fields, "type", (IN_CALL_TYPE,))
    yield from _choice_refused(function, fields, "filler_kind", FILLER_KINDS)
    yield from _texts_refused(function, fields.items("filler_phrases"), fields.key("filler_phrases"))
    yield from _length_refused(function)
    if function.source is not None:
        return
    yield from _kinds_refused(function, fields, _KINDS_OF_BASIC)
    yield from _choice_refused(function, fields, "method", METHODS, is_required=True)
    for parameter in function.parameters:
        yield from _row_refused(function, parameter, _KINDS_OF_PARAMETER, "parameters")
        owner = f" of {parameter_words(parameter)}"
        yield from _choice_refused(function, parameter, "type", PARAMETER_TYPES, owner, is_required=True)
    for row in header_rows(function):
        yield from _row_refused(function, row, _KINDS_OF_HEADER, "headers")
    headers = fields.given("headers")
    if headers is not None and isinstance(headers.data, dict):
        yield from _texts_refused(function, list(headers.data.values()), fields.key("headers"))
    for name in ("parameters", "headers"):
        yield from _objects_refused(function, fields.items(name), fields.key(name))


def parameter_faults(function: DocumentFunction) -> Iterator[Fault]:
    """The parameters that the model is told nothing of, and those whose key another has."""
    known: dict[str, JsonValue] = {}
    for parameter in function.parameters:
        key, description = parameter.given("name"), parameter.given("description")
        if not parameter.is_of_form or (description is None and parameter.is_misnamed("description")):
            continue
        if description is None:
            fault = f"{parameter_words(parameter)} has no `{parameter.key('description')}`"
            yield Fault(function.places.beginning(parameter.value), fault, _TELL)
        elif isinstance(description.data, str):
            problem = _fault_of_description(description.data, parameter.text("name"))
            if problem is not None:
                fault = f"the description of {parameter_words(parameter)} {problem}"
                yield Fault(function.places.of(description), fault, _TELL)
        if key is None or not isinstance(key.data, str):
            continue
        first = known.setdefault(key.data, key)
        if first is not key:
            line = function.places.of(first).start.line
            fault = f"key `{shown(key.data)}` is already used on line {line}, so only one value is sent"
            yield Fault(function.places.of(key), fault, "rename one of them")


def _fault_of_description(text: str, key: str | None) -> str | None:
    """What is wrong with a parameter's description, as a clause. A label is no fault: `City` for `city`."""
    if NOT_BLANK.search(text) is None:
        return "is empty"
    if is_placeholder(text):
        return "is a placeholder"
    if text.strip() == key:
        return "only repeats its key"
    return "only names its type" if is_only_type(text) else None


_TELL = "describe what the model should extract from the conversation"


def parameter_words(parameter: Fields) -> str:
    """A parameter as a message names it."""
    name = parameter.text("name")
    return f"parameter `{shown(name)}`" if name else "the parameter"


def header_rows(function: DocumentFunction) -> list[Fields]:
    """The headers of a basic function that are given as rows."""
    rows = function.fields.items("headers")
    return [Fields(row, HEADER_FIELDS) for row in rows if isinstance(row.data, dict)]


def _absences(function: DocumentFunction, fields: Fields, required: dict[str, str], subject: str) -> Iterator[Fault]:
    for name, remedy in required.items():
        value, key = fields.given(name), fields.key(name)
        if value is None and fields.is_misnamed(name):
            continue  # CAL003 says so.
        if value is None:
            yield Fault(function.places.beginning(fields.value), f"{subject} has no `{key}`", remedy)
        elif _is_empty(value) and name != "value":
            yield Fault(function.places.of(value), f"`{key}` of {subject} is empty", remedy)
        elif name == "description" and isinstance(value.data, str) and is_placeholder(value.data):
            yield Fault(function.places.of(value), f"`{key}` of {subject} is a placeholder", remedy)


def _is_empty(value: JsonValue) -> bool:
    if isinstance(value.data, str):
        return NOT_BLANK.search(value.data) is None
    return value.data == []


def _fields_refused(
    function: DocumentFunction, fields: Fields, kinds: _Kinds, beside: tuple[str, ...] = ()
) -> Iterator[Fault]:
    for key, nearest in fields.strangers(beside):
        hint = f"did you mean `{nearest}`?" if nearest else _known(fields)
        yield Fault(function.places.of(key), f"unknown field `{shown(str(key.data))}`", hint)
    for key, first in fields.repeated():
        fault = f"`{key.data}` duplicates `{first}`"
        yield Fault(function.places.of(key), fault, "keep one of them")
    yield from _kinds_refused(function, fields, kinds)


def _known(fields: Fields) -> str:
    """The known fields, or where to find them if they are many."""
    keys = list(fields.known_keys())
    listed = f"expected one of {', '.join(keys)}"
    return listed if len(keys) <= _MOST_LISTED else "remove it, or see `flake8-incall schema basic`"


def _row_refused(function: DocumentFunction, row: Fields, kinds: _Kinds, name: str) -> Iterator[Fault]:
    if row.is_of_form:
        yield from _fields_refused(function, row, kinds)
        return
    fault = f"an item of `{function.fields.key(name)}` is {describe(row.value)}"
    yield Fault(function.places.of(row.value), fault, f"expected an object with {_among(tuple(row.known_keys()))}")


def _kinds_refused(function: DocumentFunction, fields: Fields, kinds: _Kinds) -> Iterator[Fault]:
    for name, (types, words) in kinds.items():
        value = fields.given(name)
        if value is None:
            continue
        if not isinstance(value.data, types):
            yield Fault(function.places.of(value), f"`{fields.key(name)}` is {describe(value)}", f"expected {words}")
        elif name == "description":
            yield from _halves(function, value, f"`{fields.key(name)}`")


def _choice_refused(
    function: DocumentFunction,
    fields: Fields,
    name: str,
    allowed: tuple[str, ...],
    owner: str = "",
    *,
    is_required: bool = False,
) -> Iterator[Fault]:
    value = fields.given(name)
    if value is None or not isinstance(value.data, str) or value.data in allowed:
        return
    if _is_empty(value) and is_required:
        return  # CAL002 says so.
    same = [choice for choice in allowed if choice.lower() == value.data.strip().lower()]
    if same or len(allowed) == 1:
        remedy = f"use `{(same or allowed)[0]}`"
    else:
        instead = _INSTEAD.get(value.data.strip().lower())
        remedy = instead or f"use {_among(allowed, 'or')}"
    found = "empty" if _is_empty(value) else f"`{shown(value.data)}`"
    found += " with surrounding spaces" if value.data.strip() in allowed else ""
    yield Fault(function.places.of(value), f"`{fields.key(name)}`{owner} is {found}", remedy)


def _among(choices: tuple[str, ...], word: str = "and") -> str:
    return f"{', '.join(choices[:-1])} {word} {choices[-1]}"


def _texts_refused(function: DocumentFunction, values: list[JsonValue], key: str) -> Iterator[Fault]:
    for value in values:
        if not isinstance(value.data, str):
            yield Fault(function.places.of(value), f"an entry of `{key}` is {describe(value)}", "expected a string")
        else:
            yield from _halves(function, value, f"an entry of `{key}`")


def _halves(function: DocumentFunction, value: JsonValue, subject: str) -> Iterator[Fault]:
    """The halves of characters in a text: JSON can write one by its escape, and nobody can send it."""
    half = _HALF.search(value.data) if isinstance(value.data, str) else None
    if half is not None:
        fault = f"{subject} contains a lone surrogate, `{shown(half[0])}`"
        yield Fault(function.places.part(value, *half.span()), fault, "write the full character or remove it")


def _objects_refused(function: DocumentFunction, values: list[JsonValue], key: str) -> Iterator[Fault]:
    for value in values:
        if not isinstance(value.data, dict):
            yield Fault(function.places.of(value), f"an item of `{key}` is {describe(value)}", "expected an object")


def _length_refused(function: DocumentFunction) -> Iterator[Fault]:
    value = function.fields.given("description")
    if value is not None and isinstance(value.data, str) and len(value.data) > LONGEST_DESCRIPTION:
        fault = f"`{function.fields.key('description')}` has {len(value.data)} characters"
        limit = f"model providers accept at most {LONGEST_DESCRIPTION}"
        yield Fault(function.places.of(value), f"{fault}, but {limit}", "shorten it")
