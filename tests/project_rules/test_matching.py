"""Where the project's own rules match, and what their findings say."""

from __future__ import annotations

import json

import pytest

from flake8_incall import Engine, Options, Severity
from tests.project_rules.conftest import HEAD, PRINT, Write, body, found, pointed_at

PLACES = """\
print("module")


class Desk:
    print("class of a tool")

    @function_tool
    async def book(self, ctx: RunContext) -> dict:
        print("own")

        def inner():
            print("inner")

        handlers = [lambda: print("lambda"), handler]
        self._help()
        Maker().make()
        await slow()
        return {"handlers": handlers}

    def _help(self):
        print("method")

    def _unused(self):
        print("unused method")


class Maker:
    print("class body")

    def __init__(self):
        print("init")

    def make(self):
        print("made")

    def never(self):
        print("never")


def handler():
    print("handed on")


async def slow():
    print("helper")
    named()


named = lambda: print("named lambda")


@function_tool
async def again(ctx: RunContext) -> dict:
    await slow()
    print("second")
    return {}


def unused():
    print("unused")
"""


def test_matches_stand_in_in_call_code_alone_and_once(rules: Write) -> None:
    findings = found(rules(PRINT), HEAD + PLACES)
    told = [(one.qualified_name, one.message.removeprefix("no-print: prints ").strip('"')) for one in findings]
    assert told == [
        *(("Desk.book", where) for where in ("own", "inner", "lambda", "method", "class body", "init", "made")),
        *(("Desk.book", where) for where in ("handed on", "helper", "named lambda")),
        ("again", "second"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_are_exact_in_any_text(end: str, rules: Write) -> None:
    text = body(
        's = "é𝄞नमस्ते"; print(s, "𝄞")',
        "if s:\x0c",
        "\tprint(1,",
        "",
        "\t\t2)",
        "\x0c",
        "print('''a",
        "b''')",
        indent="\t",
    ).replace("\n", end)
    findings = found(rules(PRINT), text)
    expected = ['print(s, "𝄞")', "print(1,\n\t\n\t\t\t2)", "print('''a\n\tb''')"]
    assert [pointed_at(text, one).replace("\r\n", "\n") for one in findings] == expected
    assert [(one.start.line, one.start.column) for one in findings] == [(6, 17), (8, 2), (12, 1)]


def test_decorators_defaults_and_comments_belong_to_their_function(rules: Write) -> None:
    rule = "id: x\nlanguage: Python\nrule: {any: [{pattern: mark($A)}, {kind: comment}]}\nmessage: m $A\n"
    text = f"""{HEAD}
# before
@mark(1)
@function_tool
async def book(ctx: RunContext, a: int = mark(2)) -> dict:  # on the head
    return {{}}  # at the end
# behind


@mark(3)
def other(a=mark(4)):
    pass
"""
    assert [(one.start.line, one.start.column) for one in found(rules(rule), text)] == [
        (4, 1),
        (6, 41),
        (6, 60),
        (7, 15),
    ]


def test_node_that_is_more_than_the_function_does_not_match(rules: Write) -> None:
    kinds = ("module", "class_definition", "block", "decorated_definition", "function_definition")
    rule = "id: x\nlanguage: Python\nrule: {any: [" + ", ".join(f"{{kind: {kind}}}" for kind in kinds) + "]}\n"
    text = """\
class Desk:
    @function_tool
    async def book(self, ctx: RunContext) -> dict:
        return {}
        # a comment

    limit = 3
"""
    findings = found(rules(rule), text)
    assert [(one.start.line, one.start.column) for one in findings] == [(2, 4), (3, 4), (4, 8)]


def test_message_is_filled_with_what_the_rule_captures(rules: Write) -> None:
    rule = """\
id: teams/sleep.long-2
language: py
message: |
  $FUNC waits $T s, or $SHOUT,
  see a.py:3:4: $$$MORE$$ costs $5
rule:
  pattern: $FUNC($T, $$$MORE)
  inside: {kind: await, stopBy: end}
constraints: {T: {kind: integer}}
transform:
  LESS: {replace: {source: $T, replace: '^(.)', by: '<$1>'}}
  SHOUT: convert($LESS, toCase=upperCase)
"""
    text = body("await sleep(30, a,\n         b)", "await sleep(x)", "await sleep(7, **b)", "sleep(8, a)")
    assert [one.message for one in found(rules(rule), text)] == [
        "teams/sleep.long-2: sleep waits 30 s, or <3>0, see a.py: 3: 4: a, b$$ costs $5",
        "teams/sleep.long-2: sleep waits 7 s, or <7>, see a.py: 3: 4: **b$$ costs $5",
    ]


def test_long_values_are_cut_off_and_braces_stay(rules: Write) -> None:
    text = body(f"print({{'{'x' * 300}'}}, '{{id}} {{0}}')", "print('{id} {0}')")
    messages = [one.message for one in found(rules(PRINT), text)]
    assert len(messages[0]) < 130
    assert messages[0].endswith("xxx ...")
    assert messages[1] == "no-print: prints '{id} {0}'"


def test_rule_without_message_says_that_it_matches(rules: Write) -> None:
    rule = "id: x\nlanguage: Python\nrule: {pattern: print($A)}\n"
    assert [one.message for one in found(rules(rule), body("print(1)"))] == ["x: this code matches the rule"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Severity.WARNING),
        ("severity: error\n", Severity.ERROR),
        ("severity: warning\n", Severity.WARNING),
        ("severity: info\n", Severity.INFORMATION),
        ("severity: hint\n", Severity.INFORMATION),
        ("severity: off\n", None),
    ],
)
def test_severity_is_that_of_the_rule(text: str, expected: Severity | None, rules: Write) -> None:
    findings = found(rules(PRINT + text), body("print(1)"))
    assert [one.severity for one in findings] == ([expected] if expected else [])


def test_several_rules_match_at_one_place(rules: Write) -> None:
    texts = [PRINT.replace("no-print", name) for name in ("b", "a", "c")]
    texts.append("id: call\nlanguage: Python\nrule: {kind: call, has: {regex: print, field: function}}\n")
    findings = found(rules("---\n".join(texts)), body("print(1)", "print(2)"))
    assert [(one.start.line, one.message.partition(":")[0]) for one in findings] == [
        (line, name) for line in (6, 7) for name in ("a", "b", "c", "call")
    ]


def test_rules_do_not_share_names(rules: Write) -> None:
    """Utility rules and metavariables of equal names belong to their own rules."""
    rule = "id: {0}\nlanguage: Python\nmessage: $A\nrule: {{matches: target, not: {{matches: no}}}}\nutils:\n" + (
        "  target: {{pattern: {0}($A)}}\n  no: {{has: {{regex: '{1}', stopBy: end}}}}\n"
        "constraints: {{A: {{regex: '{2}'}}}}\n"
    )
    texts = [rule.format("f", "^x$", "^[xy]"), rule.format("g", "^y$", "^[xy]")]
    findings = found(rules("---\n".join(texts)), body("f(x)", "f(y)", "g(x)", "g(y)", "f(z)"))
    assert [one.message for one in findings] == ["f: y", "g: x"]


def test_globs_of_a_rule_choose_files(rules: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = PRINT + "files: ['agents/', {glob: '*/DESK.py', caseInsensitive: true}]\nignores: ['agents/old/*.py']\n"
    directory = rules(rule)
    monkeypatch.chdir(directory.parent)
    text = body("print(1)")
    paths = ["agents/a.py", "agents/b/c.py", "agents/old/a.py", "a.py", "x/desk.py", "agents.py"]
    assert [path for path in paths if found(directory, text, path)] == ["agents/a.py", "agents/b/c.py", "x/desk.py"]


def test_ignored_rules_are_not_run(rules: Write) -> None:
    directory = rules(f"{PRINT}---\n{PRINT.replace('no-print', 'other')}")
    findings = found(directory, body("print(1)"), ignore_rules=("no-print",))
    assert [one.message for one in findings] == ["other: prints 1"]


@pytest.mark.parametrize("profile", ["contract", "strict", "livekit", "gate"])
def test_rules_run_in_every_profile(profile: str, rules: Write) -> None:
    assert len(found(rules(PRINT), body("print(1)"), profile=profile)) == 1


def test_comment_suppresses_a_finding_and_no_other(rules: Write) -> None:
    directory = rules(PRINT)
    text = body("print(1)", "print(2)  # noqa: CAL990")
    # The command and flake8 apply comments; nothing here stands for the others.
    assert len(found(directory, text)) == 2


def test_code_of_a_document_is_searched_at_its_place(rules: Write) -> None:
    code = (
        'async def book(ctx: RunContext) -> dict:\n    """é𝄞"""\n    print("é\\n", 1)\n    _help()\n    return {}\n\n'
    )
    code += "def _help():\n    print(2)\n\ndef _other():\n    print(3)\n"
    document = {"type": "custom_in_call", "name": "book", "description": "d", "source_code": code}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    findings = found(rules(PRINT), text, "book.json")
    assert [pointed_at(text, one) for one in findings] == [r"print(\"é\\n\", 1)", "print(2)"]
    assert [(one.inner.line, one.inner.column) for one in findings if one.inner] == [(3, 4), (8, 4)]
    assert {one.function for one in findings} == {"book"}


def test_snippet_without_imports_is_searched(rules: Write) -> None:
    text = "async def book(ctx: RunContext) -> dict:\n    print(1)\n    return {}\n"
    assert len(found(rules(PRINT), text)) == 1


def test_lone_surrogate_in_a_document_moves_no_place(rules: Write) -> None:
    code = 'async def book(ctx: RunContext) -> dict:\n    s = "\ud800"; print(s)\n    return {}\n'
    document = {"type": "custom_in_call", "name": "book", "description": "d", "source_code": code}
    findings = found(rules(PRINT), json.dumps(document), "book.json")
    assert [(one.inner.line, one.inner.column) for one in findings if one.inner] in ([(2, 13)], [])


def test_tests_beside_the_rules_are_passed_over(rules: Write) -> None:
    directory = rules(PRINT)
    engine = Engine(Options(rules=str(directory)))
    test = body("print(1)  # ruleid: no-print")
    for name in ("booking.py", "deep/booking.py", "booking.fixed.py"):
        report = engine.check(str(directory / name), test)
        assert report.findings == ()
        assert report.passed_over != ()
    # Rules may stand beside the code that they are for.
    assert len(found(directory, body("print(1)"), str(directory / "desk.py"))) == 1
    assert len(found(directory, test, str(directory.parent / "desk.py"))) == 1
    assert len(found(directory, test, str(directory / "desk.py"), paths=("desk.py",), root=str(directory))) == 1


def test_dependencies_hold_what_the_rules_find(rules: Write) -> None:
    outer = "  inside: {kind: class_definition, has: {regex: ^other$, stopBy: end}, stopBy: end}\n"
    rule = PRINT.replace("fix:", f"{outer}fix:")
    text = f"""{HEAD}
class Desk:
    def other(self):
        pass

    @function_tool
    async def book(self, ctx: RunContext) -> dict:
        print(1)
        return {{}}

    @function_tool
    async def quiet(self, ctx: RunContext) -> dict:
        return {{}}
"""
    engine = Engine(Options(rules=str(rules(rule))))
    report = engine.check("desk.py", text)
    assert [one.kind for one in report.dependencies["Desk.book"]][-1] == "rules"
    assert engine.outdated(report, text) == frozenset()
    assert engine.outdated(report, "# moved\n" + text) == frozenset()
    assert engine.outdated(report, text.replace("other", "another")) == {"Desk.book"}
    assert engine.outdated(report, text.replace("print(1)", "print(2)")) == {"Desk.book"}


def test_function_that_runs_in_the_place_of_another_is_not_searched(rules: Write) -> None:
    book = "async def book(ctx: RunContext) -> dict:\n    print(1)\n    return {}\n"
    document = {"type": "custom_in_call", "name": "book", "description": "d", "source_code": book}
    assert len(found(rules(PRINT), json.dumps(document), "book.json")) == 1
    document["source_code"] = f"def other():\n    print(2)\n\n\n{book}"
    assert found(rules(PRINT), json.dumps(document), "book.json") == []


def test_control_characters_are_left_out_of_messages(rules: Write) -> None:
    findings = found(rules(PRINT), body("print('\x1b[31m\x07é\u200dx')"))
    assert [one.message for one in findings] == ["no-print: prints ' [31m é\u200dx'"]


EDITS = [
    ("# first\n", "", 0),
    ('print("own")', 'print("mine")', -1),
    ('print("helper")', 'print("é𝄞")', -1),
    ("    await slow()\n    print", "    print", -1),
    ("        await slow()\n", "", -1),
    ("named()", "pass", -1),
    ("class Maker:", "class Maker(Base):", -1),
    ("def handler():\n", "def handler():\n    log(1)\n", -1),
    ("@function_tool\nasync def again", "async def again", -1),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit[0].strip() if isinstance(edit, tuple) else "")
def test_update_finds_what_a_check_finds(edit: tuple[str, str, int], rules: Write) -> None:
    before = HEAD + PLACES
    after = edit[0] + before if edit[2] == 0 else before.replace(edit[0], edit[1])
    assert after != before
    engine = Engine(Options(rules=str(rules(PRINT))))
    for old, new in ((before, after), (after, before)):
        assert engine.update(engine.check("a.py", old), new).findings == engine.check("a.py", new).findings


def test_update_knows_changed_rules(rules: Write) -> None:
    text = body("print(1)")
    report = Engine(Options(rules=str(rules(PRINT)))).check("a.py", text)
    for changed in (
        ("message: prints", "message: writes"),
        ("logger.info", "logger.debug"),
        ("rule:", "severity: info\nrule:"),
    ):
        directory = rules(PRINT.replace(*changed))
        report = Engine(Options(rules=str(directory))).update(report, text)
        assert report.findings == Engine(Options(rules=str(directory))).check("a.py", text).findings


def test_deeply_nested_code_is_not_searched_and_counted(rules: Write) -> None:
    directory = rules(PRINT)
    assert len(found(directory, body("print(1)", f"x = {' + '.join(['a'] * 200)}"))) == 1
    text = body("print(1)", f"x = {' + '.join(['a'] * 300)}")
    report = Engine(Options(rules=str(directory))).check("a.py", text)
    assert [one.code for one in report.findings if one.code == "CAL990"] == []
    assert [(one.qualified_name, one.codes) for one in report.unproved] == [("book", "the rules of CAL990")]
    strict = Engine(Options(rules=str(directory), profile="strict")).check("a.py", text)
    assert "CAL998" in {one.code for one in strict.findings}
