"""Each audit event, as Python's documentation lists them: who may cause it while guarded code is on the stack.

`events.toml` has them apart from the guard's own table, so that an event that is lost there is missed here.
"""

from __future__ import annotations

import builtins
import importlib
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flake8_incall.catalogue import load
from flake8_incall.runtime.guard import Denied, Guard
from flake8_incall.runtime.guard.denials import DenialLog
from flake8_incall.runtime.guard.hook import Watch, watch

_EVENTS = tomllib.loads(Path(__file__).with_name("events.toml").read_text(encoding="utf-8"))
PROCESS, NATIVE, FILE, CODE, INSIDE, NETWORK = (
    _EVENTS[kind] for kind in ("process", "native", "file", "code", "inside", "network")
)
# Events whose arguments are looked at, with arguments that are no exception.
WITH_ARGUMENTS: dict[str, tuple[object, ...]] = {
    "import": ("subprocess", None, None, None, None),
    "object.__getattr__": (print, "gi_frame"),
    "open": ("/etc/hostname", "w", 0),
}
LET_IN_TO_HOSTS = [*FILE, *CODE, *INSIDE, *NETWORK, *WITH_ARGUMENTS]
INTO_THE_INSIDE = ("__code__", "ag_code", "ag_frame", "cr_code", "cr_frame", "gi_code", "gi_frame", "tb_frame")


def tell(event: str, *arguments: object) -> None:
    """Do what a function of the interpreter does before it acts."""
    sys.audit(event, *(arguments or WITH_ARGUMENTS.get(event, ())))


class Shop:
    """An object that the host hands over."""

    def act(self, action: Callable[..., Any], *arguments: object) -> Any:
        return action(*arguments)


def act(action: Callable[..., Any], *arguments: object, guard: Guard | None = None) -> Any:
    """Have guarded code do something by itself."""
    f: Any = (guard or Guard()).execute("def f(action, *args): return action(*args)", "orders.py", {})["f"]
    return f(action, *arguments)


def through_host(action: Callable[..., Any], *arguments: object) -> Any:
    """Have guarded code call an object of the host that does it."""
    return act(Shop().act, action, *arguments)


def library(module: str, name: str) -> Callable[..., None]:
    """A function of a library by its names, which tells of an event."""
    *owners, own = name.split(".")
    text = f"def {own}(event, *args): tell(event, *args)"
    for owner in reversed(owners):
        text = f"class {owner}:\n" + "\n".join(f" {line}" for line in text.splitlines())
    namespace: dict[str, Any] = {"__name__": module, "tell": sys.audit}
    exec(text, namespace)
    found: Any = namespace[(*owners, own)[0]]
    for part in (*owners, own)[1:]:
        found = getattr(found, part)
    function: Callable[..., None] = found
    return function


def is_let_in(module: str, name: str, event: str, *arguments: object) -> bool:
    try:
        act(library(module, name), event, *(arguments or WITH_ARGUMENTS.get(event, ())))
    except Denied:
        return False
    return True


@pytest.mark.parametrize("event", [*PROCESS, *NATIVE, *LET_IN_TO_HOSTS])
def test_guarded_code_causes_no_event(event: str) -> None:
    guard = Guard()
    with pytest.raises(Denied):
        act(sys.audit, event, *WITH_ARGUMENTS.get(event, ()), guard=guard)
    [denial] = guard.denials
    assert denial.what.startswith(event)


@pytest.mark.parametrize("event", [*PROCESS, *NATIVE])
def test_an_object_of_the_host_starts_no_process_and_calls_nothing_native(event: str) -> None:
    with pytest.raises(Denied):
        through_host(tell, event)


@pytest.mark.parametrize("event", LET_IN_TO_HOSTS)
def test_an_object_of_the_host_does_the_rest(event: str) -> None:
    through_host(tell, event)


@pytest.mark.parametrize("name", INTO_THE_INSIDE)
def test_attributes_by_which_running_code_is_reached_are_judged(name: str) -> None:
    with pytest.raises(Denied):
        act(sys.audit, "object.__getattr__", print, name)
    assert act(sys.audit, "object.__getattr__", print, "total") is None


def fork() -> None:
    # Where nothing denies it, the copy must not go on with the tests.
    if os.fork() == 0:
        os._exit(0)


def fork_terminal() -> None:
    process, terminal = os.forkpty()
    if process == 0:
        os._exit(0)
    os.close(terminal)


REAL: dict[str, tuple[Any, ...]] = {
    "os.exec": (os.execv, "/nowhere", ["nowhere"]),
    "os.fork": (fork,),
    "os.forkpty": (fork_terminal,),
    "os.kill": (os.kill, os.getpid(), 0),
    "os.killpg": (os.killpg, os.getpgrp(), 0),
    "os.posix_spawn": (os.posix_spawn, "/nowhere", ["nowhere"], {}),
    "os.putenv": (os.putenv, "INCALL_NOBODY", "1"),
    "os.system": (os.system, "true"),
    "os.unsetenv": (os.unsetenv, "INCALL_NOBODY"),
    "signal.pthread_kill": (signal.pthread_kill, 0, 0),
    "subprocess.Popen": (subprocess.run, ["true"]),
}


@pytest.mark.skipif(os.name == "nt", reason="these functions are POSIX")
@pytest.mark.parametrize("event", REAL)
def test_the_interpreter_tells_of_it_before_it_acts(event: str) -> None:
    action, *arguments = REAL[event]
    guard = Guard()
    with pytest.raises(Denied):
        act(Shop().act, action, *arguments, guard=guard)
    assert next(iter(guard.denials)).what.startswith(event)


# What libraries may do for guarded code


@pytest.mark.parametrize("event", ["open", "subprocess.Popen", "exec", "ctypes.dlopen", "socket.connect"])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("livekit.agents.voice.agent_session", "AgentSession.say"),
        ("livekit.api.room_service", "RoomService.delete_room"),
        ("logging", "Logger.info"),
        ("logging", "LoggerAdapter.info"),
    ],
)
def test_the_session_and_a_logger_act_for_the_host(module: str, name: str, event: str) -> None:
    assert is_let_in(module, name, event)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("aiohttp.client", "ClientSession._request"),
        ("httpx._client", "AsyncClient.send"),
        ("httpx2._client", "AsyncClient.send"),
    ],
)
def test_an_http_library_reaches_the_network_and_reads(module: str, name: str) -> None:
    assert is_let_in(module, name, "socket.connect")
    assert is_let_in(module, name, "import")
    assert is_let_in(module, name, "open", "/etc/ssl/cert.pem", "rb", 0)
    assert is_let_in(module, name, "os.listdir", "/etc/ssl/certs")
    for mode in ("w", "a", "x", "r+", "wb"):
        assert not is_let_in(module, name, "open", "/tmp/orders", mode, 0)
    for event in ("os.remove", "subprocess.Popen", "exec", "ctypes.dlopen"):
        assert not is_let_in(module, name, event)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("ast", "literal_eval"),
        ("collections", "namedtuple"),
        ("dataclasses", "dataclass"),
        ("typing", "NamedTuple"),
        ("typing", "NamedTupleMeta.__new__"),
    ],
)
def test_what_makes_classes_compiles_and_does_nothing_else(module: str, name: str) -> None:
    assert is_let_in(module, name, "compile")
    assert is_let_in(module, name, "exec")
    for event in ("open", "os.remove", "subprocess.Popen", "socket.connect", "ctypes.dlopen"):
        assert not is_let_in(module, name, event)


@pytest.mark.parametrize("module", sorted({"annotationlib", "traceback", "typing"} & sys.stdlib_module_names))
def test_annotations_and_lines_are_compiled_and_not_executed(module: str) -> None:
    assert is_let_in(module, "shown", "compile")
    assert not is_let_in(module, "shown", "exec")


@pytest.mark.parametrize(("module", "name"), [("json", "loads"), ("re", "compile"), ("dataclasses", "make_dataclass")])
def test_other_libraries_compile_nothing(module: str, name: str) -> None:
    assert not is_let_in(module, name, "compile")
    assert not is_let_in(module, name, "exec")


@pytest.mark.parametrize("module", ["pytz", "traceback", "warnings", "zoneinfo", "zoneinfo._common"])
def test_libraries_read_files_of_their_own(module: str) -> None:
    assert is_let_in(module, "load", "open", "/usr/share/zoneinfo/Asia/Kolkata", "rb", 0)
    assert is_let_in(module, "load", "os.scandir", "/usr/share/zoneinfo")
    assert not is_let_in(module, "load", "open", "/tmp/orders", "w", 0)
    assert not is_let_in(module, "load", "os.remove", "/tmp/orders")


@pytest.mark.parametrize(
    ("module", "name"),
    [("pytz", "open_resource"), ("traceback", "StackSummary.extract"), ("zoneinfo", "available_timezones")],
)
def test_what_is_taken_out_of_a_library_reads_nothing(module: str, name: str) -> None:
    assert not is_let_in(module, name, "open", "/etc/hostname", "r", 0)


@pytest.mark.parametrize(
    "flags",
    [os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND],
    ids=["wronly", "rdwr", "creat", "trunc", "append"],
)
def test_a_file_that_is_opened_by_its_flags_is_read_only(flags: int) -> None:
    assert is_let_in("zoneinfo", "load", "open", "/usr/share/zoneinfo/UTC", None, os.O_RDONLY | os.O_CLOEXEC)
    assert not is_let_in("zoneinfo", "load", "open", "/usr/share/zoneinfo/UTC", None, flags)
    assert not is_let_in("zoneinfo", "load", "open", "/usr/share/zoneinfo/UTC", None, None)


# The policy of this list has them as modules that may be imported; the interpreter has them imported for others.
@pytest.mark.parametrize(
    "module",
    [
        *("_pylong", "_strptime", "abc", "codecs", "copyreg", "encodings.idna", "linecache", "tracemalloc", "warnings"),
        *("json", "livekit.agents"),
    ],
)
def test_a_module_of_the_interpreter_or_of_the_policy_imports_what_it_needs(module: str) -> None:
    assert is_let_in(module, "load", "import")
    assert is_let_in(module, "load", "gc.get_objects")


@pytest.mark.parametrize("module", ["os", "subprocess", "socketserver", "pdb", "multiprocessing.process"])
def test_a_module_of_the_standard_library_that_is_not_let_in_does_nothing(module: str) -> None:
    for event in ("import", "gc.get_objects", "open", "socket.connect", "exec", "subprocess.Popen"):
        assert not is_let_in(module, "load", event)


def test_a_module_that_the_host_lets_in_does_everything() -> None:
    guard = Guard(frozenset({"pathlib"}))
    for module in ("pathlib", "pathlib._local"):
        for event in ("open", "subprocess.Popen", "ctypes.dlopen"):
            act(library(module, "Path.open"), event, *WITH_ARGUMENTS.get(event, ()), guard=guard)
    with pytest.raises(Denied):
        act(library("pathlib2", "Path.open"), "subprocess.Popen", guard=guard)


@pytest.mark.parametrize(
    ("statement", "module", "is_allowed"),
    [
        ("import fractions", "fractions", True),
        ("import fractions as numbers", "fractions", True),
        ("from fractions import Fraction", "fractions", True),
        ("import wave", "wave", False),
        ("import wave as sound", "wave", False),
        ("from wave import open as start", "wave", False),
        ("import xml.dom.minidom", "xml.dom.minidom", False),
        ("__import__('wave')", "wave", False),
        ("__import__('fractions')", "fractions", True),
        ("importlib.import_module('fractions')", "fractions", False),
    ],
)
def test_the_hook_alone_judges_what_is_imported(
    statement: str, module: str, is_allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the loader's own `__import__` were got around."""
    monkeypatch.delitem(sys.modules, module, raising=False)
    found = dict(vars(builtins))
    denials = DenialLog()
    watch(Watch(found, load().policy, set(), denials))
    names = {"__builtins__": found, "importlib": importlib}
    if is_allowed:
        exec(statement, names)
        assert not denials
    else:
        with pytest.raises(Denied):
            exec(statement, names)
        assert len(denials) == 1
