"""The plugin as its users meet it: through the installed flake8."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = '''\
def book(ctx: RunContext, seats) -> dict:
    """
    Book a table when the caller asks for one.

    Args:
        seats: How many people come

    Returns:
        dict: {status: "success", seats: int}
    """
    return {"status": "success", "seats": seats}
'''
RIGHT = BROKEN.replace("def book", "async def book").replace("seats)", "seats: int)")


def flake8(folder: Path, *arguments: str, text: str | None = None) -> tuple[int, list[str]]:
    """Run flake8 in a folder: its exit code and its lines."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def places(lines: list[str]) -> list[tuple[str, str]]:
    """`(place, code)` of each line; flake8 prints columns from 1."""
    return [(line.split(": ")[0], line.split()[1]) for line in lines]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "book.py").write_text(BROKEN, encoding="utf-8")
    return tmp_path


def test_file(folder: Path) -> None:
    code, lines = flake8(folder, "--select", "CAL", "book.py")
    assert code == 1
    assert places(lines) == [("book.py:1:5", "CAL101"), ("book.py:1:27", "CAL105")]


def test_flake8_runs_beside_another_package_named_docstring_parser(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pydoclint's fork installs one, and which of the two is there depends on the order of installation."""
    other = folder / "elsewhere"
    other.mkdir()
    (other / "docstring_parser.py").write_text("raise ImportError('a broken mixture of two packages')\n")
    monkeypatch.setenv("PYTHONPATH", str(other))
    code, lines = flake8(folder, "--select", "CAL", "book.py")
    assert (code, places(lines)) == (1, [("book.py:1:5", "CAL101"), ("book.py:1:27", "CAL105")])


def test_right_file(folder: Path) -> None:
    (folder / "book.py").write_text(RIGHT, encoding="utf-8")
    assert flake8(folder, "--select", "CAL", "book.py") == (0, [])


def test_it_is_on_beside_the_default_rules(folder: Path) -> None:
    _, lines = flake8(folder, "book.py")
    assert [code for _, code in places(lines)] == ["CAL101", "F821", "CAL105"]


def test_names_of_snippets_can_be_told_to_flake8(folder: Path) -> None:
    _, lines = flake8(folder, "--builtins", "RunContext", "book.py")
    assert [code for _, code in places(lines)] == ["CAL101", "CAL105"]


def test_stdin(folder: Path) -> None:
    arguments = ("--select", "CAL", "--stdin-display-name", "unsaved.py", "-")
    _, lines = flake8(folder, *arguments, text=BROKEN)
    assert places(lines) == [("unsaved.py:1:5", "CAL101"), ("unsaved.py:1:27", "CAL105")]


def test_stdin_is_matched_by_paths_under_its_display_name(folder: Path) -> None:
    text = 'async def hours() -> dict:\n    """Tell when we are open."""\n    return {"status": "success"}\n'
    arguments = ("--select", "CAL102", "--incall-paths", "tools_*.py", "-")
    assert flake8(folder, *arguments, text=text) == (0, [])
    _, lines = flake8(folder, "--stdin-display-name", "tools_hours.py", *arguments, text=text)
    assert places(lines) == [("tools_hours.py:1:11", "CAL102")]


def test_select_and_ignore_one_code(folder: Path) -> None:
    _, lines = flake8(folder, "--select", "CAL105", "book.py")
    assert [code for _, code in places(lines)] == ["CAL105"]
    _, lines = flake8(folder, "--select", "CAL", "--ignore", "CAL105", "book.py")
    assert [code for _, code in places(lines)] == ["CAL101"]


@pytest.mark.parametrize(
    ("comment", "left"),
    [("# noqa", []), ("# noqa: CAL101", ["CAL105"]), ("# noqa: CAL101,CAL105", []), ("# noqa: E501", None)],
)
def test_noqa_stands_on_the_def_line(folder: Path, comment: str, left: list[str] | None) -> None:
    (folder / "book.py").write_text(BROKEN.replace("dict:\n", f"dict:  {comment}\n", 1), encoding="utf-8")
    _, lines = flake8(folder, "--select", "CAL", "book.py")
    assert [code for _, code in places(lines)] == (["CAL101", "CAL105"] if left is None else left)


def test_noqa_on_the_def_line_covers_a_signature_of_several_lines(folder: Path) -> None:
    text = BROKEN.replace("book(ctx: RunContext, seats)", "book(  # noqa: CAL101\n    ctx: RunContext,\n    seats,\n)")
    (folder / "book.py").write_text(text, encoding="utf-8")
    _, lines = flake8(folder, "--select", "CAL", "book.py")
    assert places(lines) == [("book.py:3:5", "CAL105")]


def test_per_file_ignores(folder: Path) -> None:
    (folder / "other.py").write_text(BROKEN, encoding="utf-8")
    (folder / ".flake8").write_text("[flake8]\nselect = CAL\nper-file-ignores = other.py:CAL101\n", encoding="utf-8")
    _, lines = flake8(folder, ".")
    assert places(lines) == [
        ("./book.py:1:5", "CAL101"),
        ("./book.py:1:27", "CAL105"),
        ("./other.py:1:27", "CAL105"),
    ]


def test_several_processes_say_what_one_says(folder: Path) -> None:
    for number in range(7):
        (folder / f"book{number}.py").write_text(BROKEN, encoding="utf-8")
    one = flake8(folder, "--select", "CAL", "-j1", ".")
    assert flake8(folder, "--select", "CAL", "-j2", ".") == one
    assert len(one[1]) == 2 * 8


def test_options_from_the_configuration_file(folder: Path) -> None:
    tools = folder / "tools"
    tools.mkdir()
    (tools / "hours.py").write_text("async def hours() -> dict:\n    return {}\n", encoding="utf-8")
    (folder / "hours.py").write_text("async def hours() -> dict:\n    return {}\n", encoding="utf-8")
    configuration = "[flake8]\nselect = CAL102\nincall-paths = tools/*.py\nincall-profile = strict\n"
    (folder / ".flake8").write_text(configuration, encoding="utf-8")
    _, lines = flake8(folder, ".")
    assert places(lines) == [("./tools/hours.py:1:11", "CAL102")]


def test_profile(folder: Path) -> None:
    (folder / "book.py").write_text(f"@function_tool\n{BROKEN}", encoding="utf-8")
    _, lines = flake8(folder, "--select", "CAL", "--incall-profile", "livekit", "book.py")
    assert [code for _, code in places(lines)] == ["CAL105"]


def test_unknown_profile_is_an_error(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--incall-profile", "lax", "book.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "unknown profile 'lax'" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_columns_are_characters_after_hindi_text(folder: Path) -> None:
    before = 'GREETING = "नमस्ते, आपका स्वागत है"; hours = '
    text = f'from livekit.agents import function_tool\n\n{before}function_tool(lambda: "nine to five")\n'
    (folder / "book.py").write_text(text, encoding="utf-8")
    _, lines = flake8(folder, "--select", "CAL", "book.py")
    assert places(lines) == [(f"book.py:3:{len(before) + 1}", "CAL101")]
