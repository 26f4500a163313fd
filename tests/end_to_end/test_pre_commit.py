"""The hook, tried by the real pre-commit against a clone of this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import flake8_incall
from tests.harness import FIXTURES, ROOT

pytest.importorskip("pre_commit", reason="pre-commit is not installed")

TAG = f"v{flake8_incall.__version__}"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    command = ["git", *identity, "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "Begin")


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This project as a repository with a tag, as pre-commit would clone it."""
    folder = tmp_path / "flake8-incall"
    shutil.copytree(ROOT / "flake8_incall", folder / "flake8_incall")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    commit(folder)
    git(folder, "tag", TAG)
    return folder


def test_hook(hooks: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(FIXTURES / "contract" / "weather_snippet.py", project / "right.py")
    shutil.copy(FIXTURES / "contract" / "weather_broken.py", project / "broken.py")
    configuration = f"repos:\n- repo: {hooks}\n  rev: {TAG}\n  hooks:\n  - id: flake8-incall\n"
    (project / ".pre-commit-config.yaml").write_text(configuration, encoding="utf-8")
    commit(project)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=project,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "pre-commit")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    for code in ("CAL101", "CAL105", "CAL303"):
        assert code in done.stdout
    assert "broken.py" in done.stdout
    assert "right.py" not in done.stdout
