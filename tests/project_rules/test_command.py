"""The project's own rules on the command line and in flake8: options, output, baselines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_incall.project_rules import library
from tests.cli.conftest import Command, command, project
from tests.project_rules.conftest import PRINT, body

__all__ = ["command", "project"]

OTHER = """\
id: shout
language: Python
severity: error
message: "`$F` shouts"
note: Callers do not like it.
url: https://wiki.example/shout
rule: {pattern: $F(loud=True)}
"""


@pytest.fixture(autouse=True)
def files(project: Path) -> None:
    """A file with two findings, and the rules that find them."""
    (project / "rules").mkdir()
    (project / "rules" / "rules.yml").write_text(f"{PRINT}---\n{OTHER}", encoding="utf-8")
    (project / "a.py").write_text(body("print(1)", "say(loud=True)"), encoding="utf-8")


PRINTS = "a.py:6:5: CAL990 no-print: prints 1"
SHOUTS = "a.py:7:5: CAL990 shout: `say` shouts"


@pytest.fixture
def check(command: Command) -> Callable[..., tuple[int, list[str]]]:
    """The findings of CAL990 in `a.py`, and the exit status."""

    def run(*arguments: str) -> tuple[int, list[str]]:
        outcome = command("check", "a.py", "--select", "CAL990", "--format", "concise", "-q", *arguments)
        return outcome.status, (outcome.out or outcome.err).splitlines()

    return run


Check = Callable[..., tuple[int, list[str]]]


def flake8(*arguments: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "flake8", *arguments]
    return subprocess.run(run, capture_output=True, encoding="utf-8", check=False)


def test_option_names_the_directory(check: Check) -> None:
    assert check() == (0, [])
    assert check("--rules", "rules") == (1, [PRINTS, SHOUTS])
    assert check("--incall-rules", "rules", "--incall-ignore-rules", "no-print") == (1, [SHOUTS])
    assert check("--rules", "rules", "--fail-on", "error", "--ignore-rules", "shout") == (0, [PRINTS])
    assert check("--rules", "rules", "--jobs", "2") == (1, [PRINTS, SHOUTS])


def test_flake8_finds_the_same() -> None:
    done = flake8("--select", "CAL990", "--incall-rules", "rules", "a.py")
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (1, [PRINTS, SHOUTS], "")
    done = flake8("--incall-rules", "gone", "a.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert "flake8-incall: incall-rules: no such directory: 'gone'" in done.stdout


@pytest.mark.parametrize("name", ["pyproject.toml", ".flake8"])
def test_configuration_names_the_directory(
    name: str, check: Check, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = '[tool.incall]\nrules = "rules"\nignore-rules = ["shout"]\n'
    config = "[flake8]\nincall-rules = rules\nincall-ignore-rules = shout\n"
    (project / name).write_text(table if name.endswith("toml") else config, encoding="utf-8")
    assert check() == (1, [PRINTS])
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    Path("a.py").write_text(body("print(1)"), encoding="utf-8")
    assert check() == (1, [PRINTS])


def test_override_has_rules_of_its_own(check: Check, project: Path) -> None:
    text = '[tool.incall]\nrules = "rules"\n[[tool.incall.overrides]]\nfiles = ["a.py"]\nignore-rules = ["no-print"]\n'
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert check() == (1, [SHOUTS])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--rules", "gone"), "incall-rules: no such directory: 'gone'; name the directory of the rule files"),
        (("--rules", "a.py"), "incall-rules: is not a directory: 'a.py'; name the directory of the rule files"),
        (
            ("--rules", "rules", "--ignore-rules", "shut"),
            "incall-ignore-rules: unknown rule 'shut' (did you mean shout?); correct or remove it",
        ),
        (
            ("--ignore-rules", "shout"),
            "incall-ignore-rules: 'shout' names no rule, because incall-rules is not set; set it",
        ),
    ],
)
def test_bad_options_are_errors(arguments: tuple[str, ...], expected: str, check: Check) -> None:
    assert check(*arguments) == (2, [f"flake8-incall: {expected}"])


def test_bad_rule_is_an_error(check: Check, project: Path) -> None:
    (project / "rules" / "rules.yml").write_text(PRINT.replace("rule:", "rules:"), encoding="utf-8")
    expected = "flake8-incall: rules/rules.yml:4: rule: unknown key 'rules' (did you mean rule?)"
    assert check("--rules", "rules") == (2, [expected])


def test_missing_extra_is_an_error(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    expected = 'ast-grep-py and PyYAML are not installed; run pip install "flake8-incall[rules]"'
    assert check("--rules", "rules") == (2, [f"flake8-incall: incall-rules: {expected}"])


def test_comment_accepts_a_finding(check: Check, project: Path) -> None:
    text = body("print(1)  # noqa: CAL990", "say(loud=True)")
    (project / "a.py").write_text(text, encoding="utf-8")
    assert check("--rules", "rules") == (1, [SHOUTS])
    assert check("--rules", "rules", "--profile", "gate", "--ignore-rules", "shout") == (1, [PRINTS])


def test_gate_takes_ignored_rules_from_the_command_line_alone(check: Check, project: Path) -> None:
    text = '[tool.incall]\nrules = "rules"\nignore-rules = ["shout"]\n'
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert check("--profile", "gate") == (1, [PRINTS, SHOUTS])


def test_baseline_outlives_a_reworded_message(command: Command, check: Check, project: Path) -> None:
    assert command("baseline", "--rules", "rules", "--output-file", "known.json", "a.py").status == 0
    known = json.loads((project / "known.json").read_text(encoding="utf-8"))["findings"]
    assert [one["arguments"] for one in known if one["code"] == "CAL990"] == [{"id": "no-print"}, {"id": "shout"}]
    rules = project / "rules" / "rules.yml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("prints", "writes"), encoding="utf-8")
    (project / "a.py").write_text(body("", "print(2)", "say(loud=True)", "say(loud=True)"), encoding="utf-8")
    assert check("--rules", "rules", "--baseline", "known.json") == (1, ["a.py:9:5: CAL990 shout: `say` shouts"])
    rules.write_text(rules.read_text(encoding="utf-8").replace("id: no-print", "id: no-output"), encoding="utf-8")
    status, lines = check("--rules", "rules", "--baseline", "known.json")
    assert (status, lines[0]) == (1, "a.py:7:5: CAL990 no-output: writes 2")


def test_sarif_has_an_entry_for_each_rule(command: Command) -> None:
    outcome = command("check", "a.py", "--rules", "rules", "--select", "CAL990", "--format", "sarif", "-q")
    run = json.loads(outcome.out)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [(one["ruleId"], rules[one["ruleIndex"]]["id"]) for one in run["results"]] == [
        ("CAL990/no-print", "CAL990/no-print"),
        ("CAL990/shout", "CAL990/shout"),
    ]
    shout = rules[-1]
    assert (shout["name"], shout["helpUri"]) == ("shout", "https://wiki.example/shout")
    assert shout["help"]["text"] == "Callers do not like it."
    assert shout["defaultConfiguration"] == {"level": "error"}


def test_other_formats_name_the_rule(command: Command) -> None:
    outcome = command("check", "a.py", "--rules", "rules", "--select", "CAL990", "--format", "json", "-q")
    named = [
        (one["code"], one["name"], one["url"].rpartition("/incall")[0] or one["url"]) for one in json.loads(outcome.out)
    ]
    assert [one[:2] for one in named] == [("CAL990", "no-print"), ("CAL990", "shout")]
    assert named[1][2] == "https://wiki.example/shout"
    for name, expected in (("github", "CAL990 (shout)"), ("junit", "CAL990 shout in book"), ("gitlab", "CAL990/shout")):
        assert expected in command("check", "a.py", "--rules", "rules", "--format", name, "-q").out
    statistics = command("check", "a.py", "--rules", "rules", "--select", "CAL990", "--statistics", "-q").out
    assert statistics.endswith("1  CAL990  no-print\n1  CAL990  shout\n")


def test_fix_names_the_rule(command: Command, project: Path) -> None:
    outcome = command("fix", "--unsafe", "--rules", "rules", "--select", "CAL990", "a.py")
    assert outcome.out == "a.py: fixed CAL990/no-print\n"
    assert "logger.info(1)" in (project / "a.py").read_text(encoding="utf-8")


def test_linting_without_rules_imports_nothing_for_them() -> None:
    code = (
        "import sys\nfrom flake8_incall import check\n"
        f"check({body('print(1)')!r})\n"
        "print([name for name in sys.modules if name.startswith(('ast_grep', 'yaml', 'flake8_incall.project_rules'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "[]\n"


def test_server_reads_changed_rules(project: Path) -> None:
    pytest.importorskip("lsprotocol", reason="the extra `lsp` is not installed")
    from flake8_incall.server.judging import Judging
    from flake8_incall.server.projects import Subject

    text = (project / "a.py").read_text(encoding="utf-8")
    subject = Subject(str(project), {"rules": "rules", "select": ["CAL990"]}, "a.py", False, text)
    judging = Judging()

    def messages() -> list[str]:
        return [one.message for one in judging.check(subject).findings]

    assert messages() == ["no-print: prints 1", "shout: `say` shouts"]
    rules = project / "rules" / "rules.yml"
    rules.write_text(PRINT.replace("prints", "writes"), encoding="utf-8")
    assert messages() == ["no-print: writes 1"]
    (project / "rules" / "deep").mkdir()
    (project / "rules" / "deep" / "more.yml").write_text(OTHER, encoding="utf-8")
    assert messages() == ["no-print: writes 1", "shout: `say` shouts"]
    rules.write_text("id: [", encoding="utf-8")
    assert judging.check(subject).fault == "rules/rules.yml:1: is not valid YAML: did not find expected node content"


def test_rules_are_listed(command: Command, project: Path) -> None:
    (project / "rules" / "quiet.yml").write_text(PRINT.replace("no-print", "q\nseverity: off"), encoding="utf-8")
    assert command("rules", "--rules", "rules").out.splitlines() == [
        "q         off          prints $$$ARGS",
        "no-print  warning      prints $$$ARGS",
        "shout     error        `$F` shouts",
    ]
    listed = json.loads(command("rules", "--rules", "rules", "--format", "json").out)
    assert [(one["name"], one["severity"], one["fix"], one["line"]) for one in listed] == [
        ("q", "off", "unsafe", 1),
        ("no-print", "warning", "unsafe", 1),
        ("shout", "error", None, 8),
    ]
    outcome = command("rules", "--rules", "gone")
    assert (outcome.status, outcome.out) == (2, "")
