"""What an evaluation can come to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_incall.model.flow.graph import Step
from flake8_incall.model.interpreter.assumptions import doubt
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.state import ANYTHING, Raised, State
from flake8_incall.model.interpreter.values import (
    Choice,
    Definition,
    Function,
    Reference,
    Shape,
    Symbol,
    Value,
    any_of_type,
)

if TYPE_CHECKING:
    from flake8_incall.model.interpreter.machine import Machine

# A way is not split more often than this before ways meet again.
_MOST_SPLITS = 4


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value, or an exception instead.

    Attributes:
        value: The value.
        raised: The exception.
    """

    value: Value
    raised: Raised = ANYTHING


Result = Value | Raised | Maybe
# One result in the state that was given, or several, each in a state of its own.
Outcome = Result | list[tuple[State, Result]]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is being evaluated.

    Attributes:
        machine: The function in which it stands.
        state: The state before it.
        step: Its step.
        arguments: The positional arguments.
        keywords: The keyword arguments.
        is_open: Whether there may be more arguments, spread from something unknown.
        after: The positional arguments behind such a spread.
    """

    machine: Machine
    state: State
    step: Step
    arguments: list[Value]
    keywords: dict[str, Value] = field(default_factory=dict)
    is_open: bool = False
    after: list[Value] = field(default_factory=list)

    def allocate(self, shape: Shape, detail: object = None) -> Reference:
        """Make a container that the call gives, or several, told apart by `detail`."""
        return self.state.allocate(self.machine.minted(self.step, detail), shape)

    def fresh(self, type: str = "", detail: object = None) -> Symbol:  # noqa: A002
        """A value that the call gives, of which nothing is known but its type."""
        return self.machine.fresh(self.step, type, detail)

    def hand_over(self, *called: Definition) -> None:
        """Pass the arguments to unknown code, which may change them and call the functions among them.

        Args:
            called: Functions of the module that are called for certain, and not followed.
        """
        world, state = self.machine.world, self.state
        state.release(self.everything)
        for definition in (*called, *(v.definition for v in self.everything if isinstance(v, Function))):
            for name in world.names.scope(definition).declared:
                state.env[world.names.home(definition, name)] = self.fresh(detail=name)

    @property
    def everything(self) -> list[Value]:
        """All arguments, keyword arguments last."""
        return [*self.arguments, *self.after, *self.keywords.values()]


def split(state: State, operands: Sequence[Value], keep: Collection[int] = ()) -> Iterator[tuple[State, list[Value]]]:
    """Follow each of its values where an operand is a choice.

    Args:
        state: The state; it is used up.
        operands: The operands.
        keep: Places of operands that need not be told apart.
    """
    resolved = [state.resolve(operand) for operand in operands]
    ways = [(state, resolved)]
    if not any(isinstance(value, Choice) for value in resolved):
        return iter(ways)
    for place in range(len(operands)):
        if place not in keep:
            ways = [way for before, values in ways for way in _split_one(before, values, place)]
    return iter(ways)


def _split_one(state: State, operands: list[Value], place: int) -> Iterator[tuple[State, list[Value]]]:
    choice = state.resolve(operands[place])
    if not isinstance(choice, Choice):
        yield state, [*operands[:place], choice, *operands[place + 1 :]]
        return
    if state.splits >= _MOST_SPLITS:
        types = {type_of(state, option) for option in choice.options}
        options: tuple[Value, ...] = (any_of_type(types.pop() if len(types) == 1 else ""),)
    else:
        options = choice.options
    for option in options:
        way = state.fork()
        way.splits += 1
        doubt(way, choice, (choice, option))
        way.picks[choice] = option
        yield way, [*operands[:place], option, *operands[place + 1 :]]
