"""Executes text that was checked as a module of its own."""

from __future__ import annotations

import itertools
import linecache
import re
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import PurePath

# Executes a text: the text, the name of its file, the names that it finds; and hands back its module's names.
Execute = Callable[[str, str, Mapping[str, object]], dict[str, object]]

_count = itertools.count(1)


def execute(source_text: str, path: str, names: Mapping[str, object]) -> dict[str, object]:
    """Execute a text as a module under a name that no other module has.

    Args:
        source_text: Python.
        path: Its file, or what tracebacks call it; they show the lines of this text.
        names: What the text finds without importing it.

    Returns:
        The names of the module.

    Raises:
        Exception: The text raised it.
    """
    module = types.ModuleType(_module_name(path))
    module.__file__ = path
    module.__dict__.update(names)
    # Dataclasses and pydantic look up the module of a class by its name.
    sys.modules[module.__name__] = module
    remember_lines(source_text, path)
    try:
        exec(compile(source_text, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  that is the task
    except BaseException:
        del sys.modules[module.__name__]
        raise
    return module.__dict__


def remember_lines(source_text: str, path: str) -> None:
    """Let tracebacks show the lines that are executed, whatever becomes of the file."""
    # Without a time of change, the cache is never compared with the file.
    linecache.cache[path] = (len(source_text), None, source_text.splitlines(keepends=True), path)


def _module_name(path: str) -> str:
    stem = re.sub(r"\W", "_", PurePath(path).stem)
    return f"incall_functions.{stem}_{next(_count)}"
