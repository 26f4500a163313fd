"""The hook, tried by the real pre-commit against a clone of this project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import FIXTURES, ROOT

pytest.importorskip("pre_commit", reason="pre-commit is not installed")


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    command = ["git", *identity, "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, encoding="utf-8").stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "init")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "Begin")


@pytest.fixture
def hooks(tmp_path: Path) -> Path:
    """This project as a repository, as pre-commit would clone it."""
    folder = tmp_path / "flake8-incall"
    shutil.copytree(ROOT / "flake8_incall", folder / "flake8_incall")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    commit(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one right and one broken function."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(FIXTURES / "contract" / "weather_snippet.py", folder / "right.py")
    shutil.copy(FIXTURES / "contract" / "weather_broken.py", folder / "broken.py")
    shutil.copy(FIXTURES / "documents" / "list_other_name.json", folder / "agent.JSON")
    (folder / "package.json").write_text('{"name": "website"}\n', encoding="utf-8")
    return folder


def run_pre_commit(project: Path, configuration: str, home: Path) -> str:
    """Run all hooks of a configuration, which must fail with exit code 1, and give what they print."""
    (project / ".pre-commit-config.yaml").write_text(configuration, encoding="utf-8")
    commit(project)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=project,
        env={**os.environ, "PRE_COMMIT_HOME": str(home), "VIRTUALENV_OVERRIDE_APP_DATA": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    return done.stdout


# As the documentation writes them, up to flake8's hook.
DOCUMENTED_HOOKS = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").split("```yaml\n")[2]
OUR_HOOK = DOCUMENTED_HOOKS.partition("  - repo: https://github.com/pycqa/flake8")[0]
ADDRESS = "<address of this repository>"
# The hook of pycqa/flake8 as that repository declares it.
FLAKE8_HOOK = f"""\
repos:
- repo: local
  hooks:
  - id: flake8
    name: flake8
    entry: flake8
    language: python
    types: [python]
    require_serial: true
    args: [--select, CAL]
    additional_dependencies: [flake8, "{ADDRESS}"]
"""


IN_PYTHON = ["broken.py:1:5: CAL101", "broken.py:4:5: CAL105", "broken.py:4:5: CAL303"]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    # Of our hooks, the one that applies the safe fixes has run before.
    [(OUR_HOOK, ["agent.JSON:32:47: CAL009", "broken.py:4:5: CAL303"]), (FLAKE8_HOOK, IN_PYTHON)],
    ids=["our hook", "flake8's hook"],
)
def test_hook_finds_what_is_broken(
    hooks: Path, project: Path, tmp_path: Path, configuration: str, expected: list[str]
) -> None:
    configuration = configuration.replace(ADDRESS, str(hooks)).replace("COMMIT", git(hooks, "rev-parse", "HEAD"))
    output = run_pre_commit(project, configuration, tmp_path / "pre-commit")
    found = [" ".join(line.split()[:2]) for line in output.splitlines() if ": CAL" in line]
    assert sorted(found) == expected
