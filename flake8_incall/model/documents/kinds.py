"""The `type` of a function: in-call, another kind that the platform knows, or an in-call type misspelt."""

from __future__ import annotations

import re
from difflib import get_close_matches

from flake8_incall.model.documents.form import IN_CALL_TYPE

# Kinds that stand beside in-call functions. The platform has predefined ones too, of which no list is public.
OTHER_KINDS = ("custom_pre_call", "custom_post_call", "on_connected")
# By letters alone: what people write when they mean an in-call function, and the documentation's two modes.
_MEANT = frozenset({"customincall", "customincallfunction", "incall", "incallfunction"})
_MODES = frozenset({"advanced", "basic", "advancedmode", "basicmode"})
_SAME_WORD = 0.85


def is_in_call(kind: object, code: object, *, has_url: bool) -> bool:
    """Whether a function is an in-call function, or was meant to be one.

    Args:
        kind: Its `type`; a function without one is taken for one, so that no code passes unseen.
        code: Its `source_code`.
        has_url: Whether it names the URL of an API.
    """
    if kind == IN_CALL_TYPE or not isinstance(kind, str):
        return True
    if kind in OTHER_KINDS:
        return False
    is_python = isinstance(code, str) and "RunContext" in code
    letters = re.sub(r"[\W_]", "", kind).lower()
    if is_python or letters in _MEANT or (letters in _MODES and (has_url or bool(code))):
        return True
    # A misspelt `custom_pre_call` is close to ours too, but closer to what it is.
    return get_close_matches(kind.lower(), (IN_CALL_TYPE, *OTHER_KINDS), 1, _SAME_WORD) == [IN_CALL_TYPE]
