"""What limits a wait from outside: `asyncio.timeout`, `wait_for`, `anyio.fail_after` around a call or its helper."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.links import Chain, Link
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.code.index import TreeIndex
from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.code.tree import FunctionNode, find, last_name, own, uncalled
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.referents import Callable, Local, names_of
from flake8_incall.model.waiting.durations import Duration, Durations

if TYPE_CHECKING:
    from flake8_incall.catalogue import Api
    from flake8_incall.model.objects.references import References

# A task that is given from name to name more often than this is not followed.
_DEEPEST = 4
# Nor are context managers in context managers.
_LONGEST_CHAIN = 12
# What waits for its arguments as they are, or only hands them back.
_TRANSPARENT = frozenset({"list", "tuple", "set", "zip", "enumerate", "reversed"})
# These end when the time comes for what awaits, and for nothing that blocks.
_AWAITING = ("asyncio.", "anyio.", "trio.", "async_timeout.")


@dataclass(slots=True)
class Limits:
    """What limits a wait.

    Attributes:
        durations: Each limit that stands around it.
        is_background: Whether nothing waits for it at all: a task that is started and left alone.
    """

    durations: list[Duration] = field(default_factory=list)
    is_background: bool = False
    _followed: set[Binding] = field(default_factory=set)

    def follow(self, bindings: list[Binding]) -> bool:
        """Whether the uses of a name were not followed before; from now on they were."""
        is_new = not self._followed.issuperset(bindings)
        self._followed.update(bindings)
        return is_new

    @property
    def is_limited(self) -> bool:
        """Whether it ends in time, or may do so for all that can be told."""
        return any(not duration.is_off for duration in self.durations)

    @property
    def seconds(self) -> float | None:
        """The shortest limit that is known."""
        known = [duration.seconds for duration in self.durations if duration.seconds is not None]
        return min(known, default=None)

    @property
    def shortest(self) -> Duration | None:
        """The limit that ends first, or the first that is switched off where none is known."""
        known = [duration for duration in self.durations if duration.seconds is not None]
        if known:
            return min(known, key=lambda duration: duration.seconds or 0.0)
        return next((duration for duration in self.durations if duration.is_off), None)


@dataclass(frozen=True, slots=True)
class _Place:
    """A function as reached in one way, and by how many names a task has been followed."""

    owner: Callable
    chain: Chain
    depth: int = 0


class Waits:
    """The limits around the places of one module."""

    def __init__(self, calls: Calls, references: References, durations: Durations) -> None:
        self._calls = calls
        self._references = references
        self._durations = durations
        self._index = references.module.index
        self._decorators = references.module.fact(Decorators)
        self._collections: dict[tuple[tuple[Binding, ...], Callable, Chain], Limits] = {}

    def around(self, site: CallSite) -> Limits:
        """What limits a call from outside, in its function and around the helpers on the way there."""
        blocks = site.has("blocking") and not site.is_in_thread
        limits = Limits()
        for back, (place, owner) in enumerate(site.places):
            chain = site.chain[: len(site.chain) - back]
            self._climb(place, owner, chain, limits, blocks=blocks)
            limits.durations += self._decorated(owner)
        self._wrapped(site.function.node, limits, blocks=blocks)
        return limits

    def around_node(self, node: ast.AST, owner: Callable, chain: Chain) -> Limits:
        """What limits the statements at a place: the contexts around it, and what stands around its function."""
        limits = Limits()
        limits.durations += self._contexts(node, owner, chain, blocks=False)
        limits.durations += self._decorated(owner)
        for back in range(len(chain)):
            link = chain[len(chain) - 1 - back]
            before = chain[: len(chain) - 1 - back]
            self._climb(link.place, link.caller, before, limits, blocks=False)
            limits.durations += self._decorated(link.caller)
        return limits

    def around_place(self, node: ast.expr, owner: Callable, chain: Chain) -> Limits:
        """What limits a coroutine in the function in which it stands, and not what stands around that."""
        limits = Limits()
        self._climb(node, owner, chain, limits, blocks=False)
        return limits

    def limits_of(self, node: ast.AST, chain: Chain) -> list[Duration]:
        """The limits that a `with` or a call such as `wait_for` sets to what is inside it."""
        if isinstance(node, ast.With | ast.AsyncWith):
            return [limit for item in node.items for limit in self._context(item, chain, blocks=False)]
        if not isinstance(node, ast.Call):
            return []
        found = (self._bound(node, api, chain) for _, api in self._calls.apis(node.func))
        return [duration for duration in found if duration is not None]

    def _climb(self, node: ast.expr, owner: Callable, chain: Chain, limits: Limits, *, blocks: bool) -> None:
        if blocks or not self._is_for_later(node):
            limits.durations += self._contexts(node, owner, chain, blocks=blocks)
        if not blocks and not self._is_plain(node):
            self._follow(node, _Place(owner, chain), limits)

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether a call is certainly one of the module's functions that gives its result at once."""
        if not isinstance(node, ast.Call):
            return False
        found = self._references.of(node.func)
        return bool(found) and all(isinstance(r, Local) and isinstance(r.definition, ast.FunctionDef) for r in found)

    def _is_for_later(self, node: ast.expr) -> bool:
        """Whether a coroutine or task is only given a name where it is made."""
        around = (outer for outer, _ in self._index.outward(node))
        parent = next(outer for outer in around if not self._calls.begins_task(outer))
        if not isinstance(parent, ast.Assign | ast.AnnAssign) or not isinstance(parent.value, ast.Call):
            return False
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return self._makes_awaitable(parent.value) and all(isinstance(target, ast.Name) for target in targets)

    def _makes_awaitable(self, node: ast.Call) -> bool:
        for referent in self._references.of(node.func):
            if isinstance(referent, Local) and isinstance(referent.definition, ast.AsyncFunctionDef):
                return True
        return any(api.is_awaitable or "task" in api.effects for _, api in self._calls.apis(node.func))

    # Contexts: `async with asyncio.timeout(5):`

    def _contexts(self, node: ast.AST, owner: Callable, chain: Chain, *, blocks: bool) -> Iterator[Duration]:
        for item in self._index.managers_around(node, owner):
            yield from self._context(item, chain, blocks=blocks)

    def _context(self, item: ast.withitem, chain: Chain, *, blocks: bool) -> Iterator[Duration]:
        node = item.context_expr
        if not isinstance(node, ast.Call):
            if isinstance(node, ast.Name) and "timeout" in node.id.lower():
                yield Duration(node)
            return
        for name, api in self._calls.apis(node.func):
            canonical = self._references.catalogue.canonical(name)
            if blocks and canonical.startswith(_AWAITING):
                continue
            if canonical == "asyncio.timeout_at":
                yield self._until(node, chain)
            elif canonical == "anyio.CancelScope":
                yield Duration(node)
            elif api.bounds is not None and (duration := self._bound(node, api, chain)) is not None:
                # `as` gives a handle by which the time can be set later.
                yield Duration(node) if item.optional_vars is not None and duration.is_off else duration
        if "timeout" in last_name(node.func) and not self._calls.apis(node.func):
            yield Duration(node)
        yield from self._own_context(node, chain, blocks=blocks)

    def _own_context(self, node: ast.Call, chain: Chain, *, blocks: bool) -> Iterator[Duration]:
        """What stands around the `yield` of a context manager of the module, or may do so in a class of one."""
        for referent in self._references.of(node.func) if len(chain) < _LONGEST_CHAIN else ():
            helper = referent.definition if isinstance(referent, Local) else None
            if isinstance(helper, FunctionNode):
                link = Link(node.func, node, helper, helper, is_in_thread=False)
                for place in (node for node in own(*helper.body) if isinstance(node, ast.Yield)):
                    yield from self._contexts(place, helper, (*chain, link), blocks=blocks)
            elif isinstance(helper, ast.ClassDef):
                called = (api for call in find(ast.Call, *helper.body) for _, api in self._calls.apis(call.func))
                yield from [Duration(node)] if any(api.bounds is not None for api in called) else []

    def _until(self, node: ast.Call, chain: Chain) -> Duration:
        """`timeout_at(loop.time() + 5)`, or with a name for that moment."""
        value = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "when"), None)
        moments = origins(value, chain, self._references) if value is not None else []
        match [moment.node for moment in moments]:
            case [ast.BinOp(op=ast.Add(), left=ast.Call(), right=right)]:
                return Duration(node, self._durations.read(right, moments[0].chain).seconds)
            case [ast.Constant(value=None) as off]:
                return Duration(off, is_off=True)
        return Duration(node)

    def _bound(self, node: ast.Call, api: Api, chain: Chain) -> Duration | None:
        """The limit that a call sets to what it waits for; `None` when it sets none."""
        if api.bounds is None:
            return None
        value = given(api.bounds, read(node, self._references))
        if isinstance(value, ast.expr):
            return self._durations.read(value, chain)
        return Duration(node) if value == "unknown" else None

    def _wrapped(self, function: Callable, limits: Limits, *, blocks: bool) -> None:
        """What the wrappers around an in-call function limit; those around its helpers are helpers themselves."""
        for decoration in self._decorators.of(function):
            for wrapper in decoration.wrappers:
                if wrapper.call is not None:
                    self._climb(wrapper.call, wrapper.function, (), limits, blocks=blocks)

    def _decorated(self, owner: Callable) -> Iterator[Duration]:
        """What limits the time of a function from around it: a decorator that says so, or may by its name."""
        for decoration in self._decorators.of(owner):
            api, node = decoration.api, decoration.node
            if api is not None and api.bounds is not None and decoration.arguments is not None:
                value = given(api.bounds, decoration.arguments)
                yield self._durations.read(value, ()) if isinstance(value, ast.expr) else Duration(node)
            elif decoration.kind in ("own", "unknown"):
                name = last_name(uncalled(node)).lower()
                if "timeout" in name or "deadline" in name:
                    yield Duration(node)

    # Where a coroutine or task is waited for: `wait_for(client.get(url), 5)`

    def _follow(self, node: ast.expr, place: _Place, limits: Limits) -> None:
        is_task = False
        for parent, current in self._index.outward(node, place.owner):
            match parent:
                case ast.Call() if parent.func is not current:
                    is_task |= self._calls.begins_task(parent)
                    if not self._handed(current, parent, place, limits):
                        return
                case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
                    self._named(parent, place, limits)
                    return
                case ast.Expr():
                    limits.is_background |= is_task
                    return
                case ast.Attribute() | ast.Await() | ast.Yield() | ast.YieldFrom() | ast.BinOp() | ast.Subscript():
                    return
                case ast.expr() | ast.keyword() | ast.comprehension():
                    continue
                case _:
                    return

    def _handed(self, current: ast.AST, call: ast.Call, place: _Place, limits: Limits) -> bool:
        """A coroutine that is an argument; whether what it is given to is waited for in its place."""
        if self._is_passed_on(call, place.chain, limits):
            return True
        if isinstance(call.func, ast.Attribute) and call.func.attr in self._references.catalogue.members("collects"):
            if isinstance(call.func.value, ast.Name):
                collected = self._of_collection(call.func.value, place)
                limits.durations += collected.durations
                limits.is_background |= collected.is_background
            else:
                limits.durations.append(Duration(call))
            return False
        helpers = [r.definition for r in self._references.of(call.func) if isinstance(r, Local)]
        for helper in helpers:
            if not isinstance(helper, ast.ClassDef):
                self._inside(helper, current, call, place, limits)
        if not helpers:
            limits.durations.append(Duration(call))
        return bool(helpers)

    def _of_collection(self, name: ast.Name, place: _Place) -> Limits:
        """What limits what is put into a collection: what is done with that."""
        bindings = self._references.names.bindings_of(name)
        key = (tuple(bindings), place.owner, place.chain)
        if key not in self._collections:
            # A collection that is put into itself adds nothing.
            limits = self._collections[key] = Limits()
            self._uses(bindings, _Place(place.owner, place.chain), limits)
        return self._collections[key]

    def _is_passed_on(self, call: ast.Call, chain: Chain, limits: Limits) -> bool:
        """Whether what is called waits for its arguments, or gives them back for others to wait for."""
        for _, api in self._calls.apis(call.func):
            if (duration := self._bound(call, api, chain)) is not None:
                limits.durations.append(duration)
            if api.bounds or api.runs or api.awaits or api.awaits_all or api.enters or "task" in api.effects:
                return True
        names = names_of(self._references.of(call.func))
        return not _TRANSPARENT.isdisjoint(map(self._references.catalogue.canonical, names))

    def _inside(self, helper: Callable, current: ast.AST, call: ast.Call, place: _Place, limits: Limits) -> None:
        """What a helper that is handed a coroutine does with it: `await with_timeout(fetch(), 5)`."""
        link = Link(call.func, call, place.owner, helper, is_in_thread=False)
        arguments = bound(call.func, helper, self._references)
        argument = current.value if isinstance(current, ast.keyword) else current
        name = arguments.taker(argument) if arguments is not None else None
        if name is None:
            limits.durations.append(Duration(call))
            return
        scope = self._references.names.scope(helper)
        bindings = [b for b in scope.bindings.get(name, ()) if isinstance(b.node, ast.arg)]
        self._uses(bindings, _Place(helper, (*place.chain, link), place.depth + 1), limits)

    def _named(self, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr, place: _Place, limits: Limits) -> None:
        """A coroutine or task with a name: what is done with it by that name."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            limits.durations.append(Duration(targets[0]))
            return
        bound = self._references.names.scope(place.owner).bindings.get(targets[0].id, ())
        self._uses([binding for binding in bound if binding.value is statement.value], place, limits)

    def _uses(self, bindings: list[Binding], place: _Place, limits: Limits) -> None:
        """The uses of a name in its function. One limit is enough; without any use nothing waits."""
        if bindings and not limits.follow(bindings):
            return
        catalogue = self._references.catalogue
        # What asks a task or a collection of tasks for something, and waits for none.
        asking = catalogue.members("peeks") | catalogue.members("collects") | catalogue.members("drops") | {"cancel"}
        is_waited_for = is_cancelled = False
        uses = {node for binding in bindings for node in self._calls.uses(place.owner, binding)}
        for node in sorted(uses, key=lambda node: (node.lineno, node.col_offset)):
            parent = self._index.parents[node]
            if isinstance(parent, ast.Attribute) and parent.attr in asking:
                is_cancelled |= parent.attr == "cancel"
                continue
            # What was cancelled ends at once for who waits for it then.
            if is_cancelled or _is_cancelled_in_turn(node, self._index):
                continue
            is_waited_for = True
            limits.durations += self._contexts(node, place.owner, place.chain, blocks=False)
            if place.depth < _DEEPEST:
                self._follow(node, _Place(place.owner, place.chain, place.depth + 1), limits)
            else:
                limits.durations.append(Duration(node))
        limits.is_background |= not is_waited_for


def _is_cancelled_in_turn(node: ast.AST, index: TreeIndex) -> bool:
    """`for task in (first, second): task.cancel()`."""
    whole = index.through(node, ast.Tuple, ast.List)
    match index.parents[whole]:
        case ast.For(target=ast.Name(id=name), iter=collection, body=body) if collection is whole:
            inside = find(ast.Attribute, *body)
            return any(part.attr == "cancel" and last_name(part.value) == name for part in inside)
    return False
