"""What decorators make of a function."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from flake8_incall import Options, check
from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.decorators import Decoration, Decorators


def decorations(text: str, name: str = "f") -> tuple[Decoration, ...]:
    """The decorators of a function of a module, the outermost first."""
    tree = ast.parse(text)
    module = Module("book.py", text.splitlines(keepends=True), tree, Options())
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n.name == name]
    return module.fact(Decorators).of(nodes[-1])


def only(setup: str, decorator: str) -> Decoration:
    """The one decorator of a function."""
    [found] = decorations(f"{setup}\n@{decorator}\nasync def f(): ...\n")
    return found


KNOWN = [
    ("import functools", "functools.cache", "caches"),
    ("from functools import lru_cache", "lru_cache(maxsize=3)", "caches"),
    ("import functools", "functools.wraps(g)", "transparent"),
    ("from typing import override", "override", "transparent"),
    ("from typing import overload", "overload", "other"),
    ("", "staticmethod", "transparent"),
    ("", "property", "property"),
    ("import functools", "functools.cached_property", "property"),
    ("from contextlib import asynccontextmanager", "asynccontextmanager", "manager"),
    ("from tenacity import retry, stop_after_attempt", "retry(stop=stop_after_attempt(3))", "repeats"),
    ("import tenacity as t", "t.retry", "repeats"),
    ("import tenacity\nagain = tenacity.retry(reraise=True)", "again", "repeats"),
    (
        "import tenacity\nfrom functools import partial\nagain = partial(tenacity.retry, reraise=True)",
        "again()",
        "repeats",
    ),
    ("import backoff", "backoff.on_exception(backoff.expo, OSError, max_tries=3)", "repeats"),
    ("import stamina", "stamina.retry(on=OSError, attempts=3)", "repeats"),
    ("from langfuse import observe", "observe()", "transparent"),
    ("from langfuse import observe", "observe", "transparent"),
    ("from langfuse.decorators import observe", "observe(name='x')", "transparent"),
    ("from langsmith import traceable", "traceable", "transparent"),
    ("import logfire", "logfire.instrument('x')", "transparent"),
    ("import sentry_sdk", "sentry_sdk.trace", "transparent"),
    ("from ddtrace import tracer", "tracer.wrap(service='x')", "transparent"),
    ("import newrelic.agent", "newrelic.agent.function_trace()", "transparent"),
    (
        "from opentelemetry import trace\ntracer = trace.get_tracer('x')",
        "tracer.start_as_current_span('x')",
        "transparent",
    ),
    ("from prometheus_client import Summary\nTIME = Summary('a', 'b')", "TIME.time()", "transparent"),
    ("from pydantic import validate_call", "validate_call", "transparent"),
    ("from timeout_decorator import timeout", "timeout(5)", "bounds"),
    ("from loguru import logger", "logger.catch", "catches"),
    ("from livekit.agents import function_tool", "function_tool", "transparent"),
    ("from ..tool_context import function_tool", "function_tool(name='x')", "transparent"),
    ("from shop import traced", "traced", "unknown"),
    ("from shop import retry", "retry", "unknown"),
    ("", "self.traced", "unknown"),
    ("from tenacity import retry\nif slow:\n    from shop import retry", "retry", "unknown"),
    ("def traced(function):\n    print(function)\n    return function", "traced", "transparent"),
    ("def traced(name):\n    def decorate(f):\n        return f\n    return decorate", "traced('x')", "transparent"),
]


@pytest.mark.parametrize(("setup", "decorator", "kind"), KNOWN)
def test_decorator_has_its_kind(setup: str, decorator: str, kind: str) -> None:
    assert only(setup, decorator).kind == kind


@pytest.mark.parametrize(
    ("decorator", "exceptions", "raises"),
    [
        ("retry(stop=stop)", "other", ("tenacity.RetryError",)),
        ("retry(stop=stop, reraise=True)", "same", ()),
        ("retry(stop=stop, reraise=False)", "other", ("tenacity.RetryError",)),
        ("retry", "other", ()),
        ("retry(wait=wait)", "other", ()),
        ("retry(stop=stop, retry_error_callback=answer)", "unknown", ()),
        ("backoff.on_exception(backoff.expo, OSError, max_tries=3)", "same", ()),
        ("backoff.on_exception(backoff.expo, OSError)", "other", ()),
        ("stamina.retry(on=OSError)", "same", ()),
        ("logger.catch", "unknown", ()),
        ("logger.catch(reraise=True)", "same", ()),
        ("logger.catch(**options)", "unknown", ()),
        ("functools.cache", "same", ()),
    ],
)
def test_decorator_lets_out_exceptions(decorator: str, exceptions: str, raises: tuple[str, ...]) -> None:
    setup = "import backoff, functools, stamina\nfrom loguru import logger\nfrom tenacity import retry"
    found = only(setup, decorator)
    assert (found.exceptions, found.raises) == (exceptions, raises)


WRAPPER = """
import asyncio, functools
def traced(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
{body}
    return wrapper
"""


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("return await function(*args, **kwargs)", "same"),
        ("print(1)\nresult = await function(*args, **kwargs)\nprint(2)\nreturn result", "same"),
        ("with span():\n    return await function(*args, **kwargs)", "same"),
        ("try:\n    return await function(*args, **kwargs)\nfinally:\n    print(1)", "same"),
        ("return await asyncio.wait_for(function(*args, **kwargs), 5)", "same"),
        ("try:\n    return await function(*args, **kwargs)\nexcept OSError:\n    return None", "unknown"),
        ("return {'status': 'success', 'data': await function(*args, **kwargs)}", "other"),
        ("result = await function(*args, **kwargs)\nresult['status'] = 'success'\nreturn result", "other"),
        ("await function(*args, **kwargs)", "other"),
        ("return await function(*args)", "unknown"),
        ("return await function('x', *args, **kwargs)", "unknown"),
        ("return await other(*args, **kwargs)", "other"),
    ],
)
def test_own_decorator_keeps_the_result(body: str, result: str) -> None:
    found = only(WRAPPER.format(body=indent(body, "        ")), "traced")
    assert (found.kind, found.result) == ("own", result)


FACTORY = """
def traced(level=0):
    def decorate(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper
    return decorate
"""
OPTIONAL = """
def traced(function=None, *, level=0):
    def decorate(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper
    return decorate(function) if function else decorate
"""


@pytest.mark.parametrize(
    ("setup", "decorator"), [(FACTORY, "traced(level=3)"), (OPTIONAL, "traced(level=3)"), (OPTIONAL, "traced")]
)
def test_own_decorator_with_arguments_is_followed(setup: str, decorator: str) -> None:
    found = only(setup, decorator)
    assert (found.kind, found.result, len(found.wrappers)) == ("own", "same", 1)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("from langfuse import observe\ndef f(): ...\nf = observe(f)", ["transparent"]),
        ("from tenacity import retry\ndef f(): ...\nf = retry(reraise=True)(f)", ["repeats"]),
        ("import langfuse, shop\n@langfuse.observe\ndef f(): ...\nf = shop.traced(f)", ["unknown", "transparent"]),
        ("import langfuse, shop\ndef f(): ...\nf = shop.traced(langfuse.observe(f))", ["unknown", "transparent"]),
        ("def f(): ...\ng = f", []),
    ],
)
def test_decorator_that_is_called_counts(text: str, kinds: list[str]) -> None:
    assert [found.kind for found in decorations(text)] == kinds


TOOL = '''
import httpx
from livekit.agents import RunContext, function_tool
{setup}

{decorator}
async def look_up(day):
    open("days.txt")
    async with httpx.AsyncClient() as client:
        await client.get("https://example.com/days")
    return {result}


@function_tool
{outer}
async def hours(ctx: RunContext, day: str) -> dict:
    """Tell the hours when the caller asks for them.

    Args:
        day: The day the caller names

    Returns:
        dict: {{status: "success" | "error", message: str}}
    """
    {body}
'''


def codes(setup: str = "", decorator: str = "", outer: str = "", result: str = "None", body: str = "") -> set[str]:
    text = TOOL.format(
        setup=setup, decorator=decorator, outer=outer, result=result, body=body or "return await look_up(day)"
    )
    return {found.code for found in check(text, "tool.py", Options())}


PLAIN = codes()
WRAPS = "import functools\n" + WRAPPER.format(body="        return await function(*args, **kwargs)")


def test_plain_helper_has_findings_of_each_family() -> None:
    assert {"CAL401", "CAL501", "CAL601", "CAL701"} <= PLAIN


@pytest.mark.parametrize(
    ("setup", "decorator"),
    [
        ("from langfuse import observe", "@observe()"),
        ("from tenacity import retry, stop_after_attempt", "@retry(stop=stop_after_attempt(2), reraise=True)"),
        ("import backoff", "@backoff.on_exception(backoff.expo, OSError, max_tries=2)"),
        ("import stamina", "@stamina.retry(on=OSError)"),
        ("from opentelemetry import trace\ntracer = trace.get_tracer('x')", "@tracer.start_as_current_span('x')"),
        (WRAPS, "@traced"),
    ],
)
def test_transparent_decorator_on_a_helper_hides_nothing(setup: str, decorator: str) -> None:
    assert codes(setup, decorator) >= PLAIN


@pytest.mark.parametrize("decorator", ["@audited", "@audited()", "@audited.here(level=3)"])
def test_unknown_decorator_on_a_helper_hides_only_its_result(decorator: str) -> None:
    found = codes("from shop import audited", decorator)
    assert PLAIN - found == {"CAL401"}


@pytest.mark.parametrize("decorator", ["@audited", "@audited()"])
def test_unknown_decorator_on_a_tool_hides_only_its_result(decorator: str) -> None:
    found = codes("from shop import audited", outer=decorator)
    assert PLAIN - found == {"CAL401"}


HANDLED = """try:
        await look_up(day)
    except {caught}:
        return {{"status": "error", "message": "They are not known"}}
    return {{"status": "success"}}"""


TWICE = "stop=stop_after_attempt(2)"


@pytest.mark.parametrize(
    ("decorator", "caught", "is_left"),
    [
        ("", "httpx.HTTPError", False),
        ("@retry(stop=stop_after_attempt(2))", "httpx.HTTPError", True),
        ("@retry(stop=stop_after_attempt(2))", "RetryError", False),
        ("@retry(stop=stop_after_attempt(2))", "(RetryError, httpx.HTTPError)", False),
        ("@retry(stop=stop_after_attempt(2), reraise=True)", "httpx.HTTPError", False),
        ("@retry(stop=stop_after_attempt(2), reraise=True)", "RetryError", True),
        (f"@retry({TWICE}, retry=retry_if_exception_type(KeyError))", "httpx.HTTPError", False),
        (f"@retry({TWICE}, retry=retry_if_exception_type(KeyError))", "RetryError", True),
        (f"@retry({TWICE}, retry=retry_if_exception_type(httpx.HTTPError))", "RetryError", False),
        (f"@retry({TWICE}, retry=retry_if_exception_type((httpx.HTTPError, KeyError)))", "RetryError", False),
        (f"@retry({TWICE}, retry=retry_if_exception_type(httpx.ConnectError))", "RetryError", True),
        (f"@retry({TWICE}, retry=retry_if_exception_type(httpx.ConnectError))", "httpx.HTTPError", True),
        (f"@retry({TWICE}, retry=retry_if_exception_type(ERRORS))", "RetryError", False),
        (f"@retry({TWICE}, retry=retry_if_exception_type(UNKNOWN))", "RetryError", False),
    ],
)
def test_exceptions_of_a_repeated_helper_are_those_that_leave_it(decorator: str, caught: str, is_left: bool) -> None:
    setup = (
        "from tenacity import RetryError, retry, retry_if_exception_type, stop_after_attempt\n"
        "from shop import UNKNOWN\nERRORS = tuple([httpx.HTTPError])"
    )
    found = codes(setup, decorator, result="1", body=HANDLED.format(caught=caught))
    assert bool(found & {"CAL701", "CAL706"}) is is_left


@pytest.mark.parametrize(
    ("decorator", "is_lost"),
    [("@observe()", True), ("@traced", True), ("@functools.cache", False), ("@audited", False), ("", True)],
)
def test_coroutine_of_a_decorated_helper_that_is_not_awaited_is_lost(decorator: str, is_lost: bool) -> None:
    setup = WRAPS + "from langfuse import observe\nfrom shop import audited"
    found = codes(setup, decorator, body='look_up(day)\n    return {"status": "success"}')
    assert ("CAL606" in found) is is_lost


LIMITED = """
import asyncio, functools
def limited(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        async with asyncio.timeout(5):
            return await function(*args, **kwargs)
    return wrapper
"""
SAFE = """
import functools
def safe(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        try:
            return await function(*args, **kwargs)
        except Exception:
            return {"status": "error", "message": "They are not known"}
    return wrapper
"""
SPANNED = """
import functools
def spanned(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        with span("x"):
            return await function(*args, **kwargs)
    return wrapper
"""


@pytest.mark.parametrize("is_outer", [True, False])
@pytest.mark.parametrize(
    ("setup", "decorator", "lost"),
    [
        (LIMITED, "@limited", {"CAL601"}),
        (SAFE, "@safe", {"CAL701"}),
        (SPANNED, "@spanned", set()),
        (OPTIONAL, "@traced", set()),
        ("from timeout_decorator import timeout", "@timeout(3)", {"CAL601"}),
        ("from loguru import logger", "@logger.catch", {"CAL401", "CAL701"}),
        ("from tenacity import retry", "@retry", {"CAL701"}),
    ],
)
def test_decorator_takes_away_what_it_settles(setup: str, decorator: str, lost: set[str], *, is_outer: bool) -> None:
    found = codes(setup, outer=decorator) if is_outer else codes(setup, decorator)
    assert PLAIN - found == lost


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("look_up = observe(look_up)", set()),
        ("look_up = observe(name='x')(look_up)", set()),
        ("look_up = retry(stop=stop_after_attempt(2), reraise=True)(look_up)", set()),
        ("look_up = audited(look_up)", {"CAL401"}),
        ("look_up = audited(level=3)(look_up)", {"CAL401"}),
        ("look_up = audited(observe(look_up), 3)", {"CAL401"}),
    ],
)
def test_decorator_that_is_called_hides_nothing(statement: str, lost: set[str]) -> None:
    imports = "from langfuse import observe\nfrom shop import audited\nfrom tenacity import retry, stop_after_attempt"
    tool = TOOL.replace("@function_tool", f"{statement}\n\n\n@function_tool")
    text = tool.format(setup=imports, decorator="", outer="", result="None", body="return await look_up(day)")
    assert PLAIN - {found.code for found in check(text, "tool.py", Options())} == lost


def test_function_that_is_only_described_is_not_run() -> None:
    text = TOOL.format(
        setup="from shop import describe",
        decorator="",
        outer="",
        result="None",
        body='return {"status": "success", "message": SCHEMA["text"]}',
    ).replace("@function_tool", "SCHEMA = describe(look_up)\n\n\n@function_tool")
    assert not {found.code for found in check(text, "tool.py", Options())} & {"CAL501", "CAL601", "CAL701"}
