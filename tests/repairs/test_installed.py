"""Fixes of other people's code: that of LiveKit's agents, as installed. No file breaks, and no finding is new."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.fixes import fixed

pytest.importorskip("livekit.agents")
CONTRACT = Options()


def files() -> list[Path]:
    """Some of the files of LiveKit's agents with tools in them."""
    found = find_spec("livekit.agents")
    assert found is not None
    assert found.origin is not None
    modules = sorted(Path(found.origin).parent.rglob("*.py"))
    return [path for path in modules if "@function_tool" in path.read_text(encoding="utf-8")][::8]


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_fixes_of_an_installed_file_break_and_add_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    def find(changed: str) -> list[Diagnostic]:
        return check(changed, str(path), CONTRACT)

    before = Counter(one.code for one in find(text) for _ in range(one.count))
    result = fixed(text, find, unsafe=True)
    ast.parse(result.text)
    assert Counter(one.code for one in result.left for _ in range(one.count)) <= before
    assert comments(text) <= comments(result.text)
    assert bool(result.applied) == (result.text != text)
