"""Files of in-call functions for the tests that load them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PYTHON = '''"""Tables."""

from livekit.agents import RunContext


async def book_table(ctx: RunContext, seats: int, note: str = "") -> dict:
    """Call this when the caller wants a table and gave the number of seats.

    Args:
        seats: How many people come, 1 to 9.
        note: What the kitchen should know.

    Returns:
        dict: {status: "success", seats: int}
    """
    if not 1 <= seats <= 9:
        return {"status": "error", "message": "Ask for 1 to 9 seats."}
    return {"status": "success", "seats": seats}
'''

SNIPPET = '''async def find_order(ctx: RunContext, order: str) -> dict:
    """Call this when the caller asks where an order is.

    Args:
        order: The number of the order, as the caller said it.

    Returns:
        dict: {status: "success", order: str}
    """
    return {"status": "success", "order": order}
'''

BASIC: dict[str, Any] = {
    "type": "custom_in_call",
    "name": "opening_hours",
    "description": "Call this when the caller asks when a branch is open.",
    "api": "https://shop.example.com/hours",
    "method": "GET",
    "headers": {"Authorization": "x_secrets.CRM_TOKEN"},
    "parameters": [{"key_name": "branch", "type": "string", "description": "Name of the branch."}],
}


def advanced(code: str = SNIPPET, **fields: Any) -> dict[str, Any]:
    """An advanced function as a document has it."""
    return {
        "type": "custom_in_call",
        "name": "find_order",
        "description": "Call this when the caller asks where an order is.",
        "source_code": code,
        **fields,
    }


def write(path: Path, content: str | bytes | dict[str, Any] | list[Any]) -> Path:
    """Write a file: text, bytes, or a value as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path
