"""CAL804 finds an operation exactly when it lets an exception out of the function for some value."""

from __future__ import annotations

import datetime
import itertools
import re
import uuid
from dataclasses import dataclass
from enum import Enum
from textwrap import indent

import pytest

from flake8_incall import Options, check

HEAD = """
import datetime, re, uuid
from enum import Enum
from livekit.agents import RunContext

class Size(Enum):
    SMALL = "small"

TABLE = {"a": 1, "b": 2}
ROOMS = ["small", "large"]
ERROR = {"status": "error", "message": "no"}
"""
TEXTS = ("", "x", "a", "1", "small", "a b", "2026-12-31")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation on a parameter that raises on some values.

    Attributes:
        text: The operation.
        type: The parameter's annotation.
        values: What it is tried with.
        check: A condition under which it is fine.
        exception: What it raises.
    """

    text: str
    type: str
    values: tuple[object, ...]
    check: str
    exception: str


OPERATIONS = [
    Operation("100 / value", "int", (-1, 0, 1), "value != 0", "ZeroDivisionError"),
    Operation("100 // value", "float", (-1.5, 0.0, 1.0), "value > 0", "ZeroDivisionError"),
    Operation("100 % value", "int", (-1, 0, 1), "value", "ArithmeticError"),
    Operation("TABLE[value]", "str", TEXTS, "value in TABLE", "KeyError"),
    Operation("ROOMS[value]", "int", (-3, 0, 1, 2), "0 <= value < len(ROOMS)", "IndexError"),
    Operation("int(value)", "str", TEXTS, "value.isdigit()", "ValueError"),
    Operation("float(value.strip())", "str", TEXTS, "re.fullmatch('[0-9]+', value)", "ValueError"),
    Operation("value[0]", "list[str]", ([], ["a"]), "value", "IndexError"),
    Operation("value[-1]", "str", TEXTS, "len(value) > 0", "LookupError"),
    Operation("value.split('-')[2]", "str", TEXTS, "value.count('-') == 2", "IndexError"),
    Operation("value['id']", "dict", ({}, {"id": 1}), "'id' in value", "KeyError"),
    Operation("Size(value)", "str", TEXTS, "value == 'small'", "ValueError"),
    Operation("uuid.UUID(value)", "str", TEXTS, "len(value) == 32", "ValueError"),
    Operation("datetime.date.fromisoformat(value)", "str", TEXTS, "value.startswith('2026-')", "ValueError"),
    Operation("datetime.datetime.strptime(value, '%Y-%m-%d')", "str", TEXTS, "'-' in value", "ValueError"),
    Operation("first, last = value.split(' ')", "str", TEXTS, "value.count(' ') == 1", "ValueError"),
]
# They never raise, whatever they are given.
HARMLESS = [
    Operation("value.split('-')[0]", "str", TEXTS, "value", "IndexError"),
    Operation("value.partition('-')[2]", "str", TEXTS, "value", "IndexError"),
    Operation("value[:3]", "str", TEXTS, "value", "IndexError"),
    Operation("TABLE.get(value)", "str", TEXTS, "value", "KeyError"),
    Operation("int(value)", "int", (0, 1), "value", "ValueError"),
    Operation("value / 100", "int", (0, 1), "value", "ZeroDivisionError"),
    Operation("'%d' % value", "int", (0, 1), "value", "ZeroDivisionError"),
    Operation("value.get('id')", "dict", ({}, {"id": 1}), "value", "KeyError"),
    Operation("str(value)", "float", (0.0,), "value", "ValueError"),
]
# `{o}` is the operation, `{c}` the condition, `{e}` the exception.
PLACES = [
    "{o}",
    "if not ({c}): return ERROR\n{o}",
    "{o}\nif not ({c}): return ERROR",
    "if {c}:\n    {o}",
    "if flag:\n    if not ({c}): return ERROR\n{o}",
    "if {c} and [{e}] and compute(value): return ERROR",
    "if not ({c}) or compute(value): return ERROR",
    "if compute(value) and {c}: return ERROR",
    "if flag:\n    if not ({c}): return ERROR\n    {o}",
    "if flag:\n    pass\nelse:\n    {o}",
    "ok = bool({c})\nif not ok: return ERROR\n{o}",
    "problem = None\nif not ({c}): problem = 'no'\nif problem: return ERROR\n{o}",
    "if not fine(value): return ERROR\n{o}",
    "fine(value)\n{o}",
    "try:\n    refuse(value)\nexcept LookupError:\n    return ERROR\n{o}",
    "try:\n    {o}\nexcept {e}:\n    return ERROR",
    "try:\n    {o}\nexcept (TypeError, {e}):\n    return ERROR",
    "try:\n    {o}\nexcept Exception:\n    return ERROR",
    "try:\n    {o}\nexcept OSError:\n    return ERROR",
    "try:\n    {o}\nfinally:\n    done = True",
    "try:\n    done = True\nexcept {e}:\n    return ERROR\n{o}",
    "compute(value)",
    "if not ({c}): return ERROR\ncompute(value)",
    "try:\n    compute(value)\nexcept {e}:\n    return ERROR",
    "for round in range(2):\n    if not ({c}): continue\n    {o}",
    "match value:\n    case text if {c}: {o}\n    case _: return ERROR",
]
HELPERS = """
def fine(value: {t}) -> bool:
    if not ({c}):
        return False
    return True

def refuse(value: {t}) -> None:
    if not ({c}):
        raise LookupError("no")

def compute(value: {t}) -> None:
    {o}
"""


def written(place: str, operation: Operation) -> str:
    fields = {"o": operation.text, "c": operation.check, "e": operation.exception, "t": operation.type}
    body = indent(place.format(**fields), "    ")
    helpers = HELPERS.format(**fields)
    head = f"async def tell(ctx: RunContext, value: {operation.type}, flag: bool) -> dict:"
    return f"{HEAD}{helpers}\n{head}\n{body}\n    return {{'status': 'success'}}\n"


def lets_out(source: str, operation: Operation) -> bool:
    """Whether the function raises for some value and flag."""

    class Size(Enum):
        SMALL = "small"

    space = {"Size": Size, "re": re, "uuid": uuid, "datetime": datetime}
    exec(source.replace("from livekit.agents import RunContext", "RunContext = object"), space)
    function = space["tell"]
    for value, flag in itertools.product(operation.values, (False, True)):
        try:
            function(None, value, flag).send(None)  # type: ignore[operator]
        except StopIteration:
            continue
        except Exception:
            return True
    return False


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("operation", [*OPERATIONS, *HARMLESS], ids=lambda operation: operation.text)
def test_what_raises_is_found_and_nothing_else(operation: Operation, place: str) -> None:
    source = written(place, operation)
    found = check(source, "tell.py", Options(profile="strict"))
    assert any(diagnostic.code == "CAL804" for diagnostic in found) is lets_out(source, operation)
