"""Loops that end, and how long a caller waits at worst."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.objects.references import References
from flake8_incall.model.waiting.dead_air import DeadAir
from flake8_incall.model.waiting.loops import is_endless, rounds
from flake8_incall.model.waiting.worst_case import Wait
from flake8_incall.options import Options

HEAD = """\
import asyncio
import itertools
import time
import aiohttp
import httpx
from acme.crm import lookup
from tenacity import retry
from livekit.agents import RunContext

lock = asyncio.Lock()
client = httpx.AsyncClient(timeout=2)

async def read() -> str:
    return (await client.get("https://example.com")).text

@retry
async def again() -> None:
    pass

async def tool(ctx: RunContext, names: list[str]) -> dict:
"""


def module_of(body: str) -> Module:
    source = HEAD + indent(body, "    ") + "\n"
    return Module("tool.py", split_lines(source), parse(source), Options())


def wait(body: str) -> Wait:
    module = module_of(body)
    return module.fact(DeadAir).of(module.fact(discover).functions[0])


def wait_of_snippet(body: str) -> Wait:
    source = f"async def tool(ctx: RunContext) -> dict:\n{indent(body, '    ')}\n"
    module = Module("tool.py", split_lines(source), parse(source), Options())
    return module.fact(DeadAir).of(module.fact(discover).functions[0])


def loop_of(module: Module) -> ast.AST:
    return next(node for node in ast.walk(module.tree) if isinstance(node, ast.While | ast.For))


@pytest.mark.parametrize(
    ("loop", "endless"),
    [
        ("while True:\n    await read()", True),
        ("while not ctx.done:\n    await read()", True),
        ("state = 1\nwhile state == 1:\n    state = await read()", True),
        ("url = 'a'\nwhile url:\n    url = await read()", True),
        ("for _ in itertools.count():\n    await read()", True),
        ("n = 0\nwhile True:\n    n += 1\n    if await read():\n        break", True),
        ("n = 0\nwhile True or n < 3:\n    n += 1", True),
        ("while False:\n    await read()", False),
        ("n = 0\nwhile n < 3:\n    n += 1", False),
        ("n = 3\nwhile n:\n    n = n - 1", False),
        ("n = 0\nwhile True:\n    n += 1\n    if n > 3:\n        return {}", False),
        ("n = 0\nwhile not n >= 3 and ctx.open:\n    n += 1", False),
        ("n = {'tries': 0}\nwhile n['tries'] < 3:\n    n['tries'] += 1", False),
        ("end = time.monotonic() + 3\nwhile time.monotonic() < end:\n    await read()", False),
        ("start = time.time()\nwhile True:\n    if time.time() - start > 3:\n        break", False),
        ("start = time.time()\nwhile True:\n    past = time.time() - start\n    if past > 3:\n        break", False),
        ("while names:\n    names.pop()", False),
        ("while names:\n    names = names[1:]", False),
        ("found = []\nwhile len(found) < 3:\n    found.append(await read())", False),
        ("for n in itertools.count():\n    if n == 3:\n        break", False),
        ("for name in names:\n    await read()", False),
        ("n = 0\nwhile True:\n    n += 1\n    assert n < 3", False),
        ("n = 0\nwhile True:\n    n += 1\n    if n > 3:\n        assert False", False),
        ("n = 0\nwhile True:\n    n += 1\n    assert await read()", True),
        ("while not ctx.queue.empty():\n    ctx.queue.get()", False),
        ("while ctx.queue.empty():\n    await read()", True),
        ("while ctx.found.get('state') == 1:\n    await read()", True),
    ],
)
def test_endless_loops(loop: str, endless: bool) -> None:
    module = module_of(loop)
    assert is_endless(loop_of(module), module.fact(References)) is endless


@pytest.mark.parametrize(
    ("loop", "count"),
    [
        ("for _ in range(3): pass", 3),
        ("for _ in range(2, 10, 3): pass", 3),
        ("for _ in (1, 2): pass", 2),
        ("for _ in enumerate(['a', 'b']): pass", 2),
        ("n = 1\nwhile n <= 3:\n    n += 1", 3),
        ("for name in names: pass", None),
        ("for name in (*names, 1): pass", None),
    ],
)
def test_rounds(loop: str, count: int | None) -> None:
    module = module_of(loop)
    assert rounds(loop_of(module), module.fact(References)) == count


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("return {}", 0),
        ("await read()\nawait asyncio.sleep(0.5)", 2.5),
        ("if names:\n    await read()\nelse:\n    await asyncio.sleep(5)", 5),
        ("try:\n    await read()\nexcept httpx.HTTPError:\n    await asyncio.sleep(1)\n    await read()", 5),
        ("for _ in range(3):\n    await read()\n    await asyncio.sleep(1)", 9),
        ("for _ in range(3):\n    for _ in 'ab':\n        await read()", 12),
        ("async with asyncio.timeout(5):\n    for _ in range(9):\n        await read()", 5),
        ("async with asyncio.timeout(5):\n    await read()", 2),
        ("await asyncio.wait_for(read(), 1)", 1),
        ("await asyncio.gather(read(), read(), asyncio.sleep(3))", 3),
        ("await asyncio.gather(*[read() for name in names])", 2),
        ("asyncio.create_task(read())", 0),
        ("while True:\n    await read()\n    break", 2),
        ("end = time.monotonic() + 5\nwhile time.monotonic() < end:\n    await read()", 7),
        ("end = time.monotonic() + 5\nwhile ctx.busy and end > time.monotonic():\n    await read()", 7),
        ("start = time.time()\nwhile time.time() - start <= 4:\n    await read()\n    await asyncio.sleep(1)", 7),
        ("start = time.time()\nwhile True:\n    if time.time() > start + 4:\n        break\n    await read()", 6),
        ("end = time.time() + 4\nwhile time.time() < end:\n    pass\nawait read()", 2),
        ("for _ in range(2):\n    end = time.time() + 4\n    while time.time() < end:\n        await read()", 12),
        ("end = time.time() + 4\nwhile True:\n    await read()\n    if names or time.time() > end:\n        break", 6),
        (
            "end = time.time() + 4\nwhile True:\n    await read()\n    if names and time.time() > end:\n        break",
            None,
        ),
        (
            "end = time.time() + 4\nwhile True:\n    await read()\n    if names:\n        continue\n"
            "    if time.time() > end:\n        break",
            None,
        ),
        ("while time.time() < ctx.end:\n    await read()", None),
        ("for name in names:\n    await read()", None),
        ("while True:\n    await read()", None),
        ("await asyncio.sleep(len(names))", None),
        ("await client.get('x', timeout=None)", None),
    ],
)
def test_dead_air(body: str, seconds: float | None) -> None:
    assert wait(body).seconds == seconds


def test_it_says_why() -> None:
    assert str(wait("for _ in range(3):\n    await read()")) == (
        "up to 2 s for each phase, because 3 times `httpx.AsyncClient.get` of line 14 takes up to 2 s for each phase"
    )
    assert str(wait("while ctx.busy:\n    await read()")) == (
        "unbounded, because nothing bounds the rounds of the loop of line 21"
    )
    assert str(wait("await client.get('x', timeout=names)")) == (
        "for an unknown time, because the timeout of `httpx.AsyncClient.get` of line 21 cannot be told"
    )


@pytest.mark.parametrize("name", ["send_email", "custom_llm_completion", "call_mcp_tool"])
def test_how_long_the_platform_takes_is_unknown_and_can_be_limited(name: str) -> None:
    assert str(wait_of_snippet(f"sent = await {name}('a', 'b')")) == (
        f"for an unknown time, because how long `{name}` of line 2 takes is up to the platform"
    )
    limited = wait_of_snippet(f"async with asyncio.timeout(4):\n    sent = await {name}('a', 'b')")
    assert (limited.seconds, limited.because) == (4, ("the limit of line 2 takes 4 s",))
    assert wait_of_snippet(f"asyncio.create_task({name}('a', 'b'))").seconds == 0


def test_what_the_platform_only_computes_takes_no_time() -> None:
    assert wait_of_snippet("told = get_local_time('10:00', 'hi')").seconds == 0


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("await lookup('x')", "lookup"),
        ("found = lookup('x')", "lookup"),
        ("await asyncio.gather(read(), lookup('x'))", "lookup"),
        ("await asyncio.gather(*[lookup(name) for name in names])", "lookup"),
        ("await asyncio.gather(*list(ctx.userdata.find(name) for name in names))", "ctx.userdata.find"),
        ("await asyncio.gather(*sorted(ctx.userdata.find(name) for name in names))", "ctx.userdata.find"),
        ("task = asyncio.create_task(lookup('x'))\nawait task", "lookup"),
        ("await asyncio.to_thread(lookup, 'x')", "lookup"),
        ("await asyncio.shield(lookup('x') if names else read())", "lookup"),
        ("await ctx.userdata.orders.find('x')", "ctx.userdata.orders.find"),
        ("async with ctx.userdata.orders.session() as session:\n    pass", "ctx.userdata.orders.session"),
        ("async for order in ctx.userdata.orders.all():\n    pass", "ctx.userdata.orders.all"),
        ("found = [order async for order in ctx.userdata.orders.all()]", "ctx.userdata.orders.all"),
        ("await ctx.userdata.task", "ctx.userdata.task"),
        ("async with lock:\n    pass", "lock"),
        ("await lock.acquire()", "lock.acquire"),
        ("await ctx.wait_for_playout()", "ctx.wait_for_playout"),
        ("await ctx.session.say('Hello')", "ctx.session.say"),
        ("await again()", "retry"),
    ],
)
def test_wait_is_unknown_where_something_awaited_is_not_followed(body: str, name: str) -> None:
    found = wait(body)
    assert str(found).startswith("for an unknown time, because ")
    assert (found.bound, f"`{name}` of line" in found.unfollowed[0]) == (None, True)


@pytest.mark.parametrize(
    ("body", "bound"),
    [
        ("async with asyncio.timeout(5):\n    await lookup('x')", 5),
        ("await asyncio.wait_for(lookup('x'), timeout=4)", 4),
        ("asyncio.create_task(lookup('x'))", 0),
        ("await ctx.update('One moment')", 0),
        ("async with ctx.with_filler('One moment'):\n    await asyncio.sleep(2)", 2),
        ("await asyncio.sleep(0.5)\nawait asyncio.wait_for(lookup('x'), 4)", 4.5),
        ("async with asyncio.timeout(5):\n    await read()", 5),
        ("async with asyncio.timeout(1):\n    await read()", 1),
        ("await asyncio.gather(asyncio.wait_for(read(), 3), asyncio.sleep(1))", 3),
        ("async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=6)) as s:\n"
         "    async with s.get('x') as response:\n        await response.json()", 6),
        ("await read()", None),
        ("async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(sock_read=6)) as s:\n"
         "    async with s.get('x') as response:\n        await response.json()", None),
    ],
)  # fmt: skip
def test_wait_is_bounded_by_limits_of_the_whole_alone(body: str, bound: float | None) -> None:
    found = wait(body)
    assert (found.bound, found.unfollowed) == (bound, ())
    assert str(found).startswith("up to " if bound is None else f"at most {bound:g} s, ")


@pytest.mark.parametrize("decorator", ["@staticmethod", "@functools.cache", "@contextlib.asynccontextmanager"])
def test_wait_is_known_through_decorators_that_add_none(decorator: str) -> None:
    fetch = f"{decorator}\n    async def fetch() -> None:\n        await asyncio.sleep(2)"
    found = wait(f"import contextlib, functools\nclass Shop:\n    {fetch}\nawait Shop.fetch()")
    assert (found.seconds, found.unfollowed) == (2, ())
