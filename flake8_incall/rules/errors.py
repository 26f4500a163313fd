"""7xx, what leaves a function: failures of calls to the outside that nothing takes up, and exceptions it raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity, listed
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.errors.failures import Failures, Fate
from flake8_incall.model.errors.fallible import Fallible
from flake8_incall.model.objects.classes import UNKNOWN, Types
from flake8_incall.rules.registry import rule

_LONGEST_NAME = 60
_LONGEST_LIST = 4


@rule(
    "CAL701",
    "`{call}`{where} is not in a `try` that catches {exceptions}; add one and return an error",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
    yields_to=("CAL706",),
)
def unhandled_exception(function: InCallFunction) -> Iterator[Finding]:
    """A network or database call is not in a `try` that handles its failures.

    **Why**: Every service fails now and then. The exception leaves the function, the model is told only that an
    internal error occurred, and the caller gets an apology instead of an answer.

    **Bad**:
    ```python
    import httpx
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success" | "error", hours: str}
        '''
        async with httpx.AsyncClient(timeout=5.0) as client:
            response = await client.get("https://api.example.com/hours")
        return {"status": "success", "hours": response.text}
    ```

    **Good**:
    ```python
    import httpx
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success" | "error", hours: str}
        '''
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except httpx.HTTPError:
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Limits**: A call counts when the catalogue knows it as one that goes outside; a method of an object that is not
    known counts in `strict`, when it is awaited and `ctx: RunContext[Data]` does not say what the object is. Several
    calls in one statement are told once. The `try` may stand where a helper is called. What is handed to a task, or
    passes a decorator that may catch it, is left alone. That a body cannot be decoded counts in `strict` only.
    """
    for fate in function.module.fact(Failures).escaping(function):
        if not fate.handlers and isinstance(fate.source, Fallible):
            fields = {"exceptions": _exceptions(fate)}
            from flake8_incall.repairs.failures import with_try

            yield Finding(fate.node, _told(fate, fate.source) | fields, with_try(fate), about=(fate.node,))


@rule(
    "CAL706",
    "{handlers} not catch {exceptions}, which `{call}`{where} can raise; catch it and return an error",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def incomplete_exception_handler(function: InCallFunction) -> Iterator[Finding]:
    """The handlers around an external call do not catch the exceptions of its library.

    **Why**: The function looks safe and is not: `raise_for_status()` raises `HTTPStatusError`, which is no
    `RequestError`; a time limit of aiohttp raises `TimeoutError`, which is no `ClientError`.

    **Bad**:
    ```python
    import httpx
    from livekit.agents import RunContext
    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success" | "error", hours: str}
        '''
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except httpx.RequestError:
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Good**:
    ```python
    import httpx
    from livekit.agents import RunContext
    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success" | "error", hours: str}
        '''
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except (httpx.RequestError, httpx.HTTPStatusError):
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Limits**: A handler for a class that is not known is taken to catch everything. That a body cannot be decoded
    (`response.json()`) counts in `strict` only.
    """
    for fate in function.module.fact(Failures).escaping(function):
        if fate.handlers and isinstance(fate.source, Fallible):
            fields = {"exceptions": _exceptions(fate), "handlers": _handlers(fate)}
            told = _told(fate, fate.source) | fields
            from flake8_incall.repairs.failures import with_more_types

            yield Finding(fate.handlers[0], told, with_more_types(fate), about=(fate.node,))


@rule(
    "CAL704",
    "this exception escapes `{function}`, and {consequence}; return an error instead",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def escaping_raise(function: InCallFunction) -> Iterator[Finding]:
    """A raised exception escapes the function.

    **Why**: LiveKit replaces the exception text with "An internal error occurred"; only `ToolError` passes its text on.
    The platform contract requires an error result in both cases.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def book_table(ctx: RunContext, guests: int) -> dict:
        '''Book a table when the caller says for how many.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error"}
        '''
        if guests > 8:
            raise ValueError("We seat at most eight people")
        return {"status": "success"}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def book_table(ctx: RunContext, guests: int) -> dict:
        '''Book a table when the caller says for how many.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error"}
        '''
        if guests > 8:
            return {"status": "error", "message": "We seat at most eight people"}
        return {"status": "success"}
    ```

    **Limits**: `CancelledError` that is raised again is as it should be, and `StopResponse` is how LiveKit is asked to
    keep the agent silent. An exception that some handler further out may catch is left alone.
    """
    for fate in function.module.fact(Failures).raising(function):
        from flake8_incall.repairs.handlers import instead_of_raise

        fix = instead_of_raise(fate.node, function) if isinstance(fate.node, ast.Raise) else None
        yield Finding(fate.node, {"function": function.name, "consequence": _consequence(fate.left)}, fix)


def _consequence(types: Types) -> str:
    if types == {"livekit.agents.ToolError"}:
        return "the model gets a string without `status`"
    return "the model only sees a generic internal error"


def _told(fate: Fate, call: Fallible) -> dict[str, str]:
    name = fate.function.module.segment(call.callee)
    is_plain = len(name) <= _LONGEST_NAME and name.replace(".", "").isidentifier()
    return {"call": name if is_plain else call.api.name, "where": fate.function.reached(is_own=fate.is_own)}


def _exceptions(fate: Fate) -> str:
    if UNKNOWN in fate.left:
        return "its exceptions"
    spelled = fate.function.module.names.spelled
    from flake8_incall.repairs.exceptions import widest

    types = widest(fate.left, fate.function.module)
    return " and ".join(f"`{spelled(type_).removeprefix('builtins.')}`" for type_ in types)


def _handlers(fate: Fate) -> str:
    segment = fate.function.module.segment
    named = [segment(handler.type) for handler in fate.handlers if isinstance(handler.type, ast.expr)]
    shown = list(dict.fromkeys(f"except {name}" for name in named if len(name) <= _LONGEST_NAME))
    if not 0 < len(shown) <= _LONGEST_LIST:
        return "the surrounding handler does"
    return f"{listed(shown)} {'does' if len(shown) == 1 else 'do'}"
