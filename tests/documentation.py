"""Write the tables and sample output of the README and of `docs`: `python -m tests.documentation`.

What stands between `<!-- begin NAME -->` and `<!-- end NAME -->` is generated from the registry, the options and a
real run. With `--check` nothing is written, and the exit status says whether the pages are up to date.
"""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from flake8_incall.catalogue import MEANINGS, TRAITS
from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.cli import COMMANDS
from flake8_incall.options import DECLARED, Profile
from flake8_incall.rules import REGISTRY
from tests.examples import CAN_MATCH
from tests.picture import picture
from tests.repairs.fixed import fixed_fixtures
from tests.repairs.table import table
from tests.rule_pages import rule_index, rule_page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
BROKEN_FUNCTION = "fixtures/contract/track_order_broken.py"
PROFILE_MEANINGS: dict[Profile, str] = {
    "contract": "functions for the platform (the default): async, typed, documented, `status` on every path",
    "strict": "the same with best practices: logging, idempotency, complexity",
    "livekit": "LiveKit agents without that contract: what LiveKit rejects or fails on",
    "gate": "untrusted code: `contract` plus an allow-list of modules, builtins and attributes",
}


def option_table() -> str:
    """The options, as flake8 and our own command take them."""
    lines = ["| Option | Default | Meaning |", "|---|---|---|"]
    for option in DECLARED:
        default = f"{option.default:g}" if isinstance(option.default, float) else option.default
        lines.append(f"| `--{option.name} {option.metavar}` | {default or 'none'} | {_cell(option.help)} |")
    return "\n".join(lines)


def builtins_setting() -> str:
    """The configuration by which flake8 knows the names that the platform injects."""
    return f"```ini\n[flake8]\nbuiltins = {', '.join(sorted(INJECTED))}\n```"


def trait_table() -> str:
    """The traits of the catalogue, as a Markdown table."""
    return "\n".join(
        ("| Trait | A function or method with it |", "|---|---|", *(f"| `{t}` | {MEANINGS[t]} |" for t in TRAITS))
    )


def profile_table() -> str:
    """The profiles, and how many rules each has."""
    lines = ["| `--incall-profile` | Rules | For |", "|---|---|---|"]
    for profile, meaning in PROFILE_MEANINGS.items():
        lines.append(f"| `{profile}` | {len(list(REGISTRY.of(profile)))} | {meaning} |")
    return "\n".join(lines)


def command_table() -> str:
    """The commands, as `flake8-incall --help` lists them."""
    lines = ["| Command | What it does |", "|---|---|"]
    lines += [f"| `flake8-incall {name}` | {_cell(text)} |" for name, (text, _) in COMMANDS.items()]
    return "\n".join(lines)


def check_output() -> str:
    """What our own command prints for a version document of two functions, one of them broken."""
    return _session("flake8-incall", "check", "--format", "concise", "fixtures/documents/version_one_broken.json")


# The generated sections of each page.
PAGES: dict[Path, dict[str, Callable[[], str]]] = {
    ROOT / "README.md": {"profiles": profile_table, "commands": command_table},
    DOCS / "index.md": {"commands": command_table},
    DOCS / "profiles.md": {"profiles": profile_table},
    DOCS / "documents.md": {"check": check_output},
    DOCS / "fixes.md": {"cleared": table},
    DOCS / "configuration.md": {"options": option_table, "builtins": builtins_setting, "traits": trait_table},
}


def code_list() -> str:
    """The codes of all rules, one a line: what reads options knows them without the rules."""
    return "".join(f"{code}\n" for code in sorted(REGISTRY.rules))


def _pages() -> dict[Path, Callable[[], str]]:
    """The pages of the rules; that of CAL990 only where its extra is installed, without which it finds nothing."""
    rules = [rule for code, rule in sorted(REGISTRY.rules.items()) if CAN_MATCH or code != "CAL990"]
    return {DOCS / "rules" / f"{rule.code}.md": partial(rule_page, rule) for rule in rules}


# Files that are generated as a whole.
FILES: dict[Path, Callable[[], str]] = {
    ROOT / "flake8_incall" / "codes.txt": code_list,
    DOCS / "assets" / "findings.svg": partial(picture, ROOT / BROKEN_FUNCTION, ROOT),
    DOCS / "rules" / "index.md": rule_index,
    **_pages(),
}


def render(page: Path) -> str:
    """A page with its generated sections as they should be now.

    Raises:
        ValueError: A section's marks are not there, once each.
    """
    text = page.read_text(encoding="utf-8")
    for name, section in PAGES[page].items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"{page.name}: no section {begin.strip()} ... {end}")
        text = f"{before}{begin}{section()}\n{end}{after}"
    return text


def changelog_codes(text: str) -> Iterator[str]:
    """The codes that have an entry in the changelog."""
    yield from re.findall(r"^- (CAL\d{3})\b", text, re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Rewrite the pages, or with `--check` print how they differ from what would be written.

    Returns:
        1 when `--check` finds a difference, else 0.
    """
    status = 0
    pages = [(page, render(page)) for page in PAGES] + [(path, file()) for path, file in FILES.items()]
    pages += fixed_fixtures()
    for page, new in pages:
        old = page.read_text(encoding="utf-8") if page.exists() else ""
        if arguments != ["--check"]:
            page.write_text(new, encoding="utf-8")
        elif old != new:
            status = 1
            difference = difflib.unified_diff(old.splitlines(), new.splitlines(), page.name, "generated", lineterm="")
            print("\n".join(difference))
    return status


def _session(program: str, *arguments: str) -> str:
    """A command and what it prints, as a fenced block; both programs are run as modules of this interpreter."""
    run = [sys.executable, "-m", program.replace("-", "_"), *arguments]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)
    if done.returncode != 1 or not done.stdout:
        raise RuntimeError(f"{program} ended with {done.returncode}: {done.stderr}")
    return f"```console\n$ {' '.join((program, *arguments))}\n{done.stdout}```"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
