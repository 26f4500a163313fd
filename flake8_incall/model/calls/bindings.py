"""What a step of the call graph gives to the parameters of its helper, in the values of an analysis."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeVar

from flake8_incall.model.calls.links import Link
from flake8_incall.model.code.binding import Arguments, Bound, bind, evaluated, formals
from flake8_incall.model.objects.calling import fixed_before
from flake8_incall.model.objects.references import References

V = TypeVar("V")


def handed(link: Link, node: ast.expr, values: Sequence[V]) -> Arguments[V]:
    """Return what a call hands to a helper that it calls, or that it is given itself.

    Args:
        link: The step to the helper.
        node: The call, or what is entered or iterated.
        values: The values of the arguments of the call, those by name last.
    """
    if not isinstance(node, ast.Call) or link.mention is node:
        return Arguments()
    written = evaluated(node, values)
    if link.mention is node.func:
        return written
    places = [place for place, argument in enumerate(node.args) if argument is link.mention]
    return written.behind(values[places[0]]) if places else Arguments()


def given(link: Link, arguments: Arguments[V], references: References, before: Callable[[ast.expr], V]) -> Bound[V]:
    """Return what a helper is given, with the object of a method and what `partial` has fixed.

    Args:
        link: The step to the helper.
        arguments: What the call hands to it.
        references: The module's references.
        before: The value of an expression that was evaluated before the call.
    """
    fixed = fixed_before(link.origin or link.mention, link.named, references).mapped(before)
    return bind(formals(link.helper.args), arguments.after(fixed))
