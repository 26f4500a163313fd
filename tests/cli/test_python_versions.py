"""`incall-python`: syntax that is newer than the Python which runs the functions, or which checks them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flake8_incall.model.code.python_versions import RUNNING, dotted
from tests.cli.conftest import RIGHT, Command

GENERIC = RIGHT.replace("    return {", "    def same[T](x: T) -> T:\n        return x\n\n    return {")
DEFAULT = GENERIC.replace("same[T]", "same[T = str]")
GROUPED = RIGHT.replace(
    "    return {", "    try:\n        pass\n    except* KeyError:\n        day = 'today'\n    return {"
)


def document(code: str) -> str:
    return json.dumps(
        {
            "type": "custom_in_call",
            "name": "book_slot",
            "description": "Call this when the caller has agreed to a day",
            "source_code": code,
        }
    )


def test_newer_syntax_in_a_python_file_is_a_finding(project: Path, command: Command) -> None:
    (project / "a.py").write_text(GROUPED, encoding="utf-8")
    outcome = command("check", "--python", "3.10", "a.py")
    assert outcome.codes == ["CAL908"]
    assert "`except*` needs Python 3.11, but the functions run on Python 3.10" in outcome.out
    assert command("check", "--python", "3.11", "a.py").status == 0
    assert command("check", "a.py").status == 0


@pytest.mark.parametrize(("code", "version"), [(GENERIC, (3, 12)), (DEFAULT, (3, 13))])
def test_a_file_for_a_newer_python_is_reported_as_not_checked(
    code: str, version: tuple[int, int], project: Path, command: Command
) -> None:
    (project / "a.py").write_text(code, encoding="utf-8")
    outcome = command("check", "a.py")
    if version <= RUNNING:
        assert outcome.status == 0
        assert command("check", "--python=3.11", "a.py").codes[0] == "CAL908"
        return
    assert outcome.status == 2
    advice = f"run flake8-incall with Python {dotted(version)}, nothing in this file was checked"
    assert f"cannot be checked by Python {dotted(RUNNING)}: " in outcome.err
    assert advice in outcome.err
    assert "does not parse on Python 3.11, which runs it" in command("check", "--python=3.11", "a.py").err


def test_code_of_a_document_is_for_the_python_of_the_platform(project: Path, command: Command) -> None:
    (project / "a.json").write_text(document(DEFAULT), encoding="utf-8")
    outcome = command("check", "a.json")
    assert (outcome.status, outcome.codes) == (1, ["CAL009"])
    assert "does not parse on Python 3.12, which runs it: a default of a type parameter needs" in outcome.out


def test_code_of_a_document_for_the_platform_is_never_silently_right(project: Path, command: Command) -> None:
    (project / "a.json").write_text(document(GENERIC), encoding="utf-8")
    outcome = command("check", "a.json")
    if RUNNING >= (3, 12):
        assert outcome.status == 0
    else:
        assert (outcome.status, outcome.codes) == (1, ["CAL009"])
        assert "cannot be checked by Python 3.11" in outcome.out
        assert "run flake8-incall with Python 3.12" in outcome.out
    older = command("check", "--python", "3.11", "a.json")
    assert (older.status, older.codes) == (1, ["CAL009"])
    assert "does not parse on Python 3.11, which runs it" in older.out
