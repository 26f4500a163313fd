"""A company's own library, made known by `--incall-catalogue`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RIGHT, Command

TABLES = """\
source = "the library's own documentation"

[library]
acme = { source = "acme 3.1 documentation" }

[api.acme]
"run_report" = { effects = ["process"] }
"""
CALLS_ACME = "import acme\n\n\n" + RIGHT.replace("    return {", "    acme.run_report(day)\n    return {")


@pytest.fixture
def shop(project: Path) -> Path:
    (project / "shop.py").write_text(CALLS_ACME, encoding="utf-8")
    (project / "acme.toml").write_text(TABLES, encoding="utf-8")
    return project


def test_what_a_library_does_is_learnt_from_the_file(shop: Path, command: Command) -> None:
    assert "CAL502" not in command("check", "shop.py").codes
    assert "CAL502" in command("check", "--catalogue", "acme.toml", "shop.py").codes


def test_flake8_and_pyproject_take_the_file_too(shop: Path, command: Command) -> None:
    (shop / "pyproject.toml").write_text('[tool.incall]\ncatalogue = "acme.toml"\n', encoding="utf-8")
    assert "CAL502" in command("check", "shop.py").codes
    flake8 = [sys.executable, "-m", "flake8", "--select=CAL", "shop.py"]
    done = subprocess.run(flake8, capture_output=True, text=True, check=False, cwd=shop)
    assert "CAL502" in done.stdout


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[api.acme", "acme.toml"),
        ('source = "s"\n[api.acme]\n"run" = { effect = ["process"] }', "effects"),
        ('source = "s"\n[api.acme]\n"run" = { effects = ["proces"] }', "process"),
    ],
    ids=["no TOML", "unknown field", "unknown effect"],
)
def test_a_faulty_file_is_one_clear_line(text: str, complaint: str, shop: Path, command: Command) -> None:
    (shop / "acme.toml").write_text(text, encoding="utf-8")
    outcome = command("check", "--catalogue", "acme.toml", "shop.py")
    assert outcome.status == 2
    assert complaint in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_missing_file_is_one_clear_line(shop: Path, command: Command) -> None:
    outcome = command("check", "--catalogue", "nowhere.toml", "shop.py")
    assert (outcome.status, len(outcome.err.splitlines())) == (2, 1)
    assert "nowhere.toml" in outcome.err
