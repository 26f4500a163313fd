"""Where options come from: what flake8 was told goes before `[tool.incall]` in `pyproject.toml`."""

from __future__ import annotations

import configparser
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from flake8_incall.options import DECLARED, Option, OptionError, Options

TABLE = "[tool.incall]"
_PREFIX = "incall-"
_FLAKE8_NAMES = ("setup.cfg", "tox.ini", ".flake8")


def resolve(values: Namespace) -> Options:
    """Build the options of a run.

    Args:
        values: What the command line and flake8's own files say, by flake8's names; `None` where nothing.

    Raises:
        OptionError: A value is not of its option's kind, or `pyproject.toml` cannot be taken.
    """
    # flake8 reads this flag before its plugins are there and hands it to none of them.
    is_isolated = getattr(values, "isolated", False) or "--isolated" in sys.argv
    folder, merged = (os.curdir, {}) if is_isolated else from_pyproject(os.curdir)
    if not is_isolated and not merged:
        folder = os.path.dirname(_readable_flake8_config() or "")
    for option in DECLARED:
        value = getattr(values, option.name.replace("-", "_"))
        if value is not None:
            merged[option.field] = value
    options = replace(
        Options.from_values(merged),
        root=os.path.abspath(folder),
        selected=_codes(values, "select"),
        ignored=_codes(values, "ignore"),
    )
    if options.catalogue:
        _try_catalogue(options.catalogue)
    return options


def _codes(values: Namespace, name: str) -> tuple[str, ...]:
    """The codes of an option of flake8 and of its `extend_` twin, which adds nothing to a selection of all."""
    given = getattr(values, name, None) or []
    if name == "ignore" or given:
        given = [*given, *(getattr(values, f"extend_{name}", None) or [])]
    return tuple(code for code in given if isinstance(code, str))


def _try_catalogue(path: str) -> None:
    """Read a user's tables now: what is wrong with them is said once, not for every file."""
    from pathlib import Path

    from flake8_incall.catalogue import CatalogueError, load

    try:
        load(Path(path))
    except CatalogueError as error:
        raise OptionError(f"incall-catalogue: {error}") from error


def from_pyproject(folder: str) -> tuple[str, dict[str, Any]]:
    """Read the nearest `pyproject.toml` with a `[tool.incall]` table, from a folder upwards.

    Returns:
        The folder of the file, and values by field of `Options`; the folder itself and none without such a file.

    Raises:
        OptionError: The file does not parse, or has a key or a value that is not known.
    """
    for parent in folders_upwards(folder):
        path = os.path.join(parent, "pyproject.toml")
        table = _read_table(path)
        if table is not None:
            return parent, dict(_read_entries(table, path))
    return folder, {}


def flake8_config(folder: str) -> str | None:
    """The configuration file that flake8 finds from a folder upwards.

    Raises:
        OptionError: It does not parse; flake8 passes over such a file in silence.
    """
    for parent in folders_upwards(folder):
        for path in (os.path.join(parent, name) for name in _FLAKE8_NAMES):
            cfg = configparser.RawConfigParser()
            try:
                cfg.read(path, encoding="UTF-8")
            except (configparser.Error, UnicodeDecodeError) as error:
                with open(path, "rb") as file:
                    if b"[flake8" in file.read():
                        raise OptionError(f"{path}: {' '.join(str(error).split())}") from error
            if "flake8" in cfg or "flake8:local-plugins" in cfg:
                return path
    return None


def _readable_flake8_config() -> str | None:
    try:
        return flake8_config(os.curdir)
    except OptionError:
        # Under flake8, which has passed over it.
        return None


def folders_upwards(folder: str) -> Iterator[str]:
    """A folder, its parent, and so on: as far as flake8 looks for its files."""
    folder, home = os.path.abspath(folder), os.path.realpath(os.path.expanduser("~"))
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder or os.path.realpath(parent) == home:
            return
        folder = parent


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelled word: `" (did you mean x?)"`, or nothing."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1)
    return f" (did you mean {matches[0]}?)" if matches else ""


def _read_table(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror}") from error
    # Most projects have no such table: they do not pay for a TOML parser.
    if b"incall" not in data:
        return None
    import tomllib

    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except ValueError as error:
        raise OptionError(f"{path}: is not valid TOML: {error}") from error
    table = tool.get("incall") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise OptionError(f"{path}: tool.incall is no table, write {TABLE} and its keys below")
    return table


def _read_entries(table: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    known = {name: option for option in DECLARED for name in (option.name.removeprefix(_PREFIX), option.name)}
    seen: dict[str, str] = {}
    for key, value in table.items():
        option = known.get(key.replace("_", "-"))
        if option is None:
            hint = nearest(key, known) or f", known are {', '.join(o.name for o in DECLARED)}"
            raise OptionError(f"{path}: {TABLE} has an unknown key {key!r}{hint}")
        if option.field in seen:
            raise OptionError(f"{path}: {TABLE} says {seen[option.field]!r} and {key!r}, which is one option")
        seen[option.field] = key
        yield option.field, _convert(option, value, path)


def _convert(option: Option, value: Any, path: str) -> Any:
    try:
        value = option.convert(value)
    except OptionError as error:
        raise OptionError(f"{path}: {error}") from error
    if not option.is_path:
        return value
    folder = os.path.dirname(path)
    if isinstance(value, str):
        return os.path.abspath(os.path.join(folder, value))
    return tuple(os.path.abspath(os.path.join(folder, glob)) if "/" in glob else glob for glob in value)
