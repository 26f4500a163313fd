"""The 0xx family: what the model is told of a function, its name and its description."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.docstring.occasion import states_occasion
from flake8_incall.model.documents.document import DocumentFunction
from flake8_incall.model.documents.naming import name_faults
from flake8_incall.rules.registry import rule


@rule(
    "CAL004",
    "{fault}; {remedy}",
    on=DocumentFunction,
    profiles=("contract", "livekit"),
)
def invalid_name(function: DocumentFunction) -> Iterator[Finding]:
    """A name contains spaces, is rejected by model providers, or is not unique in its scope.

    **Why**: Providers accept a-z, A-Z, 0-9, `_` and `-`, at most 64 characters, as function names, plus `.` in
    parameter keys. Anything else fails every model turn. Of two functions with the same name, the model can call only
    one. Functions of a version form one scope; each capability forms its own.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order status",
      "description": "Call this when the caller asks where an order is",
      "api": "https://orders.example.com/status",
      "method": "GET",
      "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}]
    }
    ```

    **Good**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "Call this when the caller asks where an order is",
      "api": "https://orders.example.com/status",
      "method": "GET",
      "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}]
    }
    ```
    """
    for fault in name_faults(function):
        yield Finding(fault.at, {"fault": fault.fault, "remedy": fault.remedy})


@rule(
    "CAL008",
    "the description of {subject} does not say when to call it; start with the trigger: `Call this when the caller "
    "asks …`",
    on=DocumentFunction,
    profiles=("strict",),
    severity=Severity.WARNING,
)
def document_without_trigger(function: DocumentFunction) -> Iterator[Finding]:
    """The description of a document does not say when the model should call the function.

    **Why**: The description is the trigger: the model decides by it, while the caller waits. A summary leaves the
    moment to a guess, and the function is called too early, too often or not at all.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "Fetches the status of an order from the order system",
      "api": "https://orders.example.com/status",
      "method": "GET",
      "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}]
    }
    ```

    **Good**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "Call this when the caller asks where an order is",
      "api": "https://orders.example.com/status",
      "method": "GET",
      "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}]
    }
    ```

    **Limits**: Only descriptions in English are judged.
    """
    value, text = function.fields.given("description"), function.fields.text("description")
    if value is not None and text is not None and states_occasion(text) is False:
        subject = f"`{function.label}`" if function.label else "the function"
        yield Finding(function.places.of(value), {"subject": subject})
