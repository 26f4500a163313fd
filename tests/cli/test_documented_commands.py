"""Every command of this project that the documentation shows is run, page by page, in one sample project."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, RIGHT, Command
from tests.documentation import DOCS
from tests.harness import FIXTURES, ROOT
from tests.project_rules.page import write_page_rules

GREET = '''\
async def greet(ctx: RunContext, name: str) -> dict:
    """Call this when the caller says a name.

    Args:
        name: The name of the caller

    Returns:
        dict: {status: "success", greeting: str} or {status: "error", message: str}
    """
    if not name:
        return {"status": "error", "message": "Who is it?"}
    return {"status": "success", "greeting": f"Hello {name}"}
'''
PAGES = [ROOT / "README.md", *(path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "rules")]
# What else they name is checked by `tests/test_documentation.py`.
OURS = ("flake8", "flake8-incall")


def commands(page: Path) -> list[list[str]]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    # Of a session the lines with a prompt are commands, and the others what they print.
    lines = (line for block in blocks for line in block.splitlines() if line.startswith("$ ") or "$ " not in block)
    parts = (shlex.split(part) for line in lines for part in line.removeprefix("$ ").split(" && "))
    return [command for command in parts if command[0] in OURS]


@pytest.fixture
def sample(project: Path) -> Path:
    """A project with all that the pages speak of."""
    for folder in ("functions", "agents", "uploads", "fixtures/contract", "fixtures/documents"):
        (project / folder).mkdir(parents=True)
    for name in ("contract/track_order_broken.py", "documents/version_one_broken.json"):
        shutil.copy(FIXTURES / name, project / "fixtures" / name)
    (project / "functions" / "greet.py").write_text(GREET, encoding="utf-8")
    (project / "uploads" / "upload.py").write_text(BROKEN, encoding="utf-8")
    (project / "find_slots.py").write_text(RIGHT, encoding="utf-8")
    document = {"type": "custom_in_call", "name": "greet", "description": "d", "source_code": GREET}
    (project / "agent.json").write_text(json.dumps(document), encoding="utf-8")
    shutil.copy(FIXTURES / "documents" / "basic" / "in_order.json", project / "basic.json")
    write_page_rules(project / "rules")
    return project


@pytest.mark.skipif(find_spec("livekit") is None, reason="the extra `runtime` is not installed")
@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_commands_of_a_page_run(page: Path, sample: Path, command: Command) -> None:
    for program, *arguments in commands(page):
        if "new" in arguments:
            # The page shows how a file is made that later commands read.
            arguments.append("--force")
        if program == "flake8":
            run = [sys.executable, "-m", "flake8", *arguments]
            done = subprocess.run(run, cwd=sample, capture_output=True, encoding="utf-8", check=False)
            assert (done.returncode in (0, 1), done.stderr) == (True, "")
            continue
        outcome = command(*arguments, stdin=b"y\n")
        assert outcome.status in (0, 1), f"{shlex.join(arguments)}: {outcome.err}"
        assert not outcome.err.startswith("flake8-incall: ")


@pytest.mark.parametrize("page", sorted((DOCS / "start").glob("*.md")), ids=lambda page: page.stem)
def test_python_of_the_start_pages_runs(page: Path) -> None:
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        done = subprocess.run([sys.executable, "-c", block], capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stderr) == (0, "")
