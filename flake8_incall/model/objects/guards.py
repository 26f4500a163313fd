"""What tests tell of a name or attribute where they hold: `isinstance(client, httpx.AsyncClient)`, class patterns."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.catalogue import TypeUse
from flake8_incall.model.code.tree import FunctionNode, last_name
from flake8_incall.model.objects.referents import (
    NOTHING,
    UNKNOWN,
    Instance,
    LocalInstance,
    Referent,
    Referents,
    is_named_only,
)

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

_BLOCKS = ("body", "orelse", "finalbody")
_LEAVES = ast.Return | ast.Raise | ast.Continue | ast.Break
# A name or a chain of attributes of one, as text.
_Path = tuple[str, ...]


class Guards:
    """The tests of one module that tell of which class an object is."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._index = references.module.index

    def narrowed(self, node: ast.Name | ast.Attribute, found: Referents) -> Referents:
        """Return what of some referents a name or attribute can be where it stands, by the tests that hold there."""
        told = self._told(node) if node.ctx.__class__ is ast.Load else NOTHING
        if not told:
            return found
        if is_named_only(found):
            # An object can be of a class that inherits from the one that is asked for.
            return found | told | UNKNOWN
        if any(self._is_among(referent, told) for referent in found):
            return frozenset(r for r in found if self._is_among(r, told) or not self._is_foreign(r))
        return found

    def _is_among(self, referent: Referent, told: Referents) -> bool:
        match referent:
            case Instance(type=use):
                return any(isinstance(other, Instance) and other.type == use for other in told)
            case LocalInstance(definition=definition):
                ancestors = {*self._references.classes.lineage(definition)}
                return any(isinstance(other, LocalInstance) and other.definition in ancestors for other in told)
        return False

    def _is_foreign(self, referent: Referent) -> bool:
        """Whether it is an object of a library's class: one of the module's or of Python's may inherit from any."""
        top = referent.type.name.partition(".")[0] if isinstance(referent, Instance) else ""
        return bool(top) and top not in sys.stdlib_module_names

    def _told(self, node: ast.Name | ast.Attribute) -> Referents:
        path = _path(node)
        if path is None or path not in self._tested:
            return NOTHING
        for outer, inner in self._index.outward(node):
            for told, classes in self._holding(outer, inner):
                if _path(told) == path and self._is_kept(told, node):
                    return self._objects(classes)
            if isinstance(outer, FunctionNode):
                break
        return NOTHING

    def pattern(self, capture: ast.MatchAs) -> Referents:
        """The objects that a pattern gives a name: `case httpx.AsyncClient() as client`."""
        return NOTHING if capture.pattern is None else self._by_pattern(capture.pattern)

    def _by_pattern(self, pattern: ast.pattern) -> Referents:
        match pattern:
            case ast.MatchClass(cls=cls):
                return self._objects(cls)
            case ast.MatchOr(patterns=patterns):
                return frozenset(r for part in patterns for r in self._by_pattern(part))
        return NOTHING

    def _objects(self, classes: ast.expr) -> Referents:
        """Objects of the classes that a test names; nothing is asked about those of builtins here."""
        known = self._references.classes
        found: set[Referent] = set()
        for name in known.named(classes):
            definition = known.definition(name)
            if definition is not None:
                found.add(LocalInstance(definition))
            elif name[:1].isalpha() and not name.startswith("builtins."):
                found.add(Instance(TypeUse(name)))
        return frozenset(found)

    @cached_property
    def _tested(self) -> frozenset[_Path]:
        """What any test asks the class of."""
        calls = (call for call in self._index.nodes(ast.Call) if _is_test(call))
        subjects = [*(call.args[0] for call in calls), *(match.subject for match in self._index.nodes(ast.Match))]
        return frozenset(path for subject in subjects if (path := _path(subject)) is not None)

    def _holding(self, outer: ast.AST, inner: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
        """What is tested, and the classes, by what holds where a part of a node is executed."""
        match outer:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if inner is not test:
                is_true = inner is outer.body or (isinstance(outer.body, list) and inner in outer.body)
                yield from _told(test, truth=is_true)
            case ast.BoolOp(op=op, values=values):
                for value in values[: values.index(inner)] if isinstance(inner, ast.expr) else []:
                    yield from _told(value, truth=isinstance(op, ast.And))
            case ast.match_case(pattern=ast.MatchClass(cls=cls) | ast.MatchAs(pattern=ast.MatchClass(cls=cls))) if (
                inner is not outer.pattern
            ):
                subject = self._index.parents[outer]
                yield from [(subject.subject, cls)] if isinstance(subject, ast.Match) else []
        for name in _BLOCKS:
            statements = getattr(outer, name, None)
            if isinstance(statements, list) and inner in statements:
                for statement in reversed(statements[: statements.index(inner)]):
                    yield from _left_behind(statement)

    def _is_kept(self, told: ast.expr, node: ast.expr) -> bool:
        """Whether what was tested is still the same where it is read."""
        one, bindings_of = _root(told), self._references.names.bindings_of
        now = bindings_of(_root(node))
        is_bound_there = isinstance(one.ctx, ast.Store)
        before = [binding for binding in now if binding.node is one] if is_bound_there else bindings_of(one)
        function = self._index.function_around(node)
        stores = [n for n in self._stores.get(last_name(told), ()) if self._index.function_around(n) is function]
        return now == before and not any(told.lineno <= store.lineno <= node.lineno for store in stores)

    @cached_property
    def _stores(self) -> dict[str, list[ast.Attribute]]:
        found: dict[str, list[ast.Attribute]] = {}
        for node in self._index.nodes(ast.Attribute):
            if isinstance(node.ctx, ast.Store):
                found.setdefault(node.attr, []).append(node)
        return found


def _left_behind(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What holds behind a statement: an `assert`, or an `if` whose body leaves."""
    match statement:
        case ast.Assert(test=test):
            yield from _told(test, truth=True)
        case ast.If(test=test, body=[*_, last], orelse=orelse) if isinstance(last, _LEAVES):
            yield from _told(test, truth=False)
            for other in orelse:
                yield from _left_behind(other)


def _told(test: ast.expr, *, truth: bool) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is tested, and the classes, where a test is true or false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _told(operand, truth=not truth)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is truth:
            for value in values:
                yield from _told(value, truth=truth)
        case ast.Call(args=[subject, classes]) if truth and _is_test(test):
            yield (subject.target if isinstance(subject, ast.NamedExpr) else subject), classes


def _is_test(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "isinstance" and len(call.args) == 2


def _path(node: ast.expr) -> _Path | None:
    names: list[str] = []
    if isinstance(node, ast.NamedExpr):
        node = node.target
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else None


def _root(node: ast.expr) -> ast.Name:
    while isinstance(node, ast.Attribute):
        node = node.value
    if not isinstance(node, ast.Name):
        raise TypeError("a guard tells of names and attributes only")
    return node
