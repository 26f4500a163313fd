"""What flake8 does around its plugins, done by flake8 itself: options, files, reading, suppressions.

Our own command gives the same findings as flake8 because it asks flake8. Everything that the project uses of
flake8's inside (7.1 to 7.x) is in this file.
"""

from __future__ import annotations

import configparser
import logging
import os
from argparse import SUPPRESS, Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from flake8.exceptions import ExecutionError
from flake8.formatting.default import Nothing
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options.aggregator import aggregate_options
from flake8.options.config import load_config
from flake8.options.manager import OptionManager
from flake8.processor import FileProcessor
from flake8.style_guide import StyleGuideManager
from flake8.utils import fnmatch, matches_filename

from flake8_incall import __version__
from flake8_incall.configuration import check_entries, flake8_config, flake8_table
from flake8_incall.diagnostics import Diagnostic
from flake8_incall.options import DECLARED, OptionError
from flake8_incall.plugin import InCallPlugin
from flake8_incall.reading import holds_installed_packages, list_folder
from flake8_incall.selectors import check_selectors

_log = logging.getLogger(__name__)
# What our command takes over from flake8 with the same name, meaning and help.
_TAKEN_OVER = frozenset(
    {
        *(f"--{option.name}" for option in DECLARED),
        "--disable-noqa",
        "--exclude",
        "--extend-exclude",
        "--extend-ignore",
        "--extend-select",
        "--filename",
        "--ignore",
        "--jobs",
        "--per-file-ignores",
        "--select",
        "--stdin-display-name",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """Files and folders that the paths of a run lead to.

    Attributes:
        files: The files, in the order in which flake8 reports them.
        left_out: Folders of installed packages, which were not looked into.
        excluded: Paths that were named, and are excluded by the options.
        other_json: JSON files below folders that are not function documents.
    """

    files: list[str]
    left_out: list[str]
    excluded: list[str]
    other_json: list[str] = field(default_factory=list)


def command_line_options() -> Iterator[tuple[list[str], dict[str, Any]]]:
    """The options that our command takes over: their flags, and the keywords with which `argparse` adds them.

    An option that the command line does not set is left out of the result: its default is a matter of
    `load_options`.
    """
    for option in _manager().options:
        flags, keywords = option.to_argparse()
        if _TAKEN_OVER.isdisjoint(flags):
            continue
        text = keywords["help"].replace("%(default)s", str(keywords.get("default")))
        yield flags, {**keywords, "help": text, "default": SUPPRESS}
    # These flake8 reads before all others.
    yield ["--config"], {"metavar": "FILE", "help": "The configuration file of flake8.", "default": SUPPRESS}
    yield (
        ["--append-config"],
        {
            "metavar": "FILE",
            "action": "append",
            "help": "One more, which goes before it.",
            "default": SUPPRESS,
        },
    )
    yield (
        ["--isolated"],
        {
            "action": "store_true",
            "help": "Read no configuration file, nor pyproject.toml.",
            "default": SUPPRESS,
        },
    )


def load_options(told: dict[str, Any]) -> Namespace:
    """Merge the command line over flake8's own configuration files.

    Args:
        told: What the command line sets, by flake8's names.

    Returns:
        What flake8 would work with, for its own options and those of this plugin.

    Raises:
        OptionError: A file is missing or does not parse, or a key or value is not known.
    """
    manager = _manager()
    # An option's text values go through `argparse`, which would end the process.
    manager.parser.error = _refuse
    path = told.get("config")
    is_isolated = told.get("isolated", False)
    if path is None and not is_isolated:
        path = flake8_config(os.curdir)
    try:
        cfg, folder = load_config(path, told.get("append_config", []), isolated=is_isolated)
        table = None if is_isolated else flake8_table(os.curdir)
        if table is not None:
            path, cfg, folder = os.path.abspath("pyproject.toml"), table, os.path.abspath(os.curdir)
        check_entries(cfg)
        values = aggregate_options(manager, cfg, folder, [])
        check_selectors(values, is_shared=True)
        # From here on, it is the command line that is wrong.
        path = "command line"
        check_selectors(told, is_shared=False)
    except (configparser.Error, ValueError, ExecutionError) as error:
        raise OptionError(f"{path or 'configuration'}: {_one_line(error)}") from error
    vars(values).update(told)
    return values


def find_files(
    values: Namespace,
    more_patterns: tuple[str, ...] = (),
    is_left_out: Callable[[str], bool] = lambda path: False,
) -> Found:
    """The files that flake8 would check, but for those of installed packages, and folders that cannot be listed.

    flake8 passes over a folder that it cannot list in silence. As a path of its own, it is said of it that it cannot
    be read.

    Args:
        values: flake8's options; `filenames` has files, folders and `-` for standard input.
        more_patterns: Globs of file names that are also taken from folders.
        is_left_out: Whether a file or folder is excluded by other options than flake8's.
    """
    patterns = [*values.filename, *more_patterns]

    def is_excluded(path: str) -> bool:
        return _is_excluded(values, path) or is_left_out(path)

    found: dict[str, None] = {}
    left_out: dict[str, None] = {}
    excluded = []
    for path in values.filenames:
        if is_excluded(display_name(values, path)) and (path != "-" or values.stdin_display_name != "stdin"):
            excluded.append(path)
        elif os.path.isdir(path):
            listing = list_folder(path, is_excluded=is_excluded)
            found |= dict.fromkeys(file for file in listing.files if fnmatch(file, patterns))
            found |= dict.fromkeys(listing.unlisted)
            left_out |= dict.fromkeys(listing.installed)
        else:
            found[path] = None
    return Found(sorted(found, key=lambda path: display_name(values, path)), list(left_out), excluded)


def is_passed_over(values: Namespace, path: str, is_left_out: Callable[[str], bool]) -> bool:
    """Whether a run over the working directory does not come to a file: it, or a folder above it, is left out.

    Args:
        values: flake8's options.
        path: The file, by its name from the working directory.
        is_left_out: Whether a file or folder is excluded by other options than flake8's.
    """
    parts = path.split(os.sep)
    above = [os.sep.join(parts[:count]) for count in range(1, len(parts))]
    return any(map(holds_installed_packages, filter(None, above))) or any(
        _is_excluded(values, part) or is_left_out(part) for part in (*filter(None, above), path)
    )


def _is_excluded(values: Namespace, path: str) -> bool:
    return bool(matches_filename(path, (*values.exclude, *values.extend_exclude), "%(path)s", _log))


def display_name(values: Namespace, path: str) -> str:
    """What a path is called in diagnostics."""
    return values.stdin_display_name or "stdin" if path == "-" else path


def job_count(values: Namespace) -> int | None:
    """How many processes were asked for; `None` for `auto`."""
    return None if values.jobs.is_auto else max(1, values.jobs.n_jobs)


def without_suppressions(values: Namespace, told: Mapping[str, Any]) -> Namespace:
    """Return options without all by which the author of a file can hide a finding.

    Args:
        values: flake8's options.
        told: What the command line sets, by flake8's names; who runs the command may still select.
    """
    open_values = Namespace(**vars(values))
    open_values.disable_noqa = True
    open_values.ignore, open_values.extend_ignore, open_values.per_file_ignores = [], [], ""
    open_values.select, open_values.extend_select = told.get("select"), told.get("extend_select")
    return open_values


class Source:
    """The text of a file as flake8 hands it to its plugins.

    Attributes:
        lines: The lines with their line ends, without byte order mark.
    """

    def __init__(self, path: str, lines: list[str], values: Namespace) -> None:
        self._processor = FileProcessor(path, values, lines)
        self.lines: list[str] = self._processor.lines

    @property
    def is_opted_out(self) -> bool:
        """Whether the file says `# flake8: noqa` and that is honoured."""
        return self._processor.should_ignore_file()

    def noqa_line(self, line: int) -> str | None:
        """The text in which a `noqa` comment for a line is looked for: more lines around a long string."""
        return self._processor.noqa_line_for(line)


class Suppressions:
    """Which findings flake8 would show: by `select`, `ignore`, `per-file-ignores` and `noqa`."""

    def __init__(self, values: Namespace) -> None:
        self._guides = StyleGuideManager(values, Nothing(values))

    def keep(self, diagnostic: Diagnostic, noqa_line: str | None) -> bool:
        """Whether a finding is shown.

        Args:
            diagnostic: The finding.
            noqa_line: Where a `noqa` comment may stand; an empty text where none can.
        """
        return bool(
            self._guides.handle_error(
                code=diagnostic.code,
                filename=diagnostic.path,
                line_number=diagnostic.start.line,
                column_number=diagnostic.start.column,
                text=diagnostic.message,
                physical_line=noqa_line,
            )
        )


def _manager() -> OptionManager:
    manager = OptionManager(
        version=__version__, plugin_versions="", parents=[stage1_arg_parser()], formatter_names=["default"]
    )
    register_default_options(manager)
    InCallPlugin.add_options(manager)
    manager.extend_default_select(["CAL"])
    return manager


def _refuse(message: str) -> NoReturn:
    raise OptionError(message)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
