"""The functions of a file of either kind, and where they stand in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from flake8_incall.diagnostics import Position
from flake8_incall.flake8_host import Source, display_name
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse
from flake8_incall.model.documents.document import Document, DocumentFunction, OtherFunction
from flake8_incall.model.documents.reader import read_document
from flake8_incall.reading import Problem, attempt, decode, document_text, is_document_file
from flake8_incall.report import Report
from flake8_incall.runner import Run

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unit:
    """Python code of a file: all of a Python file, or the code of one function of a document.

    Attributes:
        path: The file as it is named to the user.
        module: The code; `None` for a basic function and for code that does not parse.
        start: Where it begins in the file.
        stored: The document's function; `None` in a Python file.
        is_opted_out: Whether the file says `# flake8: noqa`, so that it is not checked.
        passed_over: Why a JSON file is not read as a function document; empty in others.
        other: A function of another type in place of code.
    """

    path: str
    module: Module | None
    start: Position
    stored: DocumentFunction | None = None
    is_opted_out: bool = False
    passed_over: str = ""
    other: OtherFunction | None = None

    def place(self, at: Position) -> Position:
        """A position of the code as one of the file."""
        if self.stored is None or self.stored.source is None:
            return at
        return self.stored.source.span(at, at).start


def of_each(path: str, run: Run, answers: Callable[[Unit], Iterable[T]]) -> list[T] | Problem:
    """Ask something of each unit of a file, in the file's order.

    Returns:
        The answers, or why the file could not be read or parsed.
    """

    def work(name: str, data: bytes) -> list[T] | Problem:
        units = (_in_document if is_document_file(name, data) else _in_python)(name, data, run)
        if isinstance(units, Problem):
            return units
        return [answer for unit in units for answer in answers(unit)]

    return attempt(path, display_name(run.flake8, path), work)


def _in_python(name: str, data: bytes, run: Run) -> Iterator[Unit]:
    source = Source(name, decode(data), run.flake8)
    module = Module(name, source.lines, parse("".join(source.lines)), run.configuration.options_for(name))
    yield Unit(name, module, Position(1, 0), is_opted_out=source.is_opted_out)


def _in_document(name: str, data: bytes, run: Run) -> Iterable[Unit] | Problem:
    text = document_text(data)
    document = read_document(text, name, run.configuration.options_for(name))
    if document.unreadable and not document.functions:
        part = document.unreadable[0]
        return Problem(name, f"{part.found}, expected {part.expected}", part.at.start)
    if document.passed_over:
        return [Unit(name, None, Position(1, 0), passed_over=document.passed_over)]
    return [
        *_of_functions(name, document),
        *(Unit(name, None, o.at.start, other=o) for o in document.others),
    ]


def units_of(report: Report) -> Iterator[Unit]:
    """The units of a file that the engine has checked."""
    if report.module is not None:
        yield Unit(report.path, report.module, Position(1, 0))
    if report.document is not None:
        yield from _of_functions(report.path, report.document)


def _of_functions(name: str, document: Document) -> Iterator[Unit]:
    for function in document.functions:
        module = function.source.module if function.source else None
        yield Unit(name, module, function.places.of(function.value).start, function)
