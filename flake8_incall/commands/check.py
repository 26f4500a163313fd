"""`flake8-incall check`: findings in files and folders. Its arguments are those of every verb that reads files."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator

from flake8_incall.commands import CLEAN, COULD_NOT_RUN, FINDINGS
from flake8_incall.configuration import resolve
from flake8_incall.flake8_host import command_line_options, display_name, load_options
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.model.code.paths import unmatched_globs
from flake8_incall.options import DECLARED
from flake8_incall.progress import with_progress
from flake8_incall.reading import files_below
from flake8_incall.reporters import FORMATS, writer
from flake8_incall.runner import NO_FUNCTION, Run, check_files, find
from flake8_incall.selectors import check_selection
from flake8_incall.tally import Tally
from flake8_incall.terminal import printable, wants_colour

# A hook may name every file of a project.
_MOST_NOTES = 20

_NOTES = """\
exit status:
  0  nothing found, or no file to check (then standard error says so)
  1  findings, or with --require-functions a named path without in-call functions
  2  something could not be read, parsed or taken as an option; findings in the rest are still printed

Options also come from [tool.incall] in pyproject.toml and from [flake8] in setup.cfg, tox.ini or .flake8, as
flake8 reads them. The command line goes before flake8's files, and these before pyproject.toml.

With the profile `gate`, which is for code that others wrote, nothing in the files of that code hides a
finding: noqa comments, ignore, extend-ignore and per-file-ignores do not count, and select only on the
command line. Use --isolated as well, so that its author does not choose the options either.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are written")
    parser.add_argument(
        "--require-functions",
        action="store_true",
        help="exit with 1 if a path that is named holds no in-call function",
    )
    add_input_arguments(parser)


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a verb needs that reads files: the paths and the options of the check."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["."],
        help="a Python file, a function document (.json), a folder, or - for standard input (default: .)",
    )
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours (default: on a terminal)",
    )
    own = {option.name for option in DECLARED}
    groups = {name: parser.add_argument_group(name) for name in ("in-call functions", "as in flake8")}
    for flags, keywords in command_line_options():
        name = flags[-1].removeprefix("--")
        if name in own:
            flags = [f"--{name.removeprefix('incall-')}", *flags]
        group = groups["in-call functions" if name in own else "as in flake8"]
        group.add_argument(*flags, **keywords, dest=_destination(flags))


def run(parsed: argparse.Namespace) -> int:
    """Print the findings, and what could not be checked."""
    run = run_of(parsed)
    check_selection(run.host)
    found = find(run)
    paths = found.files
    if not (paths or found.left_out or parsed.require_functions):
        return nothing_to_check(parsed)
    reports = check_files(run, paths)
    if sys.stderr.isatty():
        reports = with_progress(reports, len(paths), sys.stderr)
    tally = Tally(notes=dict.fromkeys(found.excluded, "excluded by the options, nothing in it was checked"))
    tally.passed_over[Reason.INSTALLED] += len(found.left_out)
    tally.passed_over[Reason.NOT_A_DOCUMENT] += len(found.other_json)
    write = writer(parsed.format)
    is_coloured = wants_colour(sys.stdout) if parsed.color == "auto" else parsed.color == "always"
    write(tally.count(reports), sys.stdout, is_coloured=is_coloured)
    sys.stdout.flush()
    _tell([*map(str, tally.problems), *_unmatched(run, paths), *_notes(parsed, run, tally), str(tally)])
    if tally.problems:
        return COULD_NOT_RUN
    is_short = parsed.require_functions and not all(map(tally.holds_functions, _named(parsed, run)))
    return FINDINGS if tally.findings or is_short else CLEAN


def _named(parsed: argparse.Namespace, run: Run) -> list[str]:
    return [display_name(run.flake8, path) for path in parsed.paths]


def _notes(parsed: argparse.Namespace, run: Run, tally: Tally) -> Iterator[str]:
    """Why nothing was checked in files that the user named, and with `--require-functions` in folders."""
    notes = {path: tally.notes.get(path, "") for path in _named(parsed, run)}
    for path, note in notes.items():
        if parsed.require_functions and not note and not tally.holds_functions(path):
            notes[path] = NO_FUNCTION
    lines = [f"{path}: {note}" for path, note in notes.items() if note]
    yield from lines[:_MOST_NOTES]
    if len(lines) > _MOST_NOTES:
        yield f"and {len(lines) - _MOST_NOTES} more named files in which nothing was checked"


def _unmatched(run: Run, paths: list[str]) -> Iterator[str]:
    for glob in unmatched_globs(run.options, paths, files_below):
        written = os.path.relpath(glob) if os.path.isabs(glob) else glob
        yield f"incall-paths: {written!r} matches no file; correct it, or remove it"


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(printable(line), file=sys.stderr)


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
    named = " ".join(parsed.paths)
    print(f"nothing to check: {named} has no Python file or function document that is not excluded", file=sys.stderr)
    return CLEAN
