"""A folder's settings, and checks with them: the same as `flake8-incall check` does in that folder."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flake8_incall.baseline import located
from flake8_incall.configuration import resolve
from flake8_incall.diagnostics import Diagnostic
from flake8_incall.flake8_host import is_passed_over, load_options
from flake8_incall.model.documents.first_look import may_hold_functions
from flake8_incall.new_findings import new_findings
from flake8_incall.options import DECLARED
from flake8_incall.pyproject import folders_upwards, read_section
from flake8_incall.runner import Checker, FileReport, Judge, Run
from flake8_incall.selectors import check_codes, check_selection

SETTINGS_FILES = ("pyproject.toml", "setup.cfg", "tox.ini", ".flake8")
_SECTION = "the editor's section incall"
# By file: when it was changed, and its size; nothing for one that does not exist.
_State = dict[str, tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A document as a worker is told of it.

    Attributes:
        folder: The folder whose settings count; an absolute path.
        settings: The options that the editor sets, by the names of `[tool.incall]`.
        name: The document's name from that folder, as findings have it.
        is_json: Whether it is a function document.
        content: Its text.
    """

    folder: str
    settings: Mapping[str, Any] = field(hash=False)
    name: str
    is_json: bool
    content: str


class Project:
    """A folder with its settings. It works in that folder: it has to be the working directory."""

    def __init__(self, settings: Mapping[str, Any], judge: Judge) -> None:
        """Read the settings.

        Args:
            settings: The options that the editor sets, by the names of `[tool.incall]`; they go before all files.
            judge: How the engine is asked.

        Raises:
            OptionError: A file or an option is not valid.
        """
        told = _told(settings)
        values = load_options({**told, "filenames": ["."]})
        self.run = Run(resolve(values, told), values, told)
        check_selection(self.run.host)
        self._new = new_findings(self.run)
        self._checker = Checker(self.run, judge)
        self._state = _state(self._files())

    @property
    def is_outdated(self) -> bool:
        """Whether a file of the settings is not what it was."""
        return self._state != _state(self._files())

    def check(self, subject: Subject) -> FileReport | None:
        """Check a document.

        Returns:
            What came of it; `None` for one that a run over the folder does not check.

        Raises:
            SyntaxError: It is no Python.
        """
        configuration = self.run.configuration
        if is_passed_over(self.run.flake8, subject.name, configuration.is_excluded):
            return None
        if subject.is_json:
            text = subject.content.removeprefix("\ufeff")
            if not may_hold_functions(text):
                return None
            return self._checker.check_document(subject.name, text)
        return self._checker.check_python(subject.name, list(io.StringIO(subject.content, newline=None)))

    def new(self, name: str, found: list[Diagnostic]) -> list[Diagnostic]:
        """The findings that are not in the baseline of a file."""
        baseline = self._new.baseline_for(name) if self._new else None
        return baseline.compare(name, found).new if baseline else found

    def honors_noqa(self, name: str) -> bool:
        """Whether comments of a file suppress findings in it."""
        profile = self.run.configuration.options_for(name).profile
        return profile != "gate" and not self.run.flake8.disable_noqa

    def _files(self) -> Iterator[str]:
        """The files that decide what is found."""
        for folder in folders_upwards(os.curdir):
            yield from (os.path.join(folder, name) for name in SETTINGS_FILES)
        configuration = self.run.configuration
        sections = (configuration.table.section, *(one.section for one in configuration.table.overrides))
        layers: list[Mapping[str, Any]] = [_fields_of(configuration.options), *(section.values for section in sections)]
        for option in DECLARED:
            named = {layer.get(option.field) for layer in layers if option.is_path and not option.is_list}
            for path in sorted(filter(None, named)):
                yield from _files_of(located(path, configuration.root))


def _fields_of(options: object) -> dict[str, Any]:
    """The options by their fields."""
    return {option.field: getattr(options, option.field) for option in DECLARED}


def _files_of(path: str) -> Iterator[str]:
    """A file; of a folder, it and all below it."""
    yield path
    for folder, folders, names in os.walk(path):
        yield from (os.path.join(folder, name) for name in sorted((*folders, *names)))


def _state(paths: Iterator[str]) -> _State:
    return {path: _stamp(path) for path in paths}


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _told(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The options that an editor sets, by flake8's names.

    Raises:
        OptionError: One does not exist, or has a value that it does not take.
    """
    given = {name: value for name, value in settings.items() if value is not None}
    section = read_section(given, _SECTION, os.curdir)
    for name, codes in section.codes.items():
        check_codes(f"{_SECTION}: {name}", codes)
    names = {option.field: option.name for option in DECLARED}
    told = {names[field]: value for field, value in section.values.items()}
    told |= {name: list(codes) for name, codes in section.codes.items()}
    return {name.replace("-", "_"): value for name, value in told.items()}
