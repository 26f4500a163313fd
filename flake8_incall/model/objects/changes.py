"""Which containers are changed in place: `LIMITS["shop"] = 9`, `words.append(word)`, also under another name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.tree import FunctionNode, last_name

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_DISPLAYS = ast.Dict | ast.List | ast.Tuple | ast.Set | ast.IfExp | ast.BoolOp | ast.BinOp | ast.Starred
# A variable that is filled, and the store, call or statement that fills it.
Filling = tuple[ast.Name, ast.AST]


class Changes:
    """The containers of one module that some of its code changes, told by the names of variables and attributes.

    Two variables of one name are not told apart: what has the name of something that is changed may be changed.
    """

    def __init__(self, module: Module) -> None:
        self._index = module.index
        self._mutating = module.catalogue.members("mutates")
        self._catalogue = module.catalogue
        self._collecting = module.catalogue.members("collects")

    @cached_property
    def names(self) -> frozenset[str]:
        """The names under which something is changed in place, and all others that it may have."""
        found = {name for node in self._changed for name in self._held(node)}
        found |= {name for node in self._index.nodes(ast.Global) for name in node.names}
        aliases: dict[str, set[str]] = {}
        for name, other in self._aliases():
            aliases.setdefault(name, set()).add(other)
        pending = list(found)
        while pending:
            new = aliases.get(pending.pop(), set()) - found
            found |= new
            pending += new
        return frozenset(found)

    def may_change(self, display: ast.AST) -> bool:
        """Whether something may change what a display, or a call that makes a container, is in the beginning."""
        return not self.names.isdisjoint(self._named(display))

    @cached_property
    def fillings(self) -> dict[str, list[Filling]]:
        """By name: the variables that something is put into after they were made, and where."""
        found: dict[str, list[Filling]] = {}
        for owner in self._changed:
            parent = self._index.parents[owner]
            at: ast.AST | None = None
            match parent:
                case ast.Attribute(attr=method) if method in self._collecting:
                    at = self._index.call_of(parent)
                case ast.Subscript(ctx=ast.Store()) | ast.AugAssign():
                    at = parent
            if at is not None and isinstance(owner, ast.Name):
                found.setdefault(owner.id, []).append((owner, at))
        return found

    @cached_property
    def _changed(self) -> list[ast.expr]:
        """The expressions whose value is changed in place where they stand."""
        found = [n.value for n in self._index.nodes(ast.Subscript) if not isinstance(n.ctx, ast.Load)]
        methods = [node for node in self._index.nodes(ast.Attribute) if node.attr in self._mutating]
        # `list.insert(items, 0, word)` changes what it is given.
        calls = [call for method in methods if (call := self._index.call_of(method)) is not None]
        found += [*(method.value for method in methods), *(part for call in calls for part in call.args[:1])]
        return [*found, *(node.target for node in self._index.nodes(ast.AugAssign))]

    def _aliases(self) -> Iterator[tuple[str, str]]:
        """Pairs of names: where what has the first is changed, what has the second may be."""
        for assigned in self._index.nodes(ast.Assign):
            for target in assigned.targets:
                yield from self._pairs(self._held(target), assigned.value)
        for single in self._index.nodes(ast.AnnAssign, ast.NamedExpr):
            if single.value is not None:
                yield from self._pairs(self._held(single.target), single.value)
        for loop in self._index.nodes(ast.For, ast.comprehension):
            yield from self._pairs(self._held(loop.target), loop.iter)
        parameters = self._parameters
        for call in self._index.nodes(ast.Call):
            if (taking := parameters.get(last_name(call.func))) is not None:
                for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                    yield from self._pairs(taking, argument)

    @cached_property
    def _parameters(self) -> dict[str, list[str]]:
        """By name of a function: the names of its parameters."""
        found: dict[str, list[str]] = {}
        for function in self._index.functions:
            found.setdefault(function.name, []).extend(argument.arg for argument in every_argument(function.args))
        return found

    def _named(self, display: ast.AST) -> Iterator[str]:
        """The names that what is written down there gets."""
        for outer, _ in self._index.outward(display):
            yield from self._named_by(outer)
            if isinstance(outer, ast.stmt | ast.arguments):
                return
            if not isinstance(outer, ast.keyword | ast.Call | ast.NamedExpr | _DISPLAYS):
                return

    def _named_by(self, outer: ast.AST) -> Iterator[str]:
        """The names that a node gives to what is in it."""
        match outer:
            case ast.Assign(targets=targets):
                yield from (name for target in targets for name in self._held(target))
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.NamedExpr(target=target):
                yield from self._held(target)
            case ast.keyword(arg=str(name)):
                yield name
            case ast.Call(func=function):
                yield from self._parameters.get(last_name(function), ())
            case ast.arguments():
                yield from (argument.arg for argument in every_argument(outer))
            case ast.Return():
                around = self._index.function_around(outer)
                yield from [around.name] if isinstance(around, FunctionNode) else []

    def _held(self, node: ast.expr) -> Iterator[str]:
        """The names of what an expression is, or what it holds."""
        pending: list[ast.expr | None] = [node]
        while pending:
            match pending.pop():
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name
                case ast.Subscript(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
                    pending.append(inner)
                case ast.Call(func=function, args=arguments):
                    yield last_name(function)
                    # What a call gives may be what it was given, unless that is copied.
                    pending += [] if self._catalogue.has("copies", last_name(function)) else arguments
                case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.BoolOp(values=parts):
                    pending += parts
                case ast.Dict(values=parts):
                    pending += parts
                case ast.IfExp(body=one, orelse=other):
                    pending += [one, other]

    def _pairs(self, names: Iterator[str] | list[str], value: ast.expr) -> Iterator[tuple[str, str]]:
        held = list(self._held(value))
        return ((name, other) for name in names for other in held) if held else iter(())
