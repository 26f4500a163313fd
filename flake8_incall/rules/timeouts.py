"""6xx: how long a caller waits: timeouts that are missing, switched off or too long, loops and sleeps without end."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.waiting.dead_air import DeadAir
from flake8_incall.model.waiting.hazards import Hazards
from flake8_incall.model.waiting.timeouts import InForce, State
from flake8_incall.rules.registry import rule


@rule(
    "CAL601",
    "`{name}`{where} has no timeout ({default}); {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
    once_per_function=True,
)
def missing_timeout(function: InCallFunction) -> Iterator[Finding]:
    """An external call has no explicit timeout: on the call, its client, or around it.

    **Why**: A service that accepts the connection but never responds leaves the caller in silence. Library defaults
    differ and change between versions, so the contract requires an explicit timeout.

    **Bad**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        async with httpx.AsyncClient() as client:
            response = await client.get("https://api.example.com/balance")
        return {"status": "success", "balance": response.json()["balance"]}
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
            logger.exception("The balance could not be read")
            return {"status": "error", "message": "The balance cannot be read now"}
        return {"status": "success", "balance": balance}
    ```

    **Limits**: It covers libraries in the catalogue. A timeout whose value is not known counts as set, and so does one
    around a helper. A call that blocks the event loop is CAL604 alone where an asynchronous client takes its place,
    which has a timeout of its own. In `livekit` a library's own default counts where it is no longer than
    `incall-max-timeout`. Several calls with one cause in a function are one finding.
    """
    for site, in_force, _ in function.module.fact(Hazards).of_timeout(function, State.MISSING):
        if _is_left_to_the_library(in_force, function) or _goes_with_its_client(site):
            continue
        told = {"name": site.name, "where": _where(site), "default": _default(in_force)}
        told["advice"] = _advice(site, in_force, function)
        from flake8_incall.repairs.limits import with_timeout

        yield Finding(in_force.at, told, with_timeout(site, in_force, function), (site.node,), _cause(site, in_force))


@rule(
    "CAL602",
    "the timeout of `{name}`{where} is disabled, so an unresponsive server hangs the call; set a timeout in seconds",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def disabled_timeout(function: InCallFunction) -> Iterator[Finding]:
    """A timeout is disabled (`None`), in whole or for reading the response.

    **Why**: `timeout=None` makes a library wait forever that would otherwise give up.

    **Bad**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        async with httpx.AsyncClient(timeout=httpx.Timeout(5.0, read=None)) as client:
            response = await client.get("https://api.example.com/balance")
        return {"status": "success", "balance": response.json()["balance"]}
    ```

    **Good**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        \"\"\"Tell the balance when the caller asks for it.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=httpx.Timeout(5.0, connect=2.0)) as client:
                response = await client.get("https://api.example.com/balance")
                response.raise_for_status()
                balance = response.json()["balance"]
        except (httpx.HTTPError, ValueError, KeyError):
            logger.exception("The balance could not be read")
            return {"status": "error", "message": "The balance cannot be read now"}
        return {"status": "success", "balance": balance}
    ```

    **Limits**: A client without timeout is fine inside `asyncio.timeout(5)`, `asyncio.wait_for(..., 5)` and their like.
    A value that is `None` on one of several ways, each with its own assignment, is not judged.
    Through an object that is not known, only an awaited request whose `timeout` is certainly `None` and that is given
    an address is a finding: `await client.get(url, timeout=None)`.
    """
    for site, in_force, _ in function.module.fact(Hazards).of_timeout(function, State.OFF):
        from flake8_incall.repairs.limits import with_seconds

        yield Finding(in_force.at, _named(site), with_seconds(site, in_force, function))


@rule(
    "CAL603",
    "{what} {seconds} s, but a caller should wait at most {most} s; {advice}",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def timeout_too_long(function: InCallFunction) -> Iterator[Finding]:
    """A timeout is longer than the maximum wait.

    **Why**: Nobody stays on the line for a minute of silence. The call is over before the error can be told.

    **Bad**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        async with httpx.AsyncClient(timeout=120) as client:
            response = await client.get("https://api.example.com/balance")
        return {"status": "success", "balance": response.json()["balance"]}
    ```

    **Good**:
    ```python
    async def balance(ctx: RunContext) -> dict:
        \"\"\"Tell the balance when the caller asks for it.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=120) as client:
                async with asyncio.timeout(8):
                    response = await client.get("https://api.example.com/balance")
                response.raise_for_status()
                balance = response.json()["balance"]
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError):
            logger.exception("The balance could not be read")
            return {"status": "error", "message": "The balance cannot be read now"}
        return {"status": "success", "balance": balance}
    ```

    **Settings**: `incall-max-timeout` is the longest wait, 30 seconds unless set. In `strict`, all that a caller waits
    for in one function counts together: each call's timeout, times its attempts, and the sleeps in between.
    """
    most = function.options.max_timeout
    for site, in_force, _ in function.module.fact(Hazards).of_timeout(function, State.SET):
        if in_force.seconds is not None and in_force.seconds > most and not in_force.is_most:
            what = f"the timeout of `{site.name}`{_where(site)} is"
            told = _too_long(what, in_force.seconds, most, "shorten it")
            from flake8_incall.repairs.limits import shortened

            yield Finding(in_force.at, told, shortened(site, in_force, function))
    if function.options.profile == "strict":
        wait = function.module.fact(DeadAir).of(function)
        # One that is too long by itself is told where it is set.
        if wait.seconds is not None and wait.seconds > most and wait.longest <= most:
            what = f"with retries and pauses, `{function.name}` can take"
            yield Finding(function.node, _too_long(what, wait.seconds, most, "limit the total time"))


@rule(
    "CAL605",
    "this loop{where} can await `{name}` forever; limit the attempts, or wrap it in `async with "
    "asyncio.timeout(seconds):`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def unbounded_polling_loop(function: InCallFunction) -> Iterator[Finding]:
    """A loop that calls a service or sleeps has no upper bound.

    **Why**: An order that stays "pending" keeps the caller in silence for as long as it stays so, however short the
    timeout of each request is.

    **Bad**:
    ```python
    async def wait_for_order(ctx: RunContext) -> dict:
        async with httpx.AsyncClient(timeout=5.0) as client:
            order = (await client.get("https://api.example.com/order")).json()
            while order["state"] == "pending":
                await asyncio.sleep(0.5)
                order = (await client.get("https://api.example.com/order")).json()
        return {"status": "success", "state": order["state"]}
    ```

    **Good**:
    ```python
    async def wait_for_order(ctx: RunContext) -> dict:
        \"\"\"Wait for the order when the caller asks whether it went through.

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                for _ in range(3):
                    response = await client.get("https://api.example.com/order")
                    response.raise_for_status()
                    state = response.json()["state"]
                    if state != "pending":
                        return {"status": "success", "state": state}
                    await asyncio.sleep(0.5)
        except (httpx.HTTPError, ValueError, KeyError):
            logger.exception("The order could not be read")
            return {"status": "error", "message": "The order cannot be read now"}
        return {"status": "error", "message": "The order is still pending"}
    ```

    **Limits**: A counter, a clock, a collection that is used up or a timeout around the loop bounds it; `for` over
    something that others produce is not judged, nor is a task that the function cancels before it waits for it.
    """
    for hazard in function.module.fact(Hazards).endless(function):
        if hazard.site is not None:
            where = function.reached(is_own=hazard.is_own)
            told = {"name": hazard.site.name, "where": where}
            from flake8_incall.repairs.limits import bounded

            fix = bounded(hazard.at, function) if isinstance(hazard.at, ast.stmt) else None
            yield Finding(hazard.at, told, fix)


@rule(
    "CAL608",
    "`{name}`{where} sleeps for {seconds} s, but a caller should wait at most {most} s; shorten it, or tell the "
    "caller and return",
    on=InCallFunction,
    profiles=("contract",),
)
def sleep_too_long(function: InCallFunction) -> Iterator[Finding]:
    """A function sleeps longer than the maximum wait.

    **Why**: While the function sleeps, the agent says nothing.

    **Bad**:
    ```python
    async def confirm(ctx: RunContext) -> dict:
        await asyncio.sleep(60)
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def confirm(ctx: RunContext) -> dict:
        \"\"\"Confirm the order when the caller has said yes.

        Returns:
            dict: {status: "success"}
        \"\"\"
        await asyncio.sleep(0.5)
        return {"status": "success"}
    ```

    **Settings**: `incall-max-timeout` is the longest wait, 30 seconds unless set.
    """
    most = function.options.max_timeout
    for hazard in function.module.fact(Hazards).sleeps(function):
        if hazard.site is not None and hazard.seconds is not None and hazard.seconds > most:
            yield Finding(hazard.at, _named(hazard.site) | {"seconds": f"{hazard.seconds:g}", "most": f"{most:g}"})


_AROUND = "wrap it in `async with asyncio.timeout(seconds):`"


def _named(site: CallSite) -> dict[str, str]:
    return {"name": site.name, "where": _where(site)}


def _where(site: CallSite) -> str:
    return site.function.reached(is_own=not site.chain)


def _too_long(what: str, seconds: float, most: float, advice: str) -> dict[str, str]:
    return {"what": what, "seconds": f"{seconds:g}", "most": f"{most:g}", "advice": advice}


def _is_left_to_the_library(in_force: InForce, function: InCallFunction) -> bool:
    """Whether what the library does on its own is enough, as it is where only hanging calls count."""
    default = in_force.default
    return function.options.profile == "livekit" and default is not None and default <= function.options.max_timeout


def _goes_with_its_client(site: CallSite) -> bool:
    """Whether the call blocks and CAL604 names another client for it, whose timeout is judged for itself."""
    return site.has("blocking") and not site.is_in_thread and bool(site.api.twin)


def _cause(site: CallSite, in_force: InForce) -> tuple[object, ...]:
    """The key by which calls without timeout are merged: their client, or library and default."""
    made = in_force.at if in_force.at is not site.node else None
    return (site.owner, made, site.function.module.catalogue.library(site.name), in_force.default)


def _default(in_force: InForce) -> str:
    if in_force.default is None:
        return "it can hang forever"
    return f"the library default is {in_force.default:g} s"


def _advice(site: CallSite, in_force: InForce, function: InCallFunction) -> str:
    timeout = site.api.timeout
    if timeout is None:
        return _around(site)
    if in_force.at is not site.node and isinstance(in_force.at, ast.Call) and (timeout.client or timeout.objects):
        if not timeout.client:
            return _around(site)
        return f"pass `{timeout.client[0].name}=` to `{function.module.segment(in_force.at.func)}`"
    named = [argument.name for argument in timeout.call if argument.name]
    return f"pass `{named[0]}=`" if named else _around(site)


def _around(site: CallSite) -> str:
    # A limit of the event loop cannot end what holds up the event loop.
    if not site.has("blocking") or site.is_in_thread:
        return _AROUND
    if site.api.method_twin:
        return f"await `{site.api.awaited_method(site.name)}` in `async with asyncio.timeout(seconds):`"
    return f"run it in `asyncio.to_thread`, and {_AROUND}"
