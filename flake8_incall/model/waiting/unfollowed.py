"""Waits of unknown length: code that is not followed, locks, speeches, tasks of others."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.catalogue import DANGERS, Api
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.code.tree import FunctionNode, handed_out, uncalled
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Instance, Local, Referent, names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# They wait for their arguments, or hand them back.
_TRANSPARENT = frozenset(
    {"asyncio.gather", "asyncio.shield", "asyncio.wait", "asyncio.as_completed", "asyncio.TaskGroup.create_task"}
    | {"contextlib.AsyncExitStack.enter_async_context"}
    | {"list", "tuple", "set", "map", "zip", "enumerate", "reversed", "sorted"}
)
_MAKERS = ast.Call | ast.Constant | ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Untold:
    """A wait of unknown length.

    Attributes:
        node: Where it is.
        reason: Why it is not known, as a phrase.
    """

    node: ast.expr
    reason: str


class Unfollowed:
    """Waits of unknown length in one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._references = module.fact(References)

    def of(self, owner: Callable, chain: Chain) -> list[Untold]:
        """The waits in the body of a function.

        Args:
            owner: The function.
            chain: The steps by which it is reached.
        """
        found = (wait for node in self._module.fact(Calls).nodes(owner) for wait in self._at(node, chain))
        return list({wait.node: wait for wait in found}.values())

    def decorators(self, owner: Callable) -> list[str]:
        """The decorators that may wait, or run a function again, each as a phrase."""
        decorations = self._module.fact(Decorators).of(owner)
        followed = ("transparent", "caches", "property", "manager")
        return [f"what {self._place(d.node)} adds is not followed" for d in decorations if d.kind not in followed]

    def _at(self, node: ast.AST, chain: Chain) -> Iterator[Untold]:
        match node:
            case ast.Await(value=awaited) | ast.AsyncFor(iter=awaited) | ast.comprehension(iter=awaited, is_async=1):
                yield from self._within(awaited, chain)
            case ast.AsyncWith(items=items):
                for item in items:
                    yield from self._within(item.context_expr, chain)
            case ast.Call(args=arguments) if "asyncio.TaskGroup.create_task" in self._names(node.func):
                for argument in arguments:
                    yield from self._within(argument, chain)
            case ast.Call(func=function) if self._is_of_the_project(function) and not self._is_begun(node):
                yield Untold(node, self._not_followed(node))

    def _within(self, awaited: ast.expr, chain: Chain) -> Iterator[Untold]:
        """The waits in something that is awaited, entered or iterated."""
        pending, seen = [(awaited, awaited)], {awaited}
        while pending:
            node, at = pending.pop()
            parts = self._parts(node, chain)
            if parts is None:
                reason = self._reason(node) if isinstance(node, ast.Call) else self._not_followed(node)
                if reason:
                    yield Untold(at, reason)
                continue
            is_inside = at is node and not self._is_of_a_function(node)
            for part in parts:
                if part not in seen:
                    seen.add(part)
                    pending.append((part, part if is_inside else at))

    def _parts(self, node: ast.expr, chain: Chain) -> list[ast.expr] | None:
        """The expressions whose waits are those of another; `None` where it waits itself."""
        match node:
            case ast.Call():
                passed_on = self._passed_on(node)
                return self._handed_back(node, chain) if passed_on is None else passed_on
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return elements
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
                return [element]
            case ast.Starred(value=value) | ast.NamedExpr(value=value):
                return [value]
            case ast.IfExp(body=one, orelse=other):
                return [one, other]
            case ast.BoolOp(values=values):
                return values
            case ast.Await() | ast.Constant():
                return []
        return self._makers(node, chain)

    def _makers(self, node: ast.expr, chain: Chain) -> list[ast.expr] | None:
        """The expressions that made an object; `None` where it is not known, or ends when others decide."""
        classes = {r.type.name for r in self._references.of(node) if isinstance(r, Instance)}
        is_up_to_others = self._references.catalogue.any_has("is-up-to-others", classes)
        found = [origin.node for origin in origins(node, chain, self._references)]
        made: list[ast.expr] = [part for part in found if isinstance(part, _MAKERS)]
        if not found or len(made) < len(found) or node in made:
            return None if not classes or is_up_to_others else []
        tasks = [part for part in made if isinstance(part, ast.Call) and self._passed_on(part) is not None]
        return None if is_up_to_others and not tasks else made

    def _is_of_a_function(self, node: ast.expr) -> bool:
        """Whether what is awaited in its stead stands in a function that it calls."""
        return isinstance(node, ast.Call) and self._passed_on(node) is None

    def _handed_back(self, call: ast.Call, chain: Chain) -> list[ast.expr] | None:
        """What a function of the module that is no coroutine gives to be awaited."""
        definitions = [r.definition for r in self._references.of(call.func) if isinstance(r, Local)]
        handed = [definition for definition in definitions if isinstance(definition, ast.FunctionDef | ast.Lambda)]
        if not handed or len(handed) < len(definitions):
            return None
        made = [origin.node for origin in origins(call, chain, self._references)]
        if made and call not in made and None not in made:
            return [node for node in made if node is not None]
        return [
            part
            for definition in handed
            for part in ([definition.body] if isinstance(definition, ast.Lambda) else handed_out(definition))
        ]

    def _passed_on(self, call: ast.Call) -> list[ast.expr] | None:
        """The arguments that a call waits for; `None` for a call that waits, or does not, itself."""
        for _, api in self._module.fact(Calls).apis(call.func):
            if api.bounds is not None and api.is_awaitable:
                limit = given(api.bounds, read(call, self._references))
                return [argument for argument in call.args if argument is not limit]
            if "task" in api.effects:
                return call.args
        names = map(self._module.catalogue.canonical, self._names(call.func))
        is_transparent = not _TRANSPARENT.isdisjoint(names)
        return call.args if is_transparent else None

    def _reason(self, call: ast.Call) -> str:
        """Why it is not known how long a call takes; `""` where it is, or where it is counted elsewhere."""
        function: ast.expr = call.func
        for _, api in self._module.fact(Calls).apis(function):
            if api.runs is not None:
                run = given(api.runs, read(call, self._references))
                function = run if isinstance(run, ast.expr) else function
        if isinstance(function, ast.Call) and function.args and "functools.partial" in self._names(function.func):
            function = function.args[0]
        if isinstance(function, ast.Lambda) or any(map(_is_function, self._references.of(function))):
            return ""
        apis = [api for _, api in self._module.fact(Calls).apis(function)]
        if not apis:
            return self._not_followed(function)
        return f"how long {self._place(call)} takes cannot be told" if any(map(_is_untold, apis)) else ""

    def _is_of_the_project(self, function: ast.expr) -> bool:
        """Whether a function comes from a module that is neither Python's nor a known library's."""
        names = self._names(function)
        match function:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                is_inherited = True
            case _:
                is_inherited = False
        return bool(names) and all(self._is_foreign(name, is_inherited=is_inherited) for name in names)

    def _is_begun(self, call: ast.Call) -> bool:
        """Whether a task is made of a call: only who awaits that waits."""
        return self._module.fact(Calls).begins_task(self._module.parents[call])

    def _is_foreign(self, name: str, *, is_inherited: bool) -> bool:
        """Whether it is a function of a foreign module; a class, or a method of an object that one made, is none."""
        top, *inner = name.split(".")
        is_of_class = any(part[:1].isupper() for part in (inner[-1:] if is_inherited else inner))
        known = {"builtins", *sys.stdlib_module_names, *self._module.catalogue.libraries}
        return not is_of_class and top not in known

    def _names(self, node: ast.expr) -> set[str]:
        return names_of(self._references.of(node))

    def _not_followed(self, node: ast.expr) -> str:
        return f"{self._place(node)} is not followed"

    def _place(self, node: ast.expr) -> str:
        named = uncalled(node)
        return f"`{' '.join(self._module.segment(named).split())}` of line {node.lineno}"


def _is_function(referent: Referent) -> bool:
    """Whether it is a function of the module, whose waits are counted where it is called."""
    return isinstance(referent, Local) and isinstance(referent.definition, FunctionNode | ast.Lambda)


def _is_untold(api: Api) -> bool:
    """Whether a call waits, and no timeout of the catalogue says how long."""
    is_limited = api.is_external or api.timeout is not None
    return api.waits or (not is_limited and not api.effects.isdisjoint(DANGERS))
