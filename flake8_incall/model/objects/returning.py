"""What a function of the module hands out, and whether that is all that a call of it gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode, own, uncalled
from flake8_incall.model.objects.referents import NOTHING, UNKNOWN, Constant, Container, Referents, names_of

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# Decorators under which a call, or reading an attribute, gives what the function returns.
_KEEPING = ("transparent", "caches", "property")


def besides(definition: FunctionNode, found: Referents, references: References) -> Referents:
    """Return what a call may give besides the constants and displays that a function returns.

    Args:
        definition: The function.
        found: What it returns.
        references: What the module's expressions refer to.
    """
    if not any(isinstance(referent, Constant | Container) for referent in found):
        return NOTHING
    nodes = list(own(*definition.body))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes):
        # Who goes through what is yielded gets it.
        return UNKNOWN if any(isinstance(referent, Constant) for referent in found) else NOTHING
    names = (names_of(references.of(uncalled(decorator))) for decorator in definition.decorator_list)
    if not all(_keeps(each, references) for each in names):
        return UNKNOWN
    is_bare = any(isinstance(node, ast.Return) and node.value is None for node in nodes)
    return frozenset({Constant(None)}) if is_bare or _may_go_on(definition.body) else NOTHING


def _keeps(names: set[str], references: References) -> bool:
    apis = [references.catalogue.api(name) for name in names]
    return bool(apis) and all(api is not None and api.decorator in _KEEPING for api in apis)


def _may_go_on(body: list[ast.stmt]) -> bool:
    """Whether control may get behind some statements, as far as the last of them tells."""
    match body[-1:]:
        case [ast.Return() | ast.Raise()]:
            return False
        case [ast.If(body=inner, orelse=other)]:
            return _may_go_on(inner) or _may_go_on(other)
        case [ast.With(body=inner) | ast.AsyncWith(body=inner)]:
            return _may_go_on(inner)
        case [ast.While(test=ast.Constant(value=value))]:
            return not value
        case [ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=last)]:
            ways = [[*inner, *other], *(handler.body for handler in handlers)]
            return any(map(_may_go_on, ways)) and (not last or _may_go_on(last))
        case [ast.Match(cases=cases)]:
            return not _is_whole(cases) or any(_may_go_on(case.body) for case in cases)
    return True


def _is_whole(cases: list[ast.match_case]) -> bool:
    return any(
        case.guard is None and isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern for case in cases
    )
