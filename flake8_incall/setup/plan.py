"""What `init` changes in a project."""

from __future__ import annotations

import configparser
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.options import OptionError
from flake8_incall.setup.ci_files import GITHUB_WORKFLOW, GITLAB_FILE, Service, github_workflow, gitlab_job
from flake8_incall.setup.ini_files import flake8_section, with_entry, with_words, words
from flake8_incall.setup.survey import Survey
from flake8_incall.setup.toml_files import with_flake8, with_incall, with_ruff
from flake8_incall.setup.yaml_files import with_hooks, with_job

_INI_FILES = ("setup.cfg", "tox.ini", ".flake8")
_RUFF_FILES = (".ruff.toml", "ruff.toml")
_PYPROJECT, _PRE_COMMIT = "pyproject.toml", ".pre-commit-config.yaml"


@dataclass(slots=True)
class Plan:
    """The files of a project as they are, and as they are to be.

    Attributes:
        root: The project.
        before: Texts of the files that were looked at, by name; an empty text for one that is not there.
        after: Their new texts.
    """

    root: Path
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """The names of the files that change."""
        return [name for name, text in self.after.items() if text != self.before[name]]

    def exists(self, name: str) -> bool:
        """Return whether a file is there."""
        return (self.root / name).exists()

    def text(self, name: str) -> str:
        """Return the text of a file as it is to be.

        Raises:
            OptionError: The file cannot be read.
        """
        if name not in self.after:
            self.before[name] = self.after[name] = self._read(name)
        return self.after[name]

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Change the text of a file.

        Raises:
            OptionError: The file cannot be read or parsed.
        """
        text = self.text(name)
        has_carriage_returns = "\r\n" in text
        try:
            changed = change(text.replace("\r\n", "\n"))
            self.after[name] = changed.replace("\n", "\r\n") if has_carriage_returns else changed
        except (configparser.Error, TypeError, ValueError) as error:
            if isinstance(error, OptionError):
                raise
            raise OptionError(f"{self.root / name}: cannot be extended: {' '.join(str(error).split())}") from error

    def _read(self, name: str) -> str:
        path = self.root / name
        if not path.exists():
            return ""
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return file.read()
        except (OSError, UnicodeError) as error:
            raise OptionError(f"{path}: cannot be read: {error}; save it as UTF-8") from error


def make_plan(root: Path, found: Survey, service: Service | None, profile: str | None = None) -> Plan:
    """Plan what a project needs.

    Args:
        root: The project.
        found: What it holds.
        service: Where its CI runs; `None` for no job.
        profile: The profile to set; without, the one that fits what the project holds.

    Raises:
        OptionError: A file cannot be read or parsed.
    """
    plan = Plan(root)
    builtins = sorted(INJECTED) if found.has_snippets else []
    chosen = profile or (None if found.is_empty else found.profile)
    _flake8(plan, chosen, [] if profile else found.agent_globs, builtins)
    for name in (_PYPROJECT, *_RUFF_FILES):
        if plan.exists(name):
            plan.edit(name, partial(with_ruff, builtins=builtins, is_pyproject=name == _PYPROJECT))
    plan.edit(_PRE_COMMIT, lambda text: with_hooks(text, str(root / _PRE_COMMIT)))
    if service == "github" and not _has_workflow(root):
        plan.edit(GITHUB_WORKFLOW, lambda text: text or github_workflow())
    elif service == "gitlab":
        plan.edit(GITLAB_FILE, lambda text: with_job(text, str(root / GITLAB_FILE), gitlab_job()))
    return plan


def _flake8(plan: Plan, chosen: str | None, agents: Sequence[str], builtins: Sequence[str]) -> None:
    """Set the profile, the names that the platform injects, and our codes where others are selected."""
    table = _flake8_table(plan)
    home = None if table is not None else _flake8_home(plan)
    entries = table if table is not None else (flake8_section(plan.text(home)) or {}) if home else {}
    is_in_pyproject = bool(agents) or (home is None and plan.exists(_PYPROJECT))
    own = _tool_table(plan, "incall") or {}
    is_set = "incall-profile" in entries or not {"profile", "incall-profile"}.isdisjoint(own)
    profile = None if is_set else chosen
    if is_in_pyproject and (profile or agents):
        plan.edit(_PYPROJECT, partial(with_incall, profile=profile, agents=agents))
    elif profile is not None:
        home = home or ".flake8"
        plan.edit(home, lambda text: with_entry(text, "incall-profile", [profile]))
    lists = _missing(entries, builtins)
    if table is not None:
        plan.edit(_PYPROJECT, lambda text: with_flake8(text, lists) if lists else text)
        return
    for key, more in lists.items():
        home = home or ".flake8"
        change = with_words if key in entries else _with_list
        plan.edit(home, partial(change, key=key, more=more))


def _missing(entries: dict[str, Any], builtins: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return what lists of flake8's configuration lack."""
    there = {key: words(value) if isinstance(value, str) else list(value) for key, value in entries.items()}
    lists: dict[str, Sequence[str]] = {}
    codes = (*there.get("select", ()), *there.get("extend-select", ()))
    if there.get("select") and not any(code.startswith("CAL") or "CAL".startswith(code) for code in codes):
        lists["select"] = ["CAL"]
    missing = [name for name in builtins if name not in there.get("builtins", ())]
    return {**lists, **({"builtins": missing} if missing else {})}


def _with_list(text: str, key: str, more: Sequence[str]) -> str:
    return with_entry(text, key, textwrap.wrap(", ".join(more), 96))


def _flake8_home(plan: Plan) -> str | None:
    """Return the file that flake8 reads its options from; it takes the first that has a section for it."""
    for name in _INI_FILES:
        if not plan.exists(name):
            continue
        try:
            if flake8_section(plan.text(name)) is not None:
                return name
        except configparser.Error as error:
            if "[flake8" in plan.text(name):
                message = " ".join(str(error).split())
                raise OptionError(f"{plan.root / name}: cannot be parsed: {message}") from error
    return None


def _flake8_table(plan: Plan) -> dict[str, Any] | None:
    """Return `[tool.flake8]`, where Flake8-pyproject is installed to read it."""
    return None if find_spec("flake8p") is None else _tool_table(plan, "flake8")


def _tool_table(plan: Plan, name: str) -> dict[str, Any] | None:
    """Return a table of the tools in `pyproject.toml`, with `-` in the names of its keys."""
    if not plan.exists(_PYPROJECT):
        return None
    import tomllib

    try:
        table = tomllib.loads(plan.text(_PYPROJECT)).get("tool", {}).get(name)
    except ValueError as error:
        raise OptionError(f"{plan.root / _PYPROJECT}: is not valid TOML: {error}") from error
    return {key.replace("_", "-"): value for key, value in table.items()} if isinstance(table, dict) else None


def _has_workflow(root: Path) -> bool:
    """Return whether a workflow mentions this project."""
    for path in sorted((root / ".github" / "workflows").glob("*.y*ml")):
        try:
            if "flake8-incall" in path.read_text(encoding="utf-8", errors="replace"):
                return True
        except OSError:
            continue
    return False
