"""`flake8-incall init`: wires the linter into a project."""

from __future__ import annotations

import argparse
import difflib
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_incall.commands import CLEAN, FINDINGS
from flake8_incall.options import PROFILES, OptionError
from flake8_incall.terminal import printable

if TYPE_CHECKING:
    from flake8_incall.setup.plan import Plan

INSTALL = 'pip install "flake8-incall[init]"'
_NOTES = """\
It shows what it would change, asks, and writes nothing on another answer than yes. Comments and layout of files that
are there stay; what they already have is not added again.

  flake8        the profile that fits: livekit for tools of LiveKit agents, contract for functions of the platform
  pre-commit    the hooks flake8-incall-fix and flake8-incall
  ruff          external = ["CAL"], if the project uses ruff
  snippets      the names that the platform injects, for flake8's F821 and ruff
  CI            a job that reports findings as SARIF

exit status:
  0  written, or there is nothing to change
  1  not written, because the answer was not yes
  2  a file cannot be read, parsed or written, or the extra `init` is not installed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="the project (default: .)")
    parser.add_argument("-y", "--yes", action="store_true", help="write without asking")
    parser.add_argument("--profile", choices=PROFILES, help="the profile to set (default: the one that fits)")
    parser.add_argument(
        "--ci",
        choices=("auto", "github", "gitlab", "none"),
        default="auto",
        help="for which service to write a job (default: as the project's files and remote repository say)",
    )


def run(parsed: argparse.Namespace) -> int:
    """Show the changes, ask, and write.

    Raises:
        OptionError: The changes cannot be planned or written.
    """
    for name in ("tomlkit", "ruamel.yaml"):
        if not _is_installed(name):
            raise OptionError(f"init edits TOML and YAML files, for which {name} is not installed: {INSTALL}")
    from flake8_incall.setup.ci_files import service_of
    from flake8_incall.setup.plan import make_plan
    from flake8_incall.setup.survey import survey

    root = Path(parsed.folder)
    if not root.is_dir():
        raise OptionError(f"{root} is not a folder")
    found = survey(root)
    service = service_of(root) if parsed.ci == "auto" else None if parsed.ci == "none" else parsed.ci
    plan = make_plan(root, found, service, parsed.profile)
    print(f"found {found}")
    if found.is_empty and not parsed.profile:
        print("no profile is set, contract is the default: run init again when there are functions, or with --profile")
    above = next((folder for folder in root.resolve().parents if (folder / ".git").exists()), None)
    if above is not None and not (root / ".git").exists():
        print(f"note: {printable(str(above))} is the root of the repository: hooks and CI are read from there only")
    if not plan.changed:
        print("nothing to change")
        return CLEAN
    for line in _diff(plan):
        print(printable(line))
    if not (parsed.yes or _is_wanted(len(plan.changed))):
        print("nothing was written")
        return FINDINGS
    _write(plan)
    return CLEAN


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _diff(plan: Plan) -> list[str]:
    lines: list[str] = []
    for name in plan.changed:
        old, new = plan.before[name].splitlines(), plan.after[name].splitlines()
        lines += difflib.unified_diff(old, new, f"{name} (before)", f"{name} (after)", lineterm="")
    return lines


def _is_wanted(count: int) -> bool:
    print(f"write {count} file{'s' if count > 1 else ''}? [y/N] ", end="", flush=True)
    answer = sys.stdin.readline() if sys.stdin is not None else ""
    if not answer.endswith("\n"):
        print()
    return answer.strip().lower() in ("y", "yes")


def _write(plan: Plan) -> None:
    for name in plan.changed:
        path = plan.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(plan.after[name])
        except OSError as error:
            raise OptionError(f"{path}: cannot be written: {error.strerror or error}") from error
        print(f"wrote {printable(str(path))}")
    print("next: `pre-commit install` runs the hooks at each commit, `flake8-incall check` shows what is found today")
