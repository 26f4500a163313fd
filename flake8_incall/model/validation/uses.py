"""Uses of parameters that were not validated."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.objects.referents import Callable
from flake8_incall.model.validation.traces import Label, Shape


@dataclass(frozen=True, slots=True)
class Use:
    """A parameter that is used unchecked.

    Attributes:
        label: The parameter.
        at: Where that is in the function: the parameter's name, or the call of a helper that it is handed to.
        call: The external call that it reaches, or `None`.
        operation: The operation that can raise, or `None`.
        shape: What carries it there, as far as that is known.
        fits: The shapes on which the operation can raise.
        raised: The exceptions that the operation lets out of the function.
        helper: The function in which that stands, if it is another.
    """

    label: Label
    at: ast.expr
    call: CallSite | None = None
    operation: ast.expr | None = None
    shape: Shape = Shape.ANY
    fits: tuple[Shape, ...] = ()
    raised: frozenset[str] = frozenset()
    helper: Callable | None = None
