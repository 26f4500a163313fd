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
    parser.add_argument("--rules", metavar="DIR", help="the rules of the project's own in a directory instead")


def run(parsed: argparse.Namespace) -> int:
    """Print the table of the rules."""
    if parsed.rules is not None:
        # Most projects have none.
        from flake8_incall.project_rules.listing import project_array, project_table
        from flake8_incall.project_rules.loading import load_rules

        rules = load_rules(parsed.rules)
        print(project_array(rules) if parsed.format == "json" else project_table(rules))
        return CLEAN
    print(rule_array(parsed.profile) if parsed.format == "json" else rule_table(parsed.profile))
    return CLEAN
