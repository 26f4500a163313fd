"""`flake8-incall rules`: the rules, a line each."""

from __future__ import annotations

import argparse

from flake8_incall.commands import CLEAN
from flake8_incall.explain import rule_array, rule_table
from flake8_incall.options import PROFILES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format (default: text)")
    parser.add_argument("--profile", choices=PROFILES, help="only the rules of this profile")


def run(parsed: argparse.Namespace) -> int:
    """Print the table of the rules."""
    print(rule_array(parsed.profile) if parsed.format == "json" else rule_table(parsed.profile))
    return CLEAN
