"""Where in a URL the caller's words stand: in the host, or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from flake8_incall.model.inputs.values import Input, Known, Other, Part

# `https://api.example.com/`: whatever follows, the host is this one.
_WITH_HOST = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\\]+[/?#]", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_END_OF_HOST = re.compile(r"[/?#]")


class Place(Enum):
    """A place in a URL."""

    HOST = "host"
    PATH = "path or query"


def binds_host(beginning: str) -> bool:
    """Whether all that begins so goes to one host."""
    return _WITH_HOST.match(beginning) is not None


def is_absolute(parts: tuple[Part, ...]) -> bool:
    """Whether a text is clearly the address of a web page or service."""
    return bool(parts) and isinstance(parts[0], str) and parts[0].startswith(("http://", "https://", "ws://", "wss://"))


def places(parts: tuple[Part, ...]) -> Iterator[tuple[Place, Input]]:
    """The caller's words in a URL that were not checked for where they stand."""
    in_host = _begins_in_host(parts)
    for index, part in enumerate(parts):
        if isinstance(part, str):
            in_host = in_host and _END_OF_HOST.search(_SCHEME.sub("", part, count=1)) is None
        elif isinstance(part, Other):
            # The value of a setting brings the host with it.
            in_host = False
        elif in_host:
            if not _is_harmless_in_host(part, parts[index + 1 :], is_first=index == 0):
                yield Place.HOST, part
            in_host = Known.BOUND not in part.known
        elif Known.PLAIN not in part.known:
            yield Place.PATH, part


def _begins_in_host(parts: tuple[Part, ...]) -> bool:
    first = parts[0] if parts else None
    if not isinstance(first, str):
        return isinstance(first, Input)
    # A path is taken relative to the client's base URL.
    return _SCHEME.match(first) is not None


def _is_harmless_in_host(part: Input, rest: tuple[Part, ...], *, is_first: bool) -> bool:
    if Known.BOUND in part.known:
        return True
    if Known.PLAIN not in part.known:
        return False
    # Letters and digits alone are no URL with a host, and a name below a domain that is written down is that domain's.
    follows = rest[0] if rest else ""
    return is_first or (isinstance(follows, str) and re.match(r"[\w-]*\.\w", follows) is not None)
