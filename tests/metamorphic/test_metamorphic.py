"""The same functions written another way get the same findings.

By default every sixth pair of a program and a rewrite is tried. `INCALL_TRUTH_FUNCTIONS=100 pytest
tests/metamorphic` tries all of them, with 100 generated programs of each kind.
"""

from __future__ import annotations

import ast
import os
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from zlib import crc32

import pytest

from flake8_incall import Options, check
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from tests.harness import fixture_paths, load
from tests.metamorphic.rewrites import REWRITES, Rewrite
from tests.truth.grammar import generate
from tests.validation.test_truth import HEAD
from tests.validation.writer import Writer

IS_WHOLE = "INCALL_TRUTH_FUNCTIONS" in os.environ
GENERATED = int(os.environ.get("INCALL_TRUTH_FUNCTIONS", "8"))
# A longer body is one on purpose.
ALWAYS_EXEMPT = frozenset({"CAL901"})
# What is found on one way only for a reason that is not the function's, by the place and why.
KNOWN = {
    ("import renamed", "cal206_unresolvable_annotation.py", "CAL206"): "a name in the text of an annotation",
    ("import renamed", "cal990_booking.py", "CAL990"): "a pattern of the project names the module",
    ("import renamed", "cal507_forbidden_import.py", "CAL507"): "a name in `__all__`",
    ("import renamed", "cal527_code_at_load.py", "CAL527"): "a name in a quoted annotation",
    ("import inside", "cal601_missing_timeout.py", "CAL601"): "an attribute of a type that another method imports",
    ("for once", "cal601_missing_timeout.py", "CAL601"): "what a loop asks for in each round is told of the loop",
    ("for once", "cal604_httpx2.py", "CAL601"): "what a loop asks for in each round is told of the loop",
    ("while once", "cal604_httpx2.py", "CAL601"): "what a loop asks for in each round is told of the loop",
    ("nested helper", "cal506_method_that_the_model_names.py", "CAL506"): "a variable of a function around it",
    ("while once", "cal601_missing_timeout.py", "CAL601"): "what a loop asks for in each round is told of the loop",
}

Codes = Counter[tuple[str | None, str]]


@dataclass(slots=True)
class Table:
    """What became of the findings in all programs under one rewrite.

    Attributes:
        compared: The findings that had to stay.
        lost: Those that did not, by program, function and code.
        gained: Those that came instead.
    """

    compared: int = 0
    lost: list[str] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)


@cache
def programs() -> list[tuple[str, str, Options]]:
    """Every fixture, and generated functions with faults in their results and in what they check."""
    fixtures = [load(path) for path in fixture_paths()]
    found = [(fixture.path, fixture.source, fixture.options) for fixture in fixtures]
    strict = Options(profile="strict")
    for seed in range(GENERATED):
        found += [(f"truth {seed} {again}", generate(seed, again=again), strict) for again in (False, True)]
        found += [(f"validation {seed}", HEAD + Writer(seed, again=True).function(), strict)]
    return [(path, ast.unparse(parse(source)), options) for path, source, options in found]


def codes(source: str, path: str, options: Options) -> Codes:
    """Count the findings of each function by code."""
    return Counter((diagnostic.function, diagnostic.code) for diagnostic in check(source, path, options))


@cache
def codes_before(path: str, source: str, options: Options) -> Codes:
    """The findings of a program as it was written, worked out once for all rewrites."""
    return codes(source, path, options)


def rewritten(rewrite: Rewrite, path: str, source: str, options: Options) -> str | None:
    """The text of a program after a rewrite; `None` where there is nothing to rewrite."""
    tree = parse(source)
    module = Module(path, split_lines(source), tree, options)
    functions = [function.node for function in module.fact(discover).functions]
    return ast.unparse(ast.fix_missing_locations(tree)) if rewrite.change(tree, functions) else None


def comparable(found: Codes, rewrite: Rewrite, path: str) -> Codes:
    """The findings that a rewrite has to leave as they are, under the names that they have after it."""
    renamed = dict(rewrite.renames)
    kept: Codes = Counter()
    for (function, code), number in found.items():
        key = (function, renamed.get(code, code))
        if code in rewrite.exempt | ALWAYS_EXEMPT or (rewrite.name, path.rpartition("/")[2], code) in KNOWN:
            continue
        kept[key] = 1 if key[1] in rewrite.merges else kept[key] + number
    return kept


def table(rewrite: Rewrite) -> Table:
    """Try one rewrite on the programs."""
    result = Table()
    for path, source, options in programs():
        if not IS_WHOLE and crc32(f"{path} {rewrite.name}".encode()) % 6:
            continue
        text = rewritten(rewrite, path, source, options)
        if text is None:
            continue
        before = comparable(codes_before(path, source, options), rewrite, path)
        after = comparable(codes(text, path, options), rewrite, path)
        result.compared += before.total()
        result.lost += [f"{path} {function} {code}" for function, code in (before - after).elements()]
        result.gained += [f"{path} {function} {code}" for function, code in (after - before).elements()]
    return result


BY_NAME = pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)


@BY_NAME
def test_rewritten_programs_keep_their_findings(rewrite: Rewrite) -> None:
    found = table(rewrite)
    print(f"{rewrite.name}: {found.compared} findings, {len(found.lost)} lost, {len(found.gained)} gained")
    assert found.lost == []
    assert found.gained == []
    assert found.compared > (200 if IS_WHOLE else 25)


@BY_NAME
def test_rewritten_programs_compile(rewrite: Rewrite) -> None:
    texts = [rewritten(rewrite, *program) for program in programs()[::5] if compiles(program[1])]
    found = [text for text in texts if text is not None]
    assert found
    assert all(map(compiles, found))


def compiles(text: str) -> bool:
    """Whether a program is more than a syntax tree: some fixtures await outside of `async def`."""
    try:
        compile(text, "<program>", "exec")
    except SyntaxError:
        return False
    return True
