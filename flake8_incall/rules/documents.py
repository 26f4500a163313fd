"""The 0xx family: function documents, the JSON in which the platform keeps functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Position, Span
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.python_versions import NewerPythonError
from flake8_incall.model.documents.document import DocumentFunction, SourceText, Unreadable
from flake8_incall.model.documents.form import TOOL_NAME
from flake8_incall.model.documents.json_text import shown
from flake8_incall.rules.registry import rule


@rule(
    "CAL001",
    "{found}, expected {expected}",
    on=Unreadable,
    profiles=("contract", "livekit"),
)
def invalid_document(part: Unreadable) -> Iterator[Finding]:
    """The file is not valid JSON, or is not a function document.

    **Why**: A document that cannot be parsed is not loaded, so the agent answers without the function. JSON does not
    allow trailing commas, comments, `NaN` or raw line breaks in strings, and parsers disagree about duplicate keys.

    **Bad**:
    ```json
    {"functions": ["opening_hours"]}
    ```

    **Good**:
    ```json
    {"functions": [{
      "type": "custom_in_call",
      "name": "opening_hours",
      "description": "Call this when the caller asks when a branch is open",
      "api": "https://shop.example.com/hours",
      "method": "GET",
      "parameters": [{"key_name": "branch", "type": "string", "description": "Name of the branch"}]
    }]}
    ```
    """
    yield Finding(part.at, {"found": part.found, "expected": part.expected})


@rule(
    "CAL009",
    "{subject} {problem}",
    on=DocumentFunction,
    profiles=("contract", "livekit"),
    yields_to=("CAL905",),
)
def code_document_mismatch(function: DocumentFunction) -> Iterator[Finding]:
    r"""The code has a syntax error, or its first `def` differs from the documented function.

    **Why**: The platform runs the first `def` of the text, under the document's name. Code that does not parse is
    no function at all; under another name the model calls something that is not there; and a helper beside the
    first `def` does not exist during the call, so the function ends in a `NameError`.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "opening_hours",
      "description": "Call this when the caller asks when the shop is open",
      "source_code": "async def get_hours(ctx: RunContext) -> dict:\n    ..."
    }
    ```

    **Good**:
    ```json
    {
      "type": "custom_in_call",
      "name": "opening_hours",
      "description": "Call this when the caller asks when the shop is open",
      "source_code": "async def opening_hours(ctx: RunContext) -> dict:\n    \"\"\"Tell when the shop is open.\n\n    Returns:\n        dict: {status: \"success\", hours: str}\n    \"\"\"\n    return {\"status\": \"success\", \"hours\": \"10 to 19\"}\n"
    }
    ```

    **Limits**: Where Python itself does not say at which place the code fails, the finding stands at its
    beginning. Code for a newer Python version than the one that checks it is reported as not checked.

    **Settings**: `incall-python` is the version that runs the code: 3.12 unless set, as on the platform.
    """  # noqa: E501 (a text in JSON is one line)
    if function.source is not None:
        subject = f"the code of `{function.label}`" if function.label else "the code"
        for span, problem in _problems(function, function.source):
            yield Finding(span, {"subject": subject, "problem": problem})
        for node, span, problem in _further_functions(function, function.source):
            yield Finding(span, {"subject": subject, "problem": problem}, about=(node,))


def _problems(function: DocumentFunction, source: SourceText) -> Iterator[tuple[Span, str]]:
    if source.other_form is not None:
        yield source.part(source.other_form.start, source.other_form.end), source.other_form.problem
        return
    if isinstance(source.error, NewerPythonError):
        yield source.error_span(source.error), source.error.explanation
    elif source.error is not None:
        yield source.error_span(source.error), f"has a syntax error: {shown(source.error.msg, 200)}"
    module = source.module
    if module is None:
        return
    discovery = module.fact(discover)
    if not discovery.functions:
        beginning = Position(1, 0)
        yield source.span(beginning, beginning), "has no top-level `def`; define the function at the top level"
        return
    first, name = discovery.functions[0], function.name
    at = source.place(module, first.node)
    if function.is_behind_another:
        yield at, f"defines `{first.name}` first, so the platform runs that; move it into `{function.label}`"
    elif name and name.strip() and name != first.name and not _is_spelled_alike(name, first.name):
        yield at, f"defines `{first.name}` first, so the platform runs `{first.name}`; use the same name in both"


def _is_spelled_alike(name: str, defined: str) -> bool:
    """Whether a name that no provider takes, of which CAL004 speaks, is the function's but for its other characters."""
    return TOOL_NAME.fullmatch(name) is None and re.sub(r"\W+", "_", name.strip()) == defined


def _further_functions(function: DocumentFunction, source: SourceText) -> Iterator[tuple[ast.AST, Span, str]]:
    module = source.module
    if module is not None and module.fact(discover).functions:
        first = module.fact(discover).functions[0]
        for node in (other.node for other in module.fact(discover).passed_over):
            if function.is_behind_another and node.name == function.name:
                continue
            problem = (
                f"defines a second function `{node.name}`, which the platform ignores; move it into `{first.name}`"
            )
            yield node, source.place(module, node), problem
