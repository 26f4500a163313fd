"""In-call functions whose analyses exceeded their budgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from flake8_incall.model.calls.discovery import discover

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module


class Analysis(Enum):
    """An analysis that works within a budget: what it follows, and the rules that rest on it."""

    RESULTS = ("the paths to its results", "CAL401 to CAL411")
    INJECTIONS = ("the uses of its parameters", "CAL509, CAL513 and CAL514")
    VALIDATION = ("the checks of its parameters", "CAL801 and CAL804")


@dataclass(frozen=True, slots=True)
class Unjudged:
    """An in-call function that an analysis gave up on.

    Attributes:
        function: The function.
        analysis: The analysis.
    """

    function: InCallFunction
    analysis: Analysis


def unjudged(module: Module) -> Iterator[Unjudged]:
    """Yield what exceeded a budget; complete only when the rules have run."""
    for function in module.fact(discover).functions:
        for analysis in Analysis:
            if analysis in module.unjudged.get(function.node, ()):
                yield Unjudged(function, analysis)
