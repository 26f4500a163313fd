"""Whatever changes outside of what the judgement of a function has read, its findings stay.

By default a sample of the programs and edits is tried. `INCALL_TRUTH_FUNCTIONS=100 pytest tests/dependencies` tries
all of them, on 100 generated programs of each kind.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from zlib import crc32

import pytest

from flake8_incall import Engine, Options, Report
from tests.dependencies.judging import findings
from tests.dependencies.mutations import Edit, changes, deletions, hostile_insertions, unrelated_insertions
from tests.dependencies.programs import REALISTIC
from tests.harness import fixture_paths, load
from tests.truth.grammar import generate
from tests.validation.test_truth import HEAD
from tests.validation.writer import Writer

IS_WHOLE = "INCALL_TRUTH_FUNCTIONS" in os.environ
GENERATED = int(os.environ.get("INCALL_TRUTH_FUNCTIONS", "4"))
ONE_PROGRAM_OF = 4
ONE_EDIT_OF = {"hostile_insertions": 160}

Edits = Callable[[str], Iterator[Edit]]


def programs() -> Iterator[tuple[str, str, Options]]:
    """Every fixture, realistic files, and generated functions beside each other."""
    for fixture in map(load, fixture_paths()):
        yield fixture.path, fixture.source, fixture.options
    for name, text in REALISTIC.items():
        yield name, text, Options(profile="strict")
    for seed in range(GENERATED):
        two = [HEAD, Writer(seed, again=True).function(), Writer(seed + 1000, again=True).function()]
        yield f"validation {seed}", "\n\n".join(two), Options(profile="strict")
        yield f"truth {seed}", generate(seed, again=True), Options(profile="strict")


def is_tried(name: str, of: int) -> bool:
    return IS_WHOLE or crc32(name.encode()) % of == 0


def edited(purpose: str, edits: Edits) -> Iterator[tuple[str, Engine, str, Report, Edit, Report]]:
    """The programs with their reports before and after each edit that is tried and leaves Python."""
    one_of = ONE_EDIT_OF.get(edits.__name__, 40)
    for path, text, options in programs():
        if path not in REALISTIC and not is_tried(f"{purpose} {path}", ONE_PROGRAM_OF):
            continue
        tried = [edit for edit in edits(text) if is_tried(f"{path} {edit.name}", one_of)]
        engine = Engine(options)
        report = engine.check(path, text) if tried else None
        for edit in tried:
            try:
                after = engine.check(path, edit.text)
            except SyntaxError:
                continue
            assert report is not None
            yield path, engine, text, report, edit, after


@pytest.mark.parametrize("edits", [deletions, changes, unrelated_insertions])
def test_findings_stay_when_what_was_not_read_is_edited(edits: Edits) -> None:
    compared = 0
    wrong = []
    for path, _, text, report, edit, after in edited(f"read {edits.__name__}", edits):
        before, now = findings(report, text), findings(after, edit.text)
        for function, read in report.dependencies.items():
            if function in now and not any(edit.touches(one.span.start.line, one.span.end.line) for one in read):
                compared += 1
                if before[function] != now[function]:
                    wrong.append((path, function, edit.name))
    print(f"{edits.__name__}: {compared} judgements compared")
    assert wrong == []
    assert compared > 20


@pytest.mark.parametrize("edits", [deletions, changes, unrelated_insertions, hostile_insertions])
def test_outdated_names_every_function_whose_findings_change(edits: Edits) -> None:
    kept = 0
    wrong = []
    for path, engine, text, report, edit, after in edited(f"outdated {edits.__name__}", edits):
        before, now = findings(report, text), findings(after, edit.text)
        outdated = engine.outdated(report, edit.text)
        assert outdated <= now.keys()
        assert now.keys() - before.keys() <= outdated
        kept += len(now.keys() - outdated)
        wrong += [(path, name, edit.name) for name in now.keys() - outdated if before[name] != now[name]]
    print(f"{edits.__name__}: {kept} judgements kept")
    assert wrong == []
    assert kept > 20


def told(report: Report) -> tuple[object, ...]:
    return report.findings, report.functions, report.passed_over, set(report.unproved)


@pytest.mark.parametrize("edits", [changes, unrelated_insertions, hostile_insertions])
def test_update_finds_what_a_check_of_the_whole_text_finds(edits: Edits) -> None:
    compared = 0
    wrong = []
    for path, engine, _, report, edit, after in edited(f"update {edits.__name__}", edits):
        updated = engine.update(report, edit.text)
        compared += len(after.findings)
        if told(updated) != told(after):
            wrong.append((path, edit.name, [*{*updated.findings} ^ {*after.findings}]))
    assert wrong == []
    assert compared > 20
