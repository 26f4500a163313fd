"""The steps by which in-call code gets from one function to the next."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.referents import Callable


@dataclass(frozen=True, slots=True)
class Link:
    """One step from a function to a helper that it runs.

    Attributes:
        mention: The expression that names the helper, or is it (a lambda).
        call: The expression that runs it: its call, that of what runs functions (`to_thread(helper)`), or what is
            entered or iterated; `None` where it is handed on, to be run at a time that is not known.
        caller: The function in which that stands.
        helper: The helper.
        is_in_thread: Whether it runs outside the event loop.
        closure: The steps by which the helper was made, where another function has made it.
        decorated: The function that a wrapper was put around, and how many of its decorators are outside the wrapper.
        origin: The expression behind a parameter that names the helper.
    """

    mention: ast.expr
    call: ast.expr | None
    caller: Callable
    helper: Callable
    is_in_thread: bool = False
    closure: tuple[Link, ...] = ()
    decorated: tuple[FunctionNode, int] | None = None
    origin: ast.expr | None = None

    @property
    def place(self) -> ast.expr:
        """Where the helper runs in its caller, or where it is handed on."""
        return self.call or self.mention

    @property
    def makes_object(self) -> bool:
        """Whether the helper makes an instance of a class, which is what the call gives."""
        return getattr(self.helper, "name", "") in ("__init__", "__post_init__")

    @property
    def named(self) -> Callable:
        """The function that is called by its name: of a wrapper, the one that it was put around."""
        made = self.closure[-1] if self.closure else None
        return made.decorated[0] if made is not None and made.decorated is not None else self.helper


# The steps from an in-call function to one of its helpers.
Chain = tuple[Link, ...]
