"""What the project's own rules make of a module, as a dependency of its functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Span
from flake8_incall.model.dependencies.dependency import Dependency
from flake8_incall.model.dependencies.pieces import digest_of
from flake8_incall.project_rules.matching import ProjectMatches

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


def of_rules(module: Module, function: str, span: Span) -> Dependency:
    """Return what the rules find in a function: they may look at any part of the file, so it is what counts.

    Args:
        module: The module.
        function: The qualified name of the function.
        span: Where it stands.
    """
    found = module.fact(ProjectMatches).contents.get(function, [])
    return Dependency("rules", module.options.rules, span, digest_of(repr(found)))


def differing(before: Module, after: Module) -> frozenset[str]:
    """Return the functions in which the rules find something else in one text than in another."""
    old, new = before.fact(ProjectMatches).contents, after.fact(ProjectMatches).contents
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))
