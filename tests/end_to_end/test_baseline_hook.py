"""A hook with a baseline, run by the real pre-commit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")

BROKEN = '''\
def book_slot(ctx: RunContext, day) -> dict:
    """Book a slot when the caller has agreed to a day.

    Returns:
        dict: {status: "success"}
    """
    print(day)
    return {"status": "success"}
'''
CONFIGURATION = f"""\
repos:
  - repo: local
    hooks:
      - id: flake8-incall
        name: flake8-incall
        entry: {sys.executable} -m flake8_incall check --baseline known.json
        language: system
        types_or: [python, json]
        require_serial: true
"""


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(folder.parent / "home")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)


def hooks(folder: Path) -> subprocess.CompletedProcess[str]:
    run(folder, "git", "add", ".")
    return run(folder, sys.executable, "-m", "pre_commit", "run", "--all-files")


def test_a_hook_reports_only_what_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text(BROKEN, encoding="utf-8")
    (folder / ".pre-commit-config.yaml").write_text(CONFIGURATION, encoding="utf-8")
    run(folder, "git", "init")
    command = (sys.executable, "-m", "flake8_incall", "baseline", "--output-file", "known.json", ".")
    assert run(folder, *command).returncode == 0
    done = hooks(folder)
    assert done.returncode == 0, done.stdout
    (folder / "a.py").write_text(BROKEN.replace("    print(day)", "    print(day)\n    print(1)"), encoding="utf-8")
    done = hooks(folder)
    assert done.returncode == 1
    assert "a.py:8:5: CAL903" in done.stdout
    assert "CAL101" not in done.stdout
