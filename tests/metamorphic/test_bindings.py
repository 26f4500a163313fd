"""Whatever binds a name binds it in every analysis: what comes after its first use is judged like anything else."""

from __future__ import annotations

import ast
import sys

import pytest

from flake8_incall import Options, check

# Each binds `x`; `value` is the parameter.
BINDINGS = (
    *("x = 1", "x: int = 1", "x = y = 1", "x, y = 1, 2", "[x, y] = 1, 2", "x, *y = 1, 2", "*x, y = 1, 2", "(x := 1)"),
    *("x = 1\nx += 1", "y = 1\nx = y\ndel y", "x = []\ndel x[:]"),
    *("import x", "import x.y", "import y.z as x", "import y, x", "from y import x", "from y import z as x"),
    *("from . import x", "from .y import z as x", "from ..y import x"),
    *("def x(): ...", "async def x(): ...", "class x: ...", "x = lambda: 1", "@y\ndef x(): ..."),
    *("for x in [1]:\n    pass", "for y, x in [(1, 2)]:\n    pass", "for y, *x in [(1, 2)]:\n    pass"),
    *("async for x in value.rows():\n    break\nelse:\n    x = 1", "while not (x := value.more()):\n    pass"),
    *(
        "with y as x:\n    pass",
        "with y as (x, z):\n    pass",
        "with y as [x, *z]:\n    pass",
        "async with y as x:\n    pass",
    ),
    *("with a, b as x:\n    pass", "async with y() as x, z() as w:\n    pass"),
    *(
        "try:\n    y()\nexcept ValueError as x:\n    z = x\nx = 1",
        "try:\n    y()\nexcept* ValueError as x:\n    z = x\nx = 1",
    ),
    *(
        "match value:\n    case x:\n        pass",
        "match value:\n    case str() as x:\n        pass\n    case _:\n        x = 1",
    ),
    *("match [1, 2]:\n    case [x, y]:\n        pass", "match [1, 2]:\n    case [y, *x]:\n        pass"),
    *('match {"k": 1}:\n    case {"k": x}:\n        pass', 'match {"k": 1}:\n    case {**x}:\n        pass'),
    *("match value:\n    case [x] | [_, x]:\n        pass\n    case _:\n        x = 1",),
    *("match value:\n    case y.Point(x=x):\n        pass\n    case _:\n        x = 1",),
    *("y = [x := item for item in [1]]", "y = [x for x in [1]]\nx = y", "y = {x: 1 for x in [1]}\nx = y"),
    *("y = {x for x in [1]}\nx = y", "y = sum(x for x in [1])\nx = y", "y = [item async for item in value]\nx = y"),
    *("global x\nx = 1", "global x\nimport x", "global x\ndef x(): ...", "global x"),
    *("x = 0\ndef y():\n    nonlocal x\n    x = 1\ny()", "x: int\ndef y():\n    nonlocal x\n    x = 1\ny()"),
    *("x: int\ndef y():\n    nonlocal x\n    import x\ny()", "x: int\ndef y():\n    nonlocal x\n    x = 1\nz(y)"),
    *("x: int\ndef y(n):\n    nonlocal x\n    x = y(n - 1) if n else 1\ny(3)",),
    *("x: int\nasync def y():\n    nonlocal x\n    x = 1\nawait z.run(y())",),
    *("if value:\n    import x\nelse:\n    x = None", "try:\n    import x\nexcept ImportError:\n    x = None"),
    *("if y := value:\n    x = y\nelse:\n    x = 1", "x = (y := 1) + y", "x = [lambda z=1: z][0]"),
)
NEWER_BINDINGS = ("type x = int", "type x[T] = list[T]", "def x[T](y: T) -> T: ...", "class x[T]: ...")
# Each gives `x` what the parameter carries.
CARRYING = (
    *("x = value", "x: str = value", "x = y = value", "y = x = value", "x, y = value, 1", "[y, x] = 1, value"),
    *("(x := value)", "x = ''\nx += value", "x, *y = value, 1", "y, (x, z) = 1, (value, 2)"),
    *("for x in [value]:\n    pass", "for y, x in [(1, value)]:\n    pass", "x = [y for y in [value]][0]"),
    *("x = [z := y for y in [value]][0]", "y = [x := z for z in [value]]"),
    *("match value:\n    case x:\n        pass", "match value:\n    case x as y:\n        pass"),
    *("match [value]:\n    case [x]:\n        pass\n    case _:\n        x = ''",),
    *("x = (lambda y: y)(value)", "def y(z): return z\nx = y(value)", "def y(): return value\nx = y()"),
    *("x = ''\ndef y():\n    nonlocal x\n    x = value\ny()", "x: str\ndef y():\n    nonlocal x\n    x = value\ny()"),
    *("async def y(): return value\nx = await y()", "x = value if True else ''", "x = {'k': value}['k']"),
    *("global x\nx = value", "try:\n    x = value\nfinally:\n    y = 1", "with y:\n    x = value"),
    *(
        "import random\nx = value",
        "import random\nrandom.seed()\nx = value",
        "from time import time\ntime()\nx = value",
    ),
)
# What binds a name has an identifier of its own, or is stored into.
STATEMENTS_THAT_BIND = frozenset(
    name
    for name, node in vars(ast).items()
    if isinstance(node, type)
    and issubclass(node, ast.AST)
    and {"name", "names", "asname", "rest", "target", "targets", "optional_vars", "generators"} & {*node._fields}
) - {"Delete", "TypeVar", "TypeVarTuple", "ParamSpec"}


def function(body: str, annotation: str = "str") -> str:
    """Write an in-call function around a body, in a class so that nothing but its own scope binds."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (
        "import httpx\nfrom livekit.agents import RunContext, function_tool\n\n\n@function_tool\n"
        f'async def f(ctx: RunContext, value: {annotation}) -> dict:\n    """Answer."""\n{lines}\n'
    )


def codes_at(source: str, text: str) -> set[str]:
    """The codes that stand at the last line that holds a text."""
    number = max(n for n, line in enumerate(source.splitlines(), start=1) if text in line)
    return {found.code for found in check(source, "tool.py", Options()) if found.start.line == number}


def bindings() -> list[str]:
    """Every form that this Python knows."""
    return [*BINDINGS, *(NEWER_BINDINGS if sys.version_info >= (3, 12) else ())]


@pytest.mark.parametrize("binding", bindings())
def test_what_follows_the_use_of_a_bound_name_is_judged(binding: str) -> None:
    source = function(f"{binding}\nused = x\nreturn None")
    assert "CAL401" in codes_at(source, "return None"), source


@pytest.mark.parametrize("binding", bindings())
def test_what_follows_a_call_of_a_bound_name_is_judged(binding: str) -> None:
    source = function(f'{binding}\nprint(x)\nif value:\n    return {{"status": "ok"}}\nreturn {{"status": "success"}}')
    assert "CAL403" in codes_at(source, '"ok"'), source


@pytest.mark.parametrize("binding", CARRYING)
def test_a_bound_name_carries_the_parameter(binding: str) -> None:
    call = 'await httpx.AsyncClient(timeout=5).get("https://example.com/a", params={"q": x})'
    assert "CAL801" in codes_at(function(f"{binding}\n{call}"), "httpx.AsyncClient"), binding


@pytest.mark.parametrize("binding", CARRYING)
def test_a_bound_name_carries_the_danger(binding: str) -> None:
    call = 'await httpx.AsyncClient(timeout=5).get(f"https://{x}/a")'
    assert "CAL513" in codes_at(function(f"{binding}\n{call}"), "httpx.AsyncClient"), binding


def test_bindings_are_all_that_the_grammar_has() -> None:
    trees = [ast.parse(f"async def f():\n{ast.unparse(ast.parse(b))}".replace("\n", "\n    ")) for b in bindings()]
    found = {type(node).__name__ for tree in trees for node in ast.walk(tree)}
    assert STATEMENTS_THAT_BIND - found == set()


def test_a_read_that_raises_on_every_path_ends_the_path() -> None:
    source = function("if value:\n    del value\n    used = value\n    return None\nreturn {'status': 'success'}")
    assert codes_at(source, "return None") == set()
