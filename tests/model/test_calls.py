"""The calls that an in-call function and its helpers make, and the way to each."""

from __future__ import annotations

from textwrap import dedent

from flake8_incall.model.calls.call_sites import CallSite, calls
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.options import Options

HEAD = """\
import asyncio
import functools
import threading
import time
import httpx
import requests
from livekit.agents import RunContext

"""


def sites(text: str) -> list[CallSite]:
    """The call sites of the only in-call function of a text."""
    source = HEAD + dedent(text)
    module = Module("tool.py", split_lines(source), parse(source), Options())
    (function,) = module.fact(discover).functions
    return calls(function)


def names(text: str) -> list[str]:
    return [site.name for site in sites(text)]


def test_a_client_is_no_call_and_its_method_is() -> None:
    (site,) = sites("""
        async def tool(ctx: RunContext) -> dict:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get("https://example.com")).json()
    """)
    assert (site.name, site.is_external, site.is_awaited, site.chain) == ("httpx.AsyncClient.get", True, True, ())


def test_helpers_are_followed_with_the_way_there() -> None:
    (site,) = sites("""
        async def tool(ctx: RunContext) -> dict:
            return await outer()

        async def outer() -> dict:
            return await inner()

        async def inner() -> dict:
            await asyncio.sleep(1)
            return {}
    """)
    assert site.name == "asyncio.sleep"
    assert [(link.mention.lineno, link.caller.lineno, link.helper.lineno) for link in site.chain] == [
        (11, 10, 13),
        (14, 13, 16),
    ]
    assert [place.lineno for place, _ in site.places] == [17, 14, 11]


def test_a_helper_that_is_used_twice_gives_its_calls_twice() -> None:
    found = sites("""
        async def tool(ctx: RunContext) -> dict:
            await helper()
            return await helper()

        async def helper() -> dict:
            time.sleep(1)
    """)
    assert [(site.name, site.chain[0].mention.lineno) for site in found] == [("time.sleep", 11), ("time.sleep", 12)]


def test_recursion_ends() -> None:
    assert names("""
        async def tool(ctx: RunContext) -> dict:
            return await one()

        async def one() -> dict:
            time.sleep(1)
            return await two()

        async def two() -> dict:
            return await one()
    """) == ["time.sleep"]


def test_methods_of_the_module_are_followed() -> None:
    assert names("""
        class Service:
            def __init__(self) -> None:
                self.session = requests.Session()

            def fetch(self) -> str:
                return self.session.get("https://example.com").text

        async def tool(ctx: RunContext) -> dict:
            return {"text": Service().fetch()}
    """) == ["requests.Session.get"]


def test_what_runs_in_a_thread_is_known() -> None:
    found = sites("""
        async def tool(ctx: RunContext) -> dict:
            loop = asyncio.get_running_loop()
            await asyncio.to_thread(requests.get, "https://example.com", timeout=1)
            await loop.run_in_executor(None, functools.partial(requests.post, "https://example.com", timeout=1))
            await loop.run_in_executor(None, lambda: requests.put("https://example.com"))
            threading.Thread(target=helper).start()
            requests.delete("https://example.com")

        def helper() -> None:
            requests.patch("https://example.com")
    """)
    in_thread = {site.name: site.is_in_thread for site in found if site.is_external}
    assert in_thread == {
        "requests.get": True,
        "requests.post": True,
        "requests.put": True,
        "requests.patch": True,
        "requests.delete": False,
    }
    by_name = {site.name: site for site in found}
    assert list(by_name["requests.post"].arguments.keywords) == ["timeout"]


def test_methods_of_unknown_objects_are_no_calls() -> None:
    assert (
        names("""
        async def tool(ctx: RunContext) -> dict:
            return await ctx.userdata.client.get("https://example.com")
    """)
        == []
    )


MADE_WITH_A_FUNCTION = """
    class Desk:
        def __init__(self, work):
            self.work = work

    async def slow():
        await httpx.AsyncClient().get("https://example.com")

    async def quick():
        return {{"status": "success"}}

    {others}

    async def tool(ctx: RunContext) -> dict:
        return await Desk({given}).work()
"""


def test_a_function_that_every_object_is_made_with_is_called() -> None:
    for others in ("", "DESK = Desk(slow)"):
        found = sites(MADE_WITH_A_FUNCTION.format(given="work=slow", others=others))
        assert ("httpx.AsyncClient.get", True) in {(site.name, site.chain[-1].call is not None) for site in found}


def test_an_object_that_may_be_made_with_another_function_is_not_followed() -> None:
    assert names(MADE_WITH_A_FUNCTION.format(given="quick", others="DESK = Desk(slow)")) == []
    assert names(MADE_WITH_A_FUNCTION.format(given="quick", others="DESK = Desk(load())")) == []
