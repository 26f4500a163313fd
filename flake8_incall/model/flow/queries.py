"""What analyses ask about a control-flow graph: what reaches what, what dominates what, how ways end, what is live.

Every query is linear in the graph. `Dominators`, `Ends` and `Liveness` are facts: worked out once for each graph.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce

from flake8_incall.model.code.names import Names
from flake8_incall.model.code.scopes import Variable
from flake8_incall.model.code.tree import Inner, find
from flake8_incall.model.flow.graph import Action, Body, Graph, Step, reverse_postorder

# The variable that a handler keeps its exception in, for a `raise` that raises it again.
HANDLED = "<handled>"


# From a step to those that come after it.
Edges = Callable[[Step], Iterable[Step]]


def without_exceptions(step: Step) -> Iterable[Step]:
    """Return the steps right after one, but for an exception that it raises by itself."""
    return step.following


def with_exceptions(step: Step) -> Iterable[Step]:
    """Return the steps right after one."""
    return step.successors


def until_left(step: Step) -> Iterable[Step]:
    """Return the steps after one, also by an exception, but none after a `return` or an exception inside a `try`.

    Behind the `finally` of a `try` that is left, the graph leads on to all that can follow on any way through it.
    """
    is_leaving = step.action is Action.LEAVE and step.handler is None
    return () if step.action is Action.RETURN or is_leaving else step.successors


def steps_of(graph: Graph, nodes: Iterable[ast.AST]) -> list[Step]:
    """Return the steps that belong to any of the nodes and can be reached."""
    return [step for node in nodes for step in graph.of_node.get(node, ())]


def caught(graph: Graph, handler: ast.ExceptHandler | ast.withitem) -> list[Step]:
    """Return the first steps that are executed when a handler or context manager takes an exception."""
    catches = (step for step in graph.of_node.get(handler, ()) if step.action is Action.CATCH)
    return [step.next for step in catches if step.next is not None]


# Reaching


def after(starts: Iterable[Step], edges: Edges = without_exceptions, avoiding: Container[Step] = ()) -> Iterator[Step]:
    """Yield the steps that some steps reach, these first, on ways that avoid others."""
    pending = [step for step in starts if step not in avoiding]
    seen = set(pending)
    while pending:
        step = pending.pop()
        yield step
        new = [following for following in edges(step) if following not in seen and following not in avoiding]
        seen.update(new)
        pending += new


def before(
    graph: Graph, ends: Iterable[Step], edges: Edges = without_exceptions, avoiding: Container[Step] = ()
) -> Iterator[Step]:
    """Yield the steps that reach any of some steps, these first, on ways that avoid others."""
    return after(ends, _reversed(graph, edges), avoiding)


def between(
    graph: Graph, starts: Iterable[Step], is_end: Callable[[Step], bool], edges: Edges, avoiding: Container[Step]
) -> set[Step]:
    """Return the steps on the ways from some steps to the ends, on which none of those to avoid lies."""
    begun = {*after(starts, edges, avoiding)}
    return begun & {*before(graph, filter(is_end, begun), edges, avoiding)}


def repeated(graph: Graph, loop: ast.AST) -> set[ast.AST]:
    """Return the nodes of a loop from which control can get back to its head, by exceptions too."""
    heads = graph.heads.get(loop, [])
    return {step.node for step in before(graph, heads, with_exceptions, _Outside(heads))}


class _Outside:
    """The steps of a graph that belong to none of some loops."""

    def __init__(self, heads: list[Step]) -> None:
        self._heads = heads

    def __contains__(self, step: object) -> bool:
        return isinstance(step, Step) and not any(step.is_in(head) for head in self._heads)


def _reversed(graph: Graph, edges: Edges) -> Edges:
    return lambda step: [earlier for earlier in graph.predecessors[step] if step in edges(earlier)]


def longest(graph: Graph, lengths: Mapping[Step, float]) -> list[Step]:
    """Return the longest way from the entry, by the lengths of its steps, in order; no loop is gone through again."""
    best: dict[Step, float] = {}
    previous: dict[Step, Step] = {}
    for step in graph.steps:
        earlier = [p for p in graph.predecessors[step] if p.index < step.index]
        if earlier:
            previous[step] = max(earlier, key=best.__getitem__)
        best[step] = (best[previous[step]] if earlier else 0.0) + lengths.get(step, 0.0)
    way = [max(graph.steps, key=best.__getitem__)]
    while way[-1] in previous:
        way.append(previous[way[-1]])
    return way[::-1]


# Dominating


class Dominators:
    """Which steps lie on every way from a root to others."""

    def __init__(self, root: Step, edges: Edges, reverse: Edges) -> None:
        """Work out the tree of immediate dominators, and number it.

        Args:
            root: The step that the ways begin at.
            edges: The edges that the ways follow.
            reverse: The same edges in the other direction.
        """
        order = reverse_postorder(root, lambda step: iter(edges(step)))
        self._places = {step: number for number, step in enumerate(order)}
        nearest = self._nearest(order, reverse)
        self._sizes = dict.fromkeys(order, 1)
        for step in reversed(order[1:]):
            self._sizes[nearest[step]] += self._sizes[step]
        # What a step dominates has the numbers from its own on.
        self._numbers, free = {root: 0}, {root: 1}
        for step in order[1:]:
            above = nearest[step]
            self._numbers[step], free[step] = free[above], free[above] + 1
            free[above] += self._sizes[step]

    def __contains__(self, step: object) -> bool:
        return step in self._places

    def dominates(self, first: Step, second: Step) -> bool:
        """Whether every way from the root to `second` passes `first`; both are reached."""
        return 0 <= self._numbers[second] - self._numbers[first] < self._sizes[first]

    def _nearest(self, order: Sequence[Step], reverse: Edges) -> dict[Step, Step]:
        """The immediate dominator of each step: the last other one that every way to it passes."""
        nearest = {order[0]: order[0]}
        changed = True
        while changed:
            changed = False
            for step in order[1:]:
                known = (earlier for earlier in reverse(step) if earlier in nearest)
                common = reduce(partial(self._common, nearest), known)
                changed = changed or nearest.get(step) is not common
                nearest[step] = common
        return nearest

    def _common(self, nearest: Mapping[Step, Step], one: Step, other: Step) -> Step:
        places = self._places
        while one is not other:
            if places[one] > places[other]:
                one = nearest[one]
            else:
                other = nearest[other]
        return one


def dominators(graph: Graph) -> Dominators:
    """Return which steps lie on every way from the entry to others, exceptions included."""
    return Dominators(graph.entry, with_exceptions, graph.predecessors.__getitem__)


def deciding(graph: Graph, end: Step) -> Iterator[tuple[Step, bool]]:
    """Yield the tests of which one outcome leads to a step and the other does not, unless the test is made again.

    Exceptions are left aside.

    Yields:
        The test, and whether the way leads on where it is true.
    """
    later = Dominators(end, _reversed(graph, without_exceptions), without_exceptions)
    for test in graph.steps:
        if test.action is Action.TEST and test in later:
            by_true, by_false = (
                start is not None and start in later and not later.dominates(test, start)
                for start in (test.next, test.other)
            )
            if by_true != by_false:
                yield test, by_true


# Ending


class Ends:
    """How the ways on from the steps of a graph end, the exceptions that steps raise by themselves left aside."""

    def __init__(self, graph: Graph) -> None:
        returns = {s: s.node for s in graph.steps if s.action is Action.RETURN and isinstance(s.node, ast.Return)}
        self._returns = list(returns.values())
        # Bit 0 is for a `raise`, and there is one for each `return`.
        bits = {step: 2 << number for number, step in enumerate(returns)}
        own = [bits.get(step, 0) | (step.action is Action.RAISE) for step in graph.steps]
        passing = [0 if step.action is Action.RETURN else -1 for step in graph.steps]
        self._ends = _gathered(graph, own, passing, without_exceptions)
        self._known: dict[int, frozenset[ast.Return]] = {}

    def returns(self, step: Step) -> frozenset[ast.Return]:
        """The `return` statements that can come of a step."""
        ends = self._ends[step.index] >> 1
        if ends not in self._known:
            numbered = enumerate(self._returns)
            self._known[ends] = frozenset(node for number, node in numbered if ends >> number & 1)
        return self._known[ends]

    def raises(self, step: Step) -> bool:
        """Whether a `raise` can come of a step."""
        return bool(self._ends[step.index] & 1)


# Living


class Liveness:
    """Which variables of a function are still read at which steps: what nothing reads need not be told apart."""

    def __init__(self, graph: Graph, names: Names) -> None:
        reads = [[names.home(step.scope, name) for name in _read(step)] for step in graph.steps]
        writes = [[names.home(step.scope, name) for name in _written(step)] for step in graph.steps]
        captured = {names.home(graph.function, name) for name in _captured(graph)}
        own = (v for found in (*reads, *writes) for v in found if _is_own(v, graph.function))
        mine = dict.fromkeys(variable for variable in own if variable not in captured)
        # The variables that can die, each with its bit; then for each step those that it or a later one reads.
        self._bits = {variable: 1 << number for number, variable in enumerate(mine)}
        self._live = _gathered(graph, self._sets(reads), [~kills for kills in self._sets(writes)], with_exceptions)

    def is_live(self, step: Step, variable: Variable) -> bool:
        """Whether a variable is read from a step on, as far as can be told."""
        bit = self._bits.get(variable)
        return bit is None or bool(self._live[step.index] & bit)

    def dead(self, step: Step, variables: Iterable[Variable]) -> list[Variable]:
        """Those of the variables that nothing reads from a step on."""
        alive = self._live[step.index]
        return [v for v in variables if (bit := self._bits.get(v)) is not None and not alive & bit]

    def _sets(self, variables: list[list[Variable]]) -> list[int]:
        return [sum({self._bits[v] for v in found if v in self._bits}) for found in variables]


def _gathered(graph: Graph, own: Sequence[int], passing: Sequence[int], edges: Edges) -> list[int]:
    """For each step the bits of its own, and those of the steps after it that it lets pass."""
    found = [0] * len(graph.steps)
    changed = True
    while changed:
        changed = False
        for step in reversed(graph.steps):
            after = 0
            for following in edges(step):
                after |= found[following.index]
            here = own[step.index] | (after & passing[step.index])
            if here != found[step.index]:
                found[step.index] = here
                changed = graph.has_loops
    return found


def _is_own(variable: Variable, function: Body) -> bool:
    scope, _ = variable
    return scope.node is function or scope.is_comprehension


def _read(step: Step) -> Iterator[str]:
    node = step.node
    if isinstance(node, ast.Name) and step.action in (Action.EVALUATE, Action.DELETE):
        yield node.id
    elif isinstance(node, ast.Raise) and node.exc is None:
        yield HANDLED


def _written(step: Step) -> Iterator[str]:
    node = step.node
    if step.action is Action.STORE and isinstance(node, ast.Name):
        yield node.id


def _captured(graph: Graph) -> Iterator[str]:
    """Names that functions and classes inside may read or write at any time."""
    inner = {step.node for step in graph.steps if isinstance(step.node, Inner) and step.node is not graph.function}
    for node in inner:
        yield from (part.id for part in find(ast.Name, node))
