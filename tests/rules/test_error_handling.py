"""What the rules on error handling say, and of what."""

from __future__ import annotations

from textwrap import indent

import pytest

from flake8_incall import Options, check
from flake8_incall.options import Profile

IMPORTS = """
import asyncio, contextlib, logging, traceback, urllib.request
import aiohttp, httpx, mcp
from livekit.agents import RunContext, StopResponse, ToolError, function_tool
"""
SNIPPET = "async def tell(ctx: RunContext) -> dict:\n"
FETCH = "response = await httpx.AsyncClient(timeout=5.0).get(URL)"


def said(body: str, code: str, profile: Profile = "contract", *, head: str = f"{IMPORTS}@function_tool\n") -> list[str]:
    """The messages of one rule on a function."""
    source = f"{head}{SNIPPET}{indent(body, '    ')}\n"
    return [found.message for found in check(source, "tell.py", Options(profile=profile)) if found.code == code]


def within(handler: str, call: str = FETCH) -> str:
    return f"try:\n{indent(call, '    ')}\nexcept httpx.HTTPError as e:\n{indent(handler, '    ')}"


def test_a_call_is_named_as_it_stands_there() -> None:
    assert said("client = httpx.AsyncClient(timeout=5.0)\nawait client.get(URL)", "CAL701") == [
        "`client.get` is not in a `try` that catches `httpx.RequestError`; add one and return an error"
    ]


def test_a_chain_of_calls_is_named_by_the_catalogue() -> None:
    body = "return {'status': 'success', 'page': urllib.request.urlopen(URL, timeout=5).read().decode()}"
    [message] = said(body, "CAL701")
    assert message.startswith("`urllib.request.urlopen`")
    assert message.endswith("catches `OSError` and `http.client.HTTPException`; add one and return an error")


def test_of_what_raises_who_knows_what_any_handler_will_do() -> None:
    body = "async with mcp.ClientSession(1, 2) as session:\n    await session.call_tool('x')"
    assert said(body, "CAL701") == [
        "`session.call_tool` is not in a `try` that catches its exceptions; add one and return an error"
    ]
    assert said(f"try:\n{indent(body, '    ')}\nexcept KeyError:\n    pass", "CAL701") == []


def test_the_platforms_mail_answers_with_a_status() -> None:
    body = "sent = await send_email('a@example.com', 'Hours', '9 to 17')\nreturn {'status': sent['status']}"
    assert said(body, "CAL701", head="") == []
    assert said(body, "CAL701", "strict", head="") == []


def test_the_handlers_that_miss_something_are_named() -> None:
    handlers = "except KeyError:\n    pass\nexcept ValueError:\n    pass"
    [message] = said(f"try:\n    {FETCH}\n{handlers}", "CAL706")
    assert message == (
        "`except KeyError`, `except ValueError` do not catch `httpx.RequestError`, which "
        "`httpx.AsyncClient.get` can raise; catch it and return an error"
    )


@pytest.mark.parametrize(
    ("exception", "consequence"),
    [
        ("ValueError()", "the model only sees a generic internal error"),
        ("ToolError('x')", "the model gets a string without `status`"),
    ],
)
def test_what_comes_of_a_raise(exception: str, consequence: str) -> None:
    assert said(f"raise {exception}", "CAL704") == [
        f"this exception escapes `tell`, and {consequence}; return an error instead"
    ]


def test_who_asks_for_silence_gets_it() -> None:
    assert said("raise StopResponse()", "CAL704") == []


@pytest.mark.parametrize(
    ("handler", "what"),
    [
        ("except:", "a bare `except`"),
        ("except BaseException:", "`except BaseException`"),
        ("except (KeyError, asyncio.CancelledError):", "this handler of `CancelledError`"),
    ],
)
def test_what_takes_the_interruption(handler: str, what: str) -> None:
    [message] = said(f"try:\n    {FETCH}\n{handler}\n    logging.error('no')", "CAL705", "livekit")
    assert message.startswith(f"{what} swallows task cancellation")


def test_an_interruption_is_taken_once() -> None:
    body = f"try:\n    {FETCH}\nexcept asyncio.CancelledError:\n    raise\nexcept:\n    logging.error('no')"
    assert said(body, "CAL705") == []


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ("raise ToolError(f'no: {e}')", ["e"]),
        ("raise ValueError(f'no: {e}')", []),
        ("return {'message': 'no: %s, %s' % (1, e)}", ["e"]),
        ("return {'message': ', '.join([str(e)])}", ["e"]),
        ("return {'message': traceback.format_exc()}", ["traceback.format_exc()"]),
        ("traceback.format_exc()\nreturn {}", []),
        ("return {'code': e.errno}", []),
        ("return {'known': e in KNOWN}", []),
        ("text, code = str(e), 1\nreturn {'message': code}", []),
    ],
)
def test_texts_that_the_model_gets(handler: str, found: list[str]) -> None:
    messages = said(within(handler), "CAL707", "strict")
    assert [message.split("`")[1] for message in messages] == found


@pytest.mark.parametrize("kind", ["ShopError", "SystemExit"])
def test_texts_that_are_nobody_elses(kind: str) -> None:
    body = within("return {'message': str(e)}").replace("httpx.HTTPError", kind)
    assert said(body, "CAL707", "strict", head=f"from shop import ShopError\n{IMPORTS}@function_tool\n") == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f"{FETCH}\nreturn response.json()", ["response.json"]),
        (f"{FETCH}\nreturn [response.json(), response.text]", ["response.json"]),
        (f"{FETCH}\nreturn response.headers", []),
        (f"{FETCH}\nresponse.raise_for_status()\nreturn response.json()", []),
        (f"{FETCH}\nfound = response.json()\nif response.is_error:\n    return {{}}\nreturn found", []),
        (f"{FETCH}\nif FINE(response):\n    return response.json()", []),
        (f"{FETCH}\nif WISH:\n    print(response.status_code)\nreturn response.json()", ["response.json"]),
        ("return httpx.get(URL).json()", ["json"]),
        ("return urllib.request.urlopen(URL, timeout=5).read()", []),
        ("response = CACHE[1]\nreturn response.json()", []),
        ("client = aiohttp.ClientSession(raise_for_status=True)\nreturn await (await client.get(URL)).json()", []),
    ],
)
def test_responses_that_nobody_looked_at(body: str, found: list[str]) -> None:
    assert [message.split("`")[1] for message in said(body, "CAL708", "strict")] == found
