"""9xx, how a function is kept: its size, its log, its description, and what else the model is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.docstring.occasion import states_occasion
from flake8_incall.model.docstring.places import place_of_description
from flake8_incall.model.docstring.told import description
from flake8_incall.model.docstring.wording import fault_of_description
from flake8_incall.model.practice.extent import complexity, statements
from flake8_incall.model.practice.offers import offers, same_descriptions
from flake8_incall.model.practice.printing import prints
from flake8_incall.model.practice.unlogged import unlogged_failures
from flake8_incall.rules.registry import rule

_MOST_OFFERED = 10


@rule(
    "CAL901",
    "`{name}` has {extent} (limit: {most}); split it",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def function_too_complex(function: InCallFunction) -> Iterator[Finding]:
    """The function is too long or too complex.

    **Why**: The model chooses a function by one description and fills one set of parameters. A function with many
    purposes is called for the wrong one, and nobody tests all the ways through it before a caller takes them.

    **Bad**:
    ```python
    async def handle_order(ctx: RunContext, action: str, order: str, note: str) -> dict:
        \"\"\"Call this when the caller speaks of an order.

        Args:
            action: What to do with the order
            order: Number of the order
            note: What the caller said about it

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        if not order.isalnum() or not note or len(note) > 200:
            return {"status": "error", "message": "Which order, and what about it?"}
        if action == "find" or action == "track" or action == "where":
            message = "It is on its way"
        elif action == "cancel" or action == "stop" or action == "refund":
            message = "It is cancelled"
        elif action == "change" or action == "add" or action == "remove":
            message = "It is changed"
        elif action == "complain" or action == "return":
            message = "We take it back" if "broken" in note else "We call back"
        else:
            message = "We call back" if note else "We do not know"
        return {"status": "success", "message": message}
    ```

    **Good**:
    ```python
    async def cancel_order(ctx: RunContext, order: str) -> dict:
        \"\"\"Call this when the caller wants to cancel an order.

        Args:
            order: Number of the order

        Returns:
            dict: {status: "success" | "error", message: str}
        \"\"\"
        if not order.isalnum():
            return {"status": "error", "message": "Which order is it?"}
        return {"status": "success", "message": "It is cancelled"}
    ```

    **Limits**: A function defined inside another counts by itself, and is not looked at. What many parameters need in
    checks counts like any other branch.

    **Settings**: `--incall-max-statements` (50) and `--incall-max-complexity` (15), the cyclomatic complexity: one, and
    one more for each `if`, loop, `case`, handler, conditional expression and part of `and` and `or`.
    """
    size, options = statements(function), function.options
    if size > options.max_statements:
        args = {"name": function.name, "extent": f"{size} statements", "most": str(options.max_statements)}
        yield Finding(function.node, args)
    elif (ways := complexity(function)) > options.max_complexity:
        args = {
            "name": function.name,
            "extent": f"a cyclomatic complexity of {ways}",
            "most": str(options.max_complexity),
        }
        yield Finding(function.node, args)


@rule(
    "CAL902",
    "the failure of `{call}` is returned as an error but never logged; log it before returning",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="safe",
)
def unlogged_failure(function: InCallFunction) -> Iterator[Finding]:
    """A handler returns an error for a failed external call without logging it.

    **Why**: The caller hears an apology, and nobody else hears anything. That the service has been down since the
    morning shows in no log.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except httpx.HTTPError:
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks when the shop is open.

        Returns:
            dict: {status: "success" | "error", hours: str}
        \"\"\"
        try:
            async with httpx.AsyncClient(timeout=5.0) as client:
                response = await client.get("https://api.example.com/hours")
                response.raise_for_status()
        except httpx.HTTPError:
            logger.exception("The opening hours cannot be read")
            return {"status": "error", "message": "The opening hours cannot be read now"}
        return {"status": "success", "hours": response.text}
    ```

    **Limits**: Errors that no exception stands behind are left alone: what a check of the parameters says is for the
    model to put right, and a service's answer is an answer. So are handlers in helpers, whose caller may log, and
    handlers that call anything whose name speaks of telling somebody (`report`, `notify`, `capture`).
    """
    for handler, call in unlogged_failures(function):
        # An entry of the catalogue may stand for many names.
        name = function.module.segment(call.callee) if "*" in call.api.name else call.api.name
        from flake8_incall.repairs.handlers import with_log

        fix = with_log(handler, function)
        yield Finding(handler, {"call": name}, fix and replace(fix, is_safe=True))


@rule(
    "CAL903",
    "`{name}`{where} writes to standard output instead of the log; use `logger.info` or another level",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="safe",
    once_per_function=True,
)
def print_call(function: InCallFunction) -> Iterator[Finding]:
    """In-call code uses `print` instead of logging.

    **Why**: What is printed has no time, no level and no call that it belongs to, and on most workers goes nowhere.
    When a caller complains, there is nothing to look it up in.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        print("asked for the hours")
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success", hours: str}
        \"\"\"
        logger.info("asked for the hours")
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Limits**: What is printed into a file of its own (`file=buffer`) is left alone. Several in one function are one
    finding with their number, at the first that no `noqa` accepts: a `noqa` counts for its own line.
    """
    for node, name, helper in prints(function):
        where = f" in helper `{helper}`" if helper else ""
        from flake8_incall.repairs.practice import in_log

        yield Finding(node, {"name": name, "where": where}, in_log(node, name, function))


@rule(
    "CAL904",
    'the description of `{name}` does not say when to call it; start with "Call this when …"',
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def description_without_trigger(function: InCallFunction) -> Iterator[Finding]:
    """The description does not say when to call the function.

    **Why**: The description is what makes the model call the function. "Books a table" leaves it to guess whether a
    question about tables is enough, or whether day and number of guests have to be named first. The platform's own
    example ("Get weather forecast for a location") has the fault too.

    **Bad**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Get the opening hours of the shop.

        Returns:
            dict: {status: "success", hours: str}
        \"\"\"
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Good**:
    ```python
    async def opening_hours(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks when the shop is open.

        Returns:
            dict: {status: "success", hours: str}
        \"\"\"
        return {"status": "success", "hours": "9 to 17"}
    ```

    **Limits**: Only English is read; a description in another language or script is left alone, and so is one that may
    well name an occasion ("Use this to …", "for callers who …", an example of what callers say). In a function document
    the `description` is what the model reads: CAL008 looks at that one.
    """
    text = None if function.registration.is_raw or function.module.is_document else description(function)
    if text is None or fault_of_description(text, {function.name, function.tool_name}) is not None:
        return
    if states_occasion(text) is False:
        from flake8_incall.repairs.docstrings import with_occasion

        fix = None if function.registration.has_description else with_occasion(function, text)
        yield Finding(place_of_description(function), {"name": function.name}, fix)


@rule(
    "CAL907",
    "{subject} {fault}; {advice}",
    on=Module,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def ambiguous_tool_choice(module: Module) -> Iterator[Finding]:
    """More than ten functions are offered together, or two have the same description.

    **Why**: The model reads all descriptions at every turn. The more there are, and the more they are alike, the more
    often it takes the wrong one, and the longer the caller waits for it to choose.

    **Bad**:
    ```python
    from livekit.agents import RunContext, function_tool

    @function_tool
    async def find_slot(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks for a free slot.

        Returns:
            dict: {status: "success", slot: str}
        \"\"\"
        return {"status": "success", "slot": "ten o'clock"}

    @function_tool
    async def next_slot(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks for a free slot.

        Returns:
            dict: {status: "success", slot: str}
        \"\"\"
        return {"status": "success", "slot": "eleven o'clock"}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext, function_tool

    @function_tool
    async def find_slot(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks for a free slot.

        Returns:
            dict: {status: "success", slot: str}
        \"\"\"
        return {"status": "success", "slot": "ten o'clock"}

    @function_tool
    async def next_slot(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller turned a slot down.

        Returns:
            dict: {status: "success", slot: str}
        \"\"\"
        return {"status": "success", "slot": "eleven o'clock"}
    ```

    **Limits**: Counted are the functions of a class with those of the list that it hands to
    `super().__init__(tools=…)`, those of any other list of `tools=`, and those of a module that stand in no such list.
    What is offered from several files together is not seen.
    """
    for offer in offers(module):
        if offer.count > _MOST_OFFERED:
            fault = f"offers {offer.count} in-call functions, but models choose reliably among at most {_MOST_OFFERED}"
            advice = "split them between agents or call stages"
            yield Finding(offer.node, {"subject": offer.name, "fault": fault, "advice": advice})
        for other, function in same_descriptions(offer):
            subject, fault = f"`{function.name}`", f"has the same description as `{other.name}`"
            yield Finding(function.node, {"subject": subject, "fault": fault, "advice": "say when to call each"})
