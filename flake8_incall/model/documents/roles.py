"""Classify the objects of a document by their keys: an in-call function, another function, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from flake8_incall.model.documents.foreign import Members, tool_of
from flake8_incall.model.documents.form import FUNCTION_FIELDS, PARAMETER_FIELDS, STORED, VERSION_KEYS
from flake8_incall.model.documents.json_text import JsonValue
from flake8_incall.model.documents.kinds import (
    OTHER_KINDS,
    PREDEFINED,
    is_distinctive,
    means_in_call,
    names_predefined,
)

CODE_KEY = "source_code"
# What only a basic function has beside its URL.
_BASIC_KEYS = frozenset(key for name in ("method", "headers", "parameters") for key in FUNCTION_FIELDS[name])
# What no other format has.
_OWN_KEYS = frozenset(
    {"API URL"}
    | {
        key
        for name in ("filler_kind", "filler_phrases", "mapping", "updates_call_data", "runs_while_switching")
        for key in FUNCTION_FIELDS[name]
    }
)
_ROW_KEYS = frozenset(PARAMETER_FIELDS["name"])
_METHOD_KEYS = frozenset(FUNCTION_FIELDS["method"])
# What a version has beside its functions.
_OF_A_VERSION = frozenset({*VERSION_KEYS, "name", "description", "version", "prompt", "system_prompt"})
_OF_SCHEMAS = frozenset({"properties", "definitions", "$defs", "components"})
_VOCABULARIES = ("$schema", "openapi", "swagger")


class Role(Enum):
    """What an object in a function's place is."""

    IN_CALL = auto()
    """An in-call function, or what was meant to be one."""
    BESIDE = auto()
    """A function of another type that the platform knows."""
    UNKNOWN = auto()
    """Something of a type that the platform does not know."""
    NONE = auto()
    """No function."""


def role_of(members: Members) -> Role:
    """What an object in a function's place is."""
    kind, code = _text(members, "type"), _text(members, CODE_KEY)
    if kind in OTHER_KINDS:
        # A predefined function has no code: what has some is judged, so that none passes unseen.
        is_disguised = kind in PREDEFINED and code is not None and "RunContext" in code
        return Role.IN_CALL if is_disguised else Role.BESIDE
    if kind is not None and means_in_call(kind, has_request=bool(code) or has_url(members)):
        return Role.IN_CALL
    if kind is not None and is_distinctive(kind):
        return Role.UNKNOWN
    if _has_own_marks(members):
        return Role.IN_CALL
    return Role.UNKNOWN if kind is not None else Role.NONE


def has_url(members: Members) -> bool:
    """Whether an object has the field of an API's URL."""
    return any(key in members for key in FUNCTION_FIELDS["url"])


def is_basic(members: Members) -> bool:
    """Whether an in-call function has what a basic one has."""
    return has_url(members) or not _BASIC_KEYS.isdisjoint(members)


def is_platform_document(root: JsonValue) -> bool:
    """Whether a document is one of the platform's, right or not: something in it says so by its structure."""
    if any(_tells(members) for members in _in_places(root)):
        return True
    if not isinstance(root.data, dict):
        return False
    lists = [root.data[key] for key in VERSION_KEYS if key in root.data]
    is_bare = all(key in VERSION_KEYS or STORED.fullmatch(key) for key in root.data)
    if is_bare and lists and not any(isinstance(value.data, dict) for value in lists):
        return not is_empty(root)
    return any(_is_named(members) for members in _in_places(root) if members is not root.data)


def is_empty(root: JsonValue) -> bool:
    """Whether a document has the form of one that holds functions, and holds nothing."""
    if isinstance(root.data, list):
        return not root.data
    if not isinstance(root.data, dict):
        return False
    is_version = all(key in _OF_A_VERSION or STORED.fullmatch(key) for key in root.data)
    has_lists = any(key in root.data for key in VERSION_KEYS)
    capabilities = root.data.get("capabilities")
    lists = [root.data.get("functions"), *(members.get("functions") for members in _members_of(capabilities))]
    is_blank = all(value is None or value.data in (None, []) for value in lists)
    return is_version and has_lists and is_blank and (capabilities is None or _is_list_of_objects(capabilities))


def elsewhere(root: JsonValue) -> JsonValue | None:
    """The first in-call function that stands where no document has any, as in the answer of an API around it."""
    if isinstance(root.data, dict) and any(key in root.data for key in _VOCABULARIES):
        return None
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value.data, dict):
            kind = _text(value.data, "type")
            is_typed = kind is not None and "call" in kind and means_in_call(kind, has_request=False)
            if (is_typed and len(value.data) > 1) or not _OWN_KEYS.isdisjoint(value.data):
                return value
            # What a schema says of such functions is none.
            pending += [inner for key, inner in reversed(value.data.items()) if key not in _OF_SCHEMAS]
        elif isinstance(value.data, list):
            pending += reversed(value.data)
    return None


def _in_places(root: JsonValue) -> Iterator[Members]:
    """The objects that stand where a document has functions."""
    if isinstance(root.data, list):
        yield from _members_of(root)
    elif isinstance(root.data, dict):
        yield root.data
        yield from _members_of(root.data.get("functions"))
        for capability in _members_of(root.data.get("capabilities")):
            yield from _members_of(capability.get("functions"))


def _members_of(value: JsonValue | None) -> Iterator[Members]:
    if value is not None and isinstance(value.data, list):
        yield from (item.data for item in value.data if isinstance(item.data, dict))


def _is_list_of_objects(value: JsonValue) -> bool:
    return value.data is None or (isinstance(value.data, list) and all(isinstance(i.data, dict) for i in value.data))


def _tells(members: Members) -> bool:
    """Whether an object says by itself that its document is one of the platform's."""
    if role_of(members) is Role.IN_CALL:
        return True
    kind = _text(members, "type")
    if kind is None or tool_of(members) is not None:
        return False
    return is_distinctive(kind) or (_is_named(members) and (kind in PREDEFINED or names_predefined(kind)))


def _has_own_marks(members: Members) -> bool:
    """Whether an object has keys that together only an in-call function has."""
    if not _OWN_KEYS.isdisjoint(members) or any(_has_rows(members.get(key)) for key in FUNCTION_FIELDS["parameters"]):
        return True
    is_described = "name" in members and "description" in members
    if CODE_KEY in members:
        code = _text(members, CODE_KEY)
        if code is not None and ("RunContext" in code or ("def " in code and "name" in members and "type" in members)):
            return True
        return is_described and not (code or "").startswith("http")
    url = next((text for key in FUNCTION_FIELDS["url"] if (text := _text(members, key)) is not None), None)
    is_called = url is not None and url.startswith("http") and "type" in members
    return is_called or (url is not None and not _METHOD_KEYS.isdisjoint(members))


def _has_rows(value: JsonValue | None) -> bool:
    return any(not _ROW_KEYS.isdisjoint(row) for row in _members_of(value))


def _is_named(members: Members) -> bool:
    is_described = all(_text(members, key) for key in ("type", "name", "description"))
    return is_described and tool_of(members) is None


def _text(members: Members, key: str) -> str | None:
    value = members.get(key)
    return value.data if value is not None and isinstance(value.data, str) else None
