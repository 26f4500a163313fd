"""The calls that reach outside the process, wait or block, in an in-call function and in the helpers that it reaches.

`calls(function)` gives them in the order of the source, helper by helper. A helper that is reached in two ways gives
its calls twice, each with its own chain: what holds around a call depends on the way there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Api, Effect
from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.references.arguments import Written, given, read
from flake8_incall.model.references.references import References
from flake8_incall.model.references.referents import Callable, Local, Outside, names_of

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module

_EFFECTS: frozenset[Effect] = frozenset({"network", "database", "blocking", "sleep", "task"})
_CALLABLES = FunctionNode | ast.Lambda
# Ways to a helper beyond these say nothing new, and their number doubles with each fork.
_MOST_WAYS = 64
_MOST_WAYS_TO_ONE = 4


@dataclass(frozen=True, slots=True)
class Link:
    """One step from a function to a helper that it uses.

    Attributes:
        mention: The expression that names the helper, or is it (a lambda).
        call: The call of it, where it is called and not handed on.
        caller: The function in which that stands.
        helper: The helper.
        is_in_thread: Whether it is handed to what runs it outside the event loop.
    """

    mention: ast.expr
    call: ast.Call | None
    caller: Callable
    helper: Callable
    is_in_thread: bool


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call, as reached in one way.

    Attributes:
        node: The call. For `to_thread(requests.get, url)` it is the call of `to_thread`.
        name: The qualified name of what runs: `"httpx.AsyncClient.get"`.
        api: What the catalogue says of that.
        callee: The expression that names what runs: `client.get`, `requests.get`.
        arguments: What that is called with.
        function: The in-call function from which it is reached.
        owner: The function or lambda whose body the call stands in.
        chain: The steps from the in-call function to the owner; empty for a call of its own.
        is_in_thread: Whether it, or a helper on the way to it, runs outside the event loop.
        is_awaited: Whether the call is awaited, entered or iterated asynchronously where it stands. One that is not
            may still be handed to `gather` or `wait_for`.
    """

    node: ast.Call
    name: str
    api: Api
    callee: ast.expr
    arguments: Written
    function: InCallFunction
    owner: Callable
    chain: tuple[Link, ...]
    is_in_thread: bool
    is_awaited: bool

    def has(self, *effects: Effect) -> bool:
        """Whether it does one of these things."""
        return not self.api.effects.isdisjoint(effects)

    @property
    def is_external(self) -> bool:
        """Whether it leaves the process and can hang or fail there; making a client does not."""
        return self.api.is_external

    @property
    def places(self) -> Iterator[tuple[ast.expr, Callable]]:
        """Where it stands in its owner, then where each helper on the way is named, from the inside out."""
        yield self.node, self.owner
        for link in reversed(self.chain):
            yield link.call or link.mention, link.caller


def calls(function: InCallFunction) -> list[CallSite]:
    """The calls of a function and its helpers that touch network or database, block, sleep or start a task."""
    return function.module.fact(Calls).of(function)


class Calls:
    """The calls of one module, and which of its functions uses which."""

    def __init__(self, module: Module) -> None:
        self._children = module.children
        self._parents = module.parents
        self._references: References = module.fact(References)
        self._of: dict[InCallFunction, list[CallSite]] = {}
        self._nodes: dict[Callable, list[ast.AST]] = {}
        self._links: dict[Callable, list[Link]] = {}
        self._reads: dict[Callable, dict[str, list[ast.Name]]] = {}
        self._uses: dict[tuple[Callable, str], dict[Binding, list[ast.Name]]] = {}
        self._found: dict[Callable, list[_Found]] = {}

    def of(self, function: InCallFunction) -> list[CallSite]:
        """The call sites that a function reaches."""
        if function not in self._of:
            self._of[function] = list(self._reached(function))
        return self._of[function]

    def ways(self, function: InCallFunction) -> Iterator[tuple[Callable, tuple[Link, ...]]]:
        """The function itself, and the helpers that it reaches, each with the steps to it."""
        pending: list[tuple[Callable, tuple[Link, ...]]] = [(function.node, ())]
        counts: dict[Callable, int] = {}
        left = _MOST_WAYS
        while pending and left:
            owner, chain = pending.pop()
            if counts.get(owner, 0) >= _MOST_WAYS_TO_ONE:
                continue
            counts[owner] = counts.get(owner, 0) + 1
            left -= 1
            yield owner, chain
            passed = {function.node, *(link.helper for link in chain)}
            pending += [(link.helper, (*chain, link)) for link in self.links(owner) if link.helper not in passed][::-1]

    def nodes(self, owner: Callable) -> list[ast.AST]:
        """The nodes of a function in source order, without what stands inside functions in it."""
        if owner not in self._nodes:
            self._nodes[owner] = list(_own_nodes(owner, self._children))
        return self._nodes[owner]

    def reads(self, owner: Callable, name: str) -> list[ast.Name]:
        """Where a function, or one inside it, reads a name."""
        if owner not in self._reads:
            found = self._reads[owner] = {}
            for node in ast.walk(owner):
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

    def links(self, owner: Callable) -> list[Link]:
        """The helpers that a function names, in source order."""
        if owner not in self._links:
            self._links[owner] = [link for node in self.nodes(owner) for link in self._linked(node, owner)]
        return self._links[owner]

    def _reached(self, function: InCallFunction) -> Iterator[CallSite]:
        for owner, chain in self.ways(function):
            is_in_thread = any(link.is_in_thread for link in chain)
            for found in self._in(owner):
                yield CallSite(
                    node=found.node,
                    name=found.name,
                    api=found.api,
                    callee=found.callee,
                    arguments=found.arguments,
                    function=function,
                    owner=owner,
                    chain=chain,
                    is_in_thread=is_in_thread or found.is_in_thread,
                    is_awaited=self.is_awaited(found.node),
                )

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

    # Calls

    def _in(self, owner: Callable) -> list[_Found]:
        if owner not in self._found:
            nodes = (node for node in self.nodes(owner) if isinstance(node, ast.Call))
            self._found[owner] = [found for node in nodes for found in self._called(node)]
        return self._found[owner]

    def _called(self, node: ast.Call) -> Iterator[_Found]:
        names: set[str] = set()
        arguments = read(node, self._references)
        for name, api in self.apis(node.func):
            if api.name not in names and not api.effects.isdisjoint(_EFFECTS):
                names.add(api.name)
                yield _Found(node, name, api, node.func, arguments, is_in_thread=False)
            # `partial(get, url)` only keeps what to run.
            callee = given(api.runs, arguments) if api.runs is not None else "absent"
            if isinstance(callee, ast.expr) and not self._is_partial(node):
                yield from self._run(node, api, callee, names)

    def _run(self, node: ast.Call, runner: Api, callee: ast.expr, names: set[str]) -> Iterator[_Found]:
        """What `to_thread(get, url)` and `run_in_executor(None, partial(get, url))` run."""
        arguments = read(node, self._references).behind(callee)
        if isinstance(callee, ast.Call) and callee.args and self._is_partial(callee):
            function = callee.args[0]
            arguments = arguments.after(read(callee, self._references).behind(function))
            callee = function
        for name, api in self.apis(callee):
            if api.name not in names and not api.effects.isdisjoint(_EFFECTS):
                names.add(api.name)
                yield _Found(node, name, api, callee, arguments, is_in_thread=runner.in_thread)

    def apis(self, callee: ast.expr) -> list[tuple[str, Api]]:
        """What an expression can be of other modules' functions, each with its entry in the catalogue."""
        found = {
            referent.name: api
            for referent in self._references.of(callee)
            if isinstance(referent, Outside)
            and (api := self._references.catalogue.api(referent.name)) is not None
        }  # fmt: skip
        return sorted(found.items(), key=lambda item: item[0])

    def begins_task(self, node: ast.AST) -> bool:
        """Whether a node is a call that makes a task of its argument: `asyncio.create_task(...)`."""
        return isinstance(node, ast.Call) and any("task" in api.effects for _, api in self.apis(node.func))

    def _is_partial(self, node: ast.Call) -> bool:
        return "functools.partial" in names_of(self._references.of(node.func))

    # Helpers

    def _linked(self, node: ast.AST, caller: Callable) -> Iterator[Link]:
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Lambda) or self._is_no_use(node):
            return
        parent = self._parents[node]
        call = parent if isinstance(parent, ast.Call) and parent.func is node else None
        for referent in self._references.of(node):
            if isinstance(referent, Local):
                for helper in self._run_by(referent):
                    yield Link(node, call, caller, helper, is_in_thread=call is None and self._is_threaded(node))

    def _run_by(self, referent: Local) -> Iterator[Callable]:
        """What a call of it runs: the function itself, or what Python calls while an instance is made."""
        definition = referent.definition
        if isinstance(definition, _CALLABLES):
            yield definition
            return
        for ancestor in self._references.members.ancestors(definition):
            if isinstance(ancestor, ast.ClassDef):
                for method in ancestor.body:
                    if isinstance(method, FunctionNode) and method.name in ("__init__", "__post_init__"):
                        yield method

    def _is_no_use(self, node: ast.expr) -> bool:
        """Whether it is stored to, or only given another name: what that name is used for counts."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return True
        parent = self._parents[node]
        return isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr)

    def _is_threaded(self, node: ast.expr) -> bool:
        """Whether a mention is handed to what runs it outside the event loop, as it is or in a `partial`."""
        parent = self._parents[node]
        if isinstance(parent, ast.Call) and self._is_partial(parent):
            node, parent = parent, self._parents[parent]
        if isinstance(parent, ast.keyword):
            parent = self._parents[parent]
        if not isinstance(parent, ast.Call) or parent.func is node:
            return False
        return any(api.in_thread for _, api in self.apis(parent.func))


@dataclass(frozen=True, slots=True)
class _Found:
    """A call in a function, whatever the way there."""

    node: ast.Call
    name: str
    api: Api
    callee: ast.expr
    arguments: Written
    is_in_thread: bool


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
