"""The form of a basic function: its fields in both spellings, and what each may hold."""

from __future__ import annotations

import re
from typing import Any

IN_CALL_TYPE = "custom_in_call"
METHODS = ("GET", "POST", "PUT", "DELETE")
PARAMETER_TYPES = ("string", "number")
FILLER_KINDS = ("dynamic", "static")

# By what a field is called here: its keys in a document, the stored one first, then the documentation's words.
FUNCTION_FIELDS = {
    "type": ("type",),
    "name": ("name", "Name"),
    "description": ("description", "Description"),
    "url": ("api", "API URL"),
    "method": ("method", "Method"),
    "headers": ("headers", "Headers"),
    "parameters": ("parameters", "Parameters"),
    "filler_kind": ("msg_while_executing_type",),
    "filler_phrases": ("msg_while_executing",),
    "mapping": ("api_mapping",),
    "code": ("source_code",),
    # Stored beside the form, for the platform's own use.
    "updates_call_data": ("update_call_data",),
    "runs_while_switching": ("execute_while_switching",),
    "parameters_mapping": ("parameters_mapping",),
}
# What a database adds to any object, also as `{"$oid": …}` and `{"$date": …}`: no part of the form, and no fault.
STORED = re.compile(
    r"_[A-Za-z0-9_]*|id|uuid|(?:created|updated|modified|deleted|archived)(?:_?at|_?by|_?on|At|By|On|Date)"
    r"|(?:agent|user|org|organi[sz]ation|company|workspace|tenant|account|version|function|capability)(?:_id|Id)"
)


def without_stored(value: Any) -> Any:
    """A function as `json.loads` gives it, without what a database added to it and to its rows."""
    if isinstance(value, list):
        return [without_stored(row) for row in value]
    if not isinstance(value, dict):
        return value
    # The members of other objects, such as headers by name, are nobody's but their author's.
    return {
        key: without_stored(item) if isinstance(item, list) else item
        for key, item in value.items()
        if not STORED.fullmatch(key)
    }


# What makes a document a version; with code of its own it is looked at as a function too.
VERSION_KEYS = ("functions", "capabilities")
PARAMETER_FIELDS = {
    "name": ("key_name", "Key", "Key Name"),
    "type": ("type", "Type"),
    "description": ("description", "Description"),
}
HEADER_FIELDS = {"name": ("key_name", "Key"), "value": ("value", "Value")}

# What model providers take as the name of a tool, and of a parameter in its schema.
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
PARAMETER_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
LONGEST_DESCRIPTION = 1024
# Spelled out, because the dialects of regular expressions differ in what white space is.
NOT_BLANK = re.compile(r"[^ \t\r\n]")

_SECRETS = "x_secrets"
_SECRET = re.compile(rf"{_SECRETS}\.(\w[\w-]*)", re.ASCII)


def secret_name(value: str) -> str | None:
    """The secret that a header's value stands for: `"TOKEN"` for `"x_secrets.TOKEN"`; `None` if it is plain text."""
    found = _SECRET.fullmatch(value)
    return found[1] if found else None
