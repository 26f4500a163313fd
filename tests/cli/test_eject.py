"""`flake8-incall eject`: basic functions as a file of advanced ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

pytest.importorskip("pydantic")
pytest.importorskip("httpx2")

ADVANCED = {"type": "custom_in_call", "name": "late", "source_code": "async def late(ctx: RunContext) -> dict: ..."}


def basic(**changes: Any) -> dict[str, Any]:
    return {
        "type": "custom_in_call",
        "name": "track_order",
        "description": "Call this when the caller asks where an order is: पुणे",
        "api": "https://api.example.com/orders/{order}",
        "method": "GET",
        "headers": {"Authorization": "x_secrets.CRM_TOKEN"},
        "parameters": [{"key_name": "order", "type": "string", "description": "The number on the invoice"}],
        **changes,
    }


def test_functions_are_written_to_a_file_that_passes_the_check(project: Path, command: Command) -> None:
    other = basic(name="cancel_order", method="DELETE", description="Call this when the caller gives up an order")
    Path("functions.json").write_text(json.dumps({"functions": [basic(), ADVANCED, other]}), encoding="utf-8")
    assert command("eject", "functions.json", "-o", "functions.py").status == 0
    text = Path("functions.py").read_text(encoding="utf-8")
    assert "पुणे" in text
    assert [line for line in text.splitlines() if line.startswith("async def")] == [
        *("async def track_order(", "async def cancel_order(")
    ]
    assert command("check", "--profile", "strict", "functions.py").status == 0


def test_functions_with_another_name_in_python_are_told(project: Path, command: Command) -> None:
    version = {"functions": [basic(), basic(name="track-order")], "capabilities": [{"functions": [basic()]}]}
    Path("functions.json").write_text(json.dumps(version, indent=1), encoding="utf-8")
    outcome = command("eject", "functions.json")
    assert [line for line in outcome.out.splitlines() if line.startswith("async def")] == [
        *("async def track_order(", "async def track_order_(", "async def track_order__(")
    ]
    assert outcome.err.splitlines() == [
        "functions.json:22:12: `track-order` is written as `track_order_`, under which the model will know it",
        "functions.json:43:14: `track_order` is written as `track_order__`, under which the model will know it",
    ]
    assert outcome.status == 0


def test_functions_are_printed_from_standard_input(project: Path, command: Command) -> None:
    outcome = command("eject", "-", stdin=json.dumps(basic()).encode())
    assert outcome.status == 0
    assert outcome.out.startswith("async def track_order(\n    ctx: RunContext,\n    order: str,\n) -> dict:\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "has parts that are no function document"),
        (json.dumps(ADVANCED), "has no basic function"),
        (json.dumps(basic(method="PATCH")), "`track_order` is not right"),
    ],
)
def test_what_cannot_be_written_is_said_on_one_line(project: Path, command: Command, text: str, words: str) -> None:
    Path("functions.json").write_text(text, encoding="utf-8")
    outcome = command("eject", "functions.json")
    assert (outcome.status, outcome.out) == (2, "")
    [line] = outcome.err.splitlines()
    assert line.startswith(f"flake8-incall: functions.json{':' if 'right' in words else ''} {words}")
    assert "`flake8-incall check functions.json`" in line


def test_files_that_cannot_be_read_or_written(project: Path, command: Command) -> None:
    assert command("eject", "none.json").err == "none.json: cannot be read: No such file or directory\n"
    Path("functions.json").write_text(json.dumps(basic()), encoding="utf-8")
    outcome = command("eject", "functions.json", "-o", "none/functions.py")
    assert (outcome.status, outcome.out) == (2, "")
    assert "none/functions.py cannot be written: No such file or directory" in outcome.err


def test_the_document_is_not_overwritten(project: Path, command: Command) -> None:
    Path("functions.json").write_text(json.dumps(basic()), encoding="utf-8")
    outcome = command("eject", "functions.json", "-o", "./functions.json")
    assert outcome.status == 2
    assert outcome.err == "flake8-incall: functions.json is the document itself: name another file to write to\n"
    assert Path("functions.json").read_text(encoding="utf-8") == json.dumps(basic())


def test_without_the_runtime_it_says_what_to_install(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flake8_incall.commands.eject.find_spec", lambda name: None)
    outcome = command("eject", "functions.json")
    assert outcome.status == 2
    assert 'pip install "flake8-incall[runtime]"' in outcome.err
