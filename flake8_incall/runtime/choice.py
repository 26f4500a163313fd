"""The choice of one tool of many, by its name, before anything is executed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flake8_incall.model.calls.discovery import discover
from flake8_incall.runtime.sources import CheckedFile


def names_in(file: CheckedFile) -> list[str]:
    """The names of the tools of a file, as far as its text says them."""
    functions = file.document.functions if file.document else []
    found = file.module.fact(discover).functions if file.module else []
    return [*(function.tool_name for function in found), *(function.name for function in functions if function.name)]


def files_with(name: str, files: Sequence[CheckedFile]) -> list[CheckedFile]:
    """The files that have a tool of this name, each document with that function alone.

    Where no text says the name, all files: a Python file may make it up when it is executed.
    """
    narrowed = [_narrowed(file, name) for file in files]
    return [file for file in narrowed if name in names_in(file)] or narrowed


def _narrowed(file: CheckedFile, name: str) -> CheckedFile:
    if file.document is None:
        return file
    functions = [function for function in file.document.functions if function.name == name]
    return replace(file, document=replace(file.document, functions=functions))
