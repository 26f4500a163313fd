"""The fixes of the project's own rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flake8_incall import Diagnostic
from flake8_incall.fixes import Fixed, fixed
from tests.project_rules.conftest import PRINT, Write, body, found

RULE = "id: x\nlanguage: Python\nrule:\n  pattern: {0}\nfix: |-\n{1}\n"


def after(directory: Path, text: str, path: str = "function.py", *, unsafe: bool = True) -> Fixed:
    def find(changed: str) -> list[Diagnostic]:
        return found(directory, changed, path)

    return fixed(text, find, unsafe=unsafe)


def rule(pattern: str, *lines: str) -> str:
    return RULE.format(json.dumps(pattern), "".join(f"  {line}\n" for line in lines))


def lines_after(directory: Path, *lines: str, indent: str = "    ") -> list[str]:
    """The lines of the function after the fixes, without their first indentation."""
    text = after(directory, body(*lines, indent=indent)).text
    return [line.removeprefix(indent) for line in text.splitlines()[5:-1]]


def test_fix_is_unsafe_unless_the_rule_says_so(rules: Write) -> None:
    text = body("print(1)")
    assert after(rules(PRINT), text, unsafe=False).text == text
    assert "logger.info(1)" in after(rules(PRINT), text).text
    assert "logger.info(1)" in after(rules(PRINT + "metadata: {fix: safe}\n"), text, unsafe=False).text


def test_lines_of_a_fix_are_indented_as_the_code(rules: Write) -> None:
    directory = rules(rule("send($$$ARGS)", "try:", "    deliver($$$ARGS)", "except OSError:", "    pass"))
    assert lines_after(directory, "if a:", "    send(a,", "         b)  # why") == [
        "if a:",
        "    try:",
        "        deliver(a,",
        "             b)",
        "    except OSError:",
        "        pass  # why",
    ]


def test_tabs_stay_tabs(rules: Write) -> None:
    directory = rules(rule("send($A)", "deliver(", "\t$A,", ")"))
    assert lines_after(directory, "if a:", "\tsend(f(1,", "\t\t2))", indent="\t") == [
        "if a:",
        "\tdeliver(",
        "\t\tf(1,",
        "\t\t\t2),",
        "\t)",
    ]


def test_strings_of_several_lines_keep_their_text(rules: Write) -> None:
    directory = rules(rule("send($A)", "if ready:", "    deliver($A, f(", "      $A", "    ))"))
    got = lines_after(directory, 'send("""a', "  b", 'c""")')
    assert got == ["if ready:", '    deliver("""a', "  b", 'c""", f(', '      """a', "  b", 'c"""', "    ))"]


def test_line_ends_stay(rules: Write) -> None:
    directory = rules(rule("send($A)", "deliver(", "    $A,", ")"))
    text = body("send(f(1,", "       2))").replace("\n", "\r\n")
    changed = after(directory, text).text
    assert changed.count("\r\n") == changed.count("\n") == text.count("\n") + 2


def test_deleted_statement_takes_its_line_with_it(rules: Write) -> None:
    directory = rules(
        "id: x\nlanguage: Python\nrule: {kind: expression_statement, has: {pattern: print($$$)}}\nfix: ''\n"
    )
    assert lines_after(directory, "a = 1", "print(a,", "      2)", "b = 2") == ["a = 1", "b = 2"]
    assert lines_after(directory, "print(1)  # why", "b = 2; print(2)") == ["  # why", "b = 2; "]


def test_fix_that_does_not_parse_is_not_made(rules: Write) -> None:
    directory = rules(
        "id: x\nlanguage: Python\nrule: {kind: expression_statement, has: {pattern: print($$$)}}\nfix: ''\n"
    )
    text = body("if a:", "    print(1)")
    assert after(directory, text).text == text


@pytest.mark.parametrize("fix", ["print(0, $$$ARGS)", "print($$$ARGS)", "other($$$ARGS)"])
def test_fix_that_leaves_or_adds_a_finding_is_not_made(fix: str, rules: Write) -> None:
    other = "---\nid: other\nlanguage: Python\nrule: {pattern: other($$$)}\n"
    text = body("print(1)")
    result = after(rules(PRINT.replace("logger.info($$$ARGS)", fix) + other), text)
    assert (result.text, result.applied) == (text, [])


def test_fix_expands_to_neighbors(rules: Write) -> None:
    text = (
        "id: x\nlanguage: Python\nrule: {kind: keyword_argument, regex: ^verify=}\n"
        "fix: {template: '', expandStart: {regex: '^,$'}}\n"
    )
    directory = rules(text)
    assert lines_after(directory, "get(a, verify=False)", "get(a,", "    verify=False)") == ["get(a)", "get(a)"]


def test_fix_expands_as_far_as_it_says(rules: Write) -> None:
    text = (
        "id: x\nlanguage: Python\nrule: {{kind: integer, regex: ^1$}}\n"
        "fix: {{template: 0, expandEnd: {{kind: integer, regex: ^3$, stopBy: {0}}}}}\n"
    ).replace("template: 0", "template: '0'")
    assert lines_after(rules(text.format("end")), "f(1, 2, 3)", "f(1, 2)") == ["f(0)", "f(0, 2)"]
    assert lines_after(rules(text.format("{kind: identifier}")), "f(1, a, 3)", "f(1, 2, 3)") == ["f(0, a, 3)", "f(0)"]


def test_first_of_several_fixes_is_made(rules: Write) -> None:
    fixes = "fix:\n  - {title: log, template: logger.info($$$ARGS)}\n  - {title: drop, template: pass}\n"
    directory = rules(PRINT.replace("fix: logger.info($$$ARGS)\n", fixes))
    assert lines_after(directory, "print(1)") == ["logger.info(1)"]


def test_transformed_values_are_put_in(rules: Write) -> None:
    text = rule("sleep($T)", "asyncio.sleep($HALF)") + "transform: {HALF: \"replace($T, replace='0$', by='')\"}\n"
    assert lines_after(rules(text), "sleep(30)") == ["asyncio.sleep(3)"]


def test_code_in_a_document_is_fixed(rules: Write) -> None:
    code = 'async def book(ctx: RunContext) -> dict:\n    print("é",\n        1)\n    return {}\n'
    document = {"type": "custom_in_call", "name": "book", "description": "d", "source_code": code}
    changed = after(rules(PRINT), json.dumps(document), "book.json").text
    assert json.loads(changed)["source_code"] == code.replace("print", "logger.info")
