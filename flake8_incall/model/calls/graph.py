"""The call graph: which helpers a function runs, and how.

A helper is found under whatever name it is called, entered, iterated or handed to what runs functions: aliases, tables,
`partial`, methods, lambdas, functions that other functions make. What a parameter brings is looked up on the way by
which the function is reached, so that `run(helper)` leads to that helper and to no other. A function with a decorator
of the module is the wrapper that this puts around it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.links import Chain, Link
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode, is_stub
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.calling import fixed_before
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Definition, Local, LocalInstance, Referents, Unknown

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module

_CALLABLES = FunctionNode | ast.Lambda
_NAMING = ast.Name | ast.Attribute | ast.Subscript | ast.Lambda
# Methods that Python calls, by what is done with an instance or class.
_MAKING = ("__init__", "__post_init__")
_CALLING = ("__call__",)
_ENTERING = ("__enter__", "__exit__")
_ENTERING_ASYNC = ("__aenter__", "__aexit__")
_ITERATING = ("__iter__", "__next__")
_ITERATING_ASYNC = ("__aiter__", "__anext__")
_AWAITING = ("__await__",)
# Ways to a helper beyond these say nothing new, and their number doubles with each fork.
_MOST_WAYS = 64
_MOST_WAYS_TO_ONE = 4


@dataclass(frozen=True, slots=True)
class _Use:
    """An expression by which a function may run helpers.

    Attributes:
        mention: The expression.
        call: What runs it; `None` where it is handed on.
        is_in_thread: Whether that is outside the event loop.
        methods: The methods of an instance that are run.
    """

    mention: ast.expr
    call: ast.expr | None
    is_in_thread: bool = False
    methods: tuple[str, ...] = _CALLING


class CallGraph:
    """Which functions of one module run which."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._calls = module.fact(Calls)
        self._references: References = module.fact(References)
        self._steps: dict[Callable, dict[ast.AST, list[Link | _Use]]] = {}
        self._ways: dict[InCallFunction, list[tuple[Callable, Chain]]] = {}
        self._decorators = module.fact(Decorators)

    def ways(self, function: InCallFunction) -> list[tuple[Callable, Chain]]:
        """The function itself, and the helpers that it reaches, each with the steps to it."""
        if function not in self._ways:
            self._ways[function] = list(self._find_ways(function))
        return self._ways[function]

    def _find_ways(self, function: InCallFunction) -> Iterator[tuple[Callable, Chain]]:
        pending: list[tuple[Callable, Chain]] = [(function.node, ())]
        counts: dict[Callable, int] = {}
        left = _MOST_WAYS
        while pending and left:
            owner, chain = pending.pop()
            if counts.get(owner, 0) >= _MOST_WAYS_TO_ONE:
                continue
            counts[owner] = counts.get(owner, 0) + 1
            left -= 1
            yield owner, chain
            pending += [
                (link.helper, (*chain, link))
                for link in self.links(owner, chain)
                if not _is_passed(link, function, chain)
            ][::-1]

    def links(self, owner: Callable, chain: Chain) -> list[Link]:
        """The helpers that a function runs, in source order.

        Args:
            owner: The function.
            chain: The steps by which it is reached.
        """
        steps = [step for at in self._steps_of(owner).values() for step in at]
        return list(self._on_way(steps, owner, chain))

    def at(self, node: ast.expr, owner: Callable | ast.Expression, chain: Chain) -> list[Link]:
        """The helpers that one call, or another expression, runs or hands on."""
        if isinstance(owner, ast.Expression):
            return []
        return list(self._on_way(self._steps_of(owner).get(node, []), owner, chain))

    def is_open(self, owner: Callable) -> bool:
        """Whether the helpers that a function runs depend on the way by which it is reached."""
        return any(isinstance(step, _Use) for at in self._steps_of(owner).values() for step in at)

    def _steps_of(self, owner: Callable) -> dict[ast.AST, list[Link | _Use]]:
        """The steps from a function, by the call or other expression that makes them, in source order."""
        if owner not in self._steps:
            found = self._steps[owner] = {}
            for node in self._calls.nodes(owner):
                for use in self._uses(node):
                    steps = list(self._leading(use, owner))
                    if steps:
                        found.setdefault(self._anchor(use.mention), []).extend(steps)
        return self._steps[owner]

    def _anchor(self, mention: ast.expr) -> ast.AST:
        index = self._module.index
        return index.call_of(mention) or index.call_with(mention) or mention

    def _on_way(self, steps: list[Link | _Use], owner: Callable, chain: Chain) -> Iterator[Link]:
        for step in steps:
            yield from [step] if isinstance(step, Link) else self._through(step, owner, chain)

    def only(self, call: ast.Call) -> tuple[FunctionNode, bool] | None:
        """The one function that a call can run, if there is one, and whether the call leaves out its first argument."""
        match list(self._references.of(call.func)):
            case [Local(definition=ast.FunctionDef() | ast.AsyncFunctionDef() as definition)]:
                fixed = fixed_before(call.func, definition, self._references)
                is_plain = len(fixed.positional) <= 1 and not (fixed.keywords or fixed.spread or fixed.keyword_spread)
                if is_plain and not is_stub(definition) and not self._is_overridden(definition):
                    return definition, bool(fixed.positional)
        return None

    def _is_overridden(self, method: FunctionNode) -> bool:
        """Whether a class that inherits a method has another one of its name."""
        owner = self._module.index.owner(method)
        others = (self._module.index.owner(node) for node in self._methods_named.get(method.name, ()))
        classes = [other for other in others if other is not None and other is not owner] if owner is not None else []
        return any(owner is ancestor for other in classes for ancestor in self._references.classes.lineage(other))

    @cached_property
    def _methods_named(self) -> dict[str, list[FunctionNode]]:
        found: dict[str, list[FunctionNode]] = {}
        for node in self._module.index.functions:
            if self._module.index.owner(node) is not None:
                found.setdefault(node.name, []).append(node)
        return found

    # Uses

    def _leading(self, use: _Use, caller: Callable) -> Iterator[Link | _Use]:
        referents = self._references.of(use.mention)
        yield from self._linked(use, referents, caller, ())
        is_run = use.call is not None and any(isinstance(referent, Unknown) for referent in referents)
        if is_run and self._is_parameter(use.mention):
            yield use

    def _uses(self, node: ast.AST) -> Iterator[_Use]:
        match node:
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Lambda() if not self._is_no_use(node):
                yield self._use(node)
            case ast.Call(func=function) if not isinstance(function, _NAMING):
                yield _Use(function, node)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                methods = _ENTERING if isinstance(node, ast.With) else _ENTERING_ASYNC
                yield from (_Use(item.context_expr, item.context_expr, methods=methods) for item in items)
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated, is_async=0):
                yield _Use(iterated, iterated, methods=_ITERATING)
            case ast.AsyncFor(iter=iterated) | ast.comprehension(iter=iterated):
                yield _Use(iterated, iterated, methods=_ITERATING_ASYNC)
            case ast.Await(value=ast.expr() as value):
                yield _Use(value, value, methods=_AWAITING)

    def _use(self, node: ast.expr) -> _Use:
        call = self._module.index.call_of(node)
        return _Use(node, call) if call is not None else self._handed(node)

    def _handed(self, node: ast.expr) -> _Use:
        """A function that is an argument, or a part of one: of what runs it, or of what is not known."""
        inner, call = node, self._module.index.call_with(node)
        if call is not None and self._calls.is_partial(call):
            inner, call = call, self._module.index.call_with(call)
        if call is None:
            return _Use(node, None)
        apis = [api for _, api in self._calls.apis(call.func)]
        arguments = read(call, self._references)
        runs = any(api.runs is not None and not api.later and given(api.runs, arguments) is inner for api in apis)
        return _Use(node, call if runs else None, is_in_thread=any(api.in_thread for api in apis))

    def _is_no_use(self, node: ast.expr) -> bool:
        """Whether it is stored to, or only given another name: what that name is used for counts."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return True
        return self._module.index.is_named(node)

    def _is_parameter(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Name):
            return False
        return any(binding.kind is Kind.PARAMETER for binding in self._references.names.bindings_of(node))

    # What they lead to

    def _through(self, use: _Use, caller: Callable, chain: Chain) -> Iterator[Link]:
        """What a parameter brings, on one way."""
        for origin in origins(use.mention, chain, self._references):
            if origin.decorated is not None:
                definition, outside = origin.decorated
                yield from self._entries(use, definition, caller, origin.chain, outside)
            elif origin.node is not None and origin.node is not use.mention:
                for link in self._linked(use, self._references.of(origin.node), caller, origin.chain):
                    yield replace(link, origin=origin.node)

    def _linked(self, use: _Use, referents: Referents, caller: Callable, closure: Chain) -> Iterator[Link]:
        for referent in referents:
            if isinstance(referent, Local) and use.methods is _CALLING:
                for helper in self._run_by(referent.definition):
                    yield from self._entries(use, helper, caller, closure or self._closure(use, helper))
            elif isinstance(referent, LocalInstance) and use.call is not None:
                for helper in self._methods(referent.definition, use.methods):
                    yield from self._entries(use, helper, caller, closure)

    def _run_by(self, definition: Definition) -> Iterator[Callable]:
        """What a call of it runs: the function itself, or what Python calls while an instance is made."""
        if isinstance(definition, _CALLABLES):
            yield definition
        else:
            yield from self._methods(definition, _MAKING)

    def _methods(self, definition: ast.ClassDef, names: tuple[str, ...]) -> Iterator[FunctionNode]:
        for ancestor in self._references.classes.lineage(definition):
            if isinstance(ancestor, ast.ClassDef):
                yield from (node for node in ancestor.body if isinstance(node, FunctionNode) and node.name in names)

    def _closure(self, use: _Use, helper: Callable) -> Chain:
        """The steps by which a function was made that stands in another one."""
        if (
            not isinstance(use.mention, ast.Call | ast.Name | ast.Attribute)
            or self._module.index.function_around(helper) is None
        ):
            return ()
        return next((origin.chain for origin in origins(use.mention, (), self._references)), ())

    # Decorators

    def _entries(
        self, use: _Use, definition: Callable, caller: Callable, closure: Chain, outside: int = 0
    ) -> Iterator[Link]:
        """A function, or the wrapper that a decorator of the module has put around it."""
        wrapped = self._wrapped(definition, outside) if isinstance(definition, FunctionNode) else []
        for wrapper, made in wrapped:
            yield Link(use.mention, use.call, caller, wrapper, use.is_in_thread, made)
        if wrapped:
            return
        call = use.call
        if call is None and isinstance(use.mention, ast.Attribute) and self._references.members.is_property(definition):
            call = use.mention
        yield Link(use.mention, call, caller, definition, use.is_in_thread, closure)

    def _wrapped(self, definition: FunctionNode, outside: int) -> list[tuple[Callable, Chain]]:
        """The wrappers around a function, behind some of its decorators, each with the steps by which it is made."""
        for place, decorator in enumerate(definition.decorator_list[outside:], outside):
            if wrappers := self._decorators.read(decorator).wrappers:
                before, around = self._configured(decorator), (definition, place + 1)
                return [
                    (found.function, (*before, Link(decorator, decorator, found.maker, found.maker, decorated=around)))
                    for found in wrappers
                ]
        return []

    def _configured(self, decorator: ast.expr) -> Chain:
        """The steps by which a decorator was made: `@retried(times=3)`."""
        if not isinstance(decorator, ast.Call):
            return ()
        return next((origin.chain for origin in origins(decorator, (), self._references)), ())

    def is_wrapped(self, decorator: ast.expr) -> bool:
        """Whether a decorator is followed: the wrapper that it makes is the helper that a function runs."""
        return bool(self._decorators.read(decorator).wrappers)


def _is_passed(link: Link, function: InCallFunction, chain: Chain) -> bool:
    """Whether a way has come through a helper before."""
    return link.helper is function.node or any(link.helper is before.helper for before in chain)
