"""The builder of control-flow graphs: appends steps, joins ways at labels, leads jumps through `finally`.

Code that no way reaches is built too, but stays detached from the graph.
"""

from __future__ import annotations

import ast
from collections.abc import Generator
from dataclasses import dataclass, field

from flake8_incall.model.flow.graph import Action, Body, Step
from flake8_incall.model.objects.references import References

# A visitor yields where a recursive one would call: nesting then costs memory and not recursion.
Visit = Generator["Visit", None, None]


@dataclass(slots=True)
class Loop:
    """A loop around what is being lowered."""

    header: Step
    after: Step


@dataclass(slots=True)
class Finally:
    """A `try` whose `finally` body runs on the way out of what is being lowered.

    Attributes:
        entry: Where the `finally` body begins.
        followers: Where control can go on behind it.
    """

    entry: Step
    followers: dict[Step, None] = field(default_factory=dict)


class Builder:
    """The state of a lowering.

    Attributes:
        references: What the expressions of the module refer to.
        scope: The function or comprehension in which names are looked up.
        height: How many operands are on the stack.
        loop: The head of the innermost loop around.
        finals: How many `finally` bodies stand around.
        around: The loops and `finally` bodies that stand around, from the outside in.
        last: The step to go on from; `None` where nothing gets to.
        handler: Where exceptions go.
        reached: The labels and handlers that some way gets to.
    """

    def __init__(self, function: Body, references: References) -> None:
        self.references = references
        self.scope: ast.AST = function
        self.height = 0
        self.loop: Step | None = None
        self.finals = 0
        self.around: list[Loop | Finally] = []
        self.returned, self.fallen, self.raised = (Step(Action.END, function, function) for _ in range(3))
        self.handler = self.raised
        self.entry = self.label(function)
        self.last: Step | None = self.entry
        self.reached: set[Step] = set()

    def label(self, node: ast.AST, *, drop: int = 0) -> Step:
        """A step for ways to meet at, to be placed later.

        Args:
            node: What it belongs to.
            drop: How many operands fewer than now are on the stack there.
        """
        return Step(Action.PASS, node, self.scope, self.height - drop, finals=self.finals)

    def place(self, label: Step) -> None:
        """Go on at a label."""
        self.go(label)
        label.loop = self.loop
        self.last = label if label in self.reached else None
        self.height = label.height

    def go(self, target: Step) -> None:
        """Continue with another step; what is lowered next needs a label to be reached."""
        if self.last is not None:
            self.last.next = target
            self.reached.add(target)
        self.last = None

    def fork(self, otherwise: Step) -> None:
        """Give the last step its other way."""
        if self.last is not None:
            self.last.other = otherwise
            self.reached.add(otherwise)

    def enter_loop(self, header: Step) -> None:
        """Go on at the head of a loop."""
        header.around, self.loop = self.loop, header
        self.place(header)

    def end_loop(self, header: Step) -> None:
        """Go back to the head of the innermost loop."""
        self.go(header)
        self.loop = header.around

    def add(self, action: Action, node: ast.AST, *, pops: int = 0, pushes: int = 0, can_raise: bool = False) -> Step:
        """Append a step."""
        step = Step(action, node, self.scope, self.height, pops, handler=self.handler, can_raise=can_raise)
        step.loop, step.finals = self.loop, self.finals
        self.height += pushes - pops
        if self.last is not None:
            self.go(step)
            self.last = step
            if can_raise:
                self.reached.add(self.handler)
        return step

    def leave(self, action: Action, node: ast.AST, target: Step, *, within: int = 0, pops: int = 0) -> None:
        """Jump to a target through the `finally` bodies on the way out.

        Args:
            action: What the jump is.
            node: The statement that jumps.
            target: Where the jump ends.
            within: How many of the blocks around are not left.
            pops: How many operands the jump takes.
        """
        step = self.add(action, node, pops=pops)
        passed = [block for block in reversed(self.around[within:]) if isinstance(block, Finally)]
        step.route = (*(block.entry for block in passed), target)
        if self.last is not None:
            self.reached.add(step.route[0])
            for block, follower in zip(passed, step.route[1:], strict=True):
                block.followers[follower] = None
        self.last = None


def run(root: Visit) -> None:
    """Run a visitor and all those that it yields, in the order of calls."""
    pending = [root]
    while pending:
        child = next(pending[-1], None)
        if child is None:
            pending.pop()
        else:
            pending.append(child)
