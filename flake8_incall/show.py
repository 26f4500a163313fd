"""Why a function is taken for an in-call function, and why another is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_incall.diagnostics import Position
from flake8_incall.flake8_host import Source, display_name
from flake8_incall.model.document import read_document
from flake8_incall.model.module import Module
from flake8_incall.model.source import parse
from flake8_incall.reading import Problem, attempt, decode, is_document
from flake8_incall.runner import Run


def why(path: str, run: Run) -> list[str] | Problem:
    """Answer for each function of a file, in the order of the file, a line each.

    Returns:
        The lines, or why the file could not be read or parsed.
    """

    def in_python(name: str, data: bytes) -> list[str]:
        lines = Source(name, decode(data), run.flake8).lines
        return _said(name, _answers(Module(name, lines, parse("".join(lines), name), run.options)))

    def in_document(name: str, data: bytes) -> list[str]:
        answers: list[tuple[Position, str]] = []
        for function in read_document(data.decode(), name, run.options).functions:
            if function.source and function.source.module:
                for at, answer in _answers(function.source.module):
                    answers.append((function.source.span(at, at).start, answer))
        return _said(name, answers)

    name = display_name(run.flake8, path)
    return attempt(path, name, in_document if is_document(name) else in_python)


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
