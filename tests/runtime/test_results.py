"""What a function hands back becomes plain JSON that keeps the contract, or an error result."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.results import UNUSABLE, Result, contract_result, error_result

LIMITS = Limits()


class Trap(BaseException):
    """Raised by code of a value that nobody may run."""


def spring(*_: object) -> Any:
    raise Trap


class TrapDict(dict[str, Any]):
    __iter__ = __len__ = __contains__ = __getitem__ = items = keys = values = get = __repr__ = spring


class TrapList(list[Any]):
    __iter__ = __len__ = __getitem__ = __repr__ = spring


class TrapText(str):
    __slots__ = ()
    __str__ = __len__ = __iter__ = __eq__ = __repr__ = spring
    encode: Any = spring
    __hash__ = str.__hash__


class TrapNumber(int):
    __int__ = __index__ = __str__ = __eq__ = bit_length = __repr__ = spring
    __hash__ = int.__hash__


class TrapMeta(type):
    __name__ = property(spring)


class TrapObject(metaclass=TrapMeta):
    __class__ = property(spring)
    __str__ = __repr__ = __eq__ = __iter__ = __len__ = __bool__ = spring
    __hash__ = None  # type: ignore[assignment]


class Place(NamedTuple):
    x: int
    y: int


class Answer(enum.StrEnum):
    YES = "success"


class Level(enum.IntEnum):
    HIGH = 3


def test_a_plain_result_stays_as_it_is() -> None:
    value = {"status": "success", "slots": [{"at": "10:30", "free": True}, None], "price": 12.5, "count": 3}
    assert contract_result(value, LIMITS) == value


def test_the_text_of_a_result_is_json_in_any_script() -> None:
    result = contract_result({"status": "success", "शहर": "दिल्ली", "name": "Zoë 😀", "sure": None}, LIMITS)
    assert str(result) == '{"status": "success", "शहर": "दिल्ली", "name": "Zoë 😀", "sure": null}'
    assert f"{result}" == str(result)


def test_a_result_is_a_copy() -> None:
    value: dict[str, Any] = {"status": "success", "slots": [1]}
    result = contract_result(value, LIMITS)
    value["slots"].append(2)
    assert result == {"status": "success", "slots": [1]}


FORMS: dict[str, tuple[Callable[[], Any], Any]] = {
    "tuple": (lambda: (1, 2), [1, 2]),
    "ordered dict": (lambda: collections.OrderedDict(a=1), {"a": 1}),
    "defaultdict": (lambda: collections.defaultdict(list, a=[1]), {"a": [1]}),
    "named tuple": (lambda: Place(1, 2), [1, 2]),
    "text enum": (lambda: Answer.YES, "success"),
    "number enum": (lambda: Level.HIGH, 3),
    "large number": (lambda: 10**50, 10**50),
    "two halves of a character": (lambda: "\ud83d\ude00", "😀"),
    "half a character": (lambda: "half \ud83d", "half \ufffd"),
    "text with traps": (lambda: TrapText("text"), "text"),
    "number with traps": (lambda: TrapNumber(7), 7),
    "list and dict with traps": (lambda: TrapList([1, TrapDict(a=1)]), [1, {"a": 1}]),
}


@pytest.mark.parametrize("kind", FORMS)
def test_what_json_has_a_form_for_is_given_that_form(kind: str) -> None:
    value, expected = FORMS[kind]
    result = contract_result(TrapDict(status=TrapText("success"), data=value()), LIMITS)
    assert result == {"status": "success", "data": expected}
    assert {type(result["status"]), type(result["data"])} <= {str, int, list, dict}
    assert json.loads(str(result)) == result


def cyclic() -> dict[str, Any]:
    value: dict[str, Any] = {"status": "success"}
    value["self"] = value
    return value


def bushy() -> dict[str, Any]:
    """Small in memory, and astronomic when it is written out."""
    value: list[Any] = ["x"] * 10
    for _ in range(40):
        value = [value] * 10
    return {"status": "success", "data": value}


def deep() -> dict[str, Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return {"status": "success", "data": value}


NO_RESULTS: dict[str, Callable[[], Any]] = {
    "None in place of a dict": lambda: None,
    "str of 4 characters in place of a dict": lambda: "done",
    "list of 1 items in place of a dict": lambda: [{"status": "success"}],
    "tuple of 2 items in place of a dict": lambda: ({"status": "error"}, 404),
    "generator in place of a dict": lambda: (item for item in "ab"),
    "TrapObject in place of a dict": TrapObject,
    "no `status`": dict,
    "`status` is str of 2 characters": lambda: {"status": "ok"},
    "`status` is bool": lambda: {"status": True},
    "`status` is list of 1 items": lambda: {"status": ["success"]},
    "an error without `message`": lambda: {"status": "error"},
    "an error whose `message` is str of 2 characters": lambda: {"status": "error", "message": "  "},
    "an error whose `message` is dict of 1 entries": lambda: {"status": "error", "message": {"text": "no"}},
    "`at` is datetime": lambda: {"status": "success", "at": datetime.datetime(2026, 5, 1)},
    "`sum` is Decimal": lambda: {"status": "success", "sum": decimal.Decimal("1.5")},
    "`raw` is bytes": lambda: {"status": "success", "raw": b"\x00"},
    "`days[0].open` is set": lambda: {"status": "success", "days": [{"open": {1, 2}}]},
    "`rate` is nan": lambda: {"status": "success", "rate": float("nan")},
    "`rate[0]` is -inf": lambda: {"status": "success", "rate": [float("-inf")]},
    "`sum` is an int of 1329 bits": lambda: {"status": "success", "sum": 10**400},
    "`by` has a key that is int": lambda: {"status": "success", "by": {3: "March"}},
    "`by` has a key that is None": lambda: {"status": "success", "by": {None: 1}},
    "`thing` is TrapObject": lambda: {"status": "success", "thing": TrapObject()},
    "`by.….x` is type": lambda: {"status": "success", "by": {"+91 98": {"x": object}}},
    "contains itself": cyclic,
    "nested more than 64 levels deep": deep,
    "more than 65,536 bytes": bushy,
}


@pytest.mark.parametrize("said", NO_RESULTS)
def test_anything_else_is_an_error_result_and_the_log_says_what_it_was(
    said: str, caplog: pytest.LogCaptureFixture
) -> None:
    result = contract_result(NO_RESULTS[said](), LIMITS, call="`book` (call 7)")
    assert result["status"] == "error"
    assert set(result) == {"status", "message"}
    assert [record.name for record in caplog.records] == ["flake8_incall.runtime"]
    assert said in caplog.text
    assert "`book` (call 7)" in caplog.text


def test_neither_the_log_nor_the_model_sees_the_values(caplog: pytest.LogCaptureFixture) -> None:
    token = "tok-5551234"
    for value in (
        token,
        {"status": token},
        {"status": "success", token: {token}},
        {"status": "error", "message": [token]},
    ):
        assert token not in str(contract_result(value, LIMITS))
    assert len(caplog.records) == 4
    assert token not in caplog.text


def test_the_size_is_that_of_the_text_in_utf8() -> None:
    value = {"status": "success", "text": "दिल्ली"}
    size = len(json.dumps(value, ensure_ascii=False).encode())
    assert contract_result(value, Limits(max_result_bytes=size)) == value
    refused = contract_result(value, Limits(max_result_bytes=size - 1))
    assert f"larger than {size - 1} bytes" in refused["message"]


@pytest.mark.parametrize("data", ["x" * 1_000_000, [0] * 1_000_000, {str(n): n for n in range(20_000)}], ids=type)
def test_a_larger_one_is_an_error_result(data: object) -> None:
    result = contract_result({"status": "success", "data": data}, LIMITS)
    assert "larger than 65,536 bytes" in result["message"]


def test_the_message_of_an_error_result_is_never_empty_nor_endless() -> None:
    assert error_result(" \n") == {"status": "error", "message": UNUSABLE}
    assert len(error_result("no " * 100_000)["message"]) <= 2_000
    assert error_result("half \ud83d") == {"status": "error", "message": "half \ufffd"}


def test_what_was_refused_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> None:
    contract_result({"status": "success"}, LIMITS)
    assert caplog.records == []
    contract_result(None, LIMITS)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_result_stays_json_when_it_is_changed() -> None:
    result = Result(status="success")
    result["more"] = [True]
    assert str(result) == '{"status": "success", "more": [true]}'
