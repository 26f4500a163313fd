"""What is set wrongly is an error of one line that says what, where, and what to do."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from flake8_incall.configuration import resolve
from flake8_incall.options import DECLARED, Options
from tests.cli.conftest import RIGHT, Command

TABLE = "[tool.incall]\n"

# File, its text, and what is said of it.
REFUSED = {
    "unknown key": ("pyproject.toml", TABLE + "profil = 'x'", "unknown key 'profil' (did you mean profile?)"),
    "far key": (
        "pyproject.toml",
        TABLE + "zzz = 1",
        "unknown key 'zzz', known are incall-profile, incall-paths",
    ),
    "a key of flake8": ("pyproject.toml", TABLE + "exclude = 1", "unknown key 'exclude'"),
    "twice": ("pyproject.toml", TABLE + "allow = []\nincall-allow = []", "'allow' and 'incall-allow'"),
    "unknown value": (
        "pyproject.toml",
        TABLE + "profile = 'x'",
        "'x' is no profile, use one of contract, strict",
    ),
    "no number": ("pyproject.toml", TABLE + "max-timeout = true", "True is no number of seconds above 0"),
    "no whole number": ("pyproject.toml", TABLE + "max-statements = 2.5", "2.5 is no whole number above 0"),
    "no number of branches": ("tox.ini", "[flake8]\nincall-max-complexity = few", "'few' is no whole number above 0"),
    "no list": ("pyproject.toml", TABLE + "paths = [1]", "[1] is no list of texts"),
    "no table": ("pyproject.toml", "[tool]\nincall = 1", "tool.incall is no table"),
    "no TOML": (
        "pyproject.toml",
        TABLE + "profile = ",
        "is not valid TOML: Invalid value (at end of document)",
    ),
    "unknown key for flake8": (".flake8", "[flake8]\nincall-profle = x", "(did you mean incall-profile?)"),
    "unknown value for flake8": ("tox.ini", "[flake8]\nincall-profile = x", "'x' is no profile, use one of"),
    "no number for flake8": ("setup.cfg", "[flake8]\nincall-max-timeout = 0", "'0' is no number of seconds"),
    "a key twice": (".flake8", "[flake8]\nselect = E\nselect = F\n", "option 'select'"),
    "no key": ("setup.cfg", "[flake8]\nselect\n", "parsing errors"),
    "no flag": (".flake8", "[flake8]\ndisable-noqa = perhaps\n", "Not a boolean: perhaps"),
    "no code": (".flake8", "[flake8]\nignore = everything\n", "'everything'"),
    "no count": (".flake8", "[flake8]\njobs = many\n", "'many' must be 'auto' or an integer"),
    "no mapping": (".flake8", "[flake8]\nper-file-ignores = a.py\n    b.py CAL101\n", "per-file-ignores"),
}
TOLD = {
    "unknown option": (["--profil", "strict"], "unknown --profil (did you mean --profile?)"),
    "unknown value": (
        ["--profile", "lax"],
        "'lax' is no profile, use one of contract, strict, livekit, gate",
    ),
    "no number": (["--max-timeout=soon"], "'soon' is no number of seconds above 0"),
    "no jobs": (["--jobs", "many"], "'many' must be 'auto' or an integer"),
    "no format": (["--format", "xml"], "invalid choice: 'xml'"),
    "absent file": (["--config", "absent.cfg"], "absent.cfg: The specified config file does not exist"),
    "no mapping": (
        ["--per-file-ignores", "a.py b.py CAL101"],
        "command line: Expected `per-file-ignores` to be",
    ),
    "no value": (["--select"], "expected one argument"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_a_file(case: str, project: Path, command: Command) -> None:
    name, text, message = REFUSED[case]
    (project / name).write_text(text, encoding="utf-8")
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    outcome = command("check")
    assert message in outcome.err
    assert outcome.err.startswith("flake8-incall: ")
    assert outcome.err.count("\n") == 1
    assert (outcome.status, outcome.out) == (2, "")
    assert name in outcome.err


@pytest.mark.parametrize("case", TOLD)
def test_refused_on_the_command_line(case: str, project: Path, command: Command) -> None:
    argv, message = TOLD[case]
    outcome = command("check", *argv)
    assert message in outcome.err
    assert outcome.err.startswith("flake8-incall: ")
    assert outcome.err.count("\n") == 1
    assert (outcome.status, outcome.out) == (2, "")


@pytest.mark.parametrize("case", ["unknown key", "unknown value", "no TOML", "unknown value for flake8"])
def test_refused_through_flake8(case: str, project: Path) -> None:
    name, text, message = REFUSED[case]
    (project / name).write_text(text, encoding="utf-8")
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "flake8"], capture_output=True, text=True, check=False)
    assert message in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 1


def unset(**values: str) -> Namespace:
    """What flake8 hands over when only these options are set."""
    return Namespace(**{**{option.name.replace("-", "_"): None for option in DECLARED}, **values})


def test_the_nearest_table_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = project / "package" / "tools"
    inner.mkdir(parents=True)
    (project / "pyproject.toml").write_text(TABLE + "profile = 'strict'\nmax-timeout = 5", encoding="utf-8")
    (project / "package" / "pyproject.toml").write_text("[tool.other]\nx = 'incall'\n", encoding="utf-8")
    monkeypatch.chdir(inner)
    assert resolve(unset()) == Options(profile="strict", max_timeout=5.0, root=str(project))
    (inner / "pyproject.toml").write_text(TABLE + "allow = ['yaml']", encoding="utf-8")
    assert resolve(unset()) == Options(allow=("yaml",), root=str(inner))


def test_what_flake8_is_told_goes_first(project: Path) -> None:
    (project / "pyproject.toml").write_text(TABLE + "profile = 'strict'\nallow = ['yaml']", encoding="utf-8")
    assert resolve(unset(incall_profile="livekit")) == Options(profile="livekit", allow=("yaml",), root=str(project))


def test_globs_with_a_slash_are_taken_from_the_folder_of_their_file(project: Path) -> None:
    (project / "pyproject.toml").write_text(TABLE + "paths = ['tools/*.py', '*_tool.py']", encoding="utf-8")
    assert resolve(unset()).paths == (str(project / "tools" / "*.py"), "*_tool.py")


def test_a_broken_file_of_someone_else_is_passed_over(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text("[tool.other", encoding="utf-8")
    (project / "tox.ini").write_text("no section", encoding="utf-8")
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    assert command("check").status == 0
