"""Which functions of a document are in-call functions, and what their fields are called."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_incall import Diagnostic, Options
from flake8_incall.engine import check_document
from flake8_incall.model.documents.first_look import may_hold_functions
from flake8_incall.model.documents.reader import read_document
from flake8_incall.options import PROFILES, Profile
from tests.harness import FIXTURES

BASIC: dict[str, Any] = {
    "type": "custom_in_call",
    "name": "order_status",
    "description": "Call this when the caller asks where an order is",
    "api": "https://orders.example.com/status",
    "method": "GET",
    "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}],
}
IN_WORDS: dict[str, Any] = {
    "Name": "order_status",
    "Description": "Call this when the caller asks where an order is",
    "API URL": "https://orders.example.com/status",
    "Method": "GET",
    "Parameters": [{"Key": "order", "Type": "string", "Description": "Number of the order, as on the bill"}],
}
PYTHON = "async def order_status(ctx: RunContext) -> dict: ..."


def check(document: Any, profile: Profile = "contract") -> list[Diagnostic]:
    return check_document(json.dumps(document), "shop.json", Options(profile))


def messages(document: Any) -> list[str]:
    return [f"{found.code} {found.message}" for found in check(document)]


def names_read(document: Any) -> list[str | None]:
    return [function.name for function in read_document(json.dumps(document), "shop.json", Options()).functions]


@pytest.mark.parametrize("document", [BASIC, IN_WORDS, [BASIC], {"functions": [BASIC, {**IN_WORDS, "Name": "order"}]}])
@pytest.mark.parametrize("profile", PROFILES)
def test_both_spellings_are_in_order(document: Any, profile: Profile) -> None:
    assert check(document, profile) == []
    assert may_hold_functions(json.dumps(document))


# The type


@pytest.mark.parametrize(
    "kind",
    [
        *("custom_incall", "custom-in-call", "Custom_In_Call", "customInCall", "custom_in_calls", "costum_in_call"),
        *("in_call", "incall", "in-call function", "advanced", "basic", "Basic Mode"),
    ],
)
def test_a_misspelt_type_is_said_and_the_function_is_judged(kind: str) -> None:
    first, second = messages([{**BASIC, "type": kind, "method": "PATCH"}])

    assert first == f"CAL003 `type` is `{kind}`; use `custom_in_call`"
    assert second.startswith("CAL003 `method` is `PATCH`")


@pytest.mark.parametrize("kind", ["tool", "webhook", "python"])
def test_python_code_for_a_call_is_judged_under_any_unknown_type(kind: str) -> None:
    found = messages([{"type": kind, "name": "order_status", "description": "When asked", "source_code": PYTHON}])

    assert found[0] == f"CAL003 `type` is `{kind}`; use `custom_in_call`"


@pytest.mark.parametrize(
    "other",
    [
        {**BASIC, "type": "custom_pre_call", "method": "PATCH"},
        {"type": "custom_post_call", "name": "x", "source_code": "// RunContext\nfetch(url)"},
        {"type": "transfer", "name": "transfer call", "number": "+91"},
        {"type": "keep_call_on_hold"},
    ],
)
def test_functions_of_other_types_stand_beside(other: dict[str, Any]) -> None:
    assert messages([other, BASIC]) == []
    assert names_read([other, BASIC]) == ["order_status"]


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        *(("custom_pre_cal", "custom_pre_call"), ("on_connect", "on_connected"), ("transfer_call", "transfer")),
        *(("endCall", "end"), ("keep_on_hold", "keep_call_on_hold"), ("webhook", "custom_in_call")),
        *(("send_to_whatsap", "send_to_whatsapp"), ("", "custom_in_call")),
    ],
)
def test_an_unknown_type_names_the_nearest_known_one(kind: str, meant: str) -> None:
    (message,) = messages([BASIC, {"type": kind, "name": "x"}])

    assert message == f"CAL003 `type` is `{kind}`, which is unknown; use `{meant}`"
    assert names_read([BASIC, {"type": kind}]) == ["order_status"]


@pytest.mark.parametrize("kind", ["webhook", "transfer_call", ""])
def test_a_document_of_one_function_of_an_unknown_type(kind: str) -> None:
    (message,) = messages({**BASIC, "type": kind})

    assert message == f"CAL003 `type` is {f'`{kind}`' if kind else 'empty'}; use `custom_in_call`"


def test_a_document_of_one_function_of_another_type() -> None:
    assert messages({**BASIC, "type": "custom_pre_call", "method": "PATCH"}) == []


def test_a_function_without_a_url_is_basic_by_its_other_fields() -> None:
    document = {key: value for key, value in BASIC.items() if key != "api"}

    assert messages(document) == ["CAL002 `order_status` has no `api`; set the URL to call"]
    assert names_read(document) == ["order_status"]


# The fields


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("URL", "api"), ("api_url", "api"), ("endpoint", "api"), ("apis", "api"), ("descripton", "description")),
        *(("headerss", "headers"), ("params", "parameters"), ("Paramaters", "parameters"), ("verb", "method")),
        *(("sourceCode", "source_code"), ("msg_while_executng", "msg_while_executing")),
    ],
)
def test_an_unknown_field_names_the_nearest_known_one(written: str, meant: str) -> None:
    assert messages({**BASIC, written: None}) == [f"CAL003 unknown field `{written}`; did you mean `{meant}`?"]


def test_the_nearest_field_is_in_the_spelling_of_the_document() -> None:
    parameters = [{**IN_WORDS["Parameters"][0], "Descr": "x"}]

    assert messages({**IN_WORDS, "endpoint": 1, "Parameters": parameters}) == [
        "CAL003 unknown field `Descr`; did you mean `Description`?",
        "CAL003 unknown field `endpoint`; did you mean `API URL`?",
    ]


def test_an_unknown_field_like_none_names_all() -> None:
    parameters = [{**BASIC["parameters"][0], "enum": ["a"]}]

    assert messages({**BASIC, "parameters": parameters}) == [
        "CAL003 unknown field `enum`; expected one of key_name, type, description"
    ]


def test_a_field_in_two_spellings() -> None:
    assert messages({**BASIC, "Name": "x"}) == ["CAL003 `Name` duplicates `name`; keep one of them"]
    assert messages({"Method": "PUT", **BASIC}) == ["CAL003 `method` duplicates `Method`; keep one of them"]


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_missing_is_said_in_the_spelling_of_the_document(profile: Profile) -> None:
    stored = check({"type": "custom_in_call", "name": "", "api": None, "headers": {}}, profile)
    in_words = check({"Name": "", "API URL": None, "Headers": {}}, profile)

    fields = [found.message.split("`")[1] for found in stored]
    assert fields == ["api", "description", "method", "parameters", "name"]
    fields = [found.message.split("`")[1] for found in in_words]
    assert fields == ["API URL", "Description", "Method", "Parameters", "Name"]
    assert {found.code for found in stored + in_words} == {"CAL002"}


def test_code_needs_no_request_but_a_description() -> None:
    found = messages({"type": "custom_in_call", "name": "order_status", "source_code": PYTHON, "api": ""})

    assert [message for message in found if message.startswith("CAL00")] == [
        "CAL002 `order_status` has no `description`; describe when the model should call it"
    ]


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("x" * 1025, "`description` has 1025 characters, but model providers accept at most 1024; shorten it"),
        (
            "Call this \ud83d",
            r"`description` contains a lone surrogate, `\ud83d`; write the full character or remove it",
        ),
    ],
)
def test_descriptions_that_no_provider_takes(description: str, words: str) -> None:
    for document in ({**BASIC, "description": description}, {"source_code": PYTHON, "description": description}):
        assert any(message.startswith(f"CAL003 {words}") for message in messages(document))


@pytest.mark.parametrize("name", ["order status", " ", "order.status", "ऑर्डर", "x" * 65, "a\n"])
def test_names_that_no_provider_takes(name: str) -> None:
    (found,) = check({**BASIC, "name": name})

    assert found.code == ("CAL002" if name == " " else "CAL004")


def test_functions_that_are_not_judged_take_no_names() -> None:
    version = {"functions": [BASIC, {**BASIC, "type": "on_connected"}], "capabilities": [{"functions": [BASIC]}] * 2}

    assert messages(version) == []
    assert len(messages([BASIC, BASIC, IN_WORDS])) == 2


# Anything at all


KEYS = st.sampled_from([*BASIC, *IN_WORDS, "key_name", "Key", "headers", "value", "msg_while_executing", "source_code"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=9)
    | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, JSON, max_size=8), st.sampled_from(PROFILES))
def test_whatever_stands_in_a_document_each_fault_is_one_line(fields: dict[str, Any], profile: Profile) -> None:
    for document in ({**fields, "type": "custom_in_call"}, [{**BASIC, **fields}], {"functions": [fields]}):
        for found in check(document, profile):
            assert found.code != "CAL999", found.message
            assert found.message.isprintable(), found.message
            assert len(found.message) < 1000


def test_a_large_document_is_no_more_work_than_its_size() -> None:
    parameters = [{**BASIC["parameters"][0], "key_name": f"order_{number}", "x" * 9: 1} for number in range(2_000)]

    found = check({**BASIC, "parameters": parameters, **{f"field_{number}": 1 for number in range(2_000)}})

    assert [one.code for one in found] == ["CAL003"] * 4_000


def test_the_fixtures_are_plain_data() -> None:
    text = (FIXTURES / "documents" / "basic" / "in_order.json").read_text(encoding="utf-8")

    functions = read_document(text, "shop.json", Options()).functions

    version = json.loads(text)
    assert [function.plain for function in functions] == [
        *version["functions"][:3],
        *version["capabilities"][0]["functions"],
    ]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (BASIC | {"header": {}}, "unknown field `header`; did you mean `headers`?"),
        (BASIC | {"body": {}}, "unknown field `body`; remove it, or see `flake8-incall schema basic`"),
        ({"type": "custom_in_call", "name": "order_status", "body": PYTHON}, "`body`; did you mean `source_code`?"),
        (BASIC | {"method": " GET"}, "`method` is `GET` with surrounding spaces; use `GET`"),
        (BASIC | {"name": "order_status "}, "name `order_status` contains surrounding spaces; use `order_status`"),
        (BASIC | {"name": "order status "}, "name `order status` contains spaces; use `order_status`"),
        (
            BASIC | {"headers": {"X-Lead": "x_secrets"}},
            "contains the secret `x_secrets`, which is not substituted; make `x_secrets.NAME` the",
        ),
        (
            [
                BASIC
                | {
                    "url": BASIC["api"],
                    "input_schema": {},
                    "api": None,
                    "type": None,
                    "method": None,
                    "parameters": None,
                }
            ],
            "in the Bland format, expected a function document; write `url` as `api`",
        ),
    ],
)
def test_message_names_the_field_or_value_that_is_meant(document: Any, words: str) -> None:
    (found,) = check(document)

    assert words in found.message
