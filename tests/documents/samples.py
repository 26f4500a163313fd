"""Documents of the platform that are right, and how others are made of them."""

from __future__ import annotations

import json
from typing import Any

ROW = {"key_name": "order_number", "type": "string", "description": "The order number as the caller said it"}
BASIC: dict[str, Any] = {
    "type": "custom_in_call",
    "name": "order_status",
    "description": "Call this when the caller asks where an order is",
    "api": "https://orders.example.com/status",
    "method": "POST",
    "headers": [{"key_name": "Authorization", "value": "x_secrets.ORDERS_TOKEN"}],
    "parameters": [ROW],
    "msg_while_executing_type": "static",
    "msg_while_executing": ["एक क्षण रुकिए"],
    "api_mapping": {},
}
IN_WORDS: dict[str, Any] = {
    "Name": "order_status",
    "Description": "Call this when the caller asks where an order is",
    "API URL": "https://orders.example.com/status",
    "Method": "GET",
    "Headers": {"X-Api-Key": "x_secrets.ORDERS_KEY"},
    "Parameters": [{"Key": "order", "Type": "string", "Description": "Number of the order, as on the bill"}],
}
CODE = '''async def order_status(ctx: RunContext, order_number: str) -> dict:
    """Tell where an order is when the caller asks for it.

    Args:
        ctx: The call
        order_number: The order number as the caller said it

    Returns:
        dict: {status: "success" | "error", place: str, message: str}
    """
    if not order_number.isdigit():
        return {"status": "error", "message": "Please say the order number again"}
    try:
        async with httpx.AsyncClient(timeout=8) as client:
            response = await client.get(
                "https://orders.example.com/status",
                params={"order": order_number},
                headers={"Authorization": x_secrets["ORDERS_TOKEN"]},
            )
            response.raise_for_status()
            found = response.json()
    except (httpx.HTTPError, ValueError) as error:
        logger.error("orders: request failed: %s", error)
        return {"status": "error", "message": "The order cannot be looked up now"}
    return {"status": "success", "place": found["place"]}
'''
ADVANCED: dict[str, Any] = {
    "type": "custom_in_call",
    "name": "order_status",
    "description": "Call this when the caller asks where an order is",
    "msg_while_executing_type": "dynamic",
    "msg_while_executing": [],
    "source_code": CODE,
}
HELPER = "def spoken(number):\n    return number\n"


def written(document: Any) -> str:
    """A document as a text; a text as it is."""
    return document if isinstance(document, str) else json.dumps(document, ensure_ascii=False, indent=2)


def basic(**fields: Any) -> dict[str, Any]:
    """The basic function with other fields; `...` leaves one out."""
    return {key: value for key, value in {**BASIC, **fields}.items() if value is not ...}


def advanced(code: Any = CODE, **fields: Any) -> dict[str, Any]:
    """The advanced function with another code or other fields; `...` leaves one out."""
    return {key: value for key, value in {**ADVANCED, "source_code": code, **fields}.items() if value is not ...}


def row(**fields: Any) -> dict[str, Any]:
    """A basic function whose second parameter has other fields; `...` leaves one out."""
    second = {"key_name": "city", "type": "string", "description": "The city that the caller lives in", **fields}
    return basic(parameters=[ROW, {key: value for key, value in second.items() if value is not ...}])


def header(value: Any, name: str = "Authorization") -> dict[str, Any]:
    """A basic function with one header, given by its name."""
    return basic(headers={name: value})


def url(text: str) -> dict[str, Any]:
    """A basic function with another URL."""
    return basic(api=text)
