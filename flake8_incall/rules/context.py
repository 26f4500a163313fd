"""1xx: the context parameter, by which LiveKit and the platform hand a function the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity, listed
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.signature.type_tree import TypeKind
from flake8_incall.rules.registry import rule


@rule(
    "CAL102",
    "`{name}` has no `ctx: RunContext` parameter; add it as the first parameter",
    on=InCallFunction,
    profiles=("contract",),
    fix="safe",
)
def missing_context(function: InCallFunction) -> Iterator[Finding]:
    """The function has no `RunContext` parameter.

    **Why**: The platform calls every in-call function with the context first; without the parameter the call
    fails, or the caller's first value lands in the wrong place.

    **Bad**:
    ```python
    from livekit.agents import function_tool

    @function_tool
    async def opening_hours(weekday: str) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    interface = function.interface
    if interface is None or interface.misread_context:
        return
    if not any(_may_be_context(parameter) for parameter in interface.parameters):
        from flake8_incall.repairs.signature import with_context

        yield Finding(function.node, {"name": function.name}, with_context(function))


@rule(
    "CAL103",
    "`{parameter}: RunContext` {fault}; make `ctx: RunContext` the first parameter",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def misplaced_context(function: InCallFunction) -> Iterator[Finding]:
    """The `RunContext` parameter is not first, or is not named `ctx`.

    **Why**: The platform's rule is `ctx: RunContext` first. LiveKit itself finds the parameter by its type, the
    platform and its readers find it by place and name.

    **Bad**:
    ```python
    async def opening_hours(weekday: str, ctx: RunContext) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    interface = function.interface
    if interface is None or not interface.contexts:
        return
    context = interface.contexts[0]
    if context is not interface.parameters[0]:
        fault = "is not the first parameter"
    elif context.name != "ctx":
        fault = "is not named `ctx`"
    else:
        return
    from flake8_incall.repairs.signature import with_context_first

    yield Finding(context.node, {"parameter": context.name, "fault": fault}, with_context_first(function, context))


@rule(
    "CAL104",
    "`{parameter}` is {annotated}, not LiveKit's `RunContext`, which {consequence}; annotate it as `ctx: RunContext`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def unrecognized_context(function: InCallFunction) -> Iterator[Finding]:
    """A context parameter is annotated with something other than LiveKit's `RunContext`.

    **Why**: LiveKit knows its context by the annotation only. `ctx: RunContext | None`, `Annotated[RunContext, ...]`
    or a `ctx` without annotation break the tool's schema: every turn of the model then fails, shown as a
    connection error. With `ctx: dict` or `ctx: Any` the model is asked to fill the context in. `livekit` leaves
    a `ctx: str` alone, which the model can fill.

    **Bad**:
    ```python
    from livekit.agents import RunContext, function_tool

    @function_tool
    async def opening_hours(ctx: RunContext | None) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    parameter = function.interface.misread_context if function.interface else None
    if parameter is None:
        return
    is_broken = (
        parameter.type is None or parameter.mentions_context or any(part.is_refused for part in parameter.type.parts())
    )
    broken = "breaks the tool schema and every model turn"
    from flake8_incall.repairs.signature import as_context

    yield Finding(
        parameter.node,
        {
            "parameter": parameter.name,
            "annotated": _annotated(parameter),
            "consequence": broken if is_broken else "exposes it to the model as a parameter",
        },
        as_context(function, parameter),
    )


@rule(
    "CAL112",
    "`{name}` has more than one `RunContext` parameter ({parameters}); keep only `ctx`",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def multiple_contexts(function: InCallFunction) -> Iterator[Finding]:
    """More than one parameter is annotated `RunContext`.

    **Why**: All of them receive the same object. The second one is usually a mistake: a parameter that the model should
    fill but never sees. LiveKit accepts such a tool, so `livekit` does not report it.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: RunContext) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: str) -> dict: ...
    ```
    """
    contexts = function.interface.contexts if function.interface else []
    if len(contexts) > 1:
        names = listed(parameter.name for parameter in contexts)
        args = {"name": function.name, "parameters": names}
        from flake8_incall.repairs.signature import without_unread

        yield Finding(contexts[1].node, args, without_unread(function, contexts[1]))


def _may_be_context(parameter: Parameter) -> bool:
    open_kinds = (TypeKind.CONTEXT, TypeKind.UNKNOWN, TypeKind.UNRESOLVED)
    return parameter.type is not None and parameter.type.kind in open_kinds and not parameter.stars


def _annotated(parameter: Parameter) -> str:
    if parameter.node.annotation is None or parameter.type is None:
        return "not annotated"
    # Another package's `RunContext` is spelled alike: the message has to tell them apart.
    is_lookalike = parameter.type.name.endswith(".RunContext")
    return f"annotated `{parameter.type.name if is_lookalike else ast.unparse(parameter.node.annotation)}`"
