"""The options of a run, file by file: command line, overrides, flake8's files and `[tool.incall]`, in this order."""

from __future__ import annotations

import argparse
import configparser
import os
import sys
from argparse import Namespace
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

from flake8_incall.options import DECLARED, OptionError, Options, Selection, nearest
from flake8_incall.pyproject import CODE_LISTS, FileIgnores, Section, Table, find_table, folders_upwards
from flake8_incall.selectors import check_codes, check_selectors

_FLAKE8_NAMES = ("setup.cfg", "tox.ini", ".flake8")
# The options of flake8 that `[tool.incall]` has too.
_SHARED = (*CODE_LISTS, "per-file-ignores", "exclude")


@dataclass(frozen=True)
class Configuration:
    """What a run is asked to do.

    Attributes:
        root: The folder of the configuration file, from which globs are taken; the working directory without.
        table: What `pyproject.toml` says.
        given: What the command line and flake8's files say, by field of `Options`.
        told: The fields of `Options`, and the shared options of flake8, that the command line sets.
        lists: flake8's lists of codes by name, from its files and the command line.
        host_ignores: flake8's `per-file-ignores`.
    """

    root: str
    table: Table
    given: Mapping[str, Any] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    host_ignores: FileIgnores = ()
    _built: dict[Any, Options] = field(default_factory=dict, compare=False)

    @property
    def options(self) -> Options:
        """The options of a file that no override and no `per-file-ignores` is about."""
        return self._options((), (), ())

    def options_for(self, path: str) -> Options:
        """Return the options of a file, by the name that it has in diagnostics."""
        if not (self.table.overrides or self.table.per_file_ignores or self.host_ignores):
            return self.options
        overrides = tuple(i for i, one in enumerate(self.table.overrides) if self._matches(path, one.files))
        return self._options(
            overrides, self._ignored(path, self.table.per_file_ignores), self._ignored(path, self.host_ignores)
        )

    def is_excluded(self, path: str) -> bool:
        """Return whether `exclude` of `[tool.incall]` leaves out a file or folder."""
        return bool(self.table.exclude) and "exclude" not in self.told and self._matches(path, self.table.exclude)

    def profiles(self) -> set[str]:
        """Return the profiles that files of the run can have."""
        return {options.profile for options in self.variants()}

    def baselines(self) -> set[str]:
        """Return the paths of the baselines that files of the run can have."""
        return {options.baseline for options in self.variants()} - {""}

    def variants(self) -> tuple[Options, ...]:
        """Return the options of files that no override is about, and with each override alone."""
        return (self.options, *(self._options((i,), (), ()) for i in range(len(self.table.overrides))))

    def _matches(self, path: str, globs: tuple[str, ...]) -> bool:
        from flake8_incall.model.code.paths import matches

        return matches(path, globs, self.root)

    def _ignored(self, path: str, ignores: FileIgnores) -> tuple[str, ...]:
        return tuple(code for glob, codes in ignores if self._matches(path, (glob,)) for code in codes)

    def _options(self, overrides: tuple[int, ...], ignored: tuple[str, ...], host_ignored: tuple[str, ...]) -> Options:
        key = (overrides, ignored, host_ignored)
        if key not in self._built:
            self._built[key] = self._build([self.table.overrides[i].section for i in overrides], ignored, host_ignored)
        return self._built[key]

    def _build(self, overrides: list[Section], ignored: tuple[str, ...], host_ignored: tuple[str, ...]) -> Options:
        values = {**self.table.section.values, **self.given}
        for section in overrides:
            values |= {name: value for name, value in section.values.items() if name not in self.told}
        options = Options(**values, root=self.root)
        told = {name: codes for name, codes in self.lists.items() if name in self.told}
        if options.profile == "gate":
            # The author of the files may have written the configuration too: only the command line selects.
            chosen = _selection([told], is_gate=True)
            baseline = options.baseline if "baseline" in self.told else ""
            ignored_rules = options.ignore_rules if "ignore_rules" in self.told else ()
            return replace(
                options, selection=chosen, host_selection=chosen, baseline=baseline, ignore_rules=ignored_rules
            )
        if "per-file-ignores" in self.told:
            ignored = ()
        lists = [self.table.section.codes, *(section.codes for section in overrides), told]
        return replace(
            options, selection=_selection(lists, ignored), host_selection=_selection([self.lists], host_ignored)
        )


def _selection(
    layers: Iterable[Mapping[str, tuple[str, ...]]], ignored: tuple[str, ...] = (), *, is_gate: bool = False
) -> Selection:
    """Merge lists of codes: a later one replaces the earlier, an `extend-` list adds to them."""
    merged: dict[str, tuple[str, ...]] = dict.fromkeys(CODE_LISTS, ())
    for layer in layers:
        for name, codes in layer.items():
            merged[name] = (*merged[name], *codes) if name.startswith("extend-") else codes
    hidden = () if is_gate else (*merged["ignore"], *merged["extend-ignore"], *ignored)
    return Selection(merged["select"], merged["extend-select"], hidden)


def resolve(values: Namespace, told: Collection[str] | None = None) -> Configuration:
    """Build the configuration of a run.

    Args:
        values: What the command line and flake8's own files say, by flake8's names; `None` where nothing.
        told: flake8's names of what the command line sets; without, the arguments of the process are read.

    Raises:
        OptionError: A value is not of its option's type, or a configuration file is not valid.
    """
    # flake8 reads this flag before its plugins are there and hands it to none of them.
    is_isolated = getattr(values, "isolated", False) or "--isolated" in sys.argv
    table = None if is_isolated else find_table(os.curdir)
    root = os.path.dirname(table.path if table else "" if is_isolated else _readable_flake8_config() or "")
    if table is not None:
        for place, codes in table.code_lists():
            check_codes(f"{table.path}: {place}", codes)
    if told is None:
        _check_host(values, is_isolated=is_isolated)
        told = _told_to_flake8() if table or values.incall_profile == "gate" else ()
    named = {name.replace("_", "-") for name in told}
    fields = {option.field for option in DECLARED if option.name in named}
    configuration = Configuration(
        os.path.abspath(root),
        table or Table(""),
        dict(_given(values)),
        frozenset({*fields, *named.intersection(_SHARED)}),
        {name: tuple(getattr(values, name.replace("-", "_"), None) or ()) for name in CODE_LISTS},
        tuple(_host_ignores(values)),
    )
    _try_catalogues(configuration)
    _try_rules(configuration)
    return configuration


def _given(values: Namespace) -> Iterable[tuple[str, Any]]:
    for option in DECLARED:
        value = getattr(values, option.name.replace("-", "_"))
        if value is not None:
            yield option.field, option.convert(value)


def _host_ignores(values: Namespace) -> Iterable[tuple[str, tuple[str, ...]]]:
    written = getattr(values, "per_file_ignores", None)
    if written:
        from flake8.utils import parse_files_to_codes_mapping

        for glob, codes in parse_files_to_codes_mapping(written):
            yield glob, tuple(codes)


def _try_catalogues(configuration: Configuration) -> None:
    """Read a user's tables now: what is wrong with them is said once, not for every file."""
    sections = (configuration.table.section, *(one.section for one in configuration.table.overrides))
    written = {configuration.options.catalogue, *(str(section.values.get("catalogue", "")) for section in sections)}
    for path in sorted(filter(None, written)):
        from pathlib import Path

        from flake8_incall.catalogue import CatalogueError, load

        try:
            load(Path(path))
        except CatalogueError as error:
            raise OptionError(f"incall-catalogue: {error}") from error


def _try_rules(configuration: Configuration) -> None:
    """Load the project's own rules now: what is wrong with them is said once, not for every file."""
    variants = configuration.variants()
    if not any(options.rules or options.ignore_rules for options in variants):
        return
    from flake8_incall.project_rules.loading import check_ignored, load_rules, located

    sets = [load_rules(located(options.rules, options.root)) for options in variants if options.rules]
    known = {name for rules in sets for name in rules.ids}
    # An override may switch off a rule that only another one loads.
    check_ignored(tuple(dict.fromkeys(name for options in variants for name in options.ignore_rules)), known)


# What flake8 reads


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


def flake8_table(folder: str) -> configparser.RawConfigParser | None:
    """Read `[tool.flake8]` as Flake8-pyproject does, where it is installed: it goes before flake8's files.

    Args:
        folder: The folder of the `pyproject.toml`; no folder above it counts.

    Raises:
        OptionError: The file is not valid TOML, or a value has a type that flake8 cannot read.
    """
    path = os.path.join(folder, "pyproject.toml")
    if not os.path.exists(path) or find_spec("flake8p") is None:
        return None
    with open(path, "rb") as file:
        data = file.read()
    if b"flake8" not in data:
        return None
    import tomllib

    try:
        table = tomllib.loads(data.decode()).get("tool", {}).get("flake8")
    except ValueError as error:
        raise OptionError(f"{path}: is not valid TOML: {error}") from error
    if not isinstance(table, dict):
        return None
    cfg = configparser.RawConfigParser()
    cfg.add_section("flake8")
    for key, value in table.items():
        if not isinstance(value, str | bool | int | float | list):
            raise OptionError(f"{path}: [tool.flake8] {key}: expected a string, a number or a list")
        # As Flake8-pyproject does: flake8 itself reads a list where it expects one.
        cfg.set("flake8", key, value if isinstance(value, list) else str(value))  # type: ignore[arg-type]
    return cfg


def check_entries(cfg: configparser.RawConfigParser) -> None:
    """Refuse what a configuration file of flake8 says wrongly about the options of this plugin.

    Raises:
        OptionError: A key is unknown, or a value is not of its option's type.
    """
    options = {option.name: option for option in DECLARED}
    for key, value in cfg["flake8"].items() if "flake8" in cfg else ():
        name = key.replace("_", "-")
        if name in options:
            options[name].convert(value)
        elif name.startswith("incall-"):
            raise OptionError(f"unknown option {key!r}{nearest(name, options)}")


def _readable_flake8_config() -> str | None:
    try:
        return flake8_config(os.curdir)
    except OptionError:
        # Under flake8, which has passed over it.
        return None


def _check_host(values: Namespace, *, is_isolated: bool) -> None:
    """Check what flake8 itself does not: keys that look like ours, and codes that name no rule."""
    path = None if is_isolated else _readable_flake8_config()
    try:
        if path is not None:
            cfg = configparser.RawConfigParser()
            cfg.read(path, encoding="UTF-8")
            check_entries(cfg)
        check_selectors(values, is_shared=True)
    except OptionError as error:
        raise OptionError(f"{path or 'configuration'}: {error}") from error


def _told_to_flake8() -> set[str]:
    """The options that were given to flake8 on its command line; plugins are not told."""
    parser = argparse.ArgumentParser(add_help=False)
    for name in (*_SHARED, *(option.name for option in DECLARED)):
        parser.add_argument(f"--{name}", default=argparse.SUPPRESS)
    return set(vars(parser.parse_known_args(sys.argv[1:])[0]))
