"""TOML keeps its comments and layout, and says what it said before and our part."""

from __future__ import annotations

import tomllib

import pytest

from flake8_incall.setup.toml_files import with_flake8, with_incall, with_ruff

PROJECT = '# ours\n[project]\nname = "shop"  # the name\n\n[tool.other]\nx = [\n  1,\n]\n'


def test_profile_and_override_are_added_once() -> None:
    new = with_incall(PROJECT, "contract", ["agents/"])
    table = {"profile": "contract", "overrides": [{"files": ["agents/"], "profile": "livekit"}]}
    assert tomllib.loads(new)["tool"]["incall"] == table
    assert new.startswith(PROJECT)
    assert with_incall(new, "strict", ["other/"]) == new


@pytest.mark.parametrize("text", ["", PROJECT, "[tool.incall]\nallow = []\n", "[tool]\n[tool.other]\nx = 1\n"])
def test_a_profile_is_added_to_any_file(text: str) -> None:
    before, after = tomllib.loads(text), tomllib.loads(with_incall(text, "livekit", []))
    own = after["tool"].pop("incall")
    assert own == {**before.get("tool", {}).pop("incall", {}), "profile": "livekit"}
    assert {**before, "tool": before.get("tool", {})} == after


RUFF = {
    "a table": ("[tool.ruff]\nline-length = 100  # wide\n", True),
    "tables": ("[tool.ruff]\nline-length = 100\n\n[tool.ruff.lint]\nselect = ['E']\n\n[tool.x]\ny = 1\n", True),
    "only a table of lint": ("[tool.ruff.lint]\nselect = ['E']\n", True),
    "dotted keys": ("[tool.ruff]\nlint.select = ['E']\n", True),
    "a list": ("[tool.ruff]\nbuiltins = ['_']\n[tool.ruff.lint]\nexternal = [\n  'DOC',  # theirs\n]\n", True),
    "a file of its own": ("line-length = 100\n[lint]\nselect = ['E']\n", False),
    "an empty file of its own": ("", False),
}


@pytest.mark.parametrize("case", RUFF)
def test_ruff_learns_codes_and_names_once(case: str) -> None:
    text, is_pyproject = RUFF[case]

    def ruff(source: str) -> dict[str, object]:
        parsed: dict[str, object] = tomllib.loads(source)
        return parsed["tool"]["ruff"] if is_pyproject else parsed  # type: ignore[index]

    new = with_ruff(text, ["httpx", "json"], is_pyproject=is_pyproject)
    before, after = ruff(text), ruff(new)
    lint, builtins = after["lint"], after["builtins"]
    assert isinstance(lint, dict)
    assert lint["external"][-1] == "CAL"
    assert builtins == [*before.get("builtins", []), "httpx", "json"]  # type: ignore[misc]
    assert {**before, "lint": lint, "builtins": builtins} == after
    assert [line for line in text.splitlines() if "#" in line] == [line for line in new.splitlines() if "#" in line]
    assert with_ruff(new, ["httpx", "json"], is_pyproject=is_pyproject) == new


@pytest.mark.parametrize(
    "text", [PROJECT, "[tool.ruff.lint]\nexternal = ['C']\n", "[tool.ruff.lint]\nexternal = ['CAL']\n"]
)
def test_what_needs_nothing_stays(text: str) -> None:
    assert with_ruff(text, [], is_pyproject=True) == text


def test_a_value_of_another_type_is_an_error() -> None:
    with pytest.raises(TypeError, match="`external` is not a list"):
        with_ruff("[tool.ruff.lint]\nexternal = 'DOC'\n", [], is_pyproject=True)


@pytest.mark.parametrize("written", ["select = ['E', 'F']", "select = 'E,F'"])
def test_lists_of_flake8_are_extended(written: str) -> None:
    new = tomllib.loads(with_flake8(f"[tool.flake8]\n{written}\n", {"select": ["CAL"], "builtins": ["httpx"]}))
    flake8 = new["tool"]["flake8"]
    assert flake8["select"] in (["E", "F", "CAL"], "E,F,CAL")
    assert flake8["builtins"] == ["httpx"]
