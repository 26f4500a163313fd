"""The options of a run as text: what its configuration files and its command line come to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flake8_incall.configuration import flake8_config
from flake8_incall.options import DECLARED

if TYPE_CHECKING:
    from flake8_incall.options import Options
    from flake8_incall.pyproject import Section, Table
    from flake8_incall.runner import Run

_OF_FLAKE8 = (
    *("select", "extend-select", "ignore", "extend-ignore", "per-file-ignores"),
    *("exclude", "extend-exclude", "filename", "disable-noqa"),
)


def settings_text(run: Run) -> str:
    """Return the options of a run as TOML: the project's own, its overrides, and those of flake8."""
    table = run.configuration.table
    lines = [*_files(run), "", "[tool.incall]", *_options(run.options), *_of_table(table)]
    for override in table.overrides:
        lines += ["", "[[tool.incall.overrides]]", f"files = {_toml(override.files)}", *_of_section(override.section)]
    return "\n".join([*lines, "", "[flake8]", *_of_flake8(vars(run.host))])


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


def _options(options: Options) -> Iterator[str]:
    for option in DECLARED:
        value = getattr(options, option.field)
        mark = "  # default" if value == option.default else ""
        yield f"{_name(option.name)} = {_toml(value)}{mark}"
    for name in ("select", "extend-select", "ignore"):
        yield f"{name} = {_toml(getattr(options.selection, name.replace('-', '_')))}"


def _of_table(table: Table) -> Iterator[str]:
    if table.per_file_ignores:
        entries = ", ".join(f"{_toml(glob)} = {_toml(codes)}" for glob, codes in table.per_file_ignores)
        yield f"per-file-ignores = {{ {entries} }}"
    if table.exclude:
        yield f"exclude = {_toml(table.exclude)}"


def _of_section(section: Section) -> Iterator[str]:
    names = {option.field: _name(option.name) for option in DECLARED}
    yield from (f"{names[field]} = {_toml(value)}" for field, value in section.values.items())
    yield from (f"{name} = {_toml(codes)}" for name, codes in section.codes.items())


def _of_flake8(values: Mapping[str, Any]) -> Iterator[str]:
    for name in _OF_FLAKE8:
        value = values[name.replace("-", "_")]
        yield f"{name} = {_toml([] if value is None else value)}"


def _name(option: str) -> str:
    return option.removeprefix("incall-")


def _toml(value: Any) -> str:
    if isinstance(value, tuple) and value and all(isinstance(part, int) for part in value):
        # A version of Python.
        value = ".".join(map(str, value))
    return json.dumps("" if value is None else value, ensure_ascii=False)
