"""The vendored docstring styles read what the installed docstring_parser reads, which LiveKit uses."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from flake8_incall import _vendor
from flake8_incall.model.docstring import styles
from tests.harness import FIXTURES
from tests.livekit.test_docstrings import docstrings

docstring_parser = pytest.importorskip("docstring_parser")

VENDORED = Path(next(iter(_vendor.__path__))) / "docstring_parser"
VERSION = "0.18.0"
# Packages whose authors write in Google, NumPy and reST style.
PACKAGES = ("livekit.agents", "numpy.lib", "pluggy", "flake8", "hypothesis")


def everything(parsed: Any) -> dict[str, Any]:
    """All that a parsed docstring says, whichever copy of the package parsed it.

    The entries are copied: Python 3.13.0 can lose what is in the `vars` of an object that is gone.
    """
    return {
        "style": parsed.style.name if parsed.style else None,
        "description": parsed.description,
        "entries": [(type(entry).__name__, dict(vars(entry))) for entry in parsed.meta],
    }


def outcome(parse: Callable[[str], Any], text: str) -> dict[str, Any] | str:
    """What a parser says of a docstring, or the exception that it raises."""
    try:
        return everything(parse(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def names_by_style(text: str) -> dict[str, set[str]]:
    """The parameters that the installed package finds in each style."""
    found = {}
    for style in set(docstring_parser.DocstringStyle) - {docstring_parser.DocstringStyle.AUTO}:
        try:
            found[style.name.lower()] = {entry.arg_name for entry in docstring_parser.parse(text, style).params}
        except Exception:
            continue
    return found


def docstrings_of(paths: list[Path]) -> Iterator[str]:
    """The docstrings of the functions and classes in some files."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield ast.get_docstring(node, clean=False) or ""


def files_of(package: str) -> list[Path]:
    """The Python files of an installed package."""
    specification = importlib.util.find_spec(package)
    assert specification is not None
    assert specification.origin is not None
    return sorted(Path(specification.origin).parent.rglob("*.py"))


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(docstrings())
def test_parse_reads_random_docstrings_like_the_installed_package(text: str) -> None:
    assert outcome(styles.parse, text) == outcome(docstring_parser.parse, text)
    assert styles.names_by_style(text) == names_by_style(text)


@pytest.mark.parametrize("package", [*PACKAGES, "fixtures"])
def test_parse_reads_published_docstrings_like_the_installed_package(package: str) -> None:
    paths = sorted(FIXTURES.rglob("*.py")) if package == "fixtures" else files_of(package)
    texts = set(docstrings_of(paths))
    assert len(texts) > 10
    for text in texts:
        assert outcome(styles.parse, text) == outcome(docstring_parser.parse, text)


@pytest.mark.parametrize("text", ["Tell it.\n\n: : nothing", "Args:\n    city", ":param"])
def test_parse_fails_like_the_installed_package(text: str) -> None:
    assert outcome(styles.parse, text) == outcome(docstring_parser.parse, text)


def test_vendored_files_are_unmodified() -> None:
    if importlib.metadata.version("docstring_parser") != VERSION:
        pytest.skip(f"docstring_parser {VERSION} is not installed")
    installed = Path(docstring_parser.__file__).parent
    for path in sorted(VENDORED.glob("[!_]*.py")):
        assert path.read_bytes() == (installed / path.name).read_bytes(), path.name
