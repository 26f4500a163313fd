"""The scanner against the standard library: the same values, the same refusals, and every place right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_incall.model.documents.json_text import MAX_DEPTH, JsonError, JsonValue, StringPlaces, parse_json

# Half of a surrogate pair is no character: as an escape it joins with a neighbour.
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\\\n\r\t/\u2028\x0c\x00\x1fहि😀'))
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """A valid JSON text in one of the ways in which programs write it."""
    space = draw(st.sampled_from(["", " ", "\n", "\r\n\t"]))
    written = json.dumps(
        draw(VALUES),
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 0, 2, "\t"])),
        separators=draw(st.sampled_from([None, (",", ":"), (" ,\n", "\t: ")])),
    )
    return space + written + space


@st.composite
def spoilt_json_texts(draw: st.DrawFn) -> str:
    """A JSON text in which a few characters were taken out or put in; some are still valid."""
    text = draw(json_texts())
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        put_in = draw(
            st.sampled_from(["", *'{}[]:,"\\+-.eE01u', "null", "NaN", "Infinity", "\n", "\xa0", "\ufeff", '"a":'])
        )
        text = text[:at] + put_in + text[at + draw(st.integers(0, 2)) :]
    return text


def strict_loads(text: str) -> Any:
    """What the standard library reads, without what it takes beyond JSON."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key stands twice")
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=unique)


def plain(value: JsonValue) -> Any:
    """The value without places."""
    if isinstance(value.data, dict):
        return {key: plain(member) for key, member in value.data.items()}
    if isinstance(value.data, list):
        return [plain(item) for item in value.data]
    return value.data


def with_parts(value: JsonValue) -> Iterator[JsonValue]:
    yield value
    if isinstance(value.data, dict | list):
        for part in value.data.values() if isinstance(value.data, dict) else value.data:
            yield from with_parts(part)


@given(json_texts())
def test_reads_what_json_reads_and_knows_where_it_stands(text: str) -> None:
    root = parse_json(text)

    assert repr(plain(root)) == repr(json.loads(text))
    for value in with_parts(root):
        assert repr(json.loads(text[value.start : value.end])) == repr(plain(value))
        if value.key:
            assert json.loads(text[value.key.start : value.key.end]) == value.key.data


@settings(max_examples=300)
@given(spoilt_json_texts())
def test_refuses_what_json_refuses(text: str) -> None:
    try:
        expected = repr(strict_loads(text))
    except ValueError:
        with pytest.raises(JsonError) as refused:
            parse_json(text)
        assert 0 <= refused.value.offset <= len(text)
    else:
        assert repr(plain(parse_json(text))) == expected


@given(TEXTS, st.booleans())
def test_each_character_of_a_string_is_found_in_the_file(inner: str, ensure_ascii: bool) -> None:
    text = json.dumps({"code": inner}, ensure_ascii=ensure_ascii)
    root = parse_json(text).data
    assert isinstance(root, dict)

    places = StringPlaces(text, root["code"])

    for index in range(len(inner) + 1):
        assert json.loads('"' + text[places.offset(index) : root["code"].end]) == inner[index:]


@pytest.mark.parametrize(
    ("written", "index", "tail"),
    [
        (r'"a\u0905b"', 2, 'b"'),
        (r'"\uD83D\uDE00b"', 1, 'b"'),
        (r'"\\nb"', 1, 'nb"'),
        (r'"\\\nb"', 2, 'b"'),
        (r'"\/b"', 1, 'b"'),
        (r'"\ud83db"', 1, 'b"'),
        (r'"\ud83d\ud83d\ude00b"', 2, 'b"'),
        (r'"\ude00\ud83db"', 2, 'b"'),
    ],
)
def test_escapes_are_as_many_characters_as_they_stand_for(written: str, index: int, tail: str) -> None:
    places = StringPlaces(written, parse_json(written))

    assert written[places.offset(index) :] == tail


@pytest.mark.parametrize(
    ("text", "at", "found", "expected"),
    [
        ("", "", "the end of the file", "a value"),
        ("\ufeff{}", "\ufeff{}", "a byte order mark", "a value"),
        ("// hours\n{}", "// hours\n{}", "`/`", "a value"),
        ("[1,]", "]", "`]` after a comma", "a value"),
        ('{"a": 1,\n}', "}", "`}` after a comma", "a key in double quotes"),
        ("{'a': 1}", "'a': 1}", "`'`", "a key in double quotes"),
        ('{"a" 1}', "1}", "`1`", "`:` after the key"),
        ('[1 "b"]', '"b"]', '`"`', "`,` or `]`"),
        ('{"a": 1 "b": 2}', '"b": 2}', '`"`', "`,` or `}`"),
        ("[NaN]", "NaN]", "`NaN`", "a value"),
        ("[-Infinity]", "-Infinity]", "`-Infinity`", "a value"),
        ("[undefined]", "undefined]", "`undefined`", "a value"),
        ("{} {}", "{}", "`{`", "the end of the file"),
        ('{"a": 1, "b": 2, "a": 3}', '"a": 3}', 'duplicate key "a"', "unique keys"),
        (r'{"a": 1, "\u0061": 3}', r'"\u0061": 3}', r'duplicate key "\u0061"', "unique keys"),
        (
            '["abc',
            "",
            "the end of the file inside the string that starts on line 1",
            'a closing `"`; missing is `]` to close what line 1 opens',
        ),
        (
            '\n{"a": [\n1, {"b":',
            "",
            "the end of the file",
            "a value; missing is `}]}` to close what line 2 opens",
        ),
        ('{"a": [1', "", "the end of the file", "`,` or `]`; missing is `]}` to close what line 1 opens"),
        ('"abc', "", "the end of the file inside the string that starts on line 1", 'a closing `"`'),
        ('["a\nb"]', '\nb"]', "a line break inside a string", r"an escape such as `\n`"),
        (r'["a\x41"]', r'\x41"]', r"the escape `\x`", r"one of `\" \\ \/ \b \f \n \r \t \uXXXX`"),
        ("[" + "9" * 5000 + "]", "9" * 5000 + "]", "5000 digits", "a shorter number"),
    ],
)
def test_says_what_it_found_and_what_it_expected(text: str, at: str, found: str, expected: str) -> None:
    with pytest.raises(JsonError) as refused:
        parse_json(text)

    assert (text[refused.value.offset :], refused.value.found, refused.value.expected) == (
        at,
        found,
        expected,
    )


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused_where_it_becomes_too_deep(opening: str) -> None:
    assert parse_json(opening * (MAX_DEPTH - 1) + "[]" + {"[": "]"}.get(opening, "}") * (MAX_DEPTH - 1))

    with pytest.raises(JsonError) as refused:
        parse_json(opening * 100_000)

    assert refused.value.offset == MAX_DEPTH * len(opening)
    assert refused.value.found == f"nesting deeper than {MAX_DEPTH} levels"
