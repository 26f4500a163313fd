"""From an empty repository to a commit that passes, with the real git and pre-commit; nothing is downloaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Repository

# One fault that `fix` clears.
TOOL = '''\
import httpx
from livekit.agents import Agent, RunContext, function_tool


class Desk(Agent):
    """Answers calls of the shop."""

    @function_tool
    async def free_slots(self, context: RunContext, day: str) -> str:
        """Find free slots of a day.

        Args:
            day: The day, such as 2026-11-27
        """
        async with httpx.AsyncClient(timeout=None) as client:
            response = await client.get("https://api.example.com/slots", params={"day": day})
        return response.text
'''
CODE = '''\
def free_slots(ctx: RunContext, day: str) -> dict:
    """Find free slots of a day.

    Args:
        day: The day, such as 2026-11-27

    Returns:
        dict: {status: "success", slots: list} or {status: "error", message: str}
    """
    if not day:
        return {"status": "error", "message": "Which day?"}
    print(day)
    return {"status": "success", "slots": ["10:00"]}
'''
DOCUMENT = json.dumps(
    {
        "type": "custom_in_call",
        "name": "free_slots",
        "description": "Call this when the caller asks for a free slot",
        "source_code": CODE,
    },
    indent=2,
)


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [("agents/desk.py", TOOL, ["CAL602"]), ("functions/slots.json", DOCUMENT, ["CAL101", "CAL903"])],
    ids=["python", "document"],
)
def test_a_fault_is_refused_until_it_is_fixed(repository: Repository, name: str, text: str, codes: list[str]) -> None:
    repository.write("package.json", '{"name": "website"}\n')
    repository.write(name, text)
    said = repository.must("flake8-incall", "init", "--yes")
    assert "wrote .pre-commit-config.yaml" in said
    repository.must("pre-commit", "install")
    refused = repository.commit(".")
    assert refused.returncode == 1
    assert "flake8-incall" in refused.stdout
    # The hook has made the safe fixes, and says so; git still has the file as it was.
    assert f"{name}: fixed " in refused.stdout
    assert "files were modified by this hook" in refused.stdout
    assert "package.json" not in refused.stdout
    for code in codes:
        assert code in refused.stdout

    repository.run("flake8-incall", "fix", "--unsafe", name)
    passed = repository.commit(".")
    assert passed.returncode == 0, passed.stdout
    assert repository.must("git", "status", "--porcelain") == ""
    assert repository.must("flake8-incall", "check", ".").count("CAL") == 0


def test_a_fault_that_has_no_fix_says_what_to_do(repository: Repository) -> None:
    repository.write("agents/desk.py", TOOL.replace("day: str", "day").replace("timeout=None", "timeout=8"))
    repository.write("data/cities.json", '{"cities": []}\n')
    repository.must("flake8-incall", "init", "--yes")
    repository.must("pre-commit", "install")
    refused = repository.commit(".")
    assert refused.returncode == 1
    lines = refused.stdout.splitlines()
    assert any(line.startswith("agents/desk.py:9:") and ": CAL105 " in line for line in lines)
    assert "`flake8-incall explain CODE` explains each" in refused.stdout
    assert "cities.json" not in refused.stdout
    repository.write("agents/desk.py", TOOL.replace("timeout=None", "timeout=8"))
    assert repository.commit(".").returncode == 0


def test_the_hooks_of_this_repository_are_those_that_init_writes() -> None:
    yaml = pytest.importorskip("yaml")
    from flake8_incall.setup.yaml_files import HOOKS
    from tests.harness import ROOT

    (local,) = yaml.safe_load(HOOKS)
    ours = yaml.safe_load(Path(ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    kept = ("id", "entry", "types_or", "require_serial")
    assert sorted(tuple(str(hook[key]) for key in kept) for hook in local["hooks"]) == sorted(
        tuple(str(hook[key]) for key in kept) for hook in ours
    )
