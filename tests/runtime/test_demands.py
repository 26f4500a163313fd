"""Settings of the wrong kind are refused where they are given, and never in a call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("livekit.agents")

from flake8_incall.options import OptionError
from flake8_incall.runtime import InCallToolset, incall_tool, load_tools, wrap
from tests.runtime.writing import PYTHON, write


async def greet() -> dict[str, str]:
    """Greet the caller."""
    return {"status": "success"}


def _loaded(path: Path, **settings: Any) -> object:
    return load_tools(path, **settings)


def _toolset(path: Path, **settings: Any) -> object:
    return InCallToolset(path, id="tables", **settings)


def _wrapped(_: Path, **settings: Any) -> object:
    return wrap(greet, **settings)


def _tool(_: Path, **settings: Any) -> object:
    return incall_tool(**settings)


TAKERS: list[Callable[..., object]] = [_loaded, _toolset, _wrapped, _tool]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return write(tmp_path / "tables.py", PYTHON)


@pytest.mark.parametrize("taker", TAKERS)
def test_limits_are_no_number(taker: Callable[..., object], tables: Path) -> None:
    with pytest.raises(TypeError, match="limits: 5 is no `Limits`, give `Limits"):
        taker(tables, limits=5)


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("profile", ["contarct", None])
def test_a_profile_that_there_is_not(taker: Callable[..., object], profile: object, tables: Path) -> None:
    with pytest.raises(OptionError, match=f"profile: unknown profile {profile!r}; use one of contract, "):
        taker(tables, profile=profile)


@pytest.mark.parametrize("taker", [_loaded, _toolset])
def test_secrets_without_names_are_refused_and_not_shown(taker: Callable[..., object], tables: Path) -> None:
    with pytest.raises(TypeError, match="secrets: a list has no names") as caught:
        taker(tables, secrets=["tok-1"])
    assert "tok-1" not in str(caught.value)
