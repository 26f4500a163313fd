"""The harness itself: a fixture that says something else than the rules do must fail."""

from __future__ import annotations

import pytest

from flake8_incall.rules import REGISTRY
from tests.harness import FixtureError, Mark, fields, is_found, problems, read

FIXTURE = '''\
def book(ctx: RunContext, seats) -> dict:{comment}
    """
    Book a table when the caller asks for one.

    Args:
        seats: How many people come

    Returns:
        dict: {{status: "success", seats: int}}
    """
    return {{"status": "success", "seats": seats}}
'''
SYNC = 'CAL101: 4, "`book`", "book"'
UNANNOTATED = 'CAL105: 26, "seats"'


def said(comment: str) -> list[str]:
    """The codes in what the harness finds wrong, with how it begins."""
    found = problems(read(FIXTURE.format(comment=comment)))
    return [" ".join(line.split()[:-1]) if "since" in line else line.split(" `")[0] for line in found]


def test_what_is_expected_and_found_is_no_problem() -> None:
    assert said(f"  # {SYNC} # {UNANNOTATED}") == []
    assert said(f"  # {UNANNOTATED} # {SYNC} # ok: CAL102 has a context") == []


def test_a_finding_that_nobody_expects() -> None:
    assert said(f"  # {SYNC}") == ["not expected: 1:26 CAL105 parameter"]


def test_an_expectation_that_nothing_meets() -> None:
    missing = 'CAL106: 0, "book", "has none"'
    assert said(f"  # {SYNC} # {UNANNOTATED} # {missing}") == ["expected, not found: 1:0 CAL106"]


@pytest.mark.parametrize("wrong", ['CAL101: 0, "`book`", "book"', 'CAL101: 4, "`book`", "other"'])
def test_another_column_or_another_value(wrong: str) -> None:
    assert said(f"  # {wrong} # {UNANNOTATED}") == [
        "not expected: 1:4 CAL101",
        f"expected, not found: 1:{wrong[8]} CAL101",
    ]


def test_an_expectation_is_met_once() -> None:
    assert said(f"  # {SYNC} # {SYNC} # {UNANNOTATED}") == ["expected, not found: 1:4 CAL101"]


def test_a_near_miss_that_is_hit() -> None:
    assert said(f"  # {SYNC} # {UNANNOTATED} # ok: CAL105 annotated") == ["false alarm: 1 CAL105, which is fine since"]


def test_a_gap_that_is_closed() -> None:
    open_and_closed = read(FIXTURE.format(comment="  # missed: CAL105 hard # missed: CAL303 very hard"))
    assert open_and_closed.missed == [
        Mark(1, "CAL105", "hard", 1, 10),
        Mark(1, "CAL303", "very hard", 1, 10),
    ]
    assert [is_found(mark, open_and_closed) for mark in open_and_closed.missed] == [True, False]


def test_a_hash_inside_a_value_separates_nothing() -> None:
    assert read('x = 1  # CAL105: 0, "a # b"\n').expected[0].message.startswith("parameter `a # b` ")


@pytest.mark.parametrize(
    "comment",
    [
        "# CAL105",
        "# CAL105 0",
        "# CAL105: zero",
        "# CAL105: 0",
        '# CAL105: "0", "seats"',
        '# CAL105: 0, "seats", "more"',
        "# CAL105: 0, __import__('os')",
        "# CAL000: 0",
        "# ok: CAL105",
        "# fine: CAL105 since annotated",
        '# CAL105: 0, "seats" and more',
    ],
)
def test_a_comment_that_cannot_be_read_is_an_error(comment: str) -> None:
    with pytest.raises(FixtureError, match="line 1"):
        read(f"x = 1  {comment}\n")


def test_settings_stand_at_the_top() -> None:
    options = read('# profile: strict\n# paths: *.py\n"""A module."""\n# profile: gate\n').options
    assert (options.profile, options.paths) == ("strict", ("*.py",))
    with pytest.raises(FixtureError, match="'speed' is no option"):
        read("# speed: high\n")


def test_fields_are_those_of_the_message_in_their_order() -> None:
    assert fields(REGISTRY.rules["CAL101"]) == ["what", "name"]
