"""The rules that the page about project rules shows, with their tests."""

from __future__ import annotations

import re
from pathlib import Path

from tests.documentation import DOCS

PAGE = DOCS / "project-rules.md"


def page_rules() -> list[tuple[str, str]]:
    """Each rule of the page as YAML, and its test as Python."""
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)```\n\n```python\n(.*?)```", text, re.DOTALL)


def write_page_rules(directory: Path) -> None:
    """Write the rules of the page and their tests into a directory."""
    directory.mkdir()
    for number, (rule, test) in enumerate(page_rules()):
        (directory / f"rule{number}.yml").write_text(rule, encoding="utf-8")
        (directory / f"rule{number}.py").write_text(test, encoding="utf-8")
