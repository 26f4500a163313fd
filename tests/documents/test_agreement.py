"""The rules, the pydantic models and the JSON Schema judge alike what a document of a basic function is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from flake8_incall import Options
from flake8_incall.engine import check_document
from flake8_incall.model.documents.form import FUNCTION_FIELDS, HEADER_FIELDS, PARAMETER_FIELDS
from flake8_incall.model.documents.reader import read_document
from flake8_incall.runtime.basic.document import BasicFunction
from tests.documents.schema import PUBLISHED, generated

SCHEMA = Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
# What a document can be loaded with in principle: where its URL leads, what it shows to its readers, and
# descriptions that say nothing, are for who accepts it.
NO_MATTER_OF_FORM = (
    "points to the private address",
    "unencrypted `http`",
    "in plain text",
    "is a placeholder",
    "only repeats",
    "only names",
)
# What the schema says as well; the others follow from several values together, or from inside of one.
OF_SCHEMA = {"CAL001", "CAL002", "CAL003", "CAL004"}


def test_the_published_schema_is_the_models() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == generated(), "run `python -m tests.documents.schema`"
    Draft202012Validator.check_schema(SCHEMA.schema)


NAMES = st.from_regex(r"[a-zA-Z0-9_-]{1,64}", fullmatch=True)
KEYS = st.from_regex(r"[a-zA-Z0-9_.-]{1,64}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip(" \t\r\n")
)
HEADER_NAMES = st.from_regex(r"X-[a-zA-Z0-9]{1,9}", fullmatch=True)
HEADER_VALUES = st.from_regex(r"(?:x_secrets\.[A-Z]{1,9}|[!-~]{0,9})", fullmatch=True).filter(
    lambda value: "x_secrets" not in value or value.startswith("x_secrets.")
)
# What a database adds.
STORED = ["_id", "id", "__v", "created_at", "updatedAt", "agent_id", "_class"]
HALF = re.compile("[\ud800-\udfff]")
TEXTS = st.text(st.characters() | st.sampled_from("{}/:@[]# \n\ud800ह"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)


@st.composite
def spelled(draw: st.DrawFn, fields: Mapping[str, tuple[str, ...]], values: dict[str, Any]) -> dict[str, Any]:
    """An object with each of its fields in one of its spellings, in any order."""
    names = draw(st.permutations(list(values)))
    return {draw(st.sampled_from(fields[name])): values[name] for name in names}


@st.composite
def functions(draw: st.DrawFn) -> dict[str, Any]:
    """A document of a basic function that is in order."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
    parameters = [
        draw(
            spelled(
                PARAMETER_FIELDS,
                {"name": key, "type": draw(st.sampled_from(["string", "number"])), "description": draw(WORDS)},
            )
        )
        for key in keys
    ]
    path = "".join(f"/{{{key}}}" for key in draw(st.lists(st.sampled_from(keys), max_size=2)))
    scheme, behind = draw(st.sampled_from(["https", "http", "HTTPS"])), draw(st.sampled_from(["", "?a=b", "#top"]))
    host = draw(st.sampled_from(["api.example.com", "दुकान.भारत", "api.example.com:8443", "127.0.0.1"]))
    values: dict[str, Any] = {
        "name": draw(NAMES),
        "description": draw(WORDS),
        "url": f"{scheme}://{host}{path}{behind}",
        "method": draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"])),
        "parameters": parameters,
    }
    headers = draw(st.dictionaries(HEADER_NAMES, HEADER_VALUES, max_size=2))
    assume(len({name.lower() for name in headers}) == len(headers))
    rows = [draw(spelled(HEADER_FIELDS, {"name": name, "value": value})) for name, value in headers.items()]
    beside = {
        "type": draw(st.sampled_from(["custom_in_call", None])),
        "headers": draw(st.sampled_from([None, headers, rows])),
        "filler_kind": draw(st.sampled_from(["static", "dynamic", None])),
        "filler_phrases": draw(st.none() | st.lists(WORDS, max_size=2)),
        "mapping": draw(st.sampled_from([{}, None])),
        "updates_call_data": draw(st.booleans() | st.none()),
        "runs_while_switching": draw(st.booleans() | st.none()),
        "parameters_mapping": draw(st.sampled_from([{}, None])),
        "code": draw(st.sampled_from(["", None])),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(beside))))
    whole = draw(spelled(FUNCTION_FIELDS, values | {name: beside[name] for name in sorted(chosen)}))
    for stored in (whole, draw(st.sampled_from(parameters)), *rows[:1]):
        stored.update(draw(st.dictionaries(st.sampled_from(STORED), JSON, max_size=2)))
    return whole


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects in a document of a function: itself, its parameters, its headers."""
    members = [item for member in value.values() for item in (member if isinstance(member, list) else [member])]
    return [found for found in (value, *members) if isinstance(found, dict) and found]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A document with up to two slips in it."""
    document = draw(functions())
    for _ in range(draw(st.integers(1, 2))):
        target = draw(st.sampled_from(objects_of(document)))
        key = draw(st.sampled_from(sorted(target)))
        match draw(st.integers(0, 4)):
            case 0:
                del target[key]
            case 1:
                target[key] = draw(JSON)
            case 2:
                target[draw(TEXTS | st.sampled_from(["Name", "name", "api", "url", "Key", "value"]))] = target.pop(key)
            case 3:
                target[draw(TEXTS | st.sampled_from(["Name", "name", "API URL", "required"]))] = draw(JSON)
            case 4 if isinstance(target[key], list) and target[key]:
                target[key].append(draw(st.sampled_from(target[key]) | JSON))
            case 4 if isinstance(target[key], str):
                at = draw(st.integers(0, len(target[key])))
                target[key] = target[key][:at] + draw(TEXTS) + target[key][at:]
        assume(document)
    return document


def faults(text: str, codes: set[str] | None = None) -> list[str]:
    """What keeps a document from being a basic function: what the rules find, or that it is nothing of the kind."""
    passed_over = read_document(text, "shop.json", Options()).passed_over
    if passed_over is not None:
        return [passed_over]
    return [
        f"{found.code} {found.message}"
        for found in check_document(text, "shop.json", Options())
        if not any(words in found.message for words in NO_MATTER_OF_FORM) and (codes is None or found.code in codes)
    ]


def refusal(document: Any) -> str:
    """Why the models refuse a document; empty if they do not."""
    try:
        BasicFunction.model_validate(document)
    except ValidationError as error:
        return str(error)
    return ""


@settings(max_examples=50)
@given(functions(), st.booleans())
def test_what_is_in_order_is_so_for_all_three(document: dict[str, Any], ensure_ascii: bool) -> None:
    text = json.dumps(document, ensure_ascii=ensure_ascii)

    assert faults(text) == []
    assert refusal(document) == ""
    assert list(SCHEMA.iter_errors(document)) == []


@settings(max_examples=100)
@given(mutated(), st.sampled_from([None, 1]))
def test_what_is_broken_is_so_for_the_rules_and_the_models(document: Any, indent: int | None) -> None:
    text = json.dumps(document, indent=indent)

    assert bool(faults(text)) == bool(refusal(document)), (faults(text), refusal(document))


@settings(max_examples=100)
@given(mutated())
def test_the_schema_finds_what_is_wrong_with_single_values(document: Any) -> None:
    text = json.dumps(document, ensure_ascii=False)
    # JSON can write half a character, of which JSON Schema has no notion; and Python's `$` is not the schema's.
    assume(not HALF.search(text) and "\\n" not in text)
    is_refused = not SCHEMA.is_valid(document)

    assert is_refused or not faults(text, OF_SCHEMA), faults(text)
    assert bool(refusal(document)) or not is_refused


@settings(max_examples=50)
@given(functions())
def test_the_values_arrive_as_they_are_written(document: dict[str, Any]) -> None:
    (read,) = read_document(json.dumps(document), "shop.json", Options()).functions

    function = BasicFunction.model_validate(read.plain)

    assert read.plain == document
    assert (function.name, function.description) == (read.name, read.fields.text("description"))
    assert [p.description for p in function.parameters] == [p.text("description") for p in read.parameters]
    assert set(function.path_keys) <= {parameter.name for parameter in function.parameters}
    assert function.secret_headers == {
        name: value.removeprefix("x_secrets.")
        for name, value in function.headers.items()
        if value.startswith("x_secrets.")
    }
