"""Repositories of git, and the real pre-commit in them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True)
class Repository:
    """A git repository with hooks of its own, in which commands find what this environment has installed."""

    folder: Path
    home: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it; standard error goes to standard output."""
        environment = {
            **os.environ,
            "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "PRE_COMMIT_HOME": str(self.home / "pre-commit"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_COLOR": "1",
        }
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )

    def must(self, *command: str) -> str:
        """Run a command that has to succeed, and return what it prints."""
        done = self.run(*command)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def commit(self, *names: str) -> subprocess.CompletedProcess[str]:
        """Try to commit files."""
        self.must("git", "add", *names)
        return self.run("git", "commit", "--message", "Change")

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A fresh repository."""
    folder, home = tmp_path / "project", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    made = Repository(folder, home)
    made.must("git", "-c", "init.defaultBranch=main", "init")
    made.must("git", "config", "user.name", "Test")
    made.must("git", "config", "user.email", "test@example.com")
    return made
