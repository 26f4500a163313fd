"""Directories of rules, and in-call functions to run them on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_incall import Diagnostic, Engine, Options
from flake8_incall.model.code.source import split_lines

HEAD = "from livekit.agents import RunContext, function_tool\n"
# A rule that captures all arguments of `print`.
PRINT = """\
id: no-print
language: Python
message: prints $$$ARGS
rule:
  pattern: print($$$ARGS)
fix: logger.info($$$ARGS)
"""

Write = Callable[..., Path]


@pytest.fixture
def rules(tmp_path: Path) -> Write:
    """Write files of a directory of rules: `rules.yml`, or others by name."""

    def write(text: str | bytes = b"", **files: str) -> Path:
        directory = tmp_path / "rules"
        directory.mkdir(exist_ok=True)
        named: dict[str, str | bytes] = {"rules_yml": text, **files} if text else dict(files)
        for name, content in named.items():
            path = directory / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return directory

    return write


def body(*lines: str, indent: str = "    ") -> str:
    """A file with an in-call function of some lines."""
    inside = "".join(f"{indent}{line}\n" for line in lines)
    return f"{HEAD}\n\n@function_tool\nasync def book(ctx: RunContext) -> dict:\n{inside}{indent}return {{}}\n"


def found(directory: Path, text: str, path: str = "function.py", **options: object) -> list[Diagnostic]:
    """The findings of the project's rules."""
    findings = Engine(Options(rules=str(directory), **options)).check(path, text).findings  # type: ignore[arg-type]
    return [one for one in findings if one.code == "CAL990"]


def pointed_at(text: str, finding: Diagnostic) -> str:
    """What a finding points at, as the lines and columns of Python say."""
    lines = split_lines(text)[finding.start.line - 1 : finding.end.line]
    lines[-1] = lines[-1][: finding.end.column]
    lines[0] = lines[0][finding.start.column :]
    return "".join(lines)
