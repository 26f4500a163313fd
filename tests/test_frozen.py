"""The net itself: frozen diagnostics show what a change of the linter loses and gains, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.frozen import compare, main, rows
from tests.harness import FIXTURES, ROOT

TOOL = '''\
import time

from livekit.agents import RunContext, function_tool


class Desk:
    @function_tool
    async def book(self, ctx: RunContext, day: str) -> dict:
        """Book a day when the caller names it.

        Args:
            day: The day
        """
        time.sleep(3)
        return {"status": "success"}
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "code"
    found.mkdir()
    (found / "tools.py").write_text(TOOL, encoding="utf-8")
    return found


def freeze(folder: Path, name: str, *options: str) -> Path:
    out = folder.parent / name
    assert main(["write", str(out), str(folder), *options]) == 0
    return out


def test_a_row_is_file_function_code_and_subject(folder: Path) -> None:
    text = freeze(folder, "old.tsv").read_text(encoding="utf-8")
    assert "code/tools.py\tDesk.book\tCAL604\ttime.sleep\n" in text
    assert text.splitlines() == sorted(text.splitlines())


def test_moved_lines_are_no_difference(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = freeze(folder, "old.tsv")
    (folder / "tools.py").write_text(
        "# A comment.\n\n" + TOOL.replace("time.sleep(3)", "time.sleep(30)"), encoding="utf-8"
    )
    assert main(["compare", str(old), str(freeze(folder, "new.tsv"))]) == 0
    assert capsys.readouterr().out.endswith("0 differences\n")


def test_lost_and_new_rows_are_told_and_exit_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = freeze(folder, "old.tsv")
    (folder / "tools.py").write_text(TOOL.replace("time.sleep(3)", "print(day)"), encoding="utf-8")
    assert main(["compare", str(old), str(freeze(folder, "new.tsv"))]) == 1
    told = capsys.readouterr().out
    assert "- code/tools.py\tDesk.book\tCAL604\ttime.sleep\n" in told
    assert "+ code/tools.py\tDesk.book\tCAL903\tprint(day)\n" in told


def test_rows_are_counted(tmp_path: Path) -> None:
    old, new = tmp_path / "old.tsv", tmp_path / "new.tsv"
    old.write_text("a\tf\tCAL604\tx\n" * 2, encoding="utf-8")
    new.write_text("a\tf\tCAL604\tx\n", encoding="utf-8")
    assert compare(old, new) == ["- a\tf\tCAL604\tx"]


def test_documents_are_frozen_too() -> None:
    document = FIXTURES / "documents" / "function.json"
    assert {row[2] for row in rows(document, "function.json", "strict")}


def test_what_is_not_python_and_foreign_folders_are_left_out(folder: Path) -> None:
    before = freeze(folder, "old.tsv").read_text(encoding="utf-8")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "tools.py").write_text(TOOL, encoding="utf-8")
    (folder / "broken.py").write_text("def incall(:\n", encoding="utf-8")
    (folder / "binary.py").write_bytes(b"\xff\xfe incall")
    assert freeze(folder, "new.tsv").read_text(encoding="utf-8") == before


def test_differ_runs_two_checkouts_on_the_same_files(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "checkout"
    shutil.copytree(ROOT / "flake8_incall", old / "flake8_incall", ignore=shutil.ignore_patterns("__pycache__"))
    printing = old / "flake8_incall" / "rules" / "event_loop.py"
    given = ["differ", str(old), str(ROOT), str(folder)]
    assert main([*given, "--generated", "1", "--seed", "7"]) == 0
    printing.write_text(printing.read_text(encoding="utf-8").replace('"CAL604"', '"CAL694"', 1), encoding="utf-8")
    capsys.readouterr()
    assert main(given) == 1
    told = capsys.readouterr().out
    assert "- code/tools.py\tDesk.book\tCAL694\ttime.sleep\n+ code/tools.py\tDesk.book\tCAL604\ttime.sleep\n" in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["write", "out.tsv", "nowhere"], "frozen: nowhere: no such file or folder"),
        (["compare", "nowhere.tsv", "nowhere.tsv"], "frozen: nowhere.tsv: No such file or directory"),
        (["compare", "one.tsv"], "frozen: compare needs an old and a new one"),
        (["differ", "nowhere", "nowhere"], "frozen: nowhere: no checkout of flake8-incall"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    given: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(given) == 2
    assert capsys.readouterr().err == f"{said}\n"
