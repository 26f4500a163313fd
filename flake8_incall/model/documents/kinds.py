"""The `type` of a function: in-call, another one that the platform knows, or none that it knows."""

from __future__ import annotations

import re
from difflib import get_close_matches

from flake8_incall.model.documents.form import IN_CALL_TYPE

# What the model can call beside in-call functions; it shares their names.
PREDEFINED = (
    "end",
    "transfer",
    "keep_call_on_hold",
    "available",
    "booking",
    "send_to_whatsapp",
    "whatsapp_in_call",
    "whatsapp_post_call",
    "assign_chat_agent",
)
# What runs before, at the beginning of, and after a call.
_AROUND_THE_CALL = ("custom_pre_call", "custom_post_call", "on_connected")
OTHER_KINDS = (*PREDEFINED, *_AROUND_THE_CALL)

# By letters alone: what people write when they mean an in-call function, and the documentation's two modes.
_MEANT = frozenset({"customincall", "customincallfunction", "incall", "incallfunction"})
_MODES = frozenset({"advanced", "basic", "advancedmode", "basicmode"})
_SAME_WORD = 0.85
_LIKE = 0.6


def means_in_call(kind: str, *, has_request: bool) -> bool:
    """Whether a type is that of an in-call function, or a slip for it.

    Args:
        kind: The type.
        has_request: Whether the function has code or the URL of an API.
    """
    letters = re.sub(r"[\W_]", "", kind).lower()
    if kind == IN_CALL_TYPE or letters in _MEANT or (letters in _MODES and has_request):
        return True
    # A misspelled `custom_pre_call` is close to ours too, but closer to what it is.
    return _nearest(kind, _SAME_WORD) == IN_CALL_TYPE


def nearest_kind(kind: str) -> str | None:
    """The type that a platform's document most likely means by an unknown one; `None` if none is near."""
    words = _words(kind)
    return next((known for known in PREDEFINED if known in words), None) or _nearest("_".join(words), _LIKE)


def names_predefined(kind: str) -> bool:
    """Whether a type is the name of a predefined function with a word more: `transfer_call`, `endCall`."""
    words = _words(kind)
    return len(words) > 1 and not set(words).isdisjoint(PREDEFINED)


def is_distinctive(kind: str) -> bool:
    """Whether a type can hardly stand in another JSON file: `custom_pre_call`, `send_to_whatsap`; not `end`."""
    near = _nearest(kind, _SAME_WORD)
    return near is not None and "_" in near


def _nearest(kind: str, cutoff: float) -> str | None:
    found = get_close_matches(kind.lower(), (IN_CALL_TYPE, *OTHER_KINDS), 1, cutoff)
    return found[0] if found else None


def _words(kind: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[^\W_A-Z]+|[A-Z]+", kind)]
