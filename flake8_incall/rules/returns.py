"""4xx: what every path returns: a dict with `status`, "success" or "error", and with an error a `message`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.interpreter.values import NONE
from flake8_incall.model.results.judgements import Fault, faults, name_of, settled_results, when
from flake8_incall.model.results.silence import silent_ends
from flake8_incall.rules.registry import rule


@rule(
    "CAL401",
    "`{function}` can return {value}{when}; return a dict with `status`",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def non_dict_return(function: InCallFunction) -> Iterator[Finding]:
    """Some path returns something other than a dict.

    **Why**: The platform reads `status` from a dict. `None` is worse than an error: LiveKit then asks the model for
    no reply, and the caller hears silence.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    ORDERS = {"A1": {"status": "success", "eta": "tomorrow"}}

    async def find_order(ctx: RunContext, order: str) -> dict:
        '''Find an order when the caller asks where it is.

        Args:
            order: The order's number

        Returns:
            dict: {status: "success", eta: str}
        '''
        if order not in ORDERS:
            return None
        return ORDERS[order]
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    ORDERS = {"A1": {"status": "success", "eta": "tomorrow"}}

    async def find_order(ctx: RunContext, order: str) -> dict:
        '''Find an order when the caller asks where it is.

        Args:
            order: The order's number

        Returns:
            dict: {status: "success", eta: str}
        '''
        if order not in ORDERS:
            return {"status": "error", "message": "There is no such order"}
        return ORDERS[order]
    ```

    **Limits**: A value from outside the module is left alone unless its type is known.
    """
    for group, condition in faults(function, Fault.NOT_A_DICT):
        values = " or ".join(dict.fromkeys(judgement.detail for judgement in group))
        args = {"function": function.name, "value": values, "when": condition}
        from flake8_incall.repairs.results import with_dict

        yield Finding(group[0].result.node, args, with_dict(function, group))


@rule(
    "CAL402",
    '{result} has no `status`{when}; add `"status": "success"` or `"status": "error"`',
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def missing_status(function: InCallFunction) -> Iterator[Finding]:
    """Some path returns a dict without `status`.

    **Why**: Without it neither the platform nor the model can tell a result from a failure, and the agent reads
    an error to the caller as if it were the answer.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success", hours: str}
        '''
        reply = {}
        reply["hours"] = "9 to 17"
        return reply
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success", hours: str}
        '''
        reply = {"status": "success"}
        reply["hours"] = "9 to 17"
        return reply
    ```

    **Limits**: A dict that was handed to code outside the module may have got a `status` there, and is left alone.
    """
    for group, condition in faults(function, Fault.NO_STATUS):
        result = group[0].result
        args = {"result": name_of(result), "when": condition}
        from flake8_incall.repairs.results import with_status

        yield Finding(result.node, args, with_status(function, result))


@rule(
    "CAL403",
    '`status` can be {value}{when}; only "success" and "error" are allowed',
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def invalid_status(function: InCallFunction) -> Iterator[Finding]:
    """Some path returns a `status` other than "success" and "error".

    **Why**: The platform and the prompt look for these two words. `True`, 200 or "ok" mean nothing to them.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success", hours: str}
        '''
        return {"status": "ok", "hours": "9 to 17"}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success", hours: str}
        '''
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Limits**: A status that comes from outside the module, such as the one that `send_email` answers, is left alone.
    """
    for group, condition in faults(function, Fault.BAD_STATUS):
        values = " or ".join(dict.fromkeys(judgement.detail for judgement in group))
        args = {"value": values, "when": condition}
        from flake8_incall.repairs.results import with_known_status

        yield Finding(group[0].result.node, args, with_known_status(function, group))


@rule(
    "CAL404",
    '{result} has status "error" but no `message`{when}; add a message that the agent can tell the caller',
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def error_without_message(function: InCallFunction) -> Iterator[Finding]:
    """Some path returns an error without a `message`.

    **Why**: The model tells the caller what the function returns. Without a message it invents one, or says only that
    something went wrong.

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
            return {"status": "error"}
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

    **Limits**: `None` and the empty text are no message; whether another says anything is not judged.
    """
    for group, condition in faults(function, Fault.NO_MESSAGE):
        result = group[0].result
        args = {"result": name_of(result), "when": condition}
        from flake8_incall.repairs.results import with_message

        yield Finding(result.node, args, with_message(function, result))


@rule(
    "CAL405",
    "`{function}` can end without `return`{when}, so it returns `None`; return a dict with `status`",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def implicit_return(function: InCallFunction) -> Iterator[Finding]:
    """Some path ends without `return`.

    **Why**: Python returns `None` there. LiveKit then asks the model for no reply, and the caller hears silence.

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
        if 0 < guests <= 8:
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
        if 0 < guests <= 8:
            return {"status": "success"}
        return {"status": "error", "message": "We seat one to eight people"}
    ```

    **Limits**: A body of `...` alone is taken for one that is left out.
    """
    certain = [result for result in function.fact(settled_results).fallen if result.is_certain]
    if certain:
        first = min(certain, key=lambda result: getattr(result.node, "lineno", 0))
        condition = when(first, function.fact(settled_results).returned)
        args = {"function": function.name, "when": condition}
        from flake8_incall.repairs.results import with_return

        yield Finding(first.node, args, with_return(function, certain))


@rule(
    "CAL411",
    "`{function}` can {end}{when}, so LiveKit gives no reply; return a string for the model",
    on=InCallFunction,
    profiles=("livekit",),
    fix="unsafe",
)
def path_without_reply(function: InCallFunction) -> Iterator[Finding]:
    """Some paths return a value, and another ends with nothing.

    **Why**: LiveKit sends the model an empty output for `None` and asks it for no reply, so the agent is silent after
    the tool and the caller waits for an answer that does not come.

    **Bad**:
    ```python
    from livekit.agents import RunContext, function_tool

    @function_tool
    async def find_order(ctx: RunContext, number: str) -> str | None:
        '''Find an order when the caller asks where it is.

        Args:
            number: The order's number
        '''
        if not number.isdigit():
            return None
        return f"Order {number} is on its way"
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext, function_tool

    @function_tool
    async def find_order(ctx: RunContext, number: str) -> str:
        '''Find an order when the caller asks where it is.

        Args:
            number: The order's number
        '''
        if not number.isdigit():
            return "An order number has digits only"
        return f"Order {number} is on its way"
    ```

    **Limits**: A function that returns nothing on any path, or is annotated `-> None`, does so on purpose, and so does
    a path on which something is said, transferred or hung up, or on which an `AgentTask` completes; that is read from
    the names of the calls, and code that is not followed may speak where it gets the session. Raise `StopResponse`
    where silence is meant.
    """
    for result in silent_ends(function):
        is_return = isinstance(result.node, ast.Return)
        others = [other for other in function.fact(settled_results).returned if other.value != NONE]
        end = "return `None`" if is_return else "end without `return`"
        args = {"function": function.name, "end": end, "when": when(result, others)}
        from flake8_incall.repairs.results import with_reply

        yield Finding(result.node, args, with_reply(function, result))
