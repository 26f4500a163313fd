"""What the model gets, whatever the service answers."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import tracemalloc
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from livekit.agents import JobContext

from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.limits import Limits
from tests.runtime.basic.conftest import Run
from tests.runtime.basic.documents import basic, call, tool_of
from tests.runtime.basic.service import Answer, Received, reply, running

# Of the machine, the service, or the libraries between them.
INSIDE = re.compile(r"127\.0\.0|localhost|httpx|httpcore|Error\b|Traceback|psycopg|<html|swordfish")
LONG = b"[" + b"0," * 10_000_000 + b"0]"


async def answered(answer: Answer, method: str = "GET", limits: Limits | None = None) -> Any:
    """What the model gets for one call of a service that answers so."""
    async with running() as service:
        service.answer = answer
        return await call(tool_of(basic(f"{service.url}/a", method), limits=limits), sku="1")


def assert_error(result: Any, words: str) -> None:
    """An error result that says so much, and nothing of the inside."""
    assert result.keys() == {"status", "message"}
    assert result["status"] == "error"
    assert re.search(words, result["message"])
    assert not INSIDE.search(result["message"])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("status", "body", "data"),
    [
        ("200 OK", '{"city": "पुणे", "°C": [21, null]}'.encode(), {"city": "पुणे", "°C": [21, None]}),
        ("201 Created", b"[]", []),
        ("200 OK", b"false", False),
        ("200 OK", b"\xef\xbb\xbf 7 ", 7),
        ("200 OK", b" \n", None),
        ("202 Accepted", b"", None),
        ("204 No Content", b"", None),
    ],
)
def test_data_is_a_success(run: Run, method: str, status: str, body: bytes, data: object) -> None:
    async def test() -> None:
        assert await answered(lambda _: reply(body, status), method) == {"status": "success", "data": data}

    run(test())


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("400 Bad Request", "Verify them with the caller"),
        ("404 Not Found", "Verify them with the caller"),
        ("422 Unprocessable", "Verify them with the caller"),
        ("401 Unauthorized", "cannot be fixed during the call"),
        ("403 Forbidden", "cannot be fixed during the call"),
        ("418 Teapot", "cannot be fixed during the call"),
        ("304 Not Modified", "cannot be fixed during the call"),
        ("429 Too Many", "try again later"),
        ("500 Internal Server Error", "try again later"),
        ("503 Unavailable", "try again later"),
    ],
)
def test_a_status_that_is_no_success_is_an_error(run: Run, status: str, words: str) -> None:
    async def test() -> None:
        body = b"" if status.startswith("304") else b'{"detail": "psycopg2 died, swordfish"}'
        result = await answered(lambda _: reply(body, status))
        assert_error(result, words)
        assert result["message"].endswith(f"(status {status[:3]}).")

    run(test())


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Sign in, please</html>",
        b'{"a": ',
        b"{'a': 1}",
        b'{"price": NaN}',
        b"[" * 200_000,
        b'"\xff\xfe"',
        b"9" * 5_000,
    ],
    ids=["HTML", "half", "Python", "NaN", "deep", "no UTF-8", "long number"],
)
def test_what_is_no_json_is_an_error(run: Run, body: bytes) -> None:
    async def test() -> None:
        assert_error(await answered(lambda _: reply(body)), "invalid response")

    run(test())


def test_a_body_over_the_cap_is_not_read_to_its_end(run: Run) -> None:
    async def test() -> None:
        endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n" + b'"' + b"x" * 300_000
        assert_error(await answered(lambda _: endless), "too large")

    run(test())


def test_the_cap_follows_the_limits(run: Run) -> None:
    async def test() -> None:
        body = json.dumps("x" * 1_000).encode()
        assert (await answered(lambda _: reply(body), limits=Limits(max_result_bytes=1_100)))["status"] == "success"
        assert_error(
            await answered(lambda _: reply(body), limits=Limits(max_result_bytes=900)), "larger than 900 bytes"
        )
        assert_error(await answered(lambda _: reply(body), limits=Limits(max_result_bytes=200)), "too large")

    run(test())


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip.compress(LONG)),
        ("deflate", zlib.compress(LONG)),
        ("deflate, gzip", gzip.compress(zlib.compress(LONG))),
    ],
    ids=["gzip", "deflate", "both"],
)
def test_a_compressed_body_is_measured_unpacked(run: Run, encoding: str, bomb: bytes) -> None:
    async def test() -> None:
        tracemalloc.start()
        try:
            assert_error(await answered(lambda _: reply(bomb, Content_Encoding=encoding)), "too large")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < len(LONG) / 2

    run(test())


def test_a_body_that_is_not_packed_as_it_says_is_an_error(run: Run) -> None:
    async def test() -> None:
        assert_error(await answered(lambda _: reply(b"{}", Content_Encoding="gzip")), "invalid response")

    run(test())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\x00: 1\r\n\r\n",
    ],
    ids=["hang-up", "no HTTP", "half a body", "no header"],
)
def test_a_broken_answer_is_an_error(run: Run, answer: bytes) -> None:
    async def test() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            host, port = server.sockets[0].getsockname()
            assert_error(await call(tool_of(basic(f"http://{host}:{port}")), sku="1"), "is unreachable")

    run(test())


def test_a_closed_port_is_an_error(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(service.url))
        assert_error(await call(tool, sku="1"), "is unreachable")

    run(test())


# Waiting


def hang(_: Received) -> None:
    return None


def test_a_service_that_hangs_is_an_error_at_the_deadline(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = hang
            result = await call(tool_of(basic(service.url), limits=Limits(deadline=0.2)), sku="1")
            assert result["status"] == "error"
            await service.left.wait()

    run(test())


def test_a_service_that_stops_halfway_is_an_error_at_the_deadline(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda _: b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":'
            result = await call(tool_of(basic(service.url), limits=Limits(deadline=0.2)), sku="1")
            assert result["status"] == "error"

    run(test())


def test_a_cancelled_call_closes_its_request(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = hang
            task = asyncio.create_task(call(tool_of(basic(service.url)), sku="1"))
            await service.arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await service.left.wait()

    run(test())


# Redirects


def redirect(to: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=to)


def test_a_redirect_on_the_same_host_is_followed(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda request: reply(b"7") if request.path == "/b" else redirect("/b?c=1")
            assert await call(tool_of(basic(f"{service.url}/a")), sku="1") == {"status": "success", "data": 7}
            assert [request.target for request in service.received] == ["/a?sku=1", "/b?c=1"]

    run(test())


def test_a_redirected_body_is_sent_again_with_its_key(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            moved = redirect("/b", "307 Temporary Redirect")
            service.answer = lambda request: reply(b"7") if request.path == "/b" else moved
            assert await call(tool_of(basic(f"{service.url}/a", "POST")), sku="1") == {"status": "success", "data": 7}
            first, second = service.received
            assert (first.body, first.headers["idempotency-key"]) == (second.body, second.headers["idempotency-key"])

    run(test())


def test_a_redirect_to_another_host_is_refused(run: Run) -> None:
    async def test() -> None:
        secrets = {"KEY": "swordfish"}
        async with running() as service, running() as other:
            service.answer = lambda _: redirect(f"{other.url}/b")
            tool = tool_of(basic(service.url, headers={"X-Key": "x_secrets.KEY"}), secrets=secrets)
            assert_error(await call(tool, sku="1"), "is not allowed")
            assert other.received == []

    run(test())


@pytest.mark.parametrize(
    "target",
    ["https://{address}/b", "//localhost:1/b", "http://user@{address}/b", "ftp://{address}/b", "http://[", "/a"],
)
def test_other_redirects_that_are_not_followed(run: Run, target: str) -> None:
    async def test() -> None:
        async with running() as service:
            moved = redirect(target.format(address=service.address))
            service.answer = lambda _: moved
            assert_error(await call(tool_of(basic(f"{service.url}/a")), sku="1"), "is not allowed|rejected")
            assert len(service.received) == (4 if target == "/a" else 1)

    run(test())


# Connections


def test_without_an_owner_no_connection_is_kept(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            tool = tool_of(basic(service.url))
            assert [await call(tool, sku="1") for _ in range(2)] == [{"status": "success", "data": {}}] * 2
            assert service.connections == 2

    run(test())


def test_between_open_and_close_connections_are_kept(run: Run) -> None:
    async def test() -> None:
        http = Http(allow_private_hosts=True)
        async with running() as service:
            tool = tool_of(basic(service.url), http)
            http.open()
            await call(tool, sku="1")
            await call(tool, sku="2")
            assert service.connections == 1
            await http.aclose()
            assert await call(tool, sku="3") == {"status": "success", "data": {}}
            assert service.connections == 2

    run(test())


def test_a_client_serves_one_loop_after_another(run: Run) -> None:
    http = Http(allow_private_hosts=True)

    async def test() -> None:
        async with running() as service:
            http.open()
            assert await call(tool_of(basic(service.url), http), sku="1") == {"status": "success", "data": {}}
            await http.aclose()

    run(test())
    run(test())


class Job:
    """A job as far as its end is concerned, which is LiveKit's own code."""

    def __init__(self) -> None:
        self._shutdown_callbacks: list[Callable[[str], Coroutine[None, None, None]]] = []

    add_shutdown_callback = JobContext.add_shutdown_callback

    async def shut_down(self) -> None:
        await asyncio.gather(*(callback("done") for callback in self._shutdown_callbacks))


def test_within_a_job_connections_are_kept_until_it_shuts_down(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        job = Job()
        monkeypatch.setattr("flake8_incall.runtime.basic.client.get_job_context", lambda required: job)
        async with running() as service:
            tool = tool_of(basic(service.url))
            await call(tool, sku="1")
            await call(tool, sku="2")
            assert service.connections == 1
            await job.shut_down()

    run(test())


def test_calls_that_hang_do_not_hold_up_others(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda request: None if dict(request.query)["sku"] != "answered" else reply(b"7")
            tool = tool_of(basic(service.url))
            hanging = [asyncio.create_task(call(tool, sku=str(number))) for number in range(120)]
            await service.arrived.wait()
            assert await call(tool, sku="answered") == {"status": "success", "data": 7}
            assert not any(task.done() for task in hanging)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    run(test())


def test_many_calls_at_once_do_not_cross(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda request: reply(request.body)
            tool = tool_of(basic(service.url, "POST"))
            results = await asyncio.gather(*(call(tool, sku=str(number)) for number in range(100)))
            assert [result["data"] for result in results] == [{"sku": str(number)} for number in range(100)]

    run(test())
