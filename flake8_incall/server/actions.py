"""What an editor can do about findings: fix one, fix all, suppress one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from lsprotocol import types

from flake8_incall.diagnostics import Diagnostic, Edit, Position
from flake8_incall.model.code.source import split_lines
from flake8_incall.rules import REGISTRY
from flake8_incall.server.judging import Outcome
from flake8_incall.server.suppressing import suppressed
from flake8_incall.server.text import Text

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.incall"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]


def is_wanted(kind: types.CodeActionKind | str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether an editor asks for actions of a kind: it can name the beginning of kinds."""
    name = _name(kind)
    return not only or any(not _name(one) or f"{name}.".startswith(f"{_name(one)}.") for one in only)


def _name(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def quick_fixes(outcome: Outcome, text: Text, asked: types.Range) -> Iterator[tuple[Diagnostic, str, list[Edit], bool]]:
    """What can be done about the findings in a range.

    Yields:
        The finding, what is done as a title, the edits, and whether that is what most people want.
    """
    here = [finding for finding in outcome.findings if _touches(finding, text, asked)]
    for finding in here:
        if finding.fix is not None:
            rule = REGISTRY.rules.get(finding.code)
            title = f"Fix {finding.code} ({rule.name if rule else 'rule'})"
            warning = "" if finding.fix.is_safe else ", unsafe: review the change"
            yield finding, f"{title}{warning}", list(finding.fix.edits), finding.fix.is_safe
    for finding in here:
        edits = suppressed(finding, split_lines(text.content)) if outcome.honors_noqa else []
        if edits:
            yield finding, f"Suppress {finding.code} with a noqa comment", edits, False


def has_safe_fix(outcome: Outcome) -> bool:
    """Whether some finding can be fixed without a look at the change."""
    return any(finding.fix is not None and finding.fix.is_safe for finding in outcome.findings)


def changes_between(before: Text, after: str) -> list[types.TextEdit]:
    """The edit that makes one text of another: the lines in which they differ."""
    old, new = before.lines, split_lines(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if len(old) == len(new) == head:
        return []
    span = types.Range(before.place(Position(head + 1, 0)), before.place(Position(len(old) - tail + 1, 0)))
    if len(old) - tail == len(old) and old and not old[-1].endswith(("\n", "\r")):
        span.end = before.place(Position(len(old), len(old[-1])))
    return [types.TextEdit(span, "".join(new[head : len(new) - tail]))]


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many lines of two texts are the same from their beginning on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _touches(finding: Diagnostic, text: Text, asked: types.Range) -> bool:
    span = text.range(finding.start, finding.end)
    return span.start <= asked.end and asked.start <= span.end
