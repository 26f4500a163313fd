"""`flake8-incall fix`: what it writes, shows and says."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import RIGHT, Command

# Bytes of a file that is not UTF-8, with line ends of another system.
SOURCE = RIGHT.replace(
    '    return {"status": "success"}\n',
    "    try:\n        pass  # déjà vu\n    except:\n        raise\n"
    "    time.sleep(1)\n"
    '    return {"status": "success"}\n',
)
FILE = ("# coding: latin-1\nimport time\n\nfrom livekit.agents import RunContext\n\n\n" + SOURCE).replace("\n", "\r\n")
CLEARED = FILE.replace("import time", "import asyncio\r\nimport time").replace("time.sleep", "await asyncio.sleep")


@pytest.fixture
def file(project: Path) -> Path:
    path = project / "slot.py"
    path.write_bytes(FILE.encode("latin-1"))
    path.chmod(0o640)
    return path


def test_a_file_is_fixed_in_place(command: Command, file: Path) -> None:
    outcome = command("fix", "slot.py")
    assert file.read_bytes().decode("latin-1") == CLEARED
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(file.parent.iterdir()) == [file]
    assert outcome.out == "slot.py: fixed CAL604\n"
    assert (outcome.err, outcome.status) == ("fixed 1, 0 left\n", 0)


def test_a_file_that_may_not_be_written_is_left_alone(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever runs as root may write everything.
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != file)
    outcome = command("fix", "slot.py")
    assert (outcome.out, outcome.err) == ("", "slot.py: cannot be written: Permission denied\nfixed 0, 0 left\n")
    assert outcome.status == 2
    assert file.read_bytes() == FILE.encode("latin-1")


def test_the_difference_is_shown_and_nothing_written(command: Command, file: Path) -> None:
    outcome = command("fix", "--diff", "slot.py")
    assert file.read_bytes() == FILE.encode("latin-1")
    assert "+    await asyncio.sleep(1)\n" in outcome.out
    assert (outcome.err, outcome.status) == ("would fix 1, 0 left\n", 1)


def test_what_needs_a_look_is_asked_for(command: Command, project: Path) -> None:
    path = project / "slot.py"
    path.write_text(RIGHT.replace('return {"status": "success"}', 'return {"status": "ok"}'))
    outcome = command("fix", "slot.py")
    told = "fixed 0, 1 left, 1 of these with --unsafe: `flake8-incall check` shows what is left\n"
    assert (outcome.err, outcome.status) == (told, 1)
    assert command("fix", "--unsafe", "slot.py").status == 0
    assert path.read_text() == RIGHT


def test_a_suppressed_finding_stays(command: Command, project: Path) -> None:
    path = project / "slot.py"
    path.write_text(FILE.replace("time.sleep(1)", "time.sleep(1)  # noqa: CAL604").replace("\r\n", "\n"))
    command("fix", "slot.py")
    assert "    time.sleep(1)  # noqa: CAL604\n" in path.read_text()


def test_standard_input_goes_to_standard_output_in_its_encoding(
    command: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written))
    outcome = command("fix", "-", stdin=FILE.encode("latin-1"))
    assert written.getvalue() == CLEARED.encode("latin-1")
    assert outcome.err == "fixed 1, 0 left\n"


@pytest.mark.parametrize("encoding", ["rot13", "hex", "utf-7", "unicode_escape"])
def test_a_file_that_cannot_be_written_back_is_left_alone(command: Command, project: Path, encoding: str) -> None:
    path = project / "slot.py"
    path.write_text(FILE.replace("latin-1", encoding).replace("déjà", "+AGE-"))
    before = path.read_bytes()
    outcome = command("fix", "--unsafe", "slot.py")
    assert path.read_bytes() == before
    assert outcome.err.startswith("slot.py: cannot be ")
    assert encoding.replace("_", "-") in outcome.err.replace("_", "-").splitlines()[0]
    assert outcome.status == 2


def test_a_file_that_does_not_parse_is_left_alone(command: Command, file: Path) -> None:
    broken = file.with_name("broken.py")
    broken.write_text("def (")
    outcome = command("fix", "broken.py", "slot.py")
    assert broken.read_text() == "def ("
    assert file.read_bytes().decode("latin-1") == CLEARED
    assert outcome.err.startswith("broken.py:1:5: cannot be parsed")
    assert outcome.status == 2
