"""The jobs that check a project in CI."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

Service = Literal["github", "gitlab"]

GITHUB_WORKFLOW = ".github/workflows/flake8-incall.yml"
GITLAB_FILE = ".gitlab-ci.yml"

_GITHUB = """\
name: flake8-incall
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  flake8-incall:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install {requirement}
      - run: flake8-incall check --format sarif --output-file flake8-incall.sarif .
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with:
          sarif_file: flake8-incall.sarif
"""
_GITLAB = """\
flake8-incall:
  image: python:3.12
  script:
    - pip install {requirement}
    - flake8-incall check --exit-zero --format sarif --output-file flake8-incall.sarif .
    - flake8-incall check --format gitlab --output-file gl-code-quality-report.json .
  artifacts:
    when: always
    paths: [flake8-incall.sarif]
    reports:
      codequality: gl-code-quality-report.json
"""


def service_of(root: Path) -> Service:
    """Return where a project's CI runs: what its files say, else its remote repository, else GitHub."""
    if (root / GITLAB_FILE).exists():
        return "gitlab"
    if (root / ".github").exists():
        return "github"
    try:
        remotes = (root / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "github"
    return "gitlab" if "gitlab" in remotes and "github" not in remotes else "github"


def github_workflow() -> str:
    """Return a workflow that uploads the findings as SARIF."""
    return _GITHUB.format(requirement=_requirement())


def gitlab_job() -> str:
    """Return a job that keeps the findings as SARIF, and shows them in merge requests."""
    return _GITLAB.format(requirement=_requirement())


def _requirement() -> str:
    """Return what to install in CI: the repository and commit of this installation, if it came from one."""
    try:
        origin = json.loads(distribution("flake8-incall").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        origin = {}
    commit = origin.get("vcs_info", {}).get("commit_id")
    url = str(origin.get("url", ""))
    if commit and not url.startswith("file:"):
        return f'"flake8-incall @ git+{url}@{commit}"'
    return "flake8-incall  # until it is on PyPI: the address of a repository or of a wheel"
