"""CAL998 and CAL999: what could not be judged, and rules of this plugin that failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.diagnostics import Finding, Position, Severity
from flake8_incall.model.calls.unproved import Unproved
from flake8_incall.rules.registry import rule


@dataclass(frozen=True, slots=True)
class Failure:
    """Something of this project that raised.

    Attributes:
        what: Such as `"rule CAL402"`.
        error: What it raised.
    """

    what: str
    error: Exception


@rule(
    "CAL998",
    "the analysis of `{name}` exceeded its budget ({what}), so {codes} are not checked; split it into smaller "
    "functions",
    on=Unproved,
    profiles=("strict", "gate"),
    severity=Severity.WARNING,
)
def unjudged_function(unproved: Unproved) -> Iterator[Finding]:
    """An in-call function exceeds the budget of an analysis, so the rules that rest on it say nothing.

    **Why**: Some code has more paths than can be followed in reasonable time. Silence about it is no proof. The
    other profiles count such functions in the summary. Under `gate` they are refused: code that exhausts the checker
    does not get in.
    """
    function, analysis = unproved.function, unproved.analysis
    if analysis.has_budget:
        yield Finding(function.node, {"name": function.name, "what": analysis.subject, "codes": analysis.codes})


@rule(
    "CAL999",
    "internal error in {what} ({error}), but the other rules ran; please report it with this file, it is a bug in "
    "flake8-incall",
    on=Failure,
    profiles=("contract", "livekit"),
)
def internal_error(failure: Failure) -> Iterator[Finding]:
    """An internal error in a rule; the other rules still ran.

    **Why**: A crash on one file would hide all other findings. The failure is contained and reported, because an
    incompletely checked file must not pass silently.
    """
    words = " ".join(f"{type(failure.error).__name__} {failure.error}".replace(":", " ").split())
    yield Finding(Position(1, 0), {"what": failure.what, "error": words[:120]})
