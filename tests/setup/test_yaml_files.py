"""YAML keeps its comments and layout, and says what it said before and our part."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from flake8_incall.options import OptionError
from flake8_incall.setup.ci_files import gitlab_job
from flake8_incall.setup.yaml_files import HOOKS, with_hooks, with_job

yaml = pytest.importorskip("yaml")

OTHER = "- repo: https://example.com/other\n  rev: v1\n  hooks:\n  - id: other\n    args: ['--x']\n"
CONFIGURATIONS = {
    "plain": f"repos:\n{OTHER}",
    "comments": f"# ours\nrepos:\n# first\n{OTHER}# the end\n",
    "indented": "repos:\n" + "".join(f"    {line}\n" for line in OTHER.splitlines()),
    "a key behind": f"repos:\n{OTHER}\n# about CI\nci:\n  skip: [other]\n",
    "a key before": f"default_stages: [pre-commit]\nrepos:\n{OTHER}",
    "a document mark": f"---\nrepos:\n{OTHER}",
    "no end of line": f"repos:\n{OTHER}".rstrip(),
    "an empty list": "repos: []\n",
    "one line": 'repos: [{repo: meta, hooks: [{id: identity}]}]\n',
    "another local repository": "repos:\n  - repo: local\n    hooks: []\n",
}  # fmt: skip


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_hooks_are_added_once_and_the_rest_stays(case: str) -> None:
    text = CONFIGURATIONS[case]
    before, new = yaml.safe_load(text), with_hooks(text, "config")
    assert yaml.safe_load(new) == {**before, "repos": [*before["repos"], *yaml.safe_load(HOOKS)]}
    assert with_hooks(new, "config") == new
    if case not in ("an empty list", "one line"):
        changes = difflib.ndiff(text.splitlines(), new.splitlines())
        assert [change for change in changes if change.startswith("- ")] == []


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n"])
def test_an_empty_configuration_gets_the_hooks(text: str) -> None:
    new = with_hooks(text, "config")
    assert yaml.safe_load(new) == {"repos": yaml.safe_load(HOOKS)}
    assert with_hooks(new, "config") == new


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("repos: [\n", "config: is not valid YAML: "),
        ("- repo: local\n", "config: has no list `repos`; correct it"),
        ("hooks: []\n", "config: has no list `repos`"),
        ("repos: other\n", "config: has no list `repos`"),
    ],
)
def test_an_invalid_configuration_is_an_error_of_one_line(text: str, message: str) -> None:
    with pytest.raises(OptionError) as raised:
        with_hooks(text, "config")
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def gitlab(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("", None),
        ("test:\n  script: [make]  # all\n", None),
        ("stages: [build, test]\n", None),
        ("stages:\n  - lint\n  - build\n", "lint"),
        ("stages: [check]\n", "check"),
    ],
)
def test_a_job_is_added_once(text: str, stage: str | None) -> None:
    new = with_job(text, "config", gitlab_job())
    assert new.startswith(text)
    assert gitlab(new)["flake8-incall"].get("stage") == stage
    assert {**(gitlab(text) or {}), "flake8-incall": gitlab(new)["flake8-incall"]} == gitlab(new)
    assert with_job(new, "config", gitlab_job()) == new


def test_tags_of_gitlab_are_kept() -> None:
    text = "test:\n  script:\n    - !reference [.setup, script]\n"
    assert with_job(text, "config", gitlab_job()).startswith(text)
    with pytest.raises(OptionError, match="is not a mapping of jobs"):
        with_job("- a\n", "config", gitlab_job())
