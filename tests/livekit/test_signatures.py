"""Random signatures, judged by the installed livekit-agents itself: nothing passes the linter that LiveKit refuses."""

from __future__ import annotations

import asyncio
import inspect
import sys
import types
import warnings
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from flake8_incall import Options, check
from tests.livekit.test_verdicts import MISHANDLED

pytest.importorskip("livekit.agents")

from livekit.agents import RunContext, llm
from livekit.agents.llm.utils import prepare_function_arguments

PREAMBLE = """
import collections, datetime, decimal, enum, io, pathlib, typing, uuid
from dataclasses import dataclass
from typing import *
from pydantic import BaseModel, Field
from livekit.agents import RunContext, function_tool

class Plain: ...
class Text(str): ...
class Context(RunContext): ...
class Colour(enum.Enum):
    RED = "red"
class Tone(str, enum.Enum):
    LOW = "low"
RED = "red"
@dataclass
class Point:
    x: int
class Model(BaseModel):
    x: int = 1
class Record(NamedTuple):
    x: int
UserId = NewType("UserId", int)
Ids = list[int]
Maybe = Ids | None
"""
# What is written, and a JSON value that is right for it.
LEAVES: list[tuple[str, Any]] = [
    ("str", "a"), ("int", 1), ("float", 1.5), ("bool", True), ("None", None), ("Any", 1), ("object", 1),
    ("list", [1]), ("dict", {"a": 1}), ("set", [1]), ("tuple", [1]), ("bytes", "a"), ("complex", "1j"),
    ("datetime.date", "2026-01-01"), ("decimal.Decimal", "1.5"), ("pathlib.Path", "a"), ("Colour", "red"),
    ("uuid.UUID", "12345678-1234-5678-1234-567812345678"), ("Point", {"x": 1}), ("Model", {"x": 1}),
    ("Record", [1]), ("UserId", 1), ("Ids", [1]), ("Maybe", None), ("Literal['a', 'b']", "a"),
    ("Literal[Colour.RED]", "red"), ("Plain", {}), ("Text", "a"), ("Callable", "a"), ("Callable[[int], str]", "a"),
    ("IO[str]", "a"), ("io.StringIO", "a"), ("bytearray", "a"), ("type", "a"), ("Type[int]", "a"), ("any", 1),
    ("range", [1]), ("Exception", "a"), ("Iterator[int]", [1]), ("Sequence[int]", [1]), ("Mapping[str, int]", {"a": 1}),
    ("collections.deque", [1]), ("collections.defaultdict", {}), ("collections.OrderedDict", {}), ("NoReturn", 1),
    ("Awaitable[int]", 1), ("Collection[int]", [1]), ("FrozenSet[str]", ["a"]), ("Nowhere", 1), ("'Nowhere'", 1),
    ("'the name'", "a"), ("RunContext", 1), ("Context", 1), ("lambda: 1", 1), ("3", 3), ("[str]", ["a"]),
    ("Union", 1), ("Optional", 1), ("Hashable", 1), ("memoryview", "a"), ("slice", 1), ("Deque[int]", [1]),
    ("Counter", {"a": 1}), ("List[Plain]", []), ("datetime.tzinfo", "a"), ("'Plain' | None", None),
    ("Literal[Tone.LOW]", "low"), ("Literal[Colour.RED, 'red']", "red"), ("Literal[RED]", "red"),
    ("Literal[b'a']", "a"), ("Literal[Colour.RED.value]", "red"), ("Literal[Literal['a'], 'b']", "a"),
    ("Match[str]", "a"), ("set[dict]", [{}]),
    ("Type[Plain]", "a"), ("frozenset[list[int]]", [[1]]),
]  # fmt: skip
NAMES = [
    "a",
    "b",
    "schema",
    "copy",
    "self",
    "_a",
    "__b",
    "model_config",
    "model_extra",
    "model_dump",
    "ctx",
    "id",
]
DEFAULTS = [
    "1",
    "'a'",
    "None",
    "[]",
    "{}",
    "1.5",
    "True",
    "Plain()",
    "Field(default=1)",
    "...",
    "b'a'",
    "Colour.RED",
]
WRAPPERS = [
    "list[{}]",
    "Optional[{}]",
    "dict[str, {}]",
    "Annotated[{}, 'd']",
    "{} | None",
    "Union[{}, str]",
    "Union[str, {}]",
    "Optional[Union[{}, str]]",
    "Union[str, Optional[{}]]",
    "'{}'",
]
PROVIDERS: list[Any] = ["openai", "google", "anthropic", "aws"]


@dataclass(frozen=True)
class Written:
    """A parameter as written, and a value for it."""

    name: str
    text: str
    value: Any


@st.composite
def typed(draw: st.DrawFn) -> tuple[str, Any]:
    text, value = draw(st.sampled_from(LEAVES))
    if draw(st.integers(0, 3)) == 0:
        wrapper = draw(st.sampled_from(WRAPPERS))
        value = {"list[{}]": [value], "dict[str, {}]": {"k": value}}.get(wrapper, value)
        text = wrapper.format(text.replace("'", '"') if wrapper == "'{}'" else text)
    return text, value


@st.composite
def parameters(draw: st.DrawFn) -> Written:
    name = draw(st.sampled_from(NAMES[:2] * 8 + NAMES))
    text, value = draw(typed())
    annotation = "" if draw(st.integers(0, 15)) == 0 else f": {text}"
    default = f" = {draw(st.sampled_from(DEFAULTS))}" if draw(st.integers(0, 5)) == 0 else ""
    return Written(name, f"{name}{annotation}{default}", value)


@st.composite
def tools(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The source of a module with one tool, and right arguments for it."""
    written = draw(st.lists(parameters(), max_size=3, unique_by=lambda parameter: parameter.name))
    context = draw(
        st.sampled_from(["ctx: RunContext", "ctx: RunContext[Any]", "ctx: 'RunContext'", "context: RunContext", ""])
    )
    texts = [context, *(parameter.text for parameter in written)] if context else [p.text for p in written]
    if draw(st.integers(0, 9)) == 0:
        texts.insert(draw(st.integers(0, len(texts))), draw(st.sampled_from(["/", "*", "*args: str", "**kwargs: int"])))
    returned = draw(st.sampled_from(["", " -> dict", " -> str", " -> None", " -> 'Nowhere'", " -> Plain"]))
    future = "from __future__ import annotations\n" if draw(st.booleans()) else ""
    keyword = "async def" if draw(st.integers(0, 7)) else "def"
    head = f"{future}{PREAMBLE}\n@function_tool\n{keyword} tool({', '.join(texts)}){returned}:\n"
    source = f"{head}    '''Look the value up for the caller.'''\n    return {{'status': 'success'}}\n"
    return source, {parameter.name: parameter.value for parameter in written}


def ask_livekit(source: str, arguments: dict[str, Any]) -> str | None:
    """What LiveKit says against a tool, from its decoration to a call; `None` when it has nothing against it.

    Raises:
        SyntaxError: The source is not Python.
    """
    code = compile(source, "tools.py", "exec", dont_inherit=True)
    module = types.ModuleType("tools")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # LiveKit takes these; what it warns of is not a refusal.
        try:
            with patch.dict(sys.modules, {"tools": module}):  # dataclasses look their module up by name
                exec(code, module.__dict__)
                tool = module.__dict__["tool"]
                for provider in PROVIDERS:
                    llm.ToolContext([tool]).parse_function_tools(provider)
                context = object.__new__(RunContext)
                given, named = prepare_function_arguments(fnc=tool, json_arguments=arguments, call_ctx=context)
                result = tool(*given, **named)
                if inspect.isawaitable(result):
                    asyncio.run(_finish(result))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return None


async def _finish(result: Any) -> None:
    await result


def judged(source: str) -> set[str]:
    """What the `livekit` profile says about the signature."""
    found = {d.code for d in check(source, "tools.py", Options(profile="livekit"))}
    assert "CAL999" not in found
    return {code for code in found if code[3] in "12"}


_UNDERSCORE = f"{PREAMBLE}\n@function_tool\nasync def tool(_a: Literal[Colour.RED.value]): 'Look it up.'\n"


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(tools())
@example((_UNDERSCORE, {"_a": "red"}))
def test_nothing_passes_that_livekit_refuses(tool: tuple[str, dict[str, Any]]) -> None:
    source, arguments = tool
    try:
        refusal = ask_livekit(source, arguments)
    except SyntaxError:
        assume(False)
    if refusal is not None:
        assert judged(source), refusal
    else:
        # CAL104 is for a `ctx` that LiveKit takes for an input: the model is asked to fill the context in.
        assert judged(source) <= MISHANDLED | {"CAL104"}


def test_the_judge_hears_a_refusal() -> None:
    source = f"{PREAMBLE}\n@function_tool\nasync def tool(ctx: RunContext, a: Plain) -> dict:\n    'Look up.'\n"
    assert "PydanticSchemaGenerationError" in (ask_livekit(source, {"a": {}}) or "")
    assert ask_livekit(source.replace("Plain)", "Point)"), {"a": {"x": 1}}) is None
