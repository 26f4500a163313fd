"""Tools behind wrappers and assignments: what is reported is what the installed livekit-agents reads of them."""

from __future__ import annotations

from typing import Any

import pytest

from flake8_incall import Options, check

pytest.importorskip("livekit.agents")

from livekit.agents.llm.utils import build_legacy_openai_schema

IMPORTS = """
import functools
import inspect
from livekit.agents import RunContext, function_tool
"""
PREAMBLE = f"""{IMPORTS}
async def look_up(ctx: RunContext, city: str, days: int = 1) -> dict:
    '''Look the weather up when asked.

    Args:
        city: The city
        days: The days to come
    '''
    return {{}}

async def bare(ctx: RunContext, city, days: int = 1) -> dict:
    return {{}}

async def half(ctx: RunContext, city: str, days: int = 1) -> dict:
    '''Look the weather up when asked.

    Args:
        city: The city
    '''
    return {{}}

TEXT = '''Look the weather up when asked.

Args:
    city: The city
    days: The days to come
'''
"""
COPIES = {
    "wraps": "@functools.wraps({0})\nasync def made(*args, **kwargs): ...\n",
    "wraps by keyword": "@functools.wraps(wrapped={0})\nasync def made(*args, **kwargs): ...\n",
    "update_wrapper": "async def made(*args, **kwargs): ...\nfunctools.update_wrapper(made, {0})\n",
    "assigned one by one": (
        "async def made(**kwargs): ...\n"
        "made.__signature__ = inspect.signature({0})\n"
        "made.__annotations__ = {0}.__annotations__\n"
        "made.__doc__ = {0}.__doc__\n"
    ),
    "setattr": (
        "async def made(**kwargs): ...\n"
        "setattr(made, '__signature__', inspect.signature({0}))\n"
        "setattr(made, '__annotations__', dict({0}.__annotations__))\n"
        "setattr(made, '__doc__', inspect.getdoc({0}))\n"
    ),
    "a decorator with wraps": (
        "def kept(function):\n"
        "    @functools.wraps(function)\n"
        "    async def wrapper(*args, **kwargs): ...\n"
        "    return wrapper\n"
        "@kept\n@functools.wraps({0})\nasync def made(*args, **kwargs): ...\n"
    ),
    "a decorator that wraps later": (
        "def kept(function):\n"
        "    async def wrapper(*args, **kwargs): ...\n"
        "    return functools.wraps(function)(wrapper)\n"
        "@kept\n@functools.wraps({0})\nasync def made(*args, **kwargs): ...\n"
    ),
    "a factory that updates": (
        "def kept(name):\n"
        "    def decorator(function):\n"
        "        async def wrapper(*args, **kwargs): ...\n"
        "        functools.update_wrapper(wrapper, function)\n"
        "        return wrapper\n"
        "    return decorator\n"
        "@kept('x')\n@functools.wraps({0})\nasync def made(*args, **kwargs): ...\n"
    ),
    "a decorator that returns what it is given": (
        "REGISTRY = []\n"
        "def kept(function):\n    REGISTRY.append(function)\n    return function\n"
        "@kept\n@functools.wraps({0})\nasync def made(*args, **kwargs): ...\n"
    ),
    "a chain": (
        "@functools.wraps({0})\nasync def inner(*args, **kwargs): ...\n"
        "@functools.wraps(inner)\nasync def made(*args, **kwargs): ...\n"
    ),
}
DOCUMENTED = {
    "assigned": "{0}made.__doc__ = TEXT\n",
    "assigned as a literal": "{0}made.__doc__ = 'Look it up. Args:'\n",
    "assigned from another": "{0}made.__doc__ = half.__doc__\n",
    "taken away": "{0}made.__doc__ = None\n",
    "in a loop": "{0}for each in (made,):\n    each.__doc__ = TEXT\n",
    "by a decorator": (
        "def described(text):\n"
        "    def decorator(function):\n"
        "        function.__doc__ = text\n"
        "        return function\n"
        "    return decorator\n"
        "@described(TEXT)\n{0}"
    ),
    "untouched": "{0}",
}
MADE = "async def made(ctx: RunContext, city: str, days: int = 1) -> dict:\n    {}\n"
# What is set by a call or a decorator is not followed: nothing is said of it.
UNTOLD = {"by a decorator"}


def codes_of(source: str) -> set[str]:
    return {found.code for found in check(source, "tool.py", Options(profile="livekit"))}


def told_of(source: str) -> tuple[str, dict[str, Any]] | None:
    """The description and the parameters that LiveKit sends; `None` where it cannot build the schema."""
    namespace: dict[str, Any] = {"__name__": "tool"}
    exec(source, namespace)
    try:
        schema = build_legacy_openai_schema(namespace["tool"])["function"]
    except KeyError:
        return None
    return schema["description"], schema["parameters"]["properties"]


def assert_same(source: str) -> None:
    codes, told = codes_of(source), told_of(source)
    assert bool(codes & {"CAL105", "CAL107"}) == (told is None)
    if told is not None:
        description, parameters = told
        assert list(parameters) == ["city", "days"]
        assert ("CAL301" in codes) == (not description)
        is_missing = any(parameter.get("description") is None for parameter in parameters.values())
        assert bool(codes & {"CAL301", "CAL303", "CAL308"}) == is_missing
    assert codes <= {"CAL105", "CAL107", "CAL301", "CAL303", "CAL308"}


# Copies whose last statement is the wrapper itself, so that it can be decorated.
WRAPPERS = {name: copy for name, copy in COPIES.items() if copy.rstrip().endswith("made(*args, **kwargs): ...")}


@pytest.mark.parametrize("original", ["look_up", "bare", "half"])
@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copied_signatures_are_judged_like_the_originals(original: str, copy: str) -> None:
    assert_same(PREAMBLE + copy.format(original) + "tool = function_tool(made)\n")


@pytest.mark.parametrize("original", ["look_up", "bare", "half"])
@pytest.mark.parametrize("copy", WRAPPERS.values(), ids=WRAPPERS)
def test_decorated_wrappers_are_judged_like_the_originals(original: str, copy: str) -> None:
    source = PREAMBLE + copy.format(original)
    head, at, tail = source.rpartition("@kept" if "\n@kept" in source else "@functools")
    assert_same(f"{head}@function_tool\n{at}{tail}tool = made\n")


@pytest.mark.parametrize("body", ["'''Look it up.'''", "return {}"])
@pytest.mark.parametrize("form", DOCUMENTED, ids=DOCUMENTED)
def test_docstrings_that_are_set_are_judged_like_written_ones(form: str, body: str) -> None:
    source = PREAMBLE + DOCUMENTED[form].format(MADE.format(body)) + "tool = function_tool(made)\n"
    if form in UNTOLD:
        assert not codes_of(source)
    else:
        assert_same(source)


@pytest.mark.parametrize(
    "made",
    [
        "@functools.wraps(inner)\n    async def made(*args, **kwargs): ...",
        "async def made(*args, **kwargs): ...\n    functools.update_wrapper(made, inner)",
        "async def made(**kwargs): ...\n    made.__signature__ = inspect.signature(inner)",
        "async def made(**kwargs): ...\n    made.__signature__ = inspect.Signature(inner.parameters)",
        "async def made(**kwargs): ...\n    setattr(made, inner.attribute, inner)",
        "@inner.decorate\n    async def made(*args, **kwargs): ...",
        "import makefun\n    @makefun.wraps(inner)\n    async def made(*args, **kwargs): ...",
        "import makefun\n    @makefun.with_signature('(x: int)')\n    async def made(*args, **kwargs): ...",
        "import wrapt\n    made = wrapt.decorator(inner)(inner.function)",
    ],
)
@pytest.mark.parametrize("profile", ["livekit", "contract"])
def test_signatures_that_cannot_be_told_are_not_judged(made: str, profile: Any) -> None:
    source = f"{IMPORTS}\ndef adapt(inner):\n    {made}\n    return function_tool(made)\n"
    found = {d.code for d in check(source, "tool.py", Options(profile=profile))}
    # A docstring is set nowhere where only the signature is.
    allowed = {"CAL301"} if "__signature__" in made else set()
    assert {code for code in found if code[3] in "123"} <= allowed


@pytest.mark.parametrize(
    "decorator",
    [
        "import wrapt\n@wrapt.decorator\ndef kept(wrapped, instance, args, kwargs): return wrapped(*args, **kwargs)",
        "import decorator\n@decorator.decorator\ndef kept(function, *args, **kw): return function(*args, **kw)",
        "from tracing import kept",
        "kept = __import__('tracing').kept",
        "def kept(function):\n    return DECORATORS[function.__name__](function)",
        "def kept(function):\n    if not function:\n        return kept\n    return functools.wraps(function)(f)",
        "class kept:\n    def __init__(self, function): functools.update_wrapper(self, function)",
    ],
)
@pytest.mark.parametrize(
    ("body", "codes"),
    [("'''Look it up.\n\n    Args:\n        city: The city\n    '''", set()), ("return {}", {"CAL301"})],
)
def test_functions_below_a_decorator_that_cannot_be_followed_are_judged_as_written(
    decorator: str, body: str, codes: set[str]
) -> None:
    tool = f"@function_tool\n@kept\nasync def tool(ctx: RunContext, city: str) -> dict:\n    {body}\n"
    assert codes_of(f"{PREAMBLE}\n{decorator}\n{tool}") == codes
