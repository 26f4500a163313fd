"""What is executed under the guard as if there were none."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flake8_incall.runtime.guard import Denied, Guard

LANGUAGE = {
    "data class": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\nfound = P(2) == P(2)",
    "data class with annotations as text": (
        "from __future__ import annotations\n"
        "from dataclasses import dataclass, field\n"
        "from typing import ClassVar\n"
        "@dataclass(frozen=True, slots=True)\n"
        "class P:\n"
        "    x: list[int] = field(default_factory=list)\n"
        "    kind: ClassVar[str] = 'p'\n"
        "found = P() == P()"
    ),
    "data class in a function": (
        "from dataclasses import dataclass\n"
        "def f():\n"
        "    @dataclass\n"
        "    class P:\n"
        "        x: 'int' = 1\n"
        "    return P()\n"
        "found = f()"
    ),
    "named tuples": (
        "import collections\n"
        "from typing import NamedTuple\n"
        "class P(NamedTuple):\n"
        "    x: int\n"
        "found = P(1), collections.namedtuple('Q', 'a b')(1, 2)"
    ),
    "enums": "from enum import Enum, Flag, auto\nclass E(Enum):\n    A = auto()\nfound = E['A'], Flag('F', 'A B')",
    "typed dict": "from typing import TypedDict\nclass R(TypedDict, total=False):\n    x: 'int'\nfound = R(x=1)",
    "abstract base": (
        "import collections.abc\n"
        "class M(collections.abc.Mapping):\n"
        "    def __getitem__(self, key): return key\n"
        "    def __iter__(self): return iter('ab')\n"
        "    def __len__(self): return 2\n"
        "found = dict(M())"
    ),
    "protocol": (
        "from typing import Protocol, runtime_checkable\n"
        "@runtime_checkable\n"
        "class Sized(Protocol):\n"
        "    def size(self) -> int: ...\n"
        "class K:\n"
        "    def size(self): return 1\n"
        "found = isinstance(K(), Sized)"
    ),
    "generic": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass B(Generic[T]): pass\nfound = B[int]()",
    "properties and super": (
        "class A:\n"
        "    def __init__(self): self._n = 1\n"
        "    @property\n"
        "    def n(self): return self._n\n"
        "class B(A):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "found = B().n"
    ),
    "comprehensions and f-strings": "found = f\"{[n for n in range(3) if n]!r:>{8}} {'a':^5}\", {n: n for n in 'ab'}",
    "pattern": "match {'a': [1, 2]}:\n    case {'a': [int(x), *rest]}:\n        found = x, rest",
    "named expression": "found = [y := 1, y + 1]",
    "exception groups": (
        "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept* ValueError as group:\n"
        "    found = group.exceptions"
    ),
    "time zone": (
        "from datetime import datetime\n"
        "from zoneinfo import ZoneInfo\n"
        "found = datetime(2025, 1, 1, tzinfo=ZoneInfo('Asia/Kolkata')).isoformat()"
    ),
    "caches": "import functools\n@functools.lru_cache\ndef f(x): return x\nfound = f(1)",
    "literal of text": "import ast\nfound = ast.literal_eval('[1, 2]')",
    "XML and YAML": "import xml.etree.ElementTree as ET\nfound = ET.fromstring('<a>b</a>').text",
    "quoted hint": "from typing import Optional\ndef f(x: Optional['str'] = None) -> 'dict': return {}\nfound = f",
}


@pytest.mark.parametrize("text", LANGUAGE.values(), ids=LANGUAGE)
def test_the_language_works(text: str) -> None:
    guard = Guard()
    assert guard.execute(text, "orders.py", {})["found"]
    assert not guard.denials


def run(text: str, **names: object) -> Any:
    """The result of the async function `f` of a guarded text."""
    f: Any = Guard().execute(text, "orders.py", names)["f"]
    return asyncio.run(f())


def test_async_code_works() -> None:
    text = (
        "import asyncio\n"
        "async def pages(n):\n"
        "    for i in range(n):\n"
        "        yield i\n"
        "async def f():\n"
        "    async with asyncio.timeout(5), asyncio.TaskGroup() as group:\n"
        "        task = group.create_task(asyncio.to_thread(sorted, 'ba'))\n"
        "    return [p async for p in pages(2)], task.result(), await asyncio.gather(asyncio.sleep(0, 'x'))\n"
    )
    assert run(text) == ([0, 1], ["a", "b"], ["x"])


def test_what_the_host_hands_over_does_what_it_wants(tmp_path: Path) -> None:
    def store(text: str) -> str:
        (tmp_path / "stored.txt").write_text(text, encoding="utf-8")
        return "stored"

    assert run("async def f():\n    return store('x')", store=store) == "stored"
    assert (tmp_path / "stored.txt").read_text(encoding="utf-8") == "x"


class Store:
    """What a host keeps in `userdata`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, text: str) -> str:
        self._path.write_text(text, encoding="utf-8")
        return "saved"

    def run(self) -> None:
        subprocess.run(["true"], check=True)


def test_objects_that_the_host_hands_over_do_what_they_want(tmp_path: Path) -> None:
    path = tmp_path / "stored.txt"
    f: Any = Guard().execute("def f(store): return store.save('x')", "orders.py", {})["f"]
    assert f(Store(path)) == "saved"
    assert path.read_text(encoding="utf-8") == "x"


def test_but_they_start_no_processes(tmp_path: Path) -> None:
    f: Any = Guard().execute("def f(store): return store.run()", "orders.py", {})["f"]
    with pytest.raises(Denied):
        f(Store(tmp_path))


def test_a_handler_of_the_host_writes_what_guarded_code_logs(tmp_path: Path) -> None:
    path = tmp_path / "calls.log"
    handler = logging.FileHandler(path, delay=True)
    logger = logging.getLogger("orders")
    logger.addHandler(handler)
    text = (
        "import logging\n"
        "async def f():\n"
        "    try:\n"
        "        int('x')\n"
        "    except ValueError:\n"
        "        logging.getLogger('orders').exception('no number')\n"
    )
    try:
        run(text)
    finally:
        logger.removeHandler(handler)
        handler.close()
    assert "ValueError: invalid literal" in path.read_text(encoding="utf-8")


def test_a_traceback_shows_the_lines_that_were_executed() -> None:
    text = (
        "import traceback\n"
        "async def f():\n"
        "    try:\n"
        "        int('x')\n"
        "    except ValueError:\n"
        "        return traceback.format_exc()\n"
    )
    assert "int('x')" in run(text)
    failing: Callable[[], object] = Guard().execute("def f():\n    return 1 / 0", "sums.py", {})["f"]  # type: ignore[assignment]
    with pytest.raises(ZeroDivisionError) as caught:
        failing()
    assert "return 1 / 0" in "".join(traceback.format_exception(caught.value))


def test_a_request_is_sent_and_answered() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"(?i)content-length: (\d+)", head):
            await reader.readexactly(int(length[1]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def call(library: str) -> object:
        server = await asyncio.start_server(answer, "localhost", 0)
        port = server.sockets[0].getsockname()[1]
        guard = Guard()
        f: Any = guard.execute(CLIENTS[library], "orders.py", {})["f"]
        try:
            return await f(f"http://localhost:{port}/"), list(guard.denials)
        finally:
            server.close()

    for library in CLIENTS:
        assert asyncio.run(call(library)) == ({}, [])


CLIENTS = {
    "httpx2": (
        "import httpx2\n"
        "async def f(url):\n"
        "    async with httpx2.AsyncClient(timeout=5) as client:\n"
        "        return (await client.post(url, files={'file': ('a.txt', b'x')})).json()\n"
    ),
    "aiohttp": (
        "import aiohttp\n"
        "async def f(url):\n"
        "    async with aiohttp.ClientSession() as session, session.get(url) as response:\n"
        "        return await response.json(content_type=None)\n"
    ),
}
