"""Bounds on the work of following one function."""

from __future__ import annotations

# So deep are calls of the module's own functions followed.
DEEPEST_CALL = 4


class OverBudgetError(Exception):
    """A function is too much work to follow: nothing can be told of it."""


class Budget:
    """How much work is left, in states that pass a step, and how finely to use it.

    Attributes:
        left: What is left.
        states: So many states are followed apart at one point; further ones are joined.
        rounds: So many rounds of a loop that counts are followed apart.
        whole: The budget that this is a part of.
    """

    def __init__(self, work: int, states: int = 16, rounds: int = 24, whole: Budget | None = None) -> None:
        self.left = work
        self.states = states
        self.rounds = rounds
        self.whole = whole

    @property
    def is_coarsest(self) -> bool:
        """Whether nothing is followed less finely: not even the rounds of a loop that counts."""
        return self.rounds == 0

    def part(self, work: int) -> Budget:
        """A part of what is left."""
        return Budget(min(work, self.left), self.states, self.rounds, self)

    def spend(self, work: int = 1) -> None:
        """Take work from the budget.

        Raises:
            OverBudgetError: Nothing is left.
        """
        self.left -= work
        if self.whole is not None:
            self.whole.left -= work
        if self.left < 0:
            raise OverBudgetError
