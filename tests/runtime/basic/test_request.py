"""What the service is sent, as it arrives over the wire."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.runtime.basic.conftest import Run
from tests.runtime.basic.documents import CALL_ID, basic, call, tool_of
from tests.runtime.basic.service import reply, running


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_arguments_go_into_the_query(run: Run, method: str) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(f"{service.url}/stock?v=1", method, sku="string", count="number"))
            await call(tool, sku="लाल & blue=1", count=2)
            [request] = service.received
            assert (request.method, request.path, request.body) == (method, "/stock", b"")
            assert request.query == [("v", "1"), ("sku", "लाल & blue=1"), ("count", "2")]

    run(test())


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_arguments_go_into_a_json_body(run: Run, method: str) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(f"{service.url}/stock?v=1", method, sku="string", count="number"))
            await call(tool, sku="लाल", count=2.5)
            [request] = service.received
            assert (request.method, request.target) == (method, "/stock?v=1")
            assert request.headers["content-type"] == "application/json"
            assert request.json == {"sku": "लाल", "count": 2.5}

    run(test())


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("a b/../c", "a%20b%2F..%2Fc"),
        ("../..", "..%2F.."),
        ("?a=1#b", "%3Fa%3D1%23b"),
        ("%2e%2e", "%252e%252e"),
        ("पुणे", "%E0%A4%AA%E0%A5%81%E0%A4%A3%E0%A5%87"),
        ("a\r\nb\\c", "a%0D%0Ab%5Cc"),
        (".a", ".a"),
    ],
)
def test_a_value_in_the_path_stays_one_segment(run: Run, value: str, segment: str) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(f"{service.url}/orders/{{order}}/{{line}}/items", order="string", line="number"))
            assert await call(tool, order=value, line=3) == {"status": "success", "data": {}}
            assert [request.target for request in service.received] == [f"/orders/{segment}/3/items"]

    run(test())


def test_what_the_path_takes_is_not_sent_again(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(f"{service.url}/orders/{{order}}", "POST", order="string"))
            await call(tool, order="7")
            [request] = service.received
            assert (request.target, request.body) == ("/orders/7", b"")

    run(test())


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (2, 2),
        (2.0, 2),
        ("2", 2),
        (" 2.50 ", 2.5),
        ("1e3", 1000),
        (-0.5, -0.5),
        ("२", 2),
        (12345678901234567890, 12345678901234567890),
    ],
)
def test_a_number_is_sent_as_a_number(run: Run, given: object, sent: object) -> None:
    async def test() -> None:
        async with running() as service:
            await call(tool_of(basic(service.url, "PUT", count="number")), count=given)
            assert [request.body.decode() for request in service.received] == [f'{{"count":{sent}}}']

    run(test())


@pytest.mark.parametrize(("given", "sent"), [("110001", "110001"), (110001, "110001"), (5.0, "5"), (" x ", " x ")])
def test_a_text_is_sent_as_a_text(run: Run, given: object, sent: str) -> None:
    async def test() -> None:
        async with running() as service:
            await call(tool_of(basic(service.url, "POST", pincode="string")), pincode=given)
            assert [request.json for request in service.received] == [{"pincode": sent}]

    run(test())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 1}, "`sku` is missing: ask the caller for it"),
        ({"sku": None, "count": 1}, "`sku` is missing: ask the caller for it"),
        ({"sku": " ", "count": 1}, "`sku` must not be empty: ask the caller for it"),
        ({"sku": "..", "count": 1}, "`sku` must not be empty: ask the caller for it"),
        ({"sku": ["a"], "count": 1}, "`sku` must be a text"),
        ({"sku": True, "count": 1}, "`sku` must be a text"),
        ({"sku": "\ud83d", "count": 1}, "`sku` has half a character in it: write it again"),
        ({"sku": "a", "count": "two"}, "`count` must be a number"),
        ({"sku": "a", "count": "1_000"}, "`count` must be a number"),
        ({"sku": "a", "count": "9" * 5_000}, "`count` must be a number"),
        ({"sku": "a", "count": True}, "`count` must be a number"),
        ({"sku": "a", "count": 10**400}, "`count` must be a number"),
        ({"sku": "a", "count": float("nan")}, "`count` must be a number"),
        ({"sku": "a", "count": "1e999"}, "`count` must be a number"),
        ({"sku": "a", "count": 1, "colour": "red"}, "`colour` is no argument of `check_stock`"),
        (
            {"skus": "a"},
            "`sku` is missing: ask the caller for it; `count` is missing: ask the caller for it; "
            "`skus` is no argument of `check_stock`",
        ),
    ],
)
def test_what_cannot_be_sent_is_told_to_the_model(run: Run, arguments: dict[str, Any], message: str) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(f"{service.url}/stock/{{sku}}", sku="string", count="number"))
            assert await call(tool, **arguments) == {"status": "error", "message": message}
            assert service.received == []

    run(test())


def test_headers_are_sent_with_their_secrets_and_nothing_else_knows_them(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        secrets = {"TOKEN": "Bearer swordfish"}
        async with running() as service:
            headers = {"Authorization": "x_secrets.TOKEN", "X-Shop": "पुणे".encode("unicode_escape").decode()}
            tool = tool_of(basic(f"{service.url}/a", headers=headers), secrets=secrets)
            told = [await call(tool, sku="1")]
            assert service.received[0].headers["authorization"] == "Bearer swordfish"
            assert service.received[0].headers["x-shop"] == r"\u092a\u0941\u0923\u0947"
            secrets["TOKEN"] = "Bearer swordfish again"
            service.answer = lambda _: b"no HTTP\r\n\r\n"
            told.append(await call(tool, sku="1"))
            assert service.received[1].headers["authorization"] == "Bearer swordfish again"
            secrets["TOKEN"] = "Bearer swordfish\n"
            told.append(await call(tool, sku="1"))
            del secrets["TOKEN"]
            told.append(await call(tool, sku="1"))
            assert [result["status"] for result in told] == ["success", "error", "error", "error"]
            assert len(service.received) == 2
            assert "swordfish" not in str(told) + str(tool.info) + repr(tool)

    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2.http11", "httpcore2.connection", "flake8_incall.runtime"):
        caplog.set_level(logging.DEBUG, logger=name)
    run(test())
    assert {"httpx2", "httpcore2.http11", "flake8_incall.runtime"} <= {record.name for record in caplog.records}
    assert "swordfish" not in caplog.text


@pytest.mark.parametrize(
    ("secrets", "problem"),
    [
        ({}, "it is not among the secrets that were given"),
        ({"TOKEN": ""}, "it is empty"),
        ({"TOKEN": "swordfish\n"}, "it has an invalid value"),
        ({"TOKEN": "पुणे-swordfish"}, "it has an invalid value"),
    ],
)
def test_a_secret_that_cannot_be_sent_is_refused_at_load(secrets: dict[str, str], problem: str) -> None:
    function = basic("https://api.example.com", headers={"X-Key": "x_secrets.TOKEN"})
    with pytest.raises(ValueError, match=problem) as refusal:
        tool_of(function, secrets=secrets)
    assert "`check_stock` sends the secret `TOKEN` in its header `X-Key`" in str(refusal.value)
    assert "swordfish" not in str(refusal.value)


@pytest.mark.parametrize(
    ("method", "headers", "sent"),
    [("GET", {}, None), ("POST", {}, CALL_ID), ("DELETE", {}, CALL_ID), ("PUT", {"idempotency-key": "1"}, "1")],
)
def test_what_changes_something_has_a_key_by_which_it_is_known_again(
    run: Run, method: str, headers: dict[str, str], sent: str | None
) -> None:
    async def test() -> None:
        async with running() as service:
            await call(tool_of(basic(service.url, method, headers)), sku="1")
            assert service.received[0].headers.get("idempotency-key") == sent

    run(test())


def test_no_cookie_goes_from_one_call_to_the_next(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda _: reply(b"{}", Set_Cookie="session=caller-1; Path=/")
            tool = tool_of(basic(service.url))
            await call(tool, sku="1")
            await call(tool, sku="2")
            assert ["cookie" in request.headers for request in service.received] == [False, False]

    run(test())
