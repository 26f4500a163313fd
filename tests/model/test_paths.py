"""Which files the globs of `incall-paths` match."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_incall.model.code.paths import is_matched, is_test_file, unmatched_globs
from flake8_incall.options import Options


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project below a folder that is called like the one that the globs name."""
    folder = tmp_path / "functions" / "tests" / "project"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("glob", "matched", "not_matched"),
    [
        ("functions", ["functions/a.py", "functions/b/c.py", "shop/functions/a.py"], ["a.py", "my_functions/a.py"]),
        ("functions/", ["functions/a.py", "functions/b/c.py", "shop/functions/a.py"], ["a.py", "my_functions/a.py"]),
        ("shop/functions/", ["shop/functions/a.py", "shop/functions/b/c.py"], ["functions/a.py"]),
        ("functions/*.py", ["functions/a.py"], ["functions/b/c.py", "shop/functions/a.py", "a.py"]),
        ("functions/**", ["functions/a.py", "functions/b/c.py"], ["shop/functions/a.py"]),
        ("*/functions/*.py", ["functions/a.py", "shop/functions/a.py", "a/b/functions/c.py"], ["functions/a/b.py"]),
        ("**/functions/*.py", ["functions/a.py", "shop/functions/a.py", "a/b/functions/c.py"], ["functions.py"]),
        ("**/functions", ["functions/a.py", "shop/functions/b/c.py"], ["a.py"]),
        ("shop/*/functions/*.py", ["shop/a/functions/b.py"], ["shop/functions/b.py", "shop/a/b/functions/c.py"]),
        ("shop/**/*.py", ["shop/a.py", "shop/a/b/c.py"], ["a.py"]),
        ("*.py", ["a.py", "functions/a.py"], ["a.pyi"]),
        ("*_tool.py", ["book_tool.py", "shop/book_tool.py"], ["tool.py"]),
        ("book.py", ["book.py", "shop/book.py"], ["notebook.py"]),
        ("shop/book.py", ["shop/book.py"], ["book.py", "a/shop/book.py"]),
        ("[ab].py", ["a.py", "b.py"], ["c.py", "ab.py"]),
        (".", ["a.py", "b/c.py"], []),
        ("../project/a.py", ["a.py"], ["b.py"]),
    ],
)
def test_is_matched_by_a_glob(glob: str, matched: list[str], not_matched: list[str], root: Path) -> None:
    options = Options(paths=(glob,))
    for path in matched:
        assert is_matched(path, options), path
        assert is_matched(f"./{path}", options), path
        assert is_matched(str(root / path), options), path
    for path in not_matched:
        assert not is_matched(path, options), path


def test_is_matched_from_the_folder_of_the_configuration_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "shop").mkdir()
    monkeypatch.chdir(root / "shop")
    for glob in ("functions", str(root / "functions"), f"{root}/*/functions/*.py"):
        options = Options(paths=(glob,), root=str(root))
        assert is_matched("../functions/a.py", options), glob
        assert not is_matched("a.py", options), glob


def test_is_test_file_looks_below_the_project_only(root: Path) -> None:
    assert not is_test_file("a.py", Options())
    assert not is_test_file(str(root / "a.py"), Options())
    assert is_test_file(str(root / "tests" / "a.py"), Options())
    assert is_test_file("unit/tests/deep/a.py", Options())
    assert not is_test_file("tests/a.py", Options(paths=("tests",)))


def test_unmatched_globs_are_those_without_a_file_on_the_disk(root: Path) -> None:
    listed: list[str] = []

    def files_below(folder: str) -> Iterator[str]:
        listed.append(os.path.relpath(folder))
        yield str(root / "functions" / "a.py")

    options = Options(paths=("a.py", "functions/*.py", "tools/*.py", "*/tools/"))
    assert unmatched_globs(options, ["b.py"], files_below) == ["tools/*.py", "*/tools/"]
    assert listed == [".", "functions", "tools", "."]
    listed.clear()
    assert unmatched_globs(Options(paths=("*.py",)), ["b.py"], files_below) == []
    assert listed == []
