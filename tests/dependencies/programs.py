"""Files of tools as teams write them: tools side by side, tools of one agent, tools that share what they use."""

from __future__ import annotations

SIDE_BY_SIDE = '''\
"""Tools of a flower shop."""

import logging
import os

import httpx
from livekit.agents import RunContext, function_tool

logger = logging.getLogger(__name__)
BASE_URL = os.environ.get("SHOP_URL", "https://shop.example.com")
TIMEOUT = 8.0
OPENING_HOURS = {
    "monday": "9 to 18",
    "tuesday": "9 to 18",
    "saturday": "10 to 14",
}
RATES = [("bouquet", 25), ("wreath", 60)]


def _failed(message: str) -> dict:
    return {"status": "error", "message": message}


def _price(kind: str) -> int:
    for name, price in RATES:
        if name == kind:
            return price
    return 0


@function_tool
async def opening_hours(ctx: RunContext, day: str) -> dict:
    """Say when the shop is open, when the caller asks for a day.

    Args:
        day: The day of the week
    """
    hours = OPENING_HOURS.get(day.lower())
    if hours is None:
        return _failed("We are closed that day.")
    return {"status": "success", "hours": hours}


@function_tool
async def stock(ctx: RunContext, item: str) -> dict:
    """Look up how many pieces are left, when the caller asks for an item.

    Args:
        item: The item
    """
    try:
        async with httpx.AsyncClient(base_url=BASE_URL, timeout=TIMEOUT) as client:
            response = await client.get("/stock", params={"item": item})
            response.raise_for_status()
            return {"status": "success", "left": response.json()["left"]}
    except (httpx.HTTPError, KeyError, ValueError):
        logger.exception("stock failed")
        return _failed("The stock cannot be read now. Tell the caller to try later.")


@function_tool
async def order(ctx: RunContext, item: str, count: int) -> dict:
    """Order an item when the caller has confirmed.

    Args:
        item: The item
        count: How many
    """
    if not 0 < count < 50:
        return _failed("Ask for a number between 1 and 50.")
    try:
        async with httpx.AsyncClient(base_url=BASE_URL, timeout=TIMEOUT) as client:
            response = await client.post("/orders", json={"item": item, "count": count})
            response.raise_for_status()
    except httpx.HTTPError:
        logger.exception("order failed")
        return _failed("The order was not placed.")
    return {"status": "success", "price": _price(item) * count}


@function_tool
async def cancel(ctx: RunContext, number: int) -> dict:
    """Cancel an order when the caller has named its number.

    Args:
        number: The number of the order
    """
    print("cancelling", number)
    return {"status": "success"}


@function_tool
async def callback(ctx: RunContext, phone: str) -> dict:
    """Note down a number to call back, when the caller asks for it.

    Args:
        phone: The number
    """
    note = phone.strip()
    if len(note) < 5:
        return {"status": "error", "message": "Ask for the whole number."}
    return {"status": "success", "number": note}
'''

OF_ONE_AGENT = '''\
"""An agent that books tables."""

from dataclasses import dataclass

import httpx
from livekit.agents import Agent, RunContext, function_tool

SLOTS = ["18:00", "19:00", "20:00"]


@dataclass
class Booking:
    name: str | None = None
    slot: str | None = None

    def is_complete(self) -> bool:
        return self.name is not None and self.slot is not None

    def summary(self) -> str:
        return f"{self.name} at {self.slot}"


class Host(Agent):
    """Books tables."""

    def __init__(self, url: str) -> None:
        super().__init__(instructions="Book tables.")
        self.booking = Booking()
        self.client = httpx.AsyncClient(base_url=url)

    async def on_enter(self) -> None:
        await self.session.generate_reply()

    def _known(self, slot: str) -> bool:
        return slot in SLOTS

    @function_tool
    async def slots(self, ctx: RunContext) -> dict:
        """Say which tables are free, when the caller asks."""
        return {"status": "success", "slots": list(SLOTS)}

    @function_tool
    async def set_name(self, ctx: RunContext, name: str) -> dict:
        """Note down who books, when the caller says the name.

        Args:
            name: The name
        """
        self.booking.name = name
        return {"status": "success"}

    @function_tool
    async def set_slot(self, ctx: RunContext, slot: str) -> dict:
        """Note down for when, when the caller chooses.

        Args:
            slot: The time
        """
        if not self._known(slot):
            return {"status": "error", "message": "That is not free."}
        self.booking.slot = slot
        return {"status": "success"}

    @function_tool
    async def finish(self, ctx: RunContext) -> dict:
        """Book the table when the caller has confirmed."""
        if not self.booking.is_complete():
            return {"status": "error", "message": "Ask for name and time."}
        response = await self.client.post("/bookings", json={"summary": self.booking.summary()})
        return {"status": "success", "id": response.json()["id"]}

    @function_tool
    async def directions(self, ctx: RunContext) -> dict:
        """Say how to get there, when the caller asks for the way."""
        return {"status": "success", "text": "Opposite the station."}
'''

SHARED_HELPER = '''\
"""Tools that share a helper with faults, a table that another one fills, and a decorator of their own."""

import functools

import requests
from livekit.agents import RunContext, function_tool

READERS = {}
session = requests.Session()


def logged(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        print(function.__name__)
        return await function(*args, **kwargs)

    return wrapper


def fetch(client, path):
    return client.get("https://shop.example.com" + path).json()


def register():
    READERS["balance"] = open


@function_tool
async def balance(ctx: RunContext) -> dict:
    """Read the balance when the caller asks for it."""
    return {"status": "success", "balance": fetch(session, "/balance")}


@function_tool
async def orders(ctx: RunContext) -> dict:
    """Read the orders when the caller asks for them."""
    try:
        return {"status": "success", "orders": fetch(session, "/orders")}
    except requests.RequestException:
        return {"status": "error", "message": "Not now"}


@function_tool
async def read(ctx: RunContext, kind: str) -> dict:
    """Read something when the caller asks for it.

    Args:
        kind: What
    """
    return {"status": "success", "text": READERS[kind](kind)}


@function_tool
@logged
async def hours(ctx: RunContext) -> dict:
    """Say the hours when the caller asks for them."""
    return {"status": "success"}
'''

DECORATED = '''\
"""Tools behind one decorator of their file."""

import functools
import logging

import requests
from livekit.agents import RunContext, function_tool

logger = logging.getLogger(__name__)


def handled(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        try:
            return await function(*args, **kwargs)
        except Exception:
            logger.exception("it failed")
            return {"status": "error", "message": "Not now"}

    return wrapper


@function_tool
@handled
async def read(ctx: RunContext, url: str) -> dict:
    """Read a page when the caller asks for it.

    Args:
        url: The address of the page
    """
    return {"status": "success", "page": requests.get(url).json()}


@function_tool
@handled
async def opened(ctx: RunContext) -> dict:
    """Say whether the shop is open, when the caller asks."""
    if ctx is None:
        raise ValueError("no call")
    return {"status": "success", "hours": "9 to 18"}


@function_tool
@handled
async def prices(ctx: RunContext, kind: str) -> dict:
    """Say what something costs, when the caller asks.

    Args:
        kind: What
    """
    return {"prices": [kind, 5]}
'''

REALISTIC = {
    "side_by_side.py": SIDE_BY_SIDE,
    "of_one_agent.py": OF_ONE_AGENT,
    "shared_helper.py": SHARED_HELPER,
    "decorated.py": DECORATED,
}
