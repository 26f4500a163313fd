"""5xx, sealed: what code does to objects that are not its own, and arguments that open a side door."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.code.module import Module
from flake8_incall.model.gate.exposure import Exposure
from flake8_incall.rules.registry import rule


@rule(
    "CAL526",
    "{what} {fault}",
    on=Module,
    profiles=("gate",),
)
def external_mutation(module: Module) -> Iterator[Finding]:
    """Code modifies an object that it did not create: a module, class, parameter or the call context.

    **Why**: One process serves many calls. Code that replaces a module function or the session's model runs later, in
    other callers' calls.

    **Bad**:
    ```python
    def listen(ctx, spy) -> None:
        ctx.session.llm.chat = spy
    ```

    **Good**:
    ```python
    class Basket:
        def __init__(self) -> None:
            self.total = 0

    def remember(ctx, order_id: str) -> int:
        basket = Basket()
        basket.total = 12
        ctx.userdata["order_id"] = order_id
        return basket.total
    ```

    **Limits**: Items can be set in any list or dict that does not lead to the context or to an import; items
    of `userdata` are the function's own. What a method of an object changes is not seen.
    """
    from flake8_incall.model.gate.ownership import Ownership

    ownership = Ownership(module)
    for attribute in module.index.nodes(ast.Attribute):
        what = f"`{module.segment(attribute)[:60]}`"
        if isinstance(attribute.ctx, ast.Load):
            if ownership.takes_method(attribute):
                fault = "is an unbound method, which can modify any object; call it on an instance"
                yield Finding(attribute, {"what": what, "fault": fault})
            elif attribute.attr == "register" and module.fact(Exposure).qualified_names(attribute.value):
                fault = "modifies a third-party class; subclass it instead"
                yield Finding(attribute, {"what": what, "fault": fault})
        elif not ownership.is_own(attribute.value):
            fault = "modifies an object that the function did not create; use a local variable"
            yield Finding(attribute, {"what": what, "fault": fault})
    for item in module.index.nodes(ast.Subscript):
        if not isinstance(item.ctx, ast.Load) and ownership.is_host(item.value):
            what = f"`{module.segment(item)[:60]}`"
            yield Finding(item, {"what": what, "fault": "modifies host state"})
    for statement in module.index.nodes(ast.Global):
        names = ", ".join(statement.names)
        fault = "modifies module state, which is shared by all calls; return the value instead"
        yield Finding(statement, {"what": f"`global {names}`", "fault": fault})


@rule(
    "CAL528",
    "{what} {fault}",
    on=Module,
    profiles=("gate",),
)
def unsafe_argument(module: Module) -> Iterator[Finding]:
    """An argument of an allowed call opens a file, a socket or a private address.

    **Why**: `cert=` reads a file, `uds=` connects to a local socket, and a private address reaches the host's network.
    Clients must therefore be created with literal arguments.

    **Bad**:
    ```python
    import httpx

    def client_for(options: dict):
        return httpx.AsyncClient(timeout=5.0, **options)

    METADATA = "http://169.254.169.254/latest/meta-data/"
    ```

    **Good**:
    ```python
    import httpx

    def client_for(seconds: float):
        return httpx.AsyncClient(timeout=seconds, verify=True, base_url="https://api.example.com")
    ```

    **Limits**: An address that is put together while the function runs is not seen here, nor is a public name
    that resolves to a private address.
    """
    from flake8_incall.model.gate.addresses import inside_addresses
    from flake8_incall.model.gate.doors import door_faults

    for node, what, fault in door_faults(module):
        yield Finding(node, {"what": what, "fault": fault})
    for node, address in inside_addresses(module):
        fault = "is a file or private-network address; only public hosts are allowed"
        yield Finding(node, {"what": f"`{address}`", "fault": fault})
