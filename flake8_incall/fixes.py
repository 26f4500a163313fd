"""Fixes: which of them go together, and the text after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flake8_incall.diagnostics import Diagnostic, Edit, Position
from flake8_incall.model.code.source import split_lines

# Of a text, what is wrong with it.
Find = Callable[[str], Sequence[Diagnostic]]

# A fix can make room for another, such as two at one place; more often than this they chase each other.
_MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after its fixes.

    Attributes:
        text: The text.
        applied: The findings that are cleared, with the places that they had when their turn came.
        left: The findings that are still there.
    """

    text: str
    applied: list[Diagnostic]
    left: list[Diagnostic]


def fixed(text: str, find: Find, *, unsafe: bool = False) -> Fixed:
    """Apply the fixes of a text's findings until none is left that helps.

    A fix counts only if the text is still valid after it, and has fewer findings than before and none that is new.

    Args:
        text: The text, with whatever line ends it has.
        find: What is wrong with a text; raises `SyntaxError` for one that is not valid.
        unsafe: Whether to apply also what needs a look afterwards.

    Raises:
        SyntaxError: The text itself is not valid.
    """
    left = list(find(text))
    applied: list[Diagnostic] = []
    for _ in range(_MOST_ROUNDS):
        offered = [found for found in left if found.fix and (unsafe or found.fix.is_safe)]
        progress = _attempt(text, left, offered, find) if offered else None
        if progress is None:
            break
        text, left, applied = progress.text, progress.left, applied + progress.applied
    return Fixed(text, applied, left)


def _attempt(text: str, before: list[Diagnostic], offered: list[Diagnostic], find: Find) -> Fixed | None:
    """Apply what goes together, or else the first fix that helps by itself."""
    for batch in (offered, *([one] for one in offered)):
        chosen = _compatible(batch)
        changed = edited(text, [edit for found in chosen if found.fix for edit in found.fix.edits])
        try:
            left = list(find(changed))
        except SyntaxError:
            continue
        if _codes(left) < _codes(before):
            return Fixed(changed, chosen, left)
    return None


def _codes(found: Iterable[Diagnostic]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.code] += one.count
    return counts


def _compatible(offered: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Those whose edits do not touch the edits of one before; an edit that two need is made once."""
    chosen: list[Diagnostic] = []
    taken: set[Edit] = set()
    for found in offered:
        new = set(found.fix.edits) - taken if found.fix else set()
        if not any(edit.start <= other.end and other.start <= edit.end for edit in new for other in taken):
            chosen.append(found)
            taken |= new
    return chosen


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits that do not overlap to a text, with its line ends."""
    lines = split_lines(text)
    starts = [0, *accumulate(map(len, lines))]
    line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"

    def offset(place: Position) -> int:
        return min(starts[min(place.line, len(starts)) - 1] + place.column, len(text))

    for edit in sorted(set(edits), reverse=True):
        text = text[: offset(edit.start)] + edit.text.replace("\n", line_end) + text[offset(edit.end) :]
    return text
