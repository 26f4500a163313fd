"""A value that is written another way is the same value to every rule."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from flake8_incall import Options, check
from tests.metamorphic.spellings import DURATIONS, EXCEPTIONS, ONE_EXCEPTION, Spelling

HEAD = '''\
import asyncio
import time

import httpx
from livekit.agents import RunContext, function_tool

SETUP


@function_tool
async def book(ctx: RunContext, day: str) -> dict:
    """Book a day when the caller names it.

    Args:
        day: The day that the caller names, as a word

    Returns:
        dict: {status: "success" | "error", message: str}
    """
    INSIDE
'''
CLIENT = """\
    try:
        async with httpx.AsyncClient(timeout=VALUE) as client:
            response = await client.get("https://shop.example.com/days")
            response.raise_for_status()
    except httpx.HTTPError:
        return {"status": "error", "message": "Not now"}
    return {"status": "success"}
"""
SCOPE = """\
    try:
        async with asyncio.timeout(VALUE):
            response = await httpx.AsyncClient(timeout=None).get("https://shop.example.com/days")
            response.raise_for_status()
    except (httpx.HTTPError, TimeoutError):
        return {"status": "error", "message": "Not now"}
    return {"status": "success"}
"""
SLEEP = """\
    await asyncio.sleep(VALUE)
    return {"status": "success"}
"""
# Whoever reads a duration has to read all of them: what a client waits, what a scope allows, what is slept.
PLACES = {"client": CLIENT, "scope": SCOPE, "sleep": SLEEP}
REQUEST = """\
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            response = await client.get("https://shop.example.com/days")
            response.raise_for_status()
    except VALUE:
        return {"status": "error", "message": "Not now"}
    return {"status": "success"}
"""
CONVERSION = """\
    result = {}
    try:
        result["day"] = int(day)
        result["status"] = "success"
    except VALUE:
        result["status"] = "error"
        result["message"] = "Say a number"
    return result
"""
TOOL_ERROR = """\
    try:
        raise KeyError(day)
    except VALUE:
        return {"status": "error", "message": "Say a number"}
"""
# By the place: exceptions that are enough there, and such as are not.
CAUGHT = {
    "request": (REQUEST, ("httpx.HTTPError", "httpx.TimeoutException", "KeyError")),
    "conversion": (CONVERSION, ("ValueError", "KeyError")),
    "raise": (TOOL_ERROR, ("KeyError", "ValueError")),
}


@cache
def codes(text: str) -> Counter[str]:
    compile(text, "<program>", "exec")
    return Counter(found.code for found in check(text, "tools.py", Options(profile="strict")))


def plain(program: str, value: str) -> str:
    return Spelling("plain", "{value}").applied(program, value)


def cases(spellings: tuple[Spelling, ...], *places: str) -> list[object]:
    """Each spelling at each place; those that are not followed yet are marked with what will mend them."""
    return [
        pytest.param(
            spelling,
            place,
            id=f"{place} {spelling.name}",
            marks=[pytest.mark.xfail(reason=spelling.mended_by)] if place in spelling.unfollowed else [],
        )
        for spelling in spellings
        for place in places
    ]


@pytest.mark.parametrize(("spelling", "place"), cases(DURATIONS, *PLACES))
def test_a_duration_means_the_same_however_it_is_written(spelling: Spelling, place: str) -> None:
    program = HEAD + PLACES[place]
    found = {value: codes(spelling.applied(program, value)) for value in ("5", "120")}
    assert found == {value: codes(plain(program, value)) for value in ("5", "120")}


def test_durations_are_told_apart() -> None:
    """The table says something: what is right at 5 seconds is a finding at 120, wherever it stands."""
    for body in PLACES.values():
        assert codes(plain(HEAD + body, "120")) - codes(plain(HEAD + body, "5"))


@pytest.mark.parametrize(
    ("expression", "setup"),
    [
        ("max(120, len(day))", ""),
        ("120 * len(day)", ""),
        ("120 / 0", ""),
        ("10.0 ** 10 ** 10", ""),
        ("(-8) ** 0.5", ""),
        ("LIMITS.get(day, 120)", "LIMITS = {'a': 5}"),
        ("LIMITS.get('a', 120)", "LIMITS = {'a': 120}\nLIMITS['a'] = settings()\ndef settings(): ..."),
        ("LIMITS.get('a', 120)", "LIMITS = {**OTHERS, 'b': 120}"),
        ("LIMITS['a']['b']", "LIMITS = {'a': {'b': 120}}\nLIMITS.update(a={})"),
        ("float('many')", ""),
        ("sum(LISTED)", "LISTED = [120]\nLISTED.append(settings())\ndef settings(): ..."),
        ("min(LISTED)", "LISTED = [5, 120]\nAGAIN = LISTED\nAGAIN[0] = settings()\ndef settings(): ..."),
        ("LISTED[0]", "LISTED = [120]\ndef fill(listed):\n    listed[0] = settings()\nfill(LISTED)"),
        (
            "timedelta(**GIVEN).total_seconds()",
            "from datetime import timedelta\nfrom shop import T\nGIVEN = {'seconds': 120}\nGIVEN['seconds'] = T",
        ),
        ("Row.T.value", "class Row:\n    T = 120"),
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_a_duration_that_cannot_be_told_is_no_finding(expression: str, setup: str, place: str) -> None:
    program = HEAD + PLACES[place]
    found = codes(Spelling("unknown", expression, setup).applied(program, "0"))
    unknown = codes(Spelling("unknown", "OUTSIDE", "from settings import OUTSIDE").applied(program, "0"))
    assert found - Counter({"CAL802": 1}) == unknown - Counter({"CAL802": 1})


@pytest.mark.parametrize("expression", ["min(5, len(day))", "max(1, min(len(day), 5))", "min(len(day), 2 * 2.5, 9)"])
@pytest.mark.parametrize("place", PLACES)
def test_a_duration_that_is_short_at_most_is_short(expression: str, place: str) -> None:
    found = codes(Spelling("at most", expression).applied(HEAD + PLACES[place], ""))
    assert found - Counter({"CAL802": 1}) == codes(plain(HEAD + PLACES[place], "5")) - Counter({"CAL802": 1})


@pytest.mark.parametrize("place", PLACES)
def test_a_duration_that_is_long_at_most_is_not_too_long(place: str) -> None:
    found = codes(Spelling("at most", "min(len(day), 120)").applied(HEAD + PLACES[place], ""))
    assert "CAL602" not in found
    assert "CAL604" not in found


@pytest.mark.parametrize(("spelling", "place"), cases(EXCEPTIONS, *CAUGHT))
def test_a_handler_catches_the_same_however_its_exceptions_are_named(spelling: Spelling, place: str) -> None:
    body, values = CAUGHT[place]
    found = {value: codes(spelling.applied(HEAD + body, value)) for value in values}
    assert found == {value: codes(plain(HEAD + body, value)) for value in values}


@pytest.mark.parametrize(("spelling", "place"), cases(ONE_EXCEPTION, "request"))
def test_an_exception_is_the_same_under_each_of_its_names(spelling: Spelling, place: str) -> None:
    body, _ = CAUGHT[place]
    for name in ("HTTPError", "TimeoutException", "InvalidURL"):
        assert codes(spelling.applied(HEAD + body, name)) == codes(plain(HEAD + body, f"httpx.{name}"))


@pytest.mark.parametrize(
    ("expression", "setup"),
    [
        ("errors.ALL", "from shop import errors"),
        ("(*OUTSIDE, KeyError)", "from shop import OUTSIDE"),
        ("(OUTSIDE, ZeroDivisionError)", "from shop import OUTSIDE"),
        ("ERRORS", "from shop import OUTSIDE\nERRORS = (ZeroDivisionError,) + OUTSIDE"),
        ("tuple(OUTSIDE)", "from shop import OUTSIDE"),
        ("tuple({*OUTSIDE, ZeroDivisionError})", "from shop import OUTSIDE"),
        ("tuple(LISTED)", "from shop import OUTSIDE\nLISTED = [ZeroDivisionError]\nLISTED.extend(OUTSIDE)"),
        ("tuple(error for error in OUTSIDE)", "from shop import OUTSIDE"),
        ("tuple(map(find, ['a']))", "from shop import find"),
        ("errors()", "from shop import errors"),
        ("errors()", "import shop\ndef errors():\n    return shop.errors()"),
        ("ERRORS if shop.is_open else KeyError", "import shop\nERRORS = shop.ERRORS"),
        ("ERRORS.get(day)", "import shop\nERRORS = {**shop.ERRORS, 'a': ZeroDivisionError}"),
        ("Shop.ERRORS", "from shop import Base\nclass Shop(Base):\n    pass"),
    ],
)
@pytest.mark.parametrize("place", CAUGHT)
def test_a_handler_for_exceptions_that_cannot_be_told_may_catch_any(expression: str, setup: str, place: str) -> None:
    program = HEAD + CAUGHT[place][0]
    found = codes(Spelling("unknown", expression, setup).applied(program, ""))
    unknown = codes(Spelling("unknown", "OUTSIDE", "from shop import OUTSIDE").applied(program, ""))
    # What is said of parameters, and of what is not logged, is another matter.
    assert {code for code in found if code < "CAL8"} == {code for code in unknown if code < "CAL8"}


def test_exceptions_are_told_apart() -> None:
    for body, (enough, *others) in CAUGHT.values():
        for other in others:
            assert codes(plain(HEAD + body, enough)) != codes(plain(HEAD + body, other))
