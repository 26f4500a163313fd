"""`flake8-incall show`: what the model sees of the functions of files, or why each is an in-call function."""

from __future__ import annotations

import argparse
import json
import sys

from flake8_incall.commands import CLEAN, COULD_NOT_RUN, check
from flake8_incall.flake8_host import Found, display_name
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.reading import Problem
from flake8_incall.runner import Run, find
from flake8_incall.show.text import as_json, lines
from flake8_incall.show.views import ToolView, views
from flake8_incall.show.why import why
from flake8_incall.terminal import printable, wants_colour

_NOTES = """\
Nothing of the files is run, but with --schema: then LiveKit builds what it sends to the provider, which needs
the extra (pip install "flake8-incall[runtime]") and functions that pass the check.

--json prints one object, or [] where there is no file to show. Fields may be added to it, and `version` changes
when any changes its meaning:
  {"version": 1, "functions": [{
    "path": text, "line": number, "column": number,   where the function stands, both from 1
    "mode": "python" | "advanced" | "basic",          the last two in function documents
    "name": text, "description": text,                what the model sees
    "parameters": [{"name": text, "type": text, "required": true | false,
                    "default": text | null,           as it is written in Python
                    "description": text}],
    "docstring": [{"text": text, "seen": true | false}],    its parts in order
    "waits": {"seconds": number | null,               within which it is over for certain
              "phase_seconds": number | null,         else the longest timeout, which limits each phase of a call
              "endless": true | false, "because": [text]} | null,
    "note": text                                      why this is not all; empty otherwise
  }]}

exit status:
  0  shown, or no file to show (then standard error says so)
  1  with --schema: the check found something
  2  something could not be read, parsed or taken as an option; the rest is still shown
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    from flake8_incall.show.providers import PROVIDERS

    form = parser.add_mutually_exclusive_group()
    form.add_argument("--why", action="store_true", help="explain why each function is or is not an in-call function")
    form.add_argument("--json", action="store_true", help="output JSON")
    form.add_argument("--schema", choices=PROVIDERS, help="print the tool schemas sent to a model provider")
    check.add_input_arguments(parser)
    parser.epilog = _NOTES


def run(parsed: argparse.Namespace) -> int:
    """Print what is known of each function."""
    run = check.run_of(parsed)
    found_files = find(run)
    paths = found_files.files
    if parsed.why and (paths or found_files.other_json or found_files.left_out):
        return _why(found_files, run)
    if not paths:
        if parsed.json or parsed.schema:
            print("[]")
        return check.nothing_to_check(parsed)
    if parsed.schema:
        from flake8_incall.commands.show_schemas import print_schemas

        return print_schemas(paths, parsed.schema, run)
    found: list[ToolView] = []
    status = CLEAN
    for path in paths:
        answer = views(path, run)
        if isinstance(answer, Problem):
            status = _tell(answer)
        elif parsed.json:
            found += answer
        else:
            _print(answer, path, parsed)
    if parsed.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    return status


def _why(files: Found, run: Run) -> int:
    status = CLEAN
    for path in files.files:
        answer = why(path, run)
        if isinstance(answer, Problem):
            status = _tell(answer)
        else:
            print(*map(printable, answer), sep="\n")
    passed_over = {Reason.NOT_A_DOCUMENT: files.other_json, Reason.INSTALLED: files.left_out}
    for reason, others in passed_over.items():
        for path in others:
            print(printable(f"{display_name(run.flake8, path)}: passed over, a {reason.value[0]}"))
    return status


def _print(found: list[ToolView], path: str, parsed: argparse.Namespace) -> None:
    is_coloured = wants_colour(sys.stdout) if parsed.color == "auto" else parsed.color == "always"
    for view in found:
        print(*lines(view, is_coloured=is_coloured), sep="\n")
    if not found:
        print(printable(f"{path}: has no in-call function"))


def _tell(problem: Problem) -> int:
    print(printable(str(problem)), file=sys.stderr)
    return COULD_NOT_RUN
