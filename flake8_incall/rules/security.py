"""5xx: what in-call code must not reach: files, processes, evaluation, imports by name, the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.function import InCallFunction
from flake8_incall.model.harm import Danger, Harm
from flake8_incall.model.module import Module
from flake8_incall.rules.registry import rule


@rule(
    "CAL501",
    "`{name}`, {where}, reads or writes the file system: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def filesystem_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code reads or writes the file system.

    **Why**: One worker serves many calls, and its disk is neither the caller's nor there tomorrow: a file read blocks
    every call that the worker serves, a file written is seen by the others or lost.

    **Bad**:
    ```python
    from pathlib import Path

    async def opening_hours(ctx: RunContext) -> dict:
        return {"status": "success", "hours": Path("hours.txt").read_text()}
    ```

    **Good**:
    ```python
    HOURS = "9 to 17"

    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Tell the opening hours when the caller asks.

        Returns:
            dict: {status: "success"}
        \"\"\"
        return {"status": "success", "hours": HOURS}
    ```

    **Limits**: What is reached is what is named, by whatever alias; helpers of the same file are followed, those of
    other files are not. A method of an object whose class is not known is not judged: `ticket.open()` is no `open`.
    What runs when the module is loaded, outside functions, is left to the `gate` profile.
    """
    yield from _findings(function, "filesystem", advice="ask a service or a database")


@rule(
    "CAL502",
    "`{name}`, {where}, {fault}: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def operating_system_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code starts a process or touches the operating system.

    **Why**: A process started during a call outlives it or blocks it, and runs with all rights of the worker; a signal
    or a limit changes the worker for every other call.

    **Bad**:
    ```python
    import subprocess

    async def notify(ctx: RunContext) -> dict:
        subprocess.run(["notify", "order"])
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def notify(ctx: RunContext) -> dict:
        \"\"\"Send a notification when the caller asks for one.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.post("https://api.example.com/notifications")
                response.raise_for_status()
        except httpx.HTTPError:
            return {"status": "error", "message": "The notification could not be sent"}
        return {"status": "success"}
    ```

    **Limits**: `os.path.join` and its like work on text alone. They are told of all the same, and as such, because the
    platform refuses `os` as a whole; in the `livekit` profile they are left alone.
    """
    fault = "starts a process or touches the operating system"
    yield from _findings(function, "process", advice="let a service do it", fault=fault)
    if function.options.profile != "livekit":
        fault = "works on text alone, yet belongs to `os`"
        yield from _findings(function, "text", advice="build the text with an f-string", fault=fault)


@rule(
    "CAL503",
    "`{name}`, {where}, evaluates code: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def code_evaluation(function: InCallFunction) -> Iterator[Finding]:
    """In-call code evaluates code.

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
    yield from _findings(function, "dynamic-code", advice="write the code out, or parse the text as data")


@rule(
    "CAL504",
    "`{name}`, {where}, imports by name at run time: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def import_by_name(function: InCallFunction) -> Iterator[Finding]:
    """In-call code imports by name at run time.

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
    yield from _findings(function, "dynamic-import", advice="import at the top of the file")


@rule(
    "CAL505",
    "`{name}`, {where}, runs code that the data brings along: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def unsafe_deserialisation(function: InCallFunction) -> Iterator[Finding]:
    """In-call code reads data in a form that can carry code.

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
    yield from _findings(function, "deserialise", advice="use JSON")


@rule(
    "CAL506",
    "`{name}`, {where}, can reach anything and cannot be followed: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def access_that_cannot_be_followed(function: InCallFunction) -> Iterator[Finding]:
    """In-call code looks inside the interpreter, or takes a computed name from a module.

    **Why**: Frames, globals and `__subclasses__` lead from any object to files and processes, and so does a module
    that is handed on. A checker cannot tell where, and neither can a reader.

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

    **Limits**: `getattr` with a computed name is told of on modules only; on other objects it is common and reaches
    what they hold. A dict of functions is followed, whatever key is looked up.
    """
    yield from _findings(function, "introspection", advice="name what is needed")


@rule(
    "CAL507",
    "imports `{module}` next to in-call functions: {advice}",
    on=Module,
    profiles=("contract",),
)
def forbidden_import(module: Module) -> Iterator[Finding]:
    """A module of in-call functions imports a module that they must not use.

    **Why**: The platform refuses such imports as a whole. Code that does not have `os` at hand cannot come to use it.

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

    **Limits**: Imports under `if TYPE_CHECKING:` are fine, and so are those inside functions that no in-call function
    reaches, such as the one that starts the worker.
    """
    if not module.discovery.functions:
        return
    told: set[tuple[ast.stmt, str]] = set()
    for statement, name in module.reach.imports():
        forbidden = module.dangers.forbidden_module(name)
        if forbidden is not None and (statement, forbidden.module) not in told:
            told.add((statement, forbidden.module))
            yield Finding(statement, {"module": forbidden.module, "advice": _IMPORT_ADVICE[forbidden.effect]})


_IMPORT_ADVICE: dict[str, str] = {
    "filesystem": "it reads and writes files, which in-call code never does",
    "process": "it reaches processes and the operating system, which in-call code never does",
    "dynamic-code": "it evaluates code, which in-call code never does",
    "dynamic-import": "it imports by name, which in-call code never does",
    "deserialise": "it runs code that data brings along; use `json`",
}


@rule(
    "CAL508",
    "`{name}`, {where}, reads or changes the environment: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def environment_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code reads the environment.

    **Why**: The environment is the worker's, the same for every customer, and holds the secrets of all of them.

    **Bad**:
    ```python
    import os

    async def balance(ctx: RunContext) -> dict:
        return {"status": "success", "region": os.environ["REGION"]}
    ```

    **Good**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        \"\"\"Tell the region of the caller's account when they ask.

        Returns:
            dict: {status: "success"}
        \"\"\"
        return {"status": "success", "region": ctx.userdata["region"]}
    ```
    """
    advice = 'take secrets from `x_secrets["NAME"]` and settings from the call\'s `userdata`'
    yield from _findings(function, "environment", advice=advice)


@rule(
    "CAL510",
    "`{name}`, {where}, switches certificate checks off: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def certificate_check_off(function: InCallFunction) -> Iterator[Finding]:
    """A connection is made without checking the other side's certificate.

    **Why**: Without the check anyone on the way can answer in the service's place, read what the caller said and make
    the answer up.

    **Bad**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        async with httpx.AsyncClient(timeout=5.0, verify=False) as client: ...
    ```

    **Good**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        \"\"\"Tell the balance when the caller asks for it.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/balance")
                response.raise_for_status()
                balance = response.json()["balance"]
        except (httpx.HTTPError, ValueError, KeyError):
            return {"status": "error", "message": "The balance cannot be read now"}
        return {"status": "success", "balance": balance}
    ```
    """
    yield from _findings(function, "insecure", advice="leave them on, and give the service a valid certificate")


def _findings(function: InCallFunction, harm: Harm, *, advice: str, **fields: str) -> Iterator[Finding]:
    for danger in function.module.dangers.of(function, harm):
        told = {"name": danger.name, "where": _where(danger), "advice": _advice(danger, advice)}
        yield Finding(danger.at, told | fields)


def _where(danger: Danger) -> str:
    through = danger.unit.function.name
    return f"used in `{through}`" if danger.unit.is_own else f"reached from `{through}`"


def _advice(danger: Danger, usual: str) -> str:
    if danger.twin:
        return f"use `{danger.twin}`" if danger.twin.replace(".", "").isidentifier() else f"use {danger.twin}"
    return danger.note or usual
