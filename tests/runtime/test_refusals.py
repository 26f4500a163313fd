"""Folders, and what is not loaded: each reason in a line."""

from __future__ import annotations

import errno
import inspect
import json
import logging
import os
from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("livekit.agents")


from flake8_incall.options import OptionError
from flake8_incall.runtime import Rejected, load_tools
from tests.runtime.loaded import answer, names_of, rejection
from tests.runtime.writing import BASIC, PYTHON, SNIPPET, advanced, write

SECRETS = {"CRM_TOKEN": "tok-1"}


def test_a_folder_of_both(tmp_path: Path) -> None:
    write(tmp_path / "b.py", PYTHON)
    write(tmp_path / "a.json", advanced())
    write(tmp_path / "deep" / "c.json", [BASIC])
    write(tmp_path / "package.json", {"name": "web"})
    write(tmp_path / ".hidden" / "d.py", PYTHON)
    write(tmp_path / "notes.txt", "no Python")
    write(tmp_path / "helper.py", "VALUE = 1 / 0\n")
    assert names_of(load_tools(tmp_path, secrets=SECRETS)) == ["find_order", "book_table", "opening_hours"]


def test_all_findings_of_all_files_are_told_and_nothing_is_executed(tmp_path: Path) -> None:
    bad = PYTHON.replace('return {"status": "success", "seats": seats}', "return seats")
    write(tmp_path / "a.py", f"{bad}\nraise RuntimeError\n")
    write(tmp_path / "b.json", advanced(SNIPPET.replace('"success"', '"done"')))
    write(tmp_path / "c.py", "def (:\n")
    write(tmp_path / "d.py", b"# \xff\n")
    write(tmp_path / "e.json", '{"type": "custom_in_call"')
    with pytest.raises(Rejected) as caught:
        load_tools(tmp_path)
    assert {(Path(found.path).name, found.code) for found in caught.value.diagnostics} >= {
        ("a.py", "CAL401"),
        ("b.json", "CAL403"),
        ("e.json", "CAL001"),
    }
    lines = str(caught.value).replace(f"{tmp_path}/", "").splitlines()
    assert [line.partition(":")[0] for line in lines][-2:] == ["c.py", "d.py"]
    assert "a.py:18:5: CAL401 " in str(caught.value)
    assert "cannot be parsed" in lines[-2]
    assert "byte 0xff is not utf-8" in lines[-1]


def test_a_misspelt_way_to_refuse_does_not_skip(tmp_path: Path) -> None:
    write(tmp_path / "a.py", PYTHON)
    with pytest.raises(OptionError, match=r"^on_rejected: 'Raise' is neither 'raise' nor 'skip'$"):
        load_tools(tmp_path, on_rejected=cast(Any, "Raise"))


def test_with_skip_the_rest_is_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "a.py", PYTHON.replace("return {", "return [").replace("}\n", "]\n"))
    write(tmp_path / "b.py", PYTHON)
    write(tmp_path / "c.py", "def (:\n")
    write(tmp_path / "d.json", advanced())
    write(tmp_path / "e.json", advanced())
    assert names_of(load_tools(tmp_path, on_rejected="skip")) == ["book_table", "find_order"]
    assert "a.py:" in caplog.text
    assert "cannot be parsed" in caplog.text
    assert "e.json: has a tool `find_order`, and so has" in caplog.text


def test_two_tools_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.py", PYTHON)
    write(tmp_path / "b.py", PYTHON)
    with pytest.raises(Rejected, match=r"b\.py: has a tool `book_table`, and so has .*a\.py"):
        load_tools(tmp_path)


def test_two_functions_of_one_name_in_two_scopes_are_told_with_both_places(tmp_path: Path) -> None:
    version = {
        "functions": [advanced()],
        "capabilities": [{"functions": [BASIC, advanced(description="Call this when they ask for the courier.")]}],
    }
    path = write(tmp_path / "version.json", json.dumps(version, indent=1))
    lines = [number for number, line in enumerate(path.read_text().splitlines(), 1) if '"find_order"' in line]
    said = rejection(path, secrets=SECRETS)
    assert said.startswith(f"version.json:{lines[1]}:")
    assert f"`find_order` is another function in another scope, on line {lines[0]}: rename one, or put" in said
    assert said.count("\n") == 0


SUPPRESSED = PYTHON.replace('"seats": seats}\n', '"seats": {seats}}  # noqa: CAL406\n')


def test_noqa_is_honoured(tmp_path: Path) -> None:
    (tool,) = load_tools(write(tmp_path / "tables.py", SUPPRESSED))
    assert answer(tool, seats=2)["status"] == "error"
    assert names_of(load_tools(write(tmp_path / "tables.py", "# flake8: noqa\n" + SUPPRESSED))) == ["book_table"]


def test_under_gate_noqa_counts_for_nothing(tmp_path: Path) -> None:
    for text in (SUPPRESSED, "# flake8: noqa\n" + SUPPRESSED):
        assert "CAL406" in rejection(write(tmp_path / "tables.py", text), profile="gate")


def test_the_configuration_beside_the_files_counts_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "setup.cfg", "[flake8]\nignore = CAL\n")
    write(tmp_path / "pyproject.toml", '[tool.incall]\nprofile = "livekit"\n')
    path = write(tmp_path / "tables.py", SUPPRESSED.replace("# noqa: CAL406", ""))
    monkeypatch.chdir(tmp_path)
    assert "CAL406" in rejection(path)


def test_under_gate_a_function_runs_guarded(tmp_path: Path) -> None:
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced()), profile="gate")
    assert answer(tool, order="सात") == {"status": "success", "order": "सात"}
    (tool,) = load_tools(write(tmp_path / "tables.py", PYTHON), profile="gate")
    assert answer(tool, seats=2) == {"status": "success", "seats": 2}
    assert "open" not in inspect.unwrap(cast(Any, tool)).__builtins__


METHOD = '''from livekit.agents import Agent, RunContext, function_tool


class Shop(Agent):
    """A shop."""

    @function_tool
    async def opening_hours(self, ctx: RunContext, day: str) -> dict:
        """Call this when the caller asks when the shop is open.

        Args:
            day: The day of the week.

        Returns:
            dict: {status: "success", day: str}
        """
        return {"status": "success", "day": day}
'''


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tables.py", METHOD, "tables.py:8:5: `opening_hours` is a method, which only its agent has"),
        ("tables.py", PYTHON + "\nraise SystemExit(3)\n", "tables.py: cannot be executed: SystemExit: 3"),
        ("tables.py", "import no_such_module\n" + PYTHON, "tables.py: imports `no_such_module`, which is not"),
        ("tables.py", PYTHON + "\ndel book_table\n", "`book_table` is not there under its name"),
        ("tables.py", "VALUE = 1\n", "tables.py: has no in-call function"),
        ("tables.py", "async def book() -> dict:\n    return {}\n", "`book`: no parameter is annotated with LiveKit's"),
        ("tables.py", "", "tables.py: has no in-call function"),
        ("tables.py", "def (:\n", "tables.py:1:5: cannot be parsed"),
        ("tables.py", b"\xff\xfe", "tables.py:1:1: cannot be read: byte 0xff is not utf-8; save it as UTF-8"),
        ("tables.txt", "", "tables.txt: is neither a .py file nor a function document, which is a .json file"),
        ("tables.json", "[1]", "tables.json: has no in-call function; not a function document: it is a list"),
        ("tables.json", "[]", "tables.json:1:1: CAL001 no function in an empty list"),
        ("tables.json", b"\xff", "tables.json:1:1: cannot be read: byte 0xff is not utf-8; save it as UTF-8"),
        ("tables.json", [{"type": "custom_pre_call", "name": "x"}], "tables.json: has no in-call function"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_line(
    tmp_path: Path, name: str, content: str | bytes | dict[str, Any], said: str
) -> None:
    text = rejection(write(tmp_path / name, content))
    assert said in text
    assert len(text.splitlines()) == 1


def test_what_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    assert rejection(tmp_path / "nowhere") == "nowhere: there is no such file or folder"
    assert rejection(write(tmp_path / "empty" / "notes.txt", "").parent) == "empty: has no in-call function"
    with pytest.raises(OptionError, match="unknown profile 'sealed'"):
        load_tools(tmp_path, profile="sealed")  # type: ignore[arg-type]


LATE = PYTHON.replace("seats: int,", "seats: Seats,").replace("\n\n\nasync", "\n\nSeats = int\n\n\nasync", 1)


def test_a_folder_that_cannot_be_listed_holds_up_the_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.py", PYTHON)
    write(tmp_path / "deep" / "b.py", PYTHON)
    listed = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "deep":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return listed(path)

    # Whoever runs as root may list every folder.
    monkeypatch.setattr("os.scandir", scandir)
    with pytest.raises(Rejected) as caught:
        load_tools(tmp_path)
    assert str(caught.value) == f"{tmp_path}/deep: cannot be read: Permission denied"
    assert names_of(load_tools(tmp_path, on_rejected="skip")) == ["book_table"]


def test_a_signature_that_livekit_cannot_describe_is_refused_at_load(tmp_path: Path) -> None:
    assert names_of(load_tools(write(tmp_path / "tables.py", LATE))) == ["book_table"]
    text = LATE.replace("Seats = int", "class Seats(int):\n    pass").replace("async def", "@function_tool\nasync def")
    text = text.replace("import RunContext", "import RunContext, function_tool")
    assert "Seats" in rejection(write(tmp_path / "tables.py", text), profile="livekit")


def test_functions_that_are_passed_over_are_told_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "flake8_incall.runtime")
    load_tools(write(tmp_path / "tables.py", f"{PYTHON}\n\nasync def help_out() -> dict:\n    return {{}}\n"))
    assert "not loaded: `help_out`: no parameter is annotated with LiveKit's `RunContext`" in caplog.text


def test_a_file_of_a_folder_that_yields_no_tool_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "flake8_incall.runtime")
    write(tmp_path / "a.py", f"{PYTHON}\n\nasync def help_out() -> dict:\n    return {{}}\n")
    write(tmp_path / "b.py", PYTHON.replace("ctx: RunContext, ", "").replace("book_table", "seat"))
    assert names_of(load_tools(tmp_path)) == ["book_table"]
    told = {(Path(record.getMessage().partition(":")[0]).name, record.levelname) for record in caplog.records}
    assert told == {("a.py", "INFO"), ("b.py", "WARNING")}
