"""6xx: the asynchronous client of a library for its blocking one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode, find
from flake8_incall.model.edits.arguments import awaited, is_awaitable_place
from flake8_incall.model.edits.statements import wrapped
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.waiting.timeouts import State, Timeouts
from flake8_incall.repairs.limits import seconds
from flake8_incall.repairs.naming import named
from flake8_incall.repairs.placing import is_local

_CLIENT = "client"
# Arguments of `httpx.get` that are for the client, not for a request of it.
_OF_CLIENT = frozenset({"verify", "cert", "proxy", "proxies", "trust_env", "mounts"})


def with_async_client(site: CallSite, function: InCallFunction) -> Fix | None:
    """Use a library's asynchronous client, whose methods and exceptions are those of the blocking one."""
    call, module = site.node, function.module
    home, _, kind = site.api.twin.rpartition(".")
    if not isinstance(call.func, ast.Attribute) or kind != "AsyncClient" or not site.api.name.startswith(f"{home}."):
        return None
    if site.api.name == f"{home}.{call.func.attr}":
        return _in_client(site, function)
    return module.fact(_Clients).of(call.func.value, site) if isinstance(call.func.value, ast.Name) else None


class _Clients:
    """The repairs of the blocking clients of a module, one for all calls of a client."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._found: dict[tuple[ast.AST, str], Fix | None] = {}

    def of(self, name: ast.Name, site: CallSite) -> Fix | None:
        """Return the repair of the client behind a name, with all its uses in the function that calls it."""
        key = (site.owner, name.id)
        if key not in self._found:
            self._found[key] = _of_client(name, site, self._module)
        return self._found[key]


def _in_client(site: CallSite, function: InCallFunction) -> Fix | None:
    """Make a request of `httpx.get` with a client of its own."""
    call, module = site.node, function.module
    statement, client = module.index.statement(call), named(site.api.twin, call, module)
    is_plain = isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return)
    is_for_request = all(keyword.arg is not None and keyword.arg not in _OF_CLIENT for keyword in call.keywords)
    if client is None or not is_plain or not is_for_request or is_local(module, call, _CLIENT):
        return None
    lacks = function.module.fact(Timeouts).of(site).state is State.MISSING
    limit = f"timeout={seconds(function, site.api.timeout.default if site.api.timeout else None)}" * lacks
    around = wrapped(module, statement, statement, f"async with {client.text}({limit}) as {_CLIENT}:")
    if around is None or not isinstance(call.func, ast.Attribute):
        return None
    method = replaced(module, call.func.value, _CLIENT)
    return Fix((*client.edits, *around, *awaited(module, call), method), is_safe=False)


def _of_client(name: ast.Name, site: CallSite, module: Module) -> Fix | None:
    """Make a client of the function an asynchronous one, and await all its requests."""
    owner, bindings = site.owner, module.names.bindings_of(name)
    made = _maker(bindings[0].node, name.id, module) if len(bindings) == 1 else None
    if made is None or not isinstance(owner, FunctionNode) or not module.index.is_inside(made, owner):
        return None
    client, parent = named(site.api.twin, made, module), module.parents[made]
    edits = list(_used(name.id, owner, module))
    if client is None or None in edits:
        return None
    known = [edit for edit in edits if edit is not None]
    if isinstance(parent, ast.withitem):
        around = module.parents[parent]
        if not isinstance(around, ast.With) or len(around.items) > 1:
            return None
        known.append(inserted(module.start(around), "async "))
    return Fix((*client.edits, replaced(module, made.func, client.text), *known), is_safe=False)


def _maker(node: ast.AST, name: str, module: Module) -> ast.Call | None:
    """The call that makes a client, by the binding of its name."""
    statement = module.index.statement(node)
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Call() as made):
            return made
        case ast.With(items=[ast.withitem(context_expr=ast.Call() as made, optional_vars=ast.Name(id=bound))]):
            return made if bound == name else None
    return None


def _used(name: str, owner: FunctionNode, module: Module) -> Iterator[Edit | None]:
    """What is to be changed where a client is used; `None` for a use that cannot be awaited."""
    for use in find(ast.Name, owner):
        if use.id != name or not isinstance(use.ctx, ast.Load):
            continue
        attribute = module.parents[use]
        call = module.index.call_of(attribute) if isinstance(attribute, ast.Attribute) else None
        if call is None or not isinstance(attribute, ast.Attribute) or not is_awaitable_place(module, call):
            yield None
        elif attribute.attr == "close":
            yield from awaited(module, call)
            yield Edit(module.end(use), module.end(attribute), ".aclose")
        elif _is_request(call, module):
            yield from awaited(module, call)
        else:
            yield None


def _is_request(call: ast.Call, module: Module) -> bool:
    """Whether a method of a client makes a request and hands back the response, as `stream` does not."""
    is_request = any(api.twin.endswith("AsyncClient") for _, api in module.fact(Calls).apis(call.func))
    return is_request and not isinstance(module.parents[call], ast.withitem)
