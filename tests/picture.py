"""A picture of a function with its findings below each line, as SVG: text that a command has printed."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

_WIDTH, _CHARACTER, _LINE, _MARGIN = 112, 7.8, 19, 16
_STYLE = (
    "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre;fill:#c9d1d9}"
    ".n{fill:#6e7681}.m{fill:#ff7b72}.c{fill:#ffa657;font-weight:bold}"
)


def picture(path: Path, root: Path) -> str:
    """Return the picture of what `flake8-incall check` reports about a file.

    Args:
        path: The file, below `root`.
        root: The folder that the command is run in.
    """
    name = path.relative_to(root).as_posix()
    command = [sys.executable, "-m", "flake8_incall", "check", "--isolated", "--format", "json", name]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 1:
        raise RuntimeError(f"check ended with {done.returncode}: {done.stderr}")
    found = json.loads(done.stdout)
    source = [line.partition("  # CAL")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    rows = list(_rows(source, found))
    width, height = round(_WIDTH * _CHARACTER + 2 * _MARGIN), len(rows) * _LINE + 2 * _MARGIN
    title = f"flake8-incall check {name}: {len(found)} findings"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">',
            f"<title>{title}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
            *(_text(number, row) for number, row in enumerate(rows)),
            "</svg>\n",
        )
    )


def _rows(source: list[str], found: list[dict[str, Any]]) -> Iterator[str]:
    """Each row as SVG text: the lines of the source, and below each the findings that begin there."""
    for number, line in enumerate(source, start=1):
        yield f'<tspan class="n">{number:3}  </tspan>{escape(line)}'
        for one in found:
            if one["line"] == number:
                yield from _finding(one)


def _finding(one: dict[str, Any]) -> Iterator[str]:
    indent = " " * 5
    for number, part in enumerate(textwrap.wrap(one["message"], _WIDTH - len(indent) - 8)):
        code = one["code"] if not number else " " * len(one["code"])
        yield f'{indent}<tspan class="c">{code}</tspan>  <tspan class="m">{escape(part)}</tspan>'


def _text(number: int, row: str) -> str:
    return f'<text x="{_MARGIN}" y="{_MARGIN + number * _LINE + 13}" xml:space="preserve">{row}</text>'
