"""The HTTP requests that are made while something runs, by httpx2, httpx and aiohttp. Without headers and bodies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@dataclass
class Exchange:
    """One request and what became of it.

    Attributes:
        method: `"GET"` and so on.
        url: Where it went.
        outcome: The status, or the name of the exception; `"no answer"` where the function was stopped.
        began: When it was sent, in seconds of `time.perf_counter()`.
        seconds: Until the head of the answer, or until it failed.
    """

    method: str
    url: str
    outcome: str = "no answer"
    began: float = field(default_factory=time.perf_counter)
    seconds: float | None = None

    def __str__(self) -> str:
        seconds = time.perf_counter() - self.began if self.seconds is None else self.seconds
        return f"{self.method} {self.url} -> {self.outcome} in {seconds:.3f} s"

    def end(self, outcome: object) -> None:
        """Keep what became of it."""
        self.outcome = str(outcome)
        self.seconds = time.perf_counter() - self.began


Tell = Callable[[Exchange], None]


@contextmanager
def recorded(tell: Tell) -> Iterator[None]:
    """While the block runs, tell of each request at its beginning; it is filled in when it ends."""
    with ExitStack() as patches:
        for name in ("httpx2", "httpx"):
            if find_spec(name):
                patches.enter_context(_httpx(name, tell))
        if find_spec("aiohttp"):
            patches.enter_context(_aiohttp(tell))
        yield


def _httpx(name: str, tell: Tell) -> AbstractContextManager[None]:
    client = import_module(name).AsyncClient
    send = client.send

    async def sent(self: Any, request: Any, **keywords: Any) -> Any:
        exchange = Exchange(request.method, str(request.url))
        tell(exchange)
        try:
            response = await send(self, request, **keywords)
        except BaseException as error:
            exchange.end(type(error).__name__)
            raise
        exchange.end(response.status_code)
        return response

    return _replaced(client, "send", sent)


def _aiohttp(tell: Tell) -> AbstractContextManager[None]:
    import aiohttp

    async def began(_: object, about: Any, start: aiohttp.TraceRequestStartParams) -> None:
        about.exchange = Exchange(start.method, str(start.url))
        tell(about.exchange)

    async def ended(_: object, about: Any, end: aiohttp.TraceRequestEndParams) -> None:
        about.exchange.end(end.response.status)

    async def failed(_: object, about: Any, end: aiohttp.TraceRequestExceptionParams) -> None:
        about.exchange.end(type(end.exception).__name__)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(began)
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(failed)
    initialise: Any = aiohttp.ClientSession.__init__

    def initialised(self: Any, *args: Any, trace_configs: Any = None, **keywords: Any) -> None:
        initialise(self, *args, trace_configs=[*(trace_configs or ()), trace], **keywords)

    return _replaced(aiohttp.ClientSession, "__init__", initialised)


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)
