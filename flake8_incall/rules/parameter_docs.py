"""3xx: what the docstring says of the parameters, as the model gets it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from keyword import iskeyword

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.places import place_of_description, place_of_entry
from flake8_incall.model.docstring.told import inputs_to_document, is_documented, undocumented_inputs, unread_inputs
from flake8_incall.model.docstring.types import contradicts
from flake8_incall.model.docstring.wording import fault_of_parameter_description
from flake8_incall.rules.registry import rule

_DROPPED = " (LiveKit drops the text in `Annotated`)"


@rule(
    "CAL303",
    "parameter `{parameter}` is undocumented{dropped}, so the model does not know what to pass; "
    "describe it under `Args:`",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="unsafe",
)
def undocumented_parameter(function: InCallFunction) -> Iterator[Finding]:
    """A parameter that the model fills is not documented.

    **Why**: LiveKit sends the parameter to the model with a name and a type and no description. On the
    telephone the model then asks the caller for the wrong thing, or makes a value up. A description in
    `Annotated[str, Field(description="...")]` counts, a plain string or `Doc(...)` in `Annotated` does not.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: How many tickets the caller wants

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```
    """
    if is_documented(function) and not function.registration.is_raw:
        undocumented = undocumented_inputs(function)
        for parameter in undocumented:
            from flake8_incall.repairs.docstrings import with_entries

            has_dropped_text = parameter.type is not None and parameter.type.has_dropped_text
            dropped = _DROPPED if has_dropped_text else ""
            told = {"parameter": parameter.name, "dropped": dropped}
            yield Finding(parameter.node, told, with_entries(function, undocumented))


@rule(
    "CAL304",
    "the docstring documents `{parameter}`, which is not a parameter; {remedy}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="safe",
)
def extraneous_docstring_parameter(function: InCallFunction) -> Iterator[Finding]:
    """The docstring documents a parameter that the function does not have.

    **Why**: Mostly the parameter was renamed and its description stayed behind, so that the model gets none.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def opening_hours(ctx: RunContext) -> dict:
        '''Tell the opening hours when the caller asks for them.

        Args:
            day: The day of the week

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

    **Limits**: Not looked for beside `**kwargs`, whose keys may be documented.
    """
    if function.interface is None or function.interface.node.args.kwarg:
        return
    arguments = function.interface.node.args
    nodes = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg]
    # `ctx` may always be documented: a function that lacks it has a fault of another family.
    known = {"ctx", *(node.arg for node in nodes if node)}
    documented = function.fact(docstring_of).parameters
    for written, entry in documented.items():
        name = written.lstrip("*")
        if name.isidentifier() and not iskeyword(name) and name not in known and not entry.is_attribute:
            meant = get_close_matches(name, known - documented.keys(), n=1)
            remedy = f"did you mean `{meant[0]}`?" if meant else "remove or rename the entry"
            # An entry may always speak of `ctx`, and need not: one that does not is of something else.
            is_meant = bool(meant) and meant[0] != "ctx"
            from flake8_incall.repairs.entries import with_name, without_entry

            fix = with_name(function, entry.entry, name, meant[0]) if is_meant else without_entry(function, entry.entry)
            yield Finding(place_of_entry(function, entry.entry, name), {"parameter": name, "remedy": remedy}, fix)


@rule(
    "CAL305",
    "the description of parameter `{parameter}` {problem}; describe the value and its format",
    on=InCallFunction,
    profiles=("contract",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def uninformative_parameter_description(function: InCallFunction) -> Iterator[Finding]:
    """A parameter description is empty, a placeholder, or just the parameter name or type.

    **Why**: The model has the name and the type already. What it needs is what a caller would say: the form,
    the unit, the range, an example.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: TODO

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: How many tickets the caller wants

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```
    """
    if function.registration.is_raw:
        return
    for parameter in inputs_to_document(function):
        entry = function.fact(docstring_of).parameters.get(parameter.name)
        problem = fault_of_parameter_description(entry.description, parameter.name) if entry else None
        if entry and problem:
            place = place_of_entry(function, entry.entry, parameter.name)
            args = {"parameter": parameter.name, "problem": problem}
            from flake8_incall.repairs.entries import with_text

            yield Finding(place, args, with_text(function, entry.entry, parameter))


@rule(
    "CAL308",
    "the tool schema has no description of {subject}: {cause}; {remedy}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="safe",
)
def unparsed_docstring(function: InCallFunction) -> Iterator[Finding]:
    """LiveKit's docstring parser does not find a documented parameter.

    **Why**: With bullets, without indentation, under `args:` in lower case, or with one entry that has no
    colon, the parser finds no parameter and says nothing: the tool schema has none of their descriptions. The text
    is lost, or becomes a part of the function's own description. `livekit` leaves a parameter alone that a line
    of the function's description explains (`city: the city`).

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            - pieces: How many tickets the caller wants

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: How many tickets the caller wants

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```
    """
    if function.registration.is_raw:
        return
    fault = function.fact(docstring_of).fault
    if fault:
        args = {"subject": "the function", "cause": fault, "remedy": "rewrite it in Google style"}
        yield Finding(place_of_description(function), args)
    elif unread := unread_inputs(function):
        subject = ", ".join(f"`{name}`" for name in unread.names)
        place = place_of_entry(function, unread.entry, unread.names[0])
        args = {"subject": subject, "cause": unread.cause, "remedy": unread.remedy}
        is_first = unread.remedy.startswith("start it with what")
        from flake8_incall.repairs.docstrings import with_description
        from flake8_incall.repairs.entries import in_google_style

        yield Finding(place, args, with_description(function) if is_first else in_google_style(function, unread))


@rule(
    "CAL309",
    "the docstring type `{documented}` of `{parameter}` contradicts the annotation `{annotated}`; make them match",
    on=InCallFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="safe",
)
def docstring_type_mismatch(function: InCallFunction) -> Iterator[Finding]:
    """A docstring type contradicts the annotation.

    **Why**: The schema is built from the annotation; whoever reads the docstring is misled.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces (str): How many tickets the caller wants

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: How many tickets the caller wants

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```

    **Limits**: Compared are the outermost types, and only where both are understood.
    """
    for parameter in function.interface.inputs if function.interface else ():
        entry, annotation = function.fact(docstring_of).parameters.get(parameter.name), parameter.node.annotation
        if entry and entry.type and annotation and parameter.type and contradicts(entry.type, parameter.type):
            args = {"documented": " ".join(entry.type.split()), "annotated": ast.unparse(annotation)}
            place = place_of_entry(function, entry.entry, parameter.name)
            from flake8_incall.repairs.entries import with_type

            fix = with_type(function, entry.entry, parameter, entry.type)
            yield Finding(place, {"parameter": parameter.name, **args}, fix)


@rule(
    "CAL311",
    "parameter `{parameter}` is documented more than once, so the model gets only the last entry; merge the entries",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="unsafe",
)
def repeated_docstring_parameter(function: InCallFunction) -> Iterator[Finding]:
    """The docstring has two entries for one parameter.

    **Why**: LiveKit puts the last entry into the tool schema. What the others say, often the range or the form,
    never reaches the model.

    **Bad**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: How many tickets the caller wants, at most 12
            pieces: The number of tickets

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```

    **Good**:
    ```python
    from livekit.agents import RunContext

    async def price_tickets(ctx: RunContext, pieces: int) -> dict:
        '''Tell the price of tickets when the caller asks for it.

        Args:
            pieces: How many tickets the caller wants, at most 12

        Returns:
            dict: {status: "success", price: int}
        '''
        return {"status": "success", "price": 12 * pieces}
    ```
    """
    if function.registration.is_raw:
        return
    for parameter in inputs_to_document(function):
        entry = function.fact(docstring_of).parameters.get(parameter.name)
        if entry and entry.is_repeated:
            place = place_of_entry(function, entry.entry, parameter.name)
            from flake8_incall.repairs.entries import without_repeats

            yield Finding(place, {"parameter": parameter.name}, without_repeats(function, parameter.name))
