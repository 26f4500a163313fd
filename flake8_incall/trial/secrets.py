"""Secrets of a trial: where they come from, and how to keep them out of what is printed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from flake8_incall.options import OptionError

# Shorter ones stand in too many words by chance, and hide nothing.
_SHORTEST = 4


def read_secrets(given: Iterable[str]) -> dict[str, str]:
    """Secrets by name.

    Args:
        given: `NAME=VALUE`, or `NAME` for the environment variable of that name.

    Raises:
        OptionError: A name is missing, or there is no such variable. No value is repeated.
    """
    secrets: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name.isidentifier():
            raise OptionError("--secret wants NAME=VALUE, or NAME for what the environment variable NAME holds")
        if not equals and name not in os.environ:
            raise OptionError(f"--secret {name}: there is no environment variable {name}; set it, or give {name}=VALUE")
        secrets[name] = value if equals else os.environ[name]
    return secrets


class Redaction:
    """Replaces the values of secrets by their names, however a URL or JSON writes them.

    Args:
        secrets: The secrets by name.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        spellings = {
            spelling: name
            for name, value in secrets.items()
            if len(value) >= _SHORTEST
            for spelling in (value, quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1])
        }
        # The longest first: one secret can be a part of another.
        self._names = dict(sorted(spellings.items(), key=lambda item: -len(item[0])))

    def __call__(self, text: str) -> str:
        """The text without the values of secrets."""
        for value, name in self._names.items():
            text = text.replace(value, f"<{name}>")
        return text
