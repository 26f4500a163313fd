"""For the verbs that need the runtime: its functions as LiveKit tools, or one line on why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from flake8_incall.options import OptionError, Profile

INSTALL = 'pip install "flake8-incall[runtime]"'

# `livekit` alone is a namespace that other packages bring too.
_NEEDED = ("livekit", "livekit.agents", "pydantic", "httpx2")


def load(path: str, *, profile: Profile, secrets: Mapping[str, str] | None = None, **keywords: Any) -> list[Any] | str:
    """Load the tools of a file as a call would have them.

    Args:
        path: The file or folder.
        profile: What it must pass.
        secrets: The secrets by name.
        keywords: What else `load_tools` takes.

    Returns:
        The tools; or what the check found, as the linter prints it.

    Raises:
        OptionError: The runtime is not installed.
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            raise OptionError(f"this runs functions, for which {name} is not installed: {INSTALL}")
    from flake8_incall.runtime import Rejected, load_tools

    try:
        return list(load_tools(path, profile=profile, secrets=secrets or {}, **keywords))
    except Rejected as rejected:
        return str(rejected)
