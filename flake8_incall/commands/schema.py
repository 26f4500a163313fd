"""`flake8-incall schema`: the JSON Schema of a document, for editors, and for programs that write documents."""

from __future__ import annotations

import argparse
from importlib.resources import files

from flake8_incall.commands import CLEAN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("name", choices=("basic",), help="basic: the document of a basic function, an API call")


def run(parsed: argparse.Namespace) -> int:
    """Print the schema."""
    print(files("flake8_incall").joinpath("schemas", f"{parsed.name}.json").read_text(encoding="utf-8"), end="")
    return CLEAN
