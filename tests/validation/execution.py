"""What a function really hands to its client: run with every value of its parameter under every choice of its flags."""

from __future__ import annotations

import itertools
import logging
import re
import sys
import types
from collections import Counter
from collections.abc import Awaitable

from tests.validation.writer import FLAGS, LETTERS

VALUES = ["".join(chosen) for count in range(len(LETTERS) + 1) for chosen in itertools.combinations(LETTERS, count)]


class Client:
    """A client that notes where in `tell` the parameter is handed to it as it is, with all its letters.

    Attributes:
        code: The parameter.
        failing: Which calls fail, one after the other; those beyond do not.
        places: The lines of `tell` in which it was handed over.
    """

    def __init__(self) -> None:
        self.code = ""
        self.failing: list[bool] = []
        self.places: set[int] = set()

    async def get(self, url: str, params: dict[str, str]) -> None:
        """Take what is asked for."""
        self._note(params["code"])

    async def post(self, url: str, json: dict[str, str]) -> None:
        """Take what is sent."""
        self._note(json["code"])

    def _note(self, handed: str) -> None:
        if set(handed) == set(self.code):
            frame: types.FrameType | None = sys._getframe(1)
            while frame is not None and frame.f_code.co_name != "tell":
                frame = frame.f_back
            assert frame is not None
            self.places.add(frame.f_lineno)
        if self.failing and self.failing.pop():
            raise ValueError("The service does not answer")


async def at_once(awaitable: Awaitable[object], _: float) -> object:
    """Wait without an event loop."""
    return await awaitable


def is_reached_unchecked(source: str) -> bool:
    """Whether, under some choice of the flags, every value gets to one and the same call: no test decides there.

    Services fail when they like, so a value gets there if it does with any of their failures.
    """
    client = Client()
    space = {
        "client": client,
        "re": re,
        "logger": logging.getLogger("tests.quiet"),
        "asyncio": types.SimpleNamespace(wait_for=at_once),
        "ERROR": {"status": "error", "message": "no"},
        "RunContext": object,
    }
    exec(compile(source, "tell.py", "exec"), space)
    for flags in itertools.product((False, True), repeat=len(FLAGS)):
        arrived: Counter[int] = Counter()
        for value in VALUES:
            client.code, client.places = value, set()
            for failing in itertools.product((False, True), repeat=2):
                client.failing = list(failing)
                _run(space["tell"], value, flags)  # type: ignore[arg-type]
            arrived.update(client.places)
        if len(VALUES) in arrived.values():
            return True
    return False


def _run(function: types.FunctionType, value: str, flags: tuple[bool, ...]) -> None:
    coroutine = function(None, value, *flags)
    try:
        coroutine.send(None)
    except (StopIteration, ValueError, AssertionError):
        return
    raise AssertionError("the function waits for something")
