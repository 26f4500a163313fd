"""What a function logs, and what the runtime says of its call, on standard error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flake8_incall.trial.secrets import Redaction

# They log each request themselves, which is printed anyway.
_TALKATIVE = ("httpx", "httpcore", "aiohttp", "asyncio", "livekit")


class _Redacted(logging.Formatter):
    def __init__(self, redact: Redaction) -> None:
        super().__init__("log: %(levelname)s %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


@contextmanager
def shown_log(redact: Redaction) -> Iterator[None]:
    """While the block runs, print log records from the level INFO on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted(redact))
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or not record.name.startswith(_TALKATIVE))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
