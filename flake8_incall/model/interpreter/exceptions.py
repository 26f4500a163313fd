"""Which handler takes which exception."""

from __future__ import annotations

import ast

from flake8_incall.model.interpreter.state import Raised
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.objects.classes import NO_IDEA
from flake8_incall.model.objects.handling import Handling

# What a program raises counts as an `Exception`: whoever handles that handles everything here.
_TAKERS = ast.ExceptHandler | ast.withitem
_GROUPS = frozenset({"builtins.ExceptionGroup", "builtins.BaseExceptionGroup"})
_EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})


def divided(world: World, node: ast.AST, raised: Raised) -> tuple[Raised | None, Raised | None]:
    """Divide what is under way between a handler or manager and those behind it: what it gets, and what passes it."""
    is_star = isinstance(world.module.parents.get(node), ast.TryStar)
    if is_star and not raised.types.isdisjoint(_GROUPS):
        # What is in a group is not followed: a part may be for this handler, and a part for others.
        return raised, raised
    # Behind a handler of `except*`, the rest of a group may be under way.
    handled = world.module.fact(Handling).taken(node) if isinstance(node, _TAKERS) else NO_IDEA
    return caught(world, handled, raised)


def caught(world: World, handled: frozenset[str], raised: Raised) -> tuple[Raised | None, Raised | None]:
    """Divide what is under way between a handler and those behind it.

    Args:
        world: The module.
        handled: The types that the handler names.
        raised: What is under way.

    Returns:
        What the handler can get, and what can pass it; `None` for nothing.
    """
    if not handled:
        return None, raised
    if not raised.types:
        taken = raised if "?" in handled or handled & _EVERYTHING else Raised(handled)
        return taken, None if handled & _EVERYTHING else raised
    taken_types, passed_types = set(), set()
    for type_ in raised.types:
        ancestors = world.classes.ancestors(type_)
        if not handled.isdisjoint(ancestors):
            taken_types.add(type_)
        elif "?" in handled or "?" in ancestors:
            taken_types.add(type_)
            passed_types.add(type_)
        else:
            passed_types.add(type_)
    return (
        Raised(frozenset(taken_types)) if taken_types else None,
        Raised(frozenset(passed_types)) if passed_types else None,
    )
