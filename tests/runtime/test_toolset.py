"""A folder of functions as one toolset."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents import Agent
from livekit.agents.llm import RawFunctionTool

from flake8_incall.runtime import InCallToolset, Limits, Rejected
from tests.runtime.basic.documents import call
from tests.runtime.basic.service import running
from tests.runtime.calling import contract, run, told
from tests.runtime.writing import BASIC, PYTHON, write


def test_it_has_the_tools_of_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "book.py", PYTHON)
    write(tmp_path / "hours.json", BASIC)
    toolset = InCallToolset(tmp_path, id="shop", limits=Limits(deadline=3), secrets={"CRM_TOKEN": "tok"})
    assert toolset.id == "shop"
    assert [tool.id for tool in toolset.tools] == ["book_table", "opening_hours"]


def test_its_client_lives_from_setup_to_close(tmp_path: Path) -> None:
    write(tmp_path / "book.py", PYTHON)
    toolset = InCallToolset(str(tmp_path), id="shop")

    async def work() -> None:
        assert await toolset.setup() is toolset
        client = toolset._http.client()
        assert client is toolset._http.client()
        assert not client.is_closed
        await toolset.aclose()
        assert client.is_closed

    run(work)


def test_between_setup_and_close_its_calls_share_a_connection(tmp_path: Path) -> None:
    async def work() -> None:
        async with running() as service:
            write(tmp_path / "hours.json", BASIC | {"api": service.url, "headers": {}})
            toolset = InCallToolset(tmp_path, id="shop", allow_private_hosts=True)
            [tool] = toolset.tools
            assert isinstance(tool, RawFunctionTool)
            await toolset.setup()
            for _ in range(3):
                assert (await call(tool, branch="Pune"))["status"] == "success"
            assert service.connections == 1
            await toolset.aclose()

    run(work)


def test_its_tools_answer_in_an_agent(tmp_path: Path) -> None:
    write(tmp_path / "book.py", PYTHON)
    agent = Agent(instructions="Help.", tools=[InCallToolset(tmp_path, id="shop")])
    (toolset,) = agent.tools
    assert isinstance(toolset, InCallToolset)
    (tool,) = toolset.tools
    assert contract(run(lambda: told(tool, {"seats": 2})))["seats"] == 2  # type: ignore[arg-type]


def test_what_does_not_pass_is_refused_when_it_is_made(tmp_path: Path) -> None:
    write(tmp_path / "book.py", PYTHON.replace("return {", "return [").replace("}\n", "]\n"))
    with pytest.raises(Rejected):
        InCallToolset(tmp_path, id="shop")
