"""`flake8-incall schema`: what is printed is what is published, and needs no extra."""

from __future__ import annotations

import subprocess
import sys

from tests.cli.conftest import Command
from tests.harness import ROOT


def test_the_schema_of_basic_functions(command: Command) -> None:
    outcome = command("schema", "basic")
    assert outcome.out == (ROOT / "flake8_incall" / "schemas" / "basic.json").read_text(encoding="utf-8")
    assert (outcome.err, outcome.status) == ("", 0)


def test_an_unknown_schema(command: Command) -> None:
    outcome = command("schema", "advanced")
    assert outcome.err.startswith("flake8-incall: argument name: invalid choice: 'advanced'")
    assert outcome.status == 2


def test_neither_the_schema_nor_the_check_of_a_basic_function_needs_the_extra() -> None:
    code = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(('pydantic', 'livekit', 'httpx2')))  # importing them fails\n"
        "from flake8_incall.cli import main\n"
        "sys.exit(main(['schema', 'basic']) or main(['check', 'fixtures/documents/basic/in_order.json']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    counted = "checked 4 in-call functions in 1 document; passed over 2 functions of other types"
    assert (done.returncode, done.stderr) == (0, f"no findings ({counted}; `flake8-incall show --why` says why)\n")
