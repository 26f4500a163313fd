"""5xx: files, processes, the environment, and connections that nobody checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.security.dangers import Dangers
from flake8_incall.model.security.harm import Harm
from flake8_incall.model.security.imports import forbidden_modules_in
from flake8_incall.rules.registry import rule


@rule(
    "CAL501",
    "`{name}`{where} accesses the file system; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    once_per_function=True,
)
def filesystem_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code accesses the file system.

    **Why**: A worker serves many calls. File reads block all of them, and files that are written are shared between
    calls or lost.

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
    yield from _findings(function, "filesystem", advice="use a service or a database")


@rule(
    "CAL502",
    "`{name}`{where} {fault}; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    once_per_function=True,
)
def os_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code spawns a process or accesses the operating system.

    **Why**: A process outlives the call or blocks it, and runs with the worker's privileges. Signals and resource
    limits affect every call of the worker.

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

    **Limits**: `os.path.join` and its like work on text alone, and `os.getpid` only asks. They are told of all the
    same, and as such, because the platform refuses `os` as a whole; in the `livekit` profile they are left alone.
    """
    fault = "spawns a process or accesses the operating system"
    yield from _findings(function, "process", advice="move this to a service", fault=fault)
    if function.options.profile != "livekit":
        for danger in function.module.fact(Dangers).of(function, "text"):
            told = {"fault": danger.note, "advice": "use an f-string"}
            about = (danger.at, *forbidden_modules_in(danger.name, function.module.catalogue))
            yield Finding(danger.at, danger.fields("") | told, about=about, group=danger.note)


@rule(
    "CAL508",
    "`{name}`{where} accesses environment variables; {advice}",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
    once_per_function=True,
)
def environment_access(function: InCallFunction) -> Iterator[Finding]:
    """In-call code accesses environment variables.

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
    advice = 'read secrets from `x_secrets["NAME"]` and settings from `ctx.userdata`'
    for finding in _findings(function, "environment", advice=advice):
        from flake8_incall.repairs.secrets import environment_repairs

        fixes = function.module.fact(environment_repairs)
        yield replace(finding, fix=fixes.get(finding.at) if isinstance(finding.at, ast.AST) else None)


@rule(
    "CAL510",
    "`{name}`{where} {fault}; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def disabled_certificate_verification(function: InCallFunction) -> Iterator[Finding]:
    """TLS certificate verification is disabled, or a broken version of TLS is allowed.

    **Why**: Without the check anyone on the way can answer in the service's place, read what the caller said and make
    the answer up. The versions of TLS before 1.2 have known attacks.

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
    for danger in function.module.fact(Dangers).of(function, "insecure"):
        told = {
            "fault": danger.note or "disables TLS certificate verification",
            "advice": "require TLS 1.2 or later" if danger.note else _LEAVE_ON,
        }
        from flake8_incall.repairs.security import checking

        yield Finding(danger.at, danger.fields("") | told, checking(danger.at, function.module))


_LEAVE_ON = "keep it enabled and install a valid certificate on the service"


@rule(
    "CAL515",
    "`{name}`{where} skips verification, so {consequence}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def missing_verification(function: InCallFunction) -> Iterator[Finding]:
    """A token is accepted without its signature, or an SSH server without its host key.

    **Why**: The claims of a token whose signature nobody checks are whatever its sender wrote: another caller's
    account, an administrator's role. A server whose key nobody knows may be any host on the way, and gets the password.

    **Bad**:
    ```python
    import jwt

    async def customer(ctx: RunContext, token: str) -> dict:
        claims = jwt.decode(token, options={"verify_signature": False})
        return {"status": "success", "customer": claims["sub"]}
    ```

    **Good**:
    ```python
    import jwt

    async def customer(ctx: RunContext, token: str) -> dict:
        \"\"\"Tell who the caller is when they give their token.

        Args:
            token: The token from the customer's app

        Returns:
            dict: {status: "success" | "error", customer: str, message: str}
        \"\"\"
        try:
            claims = jwt.decode(token, x_secrets["TOKEN_KEY"], algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return {"status": "error", "message": "This token is not valid"}
        return {"status": "success", "customer": str(claims.get("sub"))}
    ```

    **Limits**: PyJWT, python-jose, Authlib, joserfc, google-auth, itsdangerous, paramiko and asyncssh are known. A
    token that is read without its signature first and verified later is reported too.
    """
    for danger in function.module.fact(Dangers).of(function, "unverified"):
        where = function.reached(is_own=danger.unit.is_own)
        told = {"name": danger.name, "where": where, "consequence": danger.note}
        from flake8_incall.repairs.security import verifying

        yield Finding(danger.at, told, verifying(danger.at, function.module))


def _findings(function: InCallFunction, harm: Harm, *, advice: str, **fields: str) -> Iterator[Finding]:
    for danger in function.module.fact(Dangers).of(function, harm):
        # Several reads and writes serve one purpose; each process or signal is a fault of its own.
        group = danger.name if harm == "process" else harm
        about = (danger.at, *forbidden_modules_in(danger.name, function.module.catalogue))
        yield Finding(danger.at, danger.fields(advice) | fields, about=about, group=group)
