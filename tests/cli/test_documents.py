"""Function documents through the command: which files are taken, and where their findings stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, RIGHT, Command
from tests.harness import FIXTURES


def document(*sources: str) -> str:
    """A version document with a function for each source."""
    functions = [
        {
            "type": "custom_in_call",
            "name": "book_slot",
            "description": "Call this to book",
            "source_code": source,
        }
        for source in sources
    ]
    return json.dumps({"functions": functions}, indent=2)


def test_findings_point_into_the_json_file_and_into_the_function(project: Path, command: Command) -> None:
    text = document(RIGHT, BROKEN)
    (project / "agent.json").write_text(text, encoding="utf-8")
    outcome = command("check", "agent.json", "--select=CAL101,CAL105")
    (line,) = [n for n, line in enumerate(text.splitlines(), 1) if '"def book_slot' in line]
    column = text.splitlines()[line - 1].index("book_slot(") + 1
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"agent.json:{line}:{column}: CAL101 ")
    assert lines[1] == "    in the function's own text: line 1, column 5"
    assert outcome.codes == ["CAL101", "CAL105"]
    assert outcome.status == 1
    assert outcome.err == "2 findings in 1 file (checked 2 in-call functions in 1 document)\n"


def test_the_shown_part_of_a_long_line_is_the_one_that_is_meant(project: Path, command: Command) -> None:
    (project / "agent.json").write_text(json.dumps(json.loads(document(RIGHT, BROKEN))), encoding="utf-8")
    source, mark = command("check", "agent.json", "--select=CAL101").out.splitlines()[-2:]
    assert source.startswith("    …")
    assert source.endswith("…")
    assert source[mark.index("^") :].startswith("book_slot(")


def test_a_named_file_that_is_something_else_is_passed_over(project: Path, command: Command) -> None:
    (project / "package.json").write_text('{"name": "website"}', encoding="utf-8")
    outcome = command("check", "package.json")
    assert (outcome.codes, outcome.status) == ([], 0)
    assert outcome.err.startswith("package.json: not a function document: it is an object with `name`\n")
    assert "1 JSON file that is not a function document" in outcome.err


def test_in_a_folder_only_function_documents_are_taken(project: Path, command: Command) -> None:
    (project / "package.json").write_text('{"name": "website"}', encoding="utf-8")
    (project / "agent.json").write_text(document(BROKEN), encoding="utf-8")
    outcome = command("check", ".", "--select=CAL101")
    assert outcome.codes == ["CAL101"]
    summary = "(checked 1 in-call function in 1 document; passed over 1 JSON file that is not a function document)"
    assert outcome.err.endswith(f"{summary}\n")


def test_options_hold_for_documents_and_noqa_does_not(project: Path, command: Command) -> None:
    silenced = BROKEN.replace("-> dict:", "-> dict:  # noqa")
    (project / "agent.json").write_text(document(silenced), encoding="utf-8")
    assert "CAL101" in command("check").codes
    assert command("check", "--per-file-ignores=*.json:CAL").codes == []
    assert command("check", "--exclude=*.json").err.startswith("no files to check")


def test_standard_input_that_is_called_json(project: Path, command: Command) -> None:
    outcome = command("check", "-", "--stdin-display-name=agent.json", stdin=document(BROKEN).encode())
    assert outcome.headlines[0].startswith("agent.json:")


def test_standard_input_that_begins_like_json(project: Path, command: Command) -> None:
    outcome = command("check", "-", stdin=b"\n" + document(BROKEN).encode())
    assert "CAL101" in outcome.codes
    assert outcome.headlines[0].startswith("stdin:")


def test_a_document_that_is_not_utf_8(project: Path, command: Command) -> None:
    (project / "agent.json").write_bytes(b'{"name": "\xe9"}')
    outcome = command("check", "agent.json")
    assert outcome.err.startswith("agent.json:1:11: cannot be read: byte 0xe9 is not utf-8")
    assert outcome.status == 2


def test_why_in_a_document(project: Path, command: Command) -> None:
    (project / "agent.json").write_text(document(RIGHT + "\ndef other(): ...\n"), encoding="utf-8")
    first, second = command("show", "--why", "agent.json").out.splitlines()
    assert first.endswith("`book_slot` is an in-call function: the first `def` of a function document")
    assert second.endswith("`other` is not an in-call function: the platform runs only the first `def`")


def test_what_is_wrong_with_a_basic_function_fails_the_run(project: Path, command: Command) -> None:
    (project / "agent.json").write_bytes((FIXTURES / "documents" / "basic" / "missing.json").read_bytes())
    outcome = command("check", "agent.json", "--select=CAL00")
    assert outcome.headlines[0].startswith("agent.json:3:5: CAL002 the function has no `method`; use one of GET")
    assert outcome.status == 1


def basic(name: str, **fields: object) -> dict[str, object]:
    """A basic function of the fixtures under another name."""
    stored = json.loads((FIXTURES / "documents" / "basic" / "in_order.json").read_text(encoding="utf-8"))
    return {**stored["functions"][0], "name": name, **fields}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_name_in_two_documents_of_a_run_is_told_once(project: Path, command: Command, jobs: str) -> None:
    for name, stored in (("a", [basic("one"), basic("two")]), ("b", basic("two")), ("c", [basic("three")])):
        (project / f"{name}.json").write_text(json.dumps(stored, indent=1), encoding="utf-8")
    (project / "d.py").write_text(RIGHT, encoding="utf-8")
    line = json.dumps([basic("one"), basic("two")], indent=1).partition('"name": "two"')[0].count("\n") + 1
    outcome = command("check", ".", "--jobs", jobs)
    (found,) = outcome.headlines
    assert found.startswith("./b.json:3:10: CAL004 name `two` is already used in ./a.json, line " + str(line))
    assert command("check", "a.json", "c.json").codes == []
    assert command("check", "b.json").codes == []
    assert command("check", ".", "--ignore", "CAL004").codes == []


def test_a_function_of_two_capabilities_is_told_once_in_another_document(project: Path, command: Command) -> None:
    version = {"capabilities": [{"functions": [basic("one")]}] * 2}
    for name in ("a", "b"):
        (project / f"{name}.json").write_text(json.dumps(version), encoding="utf-8")
    assert command("check", ".").codes == ["CAL004"]


@pytest.mark.parametrize("name", ["agent.json", "AGENT.JSON", "agent.Json"])
@pytest.mark.parametrize(
    "text",
    [
        document(BROKEN),
        json.dumps({"name": "book_slot", "description": "Call this to book", "source_code": BROKEN}),
        json.dumps({"Name": "book", "API URL": "https://shop.example.com"}),
        document(RIGHT)[:200],
        '[{"type": "function", "function": {"name": "book"}}]',
        '[{"name": "h", "type": "python", "source_code": "import os\\ndef h(x):\\n    return os.system(x)"}]',
        json.dumps([basic("a", type="transfer_call")]),
        "[]",
    ],
)
def test_a_named_file_and_the_same_file_in_a_folder_have_the_same_findings(
    project: Path, command: Command, name: str, text: str
) -> None:
    (project / name).write_text("\ufeff" + text, encoding="utf-8")
    named = [line.removeprefix("./") for line in command("check", name).headlines]
    assert named
    assert [line.removeprefix("./") for line in command("check", ".").headlines] == named


@pytest.mark.parametrize("arguments", [("agent",), ("-",)])
def test_a_byte_order_mark_does_not_make_a_document_python(
    project: Path, command: Command, arguments: tuple[str, ...]
) -> None:
    data = b"\xef\xbb\xbf" + document(BROKEN).encode()
    (project / "agent").write_bytes(data)
    assert "CAL101" in command("check", *arguments, stdin=data).codes


def test_fixes_keep_a_byte_order_mark(project: Path, command: Command) -> None:
    broken = RIGHT.replace("day: str)", "day: str = None)")
    (project / "agent.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(json.loads(document(broken))).encode())
    assert command("fix", "agent.json").status == 0
    fixed = RIGHT.replace("day: str)", "day: str | None = None)")
    after = (project / "agent.json").read_bytes()
    assert after == b"\xef\xbb\xbf" + json.dumps(json.loads(document(fixed))).encode()


def test_a_basic_function_in_order(project: Path, command: Command) -> None:
    (project / "agent.json").write_bytes((FIXTURES / "documents" / "basic" / "in_order.json").read_bytes())
    outcome = command("check", "agent.json", "--profile=strict")
    assert (outcome.codes, outcome.status) == ([], 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '[{"type": "custom_in_ca',
        '{"functions": ["book"]}',
        '{"data": {"functions": [{"type": "custom_in_call", "name": "book"}]}}',
        '[{"type": "function", "function": {"name": "book"}}]',
        "async def book(): ...",
    ],
)
def test_a_named_file_that_is_no_function_document_fails_the_run(project: Path, command: Command, text: str) -> None:
    (project / "agent.json").write_text(text, encoding="utf-8")
    outcome = command("check", "agent.json")
    assert (outcome.codes, outcome.status) == (["CAL001"], 1)


def test_in_a_folder_documents_in_the_words_of_the_documentation_are_found(project: Path, command: Command) -> None:
    (project / "agent.json").write_text('{"Name": "x", "API URL": "https://shop.example.com"}', encoding="utf-8")
    (project / "schema.json").write_text(command("schema", "basic").out, encoding="utf-8")
    outcome = command("check", ".")
    assert outcome.codes == ["CAL002"] * 3
    assert "(checked 1 in-call function in 1 document; passed over 1 JSON file" in outcome.err


def test_why_answers_for_every_json_file(project: Path, command: Command) -> None:
    basic = {"type": "custom_in_call", "name": "order_status", "api": "https://orders.example.com", "method": "GET"}
    broken = {"type": "custom_in_call", "name": "book_slot", "source_code": "async def book_slot("}
    (project / "agent.json").write_text(json.dumps([basic, broken]), encoding="utf-8")
    (project / "api.json").write_text('{"type": "object", "functions": []}', encoding="utf-8")
    (project / "package.json").write_text('{"name": "website"}', encoding="utf-8")
    (project / "tools.json").write_text('[{"name": "a", "inputSchema": {}}]', encoding="utf-8")
    (project / "venv").mkdir()

    outcome = command("show", "--why", ".")

    assert outcome.out.splitlines() == [
        "./agent.json:1:2: `order_status` is an in-call function: a request of a function document",
        "./agent.json:1:108: `book_slot` is an in-call function: code of a function document, which does not parse",
        "./api.json: not a function document: it is an object with `type`, `functions`",
        "./package.json: passed over, a JSON file that is not a function document",
        "./venv: passed over, a folder of installed packages",
    ]
    assert outcome.err.startswith("./tools.json:1:16: a tool in the MCP format, expected a function document; ")


def test_why_in_a_folder_of_other_json_alone_names_its_files(project: Path, command: Command) -> None:
    (project / "package.json").write_text('{"name": "website"}', encoding="utf-8")

    outcome = command("show", "--why", ".")

    assert outcome.out == "./package.json: passed over, a JSON file that is not a function document\n"


def test_why_of_a_named_file_says_what_it_is(project: Path, command: Command) -> None:
    (project / "package.json").write_text('{"name": "website"}', encoding="utf-8")

    outcome = command("show", "--why", "package.json")

    assert outcome.out == "package.json: not a function document: it is an object with `name`\n"


def test_functions_of_other_types_are_counted_and_explained(project: Path, command: Command) -> None:
    others = [{"type": "end", "name": "end_call"}, {"type": "custom_pre_call", "name": "prepare"}]
    (project / "agent.json").write_text(json.dumps({"functions": [basic("a"), *others]}), encoding="utf-8")
    (project / "lone.json").write_text('{"type": "booking", "name": "book", "description": "Books"}', encoding="utf-8")

    outcome = command("check", ".")
    why = command("show", "--why", ".").out.splitlines()

    summary = "(checked 1 in-call function in 2 documents; passed over 3 functions of other types; "
    assert summary in outcome.err
    assert [line.partition(": ")[2] for line in why] == [
        "`a` is an in-call function: a request of a function document",
        "`end_call` is not an in-call function: its `type` is `end`",
        "`prepare` is not an in-call function: its `type` is `custom_pre_call`",
        "`book` is not an in-call function: its `type` is `booking`",
    ]
