"""What is judged again after an edit: counted, not timed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from flake8_incall import pipeline
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.sites import Site, sites
from tests.server.conftest import Editor

TEXT = '''\
import httpx
from livekit.agents import Agent, RunContext, function_tool

SECONDS = 5


async def _get(path: str) -> dict:
    async with httpx.AsyncClient(timeout=SECONDS) as client:
        response = await client.get(path)
    return {"text": response.text}


class Desk(Agent):
    @function_tool
    async def slots(self, context: RunContext, day: str) -> dict:
        """Find the slots of a day.

        Args:
            day: The day, such as 2026-11-27
        """
        try:
            return await _get("https://api.example.com/slots")
        except httpx.HTTPError:
            return {"status": "error", "message": "No answer."}

    @function_tool
    async def hours(self, context: RunContext, day) -> dict:
        """Say when the shop is open."""
        return {"status": "success", "hours": "9 to 18"}
'''

Judged = Callable[[str], list[str]]


@pytest.fixture
def judged(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> Judged:
    """Tell which functions are judged when a text follows on the one before."""
    names: list[str] = []

    def counted(function: InCallFunction, node_types: frozenset[type[ast.AST]]) -> Iterator[Site]:
        names.append(function.qualified_name)
        return sites(function, node_types)

    def judge(text: str) -> list[str]:
        names.clear()
        found = editor.check("desk.py", text)
        judged_now = list(names)
        if found.problem is None:
            assert found == Editor(editor.folder, editor.settings).check("desk.py", text)
        return judged_now

    editor.settings = {"profile": "livekit"}
    monkeypatch.setattr(pipeline, "sites", counted)
    assert judge(TEXT) == ["Desk.slots", "Desk.hours"]
    return judge


def test_edit_of_a_function_judges_it_alone(judged: Judged) -> None:
    assert judged(TEXT.replace("9 to 18", "9 to 20")) == ["Desk.hours"]
    assert judged(TEXT.replace("No answer.", "No answer came.")) == ["Desk.slots", "Desk.hours"]
    assert judged(TEXT.replace("No answer.", "No answer came. Do not retry.")) == ["Desk.slots"]


def test_edit_of_a_helper_judges_its_callers_again(judged: Judged, editor: Editor) -> None:
    before = editor.codes("desk.py", TEXT)
    edited = TEXT.replace("timeout=SECONDS", "timeout=None")
    assert judged(edited) == ["Desk.slots"]
    assert "CAL602" in set(editor.codes("desk.py", edited)) - set(before)


def test_edit_of_what_a_helper_reads_judges_the_callers_of_the_helper_again(judged: Judged) -> None:
    assert judged(TEXT.replace("SECONDS = 5", "SECONDS = 500")) == ["Desk.slots"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import httpx\n", "import httpx\n\n\n"),
        ("class Desk", "# A comment.\n\n\nclass Desk"),
        ("SECONDS = 5", "\nSECONDS = 5"),
    ],
)
def test_edit_between_functions_moves_findings_and_judges_nothing(judged: Judged, old: str, new: str) -> None:
    assert judged(TEXT.replace(old, new, 1)) == []


def test_edit_of_an_unrelated_helper_judges_nothing(judged: Judged) -> None:
    assert judged(TEXT + "\n\ndef _unrelated() -> int:\n    return 1\n") == []


def test_text_that_did_not_parse_meanwhile_judges_what_differs(judged: Judged) -> None:
    assert judged(TEXT.replace("9 to 18", '9 to 18" (')) == []
    assert judged(TEXT.replace("9 to 18", "9 to 20")) == ["Desk.hours"]


def test_change_of_settings_judges_everything(judged: Judged, editor: Editor) -> None:
    editor.settings = {"profile": "strict"}
    assert judged(TEXT) == ["Desk.slots", "Desk.hours"]
