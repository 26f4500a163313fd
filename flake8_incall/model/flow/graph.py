"""The control-flow graph of one function: in which order its expressions and statements are executed.

The graph is that of a small stack machine. A step takes its operands from a stack and leaves its value there,
so the order of evaluation inside an expression (`and`, `or`, `x if c else y`, comprehensions) is part of the
graph, and no analysis over it needs recursion. `lowering` builds it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from flake8_incall.model.code.facts import Subject
from flake8_incall.model.code.tree import FunctionNode

# A function, or an expression that is evaluated like the body of one.
Body = FunctionNode | ast.Lambda | ast.Expression


class Action(Enum):
    """What a step does. "Pops" and "pushes" speak of the operand stack."""

    PASS = auto()  # nothing: a place where ways meet
    EVALUATE = auto()  # pops the operands of an expression, pushes its value
    EXECUTE = auto()  # a statement without operands: an import, a definition
    STORE = auto()  # pops the target's own operands and the value, and assigns
    DELETE = auto()  # pops the target's own operands and deletes
    COPY = auto()  # pushes the topmost operand again
    DISCARD = auto()  # pops
    TEST = auto()  # pops; `next` if it is true, `other` if not
    START = auto()  # pushes the empty container that a comprehension fills
    COLLECT = auto()  # pops an element, or key and value, into the container at `place`
    ITER = auto()  # pops an iterable, pushes its iterator
    ITERATE = auto()  # pushes the iterator's next item; with none left pops it and takes `other`
    ENTER = auto()  # pops a context manager, pushes what it enters with
    MATCH = auto()  # `next` if the pattern fits the topmost operand, `other` if not; binds its captures
    CATCH = auto()  # `next` if the handler takes the exception that is under way, `other` if not
    RAISE = auto()  # pops the exception (none when it is raised again)
    RETURN = auto()  # pops the value and leaves along `route`
    LEAVE = auto()  # leaves along `route`: break, continue, the end of a `try` body, an exception
    RESUME = auto()  # the end of a `finally` body: goes on with what was under way
    END = auto()  # the function is over: it returned, fell off its end, or raised

    # There is one object of each, and its own hash is faster than that of its name.
    __hash__ = object.__hash__


@dataclass(eq=False, slots=True)
class Step:
    """One step of a function.

    Attributes:
        action: What it does.
        node: The syntax node that it belongs to.
        scope: The function or comprehension in which its names are looked up.
        height: How many operands are on the stack before it.
        pops: How many of them it takes.
        next: The step after it.
        other: The step after it when a test fails, an iterator is used up, or nothing fits.
        handler: Where an exception that it raises goes.
        route: For a jump, the `finally` bodies on the way out from the inside, then where it ends; for the
            end of a `finally` body, everything that can follow.
        place: For `COLLECT`, the container's place on the stack.
        can_raise: Whether it can raise, as far as syntax tells.
        loop: The head of the innermost loop around it; for the head of a loop, that loop itself.
        around: For the head of a loop, the head of the loop around that.
        finals: How many `finally` bodies stand around it.
        index: Its place in `Graph.steps`.
        following: In a finished graph, the steps right after it, without those after an exception.
        successors: In a finished graph, the steps that can come right after it, exceptions included.
        is_joint: Whether several steps in a graph lead to it.
    """

    action: Action
    node: ast.AST
    scope: ast.AST
    height: int = 0
    pops: int = 0
    next: Step | None = None
    other: Step | None = None
    handler: Step | None = None
    route: tuple[Step, ...] = ()
    place: int = -1
    can_raise: bool = False
    loop: Step | None = None
    around: Step | None = None
    finals: int = 0
    index: int = -1
    following: tuple[Step, ...] = ()
    successors: tuple[Step, ...] = ()
    is_joint: bool = False

    def finish(self) -> None:
        """Work out what comes after it, once all of that is built."""
        route = self.route if self.action is Action.RESUME else self.route[:1]
        self.following = (*(step for step in (self.next, self.other) if step is not None), *route)
        self.successors = self.following
        if self.can_raise and self.handler is not None:
            self.successors = (*self.following, self.handler)

    def is_in(self, head: Step) -> bool:
        """Whether it belongs to the loop that has this head."""
        loop = self.loop
        while loop is not None and loop is not head:
            loop = loop.around
        return loop is head

    def __repr__(self) -> str:
        line = getattr(self.node, "lineno", "?")
        return f"<{self.index} {self.action.name} {type(self.node).__name__} line {line}>"


@dataclass(eq=False)
class Graph(Subject):
    """The steps of one function, from its entry to its three ends.

    Attributes:
        function: The function, whose body the graph is.
        entry: The first step.
        returned: The end that each `return` reaches.
        fallen: The end that is reached without `return`.
        raised: The end that an exception reaches which leaves the function.
        steps: The steps that can be reached, in reverse postorder: a step stands before its successors
            but for the way back of a loop.
        has_loops: Whether there is such a way back: without, one pass against the order settles everything.
    """

    function: Body
    entry: Step
    returned: Step
    fallen: Step
    raised: Step
    steps: list[Step] = field(init=False)
    has_loops: bool = field(init=False)

    def __post_init__(self) -> None:
        self.steps = reverse_postorder(self.entry, _latest_first)
        reached = set()
        for index, step in enumerate(self.steps):
            step.index = index
            for successor in step.successors:
                successor.is_joint = successor.is_joint or successor in reached
                reached.add(successor)
        self.has_loops = any(s.index <= step.index for step in self.steps for s in step.successors)

    @cached_property
    def predecessors(self) -> dict[Step, list[Step]]:
        """The steps that can come right before each step."""
        before: dict[Step, list[Step]] = {step: [] for step in self.steps}
        for step in self.steps:
            for successor in step.successors:
                before[successor].append(step)
        return before

    @cached_property
    def heads(self) -> dict[ast.AST, list[Step]]:
        """The heads of each loop: a `finally` is built more than once, and the loops in it."""
        found: dict[ast.AST, list[Step]] = {}
        for step in self.steps:
            if step.loop is step:
                found.setdefault(step.node, []).append(step)
        return found

    @cached_property
    def of_node(self) -> dict[ast.AST, list[Step]]:
        """The reachable steps of each syntax node; a node without one is never executed."""
        found: dict[ast.AST, list[Step]] = {}
        for step in self.steps:
            if step.action is not Action.PASS:
                found.setdefault(step.node, []).append(step)
        return found


def reverse_postorder(root: Step, edges: Callable[[Step], Iterator[Step]]) -> list[Step]:
    """Return the steps that can be reached, each before those after it but for the way back of a loop."""
    finished: list[Step] = []
    seen = {root}
    pending = [(root, edges(root))]
    while pending:
        step, ahead = pending[-1]
        for following in ahead:
            if following not in seen:
                seen.add(following)
                pending.append((following, edges(following)))
                break
        else:
            pending.pop()
            finished.append(step)
    finished.reverse()
    return finished


def _latest_first(step: Step) -> Iterator[Step]:
    """Finish a step and give what comes after it. What leaves a loop is first, so that it stands behind the body."""
    step.finish()
    return reversed(step.successors)
