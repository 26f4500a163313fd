"""The flake8 plugin: options in, findings out."""

from __future__ import annotations

import ast
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from flake8_incall import __version__
from flake8_incall.configuration import Configuration, resolve
from flake8_incall.options import DECLARED, OptionError
from flake8_incall.pyproject import Table

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager

    from flake8_incall.baseline import Baseline
    from flake8_incall.diagnostics import Diagnostic


class InCallPlugin:
    """What flake8 creates for each file; it hands over the tree and lines that all plugins share."""

    name = "flake8-incall"
    version = __version__
    configuration: ClassVar[Configuration] = Configuration("", Table(""))
    baselines: ClassVar[Mapping[str, Baseline]] = {}
    honours_noqa: ClassVar[bool] = True

    def __init__(self, tree: ast.Module, filename: str, lines: list[str]) -> None:
        self._tree = tree
        self._filename = filename
        self._lines = lines

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Declare the options to flake8."""
        for option in DECLARED:
            manager.add_option(
                f"--{option.name}",
                metavar=option.metavar,
                # Not the real default: what nobody set may still be set in `pyproject.toml`.
                default=None,
                parse_from_config=True,
                comma_separated_list=option.is_list,
                normalize_paths=option.is_path,
                help=option.help,
            )

    @classmethod
    def parse_options(cls, values: Namespace) -> None:
        """Take the options from flake8, which prints the text when one cannot be taken."""
        try:
            cls.configuration = resolve(values)
            cls.baselines = _baselines(cls.configuration)
            cls.honours_noqa = not values.disable_noqa
        except OptionError as error:
            from flake8.exceptions import ExecutionError

            raise ExecutionError(f"flake8-incall: {error}") from error

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Check the file. Columns are in characters, from 0."""
        from flake8_incall.model.code.candidates import is_candidate

        options = self.configuration.options_for(self._filename)
        if not is_candidate("".join(self._lines), self._filename, options):
            return
        if self.configuration.is_excluded(self._filename):
            return
        from flake8_incall.engine import Engine

        findings = Engine(options).check(self._filename, self._lines, self._tree).findings
        for found in self._new(findings, options.baseline):
            yield found.start.line, found.start.column, f"{found.code} {found.message}", type(self)

    def _new(self, findings: Sequence[Diagnostic], baseline: str) -> Sequence[Diagnostic]:
        """The findings that are not in the baseline; flake8 hides those with a `noqa` comment only later."""
        if not baseline:
            return findings
        from flake8_incall.model.code.noqa import Noqa

        noqa = Noqa(self._lines if self.honours_noqa else [])
        shown = [found for found in findings if not noqa.suppresses(found.code, found.start.line)]
        return self.baselines[baseline].compare(self._filename, shown).new


def _baselines(configuration: Configuration) -> Mapping[str, Baseline]:
    if not configuration.baselines():
        return {}
    from flake8_incall.baseline import load_all

    return load_all(configuration)
