"""The network as basic functions see it: public addresses only, judged on the address that is connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore2
import httpx2

Resolve = Callable[[str, int], Awaitable[list[str]]]

# IPv6 has its public hosts here. What lies outside is reserved, local, multicast, or an IPv4 address in disguise.
_ALLOCATED = IPv6Network("2000::/3")
# In networks without IPv4, the name server writes every IPv4 address into these.
_TRANSLATED = IPv6Network("64:ff9b::/96")
# `is_global` says yes to these, if not in every supported Python.
_NOT_PUBLIC = [
    ip_network("192.0.0.0/24"),  # protocol assignments, with a cloud's metadata service at 192.0.0.192
    ip_network("192.88.99.0/24"),  # relays to 6to4
    ip_network("168.63.129.16/32"),  # a cloud's own host, as its machines see it
    ip_network("2001::/23"),  # protocol assignments, with Teredo
    ip_network("2002::/16"),  # 6to4, which carries an IPv4 address
    ip_network("3fff::/20"),  # documentation
]
_MOST_ADDRESSES = 4


class NotPublicError(httpx2.ConnectError):
    """The host of a URL has no public address. Its text names the host, so it is for the log alone."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a host of the public internet.

    Raises:
        ValueError: It is no IP address.
    """
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        if found in _TRANSLATED:
            found = IPv4Address(int(found) & 0xFFFF_FFFF)
        elif found not in _ALLOCATED:
            return False
    return found.is_global and not found.is_multicast and not any(found in network for network in _NOT_PUBLIC)


async def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order in which they are to be tried.

    Raises:
        OSError: The name is not known, or the name server cannot be asked.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("the host is no name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PublicNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses only.

    A name is resolved once, and the connection goes to an address that was judged: no second answer of the name
    server comes between. The name stays what it was for TLS and for the `Host` header, which do not pass here.

    Args:
        resolve: Finds the addresses of a host.
        network: Makes the connection to an address.
    """

    def __init__(self, resolve: Resolve = resolve, network: httpcore2.AsyncNetworkBackend | None = None) -> None:
        self._resolve = resolve
        self._network = network or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers; each gets its share of the time.

        Raises:
            NotPublicError: No address of the host is public.
            httpcore2.ConnectError: The host has no address, or none accepts a connection.
            httpcore2.ConnectTimeout: The time is up.
        """
        addresses = await self._public_addresses(host, port, timeout)
        share = timeout / len(addresses) if timeout else None
        refusal: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                refusal = error
        raise refusal or httpcore2.ConnectError("the host has no address")

    async def sleep(self, seconds: float) -> None:
        """Wait between two tries of a connection."""
        await self._network.sleep(seconds)

    async def _public_addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout("the name server does not answer") from error
        except OSError as error:
            raise httpcore2.ConnectError("the host has no address") from error
        public = [address for address in addresses if is_public(address)]
        if not public:
            raise NotPublicError(f"{host} has no public address, only {', '.join(addresses) or 'none'}")
        return public[:_MOST_ADDRESSES]
