"""Every rule runs on every fixture, and says exactly what the fixture's comments say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import FIXTURES, Fixture, Mark, fixture_paths, is_found, load, problems

LOADED = {path: load(path) for path in fixture_paths()}
GAPS = [(fixture, mark) for fixture in LOADED.values() for mark in fixture.missed]


@pytest.mark.parametrize("path", LOADED, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_fixture(path: Path) -> None:
    assert problems(LOADED[path]) == []


@pytest.mark.parametrize(
    ("fixture", "mark"),
    [pytest.param(*gap, marks=pytest.mark.xfail(reason=gap[1].why, strict=True)) for gap in GAPS],
    ids=lambda part: f"{part.path}:" if isinstance(part, Fixture) else f"{part.line} {part.code}",
)
def test_known_gap(fixture: Fixture, mark: Mark) -> None:
    assert is_found(mark, fixture)


@pytest.mark.parametrize("path", LOADED, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_fixture_file_is_named_like_a_module(path: Path) -> None:
    assert path.stem.removesuffix(".fixed").isidentifier()
    assert path.stem == path.stem.lower()
