"""Merge overlapping findings: rules yield to others, and repeats are reported once.

A finding that its author suppresses on its own line (`noqa`) neither silences another nor stands for repeats: of
many `print` calls one `noqa` accepts the one on its line, and the finding moves to the next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flake8_incall.diagnostics import Diagnostic, Edit, Finding, Fix
from flake8_incall.model.code.noqa import Noqa
from flake8_incall.options import Options
from flake8_incall.rules.registry import Rule


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding, and all that decides whether it is shown.

    Attributes:
        rule: The rule that yielded it.
        finding: The finding.
        scope: What it was found in: an in-call function, a module or a document's function.
        diagnostic: What its readers see of it.
        is_suppressed: Whether a comment on its line, or an option, hides it from them.
    """

    rule: Rule
    finding: Finding
    scope: object
    diagnostic: Diagnostic
    is_suppressed: bool = False

    @property
    def about(self) -> tuple[Hashable, ...]:
        """The subjects at fault."""
        return self.finding.about or (self.finding.at,)


def marked(found: Sequence[Reported], noqa: Noqa, options: Options) -> list[Reported]:
    """Mark the findings that a comment, `ignore` or `select` hides."""
    hidden = {one.rule.code for one in found if options.hides(one.rule.code)}
    return [
        replace(one, is_suppressed=one.rule.code in hidden or noqa.suppresses(one.rule.code, one.diagnostic.start.line))
        for one in found
    ]


def merged(found: Iterable[Reported]) -> list[Diagnostic]:
    """The diagnostics of a file by place, without findings that yield and with repeats merged."""
    found = list(found)
    reasons = {(one.rule.code, subject) for one in found if not one.is_suppressed for subject in one.about}
    said = [one for one in found if not _yields(one, reasons)]
    # Two functions can lead to one place in a helper: it is said once.
    return sorted(dict.fromkeys(_once_per_function(said)), key=Diagnostic.sort_key)


def _yields(one: Reported, reasons: set[tuple[str, Hashable]]) -> bool:
    return any((code, subject) in reasons for code in one.rule.yields_to for subject in one.about)


def _once_per_function(found: list[Reported]) -> Iterator[Diagnostic]:
    repeats: dict[tuple[str, int, Hashable], list[Reported]] = {}
    for one in found:
        if one.rule.once_per_function:
            repeats.setdefault((one.rule.code, id(one.scope), one.finding.group), []).append(one)
        else:
            yield one.diagnostic
    yield from map(_together, repeats.values())


def _together(repeats: list[Reported]) -> Diagnostic:
    """One finding for all repeats that no comment hides; it stands at the first, helpers come last."""
    shown = [one for one in repeats if not one.is_suppressed]
    return joined(list(dict.fromkeys(one.diagnostic for one in shown or repeats)))


def joined(repeats: Sequence[Diagnostic]) -> Diagnostic:
    """Return one diagnostic for repeats of a finding in a function; its place is that of the first."""
    first, others = repeats[0], len(repeats) - 1
    if not others:
        return first
    more = f"{first.message} (and {others} more in `{first.function}`)" if first.function else first.message
    return replace(first, message=more, fix=_all_fixes(repeats), repeats=tuple(repeats))


def _all_fixes(repeats: Iterable[Diagnostic]) -> Fix | None:
    fixes = [one.fix for one in repeats if one.fix is not None]
    edits: dict[Edit, None] = dict.fromkeys(edit for fix in fixes for edit in fix.edits)
    return Fix(tuple(edits), is_safe=all(fix.is_safe for fix in fixes)) if edits else None
