"""The 0xx family: what a document's fields have to hold."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.documents.basic import Fault, absences, parameter_faults, refusals
from flake8_incall.model.documents.document import DocumentFunction, UnknownWord
from flake8_incall.rules.registry import rule


@rule(
    "CAL002",
    "{fault}; {remedy}",
    on=DocumentFunction,
    profiles=("contract", "livekit"),
)
def missing_field(function: DocumentFunction) -> Iterator[Finding]:
    """A required field is missing or empty: name, description; for basic functions also URL, method and parameters.

    **Why**: The model is shown the name and the description, and calls by them; without a URL, a method and
    parameters there is no request to make. The function is not there when the caller needs it.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "",
      "api": "https://orders.example.com/status",
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
    yield from map(_finding, absences(function))


@rule(
    "CAL003",
    "{fault}; {remedy}",
    on=(DocumentFunction, UnknownWord),
    profiles=("contract", "livekit"),
)
def invalid_field(subject: DocumentFunction | UnknownWord) -> Iterator[Finding]:
    """A field is unknown or has an invalid value.

    **Why**: The contract allows four methods (GET, POST, PUT, DELETE) and two parameter types (string, number), spelled
    exactly like this. Other values have no effect, and misspelled fields are ignored silently. Model providers reject
    descriptions over 1,024 characters on every turn.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "change_address",
      "description": "Call this when the caller has moved and said the new address",
      "api": "https://orders.example.com/address",
      "method": "PATCH",
      "parameters": [{"key_name": "address", "typ": "string", "type": "object", "description": "The new address"}]
    }
    ```

    **Good**:
    ```json
    {
      "type": "custom_in_call",
      "name": "change_address",
      "description": "Call this when the caller has moved and said the new address",
      "api": "https://orders.example.com/address",
      "method": "PUT",
      "parameters": [{"key_name": "address", "type": "string", "description": "Street, house, city and PIN code"}]
    }
    ```

    **Limits**: Functions of the platform's other types (`transfer`, `booking`, `custom_pre_call`, ...) are not judged.
    """
    if isinstance(subject, UnknownWord):
        yield Finding(subject.at, {"fault": subject.fault, "remedy": subject.remedy})
    else:
        yield from map(_finding, refusals(subject))


@rule(
    "CAL007",
    "{fault}; {remedy}",
    on=DocumentFunction,
    profiles=("contract", "livekit"),
)
def undescribed_parameter(function: DocumentFunction) -> Iterator[Finding]:
    """A parameter of a basic function has no useful description, or its key is duplicated.

    **Why**: The description is all that the model has to find the value in the conversation; without one it
    guesses. Of two parameters with one key only one reaches the API.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "Call this when the caller asks where an order is",
      "api": "https://orders.example.com/status",
      "method": "GET",
      "parameters": [{"key_name": "order", "type": "string", "description": "TODO"}]
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
    yield from map(_finding, parameter_faults(function))


def _finding(fault: Fault) -> Finding:
    return Finding(fault.at, {"fault": fault.fault, "remedy": fault.remedy})
