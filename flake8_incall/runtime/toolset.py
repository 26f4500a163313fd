"""The functions of files as one LiveKit toolset, whose HTTP client lives as long as the agent or the session."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Self

from livekit.agents.llm import Toolset

from flake8_incall.options import Profile
from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.loading import Loader, OnRejected

_DEFAULT = Limits()


class InCallToolset(Toolset):
    """The tools that `load_tools` would load. Their HTTP client is opened in `setup()` and closed in `aclose()`.

    Args:
        path: A .py file, a function document (.json), or a folder of both.
        id: The toolset's name within the agent.
        profile: What to check.
        limits: What a call may take.
        secrets: What the functions may use.
        allow_private_hosts: Let basic functions connect to loopback and private addresses.
        on_rejected: With `"skip"`, a file that is refused is logged and the others are loaded.

    Raises:
        Rejected: As `load_tools` does, when the toolset is made.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        id: str,  # noqa: A002  LiveKit's own name for it
        profile: Profile = "contract",
        limits: Limits = _DEFAULT,
        secrets: Mapping[str, str] | None = None,
        allow_private_hosts: bool = False,
        on_rejected: OnRejected = "raise",
    ) -> None:
        self._http = Http(allow_private_hosts)
        secrets = secrets if secrets is not None else {}
        loader = Loader(profile, limits, secrets, self._http, on_rejected, allow_private_hosts)
        super().__init__(id=id, tools=loader.load(os.fspath(path)))

    async def setup(self) -> Self:
        """Open the client, so that the first call of a conversation does not wait for that."""
        await super().setup()
        self._http.open()
        return self

    async def aclose(self) -> None:
        """Close the client."""
        await super().aclose()
        await self._http.aclose()
