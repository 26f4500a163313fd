"""Baselines: what is known stays quiet, what is new is said, and what is gone is counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flake8_incall import baseline, paths, pipeline
from flake8_incall.rules import REGISTRY
from tests.cli.conftest import BROKEN, RIGHT, Command
from tests.formats import read_json

PRINTING = BROKEN.replace("    return", "    print(day)\n    print(day)\n    return")
ONE_MORE = PRINTING.replace("    return", "    print(day)\n    return")
CONFIGURATION = '[tool.incall]\nbaseline = "known.json"\n'
GONE = "gone: run `flake8-incall baseline` again"
DOCUMENT = """\
{
  "type": "custom_in_call",
  "name": "order_status",
  "description": "Call this when the caller asks",
  "api": "https://shop.example.com/orders",
  "method": "PATCH",
  "parameters": [{"key_name": "order", "type": "string", "description": "TODO"}]
}
"""


@pytest.fixture
def known(project: Path, command: Command) -> Path:
    """A project with findings, all of them in `known.json`."""
    (project / "tools").mkdir()
    (project / "tools" / "a.py").write_text(PRINTING, encoding="utf-8")
    (project / "b.py").write_text(BROKEN, encoding="utf-8")
    (project / "order.json").write_text(DOCUMENT, encoding="utf-8")
    assert command("baseline", "--output-file", "known.json", ".").status == 0
    return project


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def codes(command: Command, *argv: str) -> list[str]:
    """The codes that a check reports beside the baseline."""
    return command("check", "--baseline", "known.json", "--format", "concise", *argv).codes


def test_known_findings_are_not_reported(known: Path, command: Command) -> None:
    outcome = command("check", "--baseline", "known.json")
    assert (outcome.status, outcome.out) == (0, "")
    assert "gone" not in outcome.err
    assert len(read_json(command("check", "--format", "json").out)) > 8


def test_moved_lines_are_known(known: Path, command: Command) -> None:
    for path in (known / "tools" / "a.py", known / "b.py"):
        edit(path, lambda text: f'"""Tools."""\n\nNAME = "x"\n\n\n{text}')
    edit(known / "order.json", lambda text: text.replace("{\n", "{\n\n\n", 1))
    outcome = command("check", "--baseline", "known.json")
    assert (outcome.status, outcome.out) == (0, "")
    assert "gone" not in outcome.err


def test_another_wording_is_known(known: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.rules_by_subject.cache_clear()
    for code, rule in REGISTRY.rules.items():
        monkeypatch.setitem(REGISTRY.rules, code, replace(rule, message=f"{rule.message}, in other words"))
    try:
        assert "in other words" in command("check").out
        outcome = command("check", "--baseline", "known.json")
    finally:
        pipeline.rules_by_subject.cache_clear()
    assert (outcome.status, outcome.out) == (0, "")
    assert "gone" not in outcome.err


def test_a_finding_in_another_function_is_new(known: Path, command: Command) -> None:
    edit(known / "b.py", lambda text: f"{text}\n\n{RIGHT.replace('async def book_slot', 'def pay')}")
    assert codes(command) == ["CAL101"]


def test_a_finding_about_another_parameter_is_new(known: Path, command: Command) -> None:
    edit(known / "b.py", lambda text: text.replace("day)", "day, hour: int)"))
    assert codes(command) == ["CAL303"]


def test_one_more_print_is_new(known: Path, command: Command) -> None:
    (known / "tools" / "a.py").write_text(ONE_MORE, encoding="utf-8")
    (found,) = read_json(command("check", "--baseline", "known.json", "--format", "json").out)
    assert (found["code"], found["line"]) == ("CAL903", 12)
    assert "more in" not in found["message"]


def test_two_more_prints_are_one_finding(known: Path, command: Command) -> None:
    edit(known / "tools" / "a.py", lambda text: text.replace("    print(day)\n", "    print(day)\n    print(day)\n"))
    outcome = command("check", "--baseline", "known.json")
    assert outcome.out.startswith("./tools/a.py:12:5: CAL903 ")
    assert "(and 1 more in `book_slot`)" in outcome.out
    assert "\n        print(day)\n        ^^^^" in outcome.out


def test_one_print_less_is_gone(known: Path, command: Command) -> None:
    edit(known / "tools" / "a.py", lambda text: text.replace("    print(day)\n", "", 1))
    outcome = command("check", "--baseline", "known.json")
    assert (outcome.status, outcome.out) == (0, "")
    assert f"1 {GONE}" in outcome.err


def test_gone_is_said_only_of_files_that_are_looked_at(known: Path, command: Command) -> None:
    (known / "b.py").write_text(RIGHT, encoding="utf-8")
    assert f"3 {GONE}" in command("check", "--baseline", "known.json").err
    assert "gone" not in command("check", "--baseline", "known.json", "tools").err
    (known / "b.py").write_text("def (:\n", encoding="utf-8")
    assert "gone" not in command("check", "--baseline", "known.json").err


@pytest.mark.parametrize(
    "argv", [["--select", "CAL2"], ["--ignore", "CAL101,CAL105,CAL303"], ["--per-file-ignores", "b.py:CAL"]]
)
def test_gone_is_not_said_of_rules_that_are_off(argv: list[str], known: Path, command: Command) -> None:
    (known / "b.py").write_text(RIGHT, encoding="utf-8")
    assert "gone" not in command("check", "--baseline", "known.json", "b.py", *argv).err


def test_gone_is_not_said_of_rules_of_another_profile(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    command("baseline", "--incall-profile", "strict", "--output-file", "known.json")
    assert (project / "known.json").read_text(encoding="utf-8").count('"code"') > 0
    assert "gone" not in command("check", "--baseline", "known.json").err


def test_a_comment_that_hides_the_first_of_two_does_not_shift_the_others(known: Path, command: Command) -> None:
    edit(known / "tools" / "a.py", lambda text: text.replace("    print(day)\n", "    print(day)  # noqa\n", 1))
    assert codes(command) == []
    edit(known / "tools" / "a.py", lambda text: text.replace("    return", "    print(1)\n    return"))
    assert codes(command) == []
    assert flake8_codes("--incall-baseline", "known.json", "tools/a.py") == []


def test_a_function_document_has_known_findings(known: Path, command: Command) -> None:
    assert codes(command, "order.json") == []
    edit(known / "order.json", lambda text: text.replace('"string"', '"object"'))
    assert codes(command, "order.json") == ["CAL003"]


def test_names_that_two_documents_share_are_known(known: Path, command: Command) -> None:
    (known / "second.json").write_text(DOCUMENT.replace("PATCH", "PUT"), encoding="utf-8")
    assert codes(command) == ["CAL004", "CAL007"]
    command("baseline", "--output-file", "known.json")
    edit(known / "order.json", lambda text: f"\n\n{text}")
    assert codes(command) == []


def test_a_subfolder_sees_the_same_findings(known: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(known / "tools")
    for argv in (["."], ["a.py"], [str(known / "tools")], ["../tools/a.py", "../b.py"]):
        outcome = command("check", "--baseline", "../known.json", *argv)
        assert (outcome.status, outcome.out) == (0, "")


def test_a_symbolic_link_leads_to_the_same_findings(
    known: Path, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "project"
    link.symlink_to(known)
    assert codes(command, str(link / "b.py")) == []
    monkeypatch.chdir(link)
    assert command("check", "--baseline", str(known / "known.json"), "b.py").out == ""


def test_a_baseline_below_the_project_has_paths_that_lead_up(known: Path, command: Command) -> None:
    (known / "ci").mkdir()
    command("baseline", "--output-file", "ci/known.json", "b.py")
    assert entries(known / "ci" / "known.json")[0]["path"] == "../b.py"
    assert command("check", "--baseline", "ci/known.json", "b.py").out == ""


@pytest.mark.parametrize("configuration", [".flake8", "pyproject.toml"])
def test_a_configured_baseline_counts_from_the_folder_of_its_file(
    configuration: str, known: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        ".flake8": "[flake8]\nincall-baseline = known.json\n",
        "pyproject.toml": '[tool.incall]\nbaseline = "known.json"\n',
    }
    (known / configuration).write_text(texts[configuration], encoding="utf-8")
    assert command("check").out == ""
    monkeypatch.chdir(known / "tools")
    assert command("check").out == ""
    assert flake8_codes("a.py") == []


def test_a_configured_baseline_is_written_again(known: Path, command: Command) -> None:
    (known / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    (known / "b.py").write_text(RIGHT, encoding="utf-8")
    assert f"3 {GONE}" in command("check").err
    outcome = command("baseline")
    assert (outcome.status, outcome.out) == (0, "")
    assert {entry["path"] for entry in entries(known / "known.json")} == {"tools/a.py", "order.json"}
    assert "gone" not in command("check").err


def test_a_configured_baseline_is_written_beside_its_configuration(
    known: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (known / ".flake8").write_text("[flake8]\nincall-baseline = later.json\n", encoding="utf-8")
    monkeypatch.chdir(known / "tools")
    assert command("baseline", "..").status == 0
    assert {entry["path"] for entry in entries(known / "later.json")} == {"tools/a.py", "b.py", "order.json"}
    assert command("check", "..").out == ""


def flake8_codes(*argv: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--select", "CAL", *argv], capture_output=True, encoding="utf-8", check=False
    )
    assert done.stderr == ""
    return [line.split(": ")[1].split()[0] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_flake8_reports_what_the_command_reports(jobs: str, known: Path, command: Command) -> None:
    argv = ("--jobs", jobs, ".")
    assert flake8_codes("--incall-baseline", "known.json", *argv) == codes(command, *argv) == []
    (known / "tools" / "a.py").write_text(ONE_MORE, encoding="utf-8")
    edit(known / "b.py", lambda text: text.replace("day)", "day, hour: int)"))
    assert flake8_codes("--incall-baseline", "known.json", *argv) == codes(command, *argv) == ["CAL303", "CAL903"]


def test_flake8_says_what_is_wrong_with_a_baseline(known: Path) -> None:
    command = [sys.executable, "-m", "flake8", "--incall-baseline", "missing.json", "b.py"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "flake8-incall: baseline: no such file 'missing.json'" in done.stdout


def test_fix_leaves_known_findings_alone(known: Path, command: Command) -> None:
    (known / "tools" / "a.py").write_text(
        ONE_MORE.replace("print(day)\n    return", "print(1)\n    return"), encoding="utf-8"
    )
    outcome = command("fix", "--baseline", "known.json", "tools")
    assert "fixed 1, 0 left" in outcome.err
    assert outcome.status == 0
    text = (known / "tools" / "a.py").read_text(encoding="utf-8")
    assert text.count("print(day)") == 2
    assert "print(1)" not in text


def test_gate_takes_a_baseline_only_from_the_command_line(known: Path, command: Command) -> None:
    (known / "pyproject.toml").write_text(
        '[tool.incall]\nbaseline = "known.json"\nprofile = "gate"\n', encoding="utf-8"
    )
    assert "CAL101" in command("check", "--format", "concise", "b.py").codes
    assert "CAL101" not in codes(command, "b.py")


def entries(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))["findings"]
    return found


def test_the_file_is_stable_and_has_one_entry_a_line(known: Path, command: Command) -> None:
    text = (known / "known.json").read_text(encoding="utf-8")
    first, *lines, last = text.splitlines()
    assert (first, last) == ('{"version": 1, "findings": [', "]}")
    found = [json.loads(line.removesuffix(",")) for line in lines]
    assert found == sorted(found, key=lambda one: (one["path"], one["function"], one["code"], one["count"]))
    printing = {"path": "tools/a.py", "function": "book_slot", "code": "CAL903", "arguments": {"name": "print"}}
    assert {**printing, "count": 2} in found
    for argv in (["tools", "order.json", "b.py"], ["--jobs", "2", "b.py", "order.json", "./tools"]):
        command("baseline", "--output-file", "known.json", *argv)
        assert (known / "known.json").read_text(encoding="utf-8") == text


def test_nothing_of_a_place_or_a_secret_is_in_the_file(project: Path, command: Command) -> None:
    token = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z42"
    text = f'{BROKEN}\n\n{BROKEN}\nTOKEN = "{token}"\n'
    (project / "a.py").write_text(text.replace("return", "print(TOKEN)\n    return"), encoding="utf-8")
    found = command("baseline", "a.py").out
    assert '"CAL511"' in found
    assert "ghp" not in found
    assert '"line' not in found


def test_without_a_file_it_is_printed(known: Path, command: Command) -> None:
    outcome = command("baseline", ".")
    assert outcome.out == (known / "known.json").read_text(encoding="utf-8")
    (known / "second.json").write_text(outcome.out, encoding="utf-8")
    assert command("check", "--baseline", "second.json").out == ""


def test_a_project_without_findings_has_an_empty_baseline(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    command("baseline", "--output-file", "known.json")
    assert entries(project / "known.json") == []
    assert command("check", "--baseline", "known.json").status == 0


def test_nothing_is_written_if_a_file_cannot_be_checked(known: Path, command: Command) -> None:
    before = (known / "known.json").read_bytes()
    (known / "b.py").write_text("def (:\n", encoding="utf-8")
    outcome = command("baseline", "--output-file", "known.json")
    assert outcome.status == 2
    assert outcome.err.endswith("baseline not written: 1 file could not be checked\n")
    assert (known / "known.json").read_bytes() == before


ENTRY = '{"path": "a.py", "function": "f", "code": "CAL101", "arguments": {}, "count": 1}'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it is not JSON"),
        ("<<<<<<< HEAD\n", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it has no version"),
        ("{}", "it has no version"),
        ('{"version": true, "findings": []}', "it has no version"),
        ('{"version": 1}', "it has no list of findings"),
        ('{"version": 1, "findings": {}}', "it has no list of findings"),
        ('{"version": 1, "findings": [1]}', "entry 1 does not have the fields"),
        (f'{{"version": 1, "findings": [{ENTRY}, {{}}]}}', "entry 2 does not have the fields"),
        (f'{{"version": 1, "findings": [{ENTRY.replace("1}", "0}")}]}}', "entry 1 has no positive count"),
        (f'{{"version": 1, "findings": [{ENTRY.replace("1}", "1.5}")}]}}', "entry 1 has no positive count"),
        (f'{{"version": 1, "findings": [{ENTRY.replace("{}", "[]")}]}}', "entry 1 has a value of the wrong type"),
        (f'{{"version": 1, "findings": [{ENTRY.replace("{}", "{1: 2}")}]}}', "it is not JSON"),
        (f'{{"version": 1, "findings": [{ENTRY.replace(chr(34) + "f" + chr(34), "null")}]}}', "entry 1 has a value"),
    ],
)
def test_a_damaged_file_is_one_line(text: str, fault: str, known: Path, command: Command) -> None:
    (known / "bad.json").write_text(text, encoding="utf-8")
    outcome = command("check", "--baseline", "bad.json")
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert outcome.err.startswith(f"flake8-incall: baseline: 'bad.json' is damaged: {fault}")
    assert outcome.err.endswith("; run `flake8-incall baseline` again\n")


def test_a_file_that_cannot_be_used_is_one_line(known: Path, command: Command) -> None:
    (known / "newer.json").write_text('{"version": 2, "entries": []}', encoding="utf-8")
    (known / "bytes.json").write_bytes(b"\xff\xfe\xff")
    for name, words in {
        "newer.json": "is of version 2, expected 1; update flake8-incall",
        "missing.json": "no such file 'missing.json'; write it with `flake8-incall baseline --output-file",
        "tools": "cannot read 'tools': Is a directory",
        "bytes.json": "'bytes.json' is damaged: it is not JSON",
    }.items():
        outcome = command("check", "--baseline", name)
        assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
        assert words in outcome.err


def test_a_file_with_a_byte_order_mark_or_of_powershell_is_read(known: Path, command: Command) -> None:
    text = (known / "known.json").read_text(encoding="utf-8")
    for encoding in ("utf-8-sig", "utf-16"):
        (known / "known.json").write_bytes(text.encode(encoding))
        assert codes(command) == []


def test_paths_of_windows_have_slashes(known: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(known / "known.json", lambda text: text.replace("tools/a.py", "tools\\\\a.py"))
    assert codes(command) == []
    monkeypatch.setattr(paths, "relative_to", lambda _folder, _path: "tools\\a.py")
    monkeypatch.setattr(baseline, "relative_to", paths.relative_to)
    assert baseline.relative_name("tools\\a.py", ".") == "tools/a.py"


@pytest.mark.parametrize("name", ['a b\n"c".py', "नमस्ते 😀.py", os.fsdecode(b"latin-\xe9.py")])
def test_every_file_name_is_known_again(name: str, project: Path, command: Command) -> None:
    (project / name).write_text(BROKEN, encoding="utf-8")
    assert command("baseline", "--output-file", "known.json").status == 0
    assert "gone" not in command("check", "--baseline", "known.json").err
    assert codes(command) == []


def test_standard_input_is_known_by_its_display_name(known: Path, command: Command) -> None:
    argv = ("check", "--baseline", "known.json", "-", "--stdin-display-name", "tools/a.py")
    assert command(*argv, stdin=PRINTING.encode()).out == ""
    assert command(*argv, stdin=ONE_MORE.encode()).codes == ["CAL903"]
