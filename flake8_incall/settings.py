"""The options of a run as text: what its configuration files and its command line come to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flake8_incall.configuration import flake8_config
from flake8_incall.options import DECLARED

if TYPE_CHECKING:
    from flake8_incall.runner import Run

# What the command takes over from flake8 and a configuration file can set.
_OF_FLAKE8 = (
    *("select", "extend-select", "ignore", "extend-ignore", "per-file-ignores"),
    *("exclude", "extend-exclude", "filename", "disable-noqa"),
)


def settings_text(run: Run) -> str:
    """Return a line for each configuration file that was read, and one for each option."""
    return "\n".join([*_files(run), *_options(run)])


def _files(run: Run) -> Iterator[str]:
    if getattr(run.flake8, "isolated", False):
        yield "# no configuration file is read (--isolated)"
        return
    found = [
        run.configuration.table.path,
        getattr(run.flake8, "config", None) or flake8_config(os.curdir),
        *(getattr(run.flake8, "append_config", None) or ()),
    ]
    names = [os.path.abspath(path) for path in found if path]
    yield from (f"# configuration: {name}" for name in names or ["none"])


def _options(run: Run) -> Iterator[str]:
    for option in DECLARED:
        value = getattr(run.options, option.field)
        mark = "  # default" if value == option.default else ""
        yield f"{option.name.removeprefix('incall-')} = {_toml(value)}{mark}"
    for name in _OF_FLAKE8:
        yield f"{name} = {_toml(getattr(run.flake8, name.replace('-', '_')))}"


def _toml(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else "" if value is None else value)
