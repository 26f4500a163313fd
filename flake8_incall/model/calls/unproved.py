"""In-call functions whose analyses exceeded their budgets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module
    from flake8_incall.model.code.tree import FunctionNode


class Analysis(Enum):
    """An analysis that works within a budget: what it follows, and the rules that rest on it."""

    RESULTS = ("the paths to its results", "CAL401 to CAL411")
    INJECTIONS = ("the uses of its parameters", "CAL509, CAL513 and CAL514")
    VALIDATION = ("the checks of its parameters", "CAL801 and CAL804")

    @property
    def subject(self) -> str:
        """What it follows, as a noun phrase."""
        return self.value[0]

    @property
    def codes(self) -> str:
        """The rules that rest on it."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Unproved:
    """An in-call function on which an analysis gave up.

    Attributes:
        function: The function.
        analysis: The analysis.
    """

    function: InCallFunction
    analysis: Analysis


class GivenUp:
    """The analyses of a module that gave up; complete only when the rules have run."""

    def __init__(self, _: Module) -> None:
        self._analyses: dict[FunctionNode, set[Analysis]] = {}

    def add(self, function: FunctionNode, analysis: Analysis) -> None:
        """Record that an analysis gave up on an in-call function."""
        self._analyses.setdefault(function, set()).add(analysis)

    def among(self, functions: list[InCallFunction]) -> list[Unproved]:
        """What of some functions is not proved, in their order."""
        return [
            Unproved(function, analysis)
            for function in functions
            for analysis in Analysis
            if analysis in self._analyses.get(function.node, ())
        ]
