"""Whether the body of a function takes a parameter for an object: by attributes that no JSON value has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of

# They ask first whether an attribute is there, or whether the value is of some class.
_ASKING = frozenset({"builtins.hasattr", "builtins.getattr", "builtins.isinstance", "builtins.callable"})


def is_used_as_object(function: InCallFunction, parameter: Parameter) -> bool:
    """Whether a function reads attributes of a parameter, or of its elements, that no JSON value has."""
    uses = list(_uses(function, parameter))
    index = function.module.index
    attributes = [parent for use in uses if isinstance(parent := index.parents[use], ast.Attribute)]
    is_object = any(a.attr not in _of_json() and isinstance(a.ctx, ast.Load) for a in attributes)
    return is_object and not any(_asks(function, use) for use in uses)


def _uses(function: InCallFunction, parameter: Parameter) -> Iterator[ast.Name]:
    """Where what the parameter is given is read, or an element of it that a loop takes."""
    module = function.module
    calls, names = module.fact(Calls), module.names
    pending = [b for b in names.scope(function.node).bindings[parameter.name] if b.node is parameter.node]
    seen: set[Binding] = set()
    while pending:
        binding = pending.pop()
        if binding in seen:
            continue
        seen.add(binding)
        for use in calls.uses(function.node, binding):
            # Something else may have taken its place, such as an object that is made of it.
            if names.bindings_of(use) == [binding]:
                yield use
                pending += _elements(function, use)


def _elements(function: InCallFunction, use: ast.Name) -> list[Binding]:
    """The variable of a loop over what is read."""
    index = function.module.index
    loop = index.parents[use]
    if (
        not isinstance(loop, ast.For | ast.comprehension)
        or loop.iter is not use
        or not isinstance(loop.target, ast.Name)
    ):
        return []
    around = index.parents[loop] if isinstance(loop, ast.comprehension) else index.function_around(loop)
    scope = function.module.names.scope(around or function.node)
    return [b for b in scope.bindings.get(loop.target.id, ()) if b.node is loop.target]


def _asks(function: InCallFunction, use: ast.Name) -> bool:
    module = function.module
    for parent, node in module.index.outward(use):
        if isinstance(parent, ast.Try | ast.TryStar) and node in parent.body and parent.handlers:
            return True
        if isinstance(parent, ast.match_case | ast.Match):
            return True
        if isinstance(parent, ast.Call) and not names_of(module.fact(References).of(parent.func)).isdisjoint(_ASKING):
            return True
        if parent is function.node:
            return False
    return False


@cache
def _of_json() -> frozenset[str]:
    return frozenset(name for kind in (str, int, float, bool, type(None), dict, list) for name in dir(kind))
