"""5xx: code that comes from data: evaluation, imports, deserialisation, and access that nobody can follow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.inputs.search import Danger as Injected
from flake8_incall.model.inputs.search import Injections
from flake8_incall.model.security.dangers import Dangers
from flake8_incall.model.security.harm import Harm
from flake8_incall.model.security.imports import forbidden_imports, forbidden_modules_in
from flake8_incall.rules.registry import rule


@rule(
    "CAL503",
    "`{name}`{where} executes dynamic code; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
    once_per_function=True,
)
def dynamic_code_execution(function: InCallFunction) -> Iterator[Finding]:
    """In-call code executes dynamic code (`eval`, `exec`, and similar).

    **Why**: What a caller says reaches the function; one text too many in an `eval`, and a caller runs code in the
    worker.

    **Bad**:
    ```python
    async def total(ctx: RunContext, sum_as_text: str) -> dict:
        return {"status": "success", "total": eval(sum_as_text)}
    ```

    **Good**:
    ```python
    import ast

    async def total(ctx: RunContext, amounts: str) -> dict:
        \"\"\"Add amounts up when the caller names several.

        Args:
            amounts: The amounts as a list, such as `[1, 2.5]`.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            total = sum(ast.literal_eval(amounts))
        except (ValueError, SyntaxError, TypeError):
            return {"status": "error", "message": "These are no amounts"}
        return {"status": "success", "total": total}
    ```
    """
    advice = "write the code statically, or parse the input as data"
    for finding in _findings(function, "dynamic-code", advice=advice):
        from flake8_incall.repairs.security import evaluated

        fix = evaluated(finding.at, function.module) if isinstance(finding.at, ast.AST) else None
        yield replace(finding, fix=fix)
    for injection in function.module.fact(Injections).of(function, Injected.TEMPLATE):
        where = function.reached(is_own=injection.is_own)
        advice = f"write the template statically, and pass `{injection.parameter}` as a variable"
        yield Finding(injection.at, {"name": injection.api, "where": where, "advice": advice})


@rule(
    "CAL504",
    "`{name}`{where} imports a module dynamically; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
    once_per_function=True,
)
def dynamic_import(function: InCallFunction) -> Iterator[Finding]:
    """In-call code imports a module dynamically.

    **Why**: The first import reads and runs files while the caller waits, and a name that comes from outside lets in
    any module that is installed.

    **Bad**:
    ```python
    import importlib

    async def root(ctx: RunContext, number: float) -> dict:
        return {"status": "success", "root": importlib.import_module("math").sqrt(number)}
    ```

    **Good**:
    ```python
    import math

    async def root(ctx: RunContext, number: float) -> dict:
        \"\"\"Work out a square root when the caller asks for one.

        Args:
            number: The number, zero or more.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        if number < 0:
            return {"status": "error", "message": "The number must not be negative"}
        return {"status": "success", "root": math.sqrt(number)}
    ```
    """
    for finding in _findings(function, "dynamic-import", advice="use an `import` statement"):
        from flake8_incall.repairs.security import imported

        yield replace(finding, fix=imported(finding.at, function.module) if isinstance(finding.at, ast.AST) else None)


@rule(
    "CAL505",
    "`{name}`{where} can execute code from the data it loads; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
    once_per_function=True,
)
def unsafe_deserialization(function: InCallFunction) -> Iterator[Finding]:
    """In-call code deserializes data in a format that can execute code.

    **Why**: `pickle` and its like call whatever the bytes name. Whoever controls the bytes controls the worker.

    **Bad**:
    ```python
    import yaml

    async def settings(ctx: RunContext, text: str) -> dict:
        return {"status": "success", "settings": yaml.load(text, Loader=yaml.Loader)}
    ```

    **Good**:
    ```python
    import yaml

    async def settings(ctx: RunContext, text: str) -> dict:
        \"\"\"Read settings when the caller dictates them.

        Args:
            text: The settings, as YAML.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            found = yaml.load(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError:
            return {"status": "error", "message": "These settings cannot be read"}
        return {"status": "success", "settings": str(found)}
    ```
    """
    for finding in _findings(function, "deserialise", advice="use JSON"):
        from flake8_incall.repairs.security import with_safe_loader

        fix = with_safe_loader(finding.at, function.module) if isinstance(finding.at, ast.AST) else None
        yield replace(finding, fix=fix)


@rule(
    "CAL506",
    "`{name}`{where} {fault}; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    once_per_function=True,
)
def unanalyzable_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code uses introspection, a computed module attribute, or a method that the model names.

    **Why**: Frames, globals and `__subclasses__` lead from any object to files and processes, and so does a module
    passed as a value. Static analysis cannot follow such accesses. A method that the model names can be any method of
    the object, including those that delete or pay.

    **Bad**:
    ```python
    import math

    async def calculate(ctx: RunContext, operation: str, number: float) -> dict:
        return {"status": "success", "result": getattr(math, operation)(number)}
    ```

    **Good**:
    ```python
    import math

    OPERATIONS = {"floor": math.floor, "ceiling": math.ceil}

    async def calculate(ctx: RunContext, operation: str, number: float) -> dict:
        \"\"\"Round a number when the caller asks for it.

        Args:
            operation: Either `floor` or `ceiling`.
            number: The number to round.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        if operation not in OPERATIONS:
            return {"status": "error", "message": "I cannot do that"}
        return {"status": "success", "result": OPERATIONS[operation](number)}
    ```

    **Limits**: On objects other than modules, `getattr` with a computed name is reported where a parameter is the name,
    or its beginning, and what it gives is called. A name that was tested for membership is fine, and so is a prefix
    that is written down (`f"do_{name}"`). A dict of functions is followed, whatever key is looked up.
    """
    told: set[object] = set()
    for finding in _findings(function, "introspection", advice="access the attribute by name", fault=_UNFOLLOWED):
        told.add(finding.at)
        yield finding
    for injection in function.module.fact(Injections).of(function, Injected.METHOD):
        call = function.module.parents[injection.at]
        if call not in told:
            where = function.reached(is_own=injection.is_own)
            fault = f"calls any method that `{injection.parameter}` names"
            fields = {"name": function.module.segment(call), "where": where, "fault": fault}
            yield Finding(call, fields | {"advice": "check the name against an allow-list"})


@rule(
    "CAL507",
    "`{module}` must not be imported next to in-call functions, because {reason}; remove the import",
    on=Module,
    profiles=("contract",),
    fix="safe",
    yields_to=("CAL501", "CAL502", "CAL503", "CAL504", "CAL505", "CAL506", "CAL508"),
)
def forbidden_import(module: Module) -> Iterator[Finding]:
    """A module with in-call functions imports a forbidden module.

    **Why**: The platform rejects these imports. Code that cannot import `os` cannot use it.

    **Bad**:
    ```python
    import os

    async def opening_hours(ctx: RunContext) -> dict: ...
    ```

    **Good**:
    ```python
    import math

    async def opening_hours(ctx: RunContext) -> dict: ...
    ```

    **Limits**: Where in-call code uses the module, the use is reported and the import is not. Imports under
    `if TYPE_CHECKING:` are fine, and so are those inside functions that no in-call function
    reaches, such as the one that starts the worker.
    """
    if not module.fact(discover).functions:
        return
    for found in forbidden_imports(module):
        told = {"module": found.module, "reason": _IMPORT_REASON[found.effect]}
        about = (module.catalogue.canonical(found.module),)
        from flake8_incall.repairs.security import without_import

        yield Finding(found.statement, told, without_import(found.statement, found.module, module), about=about)


_UNFOLLOWED = "can reach any object and cannot be analyzed"
_IMPORT_REASON: dict[str, str] = {
    "filesystem": "it gives access to the file system",
    "process": "it gives access to processes and the operating system",
    "dynamic-code": "it gives access to code evaluation",
    "dynamic-import": "it gives access to dynamic imports",
    "deserialise": "it can execute code from data",
}


def _findings(function: InCallFunction, harm: Harm, *, advice: str, **fields: str) -> Iterator[Finding]:
    for danger in function.module.fact(Dangers).of(function, harm):
        about = (danger.at, *forbidden_modules_in(danger.name, function.module.catalogue))
        yield Finding(danger.at, danger.fields(advice) | fields, about=about, group=danger.name)
