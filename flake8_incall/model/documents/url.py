"""The URL of a basic function: a fixed address, in whose path `{name}` stands for a parameter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from flake8_incall.catalogue import load
from flake8_incall.model.documents.json_text import shown
from flake8_incall.model.documents.unfilled import Unfilled, unfilled_in_url
from flake8_incall.model.gate.addresses import is_inside
from flake8_incall.model.security.secret_shapes import by_form, by_shape, shapes_in
from flake8_incall.model.security.secrets import is_secret_in, names_secret

_LONGEST = 4096
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BEFORE_PATH = re.compile(r"[^/?#]*")
_PATH = re.compile(r"[^?#]*")
_ARGUMENT = re.compile(r"[?&]([^=&#]+)=([^&#]+)")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})\w?")
_BRACE = re.compile(r"[{}]")
# A character of nobody's, and what shows that a host is not fixed.
_FILLER = "\ue000"
_FILLERS = frozenset({"{", "}", _FILLER})
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f\x7f\\\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
# Other scripts have their letters, and marks on them.
_HOST = re.compile(r"[\w.\-\x80-\U0010ffff]+|\[[0-9a-fA-F:.]+\]", re.ASCII)


class Kind(Enum):
    """What is wrong with a URL."""

    FORM = "form"
    """It cannot be called, or not as it is written."""
    REACH = "reach"
    """It can be called, but leads inside a network, or is not encrypted."""
    EXPOSURE = "exposure"
    """It can be called, but shows a secret."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A `{name}` in a URL.

    Attributes:
        name: What stands between the braces.
        start: Its opening brace, as an index into the URL.
        end: The index after its closing brace.
    """

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UrlFault:
    """What is wrong with a part of a URL.

    Attributes:
        start: Where, as an index into the URL.
        end: The index after it.
        problem: A clause that follows "the URL".
        kind: Whether it is about the form or about where it leads.
    """

    start: int
    end: int
    problem: str
    kind: Kind = Kind.FORM


def placeholders(url: str) -> list[Placeholder]:
    """The `{name}` of a URL in their order; of braces that do not pair, none."""
    return [Placeholder(found[1], *found.span()) for found in re.finditer(r"\{([^{}]*)\}", url)]


def faults_of_url(url: str, parameters: Collection[str] | None) -> Iterator[UrlFault]:
    """What is wrong with the URL of a basic function.

    Args:
        url: The URL; not blank.
        parameters: The keys of the function's parameters; `None` if they cannot be told.
    """
    if len(url) > _LONGEST:
        yield UrlFault(0, len(url), f"has {len(url)} characters; use at most {_LONGEST}")
        return
    scheme = _SCHEME.match(url)
    unfilled = unfilled_in_url(url)
    plain = _blanked(url, unfilled)
    bad = _NOT_IN_URL.search(plain)
    if bad is not None:
        yield UrlFault(*bad.span(), f"contains {_named(bad[0])}; percent-encode it")
        return
    if scheme is None:
        yield UrlFault(0, len(url), "is not absolute; start with `https://` and the host")
        return
    authority = _span(_BEFORE_PATH, plain, scheme.end())
    yield from _faults_of_braces(plain)
    form = list(_faults_of_authority(plain, *authority))
    yield from form
    yield from _faults_of_unfilled(url, unfilled, authority, parameters)
    yield from _faults_of_placeholders(plain, authority, parameters)
    yield from _faults_of_escapes(plain, authority[1])
    if not form:
        yield from _faults_of_reach(url, scheme.end(), authority)
        yield from _faults_of_secrets(plain, authority[1])


def is_private(url: str) -> bool:
    """Whether a URL leads to a host that only the inside of a network reaches, as far as its text says."""
    return _private_host(url) is not None


def _faults_of_authority(url: str, start: int, end: int) -> Iterator[UrlFault]:
    authority = url[start:end]
    user, at, server = authority.rpartition("@")
    if at:
        # The words are not repeated: they are what must not be seen.
        problem = "contains credentials; send them in a header with the value `x_secrets.NAME`"
        yield UrlFault(start, start + len(user), problem)
    elif not _FILLERS.isdisjoint(authority):
        yield UrlFault(start, end, "has a placeholder in the host, so the caller controls the server; use a fixed host")
    elif not server:
        yield UrlFault(start, end, "has no host")
    elif not _is_server(url, server):
        yield UrlFault(start, end, "has an invalid host or port")


def _faults_of_unfilled(
    url: str, unfilled: list[Unfilled], authority: tuple[int, int], parameters: Collection[str] | None
) -> Iterator[UrlFault]:
    """What looks filled behind the host, and is sent as it is written."""
    path = _span(_PATH, url, authority[1])
    for part in unfilled:
        if part.start < path[0]:
            continue
        text = shown(url[part.start : part.end])
        if part.is_secret:
            problem = f"contains the secret `{text}`, which is not substituted in a URL; send it in a header"
        elif part.start >= path[1]:
            problem = f"has the placeholder `{text}` outside the path, where it is not substituted; remove it"
        elif part.name is not None and (parameters is None or part.name in parameters):
            problem = f"has `{text}` of another template language, which is not substituted; write `{{{part.name}}}`"
        else:
            problem = f"has the placeholder `{text}`, which is not substituted; use the `{{key}}` of a parameter"
        yield UrlFault(part.start, part.end, problem)


def _blanked(url: str, unfilled: list[Unfilled]) -> str:
    """The URL with a filler for what is told by itself, each character in its place."""
    for part in unfilled:
        url = url[: part.start] + _FILLER * (part.end - part.start) + url[part.end :]
    return url


def _is_server(url: str, server: str) -> bool:
    host = server if server.endswith("]") else server.rpartition(":")[0] or server
    # Libraries read look-alikes of ASCII as what they look like.
    if (
        not _HOST.fullmatch(unicodedata.normalize("NFKC", host))
        or not host.strip(".")
        or host.startswith(".")
        or ".." in host
    ):
        return False
    try:
        split = urlsplit(url)
        return bool(split.hostname) and split.port != 0
    except ValueError:
        return False


def _faults_of_braces(url: str) -> Iterator[UrlFault]:
    opened: int | None = None
    for brace in _BRACE.finditer(url):
        if brace[0] == "{" and opened is None:
            opened = brace.start()
        elif brace[0] == "}" and opened is not None:
            opened = None
        else:
            yield UrlFault(*brace.span(), "has unbalanced braces; write `{name}`")
            return
    if opened is not None:
        yield UrlFault(opened, len(url), "has an unclosed `{`")


def _faults_of_placeholders(
    url: str, authority: tuple[int, int], parameters: Collection[str] | None
) -> Iterator[UrlFault]:
    path = _span(_PATH, url, authority[1])
    for place in placeholders(url):
        if place.start < path[0]:
            continue
        if place.start >= path[1]:
            problem = f"has `{{{place.name}}}` outside the path, where it is not substituted; remove it"
            yield UrlFault(place.start, place.end, problem)
        elif parameters is not None and place.name not in parameters:
            yield UrlFault(place.start, place.end, f"uses `{{{place.name}}}`, but no parameter has that key")


def _faults_of_escapes(url: str, after_host: int) -> Iterator[UrlFault]:
    wrong = _ESCAPE.search(url, after_host)
    if wrong is not None:
        yield UrlFault(*wrong.span(), f"has `{wrong[0]}`, but `%` must precede two hexadecimal digits; write `%25`")


def _faults_of_reach(url: str, after_scheme: int, authority: tuple[int, int]) -> Iterator[UrlFault]:
    inside = _private_host(url)
    if inside is not None:
        problem = f"points to the private address `{inside}`; only public hosts are allowed"
        yield UrlFault(*authority, problem, Kind.REACH)
    elif url[:5].lower() == "http:":
        problem = "uses unencrypted `http`; use `https`"
        yield UrlFault(0, after_scheme, problem, Kind.REACH)


def _private_host(url: str) -> str | None:
    # The ideographic full stop separates the names of a host as the ASCII one does.
    return is_inside(url.replace("\u3002", "."), True, load().policy)


def _faults_of_secrets(url: str, after_host: int) -> Iterator[UrlFault]:
    kinds = [kind for kind, _ in (*by_shape(url, shapes_in(url)), *by_form(url))]
    if kinds:
        yield _shown_secret(kinds[0], after_host, len(url))
        return
    for found in _ARGUMENT.finditer(url, after_host):
        is_kept_secret = names_secret(found[1]) and (found[1].lower() != "key" or is_secret_in(*found.groups()))
        if is_kept_secret and _FILLERS.isdisjoint(found[2]):
            yield _shown_secret("a secret", *found.span(2))


def _shown_secret(kind: str, start: int, end: int) -> UrlFault:
    problem = f"contains {kind} in plain text; send it in a header with the value `x_secrets.NAME`"
    return UrlFault(start, end, problem, Kind.EXPOSURE)


def _span(pattern: re.Pattern[str], text: str, start: int) -> tuple[int, int]:
    found = pattern.match(text, start)
    return found.span() if found else (start, start)


def _named(character: str) -> str:
    names = {" ": "a space", "\t": "a tab", "\n": "a line break", "\r": "a line break", "\\": "a backslash"}
    return names.get(character, f"the character U+{ord(character):04X}")
