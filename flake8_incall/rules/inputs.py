"""8xx: what the model hands over is checked before it is used, and used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity, listed
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.validation.findings import Validation
from flake8_incall.model.validation.uses import Use
from flake8_incall.rules.registry import rule

_LONGEST_NAME = 60


@rule(
    "CAL801",
    "`{parameter}` reaches `{call}`{through} without validation; validate it first and return an error if it is "
    "invalid",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def unvalidated_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter reaches an external call without validation.

    **Why**: The model fills parameters from what the caller said: an empty string, "the usual", a past date, a negative
    quantity. The service returns an error that does not help the model, or acts on the value.

    **Bad**:
    ```python
    import httpx
    from livekit.agents import RunContext

    async def order_state(ctx: RunContext, order: str) -> dict:
        '''Tell the state of an order when the caller asks for it.

        Args:
            order: The number of the order

        Returns:
            dict: {status: "success" | "error", state: str}
        '''
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/orders", params={"number": order})
                response.raise_for_status()
        except httpx.HTTPError:
            return {"status": "error", "message": "The order cannot be read now"}
        return {"status": "success", "state": response.text}
    ```

    **Good**:
    ```python
    import httpx
    from livekit.agents import RunContext

    async def order_state(ctx: RunContext, order: str) -> dict:
        '''Tell the state of an order when the caller asks for it.

        Args:
            order: The number of the order

        Returns:
            dict: {status: "success" | "error", state: str}
        '''
        if not order.isdigit():
            return {"status": "error", "message": "An order number has digits only"}
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/orders", params={"number": order})
                response.raise_for_status()
        except httpx.HTTPError:
            return {"status": "error", "message": "The order cannot be read now"}
        return {"status": "success", "state": response.text}
    ```

    **Limits**: A test counts when it decides something: behind `if not order: logger.warning(...)` the call is made all
    the same. What it tests for is not judged, and a condition is a test of all that it names. A conversion that raises,
    a pydantic model, a bound (`min`, a slice) and a function of another file that is handed the parameter count too.
    A type that holds the value (`bool`, `Literal`, `Annotated` with limits) needs no test, nor does a parameter that
    may be left empty (`= ""`, `= None`). Each parameter is told once. What decides the host of a URL is CAL513's.
    """
    for use in function.module.fact(Validation).unchecked(function):
        from flake8_incall.repairs.validation import checked_first

        fix = checked_first(use, function)
        yield Finding(
            use.at, {"parameter": str(use.label), "call": _call(function, use), "through": _through(use)}, fix
        )


@rule(
    "CAL802",
    "parameter `{parameter}` is never used, but the model still asks the caller for it; use or remove it",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def unused_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter is never used.

    **Why**: The model asks the caller for the value, which costs time, and then tells them it was taken into account.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext, day: str) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Args:
            day: The day of the week

        Returns:
            dict: {status: "success" | "error", hours: str}
        '''
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext, day: str) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Args:
            day: The day of the week

        Returns:
            dict: {status: "success" | "error", hours: str, message: str}
        '''
        if day.lower() == "sunday":
            return {"status": "error", "message": "The shop is closed on Sundays"}
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Limits**: Some ask the model for a reason only to make it think. A name with a leading underscore, a function that
    does nothing yet and one that reads all its variables at once (`locals()`) are left alone.
    """
    for parameter in function.module.fact(Validation).unused(function):
        yield Finding(parameter.node, {"parameter": parameter.name})


@rule(
    "CAL803",
    "{parameters} validated with `assert`, which raises instead of returning an error and is removed by `python -O`; "
    "use `if`",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def assert_validation(function: InCallFunction) -> Iterator[Finding]:
    """A parameter is validated with `assert`.

    **Why**: Optimised Python leaves it out, and the check is gone where it matters. Where it is there, it raises, and
    the model is told only that an internal error occurred.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def book_table(ctx: RunContext, guests: int) -> dict:
        '''Book a table when the caller says for how many.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error", guests: int}
        '''
        assert 1 <= guests <= 8
        return {"status": "success", "guests": guests}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def book_table(ctx: RunContext, guests: int) -> dict:
        '''Book a table when the caller says for how many.

        Args:
            guests: How many people come

        Returns:
            dict: {status: "success" | "error", guests: int, message: str}
        '''
        if not 1 <= guests <= 8:
            return {"status": "error", "message": "A table is for one to eight people"}
        return {"status": "success", "guests": guests}
    ```

    **Limits**: An `assert` on what a call answered is left alone.
    """
    for statement, names in function.module.fact(Validation).asserted(function):
        is_are = "is" if len(names) == 1 else "are"
        told = {"parameters": f"{listed(names)} {is_are}"}
        from flake8_incall.repairs.validation import as_condition

        yield Finding(statement, told, as_condition(statement, names, function))


@rule(
    "CAL804",
    "`{operation}`{through} raises {exceptions} if `{parameter}` is invalid; validate it or catch the exception, and "
    "return an error",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def unguarded_operation(function: InCallFunction) -> Iterator[Finding]:
    """An operation can raise on an unvalidated parameter outside of a `try`.

    **Why**: Sooner or later the model passes `0`, "two" or an empty list. The exception escapes the function, and the
    model sees only a generic internal error.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def share_bill(ctx: RunContext, total: float, guests: int) -> dict:
        '''Tell what each guest pays when the caller wants to share a bill.

        Args:
            total: What the bill says
            guests: How many people share it

        Returns:
            dict: {status: "success" | "error", each: float}
        '''
        return {"status": "success", "each": total / guests}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def share_bill(ctx: RunContext, total: float, guests: int) -> dict:
        '''Tell what each guest pays when the caller wants to share a bill.

        Args:
            total: What the bill says
            guests: How many people share it

        Returns:
            dict: {status: "success" | "error", each: float, message: str}
        '''
        if guests < 1:
            return {"status": "error", "message": "Somebody has to pay"}
        return {"status": "success", "each": total / guests}
    ```

    **Limits**: Divisions, look-ups by index and key, conversions and unpacking are known. What was tested is taken to
    be fine, whatever was tested, but for a divisor such as `guests - 1` whose tests let zero pass, and for a key whose
    tests look at its form alone. A key counts where the table is written down in the file. The items of a tuple that a
    variable kept are not told apart.
    """
    told: set[ast.AST] = set()
    for use in function.module.fact(Validation).risky(function):
        if use.at in told or use.operation is None:
            continue
        told.add(use.at)
        args = {
            "operation": _shown(function, use.operation),
            "through": _through(use),
            "exceptions": listed(sorted(type_.removeprefix("builtins.") for type_ in use.raised)),
            "parameter": str(use.label),
        }
        from flake8_incall.repairs.validation import guarded

        yield Finding(use.at, args, guarded(use, function))


def _call(function: InCallFunction, use: Use) -> str:
    if use.call is None:
        return ""
    name = function.module.segment(use.call.callee)
    return name if len(name) <= _LONGEST_NAME and name.replace(".", "").isidentifier() else use.call.api.name


def _shown(function: InCallFunction, node: ast.expr) -> str:
    text = function.module.segment(node)
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}..."


def _through(use: Use) -> str:
    """The function of the module in which it happens, if that is another."""
    if use.helper is None:
        return ""
    return f" in helper `{use.helper.name}`" if isinstance(use.helper, FunctionNode) else " in a lambda"
