"""Which exceptions get out of a function: handlers, suppressors, `finally`, decorators, and who calls a helper."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from flake8_incall import Options
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.errors.aftermath import Manner, aftermath, is_nothing_learnt, manner
from flake8_incall.model.errors.exception_text import told_exceptions
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.options import Profile

HEAD = """
import asyncio, contextlib, logging
import aiohttp, asyncpg, httpx, requests
from livekit.agents import RunContext, function_tool
from shop import ShopError, guarded

class Refused(Exception): ...
class VeryRefused(Refused): ...
TUPLE = (httpx.HTTPError, ValueError)
ALIAS = httpx.HTTPError
"""
GET = "await httpx.AsyncClient(timeout=5.0).get(URL)"


def module_of(body: str, helpers: str = "", profile: Profile = "contract", decorator: str = "@function_tool") -> Module:
    source = f"{HEAD}\n{helpers}\n{decorator}\nasync def tell(ctx: RunContext) -> dict:\n{indent(body, '    ')}\n"
    return Module("tell.py", source.splitlines(keepends=True), ast.parse(source), Options(profile=profile))


def escaping(module: Module) -> set[str]:
    """The exceptions of calls to the outside that leave the function."""
    function = module.fact(discover).functions[0]
    return {
        type_.removeprefix("builtins.") for fate in module.fact(Failures).escaping(function) for type_ in fate.left
    }  # fmt: skip


def raised_lines(module: Module) -> list[str]:
    """The `raise` statements whose exceptions leave the function."""
    function = module.fact(discover).functions[0]
    return [module.segment(fate.node) for fate in module.fact(Failures).raising(function)]


def within(handlers: str, call: str = GET) -> str:
    return f"try:\n    {call}\n{handlers}"


@pytest.mark.parametrize(
    "handlers",
    [
        "except httpx.RequestError: pass",
        "except httpx.HTTPError: pass",
        "except Exception: pass",
        "except: pass",
        "except (KeyError, httpx.HTTPError): pass",
        "except TUPLE: pass",
        "except (*TUPLE, KeyError): pass",
        "except ALIAS: pass",
        "except KeyError: pass\nexcept httpx.HTTPError: pass",
        "except* httpx.HTTPError: pass",
        "except ShopError: pass",
        "finally:\n    return {}",
    ],
)
def test_a_handler_that_takes_the_failure(handlers: str) -> None:
    assert escaping(module_of(within(handlers))) == set()


@pytest.mark.parametrize(
    "handlers",
    [
        "except KeyError: pass",
        "except httpx.TimeoutException: pass",
        "except httpx.HTTPStatusError: pass",
        "except Refused: pass",
        "except (): pass",
        "except asyncio.CancelledError: raise",
        "finally:\n    print(1)",
        "except KeyError: pass\nelse:\n    pass\nfinally:\n    print(1)",
    ],
)
def test_a_handler_that_does_not(handlers: str) -> None:
    assert escaping(module_of(within(handlers))) == {"httpx.RequestError"}


@pytest.mark.parametrize(
    ("place", "left"),
    [
        (f"try:\n    pass\nexcept Exception:\n    {GET}", {"httpx.RequestError"}),
        (f"try:\n    pass\nexcept KeyError:\n    pass\nelse:\n    {GET}", {"httpx.RequestError"}),
        (f"try:\n    try:\n        pass\n    finally:\n        {GET}\nexcept httpx.HTTPError:\n    pass", set()),
        (
            f"try:\n    try:\n        {GET}\n    except KeyError:\n        pass\nexcept httpx.HTTPError:\n    pass",
            set(),
        ),
        (f"with contextlib.suppress(httpx.HTTPError):\n    {GET}", set()),
        (f"with contextlib.suppress(KeyError):\n    {GET}", {"httpx.RequestError"}),
        (f"with open('x') as y:\n    {GET}", {"httpx.RequestError"}),
    ],
)
def test_where_the_ctgstands(place: str, left: set[str]) -> None:
    assert escaping(module_of(place)) == left


@pytest.mark.parametrize(
    ("call", "left"),
    [
        (GET, {"httpx.RequestError"}),
        (f"response = {GET}\nresponse.raise_for_status()", {"httpx.RequestError"}),
        ("await asyncpg.connect('x')", {"asyncpg.PostgresError", "OSError"}),
        ("async with aiohttp.ClientSession().get(URL): pass", {"aiohttp.ClientError", "TimeoutError"}),
        ("await asyncio.to_thread(requests.get, URL)", {"requests.RequestException"}),
        ("await asyncio.gather(httpx.AsyncClient().get(URL))", {"httpx.RequestError"}),
        ("await asyncio.gather(httpx.AsyncClient().get(URL), return_exceptions=True)", set()),
        ("await asyncio.wait([httpx.AsyncClient().get(URL)])", set()),
        ("asyncio.create_task(httpx.AsyncClient().get(URL))", set()),
        ("job = httpx.AsyncClient().get(URL)", set()),
        ("await guarded(httpx.AsyncClient().get(URL))", set()),
        ("await unknown.get(URL)", set()),
        ("await send_email('a', 'b', 'c')", set()),
    ],
)
def test_what_a_ctgraises(call: str, left: set[str]) -> None:
    assert escaping(module_of(call)) == left


def test_a_limit_in_time_raises_where_it_is_set() -> None:
    handlers = "except httpx.HTTPError: pass"
    limited = within(handlers, "await asyncio.wait_for(httpx.AsyncClient().get(URL), 5)")
    assert escaping(module_of(limited)) == {"TimeoutError"}
    assert escaping(module_of(limited.replace("5)", "None)"))) == set()
    inside = f"async with asyncio.timeout(5):\n{indent(within('except Exception: pass'), '    ')}"
    assert escaping(module_of(inside)) == {"TimeoutError"}


def test_decoding_counts_in_strict_only() -> None:
    body = within("except httpx.HTTPError: pass", f"({GET}).json()")
    assert escaping(module_of(body)) == set()
    assert escaping(module_of(body, profile="strict")) == {"json.JSONDecodeError"}


def test_a_method_that_is_not_known_counts_in_strict_only() -> None:
    body = "await ctx.userdata.orders.find('A1')"
    assert escaping(module_of(body)) == set()
    assert escaping(module_of(body, profile="strict")) == {"?"}
    assert escaping(module_of(within("except KeyError: pass", body), profile="strict")) == set()


HELPER = f"async def read():\n    {GET}\n"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("await read()", {"httpx.RequestError"}),
        ("try:\n    await read()\nexcept httpx.HTTPError:\n    pass", set()),
        ("try:\n    await read()\nexcept httpx.HTTPError:\n    pass\nawait read()", {"httpx.RequestError"}),
        ("await asyncio.gather(read(), return_exceptions=True)", set()),
        ("asyncio.create_task(read())", set()),
        ("print(read)", set()),
    ],
)
def test_a_helper_is_covered_where_it_is_called(body: str, left: set[str]) -> None:
    assert escaping(module_of(body, HELPER)) == left


LETTING = "def letting(function):\n    async def call(ctx):\n        return await function(ctx)\n    return call\n"
TAKING = LETTING.replace(
    "        return await function(ctx)",
    "        try:\n            return await function(ctx)\n        except Exception:\n            return {}",
)


@pytest.mark.parametrize(
    ("decorator", "helpers", "left"),
    [
        ("@function_tool()", "", {"httpx.RequestError"}),
        ("@function_tool\n@guarded", "", set()),
        ("@function_tool\n@letting", LETTING, {"httpx.RequestError"}),
        ("@function_tool\n@letting", TAKING, set()),
    ],
)
def test_a_decorator_may_take_failures(decorator: str, helpers: str, left: set[str]) -> None:
    assert escaping(module_of(GET, helpers, decorator=decorator)) == left


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("raise Refused", ["raise Refused"]),
        ("raise Refused()", ["raise Refused()"]),
        ("raise make()", ["raise make()"]),
        ("try:\n    raise Refused\nexcept Refused:\n    return {}", []),
        ("try:\n    raise VeryRefused\nexcept Refused:\n    return {}", []),
        ("try:\n    raise Refused\nexcept VeryRefused:\n    return {}", []),
        ("try:\n    raise Refused\nexcept KeyError:\n    return {}", ["raise Refused"]),
        ("try:\n    raise make()\nexcept KeyError:\n    return {}", []),
        (within("except Exception:\n    raise"), ["raise"]),
        (within("except Exception as e:\n    raise e"), ["raise e"]),
        (within("except asyncio.CancelledError:\n    raise"), []),
        (within("except Exception:\n    return {}\nexcept BaseException:\n    raise"), []),
        (within("except BaseException:\n    raise"), ["raise"]),
        (within("except BaseException as e:\n    if isinstance(e, asyncio.CancelledError):\n        raise"), []),
        (within("except Exception as e:\n    if isinstance(e, KeyError):\n        raise"), ["raise"]),
        (within("except Exception as e:\n    if isinstance(x, KeyError):\n        return {}\n    raise"), ["raise"]),
        ("return {}\nraise Refused", []),
        ("try:\n    raise Refused\nfinally:\n    return {}", []),
    ],
)
def test_what_is_raised_on_purpose(body: str, found: list[str]) -> None:
    assert raised_lines(module_of(body)) == found


def handler_of(module: Module) -> ast.ExceptHandler:
    return next(node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler))


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("pass", Manner.NOTHING),
        ("hours = None", Manner.NOTHING),
        ("await asyncio.sleep(1)", Manner.NOTHING),
        ("logging.info('no')", Manner.LOGGING),
        ("print('no')", Manner.LOGGING),
        ("logging.info('no'); note()", Manner.ACTING),
        ("failure = error", Manner.ACTING),
        ("failed += 1", Manner.ACTING),
        ("if x:\n        return {}", Manner.ANSWERING),
        ("raise", Manner.ANSWERING),
    ],
)
def test_what_a_handler_does(handler: str, expected: Manner) -> None:
    module = module_of(f"try:\n    {GET}\nexcept Exception as error:\n    {handler}")
    assert manner(handler_of(module), module) is expected


@pytest.mark.parametrize(
    ("handler", "raises", "is_left", "returns"),
    [
        ("pass", False, True, 1),
        ("return {}", False, True, 1),
        ("raise", True, False, 0),
        ("if x:\n        raise", True, True, 1),
        ("if x:\n        raise\n    else:\n        raise KeyError", True, False, 0),
    ],
)
def test_what_follows_a_handler(handler: str, raises: bool, is_left: bool, returns: int) -> None:
    module = module_of(f"try:\n    {GET}\nexcept Exception:\n    {handler}\nreturn {{}}")
    graph = module.fact(Graphs).of(module.fact(discover).functions[0].node)
    following = aftermath(handler_of(module), graph)
    assert (following.raises, following.is_left, len(following.returns)) == (raises, is_left, returns)


@pytest.mark.parametrize(
    ("tried", "after", "expected"),
    [
        (GET, "return 'Done'", True),
        (f"found = {GET}", "return 'Done'", True),
        (f"found = {GET}", "return found", False),
        (f"return {GET}", "return 'Sorry'", False),
        (f"ctx.found = {GET}", "return 'Done'", False),
    ],
)
def test_what_can_be_learnt_after_a_try(tried: str, after: str, expected: bool) -> None:
    module = module_of(f"try:\n    {tried}\nexcept Exception:\n    pass\n{after}")
    owner = module.fact(discover).functions[0].node
    assert is_nothing_learnt(handler_of(module), owner, module) is expected


HELPERS = """
import sys, traceback
def described(error): return {'status': 'error', 'message': shown(error)}
def shown(error): return f'no: {error}'
def worded_here(error): return 'late' if 'timed out' in str(error) else 'no'
"""


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ("return {'message': str(e)}", ["e"]),
        ("return {'message': f'no: {e}'}", ["e"]),
        ("return {'message': 'no: %s' % e}", ["e"]),
        ("return {'message': 'no: {}'.format(e)}", ["e"]),
        ("return {'message': e.args[0]}", ["e"]),
        ("text = repr(e)\n    return {'message': text}", ["e"]),
        ("logging.error(str(e))\n    return {}", []),
        ("return {'message': e.response.status_code}", []),
        ("return {'message': 'slow' if 'timeout' in str(e) else 'no'}", []),
        ("return {'message': worded(str(e))}", []),
        ("text = str(e)\n    logging.error(text)\n    return {}", []),
        ("return {'message': ' '.join(map(str, e.args))}", ["e"]),
        ("return {'message': '; '.join(str(part) for part in e.args)}", ["e"]),
        ("return {'message': str.join(' ', map(str, e.args))}", ["e"]),
        ("return {'message': '{text}'.format(text=e)}", ["e"]),
        ("return {'message': 'no: %(e)s' % {'e': e}}", ["e"]),
        ("return {'message': e.__str__().strip()}", ["e"]),
        ("return {'message': str(e.__cause__)}", ["e"]),
        ("return {'message': next(iter(e.args))}", ["e"]),
        ("return {'message': [*map(str, e.args)][0]}", ["e"]),
        ("return {'message': str(sys.exc_info()[1])}", ["sys.exc_info()"]),
        ("_, now, _ = sys.exc_info()\n    return {'message': str(now)}", ["now"]),
        ("return {'message': ''.join(traceback.format_exception(e))}", ["e"]),
        ("parts = []\n    parts.append(str(e))\n    return {'message': ' '.join(parts)}", ["e"]),
        ("answer = {}\n    answer.update(message=str(e))\n    return answer", ["e"]),
        ("error = e\n    return {'message': str(error)}", ["e"]),
        ("text, *_ = e.args\n    return {'message': text}", ["e"]),
        ("for text in e.args:\n        return {'message': text}", ["e"]),
        ("return described(e)", ["e"]),
        ("return {'message': shown(error=e)}", ["e"]),
        ("return {'message': (lambda error: f'no: {error}')(e)}", ["e"]),
        ("return {'message': worded_here(e)}", []),
        ("return {'message': WORDS[str(e)]}", []),
        ("return {'message': str(len(str(e)))}", []),
        ("return {'message': sorted(map(len, e.args))[0]}", []),
        ("return {'message': str(sys.exc_info()[0])}", []),
        ("return {'message': type(e).__name__}", []),
        ("text = str(e)\n    text = 'no'\n    return {'message': text}", []),
        ("parts = [str(e)]\n    logging.error(parts)\n    return {}", []),
    ],
)
def test_texts_of_exceptions_in_results(handler: str, found: list[str]) -> None:
    module = module_of(f"try:\n    {GET}\nexcept httpx.HTTPError as e:\n    {handler}", HELPERS)
    mentions = told_exceptions(module.fact(discover).functions[0])
    assert [module.segment(mention) for mention in mentions] == found


def test_a_nest_of_a_hundred_tries_is_followed() -> None:
    body = GET
    for _ in range(40):
        body = f"try:\n{indent(body, ' ')}\nexcept KeyError:\n pass"
    assert escaping(module_of(body)) == {"httpx.RequestError"}


FETCHING = """
import anyio
client = httpx.AsyncClient(timeout=5)
async def fetch():
    return await client.get(URL)
async def deep():
    return await fetch()
async def pages():
    for page in range(3):
        yield await client.get(URL, params={'page': page})
async def limited():
    async with asyncio.timeout(5):
        return await fetch()
async def limited_pages():
    async with asyncio.timeout(5):
        async for page in pages():
            yield page
async def handling():
    try:
        return await asyncio.wait_for(fetch(), 5)
    except TimeoutError:
        return None
async def local():
    return 1
"""


@pytest.mark.parametrize(
    "body",
    [
        "async with asyncio.timeout(5):\n    await client.get(URL)",
        "async with asyncio.timeout(5):\n    await fetch()",
        "async with asyncio.timeout(5):\n    await deep()",
        "async with asyncio.timeout(5):\n    async for page in pages():\n        pass",
        "async with asyncio.timeout(5):\n    found = [page async for page in pages()]",
        "async with asyncio.timeout(5):\n    await asyncio.gather(fetch(), fetch())",
        "async with asyncio.timeout(5):\n    async with asyncio.TaskGroup() as tg:\n        tg.create_task(fetch())",
        "limit = asyncio.timeout(5)\nasync with limit:\n    await fetch()",
        "request = fetch()\nasync with asyncio.timeout(5):\n    await request",
        "stream = pages()\nasync with asyncio.timeout(5):\n    async for page in stream:\n        pass",
        "with anyio.fail_after(5):\n    await fetch()",
        "await asyncio.wait_for(fetch(), 5)",
        "await asyncio.wait_for(asyncio.shield(fetch()), 5)",
        "task = asyncio.create_task(fetch())\nawait asyncio.wait_for(task, 5)",
        "await limited()",
        "async for page in limited_pages():\n    pass",
    ],
)
def test_a_limit_around_helpers_that_go_outside_raises(body: str) -> None:
    module = module_of(f"try:\n{indent(body, '    ')}\nexcept httpx.HTTPError:\n    return {{}}", FETCHING)
    assert escaping(module) == {"TimeoutError"}


@pytest.mark.parametrize(
    "body",
    [
        "async with asyncio.timeout(5):\n    await local()",
        "async with asyncio.timeout(None):\n    await fetch()",
        "await asyncio.wait_for(fetch(), None)",
        "async with asyncio.timeout(5):\n    await asyncio.sleep(1)\nawait fetch()",
        "request = fetch()\nasync with asyncio.timeout(5):\n    await local()\nawait request",
        "with anyio.move_on_after(5):\n    await fetch()",
        "await handling()",
        "await fetch()",
    ],
)
def test_a_limit_around_nothing_outside_raises_nothing(body: str) -> None:
    module = module_of(f"try:\n{indent(body, '    ')}\nexcept httpx.HTTPError:\n    return {{}}", FETCHING)
    assert escaping(module) == set()
