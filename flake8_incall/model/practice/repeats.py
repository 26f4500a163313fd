"""What keeps a second call of a function from doing everything a second time.

A guard is anything that may well be one: a key that the other side knows repeated calls by, what it answers to them, a
test on the way of what was looked up before or is kept for the call.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import below, find, last_name
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.model.flow.queries import deciding
from flake8_incall.model.objects.referents import Callable
from flake8_incall.model.practice.changes import changes

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_SIGN = re.compile(
    r"idempot|dedup|duplicate|already|conflict|unique|upsert|client_?token|request[-_]?id|nonce|\bor\s+ignore\b"
    r"|insert\s+ignore|replace\s+into|merge\s+into|not\s+exists|integrityerror|check_functions_called|get_or_create",
    re.IGNORECASE,
)
_CONFLICT = 409
# What is there to be taken: once it is, it is there no more.
_TO_BE_TAKEN = re.compile(r"avail|free|open|slot|vacan|pending|draft|cart|stock|balance", re.IGNORECASE)
_LOOKING_UP = re.compile(
    r"(?:query|select|find|fetch|first|one_or_none|scalar|exists|lookup|look_up|search)(?:_|[a-z]*$)"
)
# More calls than these in one function say nothing new.
_MOST_CHANGES = 16


def unguarded_change(function: InCallFunction) -> CallSite | None:
    """The first call of a function that changes something and that nothing keeps from being made twice."""
    if function.registration.takes_care_of_duplicates:
        return None
    sites = list(islice(changes(function), _MOST_CHANGES))
    if not sites or _has_sign(function):
        return None
    guards = _Guards(function.module)
    return next((site for site in sites if not any(guards.hold(node, owner) for node, owner in site.places)), None)


def _has_sign(function: InCallFunction) -> bool:
    """Whether a word in the function or a helper speaks of repeated calls."""
    module = function.module
    owners = {owner for owner, _ in module.fact(CallGraph).ways(function)}
    return any(_is_sign(node) for owner in owners for node in _without_docstring(owner, module))


def _without_docstring(owner: Callable, module: Module) -> Iterator[ast.AST]:
    texts = {node.value for node in module.fact(Calls).nodes(owner) if isinstance(node, ast.Expr)}
    return (node for node in module.fact(Calls).nodes(owner) if node not in texts or not isinstance(node, ast.Constant))


def _is_sign(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)) | ast.Name(id=text) | ast.Attribute(attr=text) | ast.keyword(arg=str(text)):
            return _SIGN.search(text) is not None
        case ast.Constant(value=value):
            return value == _CONFLICT and not isinstance(value, bool)
    return False


class _Guards:
    """The tests on the way to calls of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._known: dict[Callable, frozenset[str]] = {}

    def hold(self, node: ast.AST, owner: Callable) -> bool:
        """Whether a test keeps a function from getting to a node again, or nothing gets there at all."""
        graph = self._module.fact(Graphs).of(owner)
        steps = graph.of_node.get(node)
        if not steps:
            return True
        tests = deciding(graph, steps[-1])
        return any(self._is_guard(test.node, owner, by_true=by_true) for test, by_true in tests)

    def _is_guard(self, test: ast.AST, owner: Callable, *, by_true: bool) -> bool:
        """Whether a test looks at what was done before.

        Args:
            test: The expression that decides.
            owner: The function it stands in.
            by_true: Whether the way goes on where it is true.
        """
        looked_at = [node for node in below(test) if self._is_of_before(node, owner)]
        if not looked_at or all(self._is_status(node) for node in looked_at):
            return False
        wanted = _wanted(test, by_true=by_true)
        if wanted is None:
            return True
        # What has to be there for the call keeps nothing from a second one, unless the first takes it away.
        name = _last_name(wanted)
        return bool(_TO_BE_TAKEN.search(name)) or name in self._stored(owner)

    def _is_of_before(self, node: ast.AST, owner: Callable) -> bool:
        match node:
            case ast.Await():
                return True
            case ast.Attribute(attr="userdata" | "user_data"):
                return True
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                return self._is_kept(attribute, owner)
            case ast.Name(id=name):
                return name in self._looked_up(owner) or self._is_kept_outside(node, owner)
            case ast.Call(func=ast.Attribute(attr=method)) if _LOOKING_UP.match(method):
                return True
            case ast.Call():
                return any(api.is_external and not api.changes for _, api in self._module.fact(Calls).apis(node.func))
        return False

    def _is_status(self, node: ast.AST) -> bool:
        parent = self._module.parents.get(node)
        return isinstance(parent, ast.Attribute) and parent.attr in self._module.catalogue.members("says-status")

    def _looked_up(self, owner: Callable) -> frozenset[str]:
        """The variables of a function that have what it looked up, or what comes from that."""
        if owner not in self._known:
            self._known[owner] = frozenset()
            # A second round for what a loop brings from its end to its beginning.
            for _ in range(2):
                found = set(self._known[owner])
                for node in self._module.fact(Calls).nodes(owner):
                    for target, value in _assigned(node):
                        if any(self._is_of_before(part, owner) for part in below(value)):
                            found |= {part.id for part in find(ast.Name, target)}
                            self._known[owner] = frozenset(found)
        return self._known[owner]

    def _is_kept(self, attribute: str, owner: Callable) -> bool:
        """Whether a method other than the constructor stores an attribute of the object."""
        around = self._module.index.class_around(owner)
        methods = around.body if around is not None else []
        return any(
            attribute in self._stored(method)
            for method in methods
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name != "__init__"
        )

    def _is_kept_outside(self, name: ast.Name, owner: Callable) -> bool:
        """Whether a name from around the function is there for calls to keep something in."""
        bindings = self._module.names.bindings_of(name)
        inside = self._module.names.scope(owner).bindings.get(name.id, [])
        kept = [b for b in bindings if b not in inside and b.kind is Kind.ASSIGNMENT]
        return any(_is_empty(b.value) for b in kept) or (bool(kept) and name.id in self._filled(owner))

    def _filled(self, owner: Callable) -> set[str]:
        """The variables whose attributes or entries a function sets."""
        nodes = (
            node for node in self._module.fact(Calls).nodes(owner) if isinstance(node, ast.Attribute | ast.Subscript)
        )
        stores = (node.value for node in nodes if isinstance(node.ctx, ast.Store | ast.Del))
        return {node.id for node in stores if isinstance(node, ast.Name)}

    def _stored(self, owner: Callable) -> set[str]:
        """The attributes, keys and variables that a function stores into, deletes, or empties."""
        mutating = self._module.catalogue.members("mutates")
        return {name for node in self._module.fact(Calls).nodes(owner) for name in _stored_by(node, mutating)}


def _wanted(test: ast.AST, *, by_true: bool) -> ast.expr | None:
    """What a test asks to be there before it lets pass; `None` for a test of another kind."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            return left if by_true else None
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return None if by_true else left
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
            return test if by_true else None
        case ast.NamedExpr(target=target):
            return target if by_true else None
    return None


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
    return last_name(node)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a node assigns to what."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            yield target, value
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield target, value


def _stored_by(node: ast.AST, mutating: Container[str]) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()) | ast.Name(id=name, ctx=ast.Del()):
            yield name
        case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store() | ast.Del()):
            yield name
        case ast.Call(func=ast.Attribute(value=owner, attr=method), args=given) if method in mutating:
            yield _last_name(owner)
            yield from _texts(given)


def _texts(nodes: Iterable[ast.expr]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_empty(node: ast.expr | None) -> bool:
    match node:
        case ast.Dict(keys=[]) | ast.List(elts=[]) | ast.Call(args=[], keywords=[]):
            return True
    return False
