"""The control-flow graphs of a module, and what is live in them, each worked out when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_incall.model.flow.queries import Liveness
from flake8_incall.model.flow.statements import build
from flake8_incall.model.objects.references import References

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module
    from flake8_incall.model.flow.graph import Body, Graph


class Graphs:
    """The control-flow graphs of the functions and lambdas of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._built: dict[Body, Graph] = {}
        self._live: dict[Body, Liveness] = {}

    def of(self, body: Body) -> Graph:
        """Return the graph of a function or lambda."""
        if body not in self._built:
            self._built[body] = build(body, self._module.fact(References))
        return self._built[body]

    def live(self, body: Body) -> Liveness:
        """Return which variables of a function or lambda are read where."""
        if body not in self._live:
            self._live[body] = Liveness(self.of(body), self._module.names)
        return self._live[body]
