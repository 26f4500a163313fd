"""Stores into the call's context are refused however the context is named, annotated, imported or handed on."""

from __future__ import annotations

import pytest

from tests.test_gate import codes

TOOL = '''\
{imports}


async def remember(call: {annotation}, order_id: str) -> dict:
    """Remember an order when the caller names it.

    Args:
        order_id: The number of the order

    Returns:
        dict: {{status: "success"}}
    """
    {body}
    return {{"status": "success"}}
'''
USUAL = "from livekit.agents import RunContext"
ANNOTATIONS = [
    (USUAL, "RunContext"),
    ("from livekit.agents.voice import RunContext", "RunContext"),
    ("from livekit.agents.voice import RunContext as Call", "Call"),
    ("from livekit.agents.voice.events import RunContext", "RunContext"),
    ("import livekit.agents", "livekit.agents.RunContext"),
    ("import livekit.agents.voice as voice", "voice.RunContext"),
    ("from livekit import agents", "agents.RunContext"),
    ("from livekit.agents import AgentSession", "AgentSession"),
    ("from livekit.agents.voice import AgentSession", "AgentSession"),
    ("from livekit.agents import JobContext", "JobContext"),
    (USUAL, '"RunContext"'),
    (USUAL, '"RunContext[dict]"'),
    (USUAL, "RunContext[dict]"),
    (USUAL, "RunContext | None"),
    (USUAL, '"RunContext | None"'),
    ("import livekit.agents", '"livekit.agents.RunContext"'),
    (f"from typing import Optional\n{USUAL}", "Optional[RunContext]"),
    (f"from typing import Annotated\n{USUAL}", 'Annotated[RunContext, "the call"]'),
    (f"from __future__ import annotations\n{USUAL}", "RunContext"),
    (f"{USUAL}\nCall = RunContext[dict]", "Call"),
    (f"{USUAL}\nInner = RunContext\nCall = Inner | None", "Call"),
]


@pytest.mark.parametrize(("imports", "annotation"), ANNOTATIONS)
def test_the_context_is_known_by_its_annotation(imports: str, annotation: str) -> None:
    store = TOOL.format(imports=imports, annotation=annotation, body='call.session.tools["late"] = order_id')
    assert "CAL526" in codes(store)
    own = TOOL.format(imports=imports, annotation=annotation, body='call.userdata["late"] = order_id')
    assert "CAL526" not in codes(own)


@pytest.mark.parametrize("signature", ["ctx", "context", "ctx: object"])
def test_the_context_is_known_by_its_name(signature: str) -> None:
    assert codes(f"def helper({signature}):\n    {signature.partition(':')[0]}.tools['late'] = 1\n") == {"CAL526"}


@pytest.mark.parametrize(
    "signature", ["call", "rows: dict", "context: dict", "call: 'what the caller said'", "call: 'RunContextual'"]
)
def test_other_parameters_are_no_context(signature: str) -> None:
    found = codes(f"{USUAL}\n\n\ndef helper({signature}):\n    {signature.partition(':')[0]}['late'] = 1\n")
    assert "CAL526" not in found


@pytest.mark.parametrize("length", [1, 2, 19, 20, 21, 22, 60])
def test_no_chain_of_aliases_hides_the_context(length: int) -> None:
    aliases = ["known0 = call.session", *(f"known{n} = known{n - 1}" for n in range(1, length))]
    body = "\n    ".join([*aliases, f'known{length - 1}.tools["late"] = order_id'])
    assert "CAL526" in codes(TOOL.format(imports=USUAL, annotation="RunContext", body=body))


@pytest.mark.parametrize("length", [1, 2, 19])
def test_a_chain_of_aliases_of_ones_own_is_let_in(length: int) -> None:
    aliases = ["known0 = {}", *(f"known{n} = known{n - 1}" for n in range(1, length))]
    body = "\n    ".join([*aliases, f'known{length - 1}["late"] = order_id'])
    assert codes(TOOL.format(imports=USUAL, annotation="RunContext", body=body)) - {"CAL103"} == set()
