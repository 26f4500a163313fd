"""`flake8-incall eject`: the basic functions of a document as advanced Python."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_incall.commands import CLEAN, COULD_NOT_RUN
from flake8_incall.commands.loading import INSTALL
from flake8_incall.model.documents.document import Document, DocumentFunction
from flake8_incall.model.documents.reader import read_document
from flake8_incall.options import OptionError, Options
from flake8_incall.reading import Problem, attempt, document_text
from flake8_incall.terminal import printable

if TYPE_CHECKING:
    from flake8_incall.runtime.basic.document import BasicFunction

_NOTES = """\
Each function is written as a snippet for the platform, which sends the same request and answers the same. What the
runtime does for basic functions only is not in it: following redirects, judging addresses, measuring responses.
Names that Python does not take, such as `order-id` and `class`, are changed; what is sent is not.

exit status:
  0  written; standard error names the functions that have another name in Python
  2  the file cannot be read, has no basic function or one that is not right, or the runtime is not installed
"""
_NEEDED = ("pydantic", "httpx2")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("path", metavar="FILE", help="a function document (.json), or - for standard input")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to write (default: standard output)")


def run(parsed: argparse.Namespace) -> int:
    """Write the functions.

    Raises:
        OptionError: There is none that can be written, or no place to write to.
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            raise OptionError(f"basic functions are read with {name}, which is not installed: {INSTALL}")
    from flake8_incall.runtime.basic.eject import eject, names_in_python

    document = attempt(parsed.path, parsed.path, _read)
    if isinstance(document, Problem):
        print(printable(str(document)), file=sys.stderr)
        return COULD_NOT_RUN
    functions = [function for function in document.functions if function.source is None]
    if document.unreadable or not functions:
        found = "has parts that are no function document" if document.unreadable else "has no basic function"
        raise OptionError(printable(f"{parsed.path} {found}: `flake8-incall check {parsed.path}` says more"))
    validated = [_validated(function, parsed.path) for function in functions]
    text = eject(validated)
    if parsed.output is None:
        print(text, end="")
    else:
        _write(parsed.output, text, parsed.path)
    for function, name in zip(functions, names_in_python(validated), strict=True):
        if name != function.name:
            print(_renamed(function, name, parsed.path), file=sys.stderr)
    return CLEAN


def _renamed(function: DocumentFunction, name: str, path: str) -> str:
    at = function.places.of(function.fields.given("name") or function.value).start
    told = f"`{function.label}` is written as `{name}`, under which the model will know it"
    return printable(str(Problem(path, told, at)))


def _read(name: str, data: bytes) -> Document:
    return read_document(document_text(data), name, Options())


def _validated(function: DocumentFunction, path: str) -> BasicFunction:
    from pydantic import ValidationError

    from flake8_incall.runtime.basic.document import BasicFunction

    try:
        return BasicFunction.model_validate(function.plain)
    except ValidationError:
        subject = f"`{function.label}`" if function.label else "a function"
        says = f"{subject} is not right: `flake8-incall check {path}` says why"
        raise OptionError(printable(f"{path}: {says}")) from None


def _write(path: Path, text: str, document: str) -> None:
    try:
        if document != "-" and path.exists() and path.samefile(document):
            raise OptionError(printable(f"{path} is the document itself: name another file to write to"))
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OptionError(printable(f"{path} cannot be written: {error.strerror or error}")) from error
