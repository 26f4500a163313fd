"""A progress bar for long runs at a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

_PATIENCE = 1.0
_INTERVAL = 0.1
_WIDTH = 30
_CLEAR = "\r\033[K"


def with_progress(reports: Iterator[FileReport], total: int, stream: TextIO) -> Iterator[FileReport]:
    """Hand reports on and show how many of them have come, once that takes longer than a second.

    The bar is taken away before a report with findings is handed on, so that the two never share a line.
    """
    due = time.monotonic() + _PATIENCE
    is_shown = False
    try:
        for done, report in enumerate(reports, start=1):
            if is_shown and report.diagnostics:
                stream.write(_CLEAR)
                stream.flush()
                is_shown = False
            yield report
            if time.monotonic() >= due:
                stream.write(_CLEAR + _bar(done, total))
                stream.flush()
                due, is_shown = time.monotonic() + _INTERVAL, True
    finally:
        if is_shown:
            stream.write(_CLEAR)
            stream.flush()


def _bar(done: int, total: int) -> str:
    filled = _WIDTH * done // total
    return f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done} of {total} files"
