"""The HTTP client that the basic functions share."""

from __future__ import annotations

import asyncio
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from weakref import WeakKeyDictionary

import httpcore2
import httpx2
from livekit.agents import get_job_context

from flake8_incall.runtime.basic.network import PublicNetwork
from flake8_incall.runtime.basic.transport import NetworkTransport

_KEPT_CONNECTIONS = 20


class Http:
    """One HTTP client for each event loop, opened when the first call needs it.

    Within a LiveKit job, connections stay open between calls until the job shuts down, and between `open()` and
    `aclose()` anywhere. Elsewhere nobody says when the last call was, so each call makes a connection of its own and
    closes it: slower by a handshake, and nothing is left to close.

    Proxies, `.netrc` and cookies play no part: a proxy would choose the address that is connected to, and a cookie
    would carry one caller's session into the next call. What TLS trusts follows `SSL_CERT_FILE` and `SSL_CERT_DIR`.

    Args:
        allow_private_hosts: Connect to addresses that are not public as well: loopback, private networks.
        network: Makes the connections, instead of what `allow_private_hosts` says.
    """

    def __init__(
        self, allow_private_hosts: bool = False, *, network: httpcore2.AsyncNetworkBackend | None = None
    ) -> None:
        self._network = network or (None if allow_private_hosts else PublicNetwork())
        self._tls = _tls_context()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient] = WeakKeyDictionary()

    def client(self) -> httpx2.AsyncClient:
        """The client of the running event loop. It follows no redirect and sets no timeout."""
        client = self._clients.get(asyncio.get_running_loop())
        if client is not None:
            return client
        job = get_job_context(required=False)
        if job is None:
            return self._open(kept_connections=0)
        job.add_shutdown_callback(self.aclose)
        return self.open()

    def open(self) -> httpx2.AsyncClient:
        """Open the client of the running event loop, if it is not open. Its connections stay until `aclose()`."""
        return self._clients.get(asyncio.get_running_loop()) or self._open(_KEPT_CONNECTIONS)

    async def aclose(self) -> None:
        """Close the client of the running event loop. A later call opens another."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _open(self, kept_connections: int) -> httpx2.AsyncClient:
        transport = NetworkTransport(self._network, self._tls, kept_connections=kept_connections)
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        client = httpx2.AsyncClient(transport=transport, cookies=no_cookies, timeout=None, trust_env=False)
        self._clients[asyncio.get_running_loop()] = client
        return client


@cache
def _tls_context() -> SSLContext:
    # Reading the certificates takes tens of milliseconds: once, and not during a call.
    return httpx2.create_ssl_context()
