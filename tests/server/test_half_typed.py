"""Findings while a text does not parse: those of functions that did not change stay, moved with the text."""

from __future__ import annotations

import json

import pytest

from flake8_incall.server import half_typed
from flake8_incall.server.half_typed import Block, seen_blocks
from tests.cli.conftest import BROKEN
from tests.server.conftest import Editor

HEAD = """\
import httpx
from livekit.agents import Agent, RunContext, function_tool


async def _get(path: str) -> dict:
    async with httpx.AsyncClient(timeout=None) as client:
        response = await client.get(path)
    return response.json()


class Desk(Agent):
"""
TOOL = '''\
    @function_tool
    async def {name}(self, context: RunContext, day) -> dict:
        """Find the {name} of a day, "नमस्ते".

        Args:
            day: The day, such as 2026-11-27
        """
        found = {{"status": "success"}}
        if day == "today":
            found["text"] = f"{{day}}: " + """
one
"""
        for number in range(3):
            found[str(number)] = [number, (number + 1)]
        return found

'''
NAMES = ("slots", "hours", "prices")
TEXT = HEAD + "".join(TOOL.format(name=name) for name in NAMES) + "    @function_tool\n    async def last(self): pass\n"
START = TEXT.index(TOOL.format(name="hours"))
END = TEXT.index(TOOL.format(name="prices"))
CUTS = [START + (END - START) * number // 21 for number in range(1, 21)]
SETTINGS = {"profile": "livekit"}


def places(editor: Editor, text: str) -> set[tuple[str, int, str | None]]:
    found = editor.check("desk.py", text).findings
    return {(finding.code, finding.start.line, finding.qualified_name) for finding in found}


@pytest.fixture
def writer(editor: Editor) -> Editor:
    """An editor that has shown the findings of the whole text."""
    editor.settings = SETTINGS
    assert {name for _, _, name in places(editor, TEXT)} >= {f"Desk.{name}" for name in (*NAMES, "last")}
    return editor


@pytest.mark.parametrize("cut", CUTS)
def test_check_of_a_function_that_is_being_written_keeps_the_findings_of_the_others(writer: Editor, cut: int) -> None:
    before = places(writer, TEXT)
    text = TEXT[:cut] + " (\n" + TEXT[END:]
    shift = text.count("\n") - TEXT.count("\n")
    line = TEXT.count("\n", 0, END)
    outcome = writer.check("desk.py", text)
    assert outcome.problem is not None
    kept = {(f.code, f.start.line, f.qualified_name) for f in outcome.findings}
    others = {one for one in before if one[2] != "Desk.hours"}
    assert kept == {(code, at + shift if at > line else at, name) for code, at, name in others}
    assert places(writer, TEXT) == before


@pytest.mark.parametrize("cut", CUTS)
def test_check_of_a_text_that_ends_early_reports_nothing_untrue(writer: Editor, cut: int) -> None:
    before = places(writer, TEXT)
    outcome = writer.check("desk.py", TEXT[:cut])
    kept = {(f.code, f.start.line, f.qualified_name) for f in outcome.findings}
    if outcome.problem is None:
        assert kept == places(Editor(writer.folder, SETTINGS), TEXT[:cut])
    else:
        assert kept == {one for one in before if one[2] == "Desk.slots"}


@pytest.mark.parametrize("opening", ['"""', "'''", "(", "[", "{", "f'{", "\\", "@", "if x:", "return return"])
def test_check_keeps_findings_after_what_swallows_the_rest(writer: Editor, opening: str) -> None:
    before = places(writer, TEXT)
    outcome = writer.check("desk.py", TEXT.replace("class Desk", f"{opening}\nclass Desk", 1))
    if outcome.problem is not None:
        assert {(f.code, f.start.line - 1, f.qualified_name) for f in outcome.findings} >= {
            one for one in before if one[2] in ("Desk.slots", "Desk.hours") and one[1] > HEAD.count("\n")
        }


def test_check_keeps_findings_without_the_parser_that_goes_on(writer: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half_typed, "find_spec", lambda name: None)
    assert list(seen_blocks(TEXT)) == []
    assert {f.qualified_name for f in writer.check("desk.py", TEXT + "(").findings} >= {"Desk.slots", "Desk.hours"}


def test_check_of_a_text_that_never_parsed_has_the_error_alone(editor: Editor) -> None:
    editor.settings = SETTINGS
    outcome = editor.check("desk.py", TEXT + "(")
    assert outcome.findings == []
    assert "nothing in this file was checked" in str(outcome.problem)


def test_check_keeps_no_finding_of_a_helper_that_is_being_written(writer: Editor) -> None:
    text = TEXT.replace("return response.json()", "return response.json(")
    assert all(finding.start.line > HEAD.count("\n") for finding in writer.check("desk.py", text).findings)


def test_check_tells_functions_of_one_text_apart(writer: Editor) -> None:
    twice = "\n\n".join(f"class {name}(Agent):\n{TOOL.format(name='find')}" for name in ("One", "Two", "Three"))
    text = HEAD.partition("class")[0] + twice
    before = places(writer, text)
    broken = text.replace("class One", "x = (\n\nclass One")
    kept = {(f.code, f.start.line, f.qualified_name) for f in writer.check("desk.py", broken).findings}
    assert kept == {
        (code, line + 2, name) for code, line, name in before if line > text[: text.index("class One")].count("\n")
    }


def test_check_of_a_document_keeps_the_findings_of_functions_that_did_not_change(editor: Editor) -> None:
    functions = [
        {"type": "custom_in_call", "name": name, "description": "Books", "source_code": BROKEN} for name in ("a", "b")
    ]
    text = json.dumps(functions, indent=1)
    before = {(f.code, f.start.line) for f in editor.check("all.json", text).findings if f.qualified_name == "b"}
    broken = text.replace('"Books"', '"Books', 1)
    kept = {(f.code, f.start.line) for f in editor.check("all.json", broken).findings}
    assert before
    assert before < kept
    assert {code for code, _ in kept - before} == {"CAL001"}


def test_seen_blocks_are_functions_and_methods_with_decorators() -> None:
    pytest.importorskip("ast_grep_py", reason="ast-grep-py is not installed")
    head = "@tool\ndef a(): pass\n\nclass B:\n    @tool\n    async def c(self):\n"
    text = head + "        x = (1 +\n\n    def d(self): pass\n"
    assert set(seen_blocks(text)) == {Block("a", 1, 2), Block("B.c", 5, 7), Block("B.d", 9, 9)}
