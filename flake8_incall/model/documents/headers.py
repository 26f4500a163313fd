"""The headers of a basic function: what HTTP can carry, and what is filled with a secret."""

from __future__ import annotations

import re
from collections.abc import Collection

from flake8_incall.model.documents.form import embedded_secret

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")
# They follow from the URL and the body, and break the request when they disagree.
_OF_THE_CLIENT = frozenset({"host", "content-length", "transfer-encoding"})


def fault_of_header(name: str, value: str, known: Collection[str] = ()) -> str | None:
    """Why a header cannot be sent as it is written, as a clause; `None` if it can.

    Args:
        name: Its name.
        value: Its value.
        known: The names of the headers before it, in lower case.
    """
    if not _NAME.fullmatch(name):
        return "has a name that HTTP cannot carry: it takes ASCII letters, digits and `-`"
    if name.lower() in known:
        return "is given twice"
    if name.lower() in _OF_THE_CLIENT:
        return "is set by the HTTP client itself: leave it out"
    if not _VALUE.fullmatch(value):
        return "has a value that HTTP cannot carry: it takes printable ASCII, without space at its ends"
    reference = embedded_secret(value)
    if reference is not None:
        return f"has `{reference}` inside other text, where it is not filled: keep the whole value as the secret"
    return None
