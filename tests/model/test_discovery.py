"""Which functions are in-call functions, and the reasons given, read like the contract's list."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_incall.model.discovery import Discovery
from flake8_incall.model.module import Module
from flake8_incall.options import Options

TOOL = "from livekit.agents import RunContext, function_tool\n"


def discover(source: str, *, path: str = "agent.py", paths: tuple[str, ...] = (), document: bool = False) -> Discovery:
    source = textwrap.dedent(source)
    lines = source.splitlines(keepends=True)
    return Module(path, lines, ast.parse(source), Options(paths=paths), is_document=document).discovery


def found(source: str, **options: object) -> list[str]:
    return [function.name for function in discover(source, **options).functions]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source",
    [
        "from livekit.agents import function_tool\n@function_tool\nasync def f(): ...",
        "from livekit.agents import function_tool\n@function_tool()\nasync def f(): ...",
        "from livekit.agents import function_tool as tool\n@tool(name='x')\nasync def f(): ...",
        "from livekit.agents.llm import function_tool\n@function_tool\nasync def f(): ...",
        "from livekit import agents\n@agents.function_tool\nasync def f(): ...",
        "import livekit.agents as lk\n@lk.llm.function_tool(description='x')\nasync def f(): ...",
        "from livekit.agents import *\n@function_tool\nasync def f(): ...",
        "from .tools import function_tool\n@function_tool\nasync def f(): ...",
        "from livekit.agents import function_tool\ntool = function_tool\n@tool\nasync def f(): ...",
        "from livekit.agents import function_tool\ntool = function_tool(name='x')\n@tool\nasync def f(): ...",
        "from livekit.agents import function_tool\nasync def f(): ...\ntools = [function_tool(f)]",
        "from livekit.agents import function_tool\nasync def f(): ...\ntools = [function_tool(f, name='x')]",
        "from livekit.agents import function_tool\nasync def f(): ...\ntools = [function_tool(name='x')(f)]",
        "from livekit.agents import function_tool\nasync def f(): ...\ng = f\ntools = [function_tool(f=g)]",
        "from livekit.agents import function_tool\nasync def f(): ...\nt = function_tool(f, raw_schema={'name': 'x'})",
        "from flake8_incall.runtime import incall_tool\n@incall_tool\nasync def f(): ...",
        "@function_tool\nasync def f(ctx: RunContext): ...",
    ],
)
def test_made_a_tool(source: str) -> None:
    assert found(source) == ["f"]


def test_methods_nested_functions_and_bound_methods_are_tools() -> None:
    source = """
        class Agent:
            @function_tool
            async def look_up(self, ctx: RunContext): ...
            @function_tool
            @staticmethod
            async def count(ctx: RunContext): ...
            async def cancel(self, ctx: RunContext): ...
            def tools(self):
                return [function_tool(self.cancel, name="cancel_order")]
        def factory():
            @function_tool
            async def inner(ctx: RunContext): ...
            return inner
    """
    functions = discover(TOOL + textwrap.dedent(source)).functions
    assert [(f.name, f.tool_name, f.is_method, [p.name for p in f.parameters]) for f in functions] == [
        ("look_up", "look_up", True, ["ctx"]),
        ("count", "count", False, ["ctx"]),
        ("cancel", "cancel_order", True, ["ctx"]),
        ("inner", "inner", False, ["ctx"]),
    ]


@pytest.mark.parametrize(
    ("argument", "what"),
    [("lambda ctx: 1", "a lambda"), ("functools.partial(f)", "a `functools.partial`"), ("C", "the class `C`")],
)
def test_what_is_no_function_is_a_misfit(argument: str, what: str) -> None:
    source = f"{TOOL}import functools\nasync def f(): ...\nclass C: ...\nt = function_tool({argument})"
    assert [misfit.what for misfit in discover(source).misfits] == [what]


@pytest.mark.parametrize(
    "source",
    [
        # Another package's decorator and context of the same name.
        "from agents import function_tool\n@function_tool\nasync def f(): ...",
        "from agents import RunContextWrapper as RunContext\nasync def f(ctx: RunContext): ...",
        "from pydantic_ai import RunContext\nasync def f(ctx: RunContext): ...",
        # Where `RunContext` is imported, only `async` with the context first is a tool.
        "from livekit.agents import RunContext\ndef f(ctx: RunContext): ...",
        "from livekit.agents import RunContext\nasync def f(a: int, ctx: RunContext): ...",
        # Helpers: private, called, or beside decorated functions.
        "from livekit.agents import RunContext\nasync def _f(ctx: RunContext): ...",
        "from livekit.agents import RunContext\nasync def f(ctx: RunContext): ...\nasync def _g(): await f(1)",
        "class A:\n  async def f(self, ctx: RunContext): ...",
        "async def f(x: int): ...",
    ],
)
def test_is_no_tool(source: str) -> None:
    assert found(source) == []


def test_beside_decorated_functions_the_others_are_helpers() -> None:
    source = TOOL + "@function_tool\nasync def f(ctx: RunContext): ...\nasync def g(ctx: RunContext): ..."
    assert found(source) == ["f"]


@pytest.mark.parametrize(
    "source",
    [
        "from livekit.agents import RunContext\nasync def f(ctx: RunContext): ...",
        "from livekit.agents import RunContext as RC\nasync def f(ctx: 'RC[dict]'): ...",
        "from livekit import agents\nContext = agents.RunContext[dict]\nasync def f(ctx: Context): ...",
        "from livekit.agents import RunContext\nasync def f(ctx: RunContext, n: int): await f(ctx, n - 1)",
        # A snippet: nothing imports `RunContext`.
        "async def f(ctx: RunContext): ...",
        "def f(a: int, ctx: RunContext): ...",
        "import httpx\nasync def f(ctx: RunContext): ...",
    ],
)
def test_found_by_its_signature(source: str) -> None:
    assert found(source) == ["f"]


@pytest.mark.parametrize(
    ("glob", "path", "is_matched"),
    [
        ("*.py", "functions/book.py", True),
        ("book.py", "functions/book.py", True),
        ("functions/*.py", "functions/book.py", True),
        ("tools/*.py", "functions/book.py", False),
    ],
)
def test_every_public_function_of_a_matched_file(glob: str, path: str, is_matched: bool) -> None:
    source = "def book(day): ...\ndef _helper(): ...\nclass A:\n  def method(self): ..."
    assert found(source, path=path, paths=(glob,)) == (["book"] if is_matched else [])


def test_of_a_document_the_first_function_only() -> None:
    result = discover("import re\nasync def book(): ...\ndef helper(): ...", document=True)
    assert [function.name for function in result.functions] == ["book"]
    assert [(node.name, why) for node, why in result.passed_over] == [
        ("helper", "the platform runs only the first `def`")
    ]


def test_reasons_are_kept() -> None:
    source = TOOL + "@function_tool\nasync def f(ctx: RunContext): ...\nasync def g(ctx: RunContext): ..."
    result = discover(source)
    assert [function.reason for function in result.functions] == ["decorated with `function_tool`"]
    assert [(node.name, why) for node, why in result.passed_over] == [
        ("g", "the file names its in-call functions with `function_tool`, and this is none of them")
    ]
    source = "from livekit.agents import RunContext\nasync def g(ctx: RunContext): ...\ndef h(): ..."
    result = discover(source)
    assert [f.reason for f in result.functions] == ["takes a `RunContext` and nothing in the file calls it"]
    assert [why for _, why in result.passed_over] == ["no parameter is annotated with LiveKit's `RunContext`"]
