"""`flake8-incall explain`: the documentation of rules."""

from __future__ import annotations

import argparse

from flake8_incall.commands import CLEAN
from flake8_incall.explain import explanation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument(
        "codes",
        nargs="+",
        metavar="RULE",
        help="a code or name such as CAL303 or missing-timeout, a family such as CAL6, or `gate` for its limits",
    )


def run(parsed: argparse.Namespace) -> int:
    """Print the documentation of each rule."""
    print("\n\n".join(explanation(code) for code in parsed.codes))
    return CLEAN
