"""Modules that are reached through others: `logging.os` is `os`."""

from __future__ import annotations

import sys

from flake8_incall.catalogue import DANGERS, Api, Catalogue

_OWN_MODULES = frozenset({"asyncio.subprocess"})


def routed(name: str, catalogue: Catalogue) -> str:
    """The name of what is reached through another module: `os.getcwd` for `logging.os.getcwd`."""
    parts = name.split(".")
    if not parts[0] or ".".join(parts[:2]) in _OWN_MODULES:
        return name
    modules = catalogue.names("is-kept-by-others")
    last = max((n for n, part in enumerate(parts) if part.lstrip("_") in modules), default=0)
    return ".".join([parts[last].lstrip("_"), *parts[last + 1 :]]) if last else name


def find_api(name: str, catalogue: Catalogue) -> Api | None:
    """The catalogue's entry of a name, also where it is reached through another module."""
    direct = routed(name, catalogue)
    if direct != name:
        api = catalogue.api(direct)
        if api is not None and (name.partition(".")[0] in sys.stdlib_module_names or not api.is_wildcard):
            return api
    return _kept_by_library(name, catalogue) or catalogue.api(name)


def _kept_by_library(name: str, catalogue: Catalogue) -> Api | None:
    """What a module of the standard library keeps of another: `logging.io.open`."""
    parts = name.split(".")
    if parts[0] not in sys.stdlib_module_names or ".".join(parts[:2]) in _OWN_MODULES:
        return None
    for start in range(1, len(parts) - 1):
        if parts[start].lstrip("_") in sys.stdlib_module_names:
            api = catalogue.api(".".join([parts[start].lstrip("_"), *parts[start + 1 :]]))
            if api is not None and not api.is_wildcard and api.effects & DANGERS:
                return api
    return None
