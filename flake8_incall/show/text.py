"""What the model sees of functions, as lines for people and as JSON for tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flake8_incall.model.docstring.seen import Part
from flake8_incall.model.waiting.worst_case import Wait
from flake8_incall.runtime.limits import Limits
from flake8_incall.show.views import ParameterView, ToolView
from flake8_incall.terminal import printable

_STRUCK, _PLAIN = "\x1b[2;9m", "\x1b[0m"


def lines(view: ToolView, *, is_coloured: bool) -> Iterator[str]:
    """A function as lines for people.

    Args:
        view: The function.
        is_coloured: Whether the terminal strikes out what the model does not see; else it stands between `~~`.
    """
    yield printable(f"{view.path}:{view.at.line}:{view.at.column + 1}: `{view.name}` {waits(view)}")
    if view.note:
        yield from _block("note:", [view.note])
    if view.mode != "basic" and view.waits is None:
        return
    yield from _block("description:", view.description.splitlines() or ["(none)"])
    if view.parameters:
        yield "    parameters:"
        for parameter in view.parameters:
            yield from _parameter(parameter)
    if view.docstring:
        yield "    docstring, with what the model does not see struck out:"
        marks = (_STRUCK, _PLAIN) if is_coloured else ("~~", "~~")
        yield from (f"        {line}".rstrip() for line in _struck(view.docstring, *marks))


def as_json(found: Iterable[ToolView]) -> dict[str, Any]:
    """Functions as the JSON object that the help of `show` describes."""
    return {"version": 1, "functions": [_as_json(view) for view in found]}


def waits(view: ToolView) -> str:
    """How long a caller waits for a function, as a clause: "waits at most 5 s"."""
    if view.mode == "basic":
        return f"waits at most {Limits().deadline:g} s, the runtime's deadline where it is given no other"
    return f"waits {view.waits}" if view.waits else "is not shown"


def _parameter(parameter: ParameterView) -> Iterator[str]:
    needed = "required" if parameter.default is None else f"default {parameter.default}"
    yield printable(f"        {parameter.name}: {parameter.type}, {needed}")
    for line in parameter.description.splitlines() or ["(no description)"]:
        yield printable(f"            {line}")


def _block(title: str, texts: list[str]) -> Iterator[str]:
    yield f"    {title}"
    yield from (printable(f"        {text}").rstrip() for text in texts)


def _struck(parts: Iterable[Part], begin: str, end: str) -> Iterator[str]:
    """The lines of a docstring; what the model does not see stands between two marks, line by line."""
    line = ""
    for part in parts:
        first, *others = part.text.split("\n")
        line += _marked(first, part, begin, end)
        for text in others:
            yield line
            line = _marked(text, part, begin, end)
    yield line


def _marked(text: str, part: Part, begin: str, end: str) -> str:
    shown = printable(text)
    words = shown.strip()
    if part.is_seen or not words:
        return shown
    before, _, after = shown.partition(words)
    return f"{before}{begin}{words}{end}{after}"


def _as_json(view: ToolView) -> dict[str, Any]:
    waits = view.waits
    return {
        "path": view.path,
        "line": view.at.line,
        "column": view.at.column + 1,
        "mode": view.mode,
        "name": view.name,
        "description": view.description,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "required": parameter.default is None,
                "default": parameter.default,
                "description": parameter.description,
            }
            for parameter in view.parameters
        ],
        "docstring": [{"text": part.text, "seen": part.is_seen} for part in view.docstring],
        "waits": waits and _waits_as_json(waits),
        "note": view.note,
    }


def _waits_as_json(wait: Wait) -> dict[str, Any]:
    is_by_phase = wait.is_known and wait.bound is None
    return {
        "seconds": wait.bound if wait.is_known else None,
        "phase_seconds": wait.phase if is_by_phase else None,
        "endless": wait.is_endless,
        "because": list(wait.reasons),
    }
