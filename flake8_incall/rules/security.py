"""5xx: files, processes, the environment, and connections that nobody checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Fix
from flake8_incall.model.edits import replaced
from flake8_incall.model.function import InCallFunction
from flake8_incall.model.security.harm import Harm
from flake8_incall.model.security.imports import forbidden_modules_in
from flake8_incall.rules.registry import rule


@rule(
    "CAL501",
    "`{name}`, {where}, reads or writes the file system: {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    once_per_function=True,
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
    once_per_function=True,
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
    "CAL508",
    "`{name}`, {where}, reads or changes the environment: {advice}",
    on=InCallFunction,
    profiles=("contract",),
    once_per_function=True,
)
def environment_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code reads the environment.

    **Why**: The environment is the worker's, the same for every customer, and holds the secrets of all of them.
    Workers of an agent code base are configured by their environment, so `livekit` leaves it alone.

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
    fix="safe",
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
    advice = "leave them on, and give the service a valid certificate"
    for danger in function.module.dangers.of(function, "insecure"):
        is_switch = isinstance(danger.at, ast.Constant) and danger.at.value is False
        fix = Fix((replaced(function.module, danger.at, "True"),)) if is_switch else None
        yield Finding(danger.at, danger.fields(advice), fix)


def _findings(function: InCallFunction, harm: Harm, *, advice: str, **fields: str) -> Iterator[Finding]:
    for danger in function.module.dangers.of(function, harm):
        # Several reads and writes serve one purpose; each process or signal is a fault of its own.
        group = danger.name if harm == "process" else harm
        about = (danger.at, *forbidden_modules_in(danger.name, function.module.catalogue))
        yield Finding(danger.at, danger.fields(advice) | fields, about=about, group=group)
