"""What cannot be read or parsed is said on one line, and costs nothing of what is found elsewhere."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flake8_incall import runner
from flake8_incall.cli import main
from flake8_incall.engine import Engine
from flake8_incall.report import Report
from tests.cli.conftest import BROKEN, RIGHT, Command

PROBLEMS: dict[str, tuple[bytes, str]] = {
    "syntax": (b"x = 1\ndef f(:\n", "f.py:2:7: cannot be parsed: invalid syntax"),
    "null": (b"x = '\0'\n", "f.py: cannot be parsed: source code string cannot contain null bytes"),
    "nesting": (b"x = " + b"-" * 100_000 + b"1\n", "f.py: cannot be parsed: too deeply nested"),
    "not UTF-8": (
        "# RunContext\nx = 'é'\n".encode("latin-1"),
        "f.py:2:6: cannot be read: byte 0xe9 is not utf-8",
    ),
    "late": (b"\n" * 9000 + b"\xff", "f.py:9001:1: cannot be read: byte 0xff is not utf-8"),
    "cookie": (b"# coding: klingon\n", "f.py: cannot be parsed: unknown encoding: klingon"),
    "no text": (b"# coding: rot13\n", "f.py: cannot be parsed: unknown text encoding rot13"),
    "UTF-16": ("x = 1".encode("utf-16"), "f.py:1:1: cannot be read: byte 0xff is not utf-8"),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_is_said_and_the_rest_is_checked(kind: str, project: Path, command: Command) -> None:
    data, message = PROBLEMS[kind]
    (project / "f.py").write_bytes(data)
    (project / "broken.py").write_text(BROKEN, encoding="utf-8")
    outcome = command("check", "f.py", "broken.py")
    problem, summary = outcome.err.splitlines()
    assert problem.startswith(message)
    assert summary.endswith("1 file could not be checked (checked 1 in-call function in 1 Python file)")
    assert "CAL101" in outcome.codes
    assert outcome.status == 2


def test_a_path_that_is_not_there(project: Path, command: Command) -> None:
    outcome = command("check", "absent.py")
    assert outcome.err.startswith("absent.py: cannot be read: No such file or directory\n")
    assert (outcome.status, outcome.out) == (2, "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no links of this kind")
def test_a_link_to_nowhere_in_a_folder(project: Path, command: Command) -> None:
    (project / "link.py").symlink_to("absent.py")
    assert command("check").err.startswith("./link.py: cannot be read: No such file")


@pytest.fixture
def unlisted(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that may not be listed; whoever runs as root may list every folder."""
    folder = project / "tools" / "unread"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text(BROKEN, encoding="utf-8")
    listed = os.scandir

    def scandir(path: str) -> object:
        if Path(path).resolve() == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return listed(path)

    monkeypatch.setattr("os.scandir", scandir)
    return folder


@pytest.mark.parametrize("path", [".", "tools", "tools/unread", "tools/unread/"])
@pytest.mark.parametrize("verb", ["check", "fix", "show"])
def test_a_folder_that_cannot_be_listed_is_named(unlisted: Path, path: str, verb: str, command: Command) -> None:
    outcome = command(verb, "--profile=gate", path)
    told = outcome.err.splitlines()[0].removeprefix("./")
    assert told in (f"tools/unread{end}: cannot be read: Permission denied" for end in ("", "/"))
    assert (outcome.status, outcome.out) == (2, "")


def test_a_folder_that_is_excluded_need_not_be_listed(unlisted: Path, command: Command) -> None:
    assert command("check", "--exclude=unread").status == 0
    assert command("check", "--exclude=unread", "tools/unread").status == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
@pytest.mark.parametrize("verb", ["check", "fix", "show"])
@pytest.mark.parametrize("name", ["x.py", "x.json"])
def test_a_pipe_is_not_waited_for(project: Path, name: str, verb: str, command: Command) -> None:
    os.mkfifo(project / name)
    for path in (".", name):
        outcome = command(verb, path)
        assert outcome.err.splitlines()[0].removeprefix("./") == f"{name}: cannot be read: it is no regular file"
        assert (outcome.status, outcome.out) == (2, "")


def test_standard_input_that_does_not_parse(project: Path, command: Command) -> None:
    outcome = command("check", "-", "--stdin-display-name=tools/f.py", stdin=b"def f(:")
    assert outcome.err.startswith("tools/f.py:1:7: cannot be parsed: ")
    assert outcome.status == 2


def test_a_fault_of_our_own_costs_one_file(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    (project / "b.py").write_text(BROKEN, encoding="utf-8")

    class Failing(Engine):
        def check(self, path: str, *given: Any) -> Report:
            if path == "a.py":
                raise KeyError("of our own")
            return super().check(path, *given)

    monkeypatch.setattr(runner, "Engine", Failing)
    outcome = command("check", "a.py", "b.py")
    assert outcome.err.startswith("a.py: flake8-incall itself failed (KeyError 'of our own'); please report")
    assert outcome.headlines[0].startswith("b.py:1:5: CAL101")
    assert outcome.status == 2


def test_nothing_to_check(project: Path, command: Command) -> None:
    (project / "notes.txt").write_text("", encoding="utf-8")
    outcome = command("check")
    assert outcome.err == "no files to check in . (all excluded, or no Python files and function documents)\n"
    assert (outcome.status, outcome.out) == (0, "")


def test_clean_files(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    outcome = command("check")
    assert (outcome.status, outcome.out, outcome.err) == (
        0,
        "",
        "no findings (checked 1 in-call function in 1 Python file)\n",
    )


@pytest.mark.parametrize("source", ["", "x = 1\n", "async def book_slot(ctx, day):\n    return day\n"])
def test_files_without_an_in_call_function(source: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(source, encoding="utf-8")
    outcome = command("check")
    says = "no findings (checked 0 in-call functions in 1 Python file; `flake8-incall show --why` says why)\n"
    assert (outcome.status, outcome.out, outcome.err) == (0, "", says)
    named = command("check", "a.py")
    assert named.err == f"a.py: no in-call function; `flake8-incall show --why` says why\n{says}"
    (project / "b.py").write_text(RIGHT, encoding="utf-8")
    assert command("check").err == "no findings (checked 1 in-call function in 2 Python files)\n"


def test_require_functions_fails_for_a_named_path_without_one(project: Path, command: Command) -> None:
    (project / "tools").mkdir()
    (project / "empty").mkdir()
    (project / "tools" / "a.py").write_text(RIGHT, encoding="utf-8")
    (project / "b.py").write_text("x = 1\n", encoding="utf-8")
    for paths in (["."], ["tools"], ["./tools/"], ["tools/a.py"]):
        assert command("check", "--require-functions", *paths).status == 0
    for path in ("b.py", "empty"):
        outcome = command("check", "--require-functions", "tools", path)
        assert (outcome.status, outcome.out) == (1, "")
        assert outcome.err.startswith(f"{path}: no in-call function")
        assert command("check", "tools", path).status == 0


def test_of_many_named_files_the_first_are_told(project: Path, command: Command) -> None:
    names = [f"m{number:02}.py" for number in range(30)]
    for name in names:
        (project / name).write_text("x = 1\n", encoding="utf-8")
    lines = command("check", *names).err.splitlines()
    assert len(lines) == 22
    assert lines[-2] == "and 10 more named files in which nothing was checked"


def test_standard_input_that_is_closed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["check", "-"]) == 2
    assert capsys.readouterr().err.startswith("stdin: cannot be read: standard input is closed\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_a_full_disk_is_no_fault_of_ours(project: Path) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "flake8_incall", "check", "a.py"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "flake8-incall: I/O error: [Errno 28] No space left on device\n"


def test_warnings_of_the_compiler_are_not_ours_to_say(project: Path, command: Command) -> None:
    (project / "a.py").write_text('x = "\\d"\ny = 1 is 1\n' + RIGHT, encoding="utf-8")
    assert command("check").err == "no findings (checked 1 in-call function in 1 Python file)\n"


def test_a_reader_that_goes_away(project: Path) -> None:
    (project / "a.py").write_text(BROKEN * 400, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "flake8_incall", "check", "a.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_interrupted(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(Engine):
        def check(self, *_: object) -> Report:
            raise KeyboardInterrupt

    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.setattr(runner, "Engine", Interrupted)
    outcome = command("check")
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "interrupted\n")
