"""What is known of the functions of a file: why each is an in-call function or none, how long a caller waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flake8_incall.diagnostics import Position
from flake8_incall.flake8_host import Source, display_name
from flake8_incall.model.documents.document import read_document
from flake8_incall.model.module import Module
from flake8_incall.model.source import parse
from flake8_incall.reading import Problem, attempt, decode, is_document
from flake8_incall.runner import Run

Answers = Callable[[Module], Iterable[tuple[Position, str]]]


def why(path: str, run: Run) -> list[str] | Problem:
    """Answer for each function of a file why it is an in-call function or none, in the order of the file, a line each.

    Returns:
        The lines, or why the file could not be read or parsed.
    """
    return _of_each(path, run, _answers)


def dead_air(path: str, run: Run) -> list[str] | Problem:
    """Answer for each in-call function of a file how long a caller waits for it at worst, a line each.

    Returns:
        The lines, or why the file could not be read or parsed.
    """
    return _of_each(path, run, _waits)


def _of_each(path: str, run: Run, answers: Answers) -> list[str] | Problem:
    def in_python(name: str, data: bytes) -> list[str]:
        lines = Source(name, decode(data), run.flake8).lines
        return _said(name, answers(Module(name, lines, parse("".join(lines), name), run.options)))

    def in_document(name: str, data: bytes) -> list[str]:
        found: list[tuple[Position, str]] = []
        for function in read_document(data.decode(), name, run.options).functions:
            if function.source and function.source.module:
                for at, answer in answers(function.source.module):
                    found.append((function.source.span(at, at).start, answer))
        return _said(name, found)

    name = display_name(run.flake8, path)
    return attempt(path, name, in_document if is_document(name) else in_python)


def _waits(module: Module) -> Iterator[tuple[Position, str]]:
    for function in module.discovery.functions:
        yield module.start(function.node), f"`{function.name}` waits {module.dead_air.of(function)}"


def _answers(module: Module) -> Iterator[tuple[Position, str]]:
    for function in module.discovery.functions:
        yield module.start(function.node), f"`{function.name}` is an in-call function: {function.reason}"
    for misfit in module.discovery.misfits:
        yield module.start(misfit.at), f"{misfit.what} is made a tool, which LiveKit cannot do"
    for node, reason in module.discovery.passed_over:
        yield module.start(node), f"`{node.name}` is none: {reason}"


def _said(name: str, answers: Iterable[tuple[Position, str]]) -> list[str]:
    lines = [f"{name}:{at.line}:{at.column + 1}: {answer}" for at, answer in sorted(answers)]
    return lines or [f"{name}: has no function"]
