"""Loads files, and calls what was loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from livekit.agents.llm import Tool

from flake8_incall.runtime import Rejected, load_tools
from tests.runtime.calling import contract, run, told


def names_of(tools: list[Tool]) -> list[str]:
    """The names under which the model calls tools."""
    return [tool.id for tool in tools]


def answer(tool: Tool, **arguments: Any) -> dict[str, Any]:
    """The result of one call, which keeps the contract."""
    return contract(run(lambda: told(tool, arguments)))


def rejection(path: Path, **options: Any) -> str:
    """Why a file is refused, with its path as it is in its folder."""
    with pytest.raises(Rejected) as caught:
        load_tools(path, **options)
    return str(caught.value).replace(f"{path.parent}/", "")
