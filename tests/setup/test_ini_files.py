"""INI files keep their comments and layout, and flake8 reads what was added."""

from __future__ import annotations

import pytest

from flake8_incall.setup.ini_files import flake8_section, with_entry, with_words, words

TEXTS = {
    "empty": "",
    "another section": "[metadata]\nname = shop\n",
    "another section without end": "[metadata]\nname = shop",
    "an empty section": "[flake8]\n",
    "an empty section without end": "[flake8]",
    "entries": "[flake8]\nmax-line-length = 100\n",
    "entries without end": "[flake8]\nmax-line-length = 100",
    "between sections": "[a]\nx = 1\n\n[flake8]  # ours\nmax-line-length = 100\n\n# about b\n[b]\ny = 2\n",
    "several lines": "[flake8]\n# why\nper-file-ignores =\n    a.py: E1\n    # and\n    b.py: E2\n\n[b]\ny = 2\n",
    "carriage returns": "[flake8]\r\nmax-line-length = 100\r\n\r\n[b]\r\n",
    "indented comment": "[flake8]\nignore =\n    E1,\n    # E2 is fine\n",
}


@pytest.mark.parametrize("case", TEXTS)
def test_an_entry_is_added_and_the_rest_stays(case: str) -> None:
    text = TEXTS[case]
    new = with_entry(text, "incall-profile", ["livekit"])
    assert flake8_section(new) == {**(flake8_section(text) or {}), "incall-profile": "livekit"}
    assert [line for line in text.splitlines() if line] == [
        line for line in new.splitlines() if line and "incall" not in line and (line != "[flake8]" or line in text)
    ]
    assert ("\r\n" in new) == ("\r\n" in text)
    assert new.count("\n") == new.count("\r\n") or "\r\n" not in new


def test_several_lines_are_one_list() -> None:
    section = flake8_section(with_entry("", "builtins", ["a, b,", "c"]))
    assert section is not None
    assert words(section["builtins"]) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("select = E,F", "select = E,F,CAL"),
        ("select = E, F", "select = E, F, CAL"),
        ("select=E", "select=E, CAL"),
        ("select: E,F  ", "select: E,F,CAL"),
        ("SELECT = E,F", "SELECT = E,F,CAL"),
        ("select =\n    E,\n    F,\n", "select =\n    E,\n    F,\n    CAL"),
        ("select =\n    E\n    # and\n    F\nx = 1", "select =\n    E\n    # and\n    F,\n    CAL\nx = 1"),
    ],
)
def test_a_list_is_extended_in_its_own_style(written: str, expected: str) -> None:
    new = with_words(f"[flake8]\nselectors = x\n{written}\n", "select", ["CAL"])
    assert new.rstrip("\n") == f"[flake8]\nselectors = x\n{expected}"
    section = flake8_section(new)
    assert section is not None
    assert words(section["select"])[-1] == "CAL"


def test_an_option_is_found_in_either_spelling() -> None:
    new = with_words("[flake8]\nextend_select = E\n", "extend-select", ["CAL"])
    assert new == "[flake8]\nextend_select = E, CAL\n"
