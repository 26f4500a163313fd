"""LiveKit's names are known by every path by which they can be imported, in the version that is installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

pytest.importorskip("livekit.agents")

from livekit import agents

from flake8_incall.catalogue import load

CANONICAL = {
    name: f"livekit.agents.{name}"
    for name in (
        *(
            "Agent",
            "AgentSession",
            "ChatContext",
            "JobContext",
            "RunContext",
            "StopResponse",
            "ToolError",
            "ToolResult",
        ),
        *("function_tool", "get_job_context"),
    )
} | {"voice.SpeechHandle": "livekit.agents.voice.speech_handle.SpeechHandle"}


def import_paths(thing: object) -> Iterator[str]:
    """Where a class or function is from, and the packages that offer it too."""
    for name, module in list(sys.modules.items()):
        is_its_home = name == getattr(thing, "__module__", None)
        if name.partition(".")[0] == "livekit" and (is_its_home or hasattr(module, "__path__")):
            yield from (f"{name}.{own}" for own, value in list(vars(module).items()) if value is thing)


@pytest.mark.parametrize("name", CANONICAL)
def test_every_import_path_stands_for_one_name(name: str) -> None:
    thing: object = agents
    for part in name.split("."):
        thing = getattr(thing, part)
    paths = set(import_paths(thing))
    assert len(paths) > 1
    assert {path: load().canonical(path) for path in paths} == dict.fromkeys(paths, CANONICAL[name])
