"""What was denied to guarded code."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

_KEPT = 256
_AT_ONCE = timedelta(seconds=1)
_logger = logging.getLogger("flake8_incall.guard")


class Denied(BaseException):
    """Something was denied to guarded code.

    It is no `Exception`, so that neither a handler of the code nor one of a library turns it into something else:
    a `PermissionError` would come out of an HTTP client as a failure to connect.
    """


@dataclass(frozen=True, slots=True)
class Denial:
    """One thing that was denied.

    Attributes:
        what: What was asked for: `"open '/etc/hostname'"`.
        function: The function of the guarded code that is running, by its qualified name.
        path: The file of the guarded code that asked, as it was loaded.
        line: The line that asked, or 0 if it is not known.
        via: The function of a library through which it asked, or `""`.
        at: When.
        times: How often the same place asked for something that was denied, within a second from then.
    """

    what: str
    function: str
    path: str
    line: int
    via: str
    at: datetime
    times: int = 1

    @property
    def place(self) -> tuple[str, int, str]:
        """Where it was asked for."""
        return self.path, self.line, self.function

    def __str__(self) -> str:
        through = f" through `{self.via}`" if self.via else ""
        return f"{self.path}:{self.line}: {self.function}: denied {self.what}{through}"


class DenialLog(deque[Denial]):
    """The latest denials, oldest first; each is also a warning of the logger `flake8_incall.guard`."""

    def __init__(self) -> None:
        super().__init__(maxlen=_KEPT)

    def add(self, what: str, *, function: str, path: str, line: int, via: str = "") -> Denial:
        """Note something that is being denied now. What one place asks for again and again is noted and told once."""
        denial = Denial(what, function, path, line, via, datetime.now(UTC))
        latest = self[-1] if self else None
        if latest and latest.place == denial.place and denial.at - latest.at < _AT_ONCE:
            self[-1] = replace(latest, times=latest.times + 1)
            return self[-1]
        self.append(denial)
        _logger.warning("%s", denial)
        return denial
