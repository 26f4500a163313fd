"""Function documents, checked: which functions, which findings, and where in the JSON file they point."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_incall import Diagnostic, Options, Position
from flake8_incall.engine import check_document
from flake8_incall.model.documents.document import DocumentFunction, describe
from flake8_incall.model.documents.json_text import parse_json
from flake8_incall.model.documents.reader import read_document
from flake8_incall.options import PROFILES, Profile
from flake8_incall.pipeline import run_rules
from flake8_incall.rules import REGISTRY
from flake8_incall.rules.failures import Failure
from flake8_incall.rules.merging import merged
from tests.harness import FIXTURES

DOCUMENTS = FIXTURES / "documents"
GOOD = '''async def opening_hours(ctx: RunContext) -> dict:
    """Tell when the shop is open.

    Returns:
        dict: {status: "success", hours: str}
    """
    return {"status": "success", "hours": "10 से 19"}
'''

# Each fixture's findings: the code, the function, the place in its code, and what stands there in the file.
EXPECTED: dict[str, list[tuple[str, str | None, tuple[int, int] | None, str]]] = {
    "function.json": [
        ("CAL101", "free_slots", (1, 4), "free_slots(ctx"),
        ("CAL105", "free_slots", (1, 32), "day, limit"),
        ("CAL303", "free_slots", (1, 37), "limit: int"),
    ],
    "version_one_broken.json": [
        ("CAL101", "free_slots", (1, 4), "free_slots(ctx"),
        ("CAL105", "free_slots", (1, 32), "day, limit"),
        ("CAL303", "free_slots", (1, 37), "limit: int"),
    ],
    "version_one_broken_escaped.json": [
        ("CAL101", "free_slots", (1, 4), "free_slots(ctx"),
        ("CAL105", "free_slots", (1, 32), "day, limit"),
        ("CAL303", "free_slots", (1, 37), "limit: int"),
    ],
    "version_in_order.json": [],
    "list_other_name.json": [("CAL009", "branch_hours", (2, 10), "hours_of_branch(ctx")],
    "helper_beside.json": [("CAL009", "branch_hours", (17, 4), "spoken(hours: str)")],
    "no_python.json": [("CAL009", "branch_hours", (11, 12), r"= {\"पुणे\": \"10–19 बजे 🙂")],
    "trailing_comma.json": [("CAL001", None, None, "]\n}")],
    "texts.json": [("CAL001", None, None, '["branch_hours", "free_slots"]')],
}


def check(document: Any, profile: Profile = "contract", **form: Any) -> list[Diagnostic]:
    """Check a document that is given as a value, written as `form` says."""
    return check_document(json.dumps(document, **form), "shop.json", Options(profile))


def codes(document: Any) -> list[str]:
    return [found.code for found in check(document)]


def function(code: Any = GOOD, **fields: Any) -> dict[str, Any]:
    """An advanced function as the platform keeps it."""
    description = "Call this when the caller asks for the opening hours"
    given = {
        "type": "custom_in_call",
        "name": "opening_hours",
        "description": description,
        "source_code": code,
    }
    return {**given, **fields}


def rest(text: str, place: Position) -> str:
    """What stands in a text from a place on, found without the project's own code. Lines end with `\\n`."""
    return "\n".join(text.split("\n")[place.line - 1 :])[place.column :]


@pytest.mark.parametrize("name", sorted(path.name for path in DOCUMENTS.glob("*.json")))
def test_fixtures(name: str) -> None:
    text = (DOCUMENTS / name).read_bytes().decode()

    found = check_document(text, name, Options())

    assert [
        (d.code, d.function, d.inner and (d.inner.line, d.inner.column), rest(text, d.start)[: len(token)])
        for d, (_, _, _, token) in zip(found, EXPECTED[name], strict=True)
    ] == EXPECTED[name]
    assert {d.path for d in found} <= {name}
    assert all(d.start <= d.end for d in found)


def test_a_range_ends_in_the_file_where_it_ends_in_the_code() -> None:
    text = (DOCUMENTS / "version_one_broken.json").read_bytes().decode()

    first = check_document(text, "shop.json", Options())[0]

    written = rest(text, first.start).removesuffix(rest(text, first.end))
    assert json.loads(f'"{written}"') == "free_slots"


# What a function document is


@pytest.mark.parametrize(
    "document",
    [
        function(),
        [function()],
        {"functions": [function()]},
        {"capabilities": [{"functions": [function()]}]},
        {"functions": [], "capabilities": [{}, {"functions": None}, {"functions": [function()]}]},
        # Without a type it is looked at all the same: code must not pass unseen.
        {"name": "opening_hours", "description": "Call this when they ask for the hours", "source_code": GOOD},
        function(type=None),
        # A version is not taken at its word that it has no code of its own.
        {**function(), "functions": []},
    ],
)
def test_advanced_functions_are_found_wherever_they_stand(document: Any) -> None:
    broken = json.loads(json.dumps(document).replace("async def", "def"))

    assert codes(document) == []
    assert codes(broken) == ["CAL101"]


@pytest.mark.parametrize(
    "other",
    [
        function("fetch(url)", type="custom_pre_call"),
        function("greet()", type="on_connected"),
        function("(", type="custom_post_call"),
        {"type": "end", "name": "end_call"},
    ],
)
def test_other_types_are_not_judged(other: dict[str, Any]) -> None:
    assert codes([other, function()]) == []


@pytest.mark.parametrize("fields", [{"api": "https://shop.example.com"}, {"API URL": "https://shop.example.com"}])
@pytest.mark.parametrize("code", [None, ""])
def test_a_function_with_a_url_and_no_code_is_basic(fields: dict[str, Any], code: str | None) -> None:
    document = read_document(json.dumps(function(code, **fields)), "shop.json", Options())

    assert [(found.name, found.source) for found in document.functions] == [("opening_hours", None)]
    assert not document.unreadable


@pytest.mark.parametrize(
    ("document", "at", "message"),
    [
        ([], [], "no function in an empty list, expected a function, a list of functions, or"),
        ({"functions": []}, ..., "no function in an object with `functions`, expected a function"),
        ({"functions": None, "capabilities": []}, ..., "no function in an object with `functions`, `capabilities`,"),
        ({"name": "shop", "capabilities": [{"functions": []}]}, ..., "no function in an object with `name`, "),
        ([function(), 7], 7, "an item of the document is a number, expected an object"),
        ({"functions": 7}, 7, "`functions` is a number, expected a list of functions"),
        (
            {"functions": [function(), {"a": 1}]},
            {"a": 1},
            "an item of `functions` is an object with `a`, expected an object with",
        ),
        ({"capabilities": True}, True, "`capabilities` is `true`, expected a list of capabilities"),
        (
            {"capabilities": [{"functions": ""}]},
            "",
            "`functions` is an empty string, expected a list of functions",
        ),
        (function(["async", "def"]), ["async", "def"], "`source_code` is a list of strings, expected the source code"),
        (
            {"type": "custom_in_call"},
            ...,
            "an in-call function with neither code nor URL, expected `source_code` or `api`",
        ),
    ],
)
def test_what_is_no_function_document_is_said_where_it_stands(document: Any, at: Any, message: str) -> None:
    text = json.dumps(document, indent=1)
    here = json.dumps(document if at is ... else at)

    (found,) = check_document(text, "shop.json", Options())

    written = rest(text, found.start).removesuffix(rest(text, found.end))
    assert (found.code, found.function, found.inner) == ("CAL001", None, None)
    assert json.dumps(json.loads(written)) == here
    assert message in found.message


@pytest.mark.parametrize(
    "text", ["", "{", "\n\t", "[1,", "[" * 100_000, '{"source_code":' * 100_000, "async def hours(ctx): ..."]
)
def test_what_is_not_json_is_one_finding(text: str) -> None:
    (found,) = check_document(text, "shop.json", Options())

    assert found.code == "CAL001"
    assert found.message.startswith("invalid JSON: found ")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{}", "an empty object"),
        ("[]", "an empty list"),
        ("[1]", "a list"),
        ('""', "an empty string"),
        ("1.5", "a number"),
    ],
)
def test_values_in_words(written: str, words: str) -> None:
    assert describe(parse_json(written)) == words


# CAL009: the code and the document disagree


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("code", "place", "problem"),
    [
        ("", (1, 0), "has no top-level `def`"),
        ("# later\nhours = 9\n", (1, 0), "has no top-level `def`"),
        ("class Shop:\n    def opening_hours(self): ...\n", (1, 0), "has no top-level `def`"),
        (
            GOOD.replace("opening_hours", "hours"),
            (1, 10),
            "defines `hours` first, so the platform runs `hours`",
        ),
        (GOOD.replace("return {", "return return {"), (7, 11), "has a syntax error: invalid syntax"),
        (
            GOOD.replace('""" Tell', "x").replace("\n", "\r\n").replace("return {", "return return {"),
            (7, 11),
            "invalid",
        ),
        ("'हिन्दी', '🙂' $ 1", (1, 14), "has a syntax error: invalid syntax"),
        ("def opening_hours():\n", (1, 20), "has a syntax error: expected an indented block"),
        ("x = 1\x00", (1, 0), "has a syntax error: source code string cannot contain null bytes"),
        ("-" * 100_000 + "1", (1, 0), "has a syntax error: too "),
    ],
)
def test_code_unlike_its_document(code: str, place: tuple[int, int], problem: str, profile: Profile) -> None:
    text = json.dumps(function(code))

    # In `strict`, CAL905 says it of a `def` beside the first.
    told = ("CAL009", "CAL905") if "second function" in problem and profile == "strict" else ("CAL009",)
    (found,) = (d for d in check_document(text, "shop.json", Options(profile)) if d.code in told)

    if found.code == "CAL009":
        assert found.message.startswith("the code of `opening_hours` ")
        assert problem in found.message
    assert found.inner == Position(*place)
    inner = "".join(code.splitlines(keepends=True)[place[0] - 1 :])[place[1] :]
    assert json.loads('"' + rest(text, found.start).removesuffix("}")) == inner


@pytest.mark.parametrize("profile", PROFILES)
def test_a_further_def_is_reported_by_one_rule(profile: Profile) -> None:
    text = json.dumps(function(GOOD + "def spoken(): ...\n"))

    (found,) = (d for d in check_document(text, "shop.json", Options(profile)) if d.code in ("CAL009", "CAL905"))

    assert found.code == ("CAL905" if profile == "strict" else "CAL009")
    assert found.inner == Position(8, 4)
    assert "`spoken`" in found.message


@pytest.mark.parametrize("name", ["opening hours", " opening_hours", "opening.hours"])
def test_a_name_that_is_refused_is_not_told_of_the_code_too(name: str) -> None:
    assert codes(function(name=name)) == ["CAL004"]


def test_each_further_def_is_named() -> None:
    code = "LIMIT = 3\n" + GOOD + "def one(): ...\nLIMIT = 4\nasync def two(): ...\n"

    found = [d for d in check(function(code)) if d.code == "CAL009"]

    assert [(d.inner, d.message.split("`")[3]) for d in found] == [
        (Position(9, 4), "one"),
        (Position(11, 10), "two"),
    ]


def test_the_first_def_is_the_first_in_the_text() -> None:
    code = "spoken = None\n" + GOOD + "def spoken(): ...\n"

    (found,) = (d for d in check(function(code)) if d.code == "CAL009")

    assert "defines a second function `spoken`" in found.message


def test_helpers_inside_the_function_are_its_own_affair() -> None:
    helper = '    def spoken() -> str:\n        return "10 से 19"\n\n'
    code = GOOD.replace("    return", helper + "    return").replace('"10 से 19"}', "spoken()}")

    assert codes(function(code)) == []


def test_a_name_that_no_terminal_can_print() -> None:
    refused, found = check(function(name="a\n\ud800\x1b" + "b" * 100))

    assert (refused.code, found.code) == ("CAL004", "CAL009")
    assert refused.message.startswith(f"name `{found.function}` contains ")
    assert found.function == r"a \ud800\x1b" + "b" * 60 + "…"
    assert found.message.startswith(f"the code of `{found.function}` defines `opening_hours` first")


def test_what_python_warns_of_is_no_finding() -> None:
    assert codes(function(GOOD.replace("10 से 19", r"\d"))) == []


# Positions


CODE = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\\n\r\t/\u2028\x0c\x00 हि😀'))


@given(CODE, st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_each_place_of_the_code_is_a_place_of_the_file(code: str, ensure_ascii: bool, indent: int | str | None) -> None:
    text = json.dumps({"functions": [function(code)]}, ensure_ascii=ensure_ascii, indent=indent)
    (read,) = read_document(text, "shop.json", Options()).functions
    assert read.source is not None
    end = text.rindex('"')

    # Python's line ends, told by hand: `\r\n` is one.
    for line, start in enumerate(line_starts(code), start=1):
        for column in range(len(code) - start + 1):
            if "\n" in code[start : start + column] or "\r" in code[start : start + column]:
                break
            place = read.source.span(Position(line, column), Position(line, column)).start
            tail = rest(text, place)
            assert json.loads('"' + tail[: len(tail) - (len(text) - end)] + '"') == code[start + column :]


def line_starts(code: str) -> list[int]:
    return [0] + [
        index + 1
        for index, character in enumerate(code)
        if character == "\n" or (character == "\r" and code[index + 1 : index + 2] != "\n")
    ]


# A rule of ours that fails


@pytest.mark.internal_failure
def test_a_failing_rule_costs_no_other_finding() -> None:
    def fails(subject: DocumentFunction) -> Any:
        raise KeyError(subject.name)

    failing = replace(REGISTRY.rules["CAL009"], code="CAL008", check=fails)
    rules = {DocumentFunction: [failing, REGISTRY.rules["CAL009"]], Failure: [REGISTRY.rules["CAL999"]]}
    functions = read_document(json.dumps([function("", name="a"), function("", name="b")]), "shop.json", Options())

    found = merged(run_rules(rules, ((read, read.label) for read in functions.functions), [], "shop.json"))

    assert [(d.code, d.function) for d in found] == [("CAL999", None), ("CAL009", "a"), ("CAL009", "b")]
    assert "internal error in rule CAL008" in found[0].message
