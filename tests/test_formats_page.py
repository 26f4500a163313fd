"""`docs/formats.md`: every command in it is run, and every word of it about the code is true."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sized
from pathlib import Path

import pytest

from flake8_incall.reporters import FORMATS
from flake8_incall.rules.registry import DOCUMENTATION_URL
from tests.formats import FIELDS, read_gitlab, read_json, read_junit, read_sarif
from tests.harness import FIXTURES, ROOT

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
PROGRAMS = ("flake8-incall", "flake8")
READERS: dict[str, Callable[[str], Sized]] = {
    "report.json": read_json,
    "incall.sarif": read_sarif,
    "flake8.sarif": read_sarif,
    "gl-code-quality-report.json": read_gitlab,
    "incall-junit.xml": read_junit,
}


def commands() -> list[list[str]]:
    """The commands of the page in their order, from sessions and from recipes."""
    lines = [line for language, text in BLOCKS if language == "console" for line in text.splitlines()]
    recipes = [text for language, text in BLOCKS if language == "yaml"]
    lines += [line for text in recipes for line in re.findall(r"(?:- run: |- )(flake8-incall .*)", text)]
    return [shlex.split(line) for line in lines]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(FIXTURES / "contract" / "weather_broken.py", folder)
    shutil.copy(FIXTURES / "documents" / "version_one_broken.json", folder)
    return folder


def test_every_command_runs(project: Path) -> None:
    found = commands()
    assert len(found) > 12
    for program, *arguments in found:
        assert program in PROGRAMS
        run = [sys.executable, "-m", program.replace("-", "_"), *arguments]
        done = subprocess.run(
            run, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
        has_nothing_to_say = {"baseline", "rules", "--baseline", "--incall-baseline", "--exit-zero", "--show-settings"}
        assert done.returncode == (0 if has_nothing_to_say.intersection(arguments) else 1), (arguments, done.stderr)
    for name, read in READERS.items():
        assert len(read((project / name).read_text(encoding="utf-8"))) > 0


def test_every_format_and_field_is_described() -> None:
    described = re.findall(r"^\| `(\w+)`(?: \(default\))? \| ", PAGE.partition("```")[0], re.MULTILINE)
    assert described == list(FORMATS)
    table = PAGE.partition("## JSON")[2].partition("##")[0]
    assert re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE))) == FIELDS


def test_the_severities_are_those_of_the_formats() -> None:
    from flake8_incall.reporters import github, gitlab, sarif

    rows = re.findall(r"^\| ([a-z]+) \| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", PAGE, re.MULTILINE)
    assert {name: words for name, *words in rows} == {
        name: [github.COMMANDS[name], gitlab.SEVERITIES[name], sarif.LEVELS[name]]
        for name in ("error", "warning", "information")
    }


def test_the_recipes_can_be_read() -> None:
    yaml = pytest.importorskip("yaml")
    assert all(yaml.safe_load(text) for language, text in BLOCKS if language == "yaml")
    assert all(tomllib.loads(text) for language, text in BLOCKS if language == "toml")


def test_addresses_are_those_of_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"\nsite_url: {DOCUMENTATION_URL}/\n" in site
