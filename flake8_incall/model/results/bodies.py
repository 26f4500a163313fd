"""Bodies whose `return` statements answer the model: a function's own, and those of helpers whose result it returns."""

from __future__ import annotations

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.handed_back import HandedBack
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.referents import Callable
from flake8_incall.model.results.judgements import settled_results
from flake8_incall.model.results.results import Result, results_of_helper


class Answers:
    """The results of one in-call function, each with the `return` statement that makes it.

    Attributes:
        bodies: The function and the helpers whose result it hands on as it is.
    """

    def __init__(self, function: InCallFunction) -> None:
        self._function = function
        self._module = function.module
        self._returned: dict[FunctionNode, list[Result]] = {}
        self.bodies = _bodies(function)

    def returned(self, body: FunctionNode) -> list[Result]:
        """What the `return` statements of one of the bodies hand back; nothing where that cannot be told."""
        if body is self._function.node:
            return self._function.fact(settled_results).returned
        if body not in self._returned:
            self._returned[body] = results_of_helper(self._module.fact(World), body).returned
        return self._returned[body]


def _bodies(function: InCallFunction) -> tuple[FunctionNode, ...]:
    graph = function.module.fact(CallGraph)
    found: dict[Callable, None] = {}
    pending: list[tuple[Callable, Chain]] = [(function.node, ())]
    while pending:
        body, chain = pending.pop()
        if body in found:
            continue
        found[body] = None
        calls = function.module.fact(HandedBack).of(body)
        for link in graph.links(body, chain) if calls else ():
            if link.call in calls and _is_followed(link.helper, function.module):
                pending.append((link.helper, (*chain, link)))
    return tuple(body for body in found if isinstance(body, FunctionNode))


def _is_followed(helper: Callable, module: Module) -> bool:
    """Whether what a helper gives is what its body returns, or a wrapper that is followed by itself."""
    decorators = helper.decorator_list if isinstance(helper, FunctionNode) else []
    world, graph = module.fact(World), module.fact(CallGraph)
    return all(world.is_transparent(decorator) or graph.is_wrapped(decorator) for decorator in decorators)
