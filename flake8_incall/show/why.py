"""Why each function of a file is an in-call function or none."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Position
from flake8_incall.flake8_host import display_name
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.reading import Problem
from flake8_incall.runner import Run
from flake8_incall.show.reading import Unit, of_each

_WHOLE_FILE = Position(0, 0)


def why(path: str, run: Run) -> list[str] | Problem:
    """Answer for each function of a file why it is an in-call function or none, in the order of the file, a line each.

    Returns:
        The lines, or why the file could not be read or parsed.
    """
    answers = of_each(path, run, _answers)
    if isinstance(answers, Problem):
        return answers
    name = display_name(run.flake8, path)
    lines = [f"{name}:{at.line}:{at.column + 1}: {answer}" for at, answer in sorted(answers) if at != _WHOLE_FILE]
    return lines or [f"{name}: {answer}" for _, answer in answers] or [f"{name}: has no function"]


def _answers(unit: Unit) -> Iterator[tuple[Position, str]]:
    if unit.passed_over:
        yield _WHOLE_FILE, unit.passed_over
    elif unit.other is not None:
        yield unit.start, f"`{unit.other.name}` is not an in-call function: its `type` is `{unit.other.kind}`"
    elif unit.module is not None:
        yield from _of_module(unit, unit.module)
    elif unit.stored is not None:
        code = "code of a function document, which does not parse"
        reason = code if unit.stored.source is not None else "a request of a function document"
        yield unit.start, f"`{unit.stored.label or ''}` is an in-call function: {reason}"


def _of_module(unit: Unit, module: Module) -> Iterator[tuple[Position, str]]:
    for function in module.fact(discover).functions:
        at = unit.place(module.start(function.node))
        note = ", but its file is marked `# flake8: noqa` and is not checked" if unit.is_opted_out else ""
        yield at, f"`{function.name}` is an in-call function: {function.reason}{note}"
    for misfit in module.fact(discover).misfits:
        yield unit.place(module.start(misfit.at)), f"{misfit.what} is made a tool, which LiveKit cannot do"
    for other in module.fact(discover).passed_over:
        yield unit.place(module.start(other.node)), f"`{other.node.name}` is not an in-call function: {other.why}"
