"""Extend the YAML of pre-commit and GitLab; comments and layout are kept."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flake8_incall.options import OptionError

HOOKS = """\
- repo: local
  hooks:
    - id: flake8-incall-fix
      name: fix in-call functions
      entry: flake8-incall fix --exit-zero
      language: system
      types_or: [python, json]
      require_serial: true
    - id: flake8-incall
      name: check in-call functions
      entry: flake8-incall check --hook
      language: system
      types_or: [python, json]
      require_serial: true
"""
_HOOK = "flake8-incall"


def with_hooks(text: str, path: str) -> str:
    """Return pre-commit's configuration with our hooks, unless it has them.

    Raises:
        OptionError: It is not valid, or has another form than pre-commit's.
    """
    data = _load(text, path)
    if data is None:
        return f"{text.rstrip()}\nrepos:\n{_indented(HOOKS, 2)}".lstrip()
    if not isinstance(data, dict) or not isinstance(data.get("repos"), list):
        raise OptionError(f"{path}: has no list `repos`; correct it, or add the hooks by hand")
    repos: Any = data["repos"]
    hooks = [hook for repo in repos if isinstance(repo, dict) for hook in repo.get("hooks") or ()]
    if any(isinstance(hook, dict) and hook.get("id") == _HOOK for hook in hooks):
        return text
    extended = _appended(text, data) if repos else None
    expected = [*_plain(text)["repos"], *_plain(HOOKS)]
    if extended is None or not _says(extended, "repos", expected):
        repos.extend(_load(HOOKS, path))
        repos.fa.set_block_style()
        extended = _dumped(data)
    return extended


def with_job(text: str, path: str, job: str) -> str:
    """Return GitLab's configuration with a job at its end, unless it mentions this project.

    Raises:
        OptionError: It is not valid.
    """
    data = _load(text, path)
    if data is not None and not isinstance(data, dict):
        raise OptionError(f"{path}: is not a mapping of jobs; correct it, or add the job by hand")
    if _HOOK in text:
        return text
    stages = (data or {}).get("stages")
    if isinstance(stages, list) and stages and "test" not in stages:
        job = job.replace("\n", f"\n  stage: {'lint' if 'lint' in stages else stages[0]}\n", 1)
    return f"{text.rstrip()}\n\n{job}" if text.strip() else job


def _appended(text: str, data: Any) -> str:
    """Return a text with our hooks behind the last entry of the block `repos`."""
    repos = data["repos"]
    lines = text.splitlines(keepends=True)
    first = repos.lc.item(0)[0]
    indent = len(lines[first]) - len(lines[first].lstrip())
    below = [data.lc.key(key)[0] for key in data if data.lc.key(key)[0] > first]
    end = min(below, default=len(lines))
    while end > 0 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return "".join([*lines[:end], _indented(HOOKS, indent), *lines[end:]])


def _says(text: str, key: str, expected: Any) -> bool:
    try:
        return bool(_plain(text)[key] == expected)
    except (YAMLError, KeyError, TypeError):
        return False


def _plain(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _load(text: str, path: str) -> Any:
    try:
        return YAML().load(text)
    except YAMLError as error:
        words = " ".join(str(error).split())
        raise OptionError(f"{path}: is not valid YAML: {words}") from error


def _dumped(data: Any) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _indented(text: str, width: int) -> str:
    return "".join(" " * width + line for line in text.splitlines(keepends=True))
