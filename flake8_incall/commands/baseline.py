"""`flake8-incall baseline`: writes the findings of today, so that `check --baseline` reports only later ones."""

from __future__ import annotations

import argparse
import io
import os
import sys

from flake8_incall.baseline import render
from flake8_incall.commands import CLEAN, COULD_NOT_RUN
from flake8_incall.commands.check import add_input_arguments, run_of
from flake8_incall.files import output, write_all
from flake8_incall.new_findings import collect
from flake8_incall.runner import Run, check_files, find
from flake8_incall.selectors import check_selection
from flake8_incall.tally import Tally, plural
from flake8_incall.terminal import printable

_NOTES = """\
A finding is known by its file, function, rule, and the names in its message, never by its line. Paths are relative
to the directory of the baseline file, on standard output to the working directory.

exit status:
  0  the baseline is written
  2  a file could not be read or parsed, or an option is invalid; nothing is written
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument(
        "--output-file",
        metavar="FILE",
        help="write to this file (default: the configured baseline, or else standard output)",
    )
    add_input_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Write the baseline, unless something could not be checked."""
    run = run_of(parsed)
    check_selection(run.host)
    target = parsed.output_file or _configured(run)
    if target == "-":
        target = None
    paths = find(run).files
    tally = Tally()
    folder = os.path.dirname(os.path.abspath(target)) if target else os.getcwd()
    counts = collect(tally.count(check_files(run, paths)), folder)
    for problem in tally.problems:
        print(printable(str(problem)), file=sys.stderr)
    if tally.problems:
        print(f"baseline not written: {plural(len(tally.problems), 'file')} could not be checked", file=sys.stderr)
        return COULD_NOT_RUN
    with output(target, paths) as stream:
        if isinstance(stream, io.TextIOWrapper):
            # JSON is UTF-8, whatever the terminal speaks.
            stream.reconfigure(encoding="utf-8")
        write_all(stream, render(counts))
    known = f"{plural(counts.total(), 'known finding')} in {plural(tally.files, 'file')}"
    print(f"{printable(target)}: {known}" if target else known, file=sys.stderr)
    return CLEAN


def _configured(run: Run) -> str | None:
    """The baseline of the options; a configuration file means one beside itself."""
    path = run.options.baseline
    is_told = "baseline" in run.configuration.told
    return (path if is_told else os.path.join(run.options.root, path)) if path else None
