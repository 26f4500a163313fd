"""Which functions are in-call functions, and the reasons given, read like the contract's list."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_incall.model.calls.discovery import Discovery, discover
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.model.code.module import Module
from flake8_incall.options import Options, Profile

TOOL = "from livekit.agents import RunContext, function_tool\n"
CONTEXT = "from livekit.agents import RunContext\n"


def discovered(
    source: str,
    *,
    path: str = "agent.py",
    paths: tuple[str, ...] = (),
    document: bool = False,
    profile: Profile = "contract",
) -> Discovery:
    source = textwrap.dedent(source)
    lines = source.splitlines(keepends=True)
    options = Options(paths=paths, profile=profile)
    return Module(path, lines, ast.parse(source), options, is_document=document).fact(discover)


def found(source: str, **options: object) -> list[str]:
    return [function.name for function in discovered(source, **options).functions]  # type: ignore[arg-type]


def counted(source: str, **options: object) -> list[tuple[str, Reason]]:
    passed_over = discovered(source, **options).passed_over  # type: ignore[arg-type]
    return [(other.node.name, other.reason) for other in passed_over if other.reason is not None]


# Made a tool


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
        "from livekit.agents import function_tool\ndef tool(g): return function_tool(g)\n@tool\nasync def f(): ...",
        "from livekit.agents import function_tool\ndef tool(g): return function_tool(g, name='x')\n"
        "async def f(): ...\ntools = [tool(f)]",
        "import functools\nfrom livekit.agents import function_tool\n"
        "tool = functools.partial(function_tool, name='x')\n@tool\nasync def f(): ...",
        "from flake8_incall.runtime import incall_tool\n@incall_tool\nasync def f(): ...",
        "@function_tool\nasync def f(ctx: RunContext): ...",
    ],
)
@pytest.mark.parametrize("profile", ["contract", "livekit", "gate"])
def test_made_a_tool(source: str, profile: Profile) -> None:
    assert found(source, profile=profile) == ["f"]


@pytest.mark.parametrize(
    "source",
    [
        "from livekit.agents import Agent\nasync def f(day: str): ...\nagent = Agent(instructions='', tools=[f])",
        "from livekit import agents\nasync def f(): ...\nTOOLS = [f]\nagent = agents.Agent(tools=[*TOOLS])",
        "from livekit.agents import Agent\nasync def f(): ...\nasync def main(a: Agent): await a.update_tools([f])",
        "from livekit.agents import Agent\nasync def f(): ...\nasync def g(a): await a.update_tools(a.tools + [f])",
        """
        from livekit.agents import Agent
        async def f(): ...
        class Desk(Agent):
            def __init__(self):
                super().__init__(instructions="", tools=[f])
        """,
        """
        from livekit.agents import Agent
        class Desk(Agent):
            def __init__(self):
                super().__init__(instructions="", tools=[self.f])
            async def f(self, day: str): ...
        """,
        CONTEXT + "from shop import Desk\nasync def f(ctx: RunContext): ...\ndesk = Desk(tools=[f])",
        "from livekit.agents import Agent\nasync def f(): ...\nTOOLS = []\nTOOLS.append(f)\nAgent(tools=TOOLS)",
        "from livekit.agents import Agent\nasync def f(): ...\nclass Own:\n    ALL = (f,)\nAgent(tools=list(Own.ALL))",
        "from livekit.agents import Agent\nasync def f(): ...\ndef tools(): return [f]\nAgent(tools=tools())",
        """
        from livekit.agents import Agent
        class Desk(Agent):
            @property
            def helpers(self): return [self.f]
            def __init__(self):
                super().__init__(instructions="", tools=[*self.helpers])
            async def f(self, day: str): ...
        """,
    ],
)
@pytest.mark.parametrize("profile", ["contract", "livekit"])
def test_a_function_that_is_listed_as_a_tool_is_one(source: str, profile: Profile) -> None:
    assert found(source, profile=profile) == ["f"]


@pytest.mark.parametrize(
    "source",
    [
        "from openai import OpenAI\ndef f(): ...\nOpenAI().chat.completions.create(tools=[f])",
        "from agents import Agent\nasync def f(): ...\nagent = Agent(tools=[f])",
        "from livekit.agents import llm\nfrom langchain.agents import create\ndef f(): ...\nagent = create(tools=[f])",
        "from livekit.agents import Agent\nfrom shop import f\nagent = Agent(tools=[f])",
        "def f(): ...\ntools = [f]",
        "from functools import partial\nfrom livekit.agents import Agent\ndef f(): ...\nAgent(tools=[partial(f)])",
        "from livekit.agents import Agent\ndef f(): ...\nAgent(tools={'f': f})",
        "from livekit.agents import Agent\nclass Desk:\n    @property\n    def f(self): return unknown()\n"
        "Agent(tools=[Desk().f])",
    ],
)
def test_what_another_library_is_given_as_a_tool_is_none(source: str) -> None:
    assert found(source) == []


def test_a_decorated_function_that_is_listed_keeps_its_name() -> None:
    source = TOOL + "from livekit.agents import Agent\n@function_tool(name='x')\nasync def f(): ...\nAgent(tools=[f])"
    assert [function.tool_name for function in discovered(source).functions] == ["x"]


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
    functions = discovered(TOOL + textwrap.dedent(source)).functions
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
    assert [misfit.what for misfit in discovered(source).misfits] == [what]


# Found by the signature


@pytest.mark.parametrize(
    "source",
    [
        CONTEXT + "async def f(ctx: RunContext): ...",
        "from livekit.agents import RunContext as RC\nasync def f(ctx: 'RC[dict]'): ...",
        "from livekit import agents\nContext = agents.RunContext[dict]\nasync def f(ctx: Context): ...",
        "from livekit.agents import RunContext\nasync def f(ctx: RunContext, n: int): await f(ctx, n - 1)",
        # What the signature rules are for does not hide a function.
        CONTEXT + "def f(ctx: RunContext): ...",
        CONTEXT + "async def f(day: str, ctx: RunContext): ...",
        CONTEXT + "async def f(day: str, *, ctx: RunContext): ...",
        CONTEXT + "async def f(call: RunContext): ...",
        CONTEXT + "async def f(context, day: str): ...",
        CONTEXT + "async def f(day: str, ctx): ...",
        CONTEXT + "async def f(ctx: 'RunContext | None'): ...",
        CONTEXT + "from typing import Optional\nasync def f(ctx: Optional[RunContext] = None): ...",
        CONTEXT + "from typing import Annotated\nasync def f(ctx: Annotated[RunContext, 1]): ...",
        CONTEXT + "if True:\n  async def f(ctx: RunContext): ...",
        # Who else calls it does not, either.
        CONTEXT + "import asyncio\nasync def f(ctx: RunContext): ...\nasyncio.run(f(None))",
        CONTEXT + "async def f(ctx: RunContext): ...\ndef main(): f(None)\nif __name__ == '__main__': main()",
        CONTEXT + "async def f(ctx: RunContext): ...\nasync def test_f(): await f(None)",
        CONTEXT + "async def f(ctx: RunContext): ...\nasync def _g(): await f(1)",
        # `RunContext` that may be LiveKit's.
        "from livekit.agents import *\nasync def f(ctx: RunContext): ...",
        "from shop.types import *\nasync def f(ctx: RunContext): ...",
        "from shop.types import RunContext\nasync def f(ctx: RunContext): ...",
        "from .types import RunContext_T\nasync def f(context: RunContext_T): ...",
        "from shop.types import RunContext_T\nasync def f(c: 'RunContext_T | None'): ...",
        "try:\n  from livekit.agents import RunContext\nexcept ImportError:\n  RunContext = None\n"
        "async def f(ctx: RunContext): ...",
        "try:\n  from livekit.agents import RunContext\nexcept ImportError:\n  class RunContext: ...\n"
        "async def f(ctx: RunContext): ...",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from livekit.agents import RunContext\n"
        "async def f(ctx: 'RunContext'): ...",
        # A snippet: nothing imports `RunContext`.
        "async def f(ctx: RunContext): ...",
        "def f(a: int, ctx: RunContext): ...",
        "import httpx\nasync def f(ctx: RunContext): ...",
        "async def f(ctx, day: str):\n  '''Book.\n\n  Args:\n    ctx: RunContext object\n  '''",
        # Another decorator than LiveKit's.
        CONTEXT + "from trace import observe\n@observe()\nasync def f(ctx: RunContext): ...",
    ],
)
@pytest.mark.parametrize("profile", ["contract", "strict", "gate"])
def test_found_by_its_signature(source: str, profile: Profile) -> None:
    assert found(source, profile=profile) == ["f"]
    assert found(source, profile="livekit") == []


@pytest.mark.parametrize(
    "source",
    [
        # Another package's decorator and context of the same name.
        "from agents import function_tool\n@function_tool\nasync def f(): ...",
        "from agents import RunContextWrapper as RunContext\nasync def f(ctx: RunContext): ...",
        "from pydantic_ai import RunContext\nasync def f(ctx: RunContext): ...",
        "from pydantic_ai import RunContext\nasync def f(ctx: RunContext[str]): ...",
        "from pydantic_ai.tools import RunContext\nasync def f(ctx: RunContext): ...",
        "import pydantic_ai as ai\nasync def f(ctx: ai.RunContext): ...",
        "from pydantic_ai import RunContext\nasync def f(ctx, day: str): ...",
        # Nothing in the file speaks of the call.
        "async def f(x: int): ...",
        "async def f(ctx, day: str): '''Book.'''",
        "import click\n@click.command()\ndef f(ctx): '''Like a RunContext.'''",
        # The context is a part of something else.
        CONTEXT + "from typing import Callable\ndef f(handler: Callable[[RunContext], dict]): ...",
        CONTEXT + "def f(contexts: list[RunContext]): ...",
        CONTEXT + "def f() -> RunContext: ...",
        CONTEXT + "from livekit.agents import JobContext\nasync def f(ctx: JobContext): ...",
        CONTEXT + "async def f(ctx): ...\noptions = WorkerOptions(entrypoint_fnc=f)",
        # Not public, or no function of the module.
        CONTEXT + "async def _f(ctx: RunContext): ...",
        "class A:\n  async def f(self, ctx: RunContext): ...",
        CONTEXT + "def make():\n  async def f(ctx: RunContext): ...",
        CONTEXT + "import contextlib\n@contextlib.asynccontextmanager\nasync def f(ctx: RunContext): yield",
    ],
)
def test_is_no_tool(source: str) -> None:
    assert found(source) == []


def test_pydantic_ai_beside_livekit_keeps_its_own() -> None:
    source = "import pydantic_ai\nfrom livekit.agents import RunContext\n"
    functions = "async def f(ctx: pydantic_ai.RunContext): ...\nasync def g(ctx: RunContext): ..."
    assert found(source + functions) == ["g"]


@pytest.mark.parametrize(
    ("helper", "use"),
    [
        ("async def g(ctx: RunContext): ...", "await g(ctx)"),
        ("async def g(ctx: RunContext): ...", "await asyncio.gather(g(ctx))"),
        ("async def g(ctx: RunContext): ...", "return {'a': g}"),
        ("async def g(ctx: RunContext): ...\nasync def _h(ctx): await g(ctx)", "await _h(ctx)"),
        ("async def g(ctx: RunContext): ...\nTABLE = {'a': g}", "await TABLE['a'](ctx)"),
        ("async def g(ctx: RunContext): ...\nclass K:\n  async def m(self): await g(1)", "await K().m()"),
    ],
)
def test_what_an_in_call_function_uses_is_a_helper(helper: str, use: str) -> None:
    source = f"{CONTEXT}{helper}\nasync def f(ctx: RunContext):\n  {use}"
    assert found(source) == ["f"]
    assert counted(source) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("async def f(ctx: RunContext): await g(ctx)\nasync def g(ctx: RunContext): await f(ctx)", ["f"]),
        ("async def g(ctx: RunContext): await f(ctx)\nasync def f(ctx: RunContext): await g(ctx)", ["g"]),
        (
            "async def f(ctx: RunContext): await g(ctx)\nasync def g(ctx: RunContext): await h(ctx)\n"
            "async def h(ctx: RunContext): await f(ctx)\nasync def k(ctx: RunContext): ...",
            ["f", "k"],
        ),
        (
            "async def f(ctx: RunContext): await g(ctx)\nasync def g(ctx: RunContext): await f(ctx)\n"
            "async def h(ctx: RunContext): await g(ctx)",
            ["h"],
        ),
        ("async def f(ctx: RunContext): await _g(ctx)\nasync def _g(ctx: RunContext): await f(ctx)", ["f"]),
    ],
)
def test_of_a_circle_of_calls_one_function_stays(source: str, names: list[str]) -> None:
    assert found(CONTEXT + source) == names


def test_a_name_of_its_own_is_no_use_of_a_function() -> None:
    source = f"{CONTEXT}async def day(ctx: RunContext): ...\nasync def f(ctx: RunContext, day: str): return day"
    assert found(source) == ["day", "f"]


@pytest.mark.parametrize("profile", ["contract", "livekit"])
def test_undecorated_functions_beside_decorated_ones_are_counted(profile: Profile) -> None:
    source = f"""{TOOL}
@function_tool
async def f(ctx: RunContext): await used(ctx)
async def used(ctx: RunContext): ...
async def other(ctx: RunContext): ...
def plain(day): ...
async def _private(ctx: RunContext): ...
"""
    assert found(source, profile=profile) == ["f"]
    assert counted(source, profile=profile) == [("other", Reason.UNDECORATED)]


def test_in_livekit_undecorated_functions_are_counted() -> None:
    source = f"{CONTEXT}async def f(ctx: RunContext): ...\nasync def g(ctx, day): ...\ndef h(day): ..."
    assert counted(source, profile="livekit") == [("f", Reason.UNDECORATED), ("g", Reason.UNDECORATED)]


# Found by the path


@pytest.mark.parametrize(
    ("functions", "names"),
    [
        ("def book(day): ...\nasync def cancel(day): ...", ["book", "cancel"]),
        (f"{CONTEXT}def book(day): ...\nasync def cancel(day, ctx: RunContext): ...", ["book", "cancel"]),
        ("def book(day): quote(day)\ndef quote(day): ...", ["book", "quote"]),
        ("def _book(day): ...\nclass A:\n  def method(self): ...", []),
        ("if True:\n  def book(day): ...", ["book"]),
        # Helpers of functions with a context, however these use them.
        (f"{CONTEXT}def quote(day): ...\nasync def book(ctx: RunContext): quote(1)", ["book"]),
        (
            f"{CONTEXT}def quote(day): rate(day)\ndef rate(day): ...\nasync def book(ctx: RunContext): quote(1)",
            ["book"],
        ),
        (f"{CONTEXT}def guarded(f): ...\n@guarded\nasync def book(ctx: RunContext): ...", ["book"]),
        (f"{CONTEXT}def client(): ...\nasync def book(ctx: RunContext):\n  async with client(): ...", ["book"]),
        (f"{CONTEXT}def rank(day): ...\nasync def book(ctx: RunContext): sorted([], key=rank)", ["book"]),
        (
            f"{TOOL}def quote(day): ...\ndef other(day): ...\n@function_tool\nasync def book(): quote(1)",
            ["other", "book"],
        ),
        # A function with a context is none, and of a circle one stays.
        (f"{CONTEXT}async def f(ctx: RunContext): g(ctx)\nasync def g(ctx: RunContext): f(ctx)", ["f", "g"]),
        ("def f(day): g(day)\ndef g(day): f(day)", ["f", "g"]),
    ],
)
@pytest.mark.parametrize("profile", ["contract", "livekit"])
def test_every_public_function_of_a_matched_file(functions: str, names: list[str], profile: Profile) -> None:
    assert found(functions, path="functions/book.py", paths=("functions",), profile=profile) == names


def test_main_and_functions_with_other_decorators_are_counted() -> None:
    source = """
        @app.get("/")
        def page(): ...
        @fixture
        def order(): ...
        @contextmanager
        def session(): ...
        def main(): ...
        def book(day): ...
    """
    assert found(source, paths=("*.py",)) == ["book"]
    assert counted(source, paths=("*.py",)) == [
        ("page", Reason.OTHER_DECORATOR),
        ("order", Reason.OTHER_DECORATOR),
        ("session", Reason.OTHER_DECORATOR),
        ("main", Reason.MAIN),
    ]


# Test files


@pytest.mark.parametrize("path", ["test_shop.py", "tests/shop.py", "shop/tests/unit/shop.py", "conftest.py"])
@pytest.mark.parametrize("profile", ["contract", "livekit", "gate"])
def test_of_a_test_file_nothing_is_taken(path: str, profile: Profile) -> None:
    source = f"{TOOL}@function_tool\nasync def f(ctx: RunContext): ...\nt = function_tool(lambda: 1)"
    result = discovered(source, path=path, profile=profile)
    assert (result.functions, result.misfits) == ([], [])
    assert [other.node.name for other in result.passed_over] == ["f"]
    assert found(source, path=path, paths=(path,)) == ["f"]


@pytest.mark.parametrize("path", ["latest.py", "contest/shop.py", "tests.py", "shop/testing/shop.py", "my_tests/f.py"])
def test_a_file_that_is_called_nearly_so_is_no_test(path: str) -> None:
    assert found(f"{CONTEXT}async def f(ctx: RunContext): ...", path=path) == ["f"]


# Marked


@pytest.mark.parametrize("profile", ["contract", "strict", "livekit", "gate"])
def test_a_mark_overrides_what_would_be_found(profile: Profile) -> None:
    source = f"""{CONTEXT}
async def f(ctx: RunContext): ...  # incall: helper
def g(  # noqa  # incall: tool
    day,
): ...
@observe
def _h(day): ...  #InCall:Tool
async def k(mark="# incall: tool"): ...
class A:
    def m(self, day): ...  # incall: tool - it is called by name
"""
    result = discovered(source, profile=profile)
    assert [(f.name, f.is_method) for f in result.functions] == [("g", False), ("_h", False), ("m", True)]
    assert counted(source, profile=profile) == [("f", Reason.MARKED_HELPER)]


def test_a_mark_holds_in_test_files_and_against_paths() -> None:
    source = "def f(day): ...  # incall: tool\ndef g(day): ..."
    assert found(source, path="tests/f.py") == ["f"]
    assert found("def f(day): ...  # incall: helper\ndef g(day): ...", paths=("*.py",)) == ["g"]


def test_a_decorated_function_that_is_marked_as_a_helper_stays_one_under_gate() -> None:
    source = f"{TOOL}@function_tool\nasync def f(ctx: RunContext): ...  # incall: helper"
    assert found(source) == []
    assert counted(source) == [("f", Reason.MARKED_HELPER)]
    assert found(source, profile="gate") == ["f"]


# Documents, and reasons


def test_of_a_document_the_first_function_only() -> None:
    result = discovered("import re\nasync def book(): ...\ndef helper(): ...", document=True)
    assert [function.name for function in result.functions] == ["book"]
    assert [(other.node.name, other.why) for other in result.passed_over] == [
        ("helper", "the platform runs only the first `def`")
    ]


def test_reasons_are_kept() -> None:
    source = TOOL + "@function_tool\nasync def f(ctx: RunContext): ...\nasync def g(ctx: RunContext): ..."
    result = discovered(source)
    assert [function.reason for function in result.functions] == ["decorated with `function_tool`"]
    assert [(other.node.name, other.why) for other in result.passed_over] == [
        ("g", "not decorated, and the file makes its in-call functions with `function_tool`")
    ]
    result = discovered("from livekit.agents import RunContext\nasync def g(ctx: RunContext): ...\ndef h(): ...")
    assert [f.reason for f in result.functions] == ["takes a `RunContext`"]
    assert [other.why for other in result.passed_over] == ["no parameter is annotated with LiveKit's `RunContext`"]


@pytest.mark.parametrize(
    ("tool", "name"),
    [
        ("tool = function_tool(name='x')\ntools = [tool(f)]", "x"),
        ("tool = functools.partial(function_tool, name='x')\ntools = [tool(f)]", "x"),
        ("def tool(g): return function_tool(g, name='x')\ntools = [tool(f)]", "x"),
        ("NAME = 'x'\ntools = [function_tool(f, name=NAME)]", "x"),
        ("tools = [function_tool(f)]", "f"),
    ],
)
def test_the_name_of_a_tool_is_what_its_maker_was_told(tool: str, name: str) -> None:
    head = "import functools\nfrom livekit.agents import function_tool\nasync def f(): ...\n"
    assert [function.tool_name for function in discovered(head + tool).functions] == [name]
