"""The language server in an editor: the real Neovim, without a screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RIGHT
from tests.end_to_end.conftest import SCRIPTS
from tests.harness import ROOT

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

SCRIPT = ROOT / "tests" / "end_to_end" / "neovim.lua"
SLEEP = '    time.sleep(1)  # "🙏"\n'
SLOW = f"import time\n\n\n{RIGHT.replace('day: str', 'day').replace('    return', SLEEP + '    return')}"


def in_neovim(folder: Path, name: str) -> dict[str, Any]:
    """What an author sees of a file."""
    editor = shutil.which("nvim")
    if editor is None:
        reason = "Neovim is not installed (Debian: apt-get install neovim)"
        assert os.environ.get("CI") != "true", reason
        pytest.skip(reason)
    output = folder / "seen.json"
    told = "\n".join((str(SCRIPTS / "flake8-incall"), str(folder), name, str(output)))
    home = folder / "home"
    done = subprocess.run(
        [editor, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {SCRIPT}"],
        env={**os.environ, "INCALL_TEST": told, "HOME": str(home), "XDG_CACHE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert output.exists(), done.stderr
    seen: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    assert "fault" not in seen, seen
    return seen


def test_neovim_shows_findings_fixes_and_what_the_model_sees(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text(SLOW, encoding="utf-8")
    seen = in_neovim(tmp_path, "book.py")
    found = {one["code"]: one for one in seen["findings"]}
    assert {"CAL105", "CAL604"} <= set(found)
    assert SLOW.splitlines()[found["CAL604"]["lnum"]][found["CAL604"]["col"] :].startswith("time.sleep")
    assert found["CAL604"]["source"] == "flake8-incall"
    assert "Fix CAL604 (blocking-call)" in seen["titles"]
    assert "Suppress CAL105 with a noqa comment" in seen["titles"]
    assert "await asyncio.sleep(1)" in seen["text"]
    assert seen["text"].startswith("# 🙏 नमस्ते\n")
    assert seen["left"] == ["CAL105"]
    assert "book_slot" in seen["hover"]
    assert "The day, such as 2026-11-22" in seen["hover"]
