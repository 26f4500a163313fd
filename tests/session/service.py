"""A service on this machine that answers as it is asked to, well and badly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, unquote, urlsplit

# More than a result may have, and than is read of a response.
MUCH = json.dumps("x" * 300_000)
NOT_AS_EXPECTED = '{"city": ["पुणे", {"°C": null}]}'


class Service:
    """Answers by the first part of the path; what else was asked for is in its answer.

    Attributes:
        asked: How many requests have come.
        arrived: Set when a request that is never answered has come.
        left: Set when the client of such a request has closed its connection.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.arrived = asyncio.Event()
        self.left = asyncio.Event()
        self.address = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of a connection, one after the other."""
        try:
            while head := await _head(reader):
                self.asked += 1
                if not await self._answer_one(head, reader, writer):
                    break
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _answer_one(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        target = urlsplit(head.split()[1])
        behaviour, *path = unquote(target.path).strip("/").split("/")
        if behaviour == "reset":
            writer.transport.abort()
            return False
        if behaviour == "hang":
            self.arrived.set()
            await reader.read()
            self.left.set()
            return False
        asked = {"path": "/".join(path), "query": dict(parse_qsl(target.query))}
        status, kind, body = {
            "ok": ("200 OK", "application/json", json.dumps(asked, ensure_ascii=False)),
            "500": ("500 Internal Server Error", "text/plain", "psycopg2 died at 10.0.0.7"),
            "html": ("200 OK", "text/html", "<html><body>Sign in, please</body></html>"),
            "odd": ("200 OK", "application/json", NOT_AS_EXPECTED),
            "large": ("200 OK", "application/json", MUCH),
        }[behaviour]
        data = body.encode()
        headers = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
        writer.write(headers.encode() + data)
        await writer.drain()
        return True


@asynccontextmanager
async def running_service() -> AsyncIterator[Service]:
    """A service that listens, and whose connections are closed at the end."""
    service = Service()
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(service.answer(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024)
    host, port = server.sockets[0].getsockname()
    service.address = f"http://{host}:{port}"
    try:
        yield service
    finally:
        server.close()
        for task in set(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _head(reader: asyncio.StreamReader) -> str:
    """A request without its body, which nobody here sends; empty where the client has left."""
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""
