"""What the server finds in documents: the same as `flake8-incall check` in their folder."""

from __future__ import annotations

import json
import os

import pytest

from flake8_incall.cli import main
from flake8_incall.server.judging import Outcome
from tests.cli.conftest import BROKEN, RIGHT
from tests.server.conftest import Editor

BROKEN_CODES = {"CAL101", "CAL105", "CAL303"}
SLOW = RIGHT.replace("    return", "    time.sleep(1)\n    return")
DOCUMENT = json.dumps(
    {"type": "custom_in_call", "name": "book", "description": "Books when asked to", "source_code": BROKEN}, indent=1
)


def strict(editor: Editor, more: str = "") -> None:
    editor.write("pyproject.toml", f'[tool.incall]\nprofile = "strict"\n{more}')


def test_check_looks_at_the_text_of_the_editor_and_not_at_the_disk(editor: Editor) -> None:
    editor.write("book.py", RIGHT)
    assert set(editor.codes("book.py", BROKEN)) >= BROKEN_CODES
    assert editor.codes("book.py", RIGHT) == []


def test_check_without_settings_has_the_default_profile(editor: Editor) -> None:
    assert "CAL904" not in editor.codes("book.py", BROKEN)


def test_check_reads_settings_again_when_a_file_of_them_changes(editor: Editor) -> None:
    before = editor.codes("book.py", BROKEN)
    editor.write("pyproject.toml", '[tool.incall]\nextend-ignore = ["CAL101"]\n')
    assert set(before) - set(editor.codes("book.py", BROKEN)) == {"CAL101"}
    editor.write("pyproject.toml", "")
    editor.write(".flake8", "[flake8]\nextend-ignore = CAL105\n")
    assert set(before) - set(editor.codes("book.py", BROKEN)) == {"CAL105"}
    (editor.folder / ".flake8").unlink()
    assert editor.codes("book.py", BROKEN) == before


def test_check_has_options_for_each_path(editor: Editor) -> None:
    strict(
        editor,
        'per-file-ignores = { "old/*" = ["CAL1"] }\n[[tool.incall.overrides]]\nfiles = ["new/"]\nignore = ["CAL3"]\n',
    )
    assert set(editor.codes("old/book.py", BROKEN)) & BROKEN_CODES == {"CAL303"}
    assert set(editor.codes("new/book.py", BROKEN)) & BROKEN_CODES == {"CAL101", "CAL105"}


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ('exclude = ["drafts"]', "drafts/deep/book.py"),
        ('exclude = ["drafts/*.py"]', "drafts/book.py"),
        ("", ".tox/lib/book.py"),
        ("", "venv/lib/book.py"),
    ],
)
def test_check_passes_over_what_a_run_over_the_folder_does_not_come_to(editor: Editor, setting: str, name: str) -> None:
    strict(editor, setting)
    assert editor.codes(name, BROKEN) == []
    assert editor.codes("book.py", BROKEN) != []


def test_check_passes_over_files_of_an_environment_by_any_name(editor: Editor) -> None:
    editor.write("env/pyvenv.cfg", "")
    assert editor.codes("env/book.py", BROKEN) == []


def test_check_honors_noqa_and_the_mark_for_the_whole_file(editor: Editor) -> None:
    quiet = BROKEN.replace("dict:\n", "dict:  # noqa: CAL101\n", 1)
    assert "CAL101" in editor.codes("book.py", BROKEN)
    assert "CAL101" not in editor.codes("book.py", quiet)
    assert editor.codes("book.py", f"# flake8: noqa\n{BROKEN}") == []


def test_check_leaves_out_what_the_baseline_has(editor: Editor, capsys: pytest.CaptureFixture[str]) -> None:
    editor.write("book.py", BROKEN)
    assert main(["baseline", "--output-file", "incall-baseline.json", "."]) == 0
    capsys.readouterr()
    editor.write("pyproject.toml", '[tool.incall]\nbaseline = "incall-baseline.json"\n')
    assert editor.check("book.py", BROKEN) == Outcome(honors_noqa=True)
    assert editor.codes("book.py", BROKEN.replace("day) ->", "day, hour) ->")) != []


def test_check_of_a_document_stands_in_the_json(editor: Editor) -> None:
    outcome = editor.check("book.json", DOCUMENT)
    assert {finding.code for finding in outcome.findings} >= {"CAL101", "CAL105"}
    assert not outcome.honors_noqa
    lines = DOCUMENT.splitlines()
    assert all("source_code" in lines[f.start.line - 1] for f in outcome.findings if f.code == "CAL101")


def test_check_of_other_json_is_silent(editor: Editor) -> None:
    assert editor.codes("package.json", '{"name": "x", "version": "1.0.0", "dependencies": {}, "private": true}') == []


def test_check_of_text_that_does_not_parse_says_so_as_the_command_does(
    editor: Editor, capsys: pytest.CaptureFixture[str]
) -> None:
    editor.write("book.py", "def book(:\n")
    assert main(["check", "book.py"]) == 2
    told = capsys.readouterr().err
    assert str(editor.check("book.py", "def book(:\n").problem) in told


@pytest.mark.parametrize(
    "text", ["\x00", "x = '\ud800'\n", "(" * 5000, "\ufeff", "# -*- coding: latin-1 -*-\nx = 'é'\n"]
)
def test_check_of_odd_text_says_what_it_cannot_do(editor: Editor, text: str) -> None:
    outcome = editor.check("odd.py", text)
    assert outcome.findings == []
    assert outcome.fault == ""


def test_check_with_settings_that_are_not_valid_says_what_is_wrong(editor: Editor) -> None:
    editor.write("pyproject.toml", '[tool.incall]\nprofile = "strickt"\n')
    outcome = editor.check("book.py", BROKEN)
    assert "unknown profile 'strickt'" in outcome.fault
    assert outcome.findings == []
    strict(editor)
    assert set(editor.codes("book.py", BROKEN)) >= BROKEN_CODES


def test_settings_of_the_editor_go_before_files(editor: Editor) -> None:
    editor.write("pyproject.toml", '[tool.incall]\nprofile = "gate"\n')
    editor.settings = {"profile": "strict", "extend-ignore": ["CAL101"], "max-timeout": 3}
    codes = editor.codes("book.py", BROKEN)
    assert "CAL303" in codes
    assert "CAL101" not in codes


@pytest.mark.parametrize(
    "settings", [{"profle": "strict"}, {"profile": 3}, {"ignore": ["CAL10X"]}, {"max-timeout": "x"}]
)
def test_settings_of_the_editor_that_are_not_valid_are_a_fault(editor: Editor, settings: dict[str, object]) -> None:
    editor.settings = settings
    assert editor.check("book.py", BROKEN).fault


@pytest.mark.parametrize("settings", [{"profle": "strict"}, {"extend-ignore": ["CAL10X"]}])
def test_a_fault_in_the_settings_of_the_editor_says_where_it_is(editor: Editor, settings: dict[str, object]) -> None:
    editor.settings = settings
    assert (editor.check("book.py", BROKEN).fault or "").startswith("the editor's section incall")


def test_one_server_has_the_settings_of_each_folder(editor: Editor) -> None:
    strict(editor)
    (editor.folder / "other").mkdir()
    editor.write("other/pyproject.toml", '[tool.incall]\nselect = ["CAL101"]\n')
    other = Editor(editor.folder / "other", judging=editor.judging)
    assert set(editor.codes("book.py", BROKEN)) >= BROKEN_CODES
    assert editor.check("book.py", BROKEN).findings != other.check("book.py", BROKEN).findings
    assert other.codes("book.py", BROKEN) == ["CAL101"]
    assert set(editor.codes("book.py", BROKEN)) >= BROKEN_CODES


def test_fix_all_applies_safe_fixes_only(editor: Editor) -> None:
    strict(editor)
    assert editor.judging.fix_all(editor.subject("book.py", "def broken(:\n")) == "def broken(:\n"
    editor.write("book.py", SLOW)
    assert main(["fix", "book.py"]) in (0, 1)
    fixed = (editor.folder / "book.py").read_text(encoding="utf-8")
    assert editor.judging.fix_all(editor.subject("book.py", SLOW)) == fixed != SLOW


def test_forget_keeps_nothing_of_a_document(editor: Editor) -> None:
    editor.check("book.py", BROKEN)
    editor.judging.forget(str(editor.folder), "book.py")
    assert editor.check("book.py", BROKEN + "(").findings == []


def test_check_works_in_the_folder_of_the_document(editor: Editor) -> None:
    (editor.folder / "inner").mkdir()
    os.chdir(editor.folder / "inner")
    strict(editor)
    assert set(editor.codes("book.py", BROKEN)) >= BROKEN_CODES
