"""The headers of a basic function: what HTTP can carry, and what is filled with a secret."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from flake8_incall.model.documents.form import secret_name
from flake8_incall.model.documents.json_text import shown
from flake8_incall.model.documents.unfilled import unfilled_in_header
from flake8_incall.model.security.secret_shapes import by_form, by_shape, shapes_in
from flake8_incall.model.security.secrets import is_secret_in, names_secret

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")
# They follow from the URL and the body, and break the request when they disagree.
_OF_THE_CLIENT = frozenset({"host", "content-length", "transfer-encoding"})
# Names of secrets beside those that code has too.
_OF_SECRETS = re.compile(
    r"(?:^|-)(?:auth|authentication|bearer|jwt|credentials?|passcode)$"
    r"|(?:^|-)(?:app|application|functions|licen[sc]e|security|merchant|consumer|gateway|management|server|shared)-?key$"
)
# Where a secret may stand beside other things; its value tells.
_OF_SECRETS_TOO = re.compile(r"(?:^|-)(?:cookie|key|session(?:-?id)?|signature)$")
_OTHER_KEYS = re.compile(r"(?:^|-)(?:idempotency|partition|routing|cache|surrogate|sort|public|site)-?key$")
# What a misspelled reference means: its last name.
_REFERRED = re.compile(r"(?s).*?(?:x[_-]?secrets?)?(\w*)\W*\Z", re.IGNORECASE)
_SESSION = re.compile(r"(?:^|;\s*)[\w.-]*(?:sess(?:ion)?(?:_?id)?|sid|token|auth|jwt)=[^;\s]+", re.IGNORECASE)


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
    """What is wrong with a header of a document, if anything is; a secret in clear can be sent, and is none here.

    Args:
        name: Its name.
        value: Its value.
        known: The names of the headers before it, in lower case.
    """
    return _fault_of_name(name, known) or fault_of_sent_value(value) or _fault_of_reference(value)


def fault_of_sent_value(value: str) -> HeaderFault | None:
    """Why HTTP cannot carry a value, if it cannot."""
    if _VALUE.fullmatch(value):
        return None
    problem = "has an invalid value; use printable ASCII without surrounding spaces"
    return HeaderFault(problem, (0, len(value)))


def secret_in_header(name: str, value: str) -> str | None:
    """What secret a header carries in clear, in words that show nothing of it; `None` if it carries none."""
    if secret_name(value) or unfilled_in_header(value):
        return None
    for kind, _ in (*by_shape(value, shapes_in(value)), *by_form(value)):
        return kind
    if _keeps_secret(name):
        # What it stands for is for its author to know: only a reference is filled.
        return "a secret"
    words = name.lower()
    may_be_kept = _OF_SECRETS_TOO.search(words) and not _OTHER_KEYS.search(words)
    is_session = words.endswith("cookie") and _SESSION.search(value) is not None
    return "a secret" if may_be_kept and (is_session or is_secret_in(name, value)) else None


def _fault_of_name(name: str, known: Collection[str]) -> HeaderFault | None:
    if not _NAME.fullmatch(name):
        return HeaderFault("has an invalid name; use ASCII letters, digits and `-`")
    if name.lower() in known:
        return HeaderFault("is duplicated; keep one")
    if name.lower() in _OF_THE_CLIENT:
        return HeaderFault("is set by the HTTP client; remove it")
    return None


def _fault_of_reference(value: str) -> HeaderFault | None:
    """Something that looks filled, where only the exact value `x_secrets.NAME` is."""
    part = None if secret_name(value) else unfilled_in_header(value)
    if part is None:
        return None
    text = value[part.start : part.end]
    if not part.is_secret:
        problem = (
            f"has the placeholder `{shown(text)}`, which is sent literally; write a fixed value or `x_secrets.NAME`"
        )
    elif secret_name(text):
        problem = "embeds a secret in other text, where it is not substituted; make `x_secrets.NAME` the whole value"
    else:
        name = _REFERRED.sub(r"\1", text) or "NAME"
        problem = (
            f"contains the secret `{shown(text)}`, which is not substituted; make `x_secrets.{name}` the whole value"
        )
    return HeaderFault(problem, (part.start, part.end))


def _keeps_secret(name: str) -> bool:
    return names_secret(name) or _OF_SECRETS.search(name.lower()) is not None
