"""In-call functions about which an analysis cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module
    from flake8_incall.model.code.tree import FunctionNode


class Analysis(Enum):
    """An analysis that may not come to an answer: what it follows, and the rules that rest on it."""

    # Not for want of budget: CAL409 says in `strict` which of the results it is.
    ORIGINS = ("where its results come from", "CAL401 to CAL404")
    RESULTS = ("the paths to its results", "CAL401 to CAL411")
    INJECTIONS = ("the uses of its parameters", "CAL509, CAL513 and CAL514")
    PROJECT_RULES = ("the search for matches of the project's own rules", "the rules of CAL990")
    VALIDATION = ("the checks of its parameters", "CAL801 and CAL804")

    @property
    def subject(self) -> str:
        """What it follows, as a noun phrase."""
        return self.value[0]

    @property
    def has_budget(self) -> bool:
        """Whether it gives up on what is too much work."""
        return self is not Analysis.ORIGINS

    @property
    def codes(self) -> str:
        """The rules that rest on it."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Unproved:
    """An in-call function about which an analysis cannot tell.

    Attributes:
        function: The function.
        analysis: The analysis.
    """

    function: InCallFunction
    analysis: Analysis


class GivenUp:
    """The analyses of a module that came to no answer; complete only when the rules have run."""

    def __init__(self, _: Module) -> None:
        self._analyses: dict[FunctionNode, set[Analysis]] = {}

    def add(self, function: FunctionNode, analysis: Analysis) -> None:
        """Record that an analysis cannot tell about an in-call function."""
        self._analyses.setdefault(function, set()).add(analysis)

    def among(self, functions: list[InCallFunction]) -> list[Unproved]:
        """What of some functions is not proved, in their order."""
        return [
            Unproved(function, analysis)
            for function in functions
            for analysis in Analysis
            if analysis in self._analyses.get(function.node, ())
        ]
