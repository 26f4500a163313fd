"""2xx: annotations that mean something where LiveKit evaluates them."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.rules.registry import rule


@rule(
    "CAL206",
    "{where} of `{name}`: `{part}` cannot be resolved, which breaks the tool schema and every model turn; {remedy}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def unresolvable_annotation(function: InCallFunction) -> Iterator[Finding]:
    """An annotation cannot be resolved when LiveKit builds the tool.

    **Why**: LiveKit evaluates all annotations, that of the return and of the context too. A name that is imported
    only under `TYPE_CHECKING`, is misspelled, or belongs to a function around this one while annotations are
    text, raises `NameError`, on every turn.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def book(ctx: RunContext, day: "Day") -> dict: ...
    ```

    **Good**:
    ```python
    async def book(ctx: RunContext, day: str) -> dict: ...
    ```

    **Limits**: What a star import brings is not known, apart from that of `typing`.
    """
    interface = function.interface
    if interface is None:
        return
    places = [(f"parameter `{p.name}`", p.node, p.node.annotation, p.type) for p in interface.parameters]
    returns = interface.node.returns
    for where, at, annotation, type_ in [*places, ("return annotation", returns, returns, interface.returns)]:
        for part in type_.parts() if type_ is not None else ():
            if part.kind is TypeKind.UNRESOLVED:
                args = {"where": where, "name": function.name, "part": part.text, "remedy": _remedy(part)}
                from flake8_incall.repairs.types import with_known_name

                yield Finding(at or interface.node, args, with_known_name(interface, part, annotation))


def _remedy(part: Type) -> str:
    if part.text[:1] in "'\"":
        return "put descriptions in the docstring"
    return "import or define it outside `TYPE_CHECKING`"
