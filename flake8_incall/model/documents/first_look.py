"""The first look at a JSON text that nobody named: most JSON is something else, and reading it takes time."""

from __future__ import annotations

import re

# What tells a text that is not JSON from those that are meant for something else, such as JSON with comments.
_OWN_FIELDS = ("source_code", "msg_while_executing", "api_mapping", "key_name", "API URL")
_OWN_FIELD = re.compile(rf"\b(?:{'|'.join(_OWN_FIELDS)})(?:_type)?[\\'\"]*\s*:")
_IN_CALL = re.compile(r"custom[ _-]?in[ _-]?call", re.IGNORECASE)
_PYTHON = re.compile(r"\s*(?:async\s+)?def\s")
# Sets of texts that stand together in functions and in the tools of other platforms, but also in long files of others.
_TOGETHER = (
    *(("update_call_data",), ("execute_while_switching",), ('"Key Name"',)),
    *(('"Key"', '"Parameters"'), ('"Key"', '"parameters"')),
    *(('"api"', '"method"'), ('"api"', '"Method"'), ('"api"', '"type"')),
    *(('"parameters"', '"properties"'), ('"endpoint"', '"url"'), ('"server"', '"url"'), ('"agent"', '"think"')),
    *(("general_tools",), ("speak_during_execution",), ("speak_after_execution",), ("tool_config",), ("api_schema",)),
    *(("inputSchema",), ("input_schema",), ("temporaryTool",), ("baseUrlPattern",), ("modelToolName",)),
    *(("dynamicParameters",), ("functionDeclarations",), ("function_declarations",), ("custom_task",)),
    *(("toolSpec",), ("apiRequest",), ("transferCall",), ("endCall",), ('"model"', '"tools"')),
)
_TYPE = re.compile(
    r'"type"\s*:\s*"(?:function"|custom|[^"]{0,30}(?:call|whatsapp|connect|transfer|booking|advanced|basic)|end[_A-Z])',
    re.IGNORECASE,
)
_VERSION = re.compile(r'"(?:functions|capabilities)"\s*:\s*(?:\[\s*(?:\]|["{])|[^\[{\s])')
# A letter that is written as an escape can hide any of these.
_ESCAPED_LETTER = re.compile(r"\\u00[2-7]")
_SHORT = 5
# Characters that no file of tools has.
_LONG = 300_000


def may_hold_functions(text: str) -> bool:
    """Whether a JSON text is worth reading; what is not has no finding, named or not."""
    if is_meant(text) or is_cut(text) or len(text) < _SHORT:
        return True
    return len(text) < _LONG and (
        any(all(part in text for part in parts) for parts in _TOGETHER)
        or ('"type"' in text and _TYPE.search(text) is not None)
        or _VERSION.search(text) is not None
        or ("\\u00" in text and _ESCAPED_LETTER.search(text) is not None)
    )


def is_meant(text: str) -> bool:
    """Whether a text says that it is meant to be a function document, whatever else is wrong with it."""
    is_named = "call" in text.lower() and _IN_CALL.search(text) is not None
    has_field = any(field in text for field in _OWN_FIELDS) and _OWN_FIELD.search(text) is not None
    return is_named or has_field or "RunContext" in text or _PYTHON.match(text) is not None


def is_cut(text: str) -> bool:
    """Whether a text begins as JSON does, and ends as no JSON does."""
    inner = text.strip()
    return not inner or (inner[0] in "{[" and inner[-1] not in "}]")
