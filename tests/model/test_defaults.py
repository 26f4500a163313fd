"""Defaults that are objects: which of them an annotation cannot mean."""

from __future__ import annotations

import pytest

from flake8_incall import check

MODULE = """\
import collections
import datetime
import decimal
import enum
import pathlib
import uuid
from decimal import Decimal
from typing import Literal

import shop
from livekit.agents import RunContext
from pydantic import Field
from pydantic import fields


class Order:
    pass


class Code(str):
    pass


class Priced(shop.Order):
    pass


class Colour(enum.Enum):
    RED = "red"


if shop.IS_OPEN:
    class Twice:
        pass
else:
    class Twice:
        pass


def made() -> str:
    return "made"


STOCK = Order()
STOCK_CLASS = Order


async def book_table(ctx: RunContext, value: {annotation} = {default}) -> dict:
    pass
"""


def fault(annotation: str, default: str) -> str | None:
    """What CAL207 says of a default, without its remedy."""
    source = MODULE.replace("{annotation}", annotation).replace("{default}", default)
    found = [found.message for found in check(source, "tables.py") if found.code == "CAL207"]
    assert len(found) < 2
    return found[0] if found else None


@pytest.mark.parametrize(
    "annotation",
    ["str", "int", "float", "bool", "dict", "list", "list[str]", "dict[str, int]", "Literal['a']", "str | None"],
)
@pytest.mark.parametrize(
    "default",
    [
        *("Order()", "Decimal('1.5')", "decimal.Decimal(1)", "datetime.date(2025, 1, 1)", "datetime.timedelta(1)"),
        *("uuid.UUID(int=1)", "pathlib.Path('orders')", "set()", "collections.ChainMap()"),
    ],
)
def test_an_object_of_a_class_is_no_json_value(annotation: str, default: str) -> None:
    assert f"`{default.partition('(')[0]}`" in (fault(annotation, default) or "")


@pytest.mark.parametrize(
    ("annotation", "default"),
    [
        ("str", "Code('a')"),
        ("str", "made()"),
        ("str", "str(1)"),
        ("int", "int('1')"),
        ("list", "list('ab')"),
        ("dict", "dict(a=1)"),
        ("float", "round(1.5)"),
        ("dict", "collections.Counter('ab')"),
        ("dict[str, list]", "collections.defaultdict(list)"),
        ("dict | None", "collections.OrderedDict()"),
        ("dict", "shop.Order()"),
        ("dict", "Priced()"),
        ("dict", "Twice()"),
        ("Decimal", "Decimal('1.5')"),
        ("float | Decimal", "Decimal('1.5')"),
        ("Order | str", "Order()"),
        ("Colour | None", "Colour('red')"),
        ("datetime.date", "datetime.date(2025, 1, 1)"),
    ],
)
def test_an_object_that_the_annotation_may_mean_is_let_be(annotation: str, default: str) -> None:
    assert fault(annotation, default) is None


def test_an_object_behind_a_constant_of_the_module_is_followed() -> None:
    assert "`Order`" in (fault("dict", "STOCK") or "")


@pytest.mark.parametrize("default", ["Field(default=1)", "fields.Field(1)", "Field()"])
@pytest.mark.parametrize("annotation", ["int", "Decimal", "Order"])
def test_a_field_of_pydantic_is_passed_as_it_is(annotation: str, default: str) -> None:
    assert "`FieldInfo`" in (fault(annotation, default) or "")


@pytest.mark.parametrize(
    ("default", "is_fault"),
    [
        ("float('inf')", True),
        ("float('-inf')", True),
        ("float('nan')", True),
        ("float('Infinity')", True),
        ("float('1e999')", True),
        ("float('1.5')", False),
        ("float('many')", False),
        ("float(shop.RATE)", False),
        ("float()", False),
    ],
)
def test_a_number_that_is_not_finite(default: str, is_fault: bool) -> None:
    assert ("not a valid JSON number" in (fault("float", default) or "")) is is_fault
