"""The headers of a basic function: what HTTP can carry, and what is filled with a secret."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from flake8_incall.model.documents.form import embedded_secret, secret_name
from flake8_incall.model.security.secret_shapes import by_form, by_shape, shapes_in
from flake8_incall.model.security.secrets import is_secret_in, names_secret

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")
# They follow from the URL and the body, and break the request when they disagree.
_OF_THE_CLIENT = frozenset({"host", "content-length", "transfer-encoding"})
_ALSO_SECRET = frozenset({"auth", "cookie", "x-auth"})


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """Why a header cannot be sent as it is written.

    Attributes:
        problem: A clause that follows the header's name.
        part: The part of the value that is wrong, as indices into it; `None` when it is the name.
    """

    problem: str
    part: tuple[int, int] | None = None


def fault_of_header(name: str, value: str, known: Collection[str] = ()) -> HeaderFault | None:
    """What is wrong with a header, if anything is; a secret in clear can be sent, and is none here.

    Args:
        name: Its name.
        value: Its value.
        known: The names of the headers before it, in lower case.
    """
    if not _NAME.fullmatch(name):
        return HeaderFault("has a name that HTTP cannot carry: write it with ASCII letters, digits and `-`")
    if name.lower() in known:
        return HeaderFault("is given twice: keep one of them")
    if name.lower() in _OF_THE_CLIENT:
        return HeaderFault("is set by the HTTP client itself: leave it out")
    if not _VALUE.fullmatch(value):
        problem = "has a value that HTTP cannot carry: it takes printable ASCII, without space at its ends"
        return HeaderFault(problem, (0, len(value)))
    reference = embedded_secret(value)
    if reference is not None:
        problem = "names a secret inside other text, where it is not filled: make `x_secrets.NAME` the whole value"
        return HeaderFault(problem, reference)
    return None


def secret_in_header(name: str, value: str) -> str | None:
    """What secret a header carries in clear, in words that show nothing of it; `None` if it carries none."""
    if secret_name(value) or embedded_secret(value):
        return None
    for kind, _ in (*by_shape(value, shapes_in(value)), *by_form(value)):
        return kind
    is_kept_secret = names_secret(name) or name.lower() in _ALSO_SECRET
    return "a secret" if is_kept_secret and is_secret_in(name, value) else None
