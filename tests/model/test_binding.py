"""The binding of arguments to parameters, held against Python's own."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flake8_incall.model.code.binding import Bound, ParameterKind, bind, formals, written
from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.references import References
from flake8_incall.options import Options


def module_of(text: str) -> Module:
    """A module by its text."""
    return Module("book.py", text.splitlines(keepends=True), ast.parse(text), Options())


NAMES = ("a", "b", "c", "d", "e")


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """The parameters of a function, as they are written: `a, /, b=1, *rest, c, **more`."""
    names = list(NAMES[: draw(st.integers(0, 5))])
    counts = sorted(draw(st.integers(0, len(names))) for _ in range(2))
    only, plain, named = names[: counts[0]], names[counts[0] : counts[1]], names[counts[1] :]
    first_default = draw(st.integers(0, len(only) + len(plain)))
    with_default = {
        *(only + plain)[first_default:],
        *draw(st.sets(st.sampled_from(named)) if named else st.just(set())),
    }

    def shown(part: list[str]) -> list[str]:
        return [f"{name}='{name} by default'" if name in with_default else name for name in part]

    star = "*rest" if draw(st.booleans()) else "*" if named else ""
    parts = [*shown(only), *(["/"] if only else []), *shown(plain), *([star] if star else []), *shown(named)]
    return ", ".join([*parts, *(["**more"] if draw(st.booleans()) else [])])


@st.composite
def calls(draw: st.DrawFn, *, has_spreads: bool = True) -> str:
    """The arguments of a call, all of them constants: `1, *(2, 3), a=4, **{"b": 5}`."""
    numbers = iter(range(100))
    parts = [str(next(numbers)) for _ in range(draw(st.integers(0, 3)))]
    if has_spreads and draw(st.booleans()):
        parts.append(f"*({''.join(f'{next(numbers)}, ' for _ in range(draw(st.integers(0, 2))))})")
        parts += [str(next(numbers)) for _ in range(draw(st.integers(0, 1)))]
    parts += [f"{name}={next(numbers)}" for name in sorted(draw(st.sets(st.sampled_from([*NAMES, "z"]), max_size=3)))]
    if has_spreads and draw(st.booleans()):
        names = sorted(draw(st.sets(st.sampled_from([*NAMES, "z"]), max_size=2)))
        parts.append("**{" + ", ".join(f"'{name}': {next(numbers)}" for name in names) + "}")
    return ", ".join(parts)


def outcome(text: str, call: str) -> dict[str, Any] | None:
    """What the parameters are in a call that is really made; `None` where Python refuses it."""
    space: dict[str, Any] = {}
    try:
        exec(compile(text, "<test>", "exec"), space)
        found: dict[str, Any] = eval(call, space)
    except TypeError:
        return None
    return found


def told(found: Bound[ast.expr], definition: ast.FunctionDef | ast.Lambda) -> dict[str, Any] | None:
    """The same as it is told without a call."""
    if not found.fits:
        return None
    values: dict[str, Any] = {name: ast.literal_eval(node) for name, node in found.given.items()}
    values |= {name: ast.literal_eval(node) for name, node in found.defaults.items()}
    for formal in formals(definition.args):
        if formal.kind is ParameterKind.REST:
            values[formal.name] = tuple(map(ast.literal_eval, found.rest))
        elif formal.kind is ParameterKind.MORE:
            values[formal.name] = {name: ast.literal_eval(node) for name, node in found.more.items()}
    return values


def bound_in(text: str, call: str, name: str = "f") -> tuple[Bound[ast.expr], ast.FunctionDef]:
    """What the one call at the end of a module gives to a function of it."""
    module = module_of(f"{text}\n{call}\n")
    references = module.fact(References)
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.Expr)
    node = statement.value
    assert isinstance(node, ast.Call)
    [definition] = [n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef) and n.name == name]
    found = bound(node.func, definition, references)
    assert found is not None
    return found, definition


@settings(max_examples=200, deadline=None)
@given(signatures(), calls())
def test_bind_any_signature_and_call_agrees_with_python(signature: str, arguments: str) -> None:
    text, call = f"def f({signature}): return locals()", f"f({arguments})"
    found, definition = bound_in(text, call)
    assert told(found, definition) == outcome(text, call)


@settings(max_examples=200, deadline=None)
@given(signatures(), calls(has_spreads=False))
def test_bind_any_signature_and_call_agrees_with_inspect(signature: str, arguments: str) -> None:
    space: dict[str, Any] = {}
    exec(f"def f({signature}): return locals()", space)
    definition = ast.parse(f"def f({signature}): return locals()").body[0]
    node = ast.parse(f"f({arguments})", mode="eval").body
    assert isinstance(definition, ast.FunctionDef)
    assert isinstance(node, ast.Call)
    by_position = {argument.arg for argument in definition.args.posonlyargs}
    # Before Python 3.13, `inspect` refuses such names even where `**more` takes them; a call does not.
    assume(by_position.isdisjoint(keyword.arg for keyword in node.keywords))
    found = bind(formals(definition.args), written(node))
    try:
        wanted = inspect.signature(space["f"]).bind(
            *map(ast.literal_eval, node.args), **{k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg}
        )
    except TypeError:
        assert not found.fits
        return
    assert found.fits
    taken = {name: ast.literal_eval(value) for name, value in found.given.items()}
    wanted_more = {k: v for k, v in wanted.arguments.items() if k not in ("rest", "more")}
    assert taken == wanted_more


@settings(max_examples=120, deadline=None)
@given(signatures(), calls(), calls(has_spreads=False))
def test_bound_partial_agrees_with_python(signature: str, first: str, second: str) -> None:
    text = f"from functools import partial\ndef f({signature}): return locals()\ng = partial(f, {first})"
    found, definition = bound_in(text, f"g({second})")
    assert told(found, definition) == outcome(text, f"g({second})")


CLASS = """
from dataclasses import dataclass, field
from functools import partial, partialmethod
class Desk:
    def __init__(self, name="front", *, floor=0): {init}
    def book(self, day, hour=9): return locals()
    @classmethod
    def open(cls, day, hour=9): return locals()
    @staticmethod
    def close(day, hour=9): return locals()
    def __call__(self, day, hour=9): return locals()
    alias = book
    half = partial(book, 1)
    fixed = partialmethod(book, 1)
desk = Desk()
method = desk.book
later = partial(desk.book, 1)
TABLE = {{"book": desk.book, "two": partial(desk.book, 2)}}
"""


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("desk.book(1)", "book"),
        ("desk.book(1, 2)", "book"),
        ("desk.book(hour=3, day=1)", "book"),
        ("Desk().book(1)", "book"),
        ("Desk.book(desk, 1)", "book"),
        ("Desk.book(1)", "book"),
        ("method(1, 2)", "book"),
        ("later(2)", "book"),
        ("later(day=2)", "book"),
        ("later()", "book"),
        ("partial(desk.book, hour=4)(1)", "book"),
        ("partial(partial(desk.book, 1), 2)()", "book"),
        ("partial(Desk.book, desk)(1)", "book"),
        ("desk.alias(1)", "book"),
        ("desk.alias(1, 2)", "book"),
        ("Desk.alias(desk, 1)", "book"),
        # Python 3.13 warns that a later version will bind `half` as a method.
        pytest.param(
            "desk.half(2)",
            "book",
            marks=pytest.mark.filterwarnings("ignore:functools.partial will be a method descriptor:FutureWarning"),
        ),
        ("desk.fixed(2)", "book"),
        ("desk.fixed()", "book"),
        ("(desk.book if desk else method)(1, 2)", "book"),
        ('TABLE["book"](1)', "book"),
        ('TABLE["two"](1)', "book"),
        ('TABLE.get("two")(1)', "book"),
        ("Desk.open(1)", "open"),
        ("desk.open(1, 2)", "open"),
        ("desk.open(1, 2, 3)", "open"),
        ("Desk.close(1)", "close"),
        ("desk.close(1, hour=2)", "close"),
        ("desk.close(1, 2, 3)", "close"),
        ("desk(1)", "__call__"),
        ("desk(1, 2, 3)", "__call__"),
    ],
)
def test_bound_method_agrees_with_python(call: str, name: str) -> None:
    text = CLASS.format(init="pass")
    found, _ = bound_in(text, call, name)
    wanted = outcome(text, call)
    assert found.fits == (wanted is not None)
    if wanted is not None:
        first = wanted.keys() - {"day", "hour"}
        shown = {**found.given, **found.defaults}
        assert {k: ast.literal_eval(v) for k, v in shown.items() if k not in first} == {
            k: v for k, v in wanted.items() if k not in first
        }


@pytest.mark.parametrize(
    ("definition", "call"),
    [
        ("class C:\n    def __init__(self, a, b=2): self.a, self.b = a, b", "C(1)"),
        ("class C:\n    def __init__(self, a, b=2): self.a, self.b = a, b", "C(b=1)"),
        ("class B:\n    def __init__(self, a): self.a = a\nclass C(B): pass", "C(1)"),
        ("class C: pass", "C()"),
        ("class C: pass", "C(1)"),
        ("@dataclass\nclass C:\n    a: int\n    b: int = 2", "C(1)"),
        ("@dataclass\nclass C:\n    a: int\n    b: int = 2", "C(b=3)"),
        ("@dataclass\nclass C:\n    a: int\n    b: int = 2", "C(1, 2, 3)"),
        ("@dataclass(frozen=True)\nclass C:\n    a: int\n    b: list = field(default_factory=list)", "C(1)"),
        ("@dataclass\nclass C:\n    a: int\n    b: int = field(init=False, default=1)", "C(1, 2)"),
        ("@dataclass(kw_only=True)\nclass C:\n    a: int", "C(1)"),
        ("@dataclass(kw_only=True)\nclass C:\n    a: int", "C(a=1)"),
        ("@dataclass\nclass B:\n    a: int\n@dataclass\nclass C(B):\n    b: int", "C(1, 2)"),
        ("@dataclass\nclass B:\n    a: int = 5\n@dataclass\nclass C(B):\n    a: int = 6\n    b: int = 7", "C(1, 2)"),
    ],
)
def test_bound_class_agrees_with_python(definition: str, call: str) -> None:
    text = f"from dataclasses import dataclass, field\n{definition}"
    module = module_of(f"{text}\n{call}\n")
    references = module.fact(References)
    [*_, made, statement] = module.tree.body
    assert isinstance(made, ast.ClassDef)
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    found = bound(statement.value.func, made, references)
    assert found is not None
    space: dict[str, Any] = {}
    exec(text, space)
    try:
        instance = eval(call, space)
    except TypeError:
        assert not found.fits
        return
    assert found.fits
    for name, node in found.given.items():
        assert name == "self" or getattr(instance, name) == ast.literal_eval(node)


def test_bound_class_with_foreign_base_is_unknown() -> None:
    module = module_of("import shop\nclass C(shop.Base):\n    a: int\nC(a=1)\n")
    made, statement = module.tree.body[1], module.tree.body[2]
    assert isinstance(made, ast.ClassDef)
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert bound(statement.value.func, made, module.fact(References)) is None


@pytest.mark.parametrize(
    "lines",
    [
        "from pydantic import BaseModel\nclass C(BaseModel):\n    a: int\nC(a=1)",
        "from typing import NamedTuple\nclass C(NamedTuple):\n    a: int\nC(1)",
        "from typing import TypedDict\nclass C(TypedDict):\n    a: int\nC(a=1)",
        "import attrs\n@attrs.define\nclass C:\n    _a: int\nC(a=1)",
        "import attr\n@attr.s(auto_attribs=True)\nclass C:\n    a: int = attr.ib(default=2)\nC(1)",
        "from attrs import define\n@define\nclass B:\n    a: int\n@define\nclass C(B):\n    b: int = 2\nC(1)",
    ],
)
def test_bound_class_made_of_fields_takes_them(lines: str) -> None:
    module = module_of(lines)
    made, statement = module.tree.body[-2:]
    assert isinstance(made, ast.ClassDef)
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    found = bound(statement.value.func, made, module.fact(References))
    assert found is not None
    assert found.fits
    assert ast.unparse(found.given["a"]) == "1"


@pytest.mark.parametrize(
    ("signature", "call", "wanted"),
    [
        ("a, b", "f(*xs)", {"a": "unknown", "b": "unknown"}),
        ("a, b=1", "f(0, *xs)", {"a": "0", "b": "unknown"}),
        ("a, *, b=1", "f(*xs)", {"a": "unknown", "b": "default"}),
        ("a, *, b", "f(*xs)", {"a": "unknown", "b": "absent"}),
        ("a, b", "f(*xs, 7)", {"a": "unknown", "b": "unknown"}),
        ("a, b, c=2", "f(*xs, b=7)", {"a": "unknown", "b": "7", "c": "unknown"}),
        ("a, b=1", "f(**options)", {"a": "unknown", "b": "unknown"}),
        ("a, /, b=1", "f(**options)", {"a": "absent", "b": "unknown"}),
        ("a, b=1", "f(0, **options)", {"a": "0", "b": "unknown"}),
        ("a, b=1", "f(0, **OPTIONS)", {"a": "0", "b": "5"}),
        ("a, b=1", "f(*PAIR)", {"a": "8", "b": "9"}),
        ("a, b=1, c=2", "f(*(1, *PAIR))", {"a": "1", "b": "8", "c": "9"}),
        ("a, b=1", "f(0, **{**OPTIONS})", {"a": "0", "b": "5"}),
        ("a, b=1, c=2", "f(0, **{**OPTIONS, **options})", {"a": "0", "b": "5", "c": "unknown"}),
        ("a, *rest", "f(*xs)", {"a": "unknown", "rest": "unknown"}),
        ("a, b=1", "f(0, **MIXED)", {"a": "0", "b": "unknown"}),
    ],
)
def test_bound_spreads_are_followed_as_far_as_written(signature: str, call: str, wanted: dict[str, str]) -> None:
    text = 'OPTIONS = {"b": 5}\nPAIR = (8, 9)\nMIXED = {**load(), "z": 1}\n'
    found, _ = bound_in(f"{text}def f({signature}): ...", call)
    answers = {name: found.of(name) for name in wanted}
    assert {n: ast.unparse(v) if isinstance(v, ast.AST) else v for n, v in answers.items()} == wanted


@pytest.mark.parametrize(
    ("call", "field", "wanted"),
    [
        ("f(1, 2, 3)", "excess", ("3",)),
        ("f(1)", "missing", ("b",)),
        ("f(1, 2, z=3)", "unexpected", ("z",)),
        ("f(1, 2, a=3)", "twice", ("a",)),
        ('f(1, b=2, **{"b": 3})', "twice", ("b",)),
        ("f()", "missing", ("a", "b")),
        ("f(1, 2, 3, *xs)", "excess", ("3",)),
    ],
)
def test_bound_tells_what_does_not_fit(call: str, field: str, wanted: tuple[str, ...]) -> None:
    found, _ = bound_in("def f(a, b): ...", call)
    values = getattr(found, field)
    assert tuple(v if isinstance(v, str) else ast.unparse(v) for v in values) == wanted
    assert not found.fits


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("asyncio.to_thread(f, 1, b=2)", {"a": "1", "b": "2"}),
        ("loop.run_in_executor(None, f, 1, 2)", {"a": "1", "b": "2"}),
        ("functools.partial(f, 1)", {"a": "1", "b": "unknown"}),
    ],
)
def test_bound_function_that_is_handed_on_gets_the_arguments_behind_it(call: str, wanted: dict[str, str]) -> None:
    text = f"import asyncio, functools\nloop = asyncio.get_running_loop()\ndef f(a, b=0): ...\n{call}\n"
    module = module_of(text)
    references = module.fact(References)
    [definition] = [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]
    [mention] = [n for n in ast.walk(module.tree.body[-1]) if isinstance(n, ast.Name) and n.id == "f"]
    found = bound(mention, definition, references)
    assert found is not None
    answers = {name: found.of(name) for name in wanted}
    assert {n: ast.unparse(v) if isinstance(v, ast.AST) else v for n, v in answers.items()} == wanted


@pytest.mark.parametrize("function", ["(f if early else partial(f, 1))", "(g if early else f)"])
def test_bound_choice_with_a_partial_is_unknown(function: str) -> None:
    text = "from functools import partial\ndef f(a, b=0): ...\ng = partial(f, 1)"
    found, _ = bound_in(text, f"{function}(2)")
    assert (found.of("a"), found.of("b")) == ("unknown", "unknown")


def test_bound_function_that_is_only_registered_is_not_called() -> None:
    module = module_of("def f(a): ...\nregister(f, 1)\n")
    [definition, statement] = module.tree.body
    assert isinstance(definition, ast.FunctionDef)
    [mention] = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == "f"]
    assert bound(mention, definition, module.fact(References)) is None
