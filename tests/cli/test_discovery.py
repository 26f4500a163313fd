"""What `check` looks at, and what it says of all that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import RIGHT, Command

SYNC = "from livekit.agents import RunContext\n\n\ndef book(ctx: RunContext, day: str) -> dict: ...\n"


@pytest.mark.parametrize("glob", ["functions", "functions/", "*/functions/*.py", "**/functions/*.py", "functions/*.py"])
def test_a_glob_matches_from_the_working_directory_down(glob: str, project: Path, command: Command) -> None:
    (project / "functions").mkdir()
    (project / "functions" / "a.py").write_text("def book(day): ...\n", encoding="utf-8")
    (project / "b.py").write_text("def book(day): ...\n", encoding="utf-8")
    for path in (".", "functions", "functions/a.py", str(project / "functions" / "a.py")):
        outcome = command("check", "--select=CAL101,CAL102", f"--paths={glob}", path)
        assert outcome.codes == ["CAL101", "CAL102"]
        assert "matches no file" not in outcome.err


def test_a_glob_that_matches_no_file_is_told(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    (project / "pyproject.toml").write_text("[tool.incall]\npaths = ['tools/*.py', 'a.py']\n", encoding="utf-8")
    outcome = command("check", "a.py")
    assert outcome.err.splitlines()[0] == "incall-paths: 'tools/*.py' matches no file; correct it, or remove it"
    assert outcome.status == 0
    (project / "tools").mkdir()
    (project / "tools" / "b.py").write_text("", encoding="utf-8")
    assert "matches no file" not in command("check", "a.py").err


def test_what_is_passed_over_is_counted_with_its_reason(project: Path, command: Command) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "a.py").write_text(SYNC, encoding="utf-8")
    (project / "test_a.py").write_text("x = 1\n", encoding="utf-8")
    (project / "b.py").write_text(SYNC, encoding="utf-8")
    outcome = command("check", "--profile=livekit")
    assert outcome.err == (
        "no findings (checked 0 in-call functions in 1 Python file; passed over 1 undecorated function, 2 test files; "
        "`flake8-incall show --why` says why)\n"
    )
    assert (outcome.status, outcome.out) == (0, "")


@pytest.mark.parametrize("name", ["test_a.py", "conftest.py"])
def test_a_test_file_that_is_named_says_that_it_is_one(name: str, project: Path, command: Command) -> None:
    (project / name).write_text(SYNC, encoding="utf-8")
    outcome = command("check", name)
    assert outcome.err.startswith(f"{name}: a test file, which is checked only if `incall-paths` matches it\n")
    assert "CAL101" in command("check", f"--paths={name}", name).codes


def test_why_says_that_a_file_is_marked_and_not_checked(project: Path, command: Command) -> None:
    (project / "a.py").write_text(f"# flake8: noqa\n{SYNC}", encoding="utf-8")
    told = "takes a `RunContext`, but its file is marked `# flake8: noqa` and is not checked\n"
    assert command("show", "--why", "a.py").out.endswith(told)
    assert command("check", "a.py").err.startswith("a.py: marked `# flake8: noqa`, nothing in it was checked\n")


def test_why_answers_for_each_function_that_is_passed_over(project: Path, command: Command) -> None:
    (project / "a.py").write_text(f"{SYNC}def plain(): ...\n", encoding="utf-8")
    assert command("show", "--why", "--profile=livekit", "a.py").out.splitlines() == [
        "a.py:4:1: `book` is not an in-call function: not decorated with `function_tool`",
        "a.py:5:1: `plain` is not an in-call function: no parameter is annotated with LiveKit's `RunContext`",
    ]
    assert command("show", "--why", "a.py").out.startswith("a.py:4:1: `book` is an in-call function: takes a")


@pytest.fixture
def installed(project: Path) -> Path:
    """A project with packages installed in folders of many kinds."""
    for folder in (".venv", "venv", "web/node_modules/tool", "env3", "conda"):
        (project / folder / "lib").mkdir(parents=True)
        (project / folder / "lib" / "a.py").write_text(SYNC, encoding="utf-8")
    (project / "env3" / "pyvenv.cfg").write_text("", encoding="utf-8")
    (project / "conda" / "conda-meta").mkdir()
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    return project


def test_installed_packages_are_left_out_and_counted(installed: Path, command: Command) -> None:
    for path in (".", str(installed)):
        outcome = command("check", path)
        assert (outcome.status, outcome.out) == (0, "")
        assert outcome.err.endswith("in 1 Python file; passed over 5 folders of installed packages)\n")


@pytest.mark.parametrize("path", [".venv", "./venv/", "web/node_modules", "env3", "conda/lib", "venv/lib/a.py"])
def test_installed_packages_that_are_named_are_checked(path: str, installed: Path, command: Command) -> None:
    outcome = command("check", "--select=CAL101", path)
    assert outcome.codes == ["CAL101"]
    assert "passed over" not in outcome.err


def test_a_named_file_that_is_excluded_says_so(project: Path, command: Command) -> None:
    (project / "a.py").write_text(RIGHT, encoding="utf-8")
    (project / "b.py").write_text(RIGHT, encoding="utf-8")
    outcome = command("check", "--exclude=b.py", "a.py", "b.py")
    assert outcome.err.splitlines()[0] == "b.py: excluded by the options, nothing in it was checked"


@pytest.mark.parametrize("verb", ["check", "show", "fix"])
def test_a_notebook_says_that_it_is_one(verb: str, project: Path, command: Command) -> None:
    (project / "a.ipynb").write_text('{"cells": [], "nbformat": 4}', encoding="utf-8")
    outcome = command(verb, "a.ipynb")
    assert outcome.err.startswith("a.ipynb: is a notebook, which cannot be checked; export it with `jupyter")
    assert (outcome.status, outcome.out) == (2, "")


@pytest.mark.parametrize("form", ["--json", "--schema=openai"])
def test_show_of_an_empty_folder_prints_an_empty_list(form: str, project: Path, command: Command) -> None:
    outcome = command("show", form, str(project))
    assert (outcome.status, outcome.out) == (0, "[]\n")
