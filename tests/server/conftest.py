"""A workspace, and the documents of an editor in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from flake8_incall.server.judging import Judging, Outcome
from flake8_incall.server.projects import Subject


@dataclass
class Editor:
    """What the server keeps of an editor's documents, asked in this process."""

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    judging: Judging = field(default_factory=Judging)

    def write(self, name: str, text: str) -> None:
        """Write a file of the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def subject(self, name: str, text: str) -> Subject:
        """A document of the workspace that has a text, whatever is on the disk."""
        return Subject(str(self.folder), self.settings, name, name.endswith(".json"), text)

    def check(self, name: str, text: str) -> Outcome:
        """What the server finds out about a document."""
        return self.judging.check(self.subject(name, text))

    def codes(self, name: str, text: str) -> list[str]:
        """The codes of the findings in a document."""
        return [finding.code for finding in self.check(name, text).findings]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """An editor with an empty workspace; the working directory is put back afterwards."""
    monkeypatch.chdir(tmp_path)
    return Editor(tmp_path)
