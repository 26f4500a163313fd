"""`flake8-incall init`: what it finds, what it would change, and that it keeps what is there."""

from __future__ import annotations

import importlib.util
import json
import tomllib
from pathlib import Path

import pytest

from flake8_incall.configuration import resolve
from flake8_incall.setup.ini_files import flake8_section, words
from flake8_incall.setup.survey import survey
from tests.cli.conftest import RIGHT, Command
from tests.cli.test_configuration import unset

AGENT = '''\
from livekit.agents import Agent, RunContext, function_tool


class Desk(Agent):
    @function_tool
    async def hours(self, context: RunContext) -> str:
        """Say when the desk is open."""
        return "9 to 5"
'''
TOOL = """\
from livekit.agents import RunContext, function_tool


@function_tool
async def hours(ctx: RunContext) -> {}:
    return ''
"""
DOCUMENT = json.dumps({"type": "custom_in_call", "name": "hours", "description": "d", "source_code": RIGHT})
WORKFLOW = ".github/workflows/flake8-incall.yml"


def write(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")


def contents(project: Path) -> dict[str, str]:
    files = (path for path in project.rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix(): path.read_text(encoding="utf-8") for path in files}


PROJECTS = {
    "nothing": ({}, "contract", []),
    "snippets": ({"functions/book.py": RIGHT}, "contract", []),
    "documents": ({"agent.json": DOCUMENT, "package.json": "{}"}, "contract", []),
    "an agent": ({"src/desk.py": AGENT, "src/test_desk.py": RIGHT}, "livekit", []),
    "tools that return text": ({"tools.py": TOOL.format("str")}, "livekit", []),
    "tools that return a dict": ({"tools.py": TOOL.format("dict[str, str]")}, "contract", []),
    "both": ({"agents/a/desk.py": AGENT, "functions/book.py": RIGHT}, "contract", ["agents/"]),
    "both in one folder": ({"desk.py": AGENT, "book.py": RIGHT}, "contract", ["./desk.py"]),
    "an agent beside documents": ({"x/desk.py": AGENT, "x/y/hours.json": DOCUMENT}, "contract", ["./x/desk.py"]),
    "broken files": ({"a.py": "def f(ctx: RunContext", "b.json": "{"}, "contract", []),
    "installed packages": ({"venv/pyvenv.cfg": "", "venv/desk.py": AGENT, ".x/desk.py": AGENT}, "contract", []),
}


@pytest.mark.parametrize("case", PROJECTS)
def test_the_profile_fits_what_is_there(case: str, project: Path) -> None:
    files, profile, agents = PROJECTS[case]
    write(project, files)
    found = survey(project)
    assert (found.profile, found.agent_globs) == (profile, agents)


def test_only_snippets_need_the_names_of_the_platform(project: Path) -> None:
    write(project, {"book.py": "import httpx\nfrom livekit.agents import RunContext\n\n\n" + RIGHT})
    assert not survey(project).has_snippets
    write(project, {"other.py": RIGHT})
    assert survey(project).has_snippets


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"", b"no\n", b"yess\n", b"N"])
def test_init_writes_nothing_unless_the_answer_is_yes(answer: bytes, project: Path, command: Command) -> None:
    write(project, {"desk.py": AGENT})
    outcome = command("init", stdin=answer)
    assert (outcome.status, list(contents(project))) == (1, ["desk.py"])
    assert "+incall-profile = livekit" in outcome.out
    assert outcome.out.endswith("nothing was written\n")


@pytest.mark.parametrize("answer", [b"y\n", b"Yes\n", b"YES"])
def test_init_writes_after_yes(answer: bytes, project: Path, command: Command) -> None:
    write(project, {"desk.py": AGENT})
    outcome = command("init", stdin=answer)
    assert outcome.status == 0
    assert set(contents(project)) == {"desk.py", ".flake8", ".pre-commit-config.yaml", WORKFLOW}
    assert resolve(unset(incall_profile="livekit")).options.profile == "livekit"
    assert "next: `pre-commit install`" in outcome.out


EXISTING: dict[str, dict[str, str]] = {
    "nothing": {},
    "setup.cfg": {"setup.cfg": "[metadata]\nname = shop\n\n[flake8]\n# short\nmax-line-length = 100\nselect = E,F\n"},
    "tox.ini": {
        "tox.ini": "[tox]\nenv_list = py\n\n[flake8]\nignore =\n    E203,\n    W503\n\n[testenv]\ncommands = pytest\n"
    },
    ".flake8": {
        ".flake8": "[flake8]\nselect = C,E,F,W  \nbuiltins = _\n",
        "pyproject.toml": "[project]\nname = 'shop'\n",
    },
    "pyproject.toml": {"pyproject.toml": "[project]\nname = 'shop'  # x\n\n[tool.ruff]\nline-length = 100\n"},
    "Flake8-pyproject": {"pyproject.toml": "[tool.flake8]\nselect = ['E']\n"},
    "a profile": {".flake8": "[flake8]\nincall-profile = strict\nextend-select = CAL\nselect = E\n"},
    "pre-commit": {".pre-commit-config.yaml": "repos:\n- repo: meta\n  hooks:\n  - id: identity  # us\n"},
    "GitLab": {".gitlab-ci.yml": "stages: [check]\n\ntest:\n  stage: check\n  script: [make]\n"},
    "a workflow": {".github/workflows/lint.yaml": "jobs:\n  x:\n    steps:\n      - run: flake8-incall check\n"},
    "ruff.toml": {"ruff.toml": "# ours\nline-length = 100\n", ".ruff.toml": ""},
    "a broken file of others": {"tox.ini": "no section", "setup.cfg": "[metadata]\n"},
    "a tool without flake8": {"tox.ini": "[tox]\n", "setup.cfg": "[mypy]\nstrict = true\n"},
}


@pytest.mark.parametrize("case", EXISTING)
@pytest.mark.parametrize(
    "functions", [{"book.py": RIGHT}, {"book.py": RIGHT, "agents/desk.py": AGENT}], ids=["one", "both"]
)
def test_init_extends_what_is_there_and_a_second_run_changes_nothing(
    case: str, functions: dict[str, str], project: Path, command: Command
) -> None:
    write(project, {**functions, **EXISTING[case]})
    before = contents(project)
    outcome = command("init", "--yes")
    assert (outcome.status, outcome.err) == (0, "")
    after = contents(project)
    for name, text in before.items():
        kept = [line for line in text.splitlines() if line.strip() and "=" not in line]
        assert [line for line in kept if line not in after[name].splitlines()] == []
    for name, text in after.items():
        if name.endswith(".toml"):
            tomllib.loads(text)
    _check_flake8(project, case)
    second = command("init", "--yes")
    assert (second.status, second.out.splitlines()[1:]) == (0, ["nothing to change"])
    assert contents(project) == after
    assert command("check").status in (0, 1)


def _check_flake8(project: Path, case: str) -> None:
    """Flake8's own configuration takes our codes in, and knows the platform's names."""
    sections = [flake8_section(path.read_text()) for name in ("setup.cfg", "tox.ini", ".flake8")
                if (path := project / name).exists() and "[flake8]" in path.read_text()]  # fmt: skip
    if case == "Flake8-pyproject":
        table = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["flake8"]
        assert table["select"] == ["E", "CAL"]
        assert "httpx" in table["builtins"]
        assert sections == []
        return
    (section,) = sections
    assert section is not None
    assert {"httpx", "RunContext"} <= set(words(section["builtins"]))
    codes = words(f"{section.get('select', 'CAL')} {section.get('extend-select', '')}")
    assert any("CAL".startswith(code) for code in codes)


@pytest.mark.parametrize(
    ("ci", "expected"),
    [("github", {WORKFLOW}), ("gitlab", {".gitlab-ci.yml"}), ("none", set()), ("auto", {WORKFLOW})],
)
def test_init_writes_the_job_of_a_service(ci: str, expected: set[str], project: Path, command: Command) -> None:
    assert command("init", "--yes", "--ci", ci).status == 0
    written = contents(project)
    assert {WORKFLOW, ".gitlab-ci.yml"} & set(written) == expected
    assert all("--format sarif" in written[name] for name in expected)


@pytest.mark.parametrize(
    ("remote", "expected"),
    [("git@gitlab.com:x/y.git", ".gitlab-ci.yml"), ("git@github.com:x/y.git", WORKFLOW), ("/srv/y.git", WORKFLOW)],
)
def test_init_finds_the_service_by_the_remote(remote: str, expected: str, project: Path, command: Command) -> None:
    write(project, {".git/config": f'[remote "origin"]\n\turl = {remote}\n'})
    assert command("init", "--yes").status == 0
    assert (project / expected).exists()


BROKEN = {
    "TOML": ({"pyproject.toml": "[tool.ruff\n"}, "pyproject.toml: "),
    "YAML": ({".pre-commit-config.yaml": "repos: [\n"}, ".pre-commit-config.yaml: is not valid YAML: "),
    "INI": ({".flake8": "[flake8]\nselect\n"}, ".flake8: cannot be parsed: "),
    "a wrong list": ({"ruff.toml": "lint.external = 'X'\n"}, "ruff.toml: cannot be extended: `external` is not a list"),
    "no UTF-8": ({".gitlab-ci.yml": ""}, ".gitlab-ci.yml: cannot be read: "),
}


@pytest.mark.parametrize("case", BROKEN)
def test_init_refuses_a_broken_file_in_one_line_and_writes_nothing(case: str, project: Path, command: Command) -> None:
    files, message = BROKEN[case]
    write(project, files)
    if case == "no UTF-8":
        (project / ".gitlab-ci.yml").write_bytes(b"test: \xff\n")
    names = sorted(path.name for path in project.iterdir())
    outcome = command("init", "--yes")
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
    assert outcome.err.startswith("flake8-incall: ")
    assert outcome.err.count("\n") == 1
    assert sorted(path.name for path in project.iterdir()) == names


@pytest.mark.parametrize("name", ["setup.cfg", "pyproject.toml", "pre-commit", "GitLab"])
def test_init_keeps_the_line_ends_of_a_file(name: str, project: Path, command: Command) -> None:
    write(project, {"book.py": RIGHT})
    for path, text in EXISTING[name].items():
        (project / path).write_bytes(text.replace("\n", "\r\n").encode())
    assert command("init", "--yes").status == 0
    for path in EXISTING[name]:
        data = (project / path).read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n")
    assert "nothing to change" in command("init").out


def test_init_below_the_root_of_a_repository_says_where_hooks_are_read(project: Path, command: Command) -> None:
    write(project, {".git/HEAD": "", "shop/desk.py": AGENT})
    assert f"note: {project} is the root of the repository" in command("init", "--yes", "shop").out
    assert "note: " not in command("init", "--yes").out


def test_init_sets_no_profile_without_functions(project: Path, command: Command) -> None:
    outcome = command("init", "--yes")
    assert "no profile is set, contract is the default: " in outcome.out
    assert set(contents(project)) == {".pre-commit-config.yaml", WORKFLOW}
    assert command("init", "--yes", "--profile", "livekit").status == 0
    assert (project / ".flake8").read_text(encoding="utf-8") == "[flake8]\nincall-profile = livekit\n"
    write(project, {"book.py": RIGHT})
    assert command("init", "--yes").status == 0
    assert "incall-profile = livekit" in (project / ".flake8").read_text(encoding="utf-8")


def test_init_sets_the_profile_that_it_is_told(project: Path, command: Command) -> None:
    write(project, {"desk.py": AGENT, "book.py": RIGHT, "pyproject.toml": ""})
    assert command("init", "--yes", "--profile", "strict").status == 0
    assert resolve(unset()).options.profile == resolve(unset()).options_for("desk.py").profile == "strict"


def test_init_of_another_folder(project: Path, command: Command) -> None:
    write(project, {"shop/desk.py": AGENT})
    assert command("init", "--yes", "shop").status == 0
    assert "incall-profile = livekit" in (project / "shop" / ".flake8").read_text(encoding="utf-8")
    assert not (project / ".flake8").exists()
    outcome = command("init", "absent")
    assert (outcome.status, outcome.err) == (2, "flake8-incall: absent is not a folder\n")


@pytest.mark.parametrize("missing", ["tomlkit", "ruamel.yaml"])
def test_init_without_its_extra_says_what_to_install(
    missing: str, project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("flake8_incall.commands.init.find_spec", lambda name: None if name == missing else found(name))
    outcome = command("init", "--yes")
    assert (outcome.status, list(project.iterdir())) == (2, [])
    assert f'{missing} is not installed: pip install "flake8-incall[init]"\n' in outcome.err
