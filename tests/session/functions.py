"""The functions of these tests, as their authors would write them, for a service at an address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

# The contract's example in other words; the first part of the path says how the service is to answer.
_WEATHER = '''\
import logging

import httpx2
from livekit.agents import RunContext

logger = logging.getLogger(__name__)


async def get_weather(ctx: RunContext, city: str, days: int = 1) -> dict:
    """Tell the weather of a city when the caller asks for it.

    Args:
        ctx: LiveKit RunContext
        city: The city, such as पुणे
        days: For how many days, 1 to 7

    Returns:
        dict: {status: "success" | "error", city: str, days: str, message: str}
    """
    if not city:
        return {"status": "error", "message": "Which city?"}
    if not 1 <= days <= 7:
        return {"status": "error", "message": "Days must be between 1 and 7"}
    try:
        async with httpx2.AsyncClient(timeout=10.0) as client:
            response = await client.get("ADDRESS/BEHAVIOUR/" + str(days), params={"city": city})
            if response.status_code != 200:
                return {"status": "error", "message": f"The weather service says {response.status_code}"}
            data = response.json()
            return {"status": "success", "city": data["query"]["city"], "days": data["path"]}
    except httpx2.RequestError:
        logger.exception("no weather")
        return {"status": "error", "message": "The weather cannot be reached"}
'''
_RELAY = '''\
import aiohttp
from livekit.agents import RunContext


async def relay(ctx: RunContext, number: int, behaviour: str) -> dict:
    """Hand on what the service says, for a test of many calls.

    Args:
        ctx: LiveKit RunContext
        number: Comes back
        behaviour: How the service is to answer

    Returns:
        dict: {status: "success" | "error", data: dict, message: str}
    """
    if number < 0 or behaviour not in ("ok", "500", "html", "odd", "large", "hang", "reset"):
        return {"status": "error", "message": "There is no such behaviour"}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=30)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.get(f"ADDRESS/{behaviour}/{number}") as response:
                response.raise_for_status()
                return {"status": "success", "data": await response.json()}
    except (aiohttp.ClientError, TimeoutError):
        return {"status": "error", "message": f"Number {number} cannot be had"}
'''
_BLOCKING = '''\
import time

from livekit.agents import RunContext


async def wait_a_little(ctx: RunContext, seconds: float) -> dict:
    """Wait while the caller looks for a document.

    Args:
        ctx: LiveKit RunContext
        seconds: How long

    Returns:
        dict: {status: "success"}
    """
    time.sleep(min(seconds, 2.0))
    return {"status": "success"}
'''


def weather(folder: Path, address: str, behaviour: str = "ok") -> Path:
    """A file with `get_weather(city, days)`."""
    return _written(folder / "weather.py", _WEATHER.replace("ADDRESS", address).replace("BEHAVIOUR", behaviour))


def relay(folder: Path, address: str) -> Path:
    """A file with `relay(number, behaviour)`, which hands on whatever the service answers."""
    return _written(folder / "relay.py", _RELAY.replace("ADDRESS", address))


def blocking(folder: Path) -> Path:
    """A file with a function that stops the event loop."""
    return _written(folder / "blocking.py", _BLOCKING)


def basic(folder: Path, address: str, behaviour: str = "ok") -> Path:
    """A document with the basic function `order_status(order_number)`."""
    return _document(folder, address, {"order_status": behaviour})


def basics(folder: Path, address: str, behaviours: Iterable[str]) -> Path:
    """A document with a basic function for each behaviour, such as `order_500(order_number)`."""
    return _document(folder, address, {f"order_{behaviour}": behaviour for behaviour in behaviours})


def _document(folder: Path, address: str, behaviours: dict[str, str]) -> Path:
    functions = [
        {
            "type": "custom_in_call",
            "name": name,
            "description": "Call this when the caller asks where an order is",
            "api": f"{address}/{behaviour}/{{order_number}}",
            "method": "GET",
            "parameters": [{"key_name": "order_number", "type": "string", "description": "The number on the bill"}],
        }
        for name, behaviour in behaviours.items()
    ]
    return _written(folder / "orders.json", json.dumps(functions, ensure_ascii=False))


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
