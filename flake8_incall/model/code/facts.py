"""The facts table: what is known of a subject, computed when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

Fact = TypeVar("Fact")


class Subject:
    """What facts are known of: a module, an in-call function, a control-flow graph.

    A fact is whatever a class or function makes of the subject. It is asked for by that class or function, so that
    whoever needs a fact imports it, and the subject knows none of them.
    """

    def fact(self, kind: Callable[[Self], Fact]) -> Fact:
        """Return a fact about this subject.

        Args:
            kind: The class or function that makes it: `module.fact(References)`.

        Returns:
            What `kind` made of the subject when it was first asked for.

        Raises:
            RuntimeError: The fact needs itself, directly or through others.
        """
        known: dict[Any, Any] = self.__dict__.setdefault("_facts", {})
        try:
            found: Fact = known[kind]
        except KeyError:
            known[kind] = _UNDER_WAY
            try:
                found = known[kind] = kind(self)
            except BaseException:
                del known[kind]
                raise
        if found is _UNDER_WAY:
            raise RuntimeError(f"{kind.__qualname__} needs itself")
        return found


_UNDER_WAY: Any = object()
