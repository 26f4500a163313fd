"""For the verbs that need the runtime: its functions as LiveKit tools, or one line on why there are none."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from flake8_incall.commands import COULD_NOT_RUN, FINDINGS
from flake8_incall.options import OptionError, Profile
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.rejection import Rejected
from flake8_incall.terminal import printable

INSTALL = 'pip install "flake8-incall[runtime]"'

_DEFAULT = Limits()
_NONE: Mapping[str, object] = {}

# `livekit` alone is a namespace that other packages bring too.
_NEEDED = ("livekit", "livekit.agents", "pydantic", "httpx2")


def load(
    path: str,
    *,
    profile: Profile,
    secrets: Mapping[str, str],
    allow_private_hosts: bool,
    limits: Limits = _DEFAULT,
    only: str | None = None,
    stand_ins: Mapping[str, object] = _NONE,
) -> list[Any] | Rejected:
    """Load the tools of a file as a call would have them; see `load_tools`.

    Args:
        path: The file or folder.
        profile: What it must pass.
        secrets: What the functions may use.
        allow_private_hosts: Let basic functions connect to loopback and private addresses.
        limits: What a call may take.
        only: The tool that is wanted; the others need not be fit to be loaded.
        stand_ins: What stands for the platform's own names that nobody has provided.

    Returns:
        The tools, or why there are none.

    Raises:
        OptionError: The runtime is not installed.
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            raise OptionError(f"this runs functions, for which {name} is not installed: {INSTALL}")
    from flake8_incall.runtime.basic.client import Http
    from flake8_incall.runtime.loading import Loader

    loader = Loader(profile, limits, secrets, Http(allow_private_hosts), "raise", allow_private_hosts, stand_ins)
    try:
        return list(loader.load(path, only=only))
    except Rejected as rejected:
        return rejected


def tell_rejected(rejected: Rejected) -> int:
    """Print why functions were not loaded, as the linter does.

    Returns:
        The exit status.
    """
    for line in str(rejected).splitlines():
        print(printable(line), file=sys.stderr)
    return COULD_NOT_RUN if rejected.problems else FINDINGS
