"""`flake8-incall check`: findings in files and folders. Its arguments are those of every verb that reads files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

from flake8_incall.baseline import located
from flake8_incall.commands import CLEAN, COULD_NOT_RUN, FINDINGS
from flake8_incall.configuration import resolve
from flake8_incall.diagnostics import Severity
from flake8_incall.files import output
from flake8_incall.flake8_host import command_line_options, display_name, load_options
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.model.code.paths import unmatched_globs
from flake8_incall.new_findings import new_findings
from flake8_incall.options import DECLARED
from flake8_incall.progress import with_progress
from flake8_incall.pyproject import OVERRIDES
from flake8_incall.reading import files_below
from flake8_incall.reporters import FORMATS, READABLE, writer
from flake8_incall.runner import NO_FUNCTION, Run, check_files, find
from flake8_incall.selectors import check_selection
from flake8_incall.settings import settings_text
from flake8_incall.tally import Tally
from flake8_incall.terminal import printable, wants_colour

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

# A hook may name every file of a project.
_MOST_NOTES = 20

_NOTES = """\
exit status:
  0  no findings, or no files to check (reported on stderr)
  1  findings of the severity of --fail-on or above, or with --require-functions a named path without in-call functions
  2  a file could not be read or parsed, or an option is invalid; other findings are still printed

Options also come from [tool.incall] in pyproject.toml and from [flake8] in setup.cfg, tox.ini or .flake8, as
flake8 reads them. Precedence: command line, flake8 configuration files, pyproject.toml.

With --profile gate (untrusted code), suppressions in the checked files have no effect: noqa, ignore,
extend-ignore, per-file-ignores. `select` counts only on the command line. Use --isolated so the author
cannot choose the options.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("--format", choices=FORMATS, default="text", help="output format (default: text)")
    parser.add_argument("--output-file", metavar="FILE", help="write the findings to this file, not to standard output")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not print the summary")
    parser.add_argument("--statistics", action="store_true", help="print the number of findings for each rule")
    parser.add_argument(
        "--fail-on",
        choices=[severity.value for severity in Severity],
        default=Severity.WARNING.value,
        metavar="SEVERITY",
        help="exit with 1 for findings of this severity or above: error, warning (default) or information",
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    parser.add_argument("--show-settings", action="store_true", help="print the resolved options and exit")
    parser.add_argument(
        "--require-functions",
        action="store_true",
        help="exit with 1 if a named path contains no in-call function",
    )
    parser.add_argument(
        "--hook",
        action="store_true",
        help="for hooks: say what to do about findings, and nothing of files in which nothing was checked",
    )
    add_input_arguments(parser)


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a verb needs that reads files: the paths and the options of the check."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["."],
        help="a Python file, a function document (.json), a directory, or - for stdin (default: .)",
    )
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="when to use color (default: auto)",
    )
    own = {option.name for option in DECLARED}
    groups = {name: parser.add_argument_group(name) for name in ("in-call functions", "flake8 options")}
    for flags, keywords in command_line_options():
        name = flags[-1].removeprefix("--")
        if name in own:
            flags = [f"--{name.removeprefix('incall-')}", *flags]
        group = groups["in-call functions" if name in own else "flake8 options"]
        group.add_argument(*flags, **keywords, dest=_destination(flags))


def run(parsed: argparse.Namespace) -> int:
    """Print the findings, and what could not be checked."""
    run = run_of(parsed)
    check_selection(run.host)
    if parsed.show_settings:
        print(settings_text(run))
        return CLEAN
    new = new_findings(run)
    found = find(run)
    tally = Tally(notes=dict.fromkeys(found.excluded, "excluded by the options, nothing in it was checked"))
    tally.passed_over[Reason.INSTALLED] += len(found.left_out)
    tally.passed_over[Reason.NOT_A_DOCUMENT] += len(found.other_json)
    reports = _with_progress(check_files(run, found.files), len(found.files))
    if new:
        reports = new.among(reports)
    with output(parsed.output_file, found.files, kept=_baselines(run)) as stream:
        is_coloured = wants_colour(stream) if parsed.color == "auto" else parsed.color == "always"
        writer(parsed.format)(tally.count(reports), stream, is_coloured=is_coloured)
        stream.flush()
    if parsed.statistics:
        is_beside = parsed.format in READABLE and stream is sys.stdout
        _print(tally.statistics(), sys.stdout if is_beside else sys.stderr)
    _print(map(str, tally.problems), sys.stderr)
    if not parsed.quiet:
        notes = [*_unmatched(run, found.files), *_notes(parsed, run, tally), *([str(new)] if new else [])]
        is_empty = not (found.files or found.left_out or parsed.require_functions)
        _print([*notes, _no_files(parsed) if is_empty else str(tally)], sys.stderr)
    if parsed.hook:
        _print(tally.advice(), sys.stderr)
    return _status(parsed, run, tally)


def _baselines(run: Run) -> list[str]:
    return [located(path, run.options.root) for path in run.configuration.baselines()]


def _status(parsed: argparse.Namespace, run: Run, tally: Tally) -> int:
    if tally.problems:
        return COULD_NOT_RUN
    is_short = parsed.require_functions and not all(map(tally.holds_functions, _named(parsed, run)))
    is_failed = tally.has_findings_from(Severity(parsed.fail_on)) and not parsed.exit_zero
    return FINDINGS if is_failed or is_short else CLEAN


def _with_progress(reports: Iterator[FileReport], total: int) -> Iterator[FileReport]:
    return with_progress(reports, total, sys.stderr) if sys.stderr.isatty() else reports


def _named(parsed: argparse.Namespace, run: Run) -> list[str]:
    return [display_name(run.flake8, path) for path in parsed.paths]


def _notes(parsed: argparse.Namespace, run: Run, tally: Tally) -> Iterator[str]:
    """Why nothing was checked in files that the user named, and with `--require-functions` in folders."""
    if parsed.hook:
        return
    notes = {path: tally.notes.get(path, "") for path in _named(parsed, run)}
    for path, note in notes.items():
        if parsed.require_functions and not note and not tally.holds_functions(path):
            notes[path] = NO_FUNCTION
    lines = [f"{path}: {note}" for path, note in notes.items() if note]
    yield from lines[:_MOST_NOTES]
    if len(lines) > _MOST_NOTES:
        yield f"and {len(lines) - _MOST_NOTES} more named files in which nothing was checked"


def _unmatched(run: Run, paths: list[str]) -> Iterator[str]:
    places = [("incall-paths", run.options.paths)]
    places += [(f"{OVERRIDES} files", override.files) for override in run.configuration.table.overrides]
    for name, globs in places:
        for glob in unmatched_globs(replace(run.options, paths=globs), paths, files_below):
            written = os.path.relpath(glob) if os.path.isabs(glob) else glob
            yield f"{name}: {written!r} matches no file; correct it, or remove it"


def _print(lines: Iterable[str], stream: TextIO) -> None:
    for line in lines:
        print(printable(line), file=stream)


def run_of(parsed: argparse.Namespace) -> Run:
    """What the arguments, and the configuration that they lead to, ask to check."""
    known = {_destination(flags) for flags, _ in command_line_options()}
    told = {name: value for name, value in vars(parsed).items() if name in known}
    values = load_options({**told, "filenames": parsed.paths})
    return Run(resolve(values, told), values, told)


def _destination(flags: list[str]) -> str:
    return flags[-1].removeprefix("--").replace("-", "_")


def nothing_to_check(parsed: argparse.Namespace) -> int:
    """Say that the paths hold no file to check, which is no failure."""
    _print([_no_files(parsed)], sys.stderr)
    return CLEAN


def _no_files(parsed: argparse.Namespace) -> str:
    named = " ".join(parsed.paths)
    return f"no files to check in {named} (all excluded, or no Python files and function documents)"
