"""1xx: the context parameter, by which LiveKit and the platform hand a function the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Fix, Position, Severity, listed
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.spans import span_of
from flake8_incall.model.edits.text import inserted, replaced
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
        yield Finding(function.node, {"name": function.name}, _with_context(function))


@rule(
    "CAL103",
    "`{parameter}: RunContext` {fault}; make `ctx: RunContext` the first parameter",
    on=InCallFunction,
    profiles=("contract",),
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
        yield Finding(context.node, {"parameter": context.name, "fault": "is not the first parameter"})
    elif context.name != "ctx":
        yield Finding(context.node, {"parameter": context.name, "fault": "is not named `ctx`"})


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
    yield Finding(
        parameter.node,
        {
            "parameter": parameter.name,
            "annotated": _annotated(parameter),
            "consequence": broken if is_broken else "exposes it to the model as a parameter",
        },
        _with_annotation(function, parameter),
    )


@rule(
    "CAL112",
    "`{name}` has more than one `RunContext` parameter ({parameters}); keep only `ctx`",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
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
        yield Finding(contexts[1].node, {"name": function.name, "parameters": names})


def _may_be_context(parameter: Parameter) -> bool:
    open_kinds = (TypeKind.CONTEXT, TypeKind.UNKNOWN, TypeKind.UNRESOLVED)
    return parameter.type is not None and parameter.type.kind in open_kinds and not parameter.stars


def _annotated(parameter: Parameter) -> str:
    if parameter.node.annotation is None or parameter.type is None:
        return "not annotated"
    # Another package's `RunContext` is spelled alike: the message has to tell them apart.
    is_lookalike = parameter.type.name.endswith(".RunContext")
    return f"annotated `{parameter.type.name if is_lookalike else ast.unparse(parameter.node.annotation)}`"


def _with_context(function: InCallFunction) -> Fix | None:
    """`ctx: RunContext` before the first parameter, where `RunContext` is known and the name `ctx` is free."""
    module, arguments = function.module, function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    own = positional[int(function.is_method) :]
    is_other = function.interface is not function
    if is_other or not _knows_context(module) or any(parameter.name == "ctx" for parameter in function.parameters):
        return None
    if own:
        edit = inserted(module.start(own[0]), "ctx: RunContext, ")
    elif positional:
        edit = inserted(module.end(positional[0]), ", ctx: RunContext")
    else:
        end = span_of(module, function.node).end
        if not module.lines[end.line - 1].startswith("()", end.column):
            return None
        edit = inserted(Position(end.line, end.column + 1), "ctx: RunContext")
    return Fix((edit,), is_safe=not _is_mentioned(function))


def _is_mentioned(function: InCallFunction) -> bool:
    """Whether the file names the function elsewhere: who calls it there would have to hand over the context."""
    index = function.module.index
    return any(node.id == function.name for node in index.nodes(ast.Name)) or any(
        node.attr == function.name for node in index.nodes(ast.Attribute)
    )


def _with_annotation(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`RunContext` alone as the annotation of what is meant to be the context."""
    module, annotation = function.module, parameter.node.annotation
    # Under another name it is still to be renamed: half a repair hides that.
    is_half = parameter.name != "ctx" and function.options.profile != "livekit"
    if is_half or function.interface is not function or not _knows_context(module):
        return None
    if annotation is None:
        if parameter.name != "ctx" or parameter is not function.parameters[0]:
            # Once annotated it would be in the wrong place, or called otherwise than the contract says.
            return None
        return Fix((inserted(module.end(parameter.node), ": RunContext"),))
    return Fix((replaced(module, annotation, "RunContext"),)) if parameter.mentions_context else None


def _knows_context(module: Module) -> bool:
    return module.names.is_snippet or "RunContext" in module.names.top.bindings
