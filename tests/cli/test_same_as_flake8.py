"""Our own command and flake8 find the same in the same files with the same options."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BROKEN, RIGHT, Command

SIGNATURE, *BODY = BROKEN.splitlines()
# flake8 and editors count characters; `ast` counts bytes, of which there are three for each of these.
HINDI = '"नमस्ते"; from livekit.agents import function_tool; tool = function_tool(lambda: 1)\n'


def with_comment(comment: str) -> str:
    return "\n".join([f"{SIGNATURE}  {comment}", *BODY, ""])


FILES: dict[str, bytes] = {
    "agent.py": BROKEN.encode(),
    "right.py": RIGHT.encode(),
    "quiet/all.py": with_comment("# noqa").encode(),
    "quiet/one.py": with_comment("# noqa: CAL101").encode(),
    "quiet/several.py": with_comment("# NOQA:cal105,CAL101").encode(),
    "quiet/spaces.py": with_comment("# noqa: CAL105 CAL3").encode(),
    "quiet/other.py": with_comment("# noqa: E501").encode(),
    "quiet/none.py": with_comment("#noqa").encode(),
    "quiet/in_docstring.py": BROKEN.replace("Book a slot", "Book # noqa: CAL3").encode(),
    "quiet/entry.py": BROKEN.replace("ctx: The", "dya: The").encode(),
    "quiet/entry_after.py": BROKEN.replace("ctx: The", "dya: The")
    .replace('"""\n    r', '"""  # noqa: CAL3\n    r')
    .encode(),
    "quiet/entry_on_def.py": with_comment("# noqa: CAL304").replace("ctx: The", "dya: The").encode(),
    "quiet/parameter.py": BROKEN.replace(" day)", "\n    day,  # noqa: CAL105\n)").encode(),
    "quiet/file.py": b"# flake8: noqa\n" + BROKEN.encode(),
    "quiet/no_file.py": b"x = 1  # flake8: noqa\n" + BROKEN.encode(),
    "text/latin.py": ("# coding: latin-1\n" + BROKEN.replace("slot when", "café when")).encode("latin-1"),
    "text/bom.py": b"\xef\xbb\xbf" + BROKEN.encode(),
    "text/crlf.py": BROKEN.replace("\n", "\r\n").encode(),
    "text/form_feed.py": b"x = 1\n\x0c\n" + BROKEN.encode(),
    "text/separator.py": ("x = '\u2028'\n" + BROKEN).encode(),
    "text/hindi.py": HINDI.encode(),
    "text/no_end.py": BROKEN.rstrip().encode(),
    "text/empty.py": b"",
    "stubs/agent.pyi": BROKEN.encode(),
    "tools/public.py": b"def book(day): ...\n",
    "skipped/agent.py": BROKEN.encode(),
    "tests/agent.py": BROKEN.encode(),
    "marked.py": b"def book(day): ...  # incall: tool\n",
    "other.cfg": b"[flake8]\nselect = CAL3\n",
}

# The last one makes a tool of a file that is none for LiveKit.
OVERRIDES = """\
[tool.incall]
per-file-ignores = { "*.py" = ["CAL306"] }
[[tool.incall.overrides]]
files = ["text/", "stubs"]
profile = "livekit"
[[tool.incall.overrides]]
files = ["quiet/*.py", "bom.py"]
profile = "strict"
ignore = ["CAL303"]
"""

# The arguments, and configuration files.
CASES: dict[str, tuple[list[str], dict[str, str]]] = {
    "nothing set": ([], {}),
    "folders and files": (["agent.py", "text", "quiet/one.py"], {}),
    "select": (["--select", "CAL1,CAL303"], {}),
    "select nothing of ours": ([], {".flake8": "[flake8]\nselect = E\n"}),
    "extend-select over ignore": (["--extend-select", "CAL105", "--ignore=CAL10"], {}),
    "ignore": (["--ignore=CAL1"], {}),
    "extend-ignore": (["--extend-ignore", "CAL101,CAL3"], {}),
    "per-file-ignores": (["--per-file-ignores", "text/*:CAL101 agent.py:CAL1,CAL3"], {}),
    "disable-noqa": (["--disable-noqa"], {}),
    "exclude": (["--exclude", "skipped,text/*.py", ".", "skipped/agent.py"], {}),
    "extend-exclude": (["--extend-exclude", "./skipped,one.py"], {}),
    "filename": (["--filename", "*.pyi,*agent.py"], {}),
    "config": (["--config", "other.cfg"], {".flake8": "[flake8]\nselect = CAL1\n"}),
    "append-config": (["--append-config", "other.cfg"], {".flake8": "[flake8]\nselect = CAL1\n"}),
    "isolated": (
        ["--isolated"],
        {".flake8": "[flake8]\nselect = E\n", "pyproject.toml": "[tool.incall]\nprofile='strict'"},
    ),
    "first of three files": (
        [],
        {
            "setup.cfg": "[flake8]\nignore = CAL1",
            "tox.ini": "[flake8]\nignore = CAL",
            ".flake8": "[flake8]\n",
        },
    ),
    "tox.ini": (
        [],
        {"setup.cfg": "[metadata]\n", "tox.ini": "[flake8]\nper-file-ignores =\n    text/*: CAL1\n"},
    ),
    "setup.cfg": ([], {"setup.cfg": "[flake8]\nexclude =\n    text,\n    skipped\nextend-ignore = CAL303\n"}),
    "paths": (["--incall-paths", "tools/*.py"], {}),
    "paths of a folder": (["--incall-paths", "tools/"], {}),
    "paths of a folder by its name": (["--incall-paths", "tools,tests"], {}),
    "paths at any depth": (["--incall-paths", "**/tools/*.py"], {}),
    "paths of a folder in .flake8": ([], {".flake8": "[flake8]\nincall-paths = tools\n"}),
    "paths in .flake8": ([], {".flake8": "[flake8]\nincall-paths = tools/*.py, right.py\n"}),
    "paths in pyproject.toml": ([], {"pyproject.toml": '[tool.incall]\npaths = ["tools/*.py"]\n'}),
    "profile": (["--incall-profile=livekit"], {"pyproject.toml": '[tool.incall]\nprofile = "strict"\n'}),
    "profile in pyproject.toml": ([], {"pyproject.toml": '[tool.incall]\nincall-profile = "livekit"\n'}),
    "profile in both": (
        [],
        {
            "pyproject.toml": '[tool.incall]\nprofile = "livekit"',
            "tox.ini": "[flake8]\nincall-profile = contract",
        },
    ),
    "ignore in pyproject.toml": (
        [],
        {"pyproject.toml": "[tool.incall]\nignore = ['CAL10']\nextend-select = ['CAL105']"},
    ),
    "select in pyproject.toml": ([], {"pyproject.toml": "[tool.incall]\nselect = ['CAL1']"}),
    "select over pyproject.toml": (["--select=CAL3"], {"pyproject.toml": "[tool.incall]\nselect = ['CAL1']"}),
    "select over ignore in pyproject.toml": (
        ["--select=CAL303,CAL1"],
        {"pyproject.toml": "[tool.incall]\nignore = ['CAL3', 'CAL101']"},
    ),
    "ignore in both": (
        ["--extend-ignore=CAL303"],
        {"pyproject.toml": "[tool.incall]\nextend-ignore = 'CAL101'", ".flake8": "[flake8]\nignore = E"},
    ),
    "per-file-ignores in pyproject.toml": (
        [],
        {"pyproject.toml": "[tool.incall.per-file-ignores]\n'text/*' = ['CAL101', 'CAL3']\n'agent.py' = 'CAL105'"},
    ),
    "per-file-ignores in lines": (
        [],
        {"pyproject.toml": "[tool.incall]\nper-file-ignores = ['text/*,agent.py: CAL101', 'quiet/*: CAL3']"},
    ),
    "exclude in pyproject.toml": (
        [".", "skipped/agent.py"],
        {"pyproject.toml": "[tool.incall]\nexclude = ['skipped', 'text/*.py']"},
    ),
    "overrides": ([], {"pyproject.toml": OVERRIDES}),
    "overrides over flake8's file": ([], {"pyproject.toml": OVERRIDES, ".flake8": "[flake8]\nincall-profile = gate"}),
    "the command line over overrides": (["--incall-profile=strict"], {"pyproject.toml": OVERRIDES}),
    "Flake8-pyproject": (
        [],
        {
            "pyproject.toml": "[tool.flake8]\nper-file-ignores = ['text/*:CAL101']\nincall-profile = 'strict'\n"
            "extend-ignore = ['CAL303']\njobs = 1\n",
            ".flake8": "[flake8]\nselect = E\n",
        },
    ),
}


@pytest.fixture
def files(project: Path) -> Path:
    """The files above, in the current folder."""
    for name, data in FILES.items():
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return project


def flake8(*argv: str, stdin: bytes = b"") -> list[str]:
    """What flake8 writes of our findings."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--jobs=1", *argv], input=stdin, capture_output=True, check=False
    )
    assert done.stderr == b""
    return [line for line in done.stdout.decode().splitlines() if re.search(r": CAL\d{3} ", line)]


@pytest.mark.parametrize("case", CASES)
def test_the_same_findings(case: str, files: Path, command: Command) -> None:
    argv, configuration = CASES[case]
    for name, text in configuration.items():
        (files / name).write_text(text, encoding="utf-8")
    expected = flake8(*argv)
    assert command("check", *argv).headlines == expected
    assert expected != [] or case == "select nothing of ours"


def test_the_same_from_a_folder_below_the_configuration(
    files: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "pyproject.toml").write_text('[tool.incall]\npaths = ["tools/*.py"]\n', encoding="utf-8")
    (files / ".flake8").write_text("[flake8]\nignore = CAL306\n", encoding="utf-8")
    monkeypatch.chdir(files / "tools")
    expected = flake8()
    assert expected[0].startswith("./public.py:1:5: CAL101")
    assert command("check").headlines == expected


@pytest.mark.parametrize("name", ["text/latin.py", "text/bom.py", "text/crlf.py", "text/hindi.py", "quiet/one.py"])
@pytest.mark.parametrize("argv", [[], ["--stdin-display-name", "tools/agent.py", "--per-file-ignores=tools/*:CAL105"]])
def test_the_same_on_standard_input(name: str, argv: list[str], files: Path, command: Command) -> None:
    expected = flake8("-", *argv, stdin=FILES[name])
    assert expected
    assert command("check", "-", *argv, stdin=FILES[name]).headlines == expected


def test_the_same_with_several_processes(files: Path, command: Command) -> None:
    assert command("check", "--jobs=2").headlines == command("check", "--jobs", "1").headlines == flake8("-j2")


def test_columns_are_characters(files: Path, command: Command) -> None:
    column = HINDI.index("function_tool(lambda") + 1
    assert command("check", "text/hindi.py").headlines[0].startswith(f"text/hindi.py:1:{column}: CAL101 ")


@pytest.mark.parametrize(
    "hidden",
    [
        ["--ignore=CAL"],
        ["--extend-ignore=CAL"],
        ["--per-file-ignores=*.py:CAL"],
    ],
)
def test_the_profile_gate_honours_nothing_that_hides_findings(hidden: list[str], files: Path, command: Command) -> None:
    (files / ".flake8").write_text("[flake8]\nselect = E\n", encoding="utf-8")
    for name in ("agent.py", "quiet/all.py", "quiet/file.py"):
        outcome = command("check", "--profile=gate", *hidden, name)
        assert "CAL101" in outcome.codes
        assert outcome.status == 1
    assert set(command("check", "--profile=gate", "--select=CAL105", "agent.py").codes) == {"CAL105"}
