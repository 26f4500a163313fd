"""1xx: raw tools, whose schema an author writes by hand (`raw_schema=`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.signature.raw_schemas import schema_faults
from flake8_incall.model.signature.written_values import WrittenValues
from flake8_incall.rules.registry import rule

_ARGUMENTS = "raw_arguments"


@rule(
    "CAL114",
    "raw tool `{function}` {fault}; {remedy}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def invalid_raw_schema(function: InCallFunction) -> Iterator[Finding]:
    """A raw tool has a schema or a signature that LiveKit or a model provider rejects.

    **Why**: LiveKit sends a raw schema as it is. Without `name` or `parameters` (`inputSchema` is the name that MCP
    uses) it raises `ValueError` at import; other faults make providers reject every request of the agent. LiveKit
    passes what the model sends as `raw_arguments` and reads the annotations of all parameters: without either every
    call fails.

    **Bad**:
    ```python
    from livekit.agents import function_tool

    @function_tool(raw_schema={"name": "open_gate", "inputSchema": {"type": "object", "properties": {}}})
    async def open_gate(raw_arguments: dict[str, object]) -> dict: ...
    ```

    **Good**:
    ```python
    from livekit.agents import function_tool

    @function_tool(raw_schema={"name": "open_gate", "parameters": {"type": "object", "properties": {}}})
    async def open_gate(raw_arguments: dict[str, object]) -> dict: ...
    ```

    **Limits**: Schemas are followed through names, `json.loads` of a literal and simple functions of the module. A
    schema from another module is not judged.
    """
    schema = function.registration.raw_schema
    if schema is None:
        return
    for found in schema_faults(function.module.fact(WrittenValues).value(schema)):
        args = {"function": function.name, "fault": found.fault, "remedy": found.remedy}
        from flake8_incall.repairs.raw_tools import with_parameters_key

        yield Finding(schema, args, with_parameters_key(function, schema))
    for at, fault, remedy in _signature_faults(function):
        args = {"function": function.name, "fault": fault, "remedy": remedy}
        from flake8_incall.repairs.raw_tools import with_raw_annotation

        yield Finding(at, args, with_raw_annotation(function, at))


def _signature_faults(function: InCallFunction) -> Iterator[tuple[ast.AST, str, str]]:
    if function.apparent.interface is not function.node:
        return
    by_name = [parameter for parameter in function.parameters if not parameter.is_positional_only]
    if not any(parameter.name == _ARGUMENTS or parameter.stars == "**" for parameter in by_name):
        fault = f"takes no `{_ARGUMENTS}`, so every call fails"
        yield function.node, fault, f"add `{_ARGUMENTS}: dict[str, object]`"
    for parameter in function.parameters:
        if parameter.node.annotation is None:
            instead = "dict[str, object]" if parameter.name == _ARGUMENTS else "RunContext"
            is_known = parameter.name in (_ARGUMENTS, "ctx", "context")
            remedy = f"write `{parameter.name}: {instead}`" if is_known else "annotate it"
            fault = f"has the unannotated parameter `{parameter.name}`, so every call fails"
            yield parameter.node, fault, remedy
