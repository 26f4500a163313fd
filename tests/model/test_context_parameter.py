"""Which parameter is the context, where its annotation tells and where it does not."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_incall import Options, check
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.options import Profile

FALLBACK = "try:\n  from livekit.agents import RunContext\nexcept ImportError:\n  RunContext = object\n"
ALIASES = "from shop.types import Call, Order, RunContext_T\n"
# The rules that speak of a parameter that the model fills.
OF_INPUTS = {"CAL105", "CAL201", "CAL202", "CAL203", "CAL204", "CAL303", "CAL308", "CAL801", "CAL802"}


def function_of(head: str, signature: str) -> InCallFunction:
    source = f"from livekit.agents import function_tool\n{head}\n@function_tool\nasync def f({signature}): ..."
    module = Module("a.py", source.splitlines(keepends=True), ast.parse(source), Options())
    return module.fact(discover).functions[0]


@pytest.mark.parametrize(
    ("head", "signature", "inputs"),
    [
        (ALIASES, "context: RunContext_T, name: str", ["name"]),
        (ALIASES, "c: RunContext_T, name: str", ["name"]),
        (ALIASES, "call: Call, name: str", ["name"]),
        (ALIASES, "name: str, call: Call", ["name"]),
        (ALIASES, "name: str, c: 'RunContext_T'", ["name"]),
        (ALIASES, "order: Order, c: RunContext_T", ["order"]),
        (ALIASES, "name: str, c: RunContext_T | None = None", ["name"]),
        (FALLBACK, "run: RunContext, name: str", ["name"]),
        ("from livekit.agents import *", "run: RunContext, name: str", ["name"]),
        ("from shop.types import *", "run: RunContext, name: str", ["name"]),
        # What certainly is the context leaves all others to the model.
        (ALIASES + FALLBACK, "run: RunContext, order: Order", ["order"]),
        (ALIASES + FALLBACK, "order: Order, run: RunContext", ["order"]),
        # What can be told is no context.
        (ALIASES, "name: str, order: Order | None = None", ["name", "order"]),
        (ALIASES, "context: str, name: str", ["context", "name"]),
        ("class Order: ...", "order: Order", ["order"]),
        ("from pydantic import BaseModel\nclass Order(BaseModel): ...", "order: Order", ["order"]),
        ("from pydantic_ai import RunContext", "run: RunContext, name: str", ["run", "name"]),
    ],
)
def test_inputs_are_what_the_model_fills(head: str, signature: str, inputs: list[str]) -> None:
    assert [parameter.name for parameter in function_of(head, signature).inputs] == inputs


@pytest.mark.parametrize("profile", ["contract", "strict", "livekit", "gate"])
@pytest.mark.parametrize("parameter", ["ctx", "context", "c", "call", "run_ctx"])
@pytest.mark.parametrize("annotation", ["RunContext_T", "'RunContext_T'", "Call"])
def test_a_context_that_cannot_be_resolved_is_no_input(parameter: str, annotation: str, profile: Profile) -> None:
    source = f'''
        from livekit.agents import Agent, function_tool
        {ALIASES.strip()}
        class Desk(Agent):
            @function_tool
            async def take_name(self, {parameter}: {annotation}, name: str) -> dict:
                """Take the name when the caller says one.

                Args:
                    name: What the caller is called

                Returns:
                    dict: {{status: "success", name: str}}
                """
                return {{"status": "success", "name": name}}
    '''
    codes = {found.code for found in check(textwrap.dedent(source), "a.py", Options(profile=profile))}
    assert codes & (OF_INPUTS | {"CAL102", "CAL104"}) == set()


@pytest.mark.parametrize("signature", ["context, day: str", "day: str, ctx", "ctx, day: str"])
def test_a_context_without_annotation_is_reported_once(signature: str) -> None:
    source = f"from livekit.agents import RunContext\nasync def f({signature}) -> dict: ...\n"
    codes = [found.code for found in check(source, "a.py") if found.code < "CAL3"]
    assert codes == ["CAL104"]
