"""Nothing is missing where it would matter: what the real libraries have is in the tables, or harmless by name."""

from __future__ import annotations

import builtins
import importlib
import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from flake8_incall.catalogue import DANGERS, load
from tests.catalogue.world import is_here, real

CATALOGUE = load()

# Modules of which nearly everything reaches files, processes, code or the inside of others, with what does not.
HARMLESS: dict[str, str] = {
    "ctypes": "",
    "fcntl": "",
    "gc": "collect disable enable freeze get_count get_debug get_freeze_count get_stats get_threshold is_finalized "
    "is_tracked isenabled set_debug set_threshold unfreeze",
    "glob": "escape has_magic translate",
    "mmap": "",
    "multiprocessing": "cpu_count",
    "os": "PathLike cpu_count fsdecode fsencode fspath getegid geteuid getgid getgroups getpgid getpgrp getpid getppid "
    "getrandom getsid getuid process_cpu_count strerror times uname uname_result urandom",
    "pathlib.Path": "as_posix as_uri from_uri full_match is_absolute is_relative_to is_reserved joinpath match "
    "relative_to with_name with_segments with_stem with_suffix",
    "pdb": "",
    "pty": "",
    "resource": "",
    "runpy": "",
    "shutil": "copyfileobj get_archive_formats get_unpack_formats ignore_patterns register_archive_format "
    "register_unpack_format unregister_archive_format unregister_unpack_format",
    "signal": "Signals",
    "subprocess": "list2cmdline",
    "syslog": "",
    "tempfile": "",
    "webbrowser": "",
}
# Libraries whose exceptions functions catch, with those that no call of a client raises.
NOT_RAISED: dict[str, str] = {
    "aiohttp": "EofStream UploadAbortedError WSMessageTypeError WebSocketError",
    "asyncio": "QueueShutDown SendfileNotAvailableError",
    "builtins": "PythonFinalizationError",
    "concurrent.futures": "",
    "ftplib": "",
    "http.client": "",
    "httpx2": "SSEError",
    "json": "",
    "pickle": "",
    "poplib": "",
    "requests": "",
    "smtplib": "",
    "socket": "",
    "sqlite3": "",
    "ssl": "",
    "subprocess": "",
    "urllib.error": "",
    "urllib3.exceptions": "MessageDefect",
    "zipfile": "",
}
# Clients whose calls wait for a network, with what has a timeout and waits for none, or is told in other words.
WAITS_FOR_NOTHING: dict[str, str] = {
    "aiohttp.ClientSession": "",
    "ftplib": "",
    "http.client": "",
    "httpx2": "Timeout websocket",
    "httpx2.AsyncClient": "build_request sse websocket",
    "httpx2.Client": "build_request sse websocket",
    "imaplib": "",
    "poplib": "",
    "requests": "",
    "smtplib": "",
    "socket": "",
    "urllib3": "",
}


def public(owner: Any) -> Iterator[tuple[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield from ((name, getattr(owner, name)) for name in dir(owner) if not name.startswith("_"))


def is_exception(value: object) -> bool:
    is_error = inspect.isclass(value) and issubclass(value, BaseException)
    return is_error and not issubclass(value, Warning)  # type: ignore[arg-type]


@pytest.mark.parametrize("module", HARMLESS)
def test_everything_else_in_a_dangerous_module_is_known_to_be_dangerous(module: str) -> None:
    silent = {
        name
        for name, value in public(real(module))
        if callable(value) and not is_exception(value)
        if not ((api := CATALOGUE.api(f"{module}.{name}")) and api.effects & DANGERS)
    }
    assert silent - set(HARMLESS[module].split()) == set()


@pytest.mark.parametrize("module", [module for module in NOT_RAISED if is_here(module)])
def test_every_exception_of_a_library_has_its_parents(module: str) -> None:
    missing = {
        name
        for name, value in public(importlib.import_module(module.replace("httpx.", "httpx2.")))
        if is_exception(value) and name not in NOT_RAISED[module].split()
        if not {f"{module}.{name}", f"{value.__module__}.{value.__qualname__}"} & known_exceptions()
        if CATALOGUE.canonical(f"{module}.{name}") not in known_exceptions()
    }
    assert missing == set()


def known_exceptions() -> set[str]:
    known = set(CATALOGUE.tables["exception"])
    return known | {f"builtins.{name}" for name in known if hasattr(builtins, name)}


@pytest.mark.parametrize("owner", [owner for owner in WAITS_FOR_NOTHING if is_here(owner)])
def test_every_call_with_a_timeout_is_known_to_wait(owner: str) -> None:
    unknown = set()
    for name, value in public(real(owner)):
        try:
            parameters = inspect.signature(value).parameters
        except (TypeError, ValueError):
            continue
        api = CATALOGUE.api(f"{owner}.{name}")
        if "timeout" in parameters and not is_exception(value) and not (api and api.timeout):
            unknown.add(name)
    assert unknown - set(WAITS_FOR_NOTHING[owner].split()) == set()


# `request` may be of any kind.
READING, CHANGING = ("get", "head", "options"), ("post", "put", "patch", "delete", "request")


def http_clients() -> list[str]:
    """What is asked for a URL by the verbs of HTTP: modules and clients, installed or not."""
    owners = {name.removesuffix(".get") for name in CATALOGUE.tables["api"] if name.endswith(".get")}
    return sorted(owner for owner in owners if (api := CATALOGUE.api(f"{owner}.get")) and api.url)


@pytest.mark.parametrize("client", http_clients())
def test_a_client_that_knows_one_verb_of_http_knows_all(client: str) -> None:
    for verb in (*READING, *CHANGING):
        if f"{client}.{verb}" == "treq.options":
            # There is none.
            continue
        api = CATALOGUE.api(f"{client}.{verb}")
        assert api is not None
        assert "network" in api.effects
        assert api.timeout
        assert api.url
        assert api.changes is (verb in CHANGING)
