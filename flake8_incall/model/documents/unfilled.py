"""Placeholders and references to secrets that look filled and are sent literally."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A part of a header's value or of a URL that is sent as it is written.

    Attributes:
        start: Where, as an index into the text.
        end: The index after it.
        name: What it names, for a placeholder that has the name of something: `"order"` of `{{order}}`.
        is_secret: Whether it refers to a secret.
    """

    start: int
    end: int
    name: str | None = None
    is_secret: bool = False


_NAME = r"\s*([A-Za-z_][\w.-]*)\s*"
# What other languages and platforms call their secrets.
_OTHER_SECRETS = r"(?:(?i:secrets?)[.\[:]|(?:process\.env|os\.environ)[.\[]|env[.\[](?=['\"]?[A-Z]))"
_SECRET = re.compile(
    # `X_SECRETS.N`, `x_secrets['N']`, `{{x_secrets.N}}`: the braces of templates around it belong to it.
    r"(?:[${<\[(%#]+\s*)?(?<![A-Za-z0-9])(?i:x[_-]?secrets?)(?![A-Za-z])[^\s,;&/?#}>)%]*(?:\s*[}>\])%]+)?"
    rf"|(?:^|(?<==)|(?<=^Bearer )){_OTHER_SECRETS}(?:get\()?['\"]?[A-Za-z_][\w-]*(?=\W|$)['\")\]]*"
)
_FIELD = re.compile(r"\{\w+\}")
_NAMES_SECRET = re.compile(_OTHER_SECRETS)
_TEMPLATE = "|".join(
    (
        rf"\{{\{{\{{?(?:{_NAME}(?=\}}))?[^{{}}]*\}}\}}\}}?",  # {{x}} of Mustache, Jinja, Vapi, Retell
        r"%7[Bb]%7[Bb][^{}/?#]*%7[Dd]%7[Dd]",  # the first, encoded
        rf"\{{%{_NAME}[^{{}}]*%\}}",
        rf"<%[=-]?{_NAME}[^<>]*%>",
        rf"[$#%]\{{{_NAME}[^{{}}]*\}}",  # ${x} of shells and JavaScript, #{x} of Ruby
        rf"\$\({_NAME}\)",
        rf"%\({_NAME}\)[sd]",
        r"%([A-Z][A-Z0-9_]{2,})%",
        r"%%([A-Za-z_]\w*)%%",
        r"(?<![\w$])\$([A-Z][A-Z0-9_]+)\b",
        rf"\[\[{_NAME}\]\]",
        r"(?<!\w)__([A-Z][A-Z0-9_]*[A-Z0-9])__(?!\w)",
        r"<([A-Za-z][\w .-]*)>",
    )
)
_STAND_IN = (
    r"(?<![A-Za-z0-9])(?:(?:YOUR|INSERT|REPLACE|ENTER|CHANGE|ADD)[_-][A-Z][A-Z0-9_-]*"
    r"|(?<!-)your[-_ ]?(?:(?:own|api|app|auth|access|account|org|client|secret|project|bearer|jwt|private)[-_ ]?)*"
    r"(?:key|token|secret|password|credentials?|id|domain|company|host|server|subdomain|instance|tenant|site)"
    r"(?:[-_ ]?here)?(?![A-Za-z0-9]))"
)
# What only a path or a query has beside: `/:id`, `=$token`.
_IN_URL = (
    r"(?<=/):([A-Za-z_]\w*)(?=[/?#]|$)|(?<=[/=])\[([A-Za-z_]\w*)\](?=[/?&#]|$)"
    r"|(?<==)\$(?!count\b|it\b|value\b)([a-z_]\w*)"
)
# `{x}` is filled in a path, but in no header.
_IN_HEADER = r"\{\s*([A-Za-z_][\w.-]*|\d)\s*\}|^\$([A-Za-z_]\w*)$|^\[([A-Za-z_][\w -]*)\]$"
_WHOLE_STAND_IN = (
    r"^(?i:(?:bearer |token |basic )?(?:x{3,}|\.{3}|…|todo|tbd|fixme|change[-_ ]?me|replace[-_ ]?me|placeholder))$"
)

_URL = re.compile(f"{_TEMPLATE}|{_IN_URL}|{_STAND_IN}")
_HEADER = re.compile(f"{_TEMPLATE}|{_IN_HEADER}|{_STAND_IN}|{_WHOLE_STAND_IN}")


def unfilled_in_url(url: str) -> list[Unfilled]:
    """The parts of a URL that nothing fills, in their order; `{name}` is none, which a path may have."""
    return [part for part in _found(_URL, url) if not _FIELD.fullmatch(url, part.start, part.end)]


def unfilled_in_header(value: str) -> Unfilled | None:
    """The first part of a header's value that nothing fills, in a value that is not `x_secrets.NAME` alone."""
    return next(_found(_HEADER, value), None)


def _found(placeholder: re.Pattern[str], text: str) -> Iterator[Unfilled]:
    parts = [Unfilled(*found.span(), is_secret=True) for found in _SECRET.finditer(text)]
    for found in placeholder.finditer(text):
        name = next((name for name in found.groups() if name), None)
        parts.append(Unfilled(*found.span(), name, is_secret=bool(name and _NAMES_SECRET.match(name))))
    end = 0
    for part in sorted(parts, key=lambda part: (part.start, not part.is_secret)):
        if part.start >= end:
            yield part
            end = part.end
