"""A code in `select`, `ignore` and the like that names no rule is an error, on the command line and in files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, Command


@pytest.mark.parametrize("option", ["select", "extend-select", "ignore", "extend-ignore"])
@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("CAL9999", " (did you mean CAL999?)"),
        ("CLA601", " (did you mean CAL601?)"),
        ("cal601", " (did you mean CAL601?)"),
        ("Cal6", " (did you mean CAL6?)"),
        ("cal", " (did you mean CAL?)"),
        ("CAL777", " (did you mean CAL707?)"),
        ("E501", ""),
        ("ALL", ""),
    ],
)
def test_an_unknown_code_on_the_command_line_is_an_error(
    option: str, code: str, hint: str, project: Path, command: Command
) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    outcome = command("check", f"--{option}=CAL101,{code}")
    says = f"flake8-incall: command line: {option}: {code!r} is not a rule{hint}; `flake8-incall rules` lists them\n"
    assert (outcome.status, outcome.out, outcome.err) == (2, "", says)


@pytest.mark.parametrize("code", ["CAL101", "CAL1", "CAL", "C"])
def test_the_beginning_of_a_code_selects_all_that_begin_so(code: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    assert "CAL101" in command("check", f"--select={code}").codes
    assert "CAL101" not in command("check", f"--per-file-ignores=a.py:{code}").codes


@pytest.mark.parametrize(
    "setting", ["ignore = CLA601", "extend-ignore = E501,CAL777", "per-file-ignores = a.py:CAL777", "select = ACL1"]
)
def test_an_unknown_code_of_ours_in_a_shared_file_is_an_error(setting: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    (project / ".flake8").write_text(f"[flake8]\n{setting}\n", encoding="utf-8")
    outcome = command("check")
    assert outcome.err.startswith(f"flake8-incall: {project}/.flake8: {setting.partition(' ')[0]}: ")
    assert outcome.err.count("\n") == 1
    assert outcome.status == 2


@pytest.mark.parametrize(
    "setting",
    ["ignore = E501,W503,C901", "select = C,E,F,W", "extend-ignore = ABC123,CLB100", "per-file-ignores = b.py:E501,F"],
)
def test_codes_of_other_plugins_in_a_shared_file_are_left_alone(setting: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    (project / "setup.cfg").write_text(f"[flake8]\n{setting}\n", encoding="utf-8")
    assert "CAL101" in command("check").codes


@pytest.mark.parametrize("setting", ["select = E,F,W", "select =", "select = ABC123"])
def test_a_selection_without_a_code_of_ours_is_an_error(setting: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    (project / "tox.ini").write_text(f"[flake8]\n{setting}\n", encoding="utf-8")

    outcome = command("check")

    words = "names no rule of flake8-incall, so nothing would be reported; add `CAL`, or remove it"
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"flake8-incall: select: {words}\n")
    assert "CAL101" in command("check", "--extend-select=CAL1").codes
    assert "CAL101" in command("check", "--select=CAL1").codes


@pytest.mark.parametrize("value", ["", ",", " "])
def test_an_empty_selection_on_the_command_line_is_an_error(value: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")

    outcome = command("check", f"--select={value}")

    assert outcome.status == 2
    assert outcome.err.startswith("flake8-incall: select: names no rule of flake8-incall")
