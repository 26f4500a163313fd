"""The queries of control-flow graphs against plain searches that try every edge again and again."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator
from textwrap import indent

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flake8_incall.model.code.names import Names
from flake8_incall.model.flow.graph import Action, Graph, Step
from flake8_incall.model.flow.queries import (
    Edges,
    Ends,
    Liveness,
    after,
    before,
    between,
    caught,
    deciding,
    dominators,
    longest,
    repeated,
    until_left,
    with_exceptions,
    without_exceptions,
)
from flake8_incall.model.flow.statements import build
from flake8_incall.model.objects.references import References
from tests.model.following import graph_of, last_function, module_of

SIMPLE = st.sampled_from(
    [
        *("a = b", "b = f(a)", "c += 1", "del a", "return a", "return f(b) and c", "raise", "raise b", "pass"),
        *("f(lambda: c)", "assert a", "a = [b for b in c if b]", "a = b if c else f(a)"),
    ]
)
JUMPS = st.sampled_from(["break", "continue"])


def _block(parts: list[str]) -> str:
    return indent("\n".join(parts), "    ")


def _compound(statements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.lists(statements, min_size=1, max_size=3).map(_block)
    looped = st.lists(statements | JUMPS, min_size=1, max_size=3).map(_block)
    return st.one_of(
        st.builds("if a and f(b):\n{}\nelse:\n{}".format, block, block),
        st.builds("if not c:\n{}".format, block),
        st.builds("for a in f(b):\n{}\nelse:\n{}".format, looped, block),
        st.builds("while f(c):\n{}".format, looped),
        st.builds("while True:\n{}".format, looped),
        st.builds("try:\n{}\nexcept ValueError as c:\n{}".format, block, block),
        st.builds("try:\n{}\nexcept KeyError:\n{}\nfinally:\n{}".format, block, block, block),
        st.builds("try:\n{}\nfinally:\n{}".format, block, block),
        st.builds("with suppress(KeyError):\n{}".format, block),
        st.builds(
            "match a:\n    case 1 if b:\n{}\n    case _:\n{}".format, *[block.map(lambda b: indent(b, "    "))] * 2
        ),
    )


BODIES = st.lists(st.recursive(SIMPLE, _compound, max_leaves=8), min_size=1, max_size=4).map("\n".join)


def _function(body: str) -> tuple[Graph, Names]:
    module = module_of("from contextlib import suppress\ndef f(a, b, c):\n" + indent(body, "    "))
    return build(last_function(module), module.fact(References)), module.names


# What chance seldom makes: ways through `finally`, out of loops and back.
TRICKY = (
    """
try:
    if f(a):
        return a
finally:
    f(c)
return b
""",
    """
for a in b:
    try:
        if f(a):
            continue
        f(b)
    finally:
        c = a
    if c:
        break
f(c)
""",
    """
while f(a):
    for b in c:
        if b:
            break
        f(b)
    else:
        return b
    f(c)
""",
    """
try:
    try:
        b = f(a)
    finally:
        f(c)
except KeyError:
    return c
if b and not c:
    raise
""",
)
QUICKLY = settings(deadline=None, max_examples=30)


def on_graphs(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test on generated graphs and on those of `TRICKY`."""
    tried = given(body=BODIES.filter(lambda body: len(body.splitlines()) < 30))(test)
    for body in TRICKY:
        tried = example(body=body)(tried)
    return QUICKLY(tried)


def reaches(graph: Graph, start: Step, edges: Edges, avoiding: Container[Step] = ()) -> set[Step]:
    """What a step reaches, by looking at every edge until nothing is new."""
    found = {start} if start not in avoiding else set()
    size = -1
    while size != len(found):
        size = len(found)
        found |= {ahead for step in graph.steps if step in found for ahead in edges(step) if ahead not in avoiding}
    return found


def ways(step: Step) -> Iterator[list[Step]]:
    """Every way on from a step that goes back in no loop."""
    yield [step]
    for ahead in step.successors:
        if ahead.index > step.index:
            yield from ([step, *rest] for rest in ways(ahead))


@on_graphs
def test_after_and_before_find_what_every_edge_leads_to(body: str) -> None:
    graph, _ = _function(body)
    avoiding = set(graph.steps[5::9])
    for edges in (without_exceptions, with_exceptions, until_left):
        onward = {step: reaches(graph, step, edges, avoiding) for step in graph.steps}
        for end in graph.steps[::7]:
            assert set(after([end], edges, avoiding)) == onward[end]
            assert set(before(graph, [end], edges, avoiding)) == {step for step in graph.steps if end in onward[step]}


@on_graphs
def test_between_finds_the_ways_from_start_to_end(body: str) -> None:
    graph, _ = _function(body)
    avoiding = set(graph.steps[7::11])
    ends = {graph.fallen, *(step for step in graph.steps if step.action is Action.RETURN)}
    onward = {step: reaches(graph, step, until_left, avoiding) for step in graph.steps}
    expected = {step for step in onward[graph.entry] if not ends.isdisjoint(onward[step])}
    assert between(graph, [graph.entry], ends.__contains__, until_left, avoiding) == expected


@on_graphs
def test_dominators_are_the_steps_without_which_another_is_not_reached(body: str) -> None:
    graph, _ = _function(body)
    tree = dominators(graph)
    for first in graph.steps:
        without = reaches(graph, graph.entry, with_exceptions, {first})
        for second in graph.steps:
            assert tree.dominates(first, second) == (second not in without), (first, second)


@on_graphs
def test_deciding_finds_the_tests_of_which_one_outcome_leads_on(body: str) -> None:
    graph, _ = _function(body)
    tests = [step for step in graph.steps if step.action is Action.TEST]
    for end in graph.steps:
        expected = set()
        for test in tests:
            reached = [a is not None and end in reaches(graph, a, without_exceptions, {test}) for a in _outcomes(test)]
            if reached[0] != reached[1]:
                expected.add((test, reached[0]))
        assert set(deciding(graph, end)) == expected


def _outcomes(test: Step) -> tuple[Step | None, Step | None]:
    return test.next, test.other


@on_graphs
def test_repeated_finds_the_nodes_that_a_loop_comes_back_from(body: str) -> None:
    graph, _ = _function(body)
    for head in (step for step in graph.steps if step.loop is step):
        outside = {step for step in graph.steps if not step.is_in(head)}
        back = {step.node for step in graph.steps if head in reaches(graph, step, with_exceptions, outside)}
        assert repeated(graph, head.node) == back


@on_graphs
def test_ends_are_the_returns_and_raises_that_a_step_reaches(body: str) -> None:
    graph, _ = _function(body)
    ends = Ends(graph)
    for step in graph.steps:
        onward = reaches(graph, step, lambda s: () if s.action is Action.RETURN else s.following)
        assert ends.returns(step) == {s.node for s in onward if s.action is Action.RETURN}
        assert ends.raises(step) == any(s.action is Action.RAISE for s in onward)


@on_graphs
def test_a_variable_is_live_where_a_way_leads_to_a_read_of_it(body: str) -> None:
    graph, names = _function(body)
    live = Liveness(graph, names)
    captured = {"c"} if any(isinstance(step.node, ast.Lambda) for step in graph.steps) else set[str]()
    for name in {"a", "b"} - captured:
        variable = names.home(graph.function, name)
        reading, writing = (
            {s for s in graph.steps if _is_use(s, name, actions) and names.home(s.scope, name) == variable}
            for actions in ((Action.EVALUATE, Action.DELETE), (Action.STORE,))
        )
        for step in graph.steps:
            onward = reaches(graph, step, lambda s, w=writing: () if s in w else s.successors)  # type: ignore[misc]
            is_bound = bool(reading | writing)
            assert live.is_live(step, variable) == (not is_bound or not reading.isdisjoint(onward))
            assert live.dead(step, [variable]) == [variable] * (not live.is_live(step, variable))


def _is_use(step: Step, name: str, actions: tuple[Action, ...]) -> bool:
    return isinstance(step.node, ast.Name) and step.node.id == name and step.action in actions


@QUICKLY
@given(st.lists(SIMPLE, min_size=1, max_size=5).map("\n".join), st.data())
def test_longest_finds_a_way_than_which_none_is_longer(body: str, data: st.DataObject) -> None:
    graph, _ = _function(body)
    lengths = {step: float(data.draw(st.integers(0, 3))) for step in graph.steps}
    way = longest(graph, lengths)
    assert way in list(ways(graph.entry))
    assert sum(lengths[step] for step in way) == max(sum(lengths[s] for s in other) for other in ways(graph.entry))


def test_caught_gives_the_first_steps_of_a_handler() -> None:
    graph = graph_of("try:\n    a()\nexcept KeyError:\n    b")
    handler = next(node for node in graph.of_node if isinstance(node, ast.ExceptHandler))
    assert [ast.unparse(step.node) for step in caught(graph, handler)] == ["b"]


def test_until_left_follows_no_way_behind_a_return_or_an_exception() -> None:
    graph = graph_of(TRICKY[0])
    returned = next(step for step in graph.steps if step.action is Action.RETURN)
    unwound = next(step for step in graph.steps if step.action is Action.LEAVE and step.handler is None)
    for step in (returned, unwound):
        assert step.following
        assert not [*until_left(step)]
    others = [step for step in graph.steps if step.action not in (Action.RETURN, Action.LEAVE)]
    assert all(until_left(step) == step.successors for step in others)
