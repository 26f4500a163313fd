"""4xx, continued: what the returned dicts carry, and whether that is what the documentation says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.interpreter.values import Constant, DictShape
from flake8_incall.model.interpreter.world import World
from flake8_incall.model.results.judgements import Fault, faults, settled_results
from flake8_incall.model.results.results import Result
from flake8_incall.model.results.schema import Schema, documented_schema
from flake8_incall.model.results.serialisation import Foreign, foreign_keys, foreign_values
from flake8_incall.rules.registry import rule

_ALWAYS_FINE = frozenset({"status", "message"})


@rule(
    "CAL406",
    "{place} is {value}, which is not JSON serializable; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def non_serializable_value(function: InCallFunction) -> Iterator[Finding]:
    """A returned value is not JSON serializable: a datetime, Decimal, set, bytes, exception, response or coroutine.

    **Why**: The result goes to the model as data. LiveKit refuses dates, decimals, bytes and objects at any depth,
    and tells the model "the tool returned an invalid output"; the platform takes JSON only, so no sets either.

    **Bad**:
    ```python
    from datetime import datetime

    from livekit.agents import RunContext

    async def time_of_day(ctx: RunContext) -> dict:
        '''Tell the time when the caller asks for it.

        Returns:
            dict: {status: "success", time: str}
        '''
        return {"status": "success", "time": datetime.now()}
    ```

    **Good**:
    ```python
    from datetime import datetime

    from livekit.agents import RunContext

    async def time_of_day(ctx: RunContext) -> dict:
        '''Tell the time when the caller asks for it.

        Returns:
            dict: {status: "success", time: str}
        '''
        return {"status": "success", "time": datetime.now().isoformat()}
    ```

    **Limits**: What comes from outside the module is judged where the catalogue knows its type. In `livekit` sets and
    complex numbers are fine, as they are for LiveKit.
    """
    for_livekit = function.options.profile == "livekit"
    found: dict[tuple[ast.AST, str], tuple[Result, Foreign]] = {}
    for result, foreign in foreign_values(
        function.module.fact(World), function.fact(settled_results), for_livekit=for_livekit
    ):
        # In contract a result that is no dict at all is CAL401.
        if foreign.path or for_livekit:
            found.setdefault((result.node, re.sub(r"\[\d+\]", "[...]", foreign.path)), (result, foreign))
    for (node, _), (result, foreign) in found.items():
        place = f"`{foreign.path}`" if foreign.path else "the result"
        args = {"place": place, "value": foreign.what, "advice": foreign.fix}
        from flake8_incall.repairs.serializing import with_serializable

        yield Finding(node, args, with_serializable(function, result, foreign.path, foreign.fix))


@rule(
    "CAL407",
    "{difference}: {keys}; update the docstring or the result",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="safe",
)
def return_schema_mismatch(function: InCallFunction) -> Iterator[Finding]:
    """The returned keys differ from the documented return schema.

    **Why**: Whoever writes the agent's prompt reads the documentation: a key that never comes, or that nobody knows
    of, is a prompt that asks for the wrong thing.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {status: "success", hours: str}
        '''
        return {"status": "success", "open": "9 to 17"}
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

    **Limits**: The schema is read from `{key: type}`, from bullets `- key: what`, or from a `TypedDict` as the return
    annotation; prose is not. `message` may come with any result, and keys inside other keys are not compared.
    """
    schema = documented_schema(function)
    if schema is None:
        return
    seen: set[object] = set()
    for result in function.fact(settled_results).returned:
        for difference, keys in _differences(result, schema):
            is_more = keys.isdisjoint(schema.keys)
            if (result.node, difference) not in seen:
                seen.add((result.node, difference))
                listed = ", ".join(f"`{key}`" for key in sorted(keys))
                args = {"difference": difference, "keys": listed}
                from flake8_incall.repairs.docstrings import with_keys_documented

                yield Finding(result.node, args, with_keys_documented(function, keys) if is_more else None)


def _differences(result: Result, schema: Schema) -> Iterator[tuple[str, frozenset[str]]]:
    shape = result.shape()
    if not isinstance(shape, DictShape) or not result.is_certain:
        return
    returned = frozenset(key for key in shape.entries if isinstance(key, str))
    more = returned - schema.keys - _ALWAYS_FINE
    if more and not schema.is_open:
        yield "keys missing from the documented return schema", more
    status = shape.entries.get("status")
    is_success = status is not None and result.state.resolve(status.value) == Constant("success")
    lacking = schema.required - returned - _ALWAYS_FINE
    if lacking and is_success and not shape.is_open:
        yield "documented keys that are never returned", lacking


@rule(
    "CAL408",
    "`{function}` calls `{api}` but never returns an error; return one when the call fails",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def missing_error_path(function: InCallFunction) -> Iterator[Finding]:
    """An external call is made, but no path returns an error.

    **Why**: Networks fail, and services return errors. A function without an error path reports success, or raises and
    leaves the caller with a generic apology.

    **Bad**:
    ```python
    import httpx
    from livekit.agents import RunContext

    async def exchange_rate(ctx: RunContext) -> dict:
        '''Tell the exchange rate when the caller asks for it.

        Returns:
            dict: {status: "success", rate: float}
        '''
        async with httpx.AsyncClient(timeout=5) as client:
            response = await client.get("https://rates.example.com/eur")
        return {"status": "success", "rate": float(response.text)}
    ```

    **Good**:
    ```python
    import logging

    import httpx
    from livekit.agents import RunContext

    logger = logging.getLogger(__name__)

    async def exchange_rate(ctx: RunContext) -> dict:
        '''Tell the exchange rate when the caller asks for it.

        Returns:
            dict: {status: "success" | "error", rate: float}
        '''
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                response = await client.get("https://rates.example.com/eur")
            response.raise_for_status()
            rate = float(response.text)
        except (httpx.HTTPError, ValueError):
            logger.exception("No exchange rate")
            return {"status": "error", "message": "I cannot reach the bank at the moment"}
        return {"status": "success", "rate": rate}
    ```

    **Limits**: A result or a status that cannot be followed may be an error.
    """
    results = function.fact(settled_results)
    if results.contacted and results.returned and all(_is_success(result) for result in results.returned):
        yield Finding(function.node, {"function": function.name, "api": min(results.contacted)})


def _is_success(result: Result) -> bool:
    shape = result.shape()
    if not isinstance(shape, DictShape) or "status" not in shape.entries:
        return False
    return all(value == Constant("success") for value, _ in result.options(shape.entries["status"].value))


@rule(
    "CAL409",
    "{what} cannot be verified; build the dict and its `status` in this module",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def unverifiable_result(function: InCallFunction) -> Iterator[Finding]:
    """The `status` of a result cannot be verified, because the result comes from outside the module or is modified
    there.

    **Why**: A result that cannot be analyzed is not checked: a service that answers `{"status": "shipped"}` overwrites
    the function's own `status` if the response is unpacked into the result.

    **Bad**:
    ```python
    import json
    from livekit.agents import RunContext
    async def read_note(ctx: RunContext, note: str) -> dict:
        '''Read a note back when the caller asks for it.

        Args:
            note: The note as JSON

        Returns:
            dict: {status: "success" | "error", ...}
        '''
        try:
            return {"status": "success", **json.loads(note)}
        except ValueError:
            return {"status": "error", "message": "I cannot read that note"}
    ```

    **Good**:
    ```python
    import json
    from livekit.agents import RunContext
    async def read_note(ctx: RunContext, note: str) -> dict:
        '''Read a note back when the caller asks for it.

        Args:
            note: The note as JSON

        Returns:
            dict: {status: "success" | "error", note: dict}
        '''
        try:
            return {"status": "success", "note": json.loads(note)}
        except ValueError:
            return {"status": "error", "message": "I cannot read that note"}
    ```

    **Limits**: A function with too many paths to follow is reported as a whole.
    """
    if not function.fact(settled_results).is_known:
        yield Finding(function.node, {"what": f"the result of `{function.name}`"})
    for group, _ in faults(function, Fault.UNKNOWN):
        from flake8_incall.repairs.results import with_status_last

        fix = with_status_last(function, group[0].result)
        yield Finding(group[0].result.node, {"what": group[0].detail}, fix)


@rule(
    "CAL410",
    "{place} has a non-string key ({key}), but JSON keys are strings; use a string",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="safe",
)
def non_string_key(function: InCallFunction) -> Iterator[Finding]:
    """A returned dict has a non-string key.

    **Why**: JSON turns `1` into `"1"` and `None` into `"null"`, and the other side looks for the number in vain. Tuples
    and objects are refused by LiveKit altogether, and in `livekit` only they count.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def prices(ctx: RunContext) -> dict:
        '''Tell the prices when the caller asks for them.

        Returns:
            dict: {status: "success", prices: dict}
        '''
        return {"status": "success", "prices": {1: "10 euros", 2: "18 euros"}}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def prices(ctx: RunContext) -> dict:
        '''Tell the prices when the caller asks for them.

        Returns:
            dict: {status: "success", prices: dict}
        '''
        return {"status": "success", "prices": {"1": "10 euros", "2": "18 euros"}}
    ```
    """
    for_livekit = function.options.profile == "livekit"
    seen: set[tuple[object, str]] = set()
    for result in function.fact(settled_results).returned:
        for key in foreign_keys(result):
            if (result.node, key.path) in seen or (for_livekit and not key.is_refused_by_livekit):
                continue
            seen.add((result.node, key.path))
            place = f"`{key.path}`" if key.path else "the returned dict"
            from flake8_incall.repairs.serializing import with_text_key

            yield Finding(result.node, {"place": place, "key": key.what}, with_text_key(function, result, key.path))
