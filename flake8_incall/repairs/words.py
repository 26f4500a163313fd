"""Names in words, and what a repair says in English of what they stand for."""

from __future__ import annotations

import re
from difflib import get_close_matches

# What an in-call function does, where its name begins with it.
_VERBS_IN_NAMES = """
accept activate add apply approve ask assign authenticate block book buy calculate call cancel capture change charge
check close collect complete compute confirm connect convert count create deactivate decline delete deliver dispatch
enroll escalate estimate explain fetch file fill find finish flag forward generate get give handle identify inform
insert issue leave list load locate log look lookup make mark match modify move notify open order pause pay pick
place play post process provide purchase push put quote rate read receive record redeem refill refund register
reject remove renew rent reorder repeat replace report request reschedule reserve reset resolve restart resume
retrieve return reverse route run save say schedule search select send set share show sign skip start stop store
submit subscribe suggest switch take tell test track transfer translate trigger unblock unsubscribe update upgrade
use validate verify view void wait withdraw write
"""
_WORDS_WITHOUT_ARTICLE = """
a an and all any at available back by for from his her in into it its me my new off on or out over the
their them to up with your
"""
_WORDS_OF_SUCCESS = """
active booked cancelled complete completed confirmed created done fine finished found good ok okay passed saved sent
true updated yes
"""
_WORDS_OF_FAILURE = """
denied err error exception fail failed fails failure false invalid missing no refused rejected timeout unavailable
"""
_WORDS_OF_APOLOGY = "again apologies cannot could couldn unable unfortunately not problem required sorry wrong"
_SUCCESS = frozenset(_WORDS_OF_SUCCESS.split())
_FAILURE = frozenset(_WORDS_OF_FAILURE.split())
_APOLOGY = frozenset(_WORDS_OF_APOLOGY.split())
_VERBS = frozenset(_VERBS_IN_NAMES.split())
_NO_ARTICLE = frozenset(_WORDS_WITHOUT_ARTICLE.split())


def words_of(name: str) -> str:
    """Return a name in words, in lower case: `"order id"` for `order_id` and `orderId`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", spaced)).lower()


def begins_with_verb(words: str) -> bool:
    """Whether words say what is done: `"book table"`."""
    return words.partition(" ")[0] in _VERBS


def deed(name: str) -> str:
    """Return what a function does, by its name, as an infinitive: `"book the table"`, `"get the opening hours"`."""
    words = words_of(name) or name
    first, _, rest = words.partition(" ")
    if first not in _VERBS:
        return f"get the {words}"
    if not rest or rest.partition(" ")[0] in _NO_ARTICLE:
        return words
    return f"{first} the {rest}"


def be(words: str) -> str:
    """Return `is` or `are`, as words need it."""
    return "are" if words.endswith("s") and not words.endswith(("is", "ss", "us")) else "is"


def occasion(name: str) -> str:
    """Return the description of a function that says when to call it, as far as its name tells."""
    words = words_of(name) or name
    if begins_with_verb(words):
        return f"Call this when the caller wants to {deed(name)}."
    return f"Call this when the caller asks for the {words}."


def failure(name: str) -> str:
    """Return the message of a function that failed, as far as its name tells."""
    return f"Could not {deed(name)}"


def status_meant(value: object) -> str | None:
    """Return which of the two statuses a value stands for; `None` where that is not plain."""
    match value:
        case bool():
            return "success" if value else "error"
        case int():
            return "success" if 200 <= value < 300 else "error" if 400 <= value < 600 else None
        case str():
            words = words_of(value).split()
            near = get_close_matches("".join(words), ("success", "successful", "succeeded", "error"), n=1, cutoff=0.7)
            if near:
                return "error" if near == ["error"] else "success"
            if {"not", *_FAILURE} & {*words}:
                return "error"
            return "success" if _SUCCESS & {*words} else None
    return None


def speaks_of_failure(text: str) -> bool:
    """Whether a message says that something did not work."""
    words = set(words_of(text).split())
    return not words.isdisjoint(_FAILURE | _APOLOGY)
