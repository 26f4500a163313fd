"""The formats of `check`, each read by a strict reader: their content, and what no name may break."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flake8_incall.diagnostics import Diagnostic, Edit, Fix, Position, Severity
from flake8_incall.reading import Problem
from flake8_incall.reporters import FORMATS, writer
from flake8_incall.rules import REGISTRY
from flake8_incall.runner import FileReport
from tests.cli.conftest import BROKEN, RIGHT, Command
from tests.formats import read_github, read_gitlab, read_json, read_junit, read_sarif
from tests.harness import FIXTURES

READERS: dict[str, Callable[[str], Any]] = {
    "json": read_json,
    "github": read_github,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "sarif": read_sarif,
}
PRINTING = BROKEN.replace("    return", "    print(day)\n    print(day)\n    return")
# Names and texts that mean something in one of the formats.
HOSTILE = (
    "quote\"'.py",
    "end]]>.py",
    "<tag>&amp;.py",
    "50%25, a:b=c.py",
    "new\nline.py",
    "return\r\n::error::.py",
    "bell\x07\x1b[31m.py",
    "{0} [link](1).py",
    "नमस्ते 😀 \u2028\ufffe.py",
    "deep/er/dir ectory.v1/a.b.py",
    os.fsdecode(b"latin-\xe9.py"),
)
DOCUMENT = {
    "type": "custom_in_call",
    "name": "]]> \"'<&%0A,:\n\r\u0000\ud800😀 {0}",
    "description": "Call this when the caller asks",
    "api": "https://shop.example.com/{]]>}",
    "method": "GET]]>\u001b",
    "parameters": [{"key_name": "a\nb::c", "type": "string", "description": "TODO"}],
}


@pytest.fixture
def hostile(project: Path) -> Path:
    """A project whose names and texts are out to break a format."""
    for name in HOSTILE:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PRINTING.replace("ctx: The call", 'other]]>"<&%: The call 😀'), encoding="utf-8")
    (project / "tool.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    (project / "no\npython.py").write_text("def (:\n", encoding="utf-8")
    return project


COUNTS: dict[str, Callable[[Any], int]] = {
    "json": len,
    "gitlab": len,
    "github": lambda found: len(found) - 1,
    "junit": lambda root: int(root.get("failures")),
    "sarif": lambda log: len(log["results"]),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_survives_hostile_names(name: str, hostile: Path, command: Command) -> None:
    printed = command("check", "--format", name, ".")
    assert printed.status == 2
    expected = len(json.loads(command("check", "--format", "json", ".").out))
    assert expected > 4 * len(HOSTILE)
    if name in READERS:
        assert COUNTS[name](READERS[name](printed.out)) == expected
    else:
        assert set("\x1b\x07\r").isdisjoint(printed.out)
        lines = [line for line in printed.out.split("\n") if line and not line.startswith("    ")]
        assert all(": CAL" in line for line in lines)
        assert len(lines) == expected
    written = command("check", "--format", name, "--output-file", "report.out", ".")
    assert (written.out, written.err, written.status) == ("", printed.err, printed.status)
    assert (hostile / "report.out").read_text(encoding="utf-8") == printed.out


def test_every_format_survives_an_ascii_terminal(hostile: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for name in FORMATS:
        command = [sys.executable, "-m", "flake8_incall", "check", "--format", name, "."]
        done = subprocess.run(command, cwd=hostile, env=environment, capture_output=True, check=False)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stdout.isascii()
        if name in READERS:
            assert len(READERS[name](done.stdout.decode())) > 0


@pytest.mark.parametrize("name", READERS)
def test_a_run_without_findings_is_a_valid_report(name: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    outcome = command("check", "--format", name, "a.py")
    READERS[name](outcome.out)
    assert outcome.status == 0


@pytest.mark.parametrize("name", READERS)
def test_a_run_without_files_is_a_valid_report(name: str, project: Path, command: Command) -> None:
    outcome = command("check", "--format", name)
    READERS[name](outcome.out)
    assert (outcome.status, outcome.err.startswith("no files to check in ")) == (0, True)


@pytest.mark.parametrize("name", READERS)
def test_every_fixture_with_findings_is_a_valid_report(name: str, command: Command) -> None:
    paths = [str(FIXTURES / folder) for folder in ("documents", "signature", "errors")]
    outcome = command("check", "--isolated", "--incall-profile", "strict", "--format", name, *paths)
    assert outcome.status == 1
    assert len(READERS[name](outcome.out)) > 0


def test_json_says_where_a_finding_begins_and_ends(project: Path, command: Command) -> None:
    (project / "a.py").write_text(PRINTING, encoding="utf-8")
    found = read_json(command("check", "--format", "json", "--select", "CAL101,CAL903", "a.py").out)
    assert found[0] == {
        "path": "a.py",
        "line": 1,
        "column": 5,
        "end_line": 1,
        "end_column": 14,
        "code": "CAL101",
        "name": REGISTRY.rules["CAL101"].name,
        "severity": "error",
        "message": found[0]["message"],
        "function": "book_slot",
        "fix": {
            "applicability": "safe",
            "edits": [{"line": 1, "column": 1, "end_line": 1, "end_column": 1, "text": "async "}],
        },
        "url": REGISTRY.rules["CAL101"].url,
    }
    assert [(one["code"], one["line"], one["column"]) for one in found[1:]] == [("CAL903", 10, 5)]
    assert found[1]["message"].endswith("(and 1 more in `book_slot`)")


def test_columns_count_characters(project: Path, command: Command) -> None:
    text = PRINTING.replace("    print(day)\n    print(day)", '    "नमस्ते 😀"; print(day)')
    (project / "a.py").write_text(text, encoding="utf-8")
    column = text.splitlines()[9].index("print") + 1
    select = ("check", "--select", "CAL903", "a.py", "--format")
    assert read_json(command(*select, "json").out)[0]["column"] == column
    assert read_github(command(*select, "github").out)[0]["col"] == str(column)
    log = read_sarif(command(*select, "sarif").out)
    assert log["columnKind"] == "unicodeCodePoints"
    assert log["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] == column


def test_json_names_the_class_of_a_method(project: Path, command: Command) -> None:
    method = "    @function_tool\n" + "".join(f"    {line}\n" for line in BROKEN.splitlines())
    text = f"from livekit.agents import RunContext, function_tool\n\nclass Desk:\n{method}"
    (project / "a.py").write_text(text.replace("(ctx", "(self, ctx"), encoding="utf-8")
    assert {one["function"] for one in read_json(command("check", "--format", "json").out)} == {"Desk.book_slot"}


def test_sarif_describes_rules_and_fixes(project: Path, command: Command) -> None:
    (project / "a b.py").write_text(BROKEN, encoding="utf-8")
    log = read_sarif(command("check", "--format", "sarif", "--select", "CAL101").out)
    (result,) = log["results"]
    rule = log["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["helpUri"] == REGISTRY.rules["CAL101"].url
    assert "async def" in rule["help"]["markdown"]
    assert rule["help"]["text"]
    assert rule["shortDescription"]["text"]
    assert result["level"] == rule["defaultConfiguration"]["level"] == "error"
    artifact = {"uri": "a%20b.py", "uriBaseId": "%SRCROOT%"}
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == artifact
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change == {
        "artifactLocation": artifact,
        "replacements": [
            {
                "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                "insertedContent": {"text": "async "},
            }
        ],
    }


def test_sarif_and_junit_say_what_could_not_be_checked(project: Path, command: Command) -> None:
    (project / "a.py").write_text("def (:\n", encoding="utf-8")
    outcome = command("check", "--format", "sarif", "a.py")
    assert outcome.status == 2
    (invocation,) = read_sarif(outcome.out)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "cannot be parsed" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    assert read_junit(command("check", "--format", "junit", "a.py").out).get("errors") == "1"
    (annotation,) = read_github(command("check", "--format", "github", "a.py").out)
    assert (annotation["command"], annotation["file"], annotation["line"]) == ("error", "a.py", "1")


def fingerprints(command: Command, name: str) -> list[str]:
    out = command("check", "--format", name).out
    if name == "gitlab":
        return [one["fingerprint"] for one in read_gitlab(out)]
    return [mark for one in read_sarif(out)["results"] for mark in one["partialFingerprints"].values()]


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_fingerprints_survive_moved_lines(name: str, project: Path, command: Command) -> None:
    twice = f"{PRINTING}\n\n{PRINTING.replace('book_slot', 'pay')}"
    (project / "a.py").write_text(twice, encoding="utf-8")
    (project / "b.py").write_text(twice, encoding="utf-8")
    before = fingerprints(command, name)
    assert len(set(before)) == len(before) == 16
    (project / "a.py").write_text(f'"""Tools."""\n\nNAME = 1\n\n\n{twice}', encoding="utf-8")
    assert fingerprints(command, name) == before


@pytest.mark.parametrize("name", ["sarif", "gitlab"])
def test_a_file_that_is_named_twice_has_distinct_fingerprints(name: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(PRINTING, encoding="utf-8")
    assert len(READERS[name](command("check", "--format", name, "a.py", "./a.py").out)) > 1


def test_regions_are_the_text_that_is_meant(project: Path, command: Command) -> None:
    text = PRINTING.replace("    print(day)\n    print(day)", '    "नमस्ते 😀"; print(day)')
    (project / "a.py").write_text(text, encoding="utf-8")
    lines = text.splitlines()
    for one in read_json(command("check", "--format", "json", "a.py").out):
        assert one["line"] == one["end_line"]
        meant = lines[one["line"] - 1][one["column"] - 1 : one["end_column"] - 1]
        assert meant in {"CAL101": ["book_slot", "def book_slot"], "CAL903": ["print(day)", "print"]}.get(
            one["code"], ["day"]
        )


@pytest.mark.parametrize("name", ["sarif", "gitlab", "github"])
def test_code_hosts_are_told_the_path_from_the_root_of_the_repository(
    name: str, project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".git").mkdir()
    (project / "tools").mkdir()
    (project / "tools" / "a.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.chdir(project / "tools")
    out = command("check", "--format", name, "--select", "CAL101", ".").out
    paths = {
        "sarif": lambda: read_sarif(out)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "gitlab": lambda: read_gitlab(out)[0]["location"]["path"],
        "github": lambda: read_github(out)[0]["file"],
    }
    assert paths[name]() == "tools/a.py"


def test_github_gives_no_columns_for_several_lines() -> None:
    command, _ = read_github(written("github", last_line=3))
    assert "col" not in command


@pytest.mark.parametrize("severity", Severity)
def test_every_severity_has_a_word_in_every_format(severity: Severity) -> None:
    word = severity.value
    assert read_json(written("json", severity=severity))[0]["severity"] == word
    expected = {"error": "error", "warning": "warning", "information": "notice"}
    assert read_github(written("github", severity=severity))[0]["command"] == expected[word]
    expected = {"error": "major", "warning": "minor", "information": "info"}
    assert read_gitlab(written("gitlab", severity=severity))[0]["severity"] == expected[word]
    expected = {"error": "error", "warning": "warning", "information": "note"}
    assert read_sarif(written("sarif", severity=severity))["results"][0]["level"] == expected[word]
    assert f": {word}: " in (next(read_junit(written("junit", severity=severity)).iter("failure")).text or "")


def written(name: str, *, last_line: int = 1, severity: Severity = Severity.ERROR, words: str = "is wrong") -> str:
    """What a format writes for one finding."""
    end = Position(last_line, 4)
    edit = Edit(Position(1, 0), Position(1, 0), words)
    path = f"{words}.py".replace("\0", "")
    found = Diagnostic(path, Position(1, 0), end, "CAL101", words, severity, words, fix=Fix((edit,)))
    problem = Problem(path, words, Position(2, 1))
    stream = io.StringIO()
    writer(name)([FileReport(path, [found]), FileReport(path, problem=problem)], stream, is_coloured=False)
    return stream.getvalue()


@pytest.mark.parametrize("name", FORMATS)
@given(words=st.text(st.characters() | st.sampled_from("\"'<>&]%:,{}0\r\n\x1b\ud800\udce9"), max_size=20))
@example("]]>")
@example("::error::%0A")
@settings(max_examples=40, deadline=None)
def test_no_words_break_a_format(name: str, words: str) -> None:
    text = written(name, words=words)
    if name in READERS:
        assert len(READERS[name](text)) > 0
        assert text.isascii() or name == "github"
    else:
        assert text.count("\n") == 1


def test_concise_writes_one_line_for_each_finding(project: Path, command: Command) -> None:
    (project / "a.py").write_text(PRINTING, encoding="utf-8")
    assert command("check", "--format", "concise").out.splitlines() == command("check").headlines


def test_statistics_count_by_rule(project: Path, command: Command) -> None:
    (project / "a.py").write_text(f"{PRINTING}\n\n{BROKEN.replace('book_slot', 'pay')}", encoding="utf-8")
    argv = ("check", "--statistics", "--select", "CAL101,CAL903")
    expected = [f"2  CAL101  {REGISTRY.rules['CAL101'].name}", f"1  CAL903  {REGISTRY.rules['CAL903'].name}"]
    assert command(*argv).out.splitlines()[-2:] == expected
    outcome = command(*argv, "--format", "json")
    assert len(read_json(outcome.out)) == 3
    assert outcome.err.splitlines()[:2] == expected


def test_exit_zero_is_for_findings_only(project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    assert command("check", "--exit-zero").status == 0
    (project / "b.py").write_text("def (:\n", encoding="utf-8")
    assert command("check", "--exit-zero").status == 2


@pytest.mark.parametrize(
    ("codes", "fail_on", "status"),
    [
        ("CAL105", None, 1),
        ("CAL105", "error", 1),
        ("CAL303", None, 1),
        ("CAL303", "warning", 1),
        ("CAL303", "error", 0),
        ("CAL303", "information", 1),
        ("CAL105,CAL303", "error", 1),
    ],
)
def test_fail_on_decides_by_severity(
    codes: str, fail_on: str | None, status: int, project: Path, command: Command
) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    outcome = command("check", f"--select={codes}", *(["--fail-on", fail_on] if fail_on else []))
    assert (outcome.status, sorted(outcome.codes)) == (status, codes.split(","))


def test_fail_on_takes_severities_only(command: Command) -> None:
    outcome = command("check", "--fail-on", "never")
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1


def test_text_shows_the_severities_of_a_place(project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    assert command("check", "--select=CAL105,CAL303").out.endswith("^^^ error, warning\n")
    assert command("check", "--select=CAL303").out.endswith("^^^ warning\n")


@pytest.mark.parametrize("flag", ["-q", "--quiet"])
def test_quiet_leaves_findings_and_errors(flag: str, project: Path, command: Command) -> None:
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    outcome = command("check", flag)
    assert (outcome.status, outcome.err) == (1, "")
    assert outcome.out == command("check").out
    (project / "b.py").write_text("def (:\n", encoding="utf-8")
    assert command("check", flag).err.startswith("./b.py:1:5: cannot be parsed")


def test_show_settings_tells_options_and_files(project: Path, command: Command) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.incall]\nmax-timeout = 7\nallow = ["acme"]\npython = "3.12"\nignore = ["CAL105"]\n'
        'exclude = ["old"]\nper-file-ignores = { "a.py" = ["CAL303"] }\n'
        '[[tool.incall.overrides]]\nfiles = ["agents"]\nprofile = "livekit"\nselect = ["CAL1"]\n',
        encoding="utf-8",
    )
    (project / ".flake8").write_text("[flake8]\nextend-ignore = CAL306\n", encoding="utf-8")
    outcome = command("check", "--show-settings", "--profile", "strict", "missing.py")
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[:2] == [f"# configuration: {project / name}" for name in ("pyproject.toml", ".flake8")]
    assert "max-statements = 50  # default" in lines
    settings = tomllib.loads(outcome.out)
    own = settings["tool"]["incall"]
    assert (own["profile"], own["max-timeout"], own["allow"], own["python"]) == ("strict", 7.0, ["acme"], "3.12")
    assert (own["ignore"], own["exclude"], own["per-file-ignores"]) == (["CAL105"], ["old"], {"a.py": ["CAL303"]})
    assert own["overrides"] == [{"files": ["agents"], "profile": "livekit", "select": ["CAL1"]}]
    assert settings["flake8"]["extend-ignore"] == ["CAL306"]


def test_show_settings_of_an_isolated_run_are_the_defaults(project: Path, command: Command) -> None:
    (project / ".flake8").write_text("[flake8]\nincall-profile = strict\n", encoding="utf-8")
    out = command("check", "--show-settings", "--isolated").out
    assert out.startswith("# no configuration file is read (--isolated)\n")
    assert 'profile = "contract"  # default' in out.splitlines()


def test_rules_as_json(command: Command) -> None:
    rules = json.loads(command("rules", "--format", "json").out)
    assert [rule["code"] for rule in rules] == sorted(REGISTRY.rules)
    for rule in rules:
        known = REGISTRY.rules[rule["code"]]
        assert (rule["name"], rule["url"], rule["severity"]) == (known.name, known.url, known.severity.value)
        assert rule["documentation"]["why"]
        assert rule["profiles"]
    livekit = json.loads(command("rules", "--format", "json", "--profile", "livekit").out)
    assert [rule["code"] for rule in livekit] == [rule.code for rule in REGISTRY.of("livekit")]


def test_an_unknown_format_is_one_line(project: Path, command: Command) -> None:
    outcome = command("check", "--format", "xml")
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)


def test_two_processes_write_what_one_does(hostile: Path, command: Command) -> None:
    one, two = (command("check", "--format", "sarif", "--jobs", jobs, ".") for jobs in ("1", "2"))
    assert one == two
