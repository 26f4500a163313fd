"""`--output-file`: the whole report or nothing, and one line about what went wrong."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, Command
from tests.formats import read_json

SHORT = ("check", "--format", "json", "--output-file")


@pytest.fixture
def broken(project: Path) -> Path:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    return project


def test_the_summary_goes_to_the_terminal(broken: Path, command: Command) -> None:
    outcome = command(*SHORT, "out.json", "a.py")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.startswith("3 findings in 1 file")
    assert len(read_json((broken / "out.json").read_text(encoding="utf-8"))) == 3
    assert sorted(path.name for path in broken.iterdir()) == ["a.py", "out.json"]


def test_a_file_has_no_colours(broken: Path, command: Command) -> None:
    command("check", "--output-file", "out.txt", "a.py")
    assert "\x1b" not in (broken / "out.txt").read_text(encoding="utf-8")


def test_a_dash_is_standard_output(broken: Path, command: Command) -> None:
    assert len(read_json(command(*SHORT, "-", "a.py").out)) == 3


def test_an_old_file_is_replaced_and_keeps_its_permissions(broken: Path, command: Command) -> None:
    (broken / "out.json").write_text("x" * 100_000, encoding="utf-8")
    (broken / "out.json").chmod(0o640)
    (broken / "link.json").symlink_to("out.json")
    command(*SHORT, "link.json", "a.py")
    assert len(read_json((broken / "out.json").read_text(encoding="utf-8"))) == 3
    assert stat.S_IMODE((broken / "out.json").stat().st_mode) == 0o640
    assert (broken / "link.json").is_symlink()


def test_a_new_file_can_be_read_by_others(broken: Path, command: Command) -> None:
    before = os.umask(0o022)
    try:
        command(*SHORT, "out.json", "a.py")
    finally:
        os.umask(before)
    assert stat.S_IMODE((broken / "out.json").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "expected a file path, got ''"),
        ("missing/out.json", "no such directory; create "),
        ("folder", "Is a directory"),
        ("a.py/out.json", "no such directory"),
        ("a.py", "is also an input; choose another file"),
        ("./folder/../a.py", "is also an input"),
        ("link.py", "is also an input"),
        ("known.json", "is also an input"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_one_line(path: str, words: str, broken: Path, command: Command) -> None:
    (broken / "folder").mkdir()
    (broken / "link.py").symlink_to("a.py")
    command("baseline", "--output-file", "known.json", "folder")
    before = sorted(broken.rglob("*"))
    outcome = command(*SHORT, path, "--baseline", "known.json", "a.py")
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith("flake8-incall: output-file: ")
    assert words in outcome.err
    assert sorted(broken.rglob("*")) == before
    assert (broken / "a.py").read_text(encoding="utf-8") == BROKEN


@pytest.mark.parametrize("verb", ["check", "baseline"])
def test_a_disk_that_fills_up_leaves_nothing_half_written(
    verb: str, broken: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (broken / "out.json").write_text("before", encoding="utf-8")
    monkeypatch.setattr("os.replace", full)
    outcome = command(verb, "--output-file", "out.json", "a.py")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "flake8-incall: output-file: cannot write 'out.json': No space left on device\n"
    assert (broken / "out.json").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in broken.iterdir()) == ["a.py", "out.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_a_device_is_written_to_and_not_replaced(broken: Path, command: Command) -> None:
    outcome = command(*SHORT, "/dev/full", "a.py")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "cannot write '/dev/full': No space left on device" in outcome.err
    assert command(*SHORT, "/dev/null", "a.py").status == 1
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("name", ["json", "sarif", "junit", "gitlab", "github", "concise"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
def test_standard_output_on_a_full_disk_is_one_line(name: str, broken: Path) -> None:
    command = [sys.executable, "-m", "flake8_incall", "check", "--format", name, "a.py"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize("name", ["json", "sarif", "github"])
def test_a_reader_that_goes_away_ends_the_run(name: str, broken: Path) -> None:
    (broken / "a.py").write_text(BROKEN * 400, encoding="utf-8")
    command = [sys.executable, "-m", "flake8_incall", "check", "--format", name, "a.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 141


@pytest.mark.parametrize("name", ["json", "gitlab", "sarif"])
def test_an_earlier_report_is_replaced_and_never_checked(name: str, broken: Path, command: Command) -> None:
    """Reports hold words of function documents, so that a walk may take them for one."""
    document = {"type": "custom_in_call", "name": "no name", "parameters": [{"key_name": "RunContext ctx"}]}
    (broken / "tool.json").write_text(json.dumps(document), encoding="utf-8")
    argv = ("check", "--format", name, "--output-file", "report.json", ".")
    first = command(*argv)
    text = (broken / "report.json").read_text(encoding="utf-8")
    assert command(*argv).status == first.status == 1
    assert (broken / "report.json").read_text(encoding="utf-8") == text
    for path in (broken / "tool.json", broken / "a.py"):
        path.unlink()
    for _ in range(2):
        assert command(*argv).status == 0
        assert command("check", "report.json").status == 0
    assert command("check", ".").status == 0


def test_a_function_document_is_not_overwritten(broken: Path, command: Command) -> None:
    text = '[{"description": "Call this", "type": "custom_in_call"}]'
    (broken / "tool.json").write_text(text, encoding="utf-8")
    for argv in ((*SHORT, "tool.json", "."), ("baseline", "--output-file", "tool.json")):
        assert "is also an input" in command(*argv).err
    assert (broken / "tool.json").read_text(encoding="utf-8") == text


def test_a_baseline_is_written_again_over_itself(broken: Path, command: Command) -> None:
    for _ in range(3):
        assert command("baseline", "--output-file", "known.json").status == 0
    assert command("check", "--baseline", "known.json", ".").status == 0
