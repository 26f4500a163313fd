"""The formatter `incall-sarif`, through the installed flake8, for findings of all its plugins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_incall.rules import REGISTRY
from tests.cli.conftest import BROKEN
from tests.formats import read_sarif

TEXT = f"import os\n\nx = '{{0}}' if x else y\n{BROKEN}"


def flake8(*argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8", "--format", "incall-sarif", *argv]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def hostile(project: Path) -> Path:
    for name in ("a.py", "quote\"]]>'%.py", "new\nline.py", "नमस्ते 😀.py", os.fsdecode(b"latin-\xe9.py")):
        (project / name).write_text(TEXT, encoding="utf-8")
    return project


def test_findings_of_all_plugins_are_a_valid_log(hostile: Path) -> None:
    done = flake8("--jobs", "2", ".")
    assert (done.returncode, done.stderr) == (1, "")
    log = read_sarif(done.stdout)
    codes = {result["ruleId"] for result in log["results"]}
    assert {"CAL101", "F401", "E302"} <= codes
    assert codes == {rule["id"] for rule in log["tool"]["driver"]["rules"]}
    described = {rule["id"]: rule for rule in log["tool"]["driver"]["rules"]}
    assert described["CAL101"]["helpUri"] == REGISTRY.rules["CAL101"].url
    (first, *_) = [one for one in log["results"] if one["ruleId"] == "CAL101"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 5}
    assert first["level"] == "error"


def test_files_that_cannot_be_parsed_or_read_are_a_valid_log(project: Path) -> None:
    (project / "a.py").write_text("def (:\n", encoding="utf-8")
    log = read_sarif(flake8("a.py", "missing.py").stdout)
    assert {result["ruleId"] for result in log["results"]} >= {"E999", "E902"}


def test_a_run_without_findings_is_a_valid_log(project: Path) -> None:
    (project / "a.py").write_text("", encoding="utf-8")
    done = flake8("a.py")
    assert (done.returncode, read_sarif(done.stdout)["results"]) == (0, [])


def test_fingerprints_survive_moved_lines(project: Path) -> None:
    (project / "a.py").write_text(TEXT, encoding="utf-8")
    before = read_sarif(flake8("--select", "CAL,F401").stdout)["results"]
    (project / "a.py").write_text(TEXT.replace("import os\n", "\n\n\nimport os\n"), encoding="utf-8")
    after = read_sarif(flake8("--select", "CAL,F401").stdout)["results"]
    marks = [[one["partialFingerprints"] for one in results] for results in (before, after)]
    assert marks[0] == marks[1]


def test_an_output_file_is_replaced(project: Path) -> None:
    (project / "a.py").write_text(TEXT, encoding="utf-8")
    for _ in range(2):
        done = flake8("--output-file", "out.sarif", "--statistics", "a.py")
        assert done.stdout == ""
        assert "CAL101" in done.stderr
        read_sarif((project / "out.sarif").read_text(encoding="utf-8"))
    done = flake8("--output-file", "out.sarif", "--tee", "a.py")
    assert done.stdout == (project / "out.sarif").read_text(encoding="utf-8")


def test_an_output_file_that_cannot_be_written_is_told(project: Path) -> None:
    (project / "a.py").write_text(TEXT, encoding="utf-8")
    done = flake8("--output-file", "missing/out.sarif", "a.py")
    assert done.returncode == 1
    assert "output-file: cannot write 'missing/out.sarif'" in done.stdout
    assert "Traceback" not in done.stderr
