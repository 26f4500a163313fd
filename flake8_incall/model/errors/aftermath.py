"""What comes of an exception that a handler took: which results follow, and whether they can tell of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import below, children, find, own
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.errors.fallible import Fallible
from flake8_incall.model.errors.handlers import Function
from flake8_incall.model.flow.graph import Action, Graph
from flake8_incall.model.flow.queries import Ends, after, caught
from flake8_incall.model.objects.classes import UNKNOWN
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_INTERRUPTIONS = frozenset({"asyncio.CancelledError", "builtins.BaseException"})
_SUSPENDING = ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Yield | ast.YieldFrom
_ACTS = ast.Call | ast.AugAssign | ast.Yield | ast.YieldFrom
_JUMPS = ast.Return | ast.Break | ast.Continue | ast.Raise


class Manner(Enum):
    """What a handler does about an exception."""

    NOTHING = "nothing"  # passes, goes on, or puts a constant in the result's place
    LOGGING = "logging"  # no more than to log it
    ANSWERING = "answering"  # returns or raises
    ACTING = "acting"  # anything else


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The ways on from a handler.

    Attributes:
        returns: The `return` statements that can follow.
        raises: Whether a `raise` can follow.
        is_left: Whether some way leaves the handler without raising.
    """

    returns: frozenset[ast.Return]
    raises: bool
    is_left: bool


def manner(handler: ast.ExceptHandler, module: Module) -> Manner:
    """What a handler does, by its statements."""
    found = Manner.NOTHING
    pending: list[ast.AST] = list(handler.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Return | ast.Raise):
            return Manner.ANSWERING
        if isinstance(node, ast.Expr) and is_logging(node.value, module):
            found = Manner.LOGGING
        elif isinstance(node, ast.Call) and _sleeps(node, module):
            continue
        elif isinstance(node, _ACTS) or _is_mention(node, handler) or _is_substitute(node):
            return Manner.ACTING
        else:
            pending += children(node)
    return found


def aftermath(handler: ast.ExceptHandler | ast.withitem, graph: Graph) -> Aftermath:
    """Follow the ways on from a handler or `suppress(...)`, exceptions of later steps left aside."""
    first, ends, inside = caught(graph, handler), graph.fact(Ends), {*below(handler)}
    returns = frozenset[ast.Return]().union(*map(ends.returns, first))
    is_left = any(step.node not in inside or step.action is Action.RETURN for step in after(first))
    return Aftermath(returns, any(map(ends.raises, first)), is_left)


def succeeds(handler: ast.ExceptHandler | ast.withitem, following: Aftermath, function: InCallFunction) -> bool:
    """Whether all that can follow a handler is a result of the function with the status "success".

    What the `try` itself returns, in a loop that tries again, tells nothing of the failure before.
    """
    failures = function.module.fact(Failures)
    tried = {*below(*failures.handlers.guarded(handler))}
    told = following.returns - tried
    return bool(told) and not following.raises and told <= failures.successes(function)


def is_nothing_learnt(handler: ast.ExceptHandler, owner: Function, module: Module) -> bool:
    """Whether nothing behind a `try` can know that it failed."""
    around = module.fact(Failures).handlers.try_of(handler)
    return not around.orelse and is_nothing_known(around, owner, module)


def is_nothing_known(around: ast.AST, owner: Function, module: Module) -> bool:
    """Whether nothing behind a `try` or `with` can know whether all of its body was run."""
    tried = [*below(*getattr(around, "body", ()))]
    stored = {node.id for node in tried if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if any(isinstance(node, _JUMPS) or _is_stored_member(node) for node in tried):
        return False
    inside = {*below(around)}
    names = module.fact(Failures).names_in(owner)
    return all(node in inside for name in stored for node in names[name])


def is_for_failure(handler: ast.ExceptHandler | ast.withitem, call: Fallible, module: Module) -> bool:
    """Whether a handler is for what goes wrong, not for one answer of a database such as a row that is there."""
    handlers = module.fact(Failures).handlers
    taken = handlers.taken(handler) - {UNKNOWN}
    is_of_network = bool(taken) and "network" in call.api.effects
    return is_of_network or any(handlers.covers(taken, type_) for type_ in call.raised)


def has_cancelled(owner: Function) -> bool:
    """Whether a function cancels something itself, so that an interruption it takes up may be of its own making."""
    functions = (call.func for call in find(ast.Call, owner))
    return any(isinstance(function, ast.Attribute) and function.attr == "cancel" for function in functions)


def takes_interruption(taker: ast.ExceptHandler | ast.withitem, module: Module) -> bool:
    """Whether the cancellation of a call is taken up here, and by no handler before it."""
    handlers = module.fact(Failures).handlers
    if isinstance(taker, ast.withitem) and not is_suppressor(taker, module):
        return False
    around = handlers.try_of(taker) if isinstance(taker, ast.ExceptHandler) else module.parents[taker]
    if not any(_suspends(statement) for statement in getattr(around, "body", ())):
        return False
    if handlers.taken(taker).isdisjoint(_INTERRUPTIONS):
        return False
    before = handlers.before(taker) if isinstance(taker, ast.ExceptHandler) else []
    return all(handlers.taken(handler).isdisjoint(_INTERRUPTIONS) for handler in before)


def _suspends(statement: ast.stmt) -> bool:
    """Whether a statement gives the event loop back somewhere: a cancellation arrives nowhere else."""
    return any(
        isinstance(node, _SUSPENDING) or (isinstance(node, ast.comprehension) and bool(node.is_async))
        for node in own(statement)
    )


def is_suppressor(item: ast.withitem, module: Module) -> bool:
    """Whether it is `suppress(...)`."""
    references = module.fact(References)
    manager = written(item.context_expr, references)
    return isinstance(manager, ast.Call) and "contextlib.suppress" in names_of(references.of(manager.func))


def is_logging(node: ast.expr, module: Module) -> bool:
    """Whether an expression is a call that logs, or prints."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in module.catalogue.members("logs"):
        return True
    names = names_of(module.fact(References).of(node.func))
    return "builtins.print" in names or module.catalogue.any_has("logs", names)


def _sleeps(node: ast.Call, module: Module) -> bool:
    apis = map(module.catalogue.api, names_of(module.fact(References).of(node.func)))
    return any(api is not None and "sleep" in api.effects for api in apis)


def _is_substitute(node: ast.AST) -> bool:
    """Whether something that was known before takes the result's place: `rate = self.last_rate`."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute | ast.Subscript)


def _is_mention(node: ast.AST, handler: ast.ExceptHandler) -> bool:
    return isinstance(node, ast.Name) and handler.name is not None and node.id == handler.name


def _is_stored_member(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store)
