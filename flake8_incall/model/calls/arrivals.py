"""Where the result of a call arrives, and with it an exception: where a coroutine, task or future is waited for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.links import Link
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Instance

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# A task that is given from name to name more often than this is not followed.
_DEEPEST = 4
_GROUP = "asyncio.TaskGroup"


class Arrivals:
    """Where the calls of one module give their results."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._index = module.index
        self._calls = module.fact(Calls)
        self._references = module.fact(References)

    def of_link(self, link: Link, *, is_awaitable: bool = False) -> ast.AST | None:
        """Where the result of a helper arrives in its caller.

        Args:
            link: The step to the helper.
            is_awaitable: Whether the helper gives something to be awaited, though it is no coroutine function.
        """
        if link.call is None:
            return None
        is_awaitable |= isinstance(link.helper, ast.AsyncFunctionDef)
        if isinstance(link.call, ast.Call) and link.mention not in (link.call, link.call.func):
            is_awaitable |= any(api.is_awaitable for _, api in self._calls.apis(link.call.func))
        return self.of(link.call, is_awaited=is_awaitable)

    def of(self, call: ast.expr, *, is_awaited: bool, depth: int = 0) -> ast.AST | None:
        """Where the result of a call arrives.

        Args:
            call: The call.
            is_awaited: Whether it gives an awaitable, and only who waits for that has the result.
            depth: How many names it has been given so far.

        Returns:
            The call, or the `await` or `with` for its result; the function around it where that hands the awaitable
            out; `None` where nothing waits for it, or it cannot be followed.
        """
        if not is_awaited:
            return call
        for parent, node in self._index.outward(call):
            match parent:
                case ast.Await():
                    return parent
                case ast.withitem() | ast.AsyncFor() | ast.comprehension(is_async=1):
                    return node
                case ast.Call() if not self._hands_on(parent):
                    return None
                case ast.Call(func=function) if self._is_of_group(function):
                    return self._group_around(parent)
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
                    return self._of_name(name, parent, depth)
                case ast.Return() | ast.Lambda():
                    return parent if isinstance(parent, ast.Lambda) else self._index.function_around(parent)
                case ast.stmt():
                    return None
        return None

    def _hands_on(self, call: ast.Call) -> bool:
        """Whether what a call gives is the result of an awaitable that it is given."""
        if any(k.arg == "return_exceptions" and not _is_false(k.value) for k in call.keywords):
            return False
        apis = [api for _, api in self._calls.apis(call.func)]
        return bool(apis) and all(
            api.awaits or api.awaits_all or api.enters or (api.runs is not None and api.is_awaitable) for api in apis
        )

    def _is_of_group(self, function: ast.expr) -> bool:
        return any(api.name.startswith(_GROUP) for _, api in self._calls.apis(function))

    def _group_around(self, call: ast.AST) -> ast.AST | None:
        """The task group that waits for its tasks, and raises what they raise, at its end."""
        for around, _ in self._index.outward(call):
            if isinstance(around, ast.AsyncWith):
                for item in around.items:
                    found = self._references.of(item.context_expr)
                    if any(isinstance(r, Instance) and r.type.name == _GROUP for r in found):
                        return item.context_expr
            if isinstance(around, Callable):
                return None
        return None

    def _of_name(self, name: str, statement: ast.Assign | ast.NamedExpr, depth: int) -> ast.AST | None:
        """Where what a name was given is waited for first."""
        owner = self._index.function_around(statement)
        if owner is None or depth >= _DEEPEST:
            return None
        bindings = self._module.names.scope(owner).bindings.get(name, ())
        for binding in bindings:
            if binding.value is statement.value:
                for use in self._calls.uses(owner, binding):
                    found = self.of(use, is_awaited=True, depth=depth + 1)
                    if found is not None and self._index.function_around(use) is owner:
                        return found
        return None


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
