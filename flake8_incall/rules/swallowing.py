"""7xx, what handlers do: swallow failures, report success for them, or keep the call from being interrupted."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.diagnostics import Finding, Fix
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.links import Link
from flake8_incall.model.code.tree import below, find, last_name
from flake8_incall.model.errors.aftermath import (
    Aftermath,
    Manner,
    aftermath,
    has_cancelled,
    is_for_failure,
    is_nothing_known,
    is_nothing_learnt,
    is_suppressor,
    manner,
    succeeds,
    takes_interruption,
)
from flake8_incall.model.errors.effects import guarded_effect
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.errors.fallible import Fallible
from flake8_incall.model.errors.handlers import Function, returns_in
from flake8_incall.model.flow.graphs import Graphs
from flake8_incall.rules.registry import rule

# Who ends something does not care how well that went.
_ENDING = ("close", "aclose", "disconnect", "shutdown", "cancel", "stop", "release", "cleanup", "quit", "interrupt")
_TRY = ast.Try | ast.TryStar


@rule(
    "CAL702",
    "this handler swallows {what}; return an error, log it, or re-raise",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def swallowed_exception(function: InCallFunction) -> Iterator[Finding]:
    """A handler neither returns an error, logs nor raises, and nothing after it detects the failure.

    **Why**: The agent goes on as if all were well and tells the caller so. Nobody finds out why the order was lost.

    **Bad**:
    ```python
    async def book_table(ctx: RunContext, guests: int) -> dict:
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                await client.post("https://api.example.com/tables", json={"guests": guests})
        except httpx.HTTPError:
            pass
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def book_table(ctx: RunContext, guests: int) -> dict:
        \"\"\"Book a table when the caller says for how many.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error"}
        \"\"\"
        if not 1 <= guests <= 8:
            return {"status": "error", "message": "We seat one to eight people"}
        booked = False
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.post("https://api.example.com/tables", json={"guests": guests})
                booked = response.status_code == 201
        except httpx.HTTPError:
            pass
        if not booked:
            return {"status": "error", "message": "The table could not be booked"}
        return {"status": "success"}
    ```

    **Limits**: A handler is left alone around code that neither calls to the outside, nor writes a file or starts a
    process, nor awaits anything, and around what only ends or removes something (`close`, `cancel`, `unlink`). Whatever
    a handler does beyond putting a constant in place counts as something learnt. What a helper hands back is taken
    to tell its caller. As for `suppress(...)`, it has to stand around all calls to the outside, and only "success" may
    follow.
    """
    for case in _cases(function, Manner.NOTHING):
        if not _is_ending(case.handler, function):
            is_silent = is_nothing_learnt(case.handler, case.owner, function.module)
            if (case.calls and case.is_success) or (is_silent and _tells_nothing(case)):
                yield Finding(case.handler, {"what": _what(case)}, _told(case, function))
    for item, call in _suppressed(function):
        yield Finding(item.context_expr, {"what": f"the failure of `{call.api.name}`"})
    for item, effect in _suppressed_effects(function):
        yield Finding(item.context_expr, {"what": f"the failure of `{effect}`"})


@rule(
    "CAL703",
    'this handler returns "success" after {what} failed; return an error',
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def failure_reported_as_success(function: InCallFunction) -> Iterator[Finding]:
    """A handler reports success after a failure.

    **Why**: The agent tells the caller that the table is booked, and it is not.

    **Bad**:
    ```python
    async def book_table(ctx: RunContext, guests: int) -> dict:
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                await client.post("https://api.example.com/tables", json={"guests": guests})
        except httpx.HTTPError:
            return {"status": "success", "note": "We call back"}
        return {"status": "success"}
    ```

    **Good**:
    ```python
    async def book_table(ctx: RunContext, guests: int) -> dict:
        \"\"\"Book a table when the caller says for how many.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error"}
        \"\"\"
        if not 1 <= guests <= 8:
            return {"status": "error", "message": "We seat one to eight people"}
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.post("https://api.example.com/tables", json={"guests": guests})
                response.raise_for_status()
        except httpx.HTTPError:
            return {"status": "error", "message": "The table could not be booked, we call back"}
        return {"status": "success"}
    ```

    **Limits**: Only failures of calls to the outside count. Where a function makes other such calls too, a handler
    that logs and goes on is taken to stand around the less important one.
    """
    for case in _cases(function, Manner.LOGGING, Manner.ANSWERING):
        is_told = case.manner is Manner.ANSWERING or _are_all(case.calls, function)
        if case.calls and case.is_success and is_told:
            inside = [node for node in below(case.handler) if node in case.following.returns]
            at = inside[0] if inside else case.handler
            from flake8_incall.repairs.handlers import as_error, with_error

            fix = as_error(at, function) if isinstance(at, ast.Return) else with_error(case.handler, function)
            yield Finding(at, {"what": f"`{case.calls[0].api.name}`"}, fix)


@rule(
    "CAL705",
    "{what} swallows task cancellation, so the function keeps running after a hang-up; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def swallowed_cancellation(function: InCallFunction) -> Iterator[Finding]:
    """Task cancellation is swallowed.

    **Why**: When the caller hangs up, the task is cancelled. Code that swallows the cancellation keeps running for a
    caller who is gone and delays worker shutdown.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except:
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success" | "error", hours: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except Exception:
            logger.exception("The opening hours cannot be read")
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Limits**: A function that cancels something itself may take `CancelledError` up, and so may a helper that runs as
    a task of its own. A `try` in which nothing is awaited is left alone, since no interruption arrives there.
    """
    module = function.module
    for owner, chain in module.fact(Failures).owners(function):
        for node in module.fact(Calls).nodes(owner):
            if isinstance(node, ast.ExceptHandler | ast.withitem) and takes_interruption(node, module):
                if _is_swallowed(node, owner, chain, function):
                    at = node.context_expr if isinstance(node, ast.withitem) else node
                    from flake8_incall.repairs.handlers import letting_interruption_pass

                    yield Finding(at, _interruption(node, function), letting_interruption_pass(node, module))
            elif isinstance(node, _TRY):
                for statement in returns_in(node.finalbody):
                    advice = "return after the `try` statement instead"
                    told = {"what": "`return` in `finally`", "advice": advice}
                    from flake8_incall.repairs.handlers import return_behind

                    yield Finding(statement, told, return_behind(statement, function))


@dataclass(frozen=True, slots=True)
class _Case:
    """A handler for failures in a function or one of its helpers.

    Attributes:
        handler: The handler.
        owner: The function whose body it stands in.
        manner: What it does.
        calls: The calls to the outside whose failures can get to it.
        effect: What has an effect on files or processes, and can fail before it, or `""`.
        following: The ways on from it.
        is_success: Whether what follows is certainly a result with the status "success".
    """

    handler: ast.ExceptHandler
    owner: Function
    manner: Manner
    calls: list[Fallible]
    effect: str
    following: Aftermath
    is_success: bool


def _cases(function: InCallFunction, *manners: Manner) -> Iterator[_Case]:
    """The handlers for failures that do one of these things."""
    module = function.module
    protected = module.fact(Failures).protected(function)
    answering = module.fact(Failures).answers(function).bodies
    for owner, _ in module.fact(Failures).owners(function):
        for node in module.fact(Calls).nodes(owner):
            if not isinstance(node, ast.ExceptHandler):
                continue
            how = manner(node, module)
            graph = module.fact(Graphs).of(owner)
            calls = [call for call in protected.get(node, []) if is_for_failure(node, call, function.module)]
            if how not in manners or node not in graph.of_node:
                continue
            is_silent = how is Manner.NOTHING
            effect = guarded_effect(node, module) if is_silent and not calls else ""
            if calls or effect or (is_silent and _is_broad(node, function) and _waits(node, function)):
                following = aftermath(node, graph)
                is_success = owner in answering and succeeds(node, following, function)
                yield _Case(node, owner, how, calls, effect, following, is_success)


def _suppressed(function: InCallFunction) -> Iterator[tuple[ast.withitem, Fallible]]:
    """What suppresses the failures of all calls to the outside before nothing but "success", and the first of them."""
    module = function.module
    for taker, protected in module.fact(Failures).protected(function).items():
        if not isinstance(taker, ast.withitem) or not is_suppressor(taker, module):
            continue
        calls = [call for call in protected if is_for_failure(taker, call, module)]
        graphs = [module.fact(Graphs).of(body) for body in module.fact(Failures).answers(function).bodies]
        graph = next((graph for graph in graphs if taker in graph.of_node), None)
        is_all = graph is not None and bool(calls) and _are_all(calls, function)
        if graph is not None and is_all and succeeds(taker, aftermath(taker, graph), function):
            yield taker, calls[0]


def _suppressed_effects(function: InCallFunction) -> Iterator[tuple[ast.withitem, str]]:
    """What suppresses the failure of an effect on files or processes, of which nothing behind it can know."""
    module = function.module
    for owner, _ in module.fact(Failures).owners(function):
        for node in module.fact(Calls).nodes(owner):
            if isinstance(node, ast.withitem) and is_suppressor(node, module):
                effect = guarded_effect(node, module)
                if effect and is_nothing_known(module.parents[node], owner, module):
                    yield node, effect


def _is_broad(handler: ast.ExceptHandler, function: InCallFunction) -> bool:
    taken = function.module.fact(Failures).handlers.taken(handler)
    return not taken.isdisjoint({"builtins.Exception", "builtins.BaseException"})


def _waits(handler: ast.ExceptHandler, function: InCallFunction) -> bool:
    """Whether the `try` of a handler awaits something, and so most likely goes outside."""
    body = function.module.fact(Failures).handlers.guarded(handler)
    return any(find(ast.Await, *body))


def _tells_nothing(case: _Case) -> bool:
    """Whether nothing is raised after it, and no constant is put in the place of a result."""
    stored = below(*case.handler.body)
    return not case.following.raises and not any(
        isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store)
        for node in stored
    )


def _is_ending(handler: ast.ExceptHandler, function: InCallFunction) -> bool:
    """Whether the `try` only ends something, or itself stands where a function ends."""
    body = function.module.fact(Failures).handlers.try_of(handler).body
    calls = [*find(ast.Call, *body)]
    outermost = [call for call in calls if not _is_inside(call, calls)]
    return all(last_name(call.func).strip("_").startswith(_ENDING) for call in outermost)


def _is_inside(call: ast.Call, calls: list[ast.Call]) -> bool:
    return any(other is not call and call in other.args for other in calls)


def _are_all(calls: list[Fallible], function: InCallFunction) -> bool:
    """Whether a function makes no other calls to the outside."""
    held = {call.node for call in calls}
    return all(
        not isinstance(f.source, Fallible) or f.source.node in held
        for f in function.module.fact(Failures).calls(function)
    )


def _what(case: _Case) -> str:
    if case.calls:
        return f"the failure of `{case.calls[0].api.name}`"
    return f"the failure of `{case.effect}`" if case.effect else "every exception"


def _is_swallowed(
    node: ast.ExceptHandler | ast.withitem, owner: Function, chain: tuple[Link, ...], function: InCallFunction
) -> bool:
    module = function.module
    if not _takes_all(node, function) and (has_cancelled(owner) or not _is_in_call(chain, function)):
        return False
    return isinstance(node, ast.withitem) or aftermath(node, module.fact(Graphs).of(owner)).is_left


def _takes_all(node: ast.ExceptHandler | ast.withitem, function: InCallFunction) -> bool:
    return "builtins.BaseException" in function.module.fact(Failures).handlers.taken(node)


def _is_in_call(chain: tuple[Link, ...], function: InCallFunction) -> bool:
    """Whether the in-call function itself waits for what the way leads to."""
    return all(link.call is not None and function.module.fact(Calls).is_awaited(link.call) for link in chain)


def _interruption(node: ast.ExceptHandler | ast.withitem, function: InCallFunction) -> dict[str, str]:
    if isinstance(node, ast.withitem):
        return {"what": "`suppress` here", "advice": "suppress `Exception` or narrower"}
    if node.type is None:
        return {"what": "a bare `except`", "advice": "catch `Exception`"}
    if _takes_all(node, function):
        return {"what": "`except BaseException`", "advice": "catch `Exception`, or re-raise"}
    return {"what": "this handler of `CancelledError`", "advice": "re-raise it"}


def _told(case: _Case, function: InCallFunction) -> Fix | None:
    """An error where success would follow; else whoever reads the log is told."""
    is_hidden = bool(case.calls) and case.is_success
    from flake8_incall.repairs.handlers import with_error, with_log

    return with_error(case.handler, function) if is_hidden else with_log(case.handler, function)
