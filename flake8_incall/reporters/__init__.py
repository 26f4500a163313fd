"""How the findings of a run are written. A format is a module here with a `write` function."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

# The module of each format.
_MODULES = {
    "text": "text",
    "concise": "concise",
    "json": "json_array",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "sarif": "sarif",
}
FORMATS = tuple(_MODULES)
# Formats for people, in which other lines can stand beside the findings.
READABLE = ("text", "concise")


class Write(Protocol):
    """Write the reports of a run.

    Reports come one by one while files are being checked; a format that needs all of them collects them.
    What could not be checked is said on standard error by the command itself.
    """

    def __call__(self, reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
        """Write to a stream, with colours if it is a terminal that wants them."""


def writer(name: str) -> Write:
    """The `write` function of a format."""
    write: Write = import_module(f"{__name__}.{_MODULES[name]}").write
    return write
