"""The 0xx family: the request that a basic function describes."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.documents.document import DocumentFunction
from flake8_incall.model.documents.request import RequestFault, header_faults, url_faults
from flake8_incall.rules.registry import rule


@rule(
    "CAL005",
    "{subject} {problem}",
    on=DocumentFunction,
    profiles=("contract", "livekit"),
)
def invalid_url(function: DocumentFunction) -> Iterator[Finding]:
    """The URL of a basic function is relative, unsafe, or uses a `{name}` that no parameter provides.

    **Why**: Only `{name}` placeholders in the path are substituted. A placeholder in the host lets the caller choose
    the server (SSRF). A private host (loopback, private network, cloud metadata service) exposes internal services,
    plain `http` exposes the caller's data, and credentials in URLs end up in logs.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "Call this when the caller asks where an order is",
      "api": "http://169.254.169.254/orders/{order_id}",
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
      "api": "https://orders.example.com/orders/{order}",
      "method": "GET",
      "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}]
    }
    ```

    **Limits**: A public name that leads to a private address is not seen in a document; the runtime judges the
    address that it connects to.
    """
    yield from map(_finding, url_faults(function))


@rule(
    "CAL006",
    "{subject} {problem}",
    on=DocumentFunction,
    profiles=("contract", "livekit"),
)
def invalid_header(function: DocumentFunction) -> Iterator[Finding]:
    """A header exposes a secret, embeds one inside other text, or is invalid in HTTP.

    **Why**: Who can read the document can use the secret. The platform fills the exact value `x_secrets.NAME`, and
    nothing else: in `Bearer x_secrets.NAME` these words themselves are sent, and the API refuses every call. Keep
    the whole value of the header, with its `Bearer`, as the secret.

    **Bad**:
    ```json
    {
      "type": "custom_in_call",
      "name": "order_status",
      "description": "Call this when the caller asks where an order is",
      "api": "https://orders.example.com/status",
      "method": "GET",
      "headers": {"Authorization": "Bearer x_secrets.ORDERS_TOKEN"},
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
      "headers": {"Authorization": "x_secrets.ORDERS_AUTHORIZATION"},
      "parameters": [{"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}]
    }
    ```

    **Limits**: A secret of no known shape is seen only in a header whose name says that it keeps one.
    """
    yield from map(_finding, header_faults(function))


def _finding(fault: RequestFault) -> Finding:
    return Finding(fault.at, {"subject": fault.subject, "problem": fault.problem})
