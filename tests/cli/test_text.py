"""Findings as text: the headline, the line of source, the mark under it, and what a terminal may be shown."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_incall.diagnostics import Diagnostic, Position, Severity
from flake8_incall.progress import with_progress
from flake8_incall.reporters.text import write
from flake8_incall.runner import FileReport
from flake8_incall.terminal import wants_colour
from tests.cli.conftest import BROKEN, Command


def shown(line: str, start: int, end: int, message: str = "is wrong", *, is_coloured: bool = False) -> str:
    """What is written for one finding in a line."""
    diagnostic = Diagnostic(
        "a.py", Position(1, start), Position(1, end), "CAL101", message, Severity.ERROR, "book_slot"
    )
    stream = io.StringIO()
    write([FileReport("a.py", [diagnostic], {1: line})], stream, is_coloured=is_coloured)
    return stream.getvalue()


def test_the_mark_stands_under_what_is_meant() -> None:
    assert shown("x = call(1)", 4, 8) == (
        "a.py:1:5: CAL101 is wrong\n"
        "    x = call(1)\n"
        "        ^^^^ error\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "meant", "before", "mark"),
    [
        ("\tx = 1", "1", "\t    ", "^ error"),
        ("日本 = call", "call", " " * 7, "^^^^ error"),
        ("x = '日本'", "'日本'", " " * 4, "^" * 6 + " error"),
        ("कि = call", "call", " " * 5, "^^^^ error"),
        ("e\u0301 = call", "call", " " * 4, "^^^^ error"),
    ],
)
def test_the_mark_counts_columns_of_the_terminal(line: str, meant: str, before: str, mark: str) -> None:
    start = line.index(meant)
    assert shown(line, start, start + len(meant)).splitlines()[2] == f"    {before}{mark}"


def test_a_point_and_the_end_of_a_line_have_a_mark() -> None:
    assert shown("x", 1, 1).splitlines()[2] == "     ^ error"


def test_text_from_the_file_cannot_steer_the_terminal() -> None:
    text = shown("x = '\x1b[2J\u202e\u2028'", 0, 1, "`\x1b]0;title\x07` is wrong")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "x = '\ufffd[2J\ufffd\ufffd'" in text


def test_colours() -> None:
    text = shown("x", 0, 1, is_coloured=True)
    assert text == "\033[1ma.py:1:1:\033[m \033[1;31mCAL101\033[m is wrong\n    x\n    \033[32m^\033[m error\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_whose_user_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert wants_colour(Terminal())
    assert not wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_colour(Terminal())


def test_the_summary_counts(project: Path, command: Command) -> None:
    for name in ("a.py", "b.py"):
        (project / name).write_text(BROKEN, encoding="utf-8")
    (project / "c.py").write_text("", encoding="utf-8")
    assert (
        command("check", "--select=CAL101,CAL105").err
        == "4 findings in 2 files (checked 2 in-call functions in 3 Python files)\n"
    )
    assert command("check", "--color=always").out.startswith("\033[1m./a.py:1:5:\033[m ")


def test_a_stream_that_cannot_encode_hindi(project: Path) -> None:
    (project / "a.py").write_text(BROKEN.replace("-> dict:", "-> dict:  # नमस्ते"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flake8_incall", "check", "a.py"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"# \\u0928" in done.stdout


def test_the_bar_is_taken_away_before_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", iter(range(100)).__next__)
    diagnostic = Diagnostic("b.py", Position(1, 0), Position(1, 1), "CAL101", "is wrong", Severity.ERROR)
    stream = io.StringIO()
    reports = [FileReport("a.py"), FileReport("b.py", [diagnostic]), FileReport("c.py")]
    for report in with_progress(iter(reports), 3, stream):
        if report.diagnostics:
            assert stream.getvalue().endswith("1 of 3 files\r\033[K")
    assert stream.getvalue().endswith("3 of 3 files\r\033[K")


def test_a_short_run_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    stream = io.StringIO()
    assert len(list(with_progress(iter([FileReport("a.py")]), 1, stream))) == 1
    assert stream.getvalue() == ""
