"""The runtime shim: loads only functions that pass the check, and hands them to LiveKit as tools.

    limits, rejection           what a call may take; why nothing was loaded
    demands                     what settings have to be
    results, arguments, calls   what reaches the model, what reaches the function, and the call between them
    outcomes, livekit_results   how a call ended, and what LiveKit gives a meaning of its own
    sources, execution          what is read and checked once, and the execution of that text
    choice                      one tool of many, by its name
    from_python, from_documents the functions of a file, as tools
    platform_names              what a snippet finds without importing it
    loading, tools, toolset     files and documents that were checked, as LiveKit tools
    basic/                      basic functions: the document's models, the request, the answer
    guard/                      what code that others wrote can reach while it runs

Needs the extra: `pip install "flake8-incall[runtime]"`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flake8_incall.runtime.calls import wrap
    from flake8_incall.runtime.limits import Limits
    from flake8_incall.runtime.loading import load_tools
    from flake8_incall.runtime.platform_names import provide
    from flake8_incall.runtime.rejection import Rejected
    from flake8_incall.runtime.tools import incall_tool
    from flake8_incall.runtime.toolset import InCallToolset

__all__ = ["InCallToolset", "Limits", "Rejected", "incall_tool", "load_tools", "provide", "wrap"]

_HOMES = {
    "InCallToolset": "flake8_incall.runtime.toolset",
    "Limits": "flake8_incall.runtime.limits",
    "Rejected": "flake8_incall.runtime.rejection",
    "incall_tool": "flake8_incall.runtime.tools",
    "load_tools": "flake8_incall.runtime.loading",
    "provide": "flake8_incall.runtime.platform_names",
    "wrap": "flake8_incall.runtime.calls",
}


_EXTRA = ("livekit", "pydantic", "pydantic_core", "httpx2", "httpcore2")


class MissingExtraError(ImportError):
    """The packages that run functions are not installed; the linter needs none of them."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        command = 'pip install "flake8-incall[runtime]"'
        raise MissingExtraError(f"`{name}` needs {error.name}, which is not installed: {command}") from error
