"""Every audit event of the standard library about files, processes, code, imports or the network has its callers."""

from __future__ import annotations

import ast
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_incall.catalogue import load
from tests.harness import ROOT

CATALOGUE = load()
# Raised before any program runs, or by Python's own prompt.
OF_THE_INTERPRETER = {
    "cpython.run_command", "cpython.run_file", "cpython.run_interactivehook", "cpython.run_module",
    "cpython.run_startup", "cpython.run_stdin",
}  # fmt: skip


def raised_by_the_standard_library() -> Iterator[str]:
    """The events that the library's Python files raise, as literals in `sys.audit(...)`."""
    library = Path(sysconfig.get_path("stdlib"))
    for path in library.rglob("*.py"):
        if {"test", "tests", "site-packages", "__pycache__"} & set(path.relative_to(library).parts):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if "audit(" in text:
            yield from events_in(ast.parse(text))


def events_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="audit"), args=[ast.Constant(value=str(event)), *_]):
                yield event


def test_every_event_has_its_callers() -> None:
    events = set(raised_by_the_standard_library())
    assert len(events) > 30
    assert events - OF_THE_INTERPRETER - CATALOGUE.audit.keys() == set()


def test_every_caller_is_said_to_do_something() -> None:
    silent = {
        caller
        for callers in CATALOGUE.audit.values()
        for caller in callers
        if not ((api := CATALOGUE.api(caller)) and api.effects)
    }
    # A tree of which nothing is run, and bytes of which nothing is brought back to life.
    assert silent == {"ast.parse", "marshal.dumps"}


EVENTS = tomllib.loads((ROOT / "tests" / "runtime" / "guard" / "events.toml").read_text(encoding="utf-8"))
EFFECTS = {
    "file": "filesystem",
    "process": "process",
    "native": "process",
    "code": "dynamic-code",
    "inside": "introspection",
    "network": "network",
}
SAID_OTHERWISE = {
    "environment": {"os.putenv", "os.unsetenv"},
    "filesystem": {"os.add_dll_directory"},
    # Of the machine, and only on Windows.
    "process": {
        *("os.listdrives", "os.listmounts", "os.listvolumes"),
        *("socket.gethostname", "socket.getservbyname", "socket.getservbyport", "socket.sethostname"),
    },
    "blocking": {"input"},
    "deserialise": {
        *("marshal.load", "marshal.loads", "pickle.load", "pickle.loads", "pickle.Unpickler", "shelve.open"),
        "multiprocessing.reduction.ForkingPickler.loads",
    },
    "dynamic-code": {
        *("sys.addaudithook", "sys.monitoring.register_callback", "sys.remote_exec", "sys.setprofile", "sys.settrace"),
    },
}


@pytest.mark.parametrize("kind", EFFECTS)
def test_every_caller_is_said_to_do_what_its_event_tells(kind: str) -> None:
    otherwise = {caller: effect for effect, callers in SAID_OTHERWISE.items() for caller in callers}
    events = [*EVENTS[kind], *(["open"] if kind == "file" else [])]
    assert set(events) <= CATALOGUE.audit.keys()
    callers = {caller for event in events for caller in CATALOGUE.audit[event]} - {"ast.parse", "marshal.dumps"}
    wrong = {
        caller
        for caller in callers
        if not (api := CATALOGUE.api(caller)) or otherwise.get(caller, EFFECTS[kind]) not in api.effects
    }
    assert wrong == set()


def test_no_event_is_without_callers() -> None:
    assert [event for event, callers in CATALOGUE.audit.items() if not callers] == []
