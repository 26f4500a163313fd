"""The linter's verdict on random functions equals what those functions hand back.

`INCALL_TRUTH_FUNCTIONS=2000 pytest tests/truth` gives the figures over 2,000 functions of each kind.
"""

from __future__ import annotations

import ast
import os
from collections import Counter
from functools import cache

import pytest

from tests.truth.comparison import Score, Verdict, score
from tests.truth.execution import CODES, EndlessError, Truth, in_call_function, truth_of
from tests.truth.grammar import generate

FUNCTIONS = int(os.environ.get("INCALL_TRUTH_FUNCTIONS", "300"))
CONSTRUCTS = (
    *(
        "If",
        "IfExp",
        "BoolOp",
        "Match",
        "MatchAs",
        "MatchOr",
        "MatchMapping",
        "MatchSequence",
        "MatchSingleton",
    ),
    *("For", "AsyncFor", "While", "Break", "Continue", "Try", "TryStar", "ExceptHandler", "Raise", "Assert"),
    *("With", "AsyncWith", "FunctionDef", "Lambda", "Nonlocal", "Await", "NamedExpr", "Starred", "Delete"),
    *("AugAssign", "AnnAssign", "DictComp", "ListComp", "JoinedStr", "Subscript", "Set", "Tuple", "List"),
)
SEVERAL = pytest.mark.parametrize("again", [False, True], ids=["tested-once", "tested-again"])


@cache
def sources(*, again: bool, functions: int = FUNCTIONS) -> list[str]:
    """Generate the functions of one kind."""
    return [generate(seed, again=again) for seed in range(functions)]


@cache
def truths(*, again: bool) -> list[Truth]:
    """Run the first of them."""
    return [truth_of(source) for source in sources(again=again, functions=300)]


def module(body: str, flags: str = "a: bool") -> str:
    """Write an in-call function around a body."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"async def f(ctx: RunContext, {flags}) -> dict:\n{lines}\n"


@SEVERAL
def test_verdict_equals_truth(again: bool) -> None:
    total = score(sources(again=again))
    print(total.summary())
    assert (total.recall, total.line_recall) == (1, 1), total.summary()
    assert not total.false_alarms
    assert not total.lines_false
    assert not total.over_budget
    assert not total.failed


@SEVERAL
def test_each_fault_is_there_and_absent_often_enough(again: bool) -> None:
    counts = Counter(code for truth in truths(again=again) for code in truth.codes)
    shares = {code: counts[code] / 300 for code in CODES}
    assert all(0.1 <= share <= 0.6 for share in shares.values()), shares


@SEVERAL
def test_functions_are_free_of_accidents(again: bool) -> None:
    accidents = {"NameError", "UnboundLocalError", "TypeError", "AttributeError", "IndexError"}
    assert not set().union(*(truth.raised for truth in truths(again=again))) & accidents


def most_tested(source: str) -> int:
    """Count the places at which the most used parameter of the function is read."""
    function = in_call_function(ast.parse(source))
    flags = {argument.arg for argument in function.args.args[1:]}
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id in flags]
    reads = Counter(node.id for node in names if isinstance(node.ctx, ast.Load))
    return max(reads.values(), default=0)


def test_flags_are_tested_once_or_again() -> None:
    assert all(most_tested(source) <= 1 for source in sources(again=False, functions=300))
    several = [most_tested(source) > 1 for source in sources(again=True, functions=300)]
    assert sum(several) > 150


def test_functions_have_all_of_the_language_that_decides_paths() -> None:
    trees = [ast.parse(source) for again in (False, True) for source in sources(again=again, functions=300)]
    nodes = Counter(kind for tree in trees for kind in {type(node).__name__ for node in ast.walk(tree)})
    jumping = [
        1
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        for last in node.finalbody
        for inside in ast.walk(last)
        if isinstance(inside, ast.Return | ast.Break | ast.Continue)
    ]
    rare = {kind: nodes[kind] for kind in CONSTRUCTS if nodes[kind] < 3}
    assert not rare
    assert len(jumping) >= 5


def test_a_seed_gives_the_same_function_again() -> None:
    assert generate(7, again=True) == generate(7, again=True)
    assert generate(7, again=True) != generate(8, again=True)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ('return {"status": "success"}', set()),
        ('return {"status": "error", "message": "No"}', set()),
        ("return None", {"CAL401"}),
        ("return", {"CAL401"}),
        ('return {"data": 1}', {"CAL402"}),
        ('return {"status": True}', {"CAL403"}),
        ('return {"status": "error"}', {"CAL404"}),
        ("pass", {"CAL405"}),
        ('if a:\n    return {"status": "success"}', {"CAL405"}),
        ('raise ValueError("no value comes out")', set()),
        ('try:\n    return None\nfinally:\n    return {"status": "success"}', set()),
        ('reply = {"status": "error"}\ntry:\n    return reply\nfinally:\n    reply["message"] = "No"', set()),
        ('def inner():\n    return None\ninner()\nreturn {"status": "success"}', set()),
    ],
)
def test_truth_is_what_the_contract_says(body: str, codes: set[str]) -> None:
    assert truth_of(module(body)).codes == codes


def test_truth_tells_the_returns_apart() -> None:
    truth = truth_of(module('if a:\n    return None\nreturn {\n    "status": "ok",\n}'))
    assert truth.returns == {3: {"CAL401"}, 4: {"CAL403"}}
    assert truth.last_lines == {3: 3, 4: 6}


def test_truth_covers_every_assignment() -> None:
    flags = 'a: bool, kind: Literal["car", "home"], size: int, name: str | None'
    source = "from typing import Literal\n" + module('return {"status": "success"}', flags)
    assert truth_of(source).runs == 2 * 2 * 4 * 5


def test_a_run_that_does_not_end_is_refused() -> None:
    with pytest.raises(EndlessError):
        truth_of(module("while a:\n    try:\n        continue\n    finally:\n        pass"))


def test_runs_do_not_see_each_other() -> None:
    source = "SEEN = {}\n\n\n" + module('SEEN["status"] = "success" if not SEEN else "seen"\nreturn SEEN')
    assert truth_of(source).codes == set()


@pytest.mark.parametrize("code", CODES)
def test_one_wrong_verdict_is_noticed(code: str) -> None:
    faulty = next(s for s in sources(again=False, functions=100) if code in truth_of(s).codes)
    right = next(s for s in sources(again=False, functions=100) if code not in truth_of(s).codes)
    total = Score()
    for source in (faulty, right):
        truth = truth_of(source)
        total.add(source, truth, Verdict(truth.codes ^ {code}))
    assert total.missed == [(faulty, code)]
    assert total.false_alarms == [(right, code)]
    assert total.precision < 1
    assert total.recall < 1


def test_a_verdict_on_the_wrong_return_is_noticed() -> None:
    source = module('if a:\n    return None\nreturn {"status": "success"}')
    total = Score()
    total.add(source, truth_of(source), Verdict(frozenset({"CAL401"}), frozenset({(4, "CAL401")})))
    assert (total.precision, total.recall) == (1, 1)
    assert total.lines_false == [(source, 4, "CAL401")]
    assert total.lines_missed == [(source, 3, "CAL401")]
