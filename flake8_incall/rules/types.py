"""2xx: the types of the parameters: what the model can be asked for, and JSON can carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flake8_incall.diagnostics import Finding, Fix, Severity
from flake8_incall.model.calls.attribute_use import is_used_as_object
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.signature.defaults import is_none, mismatch
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.options import Profile
from flake8_incall.rules.registry import rule

_CODES_IN_CONTRACT = {
    TypeKind.CLASS: "CAL201",
    TypeKind.FILE: "CAL202",
    TypeKind.FUNCTION: "CAL203",
    TypeKind.OTHER: "CAL204",
    TypeKind.INVALID: "CAL204",
}
_NOT_JSON = "is not a JSON type"
_STRING_KINDS = frozenset({TypeKind.LITERAL, TypeKind.ANY, TypeKind.UNKNOWN, TypeKind.UNRESOLVED, TypeKind.CLASS})


@rule(
    "CAL201",
    "parameter `{parameter}`: {part} is a custom class, but the model sends plain JSON; use {instead}",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def custom_class_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter has a custom class as its type: a dataclass, pydantic model, Enum or other class.

    **Why**: The platform takes `str`, `int`, `float`, `bool`, `None`, `dict` and `list`. What arrives is the JSON
    that the model wrote, not an object. `livekit` leaves dataclasses, models and Enums alone, since LiveKit
    builds them; a plain class is CAL204 there.

    **Bad**:
    ```python
    from dataclasses import dataclass
    from livekit.agents import RunContext

    @dataclass
    class Order:
        number: int

    async def cancel_order(ctx: RunContext, order: Order) -> dict: ...
    ```

    **Good**:
    ```python
    async def cancel_order(ctx: RunContext, number: int) -> dict: ...
    ```

    **Limits**: A name imported from a package that is not known can be an alias of a plain type: it is left alone
    unless the body reads attributes of the parameter that no plain type has.
    """
    yield from _findings("CAL201", function)


@rule(
    "CAL202",
    "parameter `{parameter}`: {part} is a file or path, which the model cannot send; use {instead}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def file_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter has a file object or path as its type.

    **Why**: The model cannot send a file, and in-call functions have no file system. LiveKit cannot build a schema
    for file objects; a `Path` it can, so `livekit` leaves that alone.

    **Bad**:
    ```python
    from typing import TextIO

    async def read_note(ctx: RunContext, note: TextIO) -> dict: ...
    ```

    **Good**:
    ```python
    async def read_note(ctx: RunContext, note: str) -> dict: ...
    ```
    """
    yield from _findings("CAL202", function)


@rule(
    "CAL203",
    "parameter `{parameter}`: {part} is a callable, which breaks the tool schema and every model turn; use {instead}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def callable_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter has a callable or awaitable as its type.

    **Why**: JSON carries no functions, and LiveKit's schema cannot describe one. A slip of the pen, `any` for
    `Any`, has the same effect.

    **Bad**:
    ```python
    async def look_up(ctx: RunContext, key: any) -> dict: ...
    ```

    **Good**:
    ```python
    async def look_up(ctx: RunContext, key: str) -> dict: ...
    ```
    """
    yield from _findings("CAL203", function)


@rule(
    "CAL204",
    "parameter `{parameter}`: {part} {fault}; use {instead}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def non_json_type(function: InCallFunction) -> Iterator[Finding]:
    """A parameter has a type that JSON cannot represent.

    **Why**: The model sends JSON: strings, numbers, booleans, `null`, arrays and objects. In `livekit`, only types
    without a schema are reported, because LiveKit parses dates, sets and decimals itself.

    **Bad**:
    ```python
    from datetime import date

    async def book(ctx: RunContext, day: date) -> dict: ...
    ```

    **Good**:
    ```python
    async def book(ctx: RunContext, day: str) -> dict: ...
    ```

    **Limits**: `livekit` asks the Python that runs the linter whether pydantic can read a `typing.TypedDict`
    (it can from 3.12 on).
    """
    is_livekit = function.options.profile == "livekit"
    fault = "breaks the tool schema and every model turn" if is_livekit else _NOT_JSON
    yield from _findings("CAL204", function, fault=fault)


@rule(
    "CAL205",
    "parameter `{parameter}`: {part} has non-string keys, which JSON does not support; use `dict[str, ...]`",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def non_string_dict_keys(function: InCallFunction) -> Iterator[Finding]:
    """A parameter type contains a dict with non-string keys.

    **Why**: Keys of a JSON object are texts: `{1: "a"}` arrives as `{"1": "a"}`. LiveKit turns them back, so
    `livekit` leaves them alone; the platform does not.

    **Bad**:
    ```python
    async def book(ctx: RunContext, seats: dict[int, str]) -> dict: ...
    ```

    **Good**:
    ```python
    async def book(ctx: RunContext, seats: dict[str, str]) -> dict: ...
    ```
    """
    for parameter, annotation in _typed_inputs(function):
        for part in _judged_parts(annotation, function.options.profile):
            if part.kind is TypeKind.DICT and len(part.arguments) == 2 and not _is_text(part.arguments[0]):
                args = {"parameter": parameter.name, "part": _path(function, parameter, part)}
                from flake8_incall.repairs.types import with_text_keys

                yield Finding(parameter.node, args, with_text_keys(function, parameter))


@rule(
    "CAL207",
    "parameter `{parameter}`: default `{default}` {fault}, which LiveKit does not validate; use one that matches "
    "`{annotation}`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def invalid_default(function: InCallFunction) -> Iterator[Finding]:
    """A default value does not match its annotation or is not JSON.

    **Why**: LiveKit validates what the model sends but passes defaults through unchanged, so the function gets a value
    of the wrong type only on calls where the model omits the parameter.

    **Bad**:
    ```python
    async def forecast(ctx: RunContext, days: int = "1") -> dict: ...
    ```

    **Good**:
    ```python
    async def forecast(ctx: RunContext, days: int = 1) -> dict: ...
    ```
    """
    for parameter, annotation in _typed_inputs(function):
        if parameter.default is None:
            continue
        fault = mismatch(parameter.default, annotation, function.module)
        if fault is not None:
            args = {
                "parameter": parameter.name,
                "default": function.module.segment(parameter.default),
                "fault": fault,
                "annotation": _written(function, parameter),
            }
            from flake8_incall.repairs.types import with_fitting_default

            yield Finding(parameter.node, args, with_fitting_default(function, parameter))


@rule(
    "CAL208",
    "parameter `{parameter}: {annotation} = None` is an implicit `Optional`, so the schema does not allow `null`; "
    "use `{annotation} | None`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="safe",
)
def implicit_optional(function: InCallFunction) -> Iterator[Finding]:
    """The default is `None`, but the annotation does not allow `None`.

    **Why**: The schema requires a string, the model sends `null` for an unknown value, and validation fails during the
    call. If the model omits the parameter, the function receives `None`, which its type excludes.

    **Bad**:
    ```python
    async def book(ctx: RunContext, remark: str = None) -> dict: ...
    ```

    **Good**:
    ```python
    async def book(ctx: RunContext, remark: str | None = None) -> dict: ...
    ```
    """
    for parameter, annotation in _typed_inputs(function):
        if is_none(parameter.default) and not annotation.allows_none:
            # `"int" | None` is no type: the quotes would have to go around the whole.
            args = {"parameter": parameter.name, "annotation": _written(function, parameter).strip("'\"")}
            from flake8_incall.repairs.types import with_none

            yield Finding(parameter.node, args, with_none(function, parameter))


@rule(
    "CAL209",
    "parameter `{parameter}`: {part} is too vague, and strict schemas reject it; use a type such as `list[str]`, or "
    "one parameter per field",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def vague_type(function: InCallFunction) -> Iterator[Finding]:
    """A parameter is `Any`, `object`, a `dict`, or an unparameterized `list`.

    **Why**: The model writes what the schema asks for. Where it asks for anything, it gets anything, and providers'
    strict modes refuse the schema. The contract allows `dict` and `list`, so this is asked in `strict` only.

    **Bad**:
    ```python
    async def book(ctx: RunContext, seats: list) -> dict: ...
    ```

    **Good**:
    ```python
    async def book(ctx: RunContext, seats: list[str]) -> dict: ...
    ```
    """
    for parameter, annotation in _typed_inputs(function):
        for part in _judged_parts(annotation, function.options.profile):
            is_bare_list = part.kind is TypeKind.LIST and not part.arguments
            if is_bare_list or part.kind in (TypeKind.ANY, TypeKind.DICT):
                args = {"parameter": parameter.name, "part": _path(function, parameter, part)}
                yield Finding(parameter.node, args)


def _typed_inputs(function: InCallFunction) -> Iterator[tuple[Parameter, Type]]:
    """The parameters that the model fills, with their types; those that CAL104 speaks of are left out."""
    interface = function.interface
    for parameter in interface.inputs if interface is not None else ():
        if parameter.type is not None and interface and parameter is not interface.misread_context:
            yield parameter, parameter.type


def _findings(code: str, function: InCallFunction, **args: str) -> Iterator[Finding]:
    """What one of the rules 201 to 204 has to say about the parameters."""
    profile = function.options.profile
    for parameter, annotation in _typed_inputs(function):
        for part in _judged_parts(annotation, profile):
            is_known = _code(part, profile) == code
            if is_known or (code == "CAL201" and part.name and _is_foreign_class(part, parameter, function)):
                part_args = {
                    "parameter": parameter.name,
                    "part": _path(function, parameter, part),
                    "instead": part.instead or "a JSON type such as `str`",
                }
                repair = _repair(code)
                yield Finding(parameter.node, part_args | args, repair(function, parameter))


def _repair(code: str) -> Callable[[InCallFunction, Parameter], Fix | None]:
    """Return what writes the fix of one of these rules."""
    from flake8_incall.repairs.classes import with_any, with_contents, with_plain_values
    from flake8_incall.repairs.types import with_json_type

    repairs = {
        "CAL201": with_plain_values,
        "CAL202": with_contents,
        "CAL203": with_any,
        "CAL204": with_json_type,
    }
    return repairs[code]


def _is_foreign_class(part: Type, parameter: Parameter, function: InCallFunction) -> bool:
    """Whether a name from a package that is not known is a class: the body uses an object."""
    return (
        part.kind is TypeKind.UNKNOWN and not part.name.startswith("typing.") and is_used_as_object(function, parameter)
    )


def _judged_parts(annotation: Type, profile: Profile) -> Iterator[Type]:
    """The parts of a type tree; what stands inside a faulty part is not judged again."""
    pending = [annotation]
    seen: set[int] = set()
    while pending:
        part = pending.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            if _code(part, profile) is None:
                pending.extend(reversed(part.arguments))


def _code(part: Type, profile: Profile) -> str | None:
    """The rule that a part of a type breaks, if it breaks one of 201 to 204."""
    if part.kind is TypeKind.UNRESOLVED:
        return None
    if profile == "livekit":
        if not part.is_refused:
            return None
        return {TypeKind.FILE: "CAL202", TypeKind.FUNCTION: "CAL203"}.get(part.kind, "CAL204")
    # The platform runs Python 3.12, where `typing.TypedDict` is no trouble.
    is_unusable = part.is_refused and part.kind is not TypeKind.TYPED_DICT
    return _CODES_IN_CONTRACT.get(part.kind) or ("CAL204" if is_unusable else None)


def _path(function: InCallFunction, parameter: Parameter, part: Type) -> str:
    """The annotation as written and the part in question: `Order` in `list[Order]`."""
    whole = _written(function, parameter)
    is_root = part is parameter.type and (whole.startswith(part.text) or part.kind is TypeKind.INVALID)
    return f"`{whole}`" if is_root or part.text in (whole, "...") else f"`{part.text}` in `{whole}`"


def _written(function: InCallFunction, parameter: Parameter) -> str:
    annotation = parameter.node.annotation
    return function.module.segment(annotation) if annotation is not None else ""


def _is_text(key: Type) -> bool:
    return all(
        part.kind in _STRING_KINDS or part.name in ("builtins.str", "typing.Text") for part in key.alternatives()
    )
