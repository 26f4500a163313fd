"""`flake8-incall call` of one function among others: it needs what it needs, and not what they need."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, Command

pytest.importorskip("livekit.agents")

from tests.runtime.writing import BASIC, PYTHON, advanced, write


def test_another_function_may_lack_its_secret(project: Path, command: Command) -> None:
    write(project / "shop.json", {"functions": [BASIC, advanced()]})
    outcome = command("call", "shop.json", "find_order", "order=7")
    assert '"order": "7"' in outcome.out
    assert (outcome.status, outcome.err) == (0, "")
    assert "`CRM_TOKEN`" in command("call", "shop.json", "opening_hours", "branch=x").err


def test_the_whole_file_is_checked_all_the_same(project: Path, command: Command) -> None:
    write(project / "shop.json", [{**BASIC, "method": "PATCH"}, advanced()])
    outcome = command("call", "shop.json", "find_order", "order=7")
    assert "CAL003" in outcome.err
    assert outcome.status == 1


def test_other_files_of_a_folder_hold_nothing_up(project: Path, command: Command) -> None:
    write(project / "broken.py", BROKEN)
    write(project / "half.py", "def f(:")
    write(project / "hours.json", BASIC)
    write(project / "tables.py", PYTHON)
    outcome = command("call", ".", "book_table", "seats=2")
    assert json.loads(outcome.out.partition(" s:\n")[2]) == {"status": "success", "seats": 2}
    assert (outcome.status, outcome.err) == (0, "")


def test_a_name_that_no_file_has(project: Path, command: Command) -> None:
    write(project / "hours.json", BASIC)
    write(project / "tables.py", PYTHON)
    assert command("call", ".", "book_tables").err.endswith("`book_tables` (did you mean book_table?)\n")
    outcome = command("call", ".", "pay")
    assert outcome.err == "flake8-incall: . has no function `pay`, it has `book_table`, `opening_hours`\n"
    assert outcome.status == 2


def test_a_name_that_is_made_when_the_file_is_executed(project: Path, command: Command) -> None:
    text = PYTHON.replace("import RunContext", "import RunContext, function_tool")
    write(project / "tables.py", f"{text}\n\nNAME = 're' + 'serve'\nTOOL = function_tool(book_table, name=NAME)\n")
    assert command("call", "tables.py", "reserve", "seats=2").status == 0
