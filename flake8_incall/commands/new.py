"""`flake8-incall new`: a function that passes `strict`, to be completed by its author."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flake8_incall.commands import CLEAN
from flake8_incall.engine import Engine
from flake8_incall.options import OptionError, Options
from flake8_incall.scaffold.document import advanced_document, basic_document
from flake8_incall.scaffold.function import function_text
from flake8_incall.scaffold.request import TYPES, Parameter, Request, checked_name, parameters, request
from flake8_incall.terminal import printable

_NOTES = f"""\
types of parameters: {", ".join(TYPES)}

examples:
  flake8-incall new find_slots --param city:str --param limit:int=3 --http https://api.example.com/slots
  flake8-incall new cancel --param order:str --http https://api.example.com/orders/{{order}} --method DELETE
  flake8-incall new find_slots --param city:str --http https://api.example.com/slots --document

The text is checked with the profile `strict` before it is written. No file is overwritten without --force.

exit status:
  0  written
  2  a name, type or URL is not valid, the file exists, or it cannot be written
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("name", metavar="NAME", help="the function's name, such as find_slots")
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME:TYPE",
        help="a parameter; NAME:TYPE=DEFAULT for an optional one, NAME:TYPE:DESCRIPTION to describe it",
    )
    parser.add_argument("--http", metavar="URL", help="the address that it calls; {city} in its path is a parameter")
    parser.add_argument("--method", default="GET", help="the HTTP method: GET, POST, PUT or DELETE (default: GET)")
    parser.add_argument("--description", metavar="TEXT", help='when to call it: "Call this when the caller ..."')
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--document", action="store_true", help="write a function document (JSON) with the code in it")
    form.add_argument("--basic", action="store_true", help="write a basic function document: an API call without code")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write, - for standard output")
    parser.add_argument("--force", action="store_true", help="overwrite the file if it exists")


def run(parsed: argparse.Namespace) -> int:
    """Write the function.

    Raises:
        OptionError: An argument is not valid, or the file exists.
    """
    name, given = checked_name(parsed.name), parameters(parsed.param)
    called = request(parsed.http, parsed.method, given) if parsed.http is not None else None
    is_document = parsed.document or parsed.basic
    path = Path(parsed.output or f"{name}.{'json' if is_document else 'py'}")
    text = _text(parsed, name, given, called)
    _check(f"{name}.json" if is_document else f"{name}.py" if parsed.output == "-" else path.name, text)
    if parsed.output == "-":
        sys.stdout.write(text)
        return CLEAN
    _write(path, text, overwrites=parsed.force)
    print(f"wrote {printable(str(path))}; `flake8-incall check --profile strict {printable(str(path))}` checks it")
    return CLEAN


def _check(path: str, text: str) -> None:
    report = Engine(Options(profile="strict")).check(path, text)
    if report.findings:
        first = report.findings[0]
        raise OptionError(printable(f"this function would not pass: {first.code} {first.message}"))
    if not report.functions:
        why = next((other.why for other in report.passed_over), "it is not found")
        raise OptionError(f"{path} would not be checked: {why}; choose another name")


def _text(parsed: argparse.Namespace, name: str, given: tuple[Parameter, ...], called: Request | None) -> str:
    description = " ".join((parsed.description or f"Call this when the caller asks to {_words(name)}").split())
    if '"""' in description or "\\" in description:
        raise OptionError("--description: it cannot have three quotes in a row or a backslash; remove them")
    if parsed.basic:
        if called is None:
            raise OptionError("--basic: a basic function is an API call; add --http URL")
        return basic_document(name, description, given, called)
    sentence = description if description.endswith(".") else f"{description}."
    source = function_text(name, sentence, given, called, is_snippet=parsed.document)
    return advanced_document(name, description, source) if parsed.document else source


def _words(name: str) -> str:
    return name.replace("_", " ")


def _write(path: Path, text: str, *, overwrites: bool) -> None:
    try:
        with path.open("w" if overwrites else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise OptionError(f"{path} exists; choose another name with --output, or overwrite it with --force") from None
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror or error}") from error
