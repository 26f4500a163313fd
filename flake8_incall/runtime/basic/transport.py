"""httpx2 over a network of one's own: its own transport takes none."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpcore2
import httpx2

# In this order: a timeout while connecting is a timeout.
_ERRORS: list[tuple[type[Exception], type[httpx2.TransportError]]] = [
    (httpcore2.ConnectTimeout, httpx2.ConnectTimeout),
    (httpcore2.TimeoutException, httpx2.TimeoutException),
    (httpcore2.ConnectError, httpx2.ConnectError),
    (httpcore2.NetworkError, httpx2.NetworkError),
    (httpcore2.ProtocolError, httpx2.ProtocolError),
    (httpcore2.UnsupportedProtocol, httpx2.UnsupportedProtocol),
]


class NetworkTransport(httpx2.AsyncBaseTransport):
    """Sends requests through a pool of connections that a given network makes.

    Args:
        network: Makes the connections; `None` for the usual one.
        tls: What is trusted of a server that says who it is.
        kept_connections: How many connections may stay open when nothing is under way on them.
    """

    def __init__(
        self, network: httpcore2.AsyncNetworkBackend | None, tls: ssl.SSLContext, *, kept_connections: int
    ) -> None:
        # No limit on connections: calls that hang must not hold up others.
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=None,
            max_keepalive_connections=kept_connections,
            keepalive_expiry=30.0,
            network_backend=network,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and receive the head of its response.

        Raises:
            httpx2.TransportError: It could not be sent, or what came back is no response.
        """
        url = request.url
        with _as_httpx():
            response = await self._pool.handle_async_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx2.Response(response.status, headers=response.headers, stream=_Body(response))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx2.AsyncByteStream):
    """The body of a response while it is received."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._response.aclose()


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(ours for ours, _ in _ERRORS) as error:
        kind = next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))
        raise kind(str(error)) from error
