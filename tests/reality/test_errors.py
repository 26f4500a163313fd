"""The rules on error handling, held against what happens: functions call a server that fails in five ways.

What is judged clean answers with an error each time, and lets itself be cancelled. What is reported raises, reports
success, or goes on after its cancellation, at least once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from textwrap import indent
from typing import Any

import httpx2
import pytest

from flake8_incall import Options, check

CODES = {"CAL701", "CAL702", "CAL703", "CAL704", "CAL705", "CAL706"}
FAILURES = ("reset", "status 500", "HTML", "half a body", "hang-up")
LONGEST = 20.0

HTTPX = """
async with httpx.AsyncClient(timeout=5.0) as client:
    response = await client.get(URL)
    response.raise_for_status()
    hours = response.json()["hours"]
"""
AIOHTTP = """
async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
    async with session.get(URL) as response:
        response.raise_for_status()
        hours = (await response.json())["hours"]
"""
SUCCESS = '\nreturn {"status": "success", "hours": hours}'
ERROR = 'return {"status": "error", "message": "The hours cannot be read"}'


def tried(body: str, handlers: str) -> str:
    """A `try` with some calls, and what is to be returned when they went well."""
    return f"try:{indent(body, '    ')}{handlers.replace('ERROR', ERROR)}{SUCCESS}"


def helped(helper: str, body: str) -> str:
    """A function that leaves its calls to a helper."""
    return f"async def read() -> str:\n{indent(helper + chr(10) + 'return hours', '    ')}\n{body}{SUCCESS}"


FUNCTIONS = {
    "one handler for all": tried(HTTPX, "except Exception:\n    ERROR"),
    "a handler for each": tried(HTTPX, "except httpx.HTTPError:\n    ERROR\nexcept ValueError:\n    ERROR"),
    "a tuple": tried(HTTPX, "except (httpx.RequestError, httpx.HTTPStatusError, ValueError):\n    ERROR"),
    "logged": tried(HTTPX, "except (httpx.HTTPError, ValueError):\n    logger.exception('no')\n    ERROR"),
    "interruption raised again": tried(
        HTTPX, "except asyncio.CancelledError:\n    raise\nexcept Exception:\n    ERROR"
    ),
    "aiohttp in full": tried(AIOHTTP, "except (aiohttp.ClientError, TimeoutError, ValueError):\n    ERROR"),
    "limited": tried(
        f"\nasync with asyncio.timeout(5):{indent(HTTPX, '    ')}",
        "except (httpx.HTTPError, ValueError, TimeoutError):\n    ERROR",
    ),
    "a flag": f"hours = None\ntry:{indent(HTTPX, '    ')}except (httpx.HTTPError, ValueError):\n    pass\n"
    f"if hours is None:\n    {ERROR}{SUCCESS}",
    "twice": f"for _ in range(2):\n    try:{indent(HTTPX + SUCCESS, '        ')}\n"
    f"    except (httpx.HTTPError, ValueError):\n        continue\n{ERROR}",
    "suppressed": f"with contextlib.suppress(httpx.HTTPError, ValueError):{indent(HTTPX + SUCCESS, '    ')}\n{ERROR}",
    "helper in a try": helped(
        HTTPX, f"try:\n    hours = await read()\nexcept (httpx.HTTPError, ValueError):\n    {ERROR}"
    ),
    "helper limited": helped(
        HTTPX,
        "try:\n    hours = await asyncio.wait_for(read(), 5)\n"
        f"except (httpx.HTTPError, ValueError, asyncio.TimeoutError):\n    {ERROR}",
    ),
    "helper raises its own": "class NoHours(Exception):\n    pass\n"
    + helped(
        f"try:{indent(HTTPX, '    ')}except (httpx.HTTPError, ValueError) as error:\n    raise NoHours from error",
        f"try:\n    hours = await read()\nexcept NoHours:\n    {ERROR}",
    ),
    "no try": HTTPX + SUCCESS,
    "finally alone": f"try:{indent(HTTPX, '    ')}finally:\n    logger.info('over'){SUCCESS}",
    "status outside": tried(
        "\nasync with httpx.AsyncClient(timeout=5.0) as client:\n    response = await client.get(URL)\n",
        "except httpx.RequestError:\n    ERROR\nresponse.raise_for_status()\nhours = response.text",
    ),
    "helper without try": helped(HTTPX, "hours = await read()"),
    "swallowed": f"hours = 'unknown'\ntry:{indent(HTTPX, '    ')}except Exception:\n    pass{SUCCESS}",
    "constant instead": tried(HTTPX, "except (httpx.HTTPError, ValueError):\n    hours = 'unknown'"),
    "success told": tried(HTTPX, f"except Exception:\n    hours = 'unknown'{indent(SUCCESS, '    ')}"),
    "success after a log": f"hours = 'unknown'\ntry:{indent(HTTPX, '    ')}except Exception:\n"
    f"    logger.exception('no'){SUCCESS}",
    "raised again": tried(HTTPX, "except Exception:\n    logger.exception('no')\n    raise"),
    "raised as another": tried(HTTPX, "except Exception as error:\n    raise RuntimeError('no') from error"),
    "bare": tried(HTTPX, "except:\n    ERROR"),
    "everything": tried(HTTPX, "except BaseException:\n    ERROR"),
    "interruption answered": tried(HTTPX, "except asyncio.CancelledError:\n    ERROR\nexcept Exception:\n    ERROR"),
    "return in finally": f"result = {ERROR.removeprefix('return ')}\ntry:{indent(HTTPX, '    ')}"
    "    result = {'status': 'success', 'hours': hours}\nfinally:\n    return result",
    "only requests": tried(HTTPX, "except (httpx.RequestError, ValueError):\n    ERROR"),
    "only keys": tried(HTTPX, "except KeyError:\n    ERROR"),
    "no decoding": tried(HTTPX, "except httpx.HTTPError:\n    ERROR"),
    "aiohttp without its errors": tried(AIOHTTP, "except (TimeoutError, ValueError):\n    ERROR"),
    "helper with the wrong try": helped(
        HTTPX, f"try:\n    hours = await read()\nexcept (httpx.HTTPStatusError, ValueError):\n    {ERROR}"
    ),
}


def source_of(name: str) -> str:
    """The text of a function as the platform has it, without imports of what it injects."""
    head = "import contextlib\nimport aiohttp\n\n\nasync def tell_hours(ctx: RunContext) -> dict:\n"
    text = (
        '"""Call this when the caller asks for the hours.\n\nReturns:\n    dict: {status: "success" | "error"}\n"""\n'
    )
    return head + indent(text + FUNCTIONS[name], "    ") + "\n"


def reported(name: str) -> set[str]:
    """The codes of this family that a function gets."""
    return {found.code for found in check(source_of(name), "hours.py", Options(profile="strict"))} & CODES


@contextlib.asynccontextmanager
async def server(failure: str, arrived: asyncio.Event) -> AsyncIterator[str]:
    """A service on this machine that fails in one way; gives its address."""
    released = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            arrived.set()
            match failure:
                case "reset":
                    writer.transport.abort()
                case "hang-up":
                    await released.wait()
                case "status 500":
                    writer.write(response_text("500 Internal Server Error", "text/plain", "It is broken"))
                case "HTML":
                    writer.write(response_text("200 OK", "text/html", "<html>Log in first</html>"))
                case "half a body":
                    writer.write(response_text("200 OK", "application/json", '{"hours": "9', missing=10))
                case _:
                    writer.write(response_text("200 OK", "application/json", '{"hours": "9 to 17"}'))
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    finally:
        released.set()
        listening.close()
        await listening.wait_closed()


def response_text(status: str, kind: str, body: str, missing: int = 0) -> bytes:
    """An answer, or the first part of one."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body) + missing}\r\n"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


async def outcome(name: str, failure: str) -> str:
    """What comes of a call: the status of its result, "cancelled", or the name of the exception that left."""
    arrived = asyncio.Event()
    async with asyncio.timeout(LONGEST), server(failure, arrived) as url:
        logger = logging.getLogger("hours")
        space: dict[str, Any] = {
            "RunContext": object,
            "httpx": httpx2,
            "asyncio": asyncio,
            "logger": logger,
            "URL": url,
        }
        exec(compile(source_of(name), "hours.py", "exec", dont_inherit=True), space)
        call = asyncio.ensure_future(space["tell_hours"](None))
        if failure == "hang-up":
            await arrived.wait()
            call.cancel()
        try:
            result = await call
        except asyncio.CancelledError:
            return "cancelled"
        except Exception as error:
            return type(error).__name__
        return str(result["status"])


def outcomes(name: str) -> dict[str, str]:
    async def run() -> dict[str, str]:
        return {failure: await outcome(name, failure) for failure in FAILURES}

    return asyncio.run(run())


EXPECTED = {failure: "cancelled" if failure == "hang-up" else "error" for failure in FAILURES}
CLEAN = [name for name in FUNCTIONS if not reported(name)]
REPORTED = [name for name in FUNCTIONS if name not in CLEAN]


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_clean_answers_with_an_error_whatever_fails(name: str) -> None:
    assert outcomes(name) == EXPECTED


@pytest.mark.parametrize("name", REPORTED)
@pytest.mark.filterwarnings("ignore:'return' in a 'finally' block:SyntaxWarning")
def test_what_is_reported_goes_wrong(name: str) -> None:
    assert outcomes(name) != EXPECTED


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:'return' in a 'finally' block:SyntaxWarning")
def test_each_function_works_with_a_service_that_works(name: str) -> None:
    assert asyncio.run(outcome(name, "none")) == "success"


def test_both_kinds_and_every_code_are_there() -> None:
    assert len(CLEAN) >= 10
    assert set().union(*(reported(name) for name in REPORTED)) == CODES
