"""What is set wrongly is an error of one line that says what, where, and what to do."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from flake8_incall.configuration import resolve
from flake8_incall.options import DECLARED, Options, Selection
from tests.cli.conftest import BROKEN, RIGHT, Command

TABLE = "[tool.incall]\n"
OVERRIDE = "[[tool.incall.overrides]]\n"

# File, its text, and what is said of it.
REFUSED = {
    "unknown key": ("pyproject.toml", TABLE + "profil = 'x'", "unknown key 'profil' (did you mean profile?)"),
    "far key": (
        "pyproject.toml",
        TABLE + "zzz = 1",
        "unknown key 'zzz', known are profile, paths, max-timeout",
    ),
    "no list of globs": ("pyproject.toml", TABLE + "exclude = 1", "exclude: 1 is not a list of strings"),
    "twice": ("pyproject.toml", TABLE + "allow = []\nincall-allow = []", "'allow' and 'incall-allow'"),
    "unknown value": (
        "pyproject.toml",
        TABLE + "profile = 'x'",
        "unknown profile 'x'; use one of contract, strict",
    ),
    "no number": ("pyproject.toml", TABLE + "max-timeout = true", "expected a positive number of seconds, got True"),
    "no whole number": ("pyproject.toml", TABLE + "max-statements = 2.5", "expected a positive integer, got 2.5"),
    "no number of branches": (
        "tox.ini",
        "[flake8]\nincall-max-complexity = few",
        "expected a positive integer, got 'few'",
    ),
    "no list": ("pyproject.toml", TABLE + "paths = [1]", "[1] is not a list of strings"),
    "no table": ("pyproject.toml", "[tool]\nincall = 1", "tool.incall is not a table"),
    "no TOML": (
        "pyproject.toml",
        TABLE + "profile = ",
        "is not valid TOML: Invalid value (at end of document)",
    ),
    "unknown key for flake8": (".flake8", "[flake8]\nincall-profle = x", "(did you mean incall-profile?)"),
    "unknown value for flake8": ("tox.ini", "[flake8]\nincall-profile = x", "unknown profile 'x'; use one of"),
    "no number for flake8": (
        "setup.cfg",
        "[flake8]\nincall-max-timeout = 0",
        "expected a positive number of seconds, got '0'",
    ),
    "a key twice": (".flake8", "[flake8]\nselect = E\nselect = F\n", "option 'select'"),
    "no key": ("setup.cfg", "[flake8]\nselect\n", "parsing errors"),
    "no flag": (".flake8", "[flake8]\ndisable-noqa = perhaps\n", "Not a boolean: perhaps"),
    "no code": (".flake8", "[flake8]\nignore = everything\n", "'everything'"),
    "no count": (".flake8", "[flake8]\njobs = many\n", "'many' must be 'auto' or an integer"),
    "no mapping": (".flake8", "[flake8]\nper-file-ignores = a.py\n    b.py CAL101\n", "per-file-ignores"),
    "a code with a letter": (
        "pyproject.toml",
        TABLE + "ignore = ['CAL6O1']",
        "'CAL6O1' is not a rule (did you mean CAL601?)",
    ),
    "a code in lower case": ("pyproject.toml", TABLE + "select = ['cal6']", "select: 'cal6' is not a rule"),
    "a code of others": ("pyproject.toml", TABLE + "extend-ignore = 'E'", "extend-ignore: 'E' is not a rule;"),
    "a code in a mapping": (
        "pyproject.toml",
        TABLE + "per-file-ignores = { 'a.py' = ['CAL777'] }",
        "[tool.incall] per-file-ignores: 'CAL777' is not a rule (did you mean",
    ),
    "no codes": ("pyproject.toml", TABLE + "per-file-ignores = ['a.py']", "expected globs with codes such as"),
    "no mapping of codes": ("pyproject.toml", TABLE + "per-file-ignores = 3", "expected globs with codes such as"),
    "an override without files": ("pyproject.toml", OVERRIDE + "profile = 'strict'", "has no 'files'; write the globs"),
    "an override of no files": ("pyproject.toml", OVERRIDE + "files = []", "files is empty; write the globs"),
    "an override of files twice": ("pyproject.toml", OVERRIDE + "files = 'a'\npaths = 'b'", "says 'files' and 'paths'"),
    "an override with a typo": (
        "pyproject.toml",
        OVERRIDE + "files = 'a'\nprofil = 'x'",
        "[[tool.incall.overrides]] has an unknown key 'profil' (did you mean profile?)",
    ),
    "an override with a wrong value": ("pyproject.toml", OVERRIDE + "files = 'a'\nprofile = 3", "unknown profile 3"),
    "an override with a wrong code": (
        "pyproject.toml",
        OVERRIDE + "files = 'a'\nignore = ['CAL9', 'W']",
        "[[tool.incall.overrides]] ignore: 'W' is not a rule",
    ),
    "an override that excludes": ("pyproject.toml", OVERRIDE + "files = 'a'\nexclude = 'b'", "unknown key 'exclude'"),
    "an override of paths": ("pyproject.toml", OVERRIDE + "files = 'a'\nincall-paths = 'b'", "it names files itself"),
    "one override": ("pyproject.toml", "[tool.incall.overrides]\nfiles = 'a'", "written as [[tool.incall.overrides]]"),
    "no version": ("pyproject.toml", TABLE + "python = 3.1", '3.1 is not a Python version, expected one of "3.10"'),
    "no version for flake8": ("tox.ini", "[flake8]\nincall-python = py312", "'py312' is not a Python version"),
    "an unknown code for flake8": (
        ".flake8",
        "[flake8]\nextend-ignore = CAL777",
        "'CAL777' is not a rule (did you mean",
    ),
}
TOLD = {
    "unknown option": (["--profil", "strict"], "unknown option --profil (did you mean --profile?)"),
    "unknown value": (
        ["--profile", "lax"],
        "unknown profile 'lax'; use one of contract, strict, livekit, gate",
    ),
    "no number": (["--max-timeout=soon"], "expected a positive number of seconds, got 'soon'"),
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


@pytest.fixture
def no_flake8_pyproject(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty plugin in the place of Flake8-pyproject, which ends in a traceback on a file that is not TOML."""
    folder = tmp_path_factory.mktemp("path")
    (folder / "flake8p.py").write_text("class Plugin: ...\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))


REFUSED_THROUGH_FLAKE8 = [
    "unknown key",
    "unknown value",
    "no TOML",
    "unknown key for flake8",
    "unknown value for flake8",
]


@pytest.mark.usefixtures("no_flake8_pyproject")
@pytest.mark.parametrize("case", REFUSED_THROUGH_FLAKE8)
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
    assert resolve(unset()).options == Options(profile="strict", max_timeout=5.0, root=str(project))
    (inner / "pyproject.toml").write_text(TABLE + "allow = ['yaml']", encoding="utf-8")
    assert resolve(unset()).options == Options(allow=("yaml",), root=str(inner))


def test_what_flake8_is_told_goes_first(project: Path) -> None:
    (project / "pyproject.toml").write_text(TABLE + "profile = 'strict'\nallow = ['yaml']", encoding="utf-8")
    assert resolve(unset(incall_profile="livekit")).options == Options(
        profile="livekit", allow=("yaml",), root=str(project)
    )


def test_globs_with_a_slash_are_taken_from_the_folder_of_their_file(project: Path) -> None:
    (project / "pyproject.toml").write_text(TABLE + "paths = ['tools/*.py', '*_tool.py']", encoding="utf-8")
    assert resolve(unset()).options.paths == (str(project / "tools" / "*.py"), "*_tool.py")


def test_a_broken_file_of_someone_else_is_passed_over(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text("[tool.other", encoding="utf-8")
    (project / "tox.ini").write_text("no section", encoding="utf-8")
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    assert command("check").status == 0


def test_the_last_override_that_matches_decides(project: Path) -> None:
    overrides = [
        "[[tool.incall.overrides]]\nfiles = ['agents/']\nprofile = 'livekit'\nignore = ['CAL9']",
        "[[tool.incall.overrides]]\nfiles = ['*/desk.py']\nmax-timeout = 5\nextend-ignore = ['CAL6']",
    ]
    (project / "pyproject.toml").write_text("\n".join([TABLE + "profile = 'strict'", *overrides]), encoding="utf-8")

    configuration = resolve(unset(), ())

    plain, agent = configuration.options_for("desk.py"), configuration.options_for("./agents/deep/hours.py")
    both = configuration.options_for("agents/desk.py")
    assert (plain.profile, plain.max_timeout, plain.hides("CAL903")) == ("strict", 5.0, False)
    assert (agent.profile, agent.max_timeout, agent.hides("CAL903")) == ("livekit", 30.0, True)
    assert (both.profile, both.max_timeout, both.hides("CAL903"), both.hides("CAL601")) == ("livekit", 5.0, True, True)


@pytest.mark.parametrize(
    ("selection", "shown", "hidden"),
    [
        (Selection(), ["CAL101", "CAL999"], []),
        (Selection(select=("CAL1",)), ["CAL101"], ["CAL601"]),
        (Selection(ignore=("CAL6",)), ["CAL101"], ["CAL601"]),
        (Selection(select=("CAL",), ignore=("CAL6",)), ["CAL101"], ["CAL601"]),
        (Selection(select=("CAL601",), ignore=("CAL6",)), ["CAL601"], ["CAL602", "CAL101"]),
        (Selection(select=("CAL6",), ignore=("CAL6",)), [], ["CAL601"]),
        (Selection(extend_select=("CAL601",), ignore=("CAL6",)), ["CAL601", "CAL101"], ["CAL602"]),
        (Selection(select=("E", "F")), [], ["CAL601"]),
        (Selection(select=("C", "E")), ["CAL601"], []),
    ],
)
def test_the_longer_beginning_of_a_code_decides(selection: Selection, shown: list[str], hidden: list[str]) -> None:
    assert [code for code in (*shown, *hidden) if not selection.hides(code)] == shown


def test_in_the_gate_no_file_hides_a_finding(project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    hiding = "ignore = ['CAL1']\nper-file-ignores = { 'a.py' = ['CAL3'] }\n"
    for table in (TABLE + hiding, TABLE + hiding + OVERRIDE + "files = 'a.py'\nprofile = 'gate'\nselect = ['CAL6']\n"):
        (project / "pyproject.toml").write_text(table, encoding="utf-8")
        argv = [] if "gate" in table else ["--profile=gate"]
        assert {"CAL101", "CAL303"} <= set(command("check", *argv).codes)
        assert set(command("check", *argv, "--select=CAL105").codes) == {"CAL105"}


def test_functions_of_an_excluded_folder_are_not_looked_for(project: Path, command: Command) -> None:
    for name in ("agents/old/a.py", "agents/a.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(BROKEN, encoding="utf-8")
    (project / "pyproject.toml").write_text(TABLE + "exclude = ['agents/old']", encoding="utf-8")
    assert {line.partition(":")[0] for line in command("check").headlines} == {"./agents/a.py"}
    outcome = command("check", "agents/old/a.py")
    assert (outcome.status, outcome.out) == (0, "")
    assert "no files to check" in outcome.err or "excluded" in outcome.err


def test_an_override_that_matches_no_file_is_reported(project: Path, command: Command) -> None:
    (project / "agents").mkdir()
    (project / "agents" / "a.py").write_text(RIGHT, encoding="utf-8")
    (project / "pyproject.toml").write_text(OVERRIDE + "files = ['agnets/', 'agents/', 'b.py']", encoding="utf-8")
    outcome = command("check")
    says = "[[tool.incall.overrides]] files: {!r} matches no file; correct it, or remove it"
    assert outcome.err.splitlines()[:-1] == [says.format("agnets"), says.format("b.py")]
    assert outcome.status == 0
