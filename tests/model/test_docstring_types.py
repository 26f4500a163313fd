"""Types as docstrings write them, beside annotations."""

from __future__ import annotations

import ast

import pytest

from flake8_incall import Options
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.docstring.types import contradicts


def is_contradiction(documented: str, annotation: str) -> bool:
    imports = "from typing import *\nfrom livekit.agents import RunContext\n"
    source = f"{imports}async def f(ctx: RunContext, x: {annotation}): ..."
    module = Module("tool.py", source.splitlines(keepends=True), ast.parse(source), Options())
    (function,) = module.fact(discover).functions
    (parameter,) = function.inputs
    assert parameter.type is not None
    return contradicts(documented, parameter.type)


@pytest.mark.parametrize(
    ("documented", "annotation"),
    [
        ("str", "int"),
        ("string, optional", "int = 1"),
        ("float", "int"),
        ("bool", "str | None"),
        ("list of str", "str"),
        ("list[int]", "dict[str, int]"),
        ("an integer", "bool"),
        ("int or float", "str"),
        ("Optional[str]", "int"),
        ("Union[str, int]", "list[int]"),
        ("int | None", "Literal['a', 'b']"),
        ("dict", "List[dict]"),
    ],
)
def test_types_without_a_common_value_contradict(documented: str, annotation: str) -> None:
    assert is_contradiction(documented, annotation)


@pytest.mark.parametrize(
    ("documented", "annotation"),
    [
        ("string", "str"),
        ("str, optional", "str | None"),
        ("str, default 'a'", "str"),
        ("int", "float"),
        ("integer or None", "Optional[int]"),
        ("list of str", "list[str]"),
        ("List[Dict[str, int]]", "list"),
        ("Union[str, int]", "int"),
        ("dictionary", "Dict[str, Any]"),
        ("str", "Literal['a']"),
        ("None", "int"),
        ("the home town", "int"),
        ("1-7", "str"),
        ("ISO date", "int"),
        ("list[int | str]", "str"),
        ("str", "Any"),
        ("int", "'Order'"),
        ("int", "set[str]"),
        ("", "int"),
    ],
)
def test_what_agrees_or_is_not_understood_is_no_contradiction(documented: str, annotation: str) -> None:
    assert not is_contradiction(documented, annotation)
