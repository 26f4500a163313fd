"""Public addresses only, judged on the address that is connected to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2
import pytest

from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.basic.network import PublicNetwork, is_public
from flake8_incall.runtime.limits import Limits
from tests.runtime.basic.conftest import Run
from tests.runtime.basic.documents import basic, call, tool_of
from tests.runtime.basic.service import reply, running

PUBLIC = "93.184.216.34"
REFUSED = {
    "status": "error",
    "message": "The service is unreachable. Tell the caller it is currently unavailable.",
}


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", PUBLIC, "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"),
        "64:ff9b::808:808",  # 8.8.8.8 in a network without IPv4
    ],
)
def test_hosts_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.254",
        ),
        *("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),  # metadata of clouds
        *("224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1", "192.88.99.1"),
        *("::", "::1", "fe80::1", "fe80::1%2", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"),
        *("2002:7f00:1::", "2002:808:808::", "2001::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "4000::1"),
    ],
)
def test_others_are_not(address: str) -> None:
    assert not is_public(address)


class Stream(httpcore2.AsyncNetworkStream):
    """A plain connection that is taken for an encrypted one, and notes the name that is asked of the server."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, names: list[str | None]) -> None:
        self._stream = stream
        self._names = names
        self.read = stream.read  # type: ignore[method-assign]
        self.write = stream.write  # type: ignore[method-assign]
        self.aclose = stream.aclose  # type: ignore[method-assign]

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        assert ssl_context.check_hostname
        assert ssl_context.verify_mode is ssl.CERT_REQUIRED
        self._names.append(server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        return None if info == "ssl_object" else self._stream.get_extra_info(info)


class World(httpcore2.AsyncNetworkBackend):
    """A network in which names have the addresses of a test, and the good addresses lead to one service.

    Attributes:
        asked: The names that were looked up.
        connected: The addresses that were connected to, also without success.
        tls_names: The names that servers had to prove.
    """

    def __init__(self, port: str, good: Iterable[str], *answers: list[str]) -> None:
        self._port = int(port)
        self._good = set(good)
        self._answers = list(answers)
        self._network = httpcore2.AnyIOBackend()
        self.asked: list[str] = []
        self.connected: list[str] = []
        self.tls_names: list[str | None] = []

    async def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if not self._answers:
            raise OSError("no such name")
        return self._answers.pop(0)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        self.connected.append(host)
        if host not in self._good:
            raise httpcore2.ConnectError("nobody there")
        return Stream(await self._network.connect_tcp("127.0.0.1", self._port, timeout), self.tls_names)

    @property
    def http(self) -> Http:
        return Http(network=PublicNetwork(self.resolve, self))


def port_of(address: str) -> str:
    return address.rpartition(":")[2]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"]
)
def test_a_private_host_is_refused(run: Run, host: str) -> None:
    async def test() -> None:
        async with running() as service:
            function = basic(f"http://{host}:{port_of(service.address)}/a")
            assert await call(tool_of(function, Http()), sku="1") == REFUSED
            assert service.connections == 0

    run(test())


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.0.0.1", "fd00::1"], ["::ffff:10.0.0.1"], []])
def test_a_name_with_private_addresses_is_refused(
    run: Run, addresses: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        async with running() as service:
            world = World(port_of(service.address), ["127.0.0.1"], addresses)
            assert await call(tool_of(basic("https://internal.example.com/a"), world.http), sku="1") == REFUSED
            assert world.connected == []

    run(test())
    assert "internal.example.com has no public address" in caplog.text


def test_of_mixed_addresses_only_the_public_ones_are_tried(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            other = "2606:4700:4700::1111"
            world = World(port_of(service.address), [PUBLIC, "127.0.0.1"], ["127.0.0.1", other, "10.0.0.1", PUBLIC])
            result = await call(tool_of(basic("http://shop.example.com/a"), world.http), sku="1")
            assert result == {"status": "success", "data": {}}
            assert world.connected == [other, PUBLIC]

    run(test())


def test_of_many_addresses_only_the_first_are_tried(run: Run) -> None:
    """Each gets its share of the time, and with too many none had enough."""

    async def test() -> None:
        async with running() as service:
            addresses = [f"2606:4700:4700::{number}" for number in range(1, 9)]
            world = World(port_of(service.address), [addresses[-1]], addresses)
            assert (await call(tool_of(basic("http://shop.example.com/a"), world.http), sku="1"))["status"] == "error"
            assert world.connected == addresses[:4]

    run(test())


def test_the_name_is_kept_for_the_server(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            world = World(port_of(service.address), [PUBLIC], [PUBLIC])
            result = await call(tool_of(basic("https://shop.example.com:8443/a"), world.http), sku="1")
            assert result == {"status": "success", "data": {}}
            assert world.connected == [PUBLIC]
            assert world.tls_names == ["shop.example.com"]
            assert service.received[0].headers["host"] == "shop.example.com:8443"

    run(test())


def test_a_name_that_changes_its_address_is_judged_each_time(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            world = World(port_of(service.address), [PUBLIC, "127.0.0.1"], [PUBLIC], ["127.0.0.1"])
            tool = tool_of(basic("https://shop.example.com/a"), world.http)
            assert await call(tool, sku="1") == {"status": "success", "data": {}}
            assert await call(tool, sku="1") == REFUSED
            assert world.asked == ["shop.example.com"] * 2
            assert world.connected == [PUBLIC]

    run(test())


def test_a_redirect_is_judged_as_well(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            service.answer = lambda _: reply(b"", "302 Found", Location="/b", Connection="close")
            world = World(port_of(service.address), [PUBLIC, "127.0.0.1"], [PUBLIC], ["127.0.0.1"])
            assert await call(tool_of(basic("https://shop.example.com/a"), world.http), sku="1") == REFUSED
            assert [request.path for request in service.received] == ["/a"]

    run(test())


def test_a_redirect_may_lead_to_the_encrypted_side_of_a_host_and_not_back(run: Run) -> None:
    async def test() -> None:
        async with running() as service:
            locations = {"/a": "https://shop.example.com/b", "/b": "http://shop.example.com/c"}
            service.answer = lambda request: reply(b"", "302 Found", Location=locations[request.path])
            world = World(port_of(service.address), [PUBLIC], [PUBLIC], [PUBLIC], [PUBLIC])
            result = await call(tool_of(basic("http://shop.example.com/a"), world.http), sku="1")
            assert "is not allowed" in result["message"]
            assert [request.path for request in service.received] == ["/a", "/b"]
            assert world.tls_names == ["shop.example.com"]

    run(test())


def test_a_name_that_nobody_knows_is_an_error(run: Run) -> None:
    async def test() -> None:
        world = World("1", [])
        assert await call(tool_of(basic("https://nowhere.example.com"), world.http), sku="1") == REFUSED

    run(test())


def test_a_name_server_that_hangs_is_an_error_at_the_deadline(run: Run) -> None:
    async def test() -> None:
        async def resolve(host: str, port: int) -> list[str]:
            await asyncio.Event().wait()
            return []

        tool = tool_of(
            basic("https://slow.example.com"), Http(network=PublicNetwork(resolve)), limits=Limits(deadline=0.1)
        )
        assert (await call(tool, sku="1"))["status"] == "error"

    run(test())
