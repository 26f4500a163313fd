"""Edits: the text after them means what it should, and the rest of it stays."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from flake8_incall.diagnostics import Edit
from flake8_incall.fixes import edited
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import split_lines
from flake8_incall.model.edits.arguments import without_keyword
from flake8_incall.model.edits.imports import Spelling, spelling
from flake8_incall.model.edits.statements import statement_after, statement_at_head, statement_before, wrapped
from flake8_incall.options import Options

FUNCTION = "async def read(ctx: RunContext) -> dict:\n    await call()\n"
FUTURE = "from __future__ import annotations\n"
LIVEKIT = "from livekit.agents import RunContext\n"


def read(source: str) -> Module:
    return Module("read.py", split_lines(source), ast.parse(source), Options())


def first_function(module: Module) -> ast.FunctionDef | ast.AsyncFunctionDef:
    return next(node for node in module.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def applied(source: str, edits: tuple[Edit, ...]) -> str:
    changed = edited(source, edits)
    ast.parse(changed)
    return changed


def spelled(source: str, home: str, member: str = "", *, by_name: bool = False) -> tuple[str, str]:
    """How a name is written at the end of the first function, and the text with the import that it needs."""
    module = read(source)
    found = spelling(module, first_function(module).body[-1], home, member, by_name=by_name)
    assert isinstance(found, Spelling)
    return found.text, applied(source, found.edits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LIVEKIT, "import asyncio\n\n" + LIVEKIT),
        ('"""Docs."""\n\n' + LIVEKIT, '"""Docs."""\n\nimport asyncio\n\n' + LIVEKIT),
        (f"{FUTURE}\n{LIVEKIT}", f"{FUTURE}\nimport asyncio\n\n{LIVEKIT}"),
        ("import json\n\n" + LIVEKIT, "import asyncio\nimport json\n\n" + LIVEKIT),
        ("import abc\nimport json\n\n" + LIVEKIT, "import abc\nimport asyncio\nimport json\n\n" + LIVEKIT),
        (
            "import abc\nfrom ast import walk\n" + LIVEKIT,
            "import abc\nimport asyncio\nfrom ast import walk\n" + LIVEKIT,
        ),
        ("import abc  # why\n\n" + LIVEKIT, "import abc  # why\nimport asyncio\n\n" + LIVEKIT),
        ("import asyncio\n\n" + LIVEKIT,) * 2,
    ],
)
def test_import_of_the_standard_library_goes_into_its_group(before: str, after: str) -> None:
    assert spelled(before + "\n\n" + FUNCTION, "asyncio") == ("asyncio", after + "\n\n" + FUNCTION)


def test_import_from_elsewhere_goes_after_the_standard_library() -> None:
    source = "import json\n\nRunContext = json.RunContext\n\n\n" + FUNCTION
    assert spelled(source, "httpx") == ("httpx", source.replace("json\n", "json\n\nimport httpx\n", 1))


def test_import_in_a_file_without_imports_goes_behind_what_is_said_of_the_file() -> None:
    source = "#!/usr/bin/env python\n# incall: file\n\nRunContext = object\n\n\n" + FUNCTION
    assert spelled(source, "httpx")[1] == source.replace("RunContext = ", "import httpx\n\nRunContext = ", 1)


@pytest.mark.parametrize(
    ("head", "home", "member", "written"),
    [
        ("import asyncio as aio\n", "asyncio", "timeout", "aio.timeout"),
        ("from asyncio import timeout\n", "asyncio", "timeout", "timeout"),
        ("from asyncio import timeout as limit\n", "asyncio", "timeout", "limit"),
        ("import urllib.parse\n", "urllib.parse", "quote", "urllib.parse.quote"),
        ("from urllib import parse\n", "urllib.parse", "quote", "parse.quote"),
        ("import urllib.parse as parse\n", "urllib.parse", "quote", "parse.quote"),
        ("import urllib.request\nimport urllib.parse\n", "urllib.parse", "quote", "urllib.parse.quote"),
        ("from livekit import agents\n", "livekit.agents", "RunContext", "agents.RunContext"),
    ],
)
def test_spelling_of_what_is_imported_needs_no_import(head: str, home: str, member: str, written: str) -> None:
    source = head + "from livekit.agents import Agent\n\n\n" + FUNCTION
    assert spelled(source, home, member) == (written, source)


def test_spelling_after_an_import_of_a_sibling_needs_an_import() -> None:
    source = "import urllib.request\n\n" + LIVEKIT + "\n\n" + FUNCTION
    assert spelled(source, "urllib.parse", "quote") == ("urllib.parse.quote", "import urllib.parse\n" + source)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from livekit.agents import Agent, llm",
            "from livekit.agents import Agent, RunContext, llm",
        ),
        ("from livekit.agents import Agent", "from livekit.agents import Agent, RunContext"),
        (
            "from livekit.agents import (\n    Agent,\n    function_tool,\n)",
            "from livekit.agents import (\n    Agent,\n    RunContext,\n    function_tool,\n)",
        ),
        ("from livekit.agents import (\n    Agent,\n)", "from livekit.agents import (\n    Agent,\n    RunContext,\n)"),
        ("from livekit.agents import Agent, \\\n    llm", "from livekit.agents import Agent, \\\n    RunContext, llm"),
        ("import livekit", "import livekit\nfrom livekit.agents import RunContext"),
    ],
)
def test_import_of_a_name_joins_that_of_its_module(before: str, after: str) -> None:
    found = spelled(f"{before}\n\n\n{FUNCTION}", "livekit.agents", "RunContext", by_name=True)
    assert found == ("RunContext", f"{after}\n\n\n{FUNCTION}")


@pytest.mark.parametrize(
    "source",
    [
        LIVEKIT + "asyncio = 1\n" + FUNCTION,
        LIVEKIT + "async def read(asyncio: str) -> dict:\n    await call()\n",
        LIVEKIT + "async def read(ctx: RunContext) -> dict:\n    asyncio = 2\n    await call()\n",
    ],
)
def test_spelling_of_a_name_that_is_taken_is_none(source: str) -> None:
    module = read(source)
    assert spelling(module, first_function(module).body[-1], "asyncio", "timeout") is None


def test_import_of_a_snippet_goes_into_its_function() -> None:
    assert spelled(FUNCTION, "httpx") == ("httpx", FUNCTION)
    source = FUNCTION.replace("    await", '    """Read."""\n    await')
    assert spelled(source, "urllib.parse", "quote", by_name=True) == (
        "quote",
        source.replace('"""\n', '"""\n    from urllib.parse import quote\n'),
    )


def at_head(source: str) -> tuple[Edit, ...] | None:
    module = read(source)
    edit = statement_at_head(module, first_function(module), "if not day:", "    return 1")
    return (edit,) if edit else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    x = 2\n", "    if not day:\n        return 1\n    x = 2\n"),
        ("\n    # why\n    x = 2\n", "\n    if not day:\n        return 1\n    # why\n    x = 2\n"),
        ("    'Docs.'  # a\n    x = 2", "    'Docs.'  # a\n    if not day:\n        return 1\n    x = 2"),
        ("    'Docs.'", "    'Docs.'\n    if not day:\n        return 1"),
        ("\t@wraps\n\tdef g(): ...\n", "\tif not day:\n\t\treturn 1\n\t@wraps\n\tdef g(): ...\n"),
    ],
)
def test_statement_at_head_goes_behind_the_docstring(before: str, after: str) -> None:
    edits = at_head(f"def f(day):\n{before}")
    assert edits is not None
    assert applied(f"def f(day):\n{before}", edits) == f"def f(day):\n{after}"


@pytest.mark.parametrize("body", [" return 2\n", "\n    'Docs.'; return 2\n", " \\\n  return 2\n"])
def test_statement_at_head_of_a_body_without_lines_of_its_own_is_none(body: str) -> None:
    assert at_head(f"def f(day):{body}") is None


def test_statements_beside_one_take_its_indentation() -> None:
    source = "if True:\n\tcall(\n1)  # note\n"
    module = read(source)
    statement = module.tree.body[0].body[0]  # type: ignore[attr-defined]
    before, after = statement_before(module, statement, "a = 1"), statement_after(module, statement, "b = 2")
    assert before
    assert after
    assert applied(source, (before, after)) == "if True:\n\ta = 1\n\tcall(\n1)  # note\n\tb = 2\n"


BROKEN_UP = """\
    try:
        x = (
      1)

        # a
        y = 2  # b
    except OSError:
        return None
"""
HANDLER = "except OSError:\n        return None\n"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("    x = 1\n", f"    try:\n        x = 1\n    {HANDLER}"),
        ("    x = (\n  1)\n\n    # a\n    y = 2  # b\n", BROKEN_UP),
        ("    x = 'a' \\\n 'b'", f"    try:\n        x = 'a' \\\n     'b'\n    {HANDLER.rstrip()}"),
        ("    x = '''a'''\n", f"    try:\n        x = '''a'''\n    {HANDLER}"),
        ("\tx = 1\n", "\ttry:\n\t\tx = 1\n\texcept OSError:\n\t\treturn None\n"),
        ("  x = 1\n", "  try:\n    x = 1\n  except OSError:\n    return None\n"),
    ],
)
def test_wrapped_statements_keep_comments_and_layout(body: str, after: str) -> None:
    source = f"def f():\n{body}"
    module = read(source)
    first, *_, last = [*first_function(module).body] * 2
    edits = wrapped(module, first, last, "try:", ("except OSError:", "    return None"))
    assert edits is not None
    assert applied(source, edits) == f"def f():\n{after}"


@pytest.mark.parametrize(
    "body",
    [
        "    x = '''a\n  b'''\n",
        "    x = f'''a\n  {1}'''\n",
        "    x = 'a\\\n b'\n",
        "    x = 1\n\f    y = 2\n",
        "    x = 1; y = 2\n",
    ],
)
def test_wrapping_where_white_space_counts_is_none(body: str) -> None:
    module = read(f"def f():\n{body}")
    statements = first_function(module).body
    last = statements[0] if ";" in body else statements[-1]
    assert wrapped(module, statements[0], last, "try:") is None


def of_call(source: str, change: Callable[[Module, ast.Call, ast.keyword], Edit | None]) -> str | None:
    module = read(source)
    call = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    edit = change(module, call, call.keywords[0])
    return applied(source, (edit,)) if edit else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a, b=1)", "f(a)"),
        ("f(b=1, c=2)", "f(c=2)"),
        ("f(b=1)", "f()"),
        ("f(a,\n  b=1,\n  c=2)", "f(a,\n  c=2)"),
        ("f((a), b=1)", None),
        ("f(a,  # why\n  b=1)", None),
    ],
)
def test_without_keyword_takes_one_comma(before: str, after: str | None) -> None:
    assert of_call(before, without_keyword) == after
