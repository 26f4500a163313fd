"""What an editor can do about findings: the edits, applied as an editor applies them."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from lsprotocol import types

from flake8_incall.server.actions import FIX_ALL, changes_between, has_safe_fix, is_wanted, quick_fixes
from flake8_incall.server.text import Text
from tests.cli.conftest import BROKEN, RIGHT
from tests.server.conftest import Editor

WHOLE = types.Range(types.Position(0, 0), types.Position(9999, 0))
KINDS = types.CodeActionKind


def applied(text: Text, edits: Iterable[types.TextEdit]) -> str:
    """A text after edits, the last first."""
    for edit in sorted(edits, key=lambda one: one.range.start, reverse=True):
        text = text.edited(types.TextDocumentContentChangePartial(edit.range, edit.new_text))
    return text.content


def suppressions(editor: Editor, content: str, code: str) -> list[str]:
    """The texts after each offer to suppress a code."""
    text, outcome = Text(content), editor.check("book.py", content)
    offered = [
        edits for finding, title, edits, _ in quick_fixes(outcome, text, WHOLE) if title.startswith(f"Suppress {code} ")
    ]
    return [applied(text, map(text.text_edit, edits)) for edits in offered]


HEAD = "import time\n\n\nasync def book_slot(ctx: RunContext, day: str) -> dict:\n"
DOCUMENTED = f'''{HEAD}    """Book a slot when the caller has agreed to a day.

    Args:
        ctx: The call
        day: The day
    """
'''
ANSWER = '    return {"status": "success", "day": day}\n'
SLEEPS = {
    "plain": "    time.sleep(1)\n",
    "beside a comment": "    time.sleep(1)  # as agreed\n",
    "beside another code": "    time.sleep(1)  # noqa: S101\n",
    "beside other codes": "    time.sleep(1)  # NOQA:S101, E501\n",
    "before a type comment": "    time.sleep(1)  # type: ignore\n",
    "with spaces behind": "    time.sleep(1)   \n",
    "in parentheses": "    text = (\n        'a',\n        time.sleep(1),\n        'b',\n    )\n",
    "beside a long string": '    text = time.sleep(1), """\none\ntwo\n"""\n',
    "behind a long string": '    text = """\none\ntwo\n""", time.sleep(1)\n',
    "over a backslash": "    text = 1 + \\\n        time.sleep(1)\n",
    "before a backslash": "    text = time.sleep(1) + \\\n        1\n",
    "twice on one line": "    time.sleep(1); time.sleep(2)\n",
    "with an emoji": "    text = '🙏', time.sleep(1)\n",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("statement", SLEEPS.values(), ids=SLEEPS)
def test_suppression_silences_the_finding_and_no_other(editor: Editor, statement: str, line_end: str) -> None:
    content = (DOCUMENTED + statement + ANSWER).replace("\n", line_end)
    before = editor.codes("book.py", content)
    texts = suppressions(editor, content, "CAL604")
    assert texts
    after = editor.codes("book.py", texts[0])
    assert after == [code for code in before if code != "CAL604"]
    assert content.count("\r") == texts[0].count("\r")


def test_suppression_of_a_finding_in_a_docstring_stands_behind_it(editor: Editor) -> None:
    content = DOCUMENTED.replace("        day: The day\n", "        date: The day\n") + ANSWER
    assert "CAL304" in editor.codes("book.py", content)
    (text,) = suppressions(editor, content, "CAL304")
    assert '"""  # noqa: CAL304\n' in text
    assert "CAL304" not in editor.codes("book.py", text)


def test_suppression_of_repeats_silences_each(editor: Editor) -> None:
    editor.settings = {"profile": "strict"}
    content = DOCUMENTED + "    print(1)\n    print(2)\n    print(3)\n" + ANSWER
    assert editor.codes("book.py", content).count("CAL903") == 1
    (text,) = suppressions(editor, content, "CAL903")
    assert text.count("# noqa: CAL903") == 3
    assert "CAL903" not in editor.codes("book.py", text)


@pytest.mark.parametrize("settings", [{"profile": "gate"}])
def test_suppression_is_not_offered_where_it_has_no_effect(editor: Editor, settings: dict[str, str]) -> None:
    editor.settings = settings
    content = DOCUMENTED + "    time.sleep(1)\n" + ANSWER
    assert editor.codes("book.py", content)
    assert suppressions(editor, content, "CAL604") == []


def test_suppression_is_not_offered_in_json(editor: Editor) -> None:
    document = {"type": "custom_in_call", "name": "a", "description": "Books", "source_code": BROKEN}
    content = json.dumps(document)
    outcome = editor.check("book.json", content)
    assert outcome.findings
    assert [title for _, title, *_ in quick_fixes(outcome, Text(content), WHOLE) if "noqa" in title] == []


def test_fix_of_a_document_leaves_json(editor: Editor) -> None:
    code = "import time\n" + RIGHT.replace("    return", "    time.sleep(1)\n    return")
    document = {"type": "custom_in_call", "name": "book_slot", "description": "Books", "source_code": code}
    content = json.dumps(document, indent=1)
    text, outcome = Text(content), editor.check("book.json", content)
    fixes = [edits for finding, _, edits, _ in quick_fixes(outcome, text, WHOLE) if finding.code == "CAL604"]
    fixed = json.loads(applied(text, map(text.text_edit, fixes[0])))
    assert "await asyncio.sleep(1)" in fixed["source_code"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_fix_is_preferred_if_it_is_safe_and_says_if_it_is_not(editor: Editor, line_end: str) -> None:
    content = (DOCUMENTED + "    time.sleep(1)\n" + ANSWER).replace("\n", line_end).replace("day: str", "day")
    text, outcome = Text(content), editor.check("book.py", content)
    assert has_safe_fix(outcome)
    offers = {title: (edits, preferred) for _, title, edits, preferred in quick_fixes(outcome, text, WHOLE)}
    edits, preferred = offers["Fix CAL604 (blocking-call)"]
    fixed = applied(text, map(text.text_edit, edits))
    assert preferred
    assert "    await asyncio.sleep(1)" + line_end in fixed
    assert "CAL604" not in editor.codes("book.py", fixed)
    unsafe = {title: preferred for title, (_, preferred) in offers.items() if "unsafe" in title}
    assert not any(unsafe.values())
    assert not any(preferred for title, (_, preferred) in offers.items() if title.startswith("Suppress"))


def test_fixes_are_those_of_the_range(editor: Editor) -> None:
    content = DOCUMENTED + "    time.sleep(1)\n" + ANSWER
    line = content[: content.index("time.sleep")].count("\n")
    here = types.Range(types.Position(line, 6), types.Position(line, 6))
    outcome = editor.check("book.py", content)
    assert {finding.code for finding, *_ in quick_fixes(outcome, Text(content), here)} == {"CAL604"}
    nowhere = types.Range(types.Position(1, 0), types.Position(1, 0))
    assert list(quick_fixes(outcome, Text(content), nowhere)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb\nc\n", "import x\na\nb\nc\n"),
        ("a\nb", "a\nb\nc"),
        ("a\nb\nc", "a\n"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
        ("", "a\n"),
        ("a\n", ""),
        ("a\na\na\n", "a\na\n"),
        ("🙏", "🙏🙏"),
    ],
)
def test_changes_between_texts_make_one_of_the_other(before: str, after: str) -> None:
    text = Text(before)
    assert applied(text, changes_between(text, after)) == after
    assert changes_between(text, before) == []


@pytest.mark.parametrize(
    ("only", "fixes", "all_fixes"),
    [
        (None, True, True),
        ([KINDS.QuickFix], True, False),
        ([KINDS.Source], False, True),
        ([KINDS.SourceFixAll], False, True),
        ([FIX_ALL], False, True),
        (["source.fixAll.ruff"], False, False),
        ([KINDS.Refactor], False, False),
        ([""], True, True),
        ([], True, True),
    ],
)
def test_kinds_that_are_asked_for_are_answered(only: list[str] | None, fixes: bool, all_fixes: bool) -> None:
    assert is_wanted(KINDS.QuickFix, only) == fixes
    assert is_wanted(FIX_ALL, only) == all_fixes
