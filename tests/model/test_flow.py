"""The graph's ways against the ways that Python goes: functions are run and leave marks."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from textwrap import dedent, indent

import pytest

from flake8_incall.model.flow.graph import Action, Graph, Step
from flake8_incall.model.flow.queries import dominators
from flake8_incall.model.flow.statements import build
from flake8_incall.model.objects.references import References
from tests.model.following import graph_of, last_function, module_of

# Each is run under every assignment of a, b and c; `mark(n)` leaves a mark, `risk(x)` raises if x is true.
BODIES = {
    "if and else": """
        mark(1)
        if a and not b or c:
            mark(2)
        elif b:
            mark(3)
        else:
            return mark(4)
        mark(5)
    """,
    "loop with else": """
        for i in range(3):
            mark(1)
            if a and i == 1:
                break
            if b:
                continue
            mark(2)
        else:
            mark(3)
        mark(4)
    """,
    "while with else": """
        n = 0
        while n < 3:
            n += 1
            mark(1)
            if n == 2 and a:
                break
        else:
            mark(2)
        return mark(3)
    """,
    "endless loop": """
        n = 0
        while True:
            n += 1
            mark(1)
            if n > 2:
                break
            if b:
                return mark(2)
        mark(3)
    """,
    "handlers": """
        try:
            mark(1)
            risk(a)
            mark(2)
        except ValueError:
            mark(3)
        else:
            mark(4)
            risk(b)
        mark(5)
    """,
    "return through finally": """
        try:
            mark(1)
            risk(a)
            if b:
                return mark(2)
        finally:
            mark(3)
            if c:
                return mark(4)
        mark(5)
    """,
    "break and continue through finally": """
        for i in range(2):
            try:
                mark(1)
                if a:
                    break
                if b:
                    continue
                risk(c)
            finally:
                mark(2)
            mark(3)
        mark(4)
    """,
    "break in finally": """
        for i in range(2):
            try:
                mark(1)
                risk(a)
                return mark(2)
            finally:
                mark(3)
                if b:
                    break
        mark(4)
    """,
    "nested finally": """
        try:
            try:
                mark(1)
                risk(a)
                return mark(2)
            finally:
                mark(3)
                risk(b)
        except ValueError:
            mark(4)
        finally:
            mark(5)
        mark(6)
    """,
    "raise in a handler": """
        try:
            try:
                risk(a)
            except ValueError as error:
                mark(1)
                if b:
                    raise
                raise KeyError from error
            mark(2)
        except KeyError:
            mark(3)
        mark(4)
    """,
    "exception group": """
        try:
            mark(1)
            risk(a)
        except* ValueError:
            mark(2)
        except* KeyError:
            mark(3)
        mark(4)
    """,
    "suppress": """
        with suppress(ValueError):
            mark(1)
            risk(a)
            mark(2)
        mark(3)
    """,
    "match": """
        match (a, b):
            case (True, True):
                mark(1)
            case (True, _) if c:
                mark(2)
            case _:
                mark(3)
        mark(4)
    """,
    "match that is not exhaustive": """
        match a:
            case True if b:
                mark(1)
        mark(2)
    """,
    "conditional expressions": """
        x = mark(1) if a else mark(2)
        y = b and mark(3) or mark(4)
        return mark(5)
    """,
    "comprehension": """
        x = [mark(2) for i in range(3) if mark(1) or i != a]
        mark(3)
    """,
    "assert": """
        mark(1)
        assert a, mark(2)
        mark(3)
    """,
    "walrus": """
        if (x := mark(1)) is None and b:
            mark(2)
        while (b := not b):
            mark(3)
    """,
    "process ends": """
        mark(1)
        if a:
            sys.exit(mark(2))
        mark(3)
    """,
}
HEAD = "import sys\nfrom contextlib import suppress\n\n"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_every_way_that_python_goes_is_in_the_graph(body: str) -> None:
    source = HEAD + "def f(a, b, c):\n" + indent(dedent(body), "    ")
    module = module_of(source)
    graph = build(last_function(module), module.fact(References))
    for flags in itertools.product([False, True], repeat=3):
        marks, end = _run(source, flags)
        assert end in _ends(graph, marks), (flags, marks)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_every_mark_of_the_graph_is_left_by_some_run(body: str) -> None:
    source = HEAD + "def f(a, b, c):\n" + indent(dedent(body), "    ")
    module = module_of(source)
    graph = build(last_function(module), module.fact(References))
    left = {mark for flags in itertools.product([False, True], repeat=3) for mark in _run(source, flags)[0]}
    # Nothing here raises a KeyError by itself, which the graph does not know.
    assert {_mark(step) for step in graph.steps} - {None, 3} <= left


def _run(source: str, flags: tuple[bool, ...]) -> tuple[list[int], str]:
    marks: list[int] = []

    def risk(fails: bool) -> None:
        if fails:
            raise ValueError

    names: dict[str, Callable[..., object]] = {"mark": marks.append, "risk": risk}
    exec(source, names)
    try:
        names["f"](*flags)
    except (Exception, SystemExit):
        return marks, "raised"
    return marks, "over"


def _mark(step: Step) -> int | None:
    match step.node:
        case ast.Call(func=ast.Name(id="mark"), args=[ast.Constant(value=int(number))]):
            return number if step.action is Action.EVALUATE else None
        case _:
            return None


def _ends(graph: Graph, marks: list[int]) -> set[str]:
    """The ends that can be reached when exactly these marks are left, in this order."""
    reached = _without_marks({graph.entry})
    for mark in marks:
        here = {step for step in reached if _mark(step) == mark}
        reached = _without_marks({s for step in here for s in step.successors})
    names = {graph.returned: "over", graph.fallen: "over", graph.raised: "raised"}
    return {names[step] for step in reached if step in names}


def _without_marks(steps: set[Step]) -> set[Step]:
    """The steps that can be reached, up to the next marks."""
    found: set[Step] = set()
    pending = [*steps]
    while pending:
        step = pending.pop()
        if step not in found:
            found.add(step)
            if _mark(step) is None:
                pending.extend(step.successors)
    return found


def nodes(graph: Graph) -> set[str]:
    return {ast.unparse(step.node) for step in graph.steps if isinstance(step.node, ast.expr)}


@pytest.mark.parametrize(
    "body",
    [
        "return a\nb",
        "while True:\n    pass\nb",
        "raise ValueError\nb",
        "for i in a:\n    break\n    b",
        "match a:\n    case _:\n        return a\nb",
        "try:\n    return a\nfinally:\n    c\nb",
        "try:\n    c\nfinally:\n    return a\nb",
        "if a:\n    return a\nelse:\n    raise ValueError\nb",
        "assert False\nb",
        "try:\n    x = 1\nexcept ValueError:\n    b",
    ],
)
def test_what_nothing_gets_to_is_not_in_the_graph(body: str) -> None:
    assert "b" not in nodes(graph_of(body))


@pytest.mark.parametrize("depth", [1, 5, 15])
def test_nested_finally_bodies_are_in_the_graph_once(depth: int) -> None:
    body = "return a"
    for number in range(depth):
        body = f"try:\n{indent(body, '    ')}\nfinally:\n    print({number})"
    graph = graph_of(body)
    prints = [step for step in graph.steps if isinstance(step.node, ast.Call) and step.action is Action.EVALUATE]
    assert len(prints) == depth


def test_operands_on_the_stack_are_the_same_on_every_way_to_a_step() -> None:
    for body in BODIES.values():
        graph = graph_of(body)
        for step in graph.steps:
            for ahead in (step.next, step.other):
                if ahead is not None and step.action is Action.PASS:
                    assert ahead.height <= step.height


def test_dominators() -> None:
    graph = graph_of("x = a\nif b:\n    y = 1\nelse:\n    y = 2\nz = c")
    first, one, two, last = (
        next(s for s in graph.steps if s.action is Action.STORE and s.node.lineno == line)  # type: ignore[attr-defined]
        for line in (2, 4, 6, 7)
    )
    tree = dominators(graph)
    assert tree.dominates(first, one)
    assert tree.dominates(first, last)
    assert tree.dominates(last, last)
    assert not tree.dominates(one, last)
    assert not tree.dominates(one, two)
    assert not tree.dominates(last, first)


def test_dominators_in_a_loop() -> None:
    graph = graph_of("for i in a:\n    x = i\n    if b:\n        continue\n    y = x")
    x, y = (
        next(s for s in graph.steps if isinstance(s.node, ast.Name) and s.node.id == name and s.action is Action.STORE)
        for name in "xy"
    )
    tree = dominators(graph)
    assert tree.dominates(x, y)
    assert not tree.dominates(y, x)


def test_long_chains_and_deep_nesting_need_no_recursion() -> None:
    chain = "if a == 0:\n    b\n" + "".join(f"elif a == {n}:\n    b\n" for n in range(1, 400))
    assert len(graph_of(chain).steps) > 400 * 4
    sum_of_many = graph_of("return " + " + ".join(["a"] * 900))
    assert len(sum_of_many.steps) > 1800


def test_steps_that_belong_to_a_loop_know_its_head() -> None:
    graph = graph_of("for i in a:\n    for j in b:\n        c\n    d\ne")
    inside = {
        name: next(s for s in graph.steps if isinstance(s.node, ast.Name) and s.node.id == name) for name in "cde"
    }
    inner = inside["c"].loop
    outer = inside["d"].loop
    assert inner is not None
    assert outer is not None
    assert inside["c"].is_in(outer)
    assert not inside["d"].is_in(inner)
    assert inside["e"].loop is None
