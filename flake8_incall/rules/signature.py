"""1xx: the signature. One bad signature breaks every turn of a LiveKit agent, with a misleading error."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Span, listed
from flake8_incall.model.calls.discovery import Misfit, discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.sites import Site
from flake8_incall.model.calls.toolsets import clashes
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.rules.registry import rule

_ACCEPTED_BY_PROVIDERS = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_DICT_NAMES = frozenset({"builtins.dict", "typing.Dict"})


@rule(
    "CAL101",
    "{what} is not an async function; define it with `async def {name}`",
    on=(InCallFunction, Misfit),
    profiles=("contract", "livekit"),
    fix="safe",
)
def not_async(subject: InCallFunction | Misfit) -> Iterator[Finding]:
    """The function is not `async def`.

    **Why**: A plain `def` blocks the event loop until it returns, so every call served by the process is silent.
    LiveKit rejects lambdas, classes and `functools.partial` on the first turn. `livekit` allows a plain `def`, which
    LiveKit supports.

    **Bad**:
    ```python
    def opening_hours(ctx: RunContext) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    if isinstance(subject, Misfit):
        yield Finding(subject.at, {"what": subject.what, "name": "..."})
    elif isinstance(subject.node, ast.FunctionDef) and subject.options.profile != "livekit":
        from flake8_incall.repairs.signature import as_coroutine

        yield Finding(subject.node, {"what": f"`{subject.name}`", "name": subject.name}, as_coroutine(subject))


@rule(
    "CAL105",
    "parameter `{parameter}` has no type annotation, which breaks the tool schema and every model turn; annotate it",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def unannotated_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter has no type annotation.

    **Why**: LiveKit registers the tool at start-up, but raises `KeyError` when it builds the schema on every turn: four
    attempts, four seconds, and a misleading connection error.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext, weekday="Monday") -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: str = "Monday") -> dict: ...
    ```
    """
    interface = function.interface
    if interface is None:
        return
    context = interface.misread_context
    for parameter in interface.parameters:
        if parameter.node.annotation is None and not parameter.stars and parameter is not context:
            from flake8_incall.repairs.signature import with_annotation

            yield Finding(parameter.node, {"parameter": parameter.name}, with_annotation(function, parameter))


@rule(
    "CAL106",
    "`{name}` {fault}; use `-> dict`",
    on=InCallFunction,
    profiles=("contract",),
    fix="safe",
)
def non_dict_annotation(function: InCallFunction) -> Iterator[Finding]:
    """The return annotation is missing or is not `dict`.

    **Why**: The contract is a dict with a `status`. The annotation is what type checkers, reviewers and the
    platform hold the body against.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> str: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    interface = function if function.registration.is_raw else function.interface
    if interface is None:
        return
    if interface.returns is None:
        args = {"name": function.name, "fault": "has no return annotation"}
        from flake8_incall.repairs.signature import with_dict_returned

        yield Finding(function.node, args, with_dict_returned(function))
    elif not all(_is_dict(part) for part in interface.returns.alternatives()):
        annotation = interface.node.returns or interface.node
        args = {"name": function.name, "fault": f"is annotated `-> {ast.unparse(annotation)}`"}
        from flake8_incall.repairs.signature import with_dict_returned

        yield Finding(annotation, args, with_dict_returned(function))


@rule(
    "CAL107",
    "{what}, so the model has no parameters to fill; list them explicitly",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def variadic_parameters(function: InCallFunction) -> Iterator[Finding]:
    """LiveKit sees `*args` or `**kwargs` in the signature.

    **Why**: LiveKit makes a parameter called `args` or `kwargs` of it, and the call fails or nests what the model
    sends. A decorator whose wrapper lacks `functools.wraps` has the same effect: LiveKit sees the wrapper's
    signature.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext, **options: str) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: str) -> dict: ...
    ```

    **Limits**: Of decorators, only those of the same module are followed.
    """
    hiding = None if function.registration.is_raw else function.apparent.hiding_wrapper
    if hiding is not None:
        decorator = f"decorator `{function.apparent.hidden_by}`"
        what = f"{decorator} hides the signature of `{function.name}` (`{hiding.name}` lacks `functools.wraps`)"
        yield Finding(_hiding_decorator(function), {"what": what})
    interface = function.interface
    for parameter in interface.parameters if interface else ():
        if parameter.stars:
            what = f"`{function.name}` takes `{parameter.stars}{parameter.name}`"
            from flake8_incall.repairs.signature import without_unread

            yield Finding(parameter.node, {"what": what}, without_unread(function, parameter))


@rule(
    "CAL108",
    "{parameters} of `{name}` cannot be passed by keyword, as LiveKit does, so every call fails; remove the `/`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def positional_only_parameters(function: InCallFunction) -> Iterator[Finding]:
    """The function has positional-only parameters.

    **Why**: LiveKit passes every argument, the context too, by its name. The schema is built and the model calls
    the tool, and each call ends in an error.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: str, /) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: str) -> dict: ...
    ```
    """
    parameters = function.interface.parameters if function.interface else []
    unusable = [parameter for parameter in parameters if parameter.is_positional_only]
    if unusable:
        module = function.module
        place = Span(module.start(unusable[0].node), module.end(unusable[-1].node))
        names = listed(parameter.name for parameter in unusable)
        from flake8_incall.repairs.signature import with_keywords_allowed

        yield Finding(place, {"name": function.name, "parameters": names}, with_keywords_allowed(function))


@rule(
    "CAL109",
    "parameter `{parameter}` {consequence}; rename it",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def invalid_parameter_name(function: InCallFunction) -> Iterator[Finding]:
    """A parameter name cannot be used in the tool schema.

    **Why**: LiveKit makes a pydantic model of the signature. A field must not begin with an underscore, and a few
    names belong to the model itself: most of them break every turn, `model_extra` and `model_fields_set`
    are worse, since the function is called with another value than the model sent.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext, _weekday: str) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext, weekday: str) -> dict: ...
    ```
    """
    for parameter in function.interface.inputs if function.interface else ():
        fix = None
        if parameter.name.startswith("_"):
            from flake8_incall.repairs.signature import without_underscore

            fix = without_underscore(function, parameter)
            consequence = "starts with an underscore, which breaks the tool schema and every model turn"
        elif parameter.name in ("model_extra", "model_fields_set"):
            consequence = "shadows a pydantic model attribute, so the value sent by the model is lost"
        elif parameter.name in function.module.catalogue.members("is-reserved"):
            consequence = "shadows a pydantic model attribute, which breaks the tool schema and every model turn"
        elif parameter.name == "self" and parameter.is_keyword_only:
            consequence = "collides with LiveKit's own `self` argument, so every call fails"
        else:
            continue
        yield Finding(parameter.node, {"parameter": parameter.name, "consequence": consequence}, fix)


@rule(
    "CAL110",
    "tool name `{name}` is already used on line {line}, so {consequence}; rename one of the two",
    on=Module,
    profiles=("contract", "livekit"),
)
def duplicate_tool_name(module: Module) -> Iterator[Finding]:
    """Two in-call functions of one scope share a tool name.

    **Why**: LiveKit raises `ValueError` when both are given to one agent, before the first word is spoken. Tools land
    in one agent when a class or its bases have them, or one list. In a module of the platform a name is used once:
    the second definition replaces the first, or the two cannot be offered together; `livekit` leaves that alone.

    **Bad**:
    ```python
    from livekit.agents import RunContext, function_tool

    @function_tool
    async def hours(ctx: RunContext) -> dict: ...

    @function_tool(name="hours")
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```

    **Limits**: Functions of different classes, of different functions, and those in branches of an `if`, may well be
    used apart: they are left alone. Bases and lists of other modules are not seen.
    """
    reported: set[ast.AST] = set()
    for clash in clashes(module):
        reported.add(clash.second.node)
        args = _taken(module, clash.second.name, clash.first.at, "LiveKit rejects the agent")
        yield Finding(clash.second.at, args)
    if module.options.profile == "livekit":
        return
    first: dict[str, InCallFunction] = {}
    for function in module.fact(discover).functions:
        if function.has_certain_name and module.parents[function.node] is module.tree:
            other = first.setdefault(function.tool_name, function)
            if other is not function and function.node not in reported:
                is_replaced = other.name == function.name
                consequence = "this definition replaces that one" if is_replaced else "no agent can have both"
                yield Finding(function.node, _taken(module, function.tool_name, other.node, consequence))


def _taken(module: Module, name: str, other: ast.AST, consequence: str) -> dict[str, str]:
    return {"name": name, "line": str(module.start(other).line), "consequence": consequence}


@rule(
    "CAL111",
    '`{name}` is a generator, so the model gets an "invalid output" error; collect the values and return one dict',
    on=(ast.Yield, ast.YieldFrom),
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def generator_function(site: Site) -> Iterator[Finding]:
    """The function is a generator.

    **Why**: Calling it runs nothing and hands LiveKit a generator object, which it cannot send to the model.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        yield {"status": "success"}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    if site.is_own:
        from flake8_incall.repairs.signature import with_returns_for_yields

        yield Finding(site.function.node, {"name": site.function.name}, with_returns_for_yields(site.function))


@rule(
    "CAL113",
    "tool name `{name}` {fault}, so model providers reject the request; {remedy}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def invalid_tool_name(function: InCallFunction) -> Iterator[Finding]:
    """Model providers reject the tool name.

    **Why**: Providers take letters from a to z, digits, `_` and `-`, at most 64 of them. LiveKit passes any name on,
    and the provider then refuses every request of the agent.

    **Bad**:
    ```python
    async def öffnungszeiten(ctx: RunContext) -> dict: ...
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict: ...
    ```
    """
    name = function.tool_name
    if function.registration.is_raw or not function.has_certain_name or _ACCEPTED_BY_PROVIDERS.fullmatch(name):
        return
    too_long = len(name) > 64 and _ACCEPTED_BY_PROVIDERS.fullmatch(name[:64]) is not None
    fault = f"has {len(name)} characters" if too_long else "contains characters other than a-z, A-Z, 0-9, `_` and `-`"
    remedy = "use at most 64" if too_long else "use only these"
    place = function.registration.name_node or function.node
    from flake8_incall.repairs.signature import with_accepted_name

    yield Finding(place, {"name": name, "fault": fault, "remedy": remedy}, with_accepted_name(function))


def _hiding_decorator(function: InCallFunction) -> ast.expr | FunctionNode:
    """The decorator that hides a function's signature; the function where the decorator has another name here."""
    for decorator in function.node.decorator_list:
        maker = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(maker, ast.Name) and maker.id == function.apparent.hidden_by:
            return decorator
    return function.node


def _is_dict(part: Type) -> bool:
    if part.kind is TypeKind.DICT:
        return part.name in _DICT_NAMES
    return part.kind in (TypeKind.TYPED_DICT, TypeKind.UNKNOWN, TypeKind.UNRESOLVED)
