"""flake8, our command, pre-commit, python-lsp-server and our own server find the same in one project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN
from tests.end_to_end.conftest import Repository
from tests.end_to_end.test_editor import Server

Place = tuple[str, int, int, str]

CONFIGURATION = """\
[tool.incall]
profile = "strict"
extend-ignore = ["CAL904"]
per-file-ignores = { "functions/old.py" = ["CAL1"], "functions/*.json" = ["CAL303"] }
exclude = ["functions/drafts"]

[[tool.incall.overrides]]
files = ["agents/"]
profile = "livekit"
max-timeout = 5

[[tool.incall.overrides]]
files = ["agents/legacy.py"]
ignore = ["CAL105"]
"""
AGENT = '''\
import httpx
from livekit.agents import Agent, RunContext, function_tool


class Desk(Agent):
    """Answers calls: "नमस्ते"."""

    @function_tool
    async def slots(self, context: RunContext, day, city: str = None) -> str:
        """Find the free slots of a day.

        Args:
            day: The day, such as 2026-11-27
        """
        async with httpx.AsyncClient(timeout=None) as client:
            response = await client.get("https://api.example.com/slots", params={"day": day, "city": city})
        return response.text
'''
DOCUMENT = {
    "type": "custom_in_call",
    "name": "book_slot",
    "description": "Call this when the caller has agreed to a day",
    "source_code": BROKEN,
}
FILES = {
    "pyproject.toml": CONFIGURATION,
    ".flake8": "[flake8]\nselect = CAL\nextend-ignore = CAL802\nper-file-ignores =\n    functions/other.py: CAL303\n",
    "agents/desk.py": AGENT,
    "agents/legacy.py": AGENT,
    "functions/book.py": BROKEN,
    "functions/quiet.py": BROKEN.replace("dict:\n", "dict:  # noqa: CAL101\n", 1),
    "functions/old.py": BROKEN,
    "functions/other.py": BROKEN,
    "functions/drafts/book.py": BROKEN,
    "functions/book.json": json.dumps(DOCUMENT, indent=2),
    "package.json": "{}\n",
}
PYTHON = sorted(name for name in FILES if name.endswith(".py"))
CHECKED = [*PYTHON, *(name for name in FILES if name.endswith(".json"))]


@pytest.fixture
def project(repository: Repository) -> Repository:
    """A repository with a function document, functions for the platform and a LiveKit agent."""
    for name, text in FILES.items():
        repository.write(name, text)
    return repository


def places(output: str) -> Iterator[Place]:
    """Read the lines that flake8 and the format `concise` have in common."""
    for path, line, column, code in re.findall(r"^(?:\./)?([^\s:]+):(\d+):(\d+): (CAL\d{3}) ", output, re.MULTILINE):
        yield path, int(line), int(column), code


def from_editor(folder: Path, command: str, names: list[str]) -> Iterator[Place]:
    server = Server(folder, command)
    try:
        server.open(folder)
        for name in names:
            for seen in server.diagnostics(folder / name, FILES[name]):
                start = seen["range"]["start"]
                yield name, start["line"] + 1, start["character"] + 1, seen["code"]
    finally:
        server.close()


def test_all_doors_find_the_same(project: Repository) -> None:
    pytest.importorskip("pylsp", reason="python-lsp-server is not installed")
    pytest.importorskip("pygls", reason="the extra `lsp` is not installed")
    ours = set(places(project.run("flake8-incall", "check", "--format", "concise", ".").stdout))
    in_python = {place for place in ours if place[0].endswith(".py")}

    assert set(places(project.run("flake8", "--jobs=1", ".").stdout)) == in_python
    assert set(from_editor(project.folder, "pylsp", PYTHON)) == in_python
    assert set(from_editor(project.folder, "flake8-incall", CHECKED)) == ours

    project.must("flake8-incall", "init", "--yes", "--ci", "none")
    project.must("git", "add", ".")
    hook = project.run("pre-commit", "run", "flake8-incall", "--all-files")
    assert set(places(hook.stdout)) == ours

    codes = {name: {code for path, *_, code in ours if path == name} for name in FILES}
    assert {"CAL101", "CAL303"} <= codes["functions/book.py"]
    assert "CAL101" not in codes["functions/quiet.py"] | codes["functions/old.py"]
    assert "CAL303" in codes["functions/old.py"] - codes["functions/other.py"]
    assert codes["functions/drafts/book.py"] == set()
    assert codes["functions/book.json"] == {"CAL101", "CAL105"}
    assert {"CAL105", "CAL208", "CAL602"} <= codes["agents/desk.py"]
    assert codes["agents/desk.py"] - codes["agents/legacy.py"] == {"CAL105"}
