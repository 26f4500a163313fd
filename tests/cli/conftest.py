"""A project to check, and the command run in this process."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from flake8_incall.cli import main

# CAL101, CAL105 and CAL303 are among what is wrong here, all at the line of the `def`.
BROKEN = '''\
def book_slot(ctx: RunContext, day) -> dict:
    """Book a slot when the caller has agreed to a day.

    Args:
        ctx: The call

    Returns:
        dict: {status: "success"}
    """
    return {"status": "success"}
'''
RIGHT = '''\
async def book_slot(ctx: RunContext, day: str) -> dict:
    """Book a slot when the caller has agreed to a day.

    Args:
        ctx: The call
        day: The day, such as 2026-11-22

    Returns:
        dict: {status: "success"}
    """
    return {"status": "success"}
'''


@dataclass(frozen=True)
class Outcome:
    """What a command left behind: its exit status, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def headlines(self) -> list[str]:
        """The lines of the findings, without source and marks."""
        return [line for line in self.out.splitlines() if not line.startswith("    ")]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings."""
        return [line.split(": ")[1].split()[0] for line in self.headlines]


class Command(Protocol):
    """Run `flake8-incall` with arguments, and bytes on standard input."""

    def __call__(self, *argv: str, stdin: bytes = b"") -> Outcome: ...


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one, with no configuration above it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path.parent))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, run in this process."""

    def run(*argv: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main(argv)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run
