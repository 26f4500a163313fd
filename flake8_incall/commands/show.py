"""`flake8-incall show`: what is known of the functions of files."""

from __future__ import annotations

import argparse
import sys

from flake8_incall.commands import CLEAN, COULD_NOT_RUN, check
from flake8_incall.reading import Problem
from flake8_incall.runner import files_of
from flake8_incall.show import dead_air, why
from flake8_incall.terminal import printable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("--why", action="store_true", help="for each function, why it is an in-call function or none")
    check.add_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print what is known of each function."""
    run = check.run_of(parsed)
    paths = files_of(run)
    if not paths:
        return check.nothing_to_check(parsed)
    status = CLEAN
    for path in paths:
        answer = why(path, run) if parsed.why else dead_air(path, run)
        if isinstance(answer, Problem):
            print(printable(str(answer)), file=sys.stderr)
            status = COULD_NOT_RUN
        else:
            print(*map(printable, answer), sep="\n")
    return status
