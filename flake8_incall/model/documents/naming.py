"""The names of a document: what providers take, and what is taken already."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flake8_incall.model.documents.basic import Fault
from flake8_incall.model.documents.document import DocumentFunction
from flake8_incall.model.documents.form import NOT_BLANK, PARAMETER_NAME, TOOL_NAME
from flake8_incall.model.documents.json_text import JsonValue, shown

_LONGEST = 64


def name_faults(function: DocumentFunction) -> Iterator[Fault]:
    """The names that the platform or model providers refuse: the function's, and its parameters' keys."""
    name = function.fields.given("name")
    if name is not None:
        yield from _refused(function, name, TOOL_NAME, "name", "-")
        if function.namesake is not None:
            line = function.places.of(function.namesake).start.line
            fault = f"name `{shown(str(name.data))}` is already used on line {line}"
            yield Fault(function.places.of(name), fault, "names must be unique within a scope")
    if function.source is None:
        for parameter in function.parameters:
            key = parameter.given("name")
            if key is not None:
                yield from _refused(function, key, PARAMETER_NAME, "key", ".-")


def _refused(
    function: DocumentFunction, name: JsonValue, accepted: re.Pattern[str], subject: str, marks: str
) -> Iterator[Fault]:
    text = name.data
    if not isinstance(text, str) or not NOT_BLANK.search(text) or accepted.fullmatch(text):
        return
    at, shown_name = function.places.of(name), f"{subject} `{shown(text)}`"
    if len(text) > _LONGEST and accepted.fullmatch(text[:_LONGEST]):
        fault = f"{shown_name} has {len(text)} characters, but providers accept at most {_LONGEST}"
        yield Fault(at, fault, "shorten it")
        return
    suggestion = re.sub(rf"[^a-zA-Z0-9_{marks}]+", "_", text.strip()).strip("_")
    # What is left of a name in another script is none.
    is_name = text.isascii() and accepted.fullmatch(suggestion) is not None
    remedy = f"use `{suggestion}`" if is_name else f"use a-z, A-Z, 0-9, {', '.join('_' + marks)}"
    is_padded = accepted.fullmatch(text.strip()) is not None
    reason = "spaces" if " " in text else "characters that model providers reject"
    reason = "surrounding spaces" if is_padded else reason
    yield Fault(at, f"{shown_name} contains {reason}", remedy)
