"""The formatter `incall-sarif`, through the installed flake8, for findings of all its plugins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
from flake8.main.cli import main

from flake8_incall.plugin import InCallPlugin
from flake8_incall.rules import REGISTRY
from tests.cli.conftest import BROKEN, Outcome
from tests.formats import read_sarif

TEXT = f"import os\n\nx = '{{0}}' if x else y\n{BROKEN}"


class Flake8(Protocol):
    """Run flake8 with the formatter."""

    def __call__(self, *argv: str) -> Outcome: ...


@pytest.fixture
def flake8(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Flake8:
    """flake8, run in this process."""
    for name in ("configuration", "baselines", "honours_noqa"):
        monkeypatch.setattr(InCallPlugin, name, getattr(InCallPlugin, name))

    def run(*argv: str) -> Outcome:
        status = main(["--format", "incall-sarif", "--jobs", "1", *argv])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def hostile(project: Path) -> Path:
    for name in ("a.py", "quote\"]]>'%.py", "new\nline.py", "नमस्ते 😀.py", os.fsdecode(b"latin-\xe9.py")):
        (project / name).write_text(TEXT, encoding="utf-8")
    return project


def test_the_installed_flake8_knows_the_formatter(hostile: Path) -> None:
    command = [sys.executable, "-m", "flake8", "--format", "incall-sarif", "--jobs", "2", "."]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert len(read_sarif(done.stdout)["results"]) > 10


def test_findings_of_all_plugins_are_a_valid_log(hostile: Path, flake8: Flake8) -> None:
    done = flake8(".")
    assert (done.status, done.err) == (1, "")
    log = read_sarif(done.out)
    codes = {result["ruleId"] for result in log["results"]}
    assert {"CAL101", "F401", "E302"} <= codes
    assert codes == {rule["id"] for rule in log["tool"]["driver"]["rules"]}
    described = {rule["id"]: rule for rule in log["tool"]["driver"]["rules"]}
    assert described["CAL101"]["helpUri"] == REGISTRY.rules["CAL101"].url
    (first, *_) = [one for one in log["results"] if one["ruleId"] == "CAL101"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 5}
    assert first["level"] == "error"


def test_files_that_cannot_be_parsed_or_read_are_a_valid_log(project: Path, flake8: Flake8) -> None:
    (project / "a.py").write_text("def (:\n", encoding="utf-8")
    log = read_sarif(flake8("a.py", "missing.py").out)
    assert {result["ruleId"] for result in log["results"]} >= {"E999", "E902"}


def test_a_run_without_findings_is_a_valid_log(project: Path, flake8: Flake8) -> None:
    (project / "a.py").write_text("", encoding="utf-8")
    done = flake8("a.py")
    assert (done.status, read_sarif(done.out)["results"]) == (0, [])


def test_fingerprints_survive_moved_lines(project: Path, flake8: Flake8) -> None:
    (project / "a.py").write_text(TEXT, encoding="utf-8")
    before = read_sarif(flake8("--select", "CAL,F401").out)["results"]
    (project / "a.py").write_text(TEXT.replace("import os\n", "\n\n\nimport os\n"), encoding="utf-8")
    after = read_sarif(flake8("--select", "CAL,F401").out)["results"]
    marks = [[one["partialFingerprints"] for one in results] for results in (before, after)]
    assert marks[0] == marks[1]


def test_an_output_file_is_replaced(project: Path, flake8: Flake8) -> None:
    (project / "a.py").write_text(TEXT, encoding="utf-8")
    for _ in range(2):
        done = flake8("--output-file", "out.sarif", "--statistics", "--benchmark", "a.py")
        assert done.out == ""
        assert "CAL101" in done.err
        assert "seconds elapsed" in done.err
        read_sarif((project / "out.sarif").read_text(encoding="utf-8"))
    done = flake8("--output-file", "out.sarif", "--tee", "a.py")
    assert done.out == (project / "out.sarif").read_text(encoding="utf-8")


def test_an_output_file_that_cannot_be_written_is_told(project: Path, flake8: Flake8) -> None:
    (project / "a.py").write_text(TEXT, encoding="utf-8")
    done = flake8("--output-file", "missing/out.sarif", "a.py")
    assert done.status == 1
    assert "output-file: cannot write 'missing/out.sarif'" in done.out
    assert done.err == ""
