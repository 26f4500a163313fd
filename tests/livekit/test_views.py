"""What `show` says that the model sees, beside what the installed livekit-agents sends it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from flake8_incall.diagnostics import Position
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import split_lines
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.options import Options
from flake8_incall.show.reading import Unit
from flake8_incall.show.views import ToolView, views_of

pytest.importorskip("livekit.agents")

from livekit.agents import RunContext, llm
from livekit.agents.llm.utils import build_legacy_openai_schema

from tests.livekit.test_docstrings import docstrings, source_of


def module_of(source: str) -> Module:
    return Module("tool.py", split_lines(source), ast.parse(source), Options())


def view_of(source: str) -> ToolView:
    [view] = views_of(Unit("tool.py", module_of(source), Position(1, 0)))
    return view


def sent(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"RunContext": RunContext}
    exec(source, namespace)
    schema: dict[str, Any] = build_legacy_openai_schema(llm.function_tool(namespace["book"]))["function"]
    return schema


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(docstrings())
@example("Tell it.\n\n    Args:\n\n    Args:\n      city (1-7)\n        days: The city")
def test_what_is_shown_is_what_is_sent(text: str) -> None:
    source = source_of(text)
    module = module_of(source)
    [function] = module.fact(discover).functions
    if function.fact(docstring_of).fault:
        return
    view, schema = view_of(source), sent(source)
    assert view.description == schema["description"]
    properties = schema["parameters"]["properties"]
    assert [p.name for p in view.parameters] == list(properties)
    assert [p.description for p in view.parameters] == [p.get("description", "") for p in properties.values()]
    assert "".join(part.text for part in view.docstring).split() == function.fact(docstring_of).text.split()
    said = tokens(" ".join([view.description, *(p.description for p in view.parameters)]))
    names = tokens(" ".join(f"{p.name}:" for p in view.parameters if p.description))
    seen = tokens(" ".join(part.text for part in view.docstring if part.is_seen))
    assert said <= seen <= said + names


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+|[^\w\s]", text))


@pytest.mark.parametrize(
    ("annotation", "shown", "expected"),
    [
        ("str", "string", {"type": "string"}),
        ("int", "integer", {"type": "integer"}),
        ("float = 1.5", "number", {"type": "number", "default": 1.5}),
        ("bool", "boolean", {"type": "boolean"}),
        ("dict", "object", {"type": "object"}),
        ("list", "array", {"type": "array"}),
        ("list[str]", "array of string", {"type": "array", "items": {"type": "string"}}),
        ("int | None = None", "integer or null", {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}),
        ("Literal['am', 'pm']", '"am" or "pm"', {"type": "string", "enum": ["am", "pm"]}),
        ("Annotated[int, Field(description='From 1')]", "integer", {"type": "integer", "description": "From 1"}),
    ],
)
def test_types_and_defaults(annotation: str, shown: str, expected: dict[str, Any]) -> None:
    source = (
        "from typing import Annotated, Literal\n"
        "from pydantic import Field\n"
        f"async def book(ctx: RunContext, row: {annotation}) -> dict:\n"
        "    '''Book a row when the caller wants one.'''\n"
        "    return {'status': 'success'}\n"
    )
    [parameter] = view_of(source).parameters
    schema = sent(source)["parameters"]
    row = schema["properties"]["row"]
    assert expected.items() <= row.items()
    assert parameter.type == shown
    assert parameter.description == row.get("description", "")
    assert (parameter.default is None) == ("row" in schema.get("required", []))
