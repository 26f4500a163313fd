"""What a helper's parameter is given on the way to it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_incall.model.calls.links import Chain, Link
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.references import References


@dataclass(frozen=True, slots=True)
class Passed:
    """What a parameter is given.

    Attributes:
        value: The expression; `None` where it is not known.
        chain: The steps to the function in which that stands.
        decorated: The function that a decorator was given, and how many of its decorators stand before that one.
    """

    value: ast.expr | None
    chain: Chain
    decorated: tuple[FunctionNode, int] | None = None


def passed(parameter: ast.arg, chain: Chain, references: References) -> Passed | None:
    """Return what a parameter is given by the steps of a way; `None` where none of them calls its function.

    Args:
        parameter: The parameter.
        chain: The steps from the in-call function to the function that has it, or to one inside that.
        references: The module's references.
    """
    arguments = references.module.parents[parameter]
    for place in range(len(chain) - 1, -1, -1):
        link = chain[place]
        if link.helper.args is arguments:
            return _given(parameter, link, chain[:place], references)
        for back in range(len(link.closure) - 1, -1, -1):
            made = link.closure[back]
            if made.helper.args is arguments:
                return _given(parameter, made, (*chain[:place], *link.closure[:back]), references)
    return None


def _given(parameter: ast.arg, link: Link, before: Chain, references: References) -> Passed:
    """What one step gives to a parameter of its helper."""
    if link.decorated is not None:
        first = [*link.helper.args.posonlyargs, *link.helper.args.args][:1]
        return Passed(None, before, decorated=link.decorated if first == [parameter] else None)
    given = bound(link.mention, link.helper, references)
    if given is None or isinstance(value := given.of(parameter.arg), str):
        return Passed(given.defaults.get(parameter.arg) if given is not None else None, before)
    return Passed(value, before)
