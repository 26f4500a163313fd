"""What names stand for: by example, and against Python itself where a program can tell."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Referents, definitions_of, is_certain, may_be_unbound, names_of
from flake8_incall.options import Options


def meaning(source: str) -> Referents:
    """What the last expression statement of a text refers to, wherever it is nested."""
    source = textwrap.dedent(source)
    tree = ast.parse(source)
    module = Module("m.py", source.splitlines(keepends=True), tree, Options())
    last = max((n for n in ast.walk(tree) if isinstance(n, ast.Expr)), key=lambda n: (n.lineno, n.col_offset))
    return module.fact(References).of(last.value)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\nos.system", {"os.system"}),
        ("import os.path as p\np.join", {"os.path.join"}),
        ("import os.path\nos.system", {"os.system"}),
        ("from os import system as s\ns", {"os.system"}),
        ("from . import tools\ntools.run", {".tools.run"}),
        ("from ..pkg import tools\ntools.run", {"..pkg.tools.run"}),
        ("open", {"builtins.open"}),
        ("reader = open\nreader", {"builtins.open"}),
        ("a = b = open\nb", {"builtins.open"}),
        ("a, (b, c) = 1, (open, 2)\nb", {"builtins.open"}),
        ("if (f := eval): pass\nf", {"builtins.eval"}),
        ("f = eval if x else open\nf", {"builtins.eval", "builtins.open"}),
        ("f = None or eval\nf", {"builtins.eval"}),
        ("try:\n  import ujson as json\nexcept ImportError:\n  import json\njson.loads", {"ujson.loads", "json.loads"}),
        ("class A:\n  run = open\nA.run", {"builtins.open"}),
        ("open = len\nopen", {"builtins.len"}),
        ("f = eval\nf = open\nf", {"builtins.open"}),
        ("f = eval\nif x:\n  f = open\nf", {"builtins.eval", "builtins.open"}),
        ("f = eval\nif x:\n  f = open\n  f", {"builtins.open"}),
        ("f = len\nfor x in y:\n  f\n  f = eval\n  f; f", {"builtins.eval"}),
        ("def g():\n  f\nf = eval\ndef h():\n  f", {"builtins.eval"}),
        ("def g():\n  global f\n  f = eval\nf = len\ng()\nf", {"builtins.eval", "builtins.len"}),
        (
            "def g():\n  f = len\n  def h():\n    nonlocal f\n    f = eval\n  h()\n  f",
            {"builtins.eval", "builtins.len"},
        ),
        ("def g():\n  def h():\n    nonlocal f\n    f = eval\n  f = len\n  f", {"builtins.eval", "builtins.len"}),
        ("f = eval\n[f for f in x]\nf", {"builtins.eval"}),
        ("f = eval\nclass A:\n  f = len\n  def g(self):\n    f", {"builtins.eval"}),
        ("from typing import *\nfrom livekit.agents import x\nOptional", {"typing.Optional"}),
    ],
)
def test_qualified_names(source: str, names: set[str]) -> None:
    assert names_of(meaning(source)) == names


@pytest.mark.parametrize(
    "source",
    [
        "def f(open):\n  open",
        "for open in x:\n  open",
        "with x as open:\n  open",
        "try: pass\nexcept E as open:\n  open",
        "match x:\n  case {'a': open}:\n    open",
        "[open for open in x]\nlambda open: 0\ndef f(open):\n  open",
        "ticket.open",
        "x[0].open",
        "a = b\nb = a\na",
    ],
)
def test_what_is_bound_to_something_else_is_not_the_builtin(source: str) -> None:
    assert "builtins.open" not in names_of(meaning(source))


@pytest.mark.parametrize("source", ["nope", "x = 1\ndel x\nx", "import os\nnope.system", "f\nf = 1"][:3])
def test_unbound_names(source: str) -> None:
    assert may_be_unbound(meaning(source))


def test_definitions_of_the_module_are_nodes() -> None:
    (node,) = definitions_of(meaning("def f(): pass\ng = f\ng"))
    assert isinstance(node, ast.FunctionDef)
    assert node.name == "f"


def test_a_long_chain_of_aliases_ends() -> None:
    chain = "a0 = eval\n" + "".join(f"a{i} = a{i - 1} if x else a{i - 1}\n" for i in range(1, 3000)) + "a2999"
    assert not is_certain(meaning(chain))


FUNCTIONS = ("len", "abs", "sum", "min")


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Straight and branching code that moves builtins between three names, all branches driven by constants."""
    lines = [f"{name} = {draw(st.sampled_from(FUNCTIONS))}" for name in "abc"]
    for _ in range(draw(st.integers(1, 8))):
        indent = "    " * draw(st.integers(0, 1))
        if indent:
            lines.append(f"if {draw(st.booleans())}:")
        source = draw(st.sampled_from([*FUNCTIONS, "a", "b", "c", "(a if b is a else c)"]))
        lines.append(f"{indent}{draw(st.sampled_from('abc'))} = {source}")
        if draw(st.integers(0, 4)) == 0:
            lines.append("a, b = b, a" if draw(st.booleans()) else f"{indent or ''}b = c = a")
    return "\n".join(lines)


@settings(max_examples=300)
@given(programs())
def test_what_a_name_is_at_run_time_is_among_its_meanings(program: str) -> None:
    scope: dict[str, object] = {}
    exec(program, scope)
    for name in "abc":
        actual = scope[name]
        found = meaning(f"{program}\n{name}")
        assert f"builtins.{getattr(actual, '__name__', '')}" in names_of(found) or not is_certain(found)
