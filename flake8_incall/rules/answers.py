"""7xx, what the model is told of failures: texts of exceptions, and responses that nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.errors.exception_text import told_exceptions
from flake8_incall.model.errors.responses import unlooked
from flake8_incall.rules.registry import rule


@rule(
    "CAL707",
    "the text of exception `{name}` is returned to the model; log it and return a message meant for the caller",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def exception_text_in_result(function: InCallFunction) -> Iterator[Finding]:
    """Exception text is returned to the model.

    **Why**: It names hosts, tables and keys, and the model reads it out. "[Errno 111] Connect call failed" helps no
    caller.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except httpx.HTTPError as error:
            return {"status": "error", "message": f"Failed: {error}"}
        return {"status": "success", "hours": response.text}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks for the opening hours.

        Returns:
            dict: {status: "success" | "error", hours: str, message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except httpx.HTTPError as error:
            logger.error(f"The opening hours cannot be read: {error}")
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Limits**: Exceptions of the module's own classes have a text of its author, and those of other modules that are
    not known may have; both are left alone. What a function of another module makes of the text is not followed.
    """
    for mention in told_exceptions(function):
        told = {"name": function.module.segment(mention)}
        from flake8_incall.repairs.messages import without_exception_text

        yield Finding(mention, told, without_exception_text(mention, function))


@rule(
    "CAL708",
    "`{read}` is used without checking the response; check `{status}` first",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def unchecked_response_status(function: InCallFunction) -> Iterator[Finding]:
    """A response body is used without checking the response status.

    **Why**: Failing services respond too, with an error page. The function treats it as the requested data, and the
    agent reads it to the caller.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
        except httpx.HTTPError:
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks for the opening hours.

        Returns:
            dict: {status: "success" | "error", hours: str, message: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
        except httpx.HTTPError:
            logger.exception("The opening hours cannot be read")
            return {"status": "error", "message": "The opening hours cannot be read now"}
        if response.status_code != 200:
            logger.error("The opening hours are not there")
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Limits**: A response that another function got is left alone, and so are all where a client is told to look
    itself (`raise_for_status=True`, `event_hooks=`). A response that is handed to a function counts as looked at, and
    so does one that is looked at right after it was read.
    """
    for found in unlooked(function):
        read = function.module.segment(found.read)
        is_plain = read.replace(".", "").isidentifier()
        told = {"read": read if is_plain else found.read.attr, "status": found.status}
        from flake8_incall.repairs.messages import with_status_check

        yield Finding(found.read, told, with_status_check(found, function))
