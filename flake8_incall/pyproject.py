"""Read `[tool.incall]` and `[[tool.incall.overrides]]` of `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flake8_incall.options import DECLARED, Option, OptionError, nearest, string_list

TABLE = "[tool.incall]"
OVERRIDES = "[[tool.incall.overrides]]"
CODE_LISTS = ("select", "extend-select", "ignore", "extend-ignore")
_EXCLUDES = ("exclude", "extend-exclude")
_PER_FILE_IGNORES = "per-file-ignores"
_OVERRIDES = "overrides"
# `paths` of the table names in-call functions; in an override it can only mean the files.
_FILES = ("files", "paths")
_PREFIX = "incall-"

FileIgnores = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file.

    Attributes:
        values: Values by field of `Options`.
        codes: Beginnings of codes by the name of their list.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Override:
    """Options of the files that globs match.

    Attributes:
        files: The globs; a folder stands for all below it.
        section: The options.
    """

    files: tuple[str, ...]
    section: Section


@dataclass(frozen=True, slots=True)
class Table:
    """The whole configuration of a `pyproject.toml`.

    Attributes:
        path: The file.
        section: The options of all files.
        per_file_ignores: Globs, and the beginnings of the codes that are ignored in the files that they match.
        exclude: Globs of files and folders that are not checked.
        overrides: Options of some files; of two the later decides.
    """

    path: str
    section: Section = Section()
    per_file_ignores: FileIgnores = ()
    exclude: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()

    def code_lists(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Return every list of codes with the place where it is written."""
        yield from ((f"{TABLE} {name}", codes) for name, codes in self.section.codes.items())
        yield from ((f"{TABLE} {_PER_FILE_IGNORES}", codes) for _, codes in self.per_file_ignores)
        for override in self.overrides:
            yield from ((f"{OVERRIDES} {name}", codes) for name, codes in override.section.codes.items())


def find_table(folder: str) -> Table | None:
    """Read the nearest `pyproject.toml` with a `[tool.incall]` table, from a folder upwards.

    Raises:
        OptionError: The file does not parse, or has an unknown key or a value of the wrong type.
    """
    for parent in folders_upwards(folder):
        path = os.path.join(parent, "pyproject.toml")
        table = _load(path)
        if table is not None:
            try:
                return _read(table, path)
            except OptionError as error:
                raise OptionError(f"{path}: {error}") from error
    return None


def folders_upwards(folder: str) -> Iterator[str]:
    """Return a folder, its parent, and so on: as far as flake8 looks for its files."""
    folder, home = os.path.abspath(folder), os.path.realpath(os.path.expanduser("~"))
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder or os.path.realpath(parent) == home:
            return
        folder = parent


def _load(path: str) -> dict[str, Any] | None:
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
        raise OptionError(f"{path}: tool.incall is not a table; write {TABLE} with its keys below")
    return table


def _read(table: dict[str, Any], path: str) -> Table:
    folder = os.path.dirname(path)
    more = (*_EXCLUDES, _PER_FILE_IGNORES, _OVERRIDES)
    entries = _by_name(table, TABLE, more)
    exclude = [glob for name in _EXCLUDES for glob in string_list(name)(entries.get(name, []))]
    overrides = entries.get(_OVERRIDES, [])
    if not isinstance(overrides, list) or not all(isinstance(item, dict) for item in overrides):
        raise OptionError(f"{TABLE} {_OVERRIDES}: expected tables, each written as {OVERRIDES}")
    return Table(
        path,
        _section(entries, folder),
        tuple((_absolute(glob, folder), codes) for glob, codes in _file_ignores(entries.get(_PER_FILE_IGNORES, {}))),
        tuple(_absolute(glob, folder) for glob in exclude),
        tuple(_override(item, folder) for item in overrides),
    )


def _override(table: dict[str, Any], folder: str) -> Override:
    entries = _by_name({key: value for key, value in table.items() if key not in _FILES}, OVERRIDES, _FILES)
    if "incall-paths" in entries:
        raise OptionError(f"{OVERRIDES} incall-paths: it names files itself; write it in {TABLE}")
    named = [key for key in _FILES if key in table]
    if len(named) != 1:
        fault = f"says {' and '.join(map(repr, named))}, which is one option" if named else "has no 'files'"
        raise OptionError(f"{OVERRIDES} {fault}; write the globs of its files, such as files = ['agents/']")
    files = string_list(f"{OVERRIDES} {named[0]}")(table[named[0]])
    if not files:
        raise OptionError(f"{OVERRIDES} {named[0]} is empty; write the globs of its files")
    return Override(tuple(_absolute(glob, folder) for glob in files), _section(entries, folder))


def read_section(table: dict[str, Any], title: str, folder: str) -> Section:
    """Read options and lists of codes as `[tool.incall]` has them.

    Args:
        table: They, by name.
        title: What they are called in errors.
        folder: The folder from which paths are taken.

    Raises:
        OptionError: A key is unknown, or a value is of the wrong type.
    """
    return _section(_by_name(table, title, ()), folder)


def _by_name(table: dict[str, Any], title: str, more: tuple[str, ...]) -> dict[str, Any]:
    """Return the entries of a table by the full name of their option.

    Raises:
        OptionError: A key is unknown, or names an option once more.
    """
    names = {option.name.removeprefix(_PREFIX): option.name for option in DECLARED}
    names |= {option.name: option.name for option in DECLARED}
    names |= {name: name for name in (*CODE_LISTS, *more)}
    entries: dict[str, Any] = {}
    written: dict[str, str] = {}
    for key, value in table.items():
        name = names.get(key.replace("_", "-"))
        if name is None:
            known = [*(option.name.removeprefix(_PREFIX) for option in DECLARED), *CODE_LISTS, *more]
            hint = nearest(key, known) or f", known are {', '.join(known)}"
            raise OptionError(f"{title} has an unknown key {key!r}{hint}")
        if name in entries:
            raise OptionError(f"{title} says {written[name]!r} and {key!r}, which is one option")
        entries[name], written[name] = value, key
    return entries


def _section(entries: Mapping[str, Any], folder: str) -> Section:
    options = {option.name: option for option in DECLARED}
    values = {options[name].field: _value(options[name], v, folder) for name, v in entries.items() if name in options}
    return Section(values, {name: string_list(name)(entries[name]) for name in CODE_LISTS if name in entries})


def _value(option: Option, value: Any, folder: str) -> Any:
    value = option.convert(value)
    if not option.is_path:
        return value
    if isinstance(value, str):
        return os.path.abspath(os.path.join(folder, value)) if value else ""
    return tuple(_absolute(glob, folder) for glob in value)


def _absolute(glob: str, folder: str) -> str:
    return os.path.abspath(os.path.join(folder, glob)) if "/" in glob else glob


def _file_ignores(value: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Read `per-file-ignores`: a table from glob to codes, or the text or the lines that flake8 takes."""
    if isinstance(value, dict):
        for globs, codes in value.items():
            for glob in string_list(_PER_FILE_IGNORES)(globs):
                yield glob, string_list(_PER_FILE_IGNORES)(codes)
        return
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise _not_file_ignores(value)
    for line in filter(str.strip, lines):
        globs, colon, codes = line.partition(":")
        if not (colon and globs.strip() and codes.strip()):
            raise _not_file_ignores(line)
        yield from ((glob, tuple(_words(codes))) for glob in _words(globs))


def _words(text: str) -> Iterable[str]:
    return text.replace(",", " ").split()


def _not_file_ignores(value: Any) -> OptionError:
    example = '{ "tests/*" = ["CAL303"] }'
    return OptionError(f"{_PER_FILE_IGNORES}: expected globs with codes such as {example}, got {value!r}")
