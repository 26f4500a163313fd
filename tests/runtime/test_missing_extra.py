"""Without the packages that run functions, one line says how to install them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
"""


def last_line(code: str, *hidden: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", HIDE.format(hidden=hidden) + code], capture_output=True, text=True, check=False
    )
    return (done.stderr or done.stdout).splitlines()[-1]


@pytest.mark.parametrize("name", ["load_tools", "InCallToolset", "incall_tool"])
def test_what_needs_livekit_says_so(name: str) -> None:
    assert last_line(f"from flake8_incall.runtime import {name}", "livekit", "pydantic", "httpx2") == (
        f"flake8_incall.runtime.MissingExtraError: `{name}` needs livekit, which is not installed: "
        'pip install "flake8-incall[runtime]"'
    )


def test_what_needs_none_of_it_is_there() -> None:
    code = "from flake8_incall.runtime import Limits, Rejected, wrap; print(Limits().deadline)"
    assert last_line(code, "livekit", "pydantic", "httpx2") == "10.0"


def test_another_fault_of_an_import_stays_what_it_is() -> None:
    assert last_line("from flake8_incall.runtime import load_tools", "tokenize") == (
        "ModuleNotFoundError: No module named 'tokenize'"
    )
    assert "has no attribute" in last_line("import flake8_incall.runtime as runtime; runtime.load_tool")
