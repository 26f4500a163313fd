"""3xx: the docstring. What it says of the parameters is judged in `parameter_docs`."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.places import place_of_description, place_of_line
from flake8_incall.model.docstring.told import description, is_documented
from flake8_incall.model.docstring.wording import fault_of_description
from flake8_incall.rules.registry import rule

_LONGEST_DESCRIPTION = 1024


@rule(
    "CAL301",
    "`{function}` has no docstring, so the model does not know when to call it; describe the trigger and every "
    "parameter",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def missing_docstring(function: InCallFunction) -> Iterator[Finding]:
    """The function has no docstring and no `description=` in its decorator.

    **Why**: The docstring is what the model reads to decide when to call the function and how to fill its
    parameters. Without one it has the name to go by, and guesses.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        return {"status": "success", "hours": "9 to 17"}
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
    """
    if not function.registration.is_raw and not is_documented(function):
        from flake8_incall.repairs.docstrings import with_docstring

        yield Finding(function.node, {"function": function.name}, with_docstring(function))


@rule(
    "CAL302",
    "the description of `{function}` {problem}; say what it does and when the model should call it",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def uninformative_description(function: InCallFunction) -> Iterator[Finding]:
    """The description is missing, a placeholder, shorter than three words, or just the function name.

    **Why**: The model chooses among functions by their descriptions. One that says nothing beyond the name is
    called at the wrong moment, or not at all.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Opening hours.

        Returns:
            dict: {status: "success", hours: str}
        '''
        return {"status": "success", "hours": "9 to 17"}
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

    **Limits**: Words are counted in Latin script only.
    """
    text = description(function)
    if text is None or not _is_judged(function):
        return
    problem = fault_of_description(text, {function.name, function.tool_name})
    if not text and function.fact(docstring_of).begins_like_a_field:
        problem = "is lost because LiveKit parses a first line starting with `:` or `@` as a field"
    if problem:
        args = {"function": function.name, "problem": problem}
        from flake8_incall.repairs.docstrings import with_description

        yield Finding(place_of_description(function), args, with_description(function))


@rule(
    "CAL306",
    "the docstring of `{function}` has no `Returns:` section; describe the returned dict and its `status`",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def missing_returns_section(function: InCallFunction) -> Iterator[Finding]:
    """The docstring has no `Returns:` section.

    **Why**: The contract asks for it. LiveKit drops it, so it is there for whoever maintains the function:
    they see what the model gets to hear, on success and on failure, without reading every path.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.'''
        return {"status": "success", "hours": "9 to 17"}
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
    """
    if _is_judged(function) and function.fact(docstring_of).returns is None:
        from flake8_incall.repairs.docstrings import with_returns

        yield Finding(function.node, {"function": function.name}, with_returns(function))


@rule(
    "CAL307",
    "the `Returns:` section of `{function}` does not mention `status`; list its possible values",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
    fix="safe",
)
def returns_section_without_status(function: InCallFunction) -> Iterator[Finding]:
    """The `Returns:` section does not mention `status`.

    **Why**: `status` is the one field that every result has. A section without it describes another result
    than the function hands out.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Returns:
            dict: {hours: str}
        '''
        return {"status": "success", "hours": "9 to 17"}
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
    """
    returns = function.fact(docstring_of).returns
    if returns and _is_judged(function) and "status" not in returns.text.lower():
        place = place_of_line(function, returns.heading)
        from flake8_incall.repairs.docstrings import with_status_documented

        yield Finding(place, {"function": function.name}, with_status_documented(function))


@rule(
    "CAL310",
    "the description of `{function}` has {length} characters, but model providers accept at most 1024; shorten it",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def description_too_long(function: InCallFunction) -> Iterator[Finding]:
    """The description exceeds the 1,024 characters that model providers accept.

    **Why**: The provider refuses the request, not the function: with one such function among its tools the
    agent cannot answer at all. Everything before `Args:` counts.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Mondays we open at nine and close at five, with a break from noon to one. Tuesdays we open at nine
        and close at five, with a break from noon to one. Wednesdays we open at nine and close at one in the
        afternoon, and there is no break. Thursdays we open at nine and close at eight in the evening, with
        a break from noon to one. Fridays we open at nine and close at four, with a break from noon to one.
        Saturdays we open at ten and close at two, but only from the first of March to the last of October,
        and from the first Saturday in November to the Saturday before Christmas we open at nine and close at
        six instead. Sundays we are closed, but for the four Sundays before Christmas, when we open at noon
        and close at six. On public holidays we are closed. On the eve of a public holiday we close at noon.
        In July the shop floor is open without a break. The workshop closes an hour before the shop, every
        day, and takes in nothing on Fridays. Be friendly, say the hours of the day that the caller asks for
        and no others, and never promise that somebody is there outside of these hours, not even when the
        caller says that it is urgent.

        Returns:
            dict: {status: "success", hours: str}
        '''
        return {"status": "success", "hours": "9 to 17"}
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
    """
    text = description(function)
    if text and not function.registration.is_raw and len(text) > _LONGEST_DESCRIPTION:
        yield Finding(place_of_description(function), {"function": function.name, "length": str(len(text))})


def _is_judged(function: InCallFunction) -> bool:
    """Whether there is a text of the author's to judge; without one, that is the only thing to say."""
    return is_documented(function) and function.fact(docstring_of).is_known and not function.registration.is_raw
