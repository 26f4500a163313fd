"""The page about the engine: its examples run, and it names all that the engine has."""

from __future__ import annotations

import dataclasses
import doctest
from typing import get_args

import pytest

import flake8_incall
from flake8_incall import Diagnostic, Engine, Report
from flake8_incall.model.dependencies.dependency import Dependency, Kind
from tests.harness import ROOT

PAGE = ROOT / "docs" / "engine.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_examples_of_the_page_run() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
    assert result.attempted > 15


def test_every_example_of_the_page_is_run() -> None:
    blocks = TEXT.split("```python\n")[1:]
    assert blocks
    assert all(block.startswith(">>> ") for block in blocks)


@pytest.mark.parametrize("kind", [Report, Diagnostic, Dependency])
def test_every_attribute_is_on_the_page(kind: type) -> None:
    names = {field.name for field in dataclasses.fields(kind)}
    assert {name for name in names if f"`{name}`" not in TEXT and f".{name}" not in TEXT} == set()


def test_every_method_of_the_engine_is_on_the_page() -> None:
    methods = {name for name, value in vars(Engine).items() if not name.startswith("_") and callable(value)}
    assert {name for name in methods if f"{name}(" not in TEXT} == set()


def test_every_kind_of_dependency_is_on_the_page() -> None:
    assert {kind for kind in get_args(Kind) if f"`{kind}`" not in TEXT} == set()


def test_the_engine_is_exported_and_documented() -> None:
    assert {"Engine", "Report", "Dependency"} <= set(flake8_incall.__all__)
    public = [value for name, value in vars(Engine).items() if not name.startswith("_")]
    assert all(value.__doc__ for value in (Engine, Report, Dependency, *public))
    assert (ROOT / "flake8_incall" / "py.typed").exists()
