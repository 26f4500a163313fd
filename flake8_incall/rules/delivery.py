"""9xx, what the platform makes of a function: the text that it runs, and calls that it makes again."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity, listed
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.practice.repeats import unguarded_change
from flake8_incall.model.practice.snippets import Beside, beside
from flake8_incall.rules.registry import rule


@rule(
    "CAL905",
    "the platform runs only the first `def`, {what}; {advice}",
    on=Module,
    profiles=("strict",),
    fix="safe",
)
def code_outside_function(module: Module) -> Iterator[Finding]:
    """A snippet contains an import, helper or constant beside its function, which the platform does not run.

    **Why**: The platform takes the first `def` of the text and runs that. The rest does not exist during the call: the
    function ends in a `NameError`, or a helper that stands before it is run in its place.

    **Bad**:
    ```python
    import statistics

    async def average_bill(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks what they pay on average.

        Returns:
            dict: {status: "success", amount: float}
        \"\"\"
        return {"status": "success", "amount": statistics.mean([10.0, 12.5])}
    ```

    **Good**:
    ```python
    async def average_bill(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks what they pay on average.

        Returns:
            dict: {status: "success", amount: float}
        \"\"\"
        import statistics

        return {"status": "success", "amount": statistics.mean([10.0, 12.5])}
    ```

    **Limits**: A snippet is a text that names `RunContext` and does not import it; where it does, it is a module like
    any other, and all of it runs.
    """
    for item in beside(module):
        function, names = module.fact(discover).functions[0].name, listed(item.names)
        absent = f"{'does' if len(item.names) == 1 else 'do'} not exist at run time"
        what = f"which is {names}, not `{function}`" if item.is_first else f"so {names} next to `{function}` {absent}"
        from flake8_incall.repairs.practice import inside

        fix = inside(module, item, module.fact(discover).functions)
        yield Finding(item.node, {"what": what, "advice": _advice(item, function)}, fix)


@rule(
    "CAL906",
    "`{call}` runs again if the model repeats `{function}`; send an idempotency key, or check first whether it was "
    "already done",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def non_idempotent_call(function: InCallFunction) -> Iterator[Finding]:
    """A call with side effects is repeated if the function is called again.

    **Why**: Interruptions and retries repeat function calls. A booking or payment is then made twice.

    **Bad**:
    ```python
    async def book_table(ctx: RunContext, guests: int) -> dict:
        \"\"\"Call this when the caller says for how many people to book.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        if not 1 <= guests <= 8:
            return {"status": "error", "message": "We seat one to eight people"}
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.post("https://api.example.com/tables", json={"guests": guests})
                response.raise_for_status()
        except httpx.HTTPError:
            logger.exception("No table was booked")
            return {"status": "error", "message": "The table could not be booked"}
        return {"status": "success", "message": "The table is booked"}
    ```

    **Good**:
    ```python
    async def book_table(ctx: RunContext, guests: int) -> dict:
        \"\"\"Call this when the caller says for how many people to book.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        if not 1 <= guests <= 8:
            return {"status": "error", "message": "We seat one to eight people"}
        headers = {"Idempotency-Key": f"{ctx.userdata['call_id']}-table"}
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.post("https://api.example.com/tables", json={"guests": guests}, headers=headers)
                response.raise_for_status()
        except httpx.HTTPError:
            logger.exception("No table was booked")
            return {"status": "error", "message": "The table could not be booked"}
        return {"status": "success", "message": "The table is booked"}
    ```

    **Limits**: Whatever may be a guard counts as one: a word that speaks of repeated calls (`idempotency`, `already`,
    `duplicate`, `ON CONFLICT`), a test of what was looked up or is kept in `userdata`, `on_duplicate=` of
    `function_tool`. A POST to an address that asks (`/search`, `/token`, a language model), or in a function whose
    name asks or settles something (`get_weather`, `end_call`), is left alone. Of several such calls the first is told.
    """
    site = unguarded_change(function)
    if site is not None:
        yield Finding(site.node, {"call": site.name, "function": function.name})


def _advice(item: Beside, function: str) -> str:
    if isinstance(item.node, FunctionNode):
        return f"define it inside `{function}`"
    return "remove it, the platform provides it" if item.is_injected else f"move it into `{function}`"
