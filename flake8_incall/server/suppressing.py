"""The edits that make a `noqa` comment count for a finding."""

from __future__ import annotations

import re

from flake8_incall.diagnostics import Diagnostic, Edit, Position
from flake8_incall.model.code.noqa import NOQA, comment_lines


def suppressed(diagnostic: Diagnostic, lines: list[str]) -> list[Edit]:
    """Suppress a finding, and all that it stands for, where flake8 looks for it.

    Args:
        diagnostic: The finding.
        lines: The lines of the Python text with their line ends.

    Returns:
        The edits; none where no comment can stand.
    """
    edits: dict[Edit, None] = {}
    ranges = comment_lines(lines)
    for one in diagnostic.repeats or (diagnostic,):
        first, last = ranges.get(one.start.line, (one.start.line, one.start.line))
        edit = _in_lines(lines, first, last, one.code) if 0 < last <= len(lines) else None
        if edit is None:
            return []
        edits[edit] = None
    return list(edits)


def _in_lines(lines: list[str], first: int, last: int, code: str) -> Edit | None:
    """A comment for the text of some lines, which is looked at as one."""
    found = NOQA.search("".join(lines[first - 1 : last]))
    if found is None:
        line = lines[last - 1].rstrip("\r\n")
        end = Position(last, len(line.rstrip()))
        return Edit(end, Position(last, len(line)), f"  # noqa: {code}")
    if found["codes"] is None:
        return None
    before = "".join(lines[first - 1 : last])[: found.end("codes")]
    at = Position(first + before.count("\n"), len(before) - before.rfind("\n") - 1)
    return Edit(at, at, f", {code}" if re.search(r",\s", found["codes"]) else f",{code}")
