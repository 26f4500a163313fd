"""The verbs beside `check`, and what the command says of itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_incall import __version__
from flake8_incall.options import DECLARED, PROFILES
from flake8_incall.rules import REGISTRY
from tests.cli.conftest import BROKEN, RIGHT, Command

SOURCE = f"""\
from livekit.agents import RunContext

{RIGHT}
async def late(day: str, ctx: RunContext) -> dict: ...
def _private(): ...
def plain(): ...
"""


def test_version(command: Command) -> None:
    assert command("--version").out == f"flake8-incall {__version__}\n"


def test_help_tells_every_option(command: Command) -> None:
    outcome = command("check", "--help")
    # argparse also breaks lines behind a hyphen.
    words = re.sub(r"(?<=\w-)\n +", "", outcome.out)
    words = " ".join(words.split())
    for option in DECLARED:
        assert f"--{option.name} {option.metavar}" in words
        assert option.help in words
    assert "noqa, ignore" in words
    assert "==SUPPRESS==" not in words
    assert outcome.status == 0


def test_no_verb(command: Command) -> None:
    outcome = command()
    assert outcome.err == "flake8-incall: the following arguments are required: COMMAND; see flake8-incall --help\n"
    assert outcome.status == 2


def test_rules_lists_every_rule(command: Command) -> None:
    out = command("rules").out
    for rule in REGISTRY.rules.values():
        assert f"  {rule.code}  {rule.name} " in out
        assert rule.family in out


@pytest.mark.parametrize("profile", PROFILES)
def test_rules_of_a_profile(profile: str, command: Command) -> None:
    codes = {line.split()[0] for line in command("rules", "--profile", profile).out.splitlines() if "CAL" in line}
    assert codes == {rule.code for rule in REGISTRY.rules.values() if profile in rule.profiles}


def test_explain(command: Command) -> None:
    rule = REGISTRY.rules["CAL303"]
    outcome = command("explain", "CAL303", "cal101")
    for text in (f"CAL303 {rule.name}", rule.summary, rule.message, *rule.parts.values(), "CAL101 not-async"):
        assert text in outcome.out
    assert outcome.status == 0


@pytest.mark.parametrize("name", ["missing-timeout", "Missing-Timeout", "missing_timeout"])
def test_explain_takes_the_name_of_a_rule(name: str, command: Command) -> None:
    assert command("explain", name).out == command("explain", "CAL601").out


@pytest.mark.parametrize("family", ["CAL6", "cal6", "CAL60", "CAL6xx"])
def test_explain_lists_the_rules_of_a_family(family: str, command: Command) -> None:
    outcome = command("explain", family)
    listed = [line.split()[:2] for line in outcome.out.splitlines() if line.startswith("  CAL")]
    assert listed == [[code, rule.name] for code, rule in sorted(REGISTRY.rules.items()) if code.startswith("CAL6")]
    assert outcome.status == 0


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        ("CL303", " (did you mean CAL303?)"),
        ("missing-timout", " (did you mean missing-timeout?)"),
        ("gat", " (did you mean gate?)"),
        ("weather", ""),
        ("CAL6013", " (did you mean CAL603?)"),
    ],
)
def test_explain_suggests_the_nearest_rule_for_an_unknown_one(subject: str, hint: str, command: Command) -> None:
    outcome = command("explain", subject)
    expected = f"flake8-incall: unknown rule {subject}{hint}; run `flake8-incall rules` for a list\n"
    assert (outcome.status, outcome.out, outcome.err) == (2, "", expected)


def test_why(project: Path, command: Command) -> None:
    (project / "a.py").write_text(SOURCE, encoding="utf-8")
    outcome = command("show", "--why", "a.py")
    assert outcome.out.splitlines() == [
        "a.py:3:1: `book_slot` is an in-call function: takes a `RunContext`",
        "a.py:15:1: `late` is an in-call function: takes a `RunContext`",
        "a.py:16:1: `_private` is not an in-call function: its name is private",
        "a.py:17:1: `plain` is not an in-call function: no parameter is annotated with LiveKit's `RunContext`",
    ]
    assert outcome.status == 0


def test_why_follows_the_options(project: Path, command: Command) -> None:
    (project / "a.py").write_text(SOURCE, encoding="utf-8")
    out = command("show", "--why", "--paths=*.py", "a.py").out
    assert "`plain` is an in-call function: `incall-paths` matches its file" in out


def test_why_of_files_that_cannot_be_read(project: Path, command: Command) -> None:
    (project / "a.py").write_text("def f(:", encoding="utf-8")
    (project / "b.py").write_text("x = 1\n", encoding="utf-8")
    outcome = command("show", "--why", "a.py", "absent.py", "b.py")
    assert outcome.out == "b.py: has no function\n"
    assert [line.split(": ")[0] for line in outcome.err.splitlines()] == ["a.py:1:7", "absent.py"]
    assert outcome.status == 2


def test_how_long_a_caller_waits(project: Path, command: Command) -> None:
    (project / "a.py").write_text(SOURCE.replace("\n", "\nimport asyncio\n", 1), encoding="utf-8")
    outcome = command("show", "a.py")
    first = outcome.out.splitlines()[0]
    assert first == "a.py:4:1: `book_slot` waits at most 0 s, because it waits for nothing outside"
    assert outcome.status == 0


def test_a_fault_of_our_own_is_one_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flake8_incall.commands.rules.rule_table", lambda profile: {}[profile])
    outcome = command("rules")
    assert outcome.err.startswith("flake8-incall: internal error (KeyError ")
    assert outcome.err.count("\n") == 1
    assert (outcome.status, outcome.out) == (2, "")


def test_the_installed_command(project: Path) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    command = Path(sys.executable).with_name("flake8-incall")
    done = subprocess.run([command, "check", "--select=CAL101"], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("./a.py:1:5: CAL101 ")
    assert done.stderr == "1 finding in 1 file (checked 1 in-call function in 1 Python file)\n"
    assert done.returncode == 1
