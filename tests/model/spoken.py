"""A function of a given body in a module of its own, and what its caller's words get into."""

from __future__ import annotations

import textwrap

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.inputs.search import Danger, Injections
from flake8_incall.options import Options

STATEMENT, HOST, PATH = Danger.STATEMENT, Danger.HOST, Danger.PATH

MODULE = """
import asyncio, functools, operator, re, uuid
from datetime import date
from enum import Enum
from urllib.parse import quote, urlencode, urljoin, urlparse
from string import Template
import aiohttp, asyncpg, httpx, requests, sqlalchemy
from livekit.agents import RunContext
from pydantic import BaseModel, Field
from company import is_valid_order, slug, validate_order

BASE = "https://api.example.com"
CITIES = {{"london": "LON", "paris": "PAR"}}
ORDER = re.compile(r"[A-Z]{{2}}\\d{{6}}")
LOOSE = re.compile(r".+")

class State(Enum):
    OPEN = "open"

class Order(BaseModel):
    number: str = Field(pattern="[A-Z]+")

HOSTS = ("api.example.com", "eu.example.com")

{helpers}

async def look_up(ctx: RunContext, {parameters}) -> dict:
    client = httpx.AsyncClient(timeout=5)
    conn = await asyncpg.connect("postgres://db")
{body}
"""


def found(body: str, parameters: str = "code: str, other: str = ''", helpers: str = "") -> set[tuple[Danger, str]]:
    """The dangers in a function of this body, each with the parameter."""
    source = MODULE.format(
        helpers=textwrap.dedent(helpers),
        parameters=parameters,
        body=textwrap.indent(textwrap.dedent(body), "    "),
    )
    module = Module("functions.py", split_lines(source), parse(source), Options())
    (function,) = module.fact(discover).functions
    injections = Injections(module)
    return {(danger, injection.parameter) for danger in Danger for injection in injections.of(function, danger)}


def get(expression: str) -> str:
    return f"await client.get({expression})"
