"""Lines and trees of Python source, as the interpreter itself counts and takes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_incall import Options, Position
from flake8_incall.engine import check_document
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.documents.json_text import Lines

# Characters at which `str.splitlines` splits and Python's tokenizer does not, among others.
ODD = st.text(st.sampled_from("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\tहि😀x "), max_size=6)
STATEMENTS = st.builds("{}x = '{}'  # {}".format, st.sampled_from(["", "\x0c"]), ODD, ODD) | st.just("")
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(STATEMENTS, LINE_ENDS)), STATEMENTS)
def test_lines_are_those_of_the_tokenizer(lines: list[tuple[str, str]], last: str) -> None:
    text = "".join(statement + end for statement, end in lines) + last

    split = split_lines(text)

    assert "".join(split) == text
    for node in parse(text).body:
        assert split[node.lineno - 1].encode()[node.col_offset :].startswith(b"x = ")


@given(st.text(st.sampled_from("a\n\r\u2028\x0cहि")))
def test_offsets_are_lines_and_columns_and_back(text: str) -> None:
    lines = Lines(text)

    for offset in range(len(text) + 1):
        # The place between `\r` and `\n` is the only one with a line break before it on its own line.
        place = lines.position(offset)
        assert "".join(split_lines(text)[: place.line - 1]) == text[: offset - place.column]
        assert lines.offset(place) == offset


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\x00",
        "x = '\ud800'",
        "-" * 100_000 + "1",
        "(" * 1_000 + ")" * 1_000,
        "x" + ".a" * 100_000,
        "x = (",
    ],
    ids=["null byte", "half a surrogate pair", "operators", "brackets", "attributes", "unclosed"],
)
def test_what_does_not_parse_is_always_a_syntax_error(text: str) -> None:
    with pytest.raises(SyntaxError) as refused:
        parse(text)

    assert refused.value.msg


def test_an_invalid_escape_parses_without_a_warning() -> None:
    assert parse(r"pattern = '\d'").body


def test_a_syntax_error_stands_in_the_text_whatever_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = "async def order(ctx: RunContext) -> dict:\n    return {'status': 'हिन्दी'} return None\n"
    for name in ("<unknown>", "agent.json"):
        (tmp_path / name).write_text('{"a": 1,\n"b": 2}\n', encoding="utf-8")

    (found,) = (
        found
        for found in check_document(json.dumps({"name": "order", "source_code": code}), "agent.json", Options())
        if found.code == "CAL009"
    )

    assert found.inner == Position(2, code.splitlines()[1].rindex("return"))
