"""The expressions that a value comes from: through names, parameters of helpers, attributes, choices and returns.

`references` says what a value can be; this says which expression made it, so that its arguments can be read.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_incall.model.calls.links import Chain, Link
from flake8_incall.model.calls.passing import passed
from flake8_incall.model.code.scopes import Binding, Kind
from flake8_incall.model.code.tree import FunctionNode, handed_out
from flake8_incall.model.objects import sources
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Local

_MOST = 40
_LONGEST_CHAIN = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """An expression that gives a value.

    Attributes:
        node: The expression, which is no name, choice or call of an own function any more; `None` for something
            that cannot be seen.
        chain: The steps from the in-call function to the function in which it stands, as far as they are known.
        is_certain: Whether a path leads there for certain, rather than one binding of several.
        decorated: The function that a decorator was given, and how many of its decorators stand before that one.
    """

    node: ast.expr | None
    chain: Chain
    is_certain: bool = True
    decorated: tuple[FunctionNode, int] | None = None


def origins(node: ast.expr, chain: Chain, references: References) -> list[Origin]:
    """Where a value comes from.

    Args:
        node: The expression that is read.
        chain: The steps from the in-call function to the function in which it stands.
        references: The module's references.
    """
    found: list[Origin] = []
    pending = [Origin(node, chain)]
    seen: set[tuple[ast.expr | None, Chain]] = set()
    while pending:
        current = pending.pop()
        if (current.node, current.chain) in seen:
            continue
        seen.add((current.node, current.chain))
        if len(seen) > _MOST or len(current.chain) > _LONGEST_CHAIN:
            return [Origin(None, chain)]
        if current.node is None:
            found.append(current)
            continue
        before = _before(current.node, current, references)
        if before is None:
            found.append(current)
        else:
            pending += before
    return found


def _before(node: ast.expr, origin: Origin, references: References) -> list[Origin] | None:
    """What is one step nearer to where a value was made; `None` at the end of the way."""
    chain, certain = origin.chain, origin.is_certain
    match node:
        case ast.IfExp():
            return [Origin(part, chain, is_certain=False) for part in (node.body, node.orelse)]
        case ast.BoolOp():
            return [Origin(part, chain, is_certain=False) for part in node.values]
        case ast.NamedExpr() | ast.Await():
            return [Origin(node.value, chain, certain)]
        case ast.Name():
            return _named(node, origin, references)
        case ast.Call() if (returned := _returned(node, origin, references)) is not None:
            return returned
        case ast.Attribute() | ast.Subscript() | ast.Call():
            return _behind(node, origin, references)
    return None


def _named(node: ast.Name, origin: Origin, references: References) -> list[Origin] | None:
    bindings = references.names.bindings_of(node)
    if not bindings or all(binding.kind is Kind.DEFINITION for binding in bindings):
        return None
    certain = origin.is_certain and len(bindings) == 1
    return [o for b in bindings for o in _bound(b, origin.chain, references, is_certain=certain)]


def _bound(binding: Binding, chain: Chain, references: References, *, is_certain: bool) -> list[Origin]:
    if binding.kind is Kind.ASSIGNMENT and binding.value is not None:
        return [Origin(binding.value, chain, is_certain)]
    if binding.kind is Kind.CONTEXT and binding.value is not None:
        return _each(sources.of_manager(binding.value, references), chain, is_certain=is_certain)
    if binding.kind is Kind.TARGET:
        return _each(sources.of_target(binding.node, references), chain, is_certain=is_certain)
    if binding.kind is Kind.PARAMETER and isinstance(binding.node, ast.arg):
        given = passed(binding.node, chain, references)
        if given is not None:
            return [Origin(given.value, given.chain, is_certain, given.decorated)]
        return _each(sources.of_parameter(binding.node, references), chain, is_certain=is_certain)
    return [Origin(None, chain)]


def _each(expressions: sources.Expressions, chain: Chain, *, is_certain: bool) -> list[Origin]:
    return [Origin(node, chain, is_certain and len(expressions) == 1) for node in expressions]


def _behind(node: ast.expr, origin: Origin, references: References) -> list[Origin] | None:
    found = sources.behind(node, references)
    return None if found is None else _each(found, origin.chain, is_certain=origin.is_certain)


def _returned(node: ast.Call, origin: Origin, references: References) -> list[Origin] | None:
    """What an own function returns or yields."""
    found: list[Origin] = []
    for referent in references.of(node.func):
        if isinstance(referent, Local):
            helper = referent.definition
            if isinstance(helper, ast.ClassDef):
                return None
            link = Link(node.func, node, helper, helper, is_in_thread=False)
            values = [helper.body] if isinstance(helper, ast.Lambda) else list(handed_out(helper))
            found += [Origin(value, (*origin.chain, link), origin.is_certain and len(values) == 1) for value in values]
    return found or None
