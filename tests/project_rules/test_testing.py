"""`flake8-incall test-rules`: comments beside rules, and ast-grep's own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command, command, project
from tests.project_rules.conftest import HEAD, PRINT, Write
from tests.project_rules.page import write_page_rules

__all__ = ["command", "project"]

OTHER = "---\nid: other\nlanguage: Python\nmessage: m\nrule: {pattern: other($A)}\n"
HOLDS = f"""{HEAD}
@function_tool
async def book(ctx: RunContext) -> dict:
    # ruleid: no-print

    # a comment between
    print(1)
    print(  # ruleid: no-print
        2
    )
    # ok: no-print, other
    log(3)
    # ruleid: other, no-print
    other(print(4))
    # todoruleid: no-print
    sys.stdout.write(5)
    # todook: no-print
    print(6)
    text = "# ok: unknown"
    return {{}}


# ok: no-print
print("no in-call code")
"""


def test_expectations_that_hold(rules: Write, command: Command) -> None:
    outcome = command("test-rules", str(rules(PRINT + OTHER, booking_py=HOLDS)))
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "9 expectations in 1 file: all hold\n")


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("# ruleid: no-print\nlog(1)\n", "2: no-print: expected a match, found none"),
        ("x = 1  # ruleid: no-print\n", "1: no-print: expected a match, found none"),
        ("# ok: no-print\nprint(1)\n", "2: no-print: expected no match, found one: prints 1"),
        ("# ok: no-print\nlog(1)\nprint(1)\n", "3: no-print: unexpected match: prints 1"),
        (
            f"{HEAD}@function_tool\nasync def f(ctx: RunContext) -> dict: ...\n# ruleid: no-print\nprint(1)\n",
            "5: no-print: expected a match, the code is in no in-call function, and none reaches it",
        ),
    ],
)
def test_expectation_that_does_not_hold_is_named(test: str, expected: str, rules: Write, command: Command) -> None:
    directory = rules(PRINT, a_py=test)
    outcome = command("test-rules", str(directory))
    assert (outcome.status, outcome.out) == (1, f"{directory}/a.py:{expected}\n")
    assert outcome.err.startswith("1 failure, ")


def test_closed_gaps_are_notes(rules: Write, command: Command) -> None:
    test = "# todoruleid: no-print\nprint(1)\n# todook: no-print\nlog(1)\n"
    outcome = command("test-rules", str(rules(PRINT, a_py=test)))
    assert outcome.status == 0
    assert "a.py:1: note: no-print: matches now; write `ruleid`\n" in outcome.err
    assert "a.py:3: note: no-print: does not match any more; write `ok`\n" in outcome.err


def test_rules_without_tests_and_rules_that_are_off(rules: Write, command: Command) -> None:
    rule = PRINT.replace("rule:", "severity: off\nrule:")
    outcome = command("test-rules", str(rules(rule + OTHER, a_py="# ruleid: no-print\nprint(1)\nother(1)\n")))
    assert (outcome.status, outcome.err) == (0, "no test of other\n1 expectation in 1 file: all hold\n")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a_py": "x = 1\n"}, "no tests in "),
        ({"a_py": "# ruleid: no-prin\n"}, "a.py:1: ruleid: unknown rule 'no-prin' (did you mean no-print?)"),
        ({"a_py": "# ok: no-print\ndef f(:\n"}, "a.py:2: is not valid Python: invalid syntax"),
        ({"a_py": "# coding: nope\n# ok: no-print\n"}, "a.py: cannot be decoded: unknown encoding"),
        ({"t_yml": "id: nope\nvalid: []\n"}, "t.yml:1: id: unknown rule 'nope'"),
        ({"t_yml": "id: no-print\nvalid: []\ninvalide: []\n"}, "t.yml:3: test: unknown key 'invalide' (did you mean"),
        ({"t_yml": "id: no-print\nvalid: x\n"}, "t.yml:2: valid: expected a list, got a string"),
        ({"bad_yml": "id: [\n"}, "bad.yml:1: is not valid YAML"),
    ],
)
def test_bad_tests_are_errors(files: dict[str, str], expected: str, rules: Write, command: Command) -> None:
    outcome = command("test-rules", str(rules(PRINT, **files)))
    assert (outcome.status, outcome.out) == (2, "")
    assert expected in outcome.err
    assert outcome.err.count("\n") == 1


def test_tests_of_ast_grep_are_read(rules: Write, command: Command) -> None:
    test = "id: no-print\nvalid:\n  - log(1)\n  - print(1)\ninvalid:\n  - print(2)\n  - |\n    log(3)\n"
    directory = rules(PRINT, no__print_test_yml=test)
    outcome = command("test-rules", str(directory))
    assert outcome.out.splitlines() == [
        f"{directory}/no/print.test.yml:4: no-print: expected no match, found one: prints 1",
        f"{directory}/no/print.test.yml:7: no-print: expected a match, found none",
    ]
    assert (outcome.status, outcome.err) == (1, "2 failures, 4 expectations in 1 file\n")


def test_text_after_fixes_is_compared(rules: Write, command: Command) -> None:
    directory = rules(PRINT, a_py="# ruleid: no-print\nprint(1)\n", a_fixed_py="# ruleid: no-print\nlogger.info(1)\n")
    assert command("test-rules", str(directory)).status == 0
    (directory / "a.fixed.py").write_text("# ruleid: no-print\nlogger.info(2)\n", encoding="utf-8")
    outcome = command("test-rules", str(directory))
    expected = f"{directory}/a.fixed.py:2: after the fixes: expected `logger.info(2)`, got `logger.info(1)`\n"
    assert (outcome.status, outcome.out) == (1, expected)


def test_directory_comes_from_the_configuration(rules: Write, project: Path, command: Command) -> None:
    outcome = command("test-rules")
    assert (outcome.status, "name the one of the rules" in outcome.err) == (2, True)
    rules(PRINT, a_py="# ruleid: no-print\nprint(1)\n")
    (project / "pyproject.toml").write_text('[tool.incall]\nrules = "rules"\n', encoding="utf-8")
    assert command("test-rules").status == 0


def test_rules_of_the_page_pass_their_tests(project: Path, command: Command) -> None:
    write_page_rules(project / "rules")
    outcome = command("test-rules", "rules")
    assert (outcome.status, outcome.err) == (0, "7 expectations in 3 files: all hold\n")
