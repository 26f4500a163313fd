"""What the model sees of each in-call function, read from the text alone, and how long a caller waits for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.diagnostics import Position
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.seen import Part, docstring_parts
from flake8_incall.model.docstring.told import description
from flake8_incall.model.documents.document import DocumentFunction
from flake8_incall.model.documents.fields import Fields
from flake8_incall.model.documents.form import FUNCTION_FIELDS, PARAMETER_FIELDS
from flake8_incall.model.waiting.dead_air import DeadAir
from flake8_incall.model.waiting.worst_case import Wait
from flake8_incall.reading import Problem
from flake8_incall.runner import Run
from flake8_incall.show.reading import Unit, of_each
from flake8_incall.show.type_words import words

_OWN_SCHEMA = "its `raw_schema` is sent as it is; nothing is read from the signature and the docstring"
_UNTOLD_SIGNATURE = "its parameters cannot be told: a wrapper or an assignment replaces its signature"
_UNPARSED = "its code does not parse, `flake8-incall check` says where"


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter as the model sees it.

    Attributes:
        name: Its name.
        type: What the model is to fill in, in the words of JSON; the annotation where these cannot be told.
        description: What the model is told of it; empty without any.
        default: Its default as written; `None` where the model must fill it in.
    """

    name: str
    type: str
    description: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class ToolView:
    """An in-call function as the model sees it.

    Attributes:
        path: The file as it is named to the user.
        at: Where the function stands in it.
        mode: `"python"` in a Python file; `"advanced"` or `"basic"` in a document.
        name: The tool's name.
        description: What the model is told of it; empty without any, or where that is computed.
        parameters: What the model is to fill in.
        docstring: Its docstring, in parts that the model sees and parts that it does not.
        waits: How long a caller waits for it at worst; `None` for a basic function, whose code is not the author's.
        note: Why this is not all, or not what is sent; empty otherwise.
    """

    path: str
    at: Position
    mode: str
    name: str
    description: str = ""
    parameters: tuple[ParameterView, ...] = ()
    docstring: tuple[Part, ...] = ()
    waits: Wait | None = None
    note: str = ""


def views(path: str, run: Run) -> list[ToolView] | Problem:
    """The in-call functions of a file as the model sees them, in the order of the file.

    Returns:
        The functions, or why the file could not be read or parsed.
    """
    found = of_each(path, run, views_of)
    return found if isinstance(found, Problem) else sorted(found, key=lambda view: view.at)


def views_of(unit: Unit) -> Iterator[ToolView]:
    """The in-call functions of a unit as the model sees them."""
    if unit.module is not None:
        for function in unit.module.fact(discover).functions:
            yield _of_python(unit, function)
    elif unit.stored is not None and unit.stored.source is not None:
        yield ToolView(unit.path, unit.start, "advanced", unit.stored.name or "", note=_UNPARSED)
    elif unit.stored is not None:
        yield _of_basic(unit, unit.stored)


def _of_python(unit: Unit, function: InCallFunction) -> ToolView:
    trigger = Fields(unit.stored.value, FUNCTION_FIELDS).text("description") if unit.stored else None
    is_own = function.registration.is_raw
    inputs = function.interface.inputs if function.interface else ()
    fault = function.fact(docstring_of).fault
    return ToolView(
        path=unit.path,
        at=unit.place(function.module.start(function.node)),
        mode="advanced" if unit.stored else "python",
        name=function.tool_name,
        description=trigger or description(function) or "",
        parameters=tuple(_parameter(function, parameter) for parameter in inputs),
        docstring=tuple(docstring_parts(function, has_other_description=bool(trigger))),
        waits=function.module.fact(DeadAir).of(function),
        note=_OWN_SCHEMA if is_own else fault or ("" if function.interface else _UNTOLD_SIGNATURE),
    )


def _parameter(function: InCallFunction, parameter: Parameter) -> ParameterView:
    entry = function.fact(docstring_of).parameters.get(parameter.name)
    return ParameterView(
        name=parameter.name,
        type=words(parameter.type) if parameter.type else "not annotated",
        description=_in_annotation(parameter) or (entry.description if entry else ""),
        default=ast.unparse(parameter.default) if parameter.default else None,
    )


def _in_annotation(parameter: Parameter) -> str:
    """The description that `Annotated[..., Field(description=...)]` gives, which goes before the docstring's."""
    if not (parameter.type and parameter.type.has_description and parameter.node.annotation):
        return ""
    for node in ast.walk(parameter.node.annotation):
        match node:
            case ast.keyword(arg="description", value=ast.Constant(value=str(text))):
                return text
    return "(described in its annotation)"


def _of_basic(unit: Unit, stored: DocumentFunction) -> ToolView:
    fields = Fields(stored.value, FUNCTION_FIELDS)
    rows = [Fields(row, PARAMETER_FIELDS) for row in fields.items("parameters")]
    return ToolView(
        path=unit.path,
        at=unit.start,
        mode="basic",
        name=stored.name or "",
        description=fields.text("description") or "",
        parameters=tuple(
            ParameterView(row.text("name") or "", row.text("type") or "", row.text("description") or "") for row in rows
        ),
    )
