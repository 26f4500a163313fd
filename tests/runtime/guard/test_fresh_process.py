"""What libraries load, compile and read when they are first called, in a process in which nothing has called them."""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST_CALLS = {
    "parsing a date": "from datetime import datetime\nasync def f():\n    datetime.strptime('2 Jan 2025', '%d %b %Y')",
    "a time zone": "from zoneinfo import ZoneInfo\nasync def f():\n    ZoneInfo('Asia/Kolkata')",
    "no time zone": (
        "from zoneinfo import ZoneInfo\n"
        "async def f():\n"
        "    try:\n"
        "        ZoneInfo('No/Where')\n"
        "    except KeyError:\n"
        "        pass"
    ),
    "codecs": "async def f():\n    'bücher.example'.encode('idna'), 'x'.encode('cp1252'), b'x'.decode('shift_jis')",
    "named tuple": "import collections\nasync def f():\n    collections.namedtuple('P', 'x y')(1, 2)",
    "data class": "from dataclasses import dataclass\nasync def f():\n    @dataclass\n    class P: x: int\n    P(1)",
    "logged exception": (
        "import logging\n"
        "async def f():\n"
        "    try:\n"
        "        1 / 0\n"
        "    except ZeroDivisionError:\n"
        "        logging.getLogger(__name__).exception('no sum', stack_info=True)"
    ),
    "traceback": (
        "import traceback\n"
        "async def f():\n"
        "    try:\n"
        "        1 / 0\n"
        "    except ZeroDivisionError as error:\n"
        "        traceback.format_exc(), traceback.format_exception(error)"
    ),
    "warning": "from datetime import datetime\nasync def f():\n    datetime.utcnow()",
    "coroutine that is not awaited": "async def g(): pass\nasync def f():\n    g()",
    "httpx2, with certificates": (
        "import httpx2\n"
        "async def f():\n"
        "    async with httpx2.AsyncClient(timeout=2) as client:\n"
        "        try:\n"
        "            await client.post('https://localhost:9/', files={'file': ('a.txt', b'x')})\n"
        "        except httpx2.HTTPError as error:\n"
        "            assert type(error).__name__ == 'ConnectError'"
    ),
    "aiohttp, with certificates": (
        "import aiohttp\n"
        "async def f():\n"
        "    async with aiohttp.ClientSession() as session:\n"
        "        try:\n"
        "            await session.get('https://localhost:9/')\n"
        "        except aiohttp.ClientConnectorError:\n"
        "            pass"
    ),
    "random numbers": "import random, uuid\nasync def f():\n    random.random(), uuid.uuid4()",
    "XML": "import xml.etree.ElementTree as ET\nasync def f():\n    ET.fromstring('<a/>')",
}
RUN = """
import asyncio, warnings
from flake8_incall.runtime.guard import Guard
warnings.simplefilter("default")
guard = Guard()
asyncio.run(guard.execute({text!r}, "orders.py", {{}})["f"]())
assert not guard.denials, list(guard.denials)
"""


@pytest.mark.parametrize("text", FIRST_CALLS.values(), ids=FIRST_CALLS)
def test_nothing_is_denied_to_a_first_call(text: str) -> None:
    code = RUN.format(text=text)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
