"""Fixes: which of them go together, and the text after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flake8_incall.diagnostics import Diagnostic, Edit, Fix, Position
from flake8_incall.model.code.source import line_end_of, split_lines

# Of a text, what is wrong with it.
Find = Callable[[str], Sequence[Diagnostic]]

_DOCSTRINGS = "CAL3"
# Each trial judges the whole text again.
_MOST_TRIALS = 200


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
    result, refused, budget = Fixed(text, [], list(find(text))), set[Fix](), _MOST_TRIALS
    while budget:
        offered = [one for one in result.left if one.fix and (unsafe or one.fix.is_safe) and one.fix not in refused]
        # Docstrings say what the rest is, and are written when that is right.
        chosen = compatible([one for one in offered if not one.code.startswith(_DOCSTRINGS)] or offered)
        if not chosen:
            break
        trials = _Round(result, find, budget)
        trials.attempt(chosen)
        budget = trials.budget
        if trials.applied:
            # Places have moved, and what did not help may help now.
            refused.clear()
            result = Fixed(trials.text, result.applied + trials.applied, trials.left)
        else:
            refused |= {one.fix for one in chosen if one.fix}
    return result


class _Round:
    """One round of fixes: as many as help, all made in the text that the round began with.

    Attributes:
        text: The text after the fixes that help.
        applied: The findings that they clear.
        left: The findings that are still there.
        budget: How many more times the text may be judged.
    """

    def __init__(self, before: Fixed, find: Find, budget: int) -> None:
        self.text = before.text
        self.applied: list[Diagnostic] = []
        self.left = before.left
        self.budget = budget
        self._start = before.text
        self._find = find

    def attempt(self, chosen: list[Diagnostic]) -> None:
        """Apply fixes together; where that does not help, the halves of them each by itself."""
        pending = [chosen] if chosen else []
        while pending and self.budget:
            group = pending.pop()
            if not self._apply(group) and len(group) > 1:
                half = len(group) // 2
                pending += [group[half:], group[:half]]

    def _apply(self, group: list[Diagnostic]) -> bool:
        self.budget -= 1
        both = [*self.applied, *group]
        changed = edited(self._start, [edit for found in both if found.fix for edit in found.fix.edits])
        try:
            left = list(self._find(changed))
        except SyntaxError:
            return False
        if not _counts(left) <= _counts(self.left) - _cleared(group):
            return False
        self.text, self.applied, self.left = changed, both, left
        return True


def _counts(found: Iterable[Diagnostic]) -> Counter[tuple[str, str | None]]:
    counts: Counter[tuple[str, str | None]] = Counter()
    for one in found:
        counts[one.full_code, one.function] += one.count
    return counts


def _cleared(group: Iterable[Diagnostic]) -> Counter[tuple[str, str | None]]:
    """What is to be gone after the fixes of some findings: of repeats those that have a fix."""
    counts: Counter[tuple[str, str | None]] = Counter()
    for one in group:
        counts[one.full_code, one.function] += sum(repeat.fix is not None for repeat in one.repeats) or 1
    return counts


def compatible(offered: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return those whose edits do not touch the edits of one before; an edit that two need is made once."""
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
    line_end = line_end_of(lines)

    def offset(place: Position) -> int:
        return min(starts[min(place.line, len(starts)) - 1] + place.column, len(text))

    for edit in sorted(set(edits), reverse=True):
        text = text[: offset(edit.start)] + edit.text.replace("\n", line_end) + text[offset(edit.end) :]
    return text
