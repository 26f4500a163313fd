"""Functions that exceed the budget of an analysis are counted, and told under `strict` and `gate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flake8_incall import Options, check
from flake8_incall.options import Profile
from tests.cli.conftest import RIGHT, Command

HEAD = '''\
from livekit.agents import RunContext, function_tool


@function_tool
async def quote(ctx: RunContext, a: str) -> dict:
    """Quote a price when the caller asks for one.

    Args:
        a: The day

    Returns:
        dict: {status: "success"}
    """
'''
MANY_PATHS = (
    "x = {}",
    *(f"f{n} = ctx.userdata.k{n}()\nif f{n}:\n    x['k{n}'] = f{n}" for n in range(240)),
    *(f"if f{n}:\n    x['n{n}'] = x['k{n}']" for n in range(240)),
    'return {"status": "success"}',
)


def source(*statements: str) -> str:
    return HEAD + "".join(f"    {line}\n" for statement in statements for line in statement.splitlines())


HARD = source(*MANY_PATHS)


@pytest.mark.parametrize("profile", ["strict", "gate"])
def test_a_function_with_too_many_paths_is_told(profile: Profile) -> None:
    told = [d for d in check(HARD, "a.py", Options(profile=profile)) if d.code == "CAL998"]
    assert [(d.start.line, d.function) for d in told][:1] == [(5, "quote")]
    assert "exceeded its budget (the paths to its results)" in told[0].message


@pytest.mark.parametrize("profile", ["contract", "livekit"])
def test_it_is_counted_in_the_other_profiles(profile: Profile, project: Path, command: Command) -> None:
    (project / "a.py").write_text(HARD, encoding="utf-8")
    (project / "b.py").write_text(f"@function_tool\n{RIGHT}", encoding="utf-8")
    outcome = command("check", f"--profile={profile}", "--select=CAL4,CAL9")
    assert outcome.err == ("no findings (checked 2 in-call functions in 2 Python files; 1 could not be fully judged)\n")


def test_it_is_counted_in_a_document(project: Path, command: Command) -> None:
    function = {"type": "custom_in_call", "name": "quote", "source_code": HARD.partition("\n\n\n")[2]}
    (project / "a.json").write_text(json.dumps(function), encoding="utf-8")
    assert "in 1 document; 1 could not be fully judged)" in command("check", "--select=CAL4").err


def test_a_function_that_is_followed_to_its_end_is_not_counted(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    assert "fully judged" not in command("check", "--profile=strict").err
