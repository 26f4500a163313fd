"""The server's side of the processes that check."""

from __future__ import annotations

import asyncio
import pickle
import sys
from typing import Any

from flake8_incall.server.worker import LENGTH

# One for what is being written, one for what is opened while that takes long.
_MOST = 2


class WorkerFailedError(Exception):
    """Raised when a request is not answered, or with a failure. Its text says why, for a log."""


class Worker:
    """A process that checks, one request after the other. It is started by the first request.

    Attributes:
        serving: What the request is about that it works on.
    """

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self.serving: tuple[object, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether it would begin with a request at once."""
        return not self._turn.locked()

    async def ask(self, name: str, *arguments: object) -> Any:
        """Have a method of `Judging` called.

        Raises:
            WorkerFailedError: It raised an exception, or the process was ended.
        """
        async with self._turn:
            self.serving = arguments
            requests, answers = await self._pipes()
            data = pickle.dumps((name, arguments))
            try:
                requests.write(LENGTH.pack(len(data)) + data)
                await requests.drain()
                length = LENGTH.unpack(await answers.readexactly(LENGTH.size))
                is_well, result = pickle.loads(await answers.readexactly(*length))  # noqa: S301  our own process
            except (OSError, asyncio.IncompleteReadError) as error:
                raise WorkerFailedError("the process that checks has ended") from error
            except asyncio.CancelledError:
                # An answer that nobody reads would be taken for the next one.
                self.end()
                raise
        if not is_well:
            raise WorkerFailedError(result)
        return result

    def end(self) -> None:
        """End the process, whatever it does; the next request starts another."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._process = None

    async def _pipes(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        if self._process is None or self._process.returncode is not None:
            # `-P`: the working directory is the user's, and holds no code of ours.
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "flake8_incall.server.worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise WorkerFailedError("the process that checks has no pipes")
        return requests, answers


class Workers:
    """A few workers: a document stays with one, which has its last report, unless that is busy with another."""

    def __init__(self) -> None:
        self._all: list[Worker] = []

    def choose(self, before: Worker | None) -> Worker:
        """The worker for the next check of a document.

        Args:
            before: The worker of the check before.
        """
        if before is not None and before.is_idle:
            return before
        idle = next((worker for worker in self._all if worker.is_idle), None)
        if idle is None and len(self._all) < _MOST:
            idle = Worker()
            self._all.append(idle)
        return idle or before or self._all[-1]

    def end(self) -> None:
        """End all of them."""
        for worker in self._all:
            worker.end()
