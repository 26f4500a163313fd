"""6xx: the event loop, which all calls of a process share: what blocks it, and what it is never given or loses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.catalogue import DANGERS
from flake8_incall.diagnostics import Finding, Fix
from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.text import replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Outside
from flake8_incall.model.waiting.hazards import Hazard, Hazards
from flake8_incall.model.waiting.own_speech import CircularWait, circular_waits
from flake8_incall.rules.registry import rule


@rule(
    "CAL604",
    "`{name}`{where} blocks the event loop and every call in this process; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
    once_per_function=True,
    yields_to=("CAL601",),
)
def blocking_call(function: InCallFunction) -> Iterator[Finding]:
    """In-call code blocks the event loop.

    **Why**: One process serves many calls on one event loop. While it waits in `requests.get` or `time.sleep`, no
    audio moves on any of them: every caller hears silence, whoever's function it is.

    **Bad**:
    ```python
    import requests

    async def balance(ctx: RunContext) -> dict:
        response = requests.get("https://api.example.com/balance", timeout=5)
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

    **Limits**: What runs through `asyncio.to_thread` or `run_in_executor` does not block. Neither files nor processes
    are told here, since CAL501 and CAL502 do; nor is work that keeps the processor busy. Several calls of one library
    in a function are one finding.
    """
    for hazard in function.module.fact(Hazards).blocking(function):
        site = hazard.site
        # Files and processes have rules of their own.
        if site is not None and (site.is_external or site.api.effects.isdisjoint(DANGERS)):
            told = {
                "name": site.name,
                "where": function.reached(is_own=hazard.is_own),
                "advice": _twin(site, function.module),
            }
            from flake8_incall.repairs.event_loop import without_blocking

            yield Finding(hazard.at, told, without_blocking(site, function), (site.node,), _cause(site))


@rule(
    "CAL606",
    "coroutine `{name}(...)`{where} is never awaited, so it never runs; add `await`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def unawaited_coroutine(function: InCallFunction) -> Iterator[Finding]:
    """A coroutine is never awaited.

    **Why**: Without `await` a coroutine does not even begin. The booking is not made, the agent says that it is, and
    the only trace is a warning in the log.

    **Bad**:
    ```python
    async def pause(ctx: RunContext) -> dict:
        asyncio.sleep(0.5)
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def pause(ctx: RunContext) -> dict:
        \"\"\"Pause for a moment when the caller asks for one.

        Returns:
            dict: {status: "success"}
        \"\"\"
        await asyncio.sleep(0.5)
        return {"status": "success"}
    ```

    **Limits**: A coroutine that is returned, stored, or handed to something is taken to be awaited there. Functions
    with decorators that are not known may be anything, and are not judged.
    """
    for hazard in function.module.fact(Hazards).unawaited(function):
        from flake8_incall.repairs.event_loop import with_await

        yield Finding(hazard.at, _made(hazard, function), with_await(hazard.at, function.module))


@rule(
    "CAL607",
    "the task of `{name}(...)`{where} is discarded, so it can be garbage-collected and its exception is lost; store "
    "or await it",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def dangling_task(function: InCallFunction) -> Iterator[Finding]:
    """A background task is neither stored nor awaited.

    **Why**: The event loop holds only weak references to tasks. A task that nothing else references can be
    garbage-collected before it finishes, so it completes on some calls and not on others.

    **Bad**:
    ```python
    async def confirm(ctx: RunContext) -> dict:
        asyncio.create_task(asyncio.sleep(0.5))
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def confirm(ctx: RunContext) -> dict:
        \"\"\"Confirm the order when the caller has said yes.

        Returns:
            dict: {status: "success"}
        \"\"\"
        task = asyncio.create_task(asyncio.sleep(0.5))
        await task
        return {"status": "success"}
    ```

    **Limits**: A task with a name, or in a collection with one, counts as kept where that name is read at all.
    """
    for hazard in function.module.fact(Hazards).lost_tasks(function):
        from flake8_incall.repairs.event_loop import keeping_task

        yield Finding(hazard.at, _made(hazard, function), keeping_task(hazard.at, function))


@rule(
    "CAL609",
    "`{name}`{where} waits for the function's own speech, so LiveKit raises `RuntimeError`; "
    "await `{context}.wait_for_playout()`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def circular_speech_wait(function: InCallFunction) -> Iterator[Finding]:
    """A function awaits the speech handle of its own turn.

    **Why**: The speech during which the model called the function ends only when the function has returned. LiveKit
    raises `RuntimeError` at the `await`, the model is told that an internal error occurred, and the call is not ended.

    **Bad**:
    ```python
    async def say_goodbye(ctx: RunContext) -> dict:
        await ctx.speech_handle.wait_for_playout()
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def say_goodbye(ctx: RunContext) -> dict:
        \"\"\"Let the goodbye end when the caller hangs up.

        Returns:
            dict: {status: "success"}
        \"\"\"
        await ctx.wait_for_playout()
        return {"status": "success"}
    ```

    **Limits**: A speech that the function starts itself (`session.say`, `generate_reply`) can be awaited, and so can
    its own after `ctx.update(...)` or in a background task. A handle kept in an object is not followed.
    """
    for wait in circular_waits(function):
        where = function.reached(is_own=wait.owner is function.node)
        told = {"name": function.module.segment(wait.node), "where": where, "context": wait.context or "ctx"}
        yield Finding(wait.node, told, _with_own_playout(wait, function.module))


def _made(hazard: Hazard, function: InCallFunction) -> dict[str, str]:
    called = hazard.at.func if isinstance(hazard.at, ast.Call) else hazard.at
    return {"name": function.module.segment(called), "where": function.reached(is_own=hazard.is_own)}


def _cause(site: CallSite) -> tuple[object, ...]:
    """The key by which blocking calls are merged: where they stand, and the library of their client."""
    module = site.function.module
    outside = [r for r in module.fact(References).of(site.callee) if isinstance(r, Outside)]
    makers = [referent.maker.name for referent in outside if referent.maker is not None]
    return (site.owner, module.catalogue.library(makers[0] if makers else site.name))


def _twin(site: CallSite, module: Module) -> str:
    twin, _, rest = site.api.twin.partition(" ")
    if twin and "." in twin:
        twin = module.names.spelled(*module.catalogue.kin(twin))
    if site.api.twin:
        return f"use {twin} {rest}" if rest else f"use `{twin}` and await it"
    if site.api.method_twin:
        return f"use `{site.api.awaited_method(site.name)}` and await it"
    return site.api.note or "run it with `await asyncio.to_thread(...)`"


# Fixes


def _with_own_playout(wait: CircularWait, module: Module) -> Fix | None:
    """`ctx.wait_for_playout()`, where the function has its context."""
    if wait.context is None:
        return None
    if wait.node is wait.speech:
        return Fix((replaced(module, wait.speech, f"{wait.context}.wait_for_playout()"),))
    return Fix((replaced(module, wait.speech, wait.context),))
