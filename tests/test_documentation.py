"""The documentation says what the code does: generated parts are up to date, and what is named exists."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

import flake8_incall
from flake8_incall.rules import REGISTRY
from flake8_incall.setup.ci_files import github_workflow, gitlab_job
from flake8_incall.setup.yaml_files import HOOKS
from tests.bench.__main__ import BUDGETS
from tests.documentation import BROKEN_FUNCTION, DOCS, FILES, PAGES, changelog_codes, main, render
from tests.harness import ROOT, load
from tests.rule_pages import rule_index

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# Pages that people write; those of the rules are generated.
GUIDE = [path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "rules"]
DOCUMENTATION = {
    "README": README,
    "CONTRIBUTING": CONTRIBUTING,
    **{path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in GUIDE},
}
TEXT = "".join(DOCUMENTATION.values())
COMMANDS = [
    shlex.split(command, comments=True)
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ") or not block.startswith("$ ")
    for command in line.removeprefix("$ ").split(" && ")
]


@cache
def help_of(*command: str) -> str:
    """What a command of this environment says with `--help`."""
    run = [sys.executable, "-m", *command, "--help"]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"there is no {' '.join(command)}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    assert render(page) == page.read_text(encoding="utf-8"), "run `python -m tests.documentation`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == FILES[path](), "run `python -m tests.documentation`"


def test_the_rule_table_is_the_registry() -> None:
    assert re.findall(r"^\| \[(CAL\d{3})\]\(\1\.md\) \| `(\S+)` \|", rule_index(), re.MULTILINE) == [
        (code, rule.name) for code, rule in sorted(REGISTRY.rules.items())
    ]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only page, with one generated section."""
    path = tmp_path / "page.md"
    path.write_text("<!-- begin options -->\nold\n<!-- end options -->\n", encoding="utf-8")
    for other in list(PAGES):
        monkeypatch.delitem(PAGES, other)
    for other in list(FILES):
        monkeypatch.delitem(FILES, other)
    monkeypatch.setitem(PAGES, path, {"options": lambda: "new"})
    return path


def test_a_section_without_its_marks_is_an_error(page: Path) -> None:
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md: no section <!-- begin options -->"):
        render(page)


def test_check_says_what_differs(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = page.read_text(encoding="utf-8")
    assert main(["--check"]) == 1
    assert "-old\n+new" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == before
    assert main([]) == 0
    assert (main(["--check"]), capsys.readouterr().out) == (0, "")


def test_every_rule_has_a_line_in_the_changelog() -> None:
    codes = list(changelog_codes(CHANGELOG))
    assert set(codes) == set(REGISTRY.rules)


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)
    assert versions[0] in (flake8_incall.__version__, "Unreleased")
    assert flake8_incall.__version__ in versions


def test_no_release_is_named() -> None:
    """There is no tag that the examples could name."""
    assert re.findall(r"\bv\d+\.\d+\.\d+\b", TEXT) == []


@pytest.mark.parametrize("text", DOCUMENTATION.values(), ids=DOCUMENTATION)
def test_only_rules_that_exist_are_named(text: str) -> None:
    assert set(re.findall(r"\bCAL\d{3}\b", text)) <= set(REGISTRY.rules)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_of_the_documentation_exist(command: list[str]) -> None:
    """`tests/cli/test_documented_commands.py` runs those of this project."""
    program, *arguments = command
    if program == "pytest":
        known = help_of(program)
        assert all(argument in known for argument in arguments if argument.startswith("--"))
        assert all((ROOT / argument).exists() for argument in arguments if "/" in argument)
    elif program == "python":
        assert arguments[0] == "-m"
        assert find_spec(arguments[1])
    elif program not in ("flake8", "flake8-incall"):
        assert (program, arguments) in [
            ("pip", ["install", "."]),
            ("pip", ["install", ".[init]"]),
            ("pip", ["install", ".[lsp]"]),
            ("pip", ["install", ".[rules]"]),
            ("pip", ["install", ".[runtime]"]),
            ("pip", ["install", "tox"]),
            ("pip", ["install", "--upgrade", "pip"]),
            ("pip", ["install", "--editable", ".[init,lsp,rules,runtime]", "--group", "test"]),
            # `tests/end_to_end/test_adoption.py` runs these.
            ("pre-commit", ["install"]),
            ("pre-commit", ["run", "--all-files"]),
            ("tox", []),
        ]


def test_examples_of_configuration_can_be_read() -> None:
    yaml = pytest.importorskip("yaml")
    read = {
        "yaml": yaml.safe_load,
        "toml": tomllib.loads,
        "ini": configparser.ConfigParser().read_string,
        "json": json.loads,
    }
    examples = re.findall(r"```(yaml|toml|ini|json)\n(.*?)```", TEXT, re.DOTALL)
    assert {language for language, _ in examples} == set(read)
    for language, text in examples:
        read[language](text)


@pytest.mark.parametrize("verb", re.findall(r"`flake8-incall (\w[\w-]*)", TEXT))
def test_verbs_of_the_command_exist(verb: str) -> None:
    assert help_of("flake8_incall", verb)


@pytest.mark.parametrize("name", re.findall(r"tox -e ([\w,]+)", TEXT))
def test_environments_of_tox_exist(name: str) -> None:
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    for environment in name.split(","):
        # tox makes `py312` from the name alone.
        assert f"testenv:{environment}" in tox or re.fullmatch(r"py3\d+", environment)


def test_the_test_command_is_what_ci_runs() -> None:
    command = README.partition("## Test\n\n```console\n")[2].partition("\n")[0]
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_budgets_are_those_of_the_bench() -> None:
    table = CONTRIBUTING.partition("## Budgets")[2]
    rows = re.findall(r"^\| (.+) \| ([\d.]+) (.+) \|$", table, re.MULTILINE)
    assert {what: (float(budget), unit) for what, budget, unit in rows} == BUDGETS


@pytest.mark.parametrize("path", re.findall(r"`((?:fixtures|tests|flake8_incall)/[\w./]*)`", TEXT))
def test_paths_of_the_documentation_exist(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_pages_show_what_init_writes() -> None:
    yaml = pytest.importorskip("yaml")
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION["ci.md"], re.DOTALL)
    local, _, workflow, job = (yaml.safe_load(block.replace("<requirement>", "x")) for block in blocks)
    assert local == {"repos": yaml.safe_load(HOOKS)}
    requirement = gitlab_job().partition("pip install ")[2].partition("\n")[0]
    assert workflow == yaml.safe_load(github_workflow().replace(requirement, "x"))
    assert job == yaml.safe_load(gitlab_job().replace(requirement, "x"))


PAGES_WITH_LINKS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def headings(page: Path) -> set[str]:
    """The anchors of a page."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES_WITH_LINKS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in headings(linked), f"{page.name} links to {target}"


def test_every_page_is_in_the_navigation() -> None:
    yaml = pytest.importorskip("yaml")
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = re.findall(r"[\w/-]+\.md", str(site["nav"]))
    pages = {path.relative_to(DOCS).as_posix() for path in GUIDE} | {"rules/index.md"}
    assert (sorted(listed), site["not_in_nav"]) == (sorted(pages), "/rules/CAL*.md")


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 130


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert sorted(path.stem for path in (DOCS / "rules").glob("CAL*.md")) == sorted(REGISTRY.rules)


def test_the_picture_shows_every_finding() -> None:
    text = (DOCS / "assets" / "findings.svg").read_text(encoding="utf-8")
    fixture = load(ROOT / BROKEN_FUNCTION)
    assert re.findall(r">(CAL\d{3})<", text) == [diagnostic.code for diagnostic in fixture.diagnostics()]
    ElementTree.fromstring(text)
