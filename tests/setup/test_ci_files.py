"""What CI installs: the commit of this installation, or the name that is not published yet."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError

import pytest

from flake8_incall.setup import ci_files

COMMIT = "0123456789abcdef"


class Installed:
    """The metadata of an installation."""

    def __init__(self, origin: str | None) -> None:
        self._origin = origin

    def read_text(self, name: str) -> str | None:
        return self._origin if name == "direct_url.json" else None


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (
            json.dumps({"url": "https://example.com/linter.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}),
            f'pip install "flake8-incall @ git+https://example.com/linter.git@{COMMIT}"',
        ),
        (json.dumps({"url": "file:///home/me/linter", "dir_info": {"editable": True}}), "pip install flake8-incall  #"),
        (
            json.dumps({"url": "file:///srv/linter.git", "vcs_info": {"commit_id": COMMIT}}),
            "pip install flake8-incall  #",
        ),
        ("no JSON", "pip install flake8-incall  # until it is on PyPI"),
        (None, "pip install flake8-incall  # until it is on PyPI"),
    ],
)
def test_a_job_installs_what_is_installed_here(
    origin: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ci_files, "distribution", lambda name: Installed(origin))
    assert f"- run: {expected}" in ci_files.github_workflow()
    assert f"- {expected}" in ci_files.gitlab_job()


def test_a_job_is_written_without_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Installed:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(ci_files, "distribution", missing)
    assert "pip install flake8-incall  #" in ci_files.gitlab_job()
