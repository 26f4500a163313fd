"""Syntax that the Python version that runs the functions does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Position
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.python_versions import dotted, line_and_column, syntax_newer_than
from flake8_incall.rules.registry import rule


@rule(
    "CAL908",
    "{construct} needs Python {needed}, but the functions run on Python {version}; write it without",
    on=Module,
    profiles=("contract", "livekit"),
)
def newer_syntax(module: Module) -> Iterator[Finding]:
    """A file of in-call functions has syntax that is newer than the Python version that runs it.

    **Why**: The file cannot be imported there: none of its functions exists, and the agent does not start or answers
    without its tools.

    **Bad**:
    ```python
    # incall-python = 3.10
    async def check_hours(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks when the shop is open.

        Returns:
            dict: {status: "success", hours: str}
        \"\"\"
        try:
            hours = (await read_hours())["today"]
        except* KeyError:
            hours = "9 to 5"
        return {"status": "success", "hours": hours}

    async def read_hours() -> dict:
        return {"today": "10 to 19"}
    ```

    **Good**:
    ```python
    # incall-python = 3.10
    async def check_hours(ctx: RunContext) -> dict:
        \"\"\"Call this when the caller asks when the shop is open.

        Returns:
            dict: {status: "success", hours: str}
        \"\"\"
        try:
            hours = (await read_hours())["today"]
        except KeyError:
            hours = "9 to 5"
        return {"status": "success", "hours": hours}

    async def read_hours() -> dict:
        return {"today": "10 to 19"}
    ```

    **Limits**: Names and modules that are newer are not found. A file that the Python version that checks it cannot
    parse is reported as not checked. Code of function documents is judged by CAL009.

    **Settings**: `incall-python` is the version that runs the functions. Without it this rule does not apply.
    """
    version = module.options.python
    if version is None or not module.fact(discover).functions:
        return
    text = "".join(module.lines)
    for found in syntax_newer_than(version, module.tree, text):
        at = found.at if isinstance(found.at, ast.AST) else Position(*line_and_column(found.at, text))
        yield Finding(at, {"construct": found.construct, "needed": dotted(found.version), "version": dotted(version)})
