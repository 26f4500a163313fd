"""What stands in the bodies of functions: their nodes, where they read their variables, what their calls can be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api
from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Outside

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


class Calls:
    """What stands in the functions of one module, and what their calls can be of other modules' functions."""

    def __init__(self, module: Module) -> None:
        self._children = module.children
        self._parents = module.parents
        self._references: References = module.fact(References)
        self._nodes: dict[Callable, list[ast.AST]] = {}
        self._reads: dict[Callable, dict[str, list[ast.Name]]] = {}
        self._uses: dict[tuple[Callable, str], dict[Binding, list[ast.Name]]] = {}

    def nodes(self, owner: Callable) -> list[ast.AST]:
        """The nodes of a function in source order, without what stands inside functions in it."""
        if owner not in self._nodes:
            self._nodes[owner] = list(_own_nodes(owner, self._children))
        return self._nodes[owner]

    def reads(self, owner: Callable, name: str) -> list[ast.Name]:
        """Where a function, or one inside it, reads a name."""
        if owner not in self._reads:
            found = self._reads[owner] = {}
            for node in below(owner):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found.setdefault(node.id, []).append(node)
        return self._reads[owner].get(name, [])

    def uses(self, owner: Callable, binding: Binding) -> list[ast.Name]:
        """Where a function, or one inside it, reads what a binding gives its name."""
        key = (owner, binding.name)
        if key not in self._uses:
            found = self._uses[key] = {}
            for node in self.reads(owner, binding.name):
                for reaching in self._references.names.bindings_of(node):
                    found.setdefault(reaching, []).append(node)
        return self._uses[key].get(binding, [])

    def is_awaited(self, node: ast.expr) -> bool:
        """Whether an expression is awaited, entered with `async with`, or iterated with `async for`."""
        parent = self._parents.get(node)
        match parent:
            case ast.Await():
                return True
            case ast.withitem():
                return isinstance(self._parents.get(parent), ast.AsyncWith)
            case ast.AsyncFor():
                return parent.iter is node
            case ast.comprehension():
                return bool(parent.is_async) and parent.iter is node
        return False

    def apis(self, callee: ast.expr) -> list[tuple[str, Api]]:
        """What an expression can be of other modules' functions, each with its entry in the catalogue."""
        found = {
            referent.name: api
            for referent in self._references.of(callee)
            if isinstance(referent, Outside)
            and (api := self._references.catalogue.api(referent.name)) is not None
        }  # fmt: skip
        return sorted(found.items(), key=lambda item: item[0])

    def is_partial(self, node: ast.Call) -> bool:
        """Whether a call only keeps a function with some of its arguments: `partial(get, url)`."""
        return any(api.later and not api.in_thread for _, api in self.apis(node.func))

    def begins_task(self, node: ast.AST) -> bool:
        """Whether a node is a call that makes a task of its argument: `asyncio.create_task(...)`."""
        return isinstance(node, ast.Call) and any("task" in api.effects for _, api in self.apis(node.func))


def _own_nodes(owner: Callable, children: dict[ast.AST, list[ast.AST]]) -> Iterator[ast.AST]:
    body = [owner.body] if isinstance(owner, ast.Lambda) else owner.body
    pending: list[ast.AST] = [*reversed(body)]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.Lambda):
            pending += reversed([*node.args.defaults, *(d for d in node.args.kw_defaults if d)])
        elif isinstance(node, FunctionNode):
            pending += reversed([*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)])
        elif isinstance(node, ast.AnnAssign):
            pending += [node.value, node.target] if node.value is not None else [node.target]
        elif not isinstance(node, ast.ClassDef):
            pending += reversed(children[node])
