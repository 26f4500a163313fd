"""What the audit hook denies by the frames on the stack: here guarded code is handed what the loader keeps from it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import ctypes
import functools
import gc
import json
import logging
import os
import pathlib
import pickle
import re
import socket
import subprocess
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

import pytest

from flake8_incall.catalogue import load
from flake8_incall.runtime.guard import Denied, Guard
from flake8_incall.runtime.guard.events import KINDS

BAIT = __file__


def guarded(text: str, guard: Guard | None = None, **names: Any) -> Callable[..., Any]:
    """The function `f` of a guarded text, with names that no import would give it."""
    namespace = (guard or Guard()).execute(text, "orders.py", {})
    # Not by `execute`, for which these would be the host's own.
    namespace.update(names)
    return namespace["f"]  # type: ignore[return-value]


DIRECT: dict[str, tuple[Any, ...]] = {
    "open": (open, BAIT),
    "os.listdir": (os.listdir, "/"),
    "os.remove": (os.remove, "/nowhere"),
    "os.system": (os.system, "true"),
    "subprocess.Popen": (subprocess.Popen, ["true"]),
    "eval": (eval, "1"),
    "exec": (exec, "1"),
    "compile": (compile, "1", "x", "eval"),
    "function": (types.FunctionType, (lambda: 0).__code__, {}),
    "pickle": (pickle.loads, b"cos\ngetcwd\n."),
    "native": (ctypes.CDLL, None),
    "native memory": (ctypes.string_at, b"x"),
    "socket": (socket.socket,),
    "all objects": (gc.get_objects,),
    "trace": (sys.settrace, None),
    "another hook": (sys.addaudithook, print),
    "code of a function": (getattr, lambda: 0, "__code__"),
    "path": (pathlib.Path(BAIT).read_text,),
}


@pytest.mark.parametrize("case", DIRECT.values(), ids=DIRECT)
def test_what_guarded_code_does_is_denied(case: tuple[Any, ...]) -> None:
    call, *args = case
    guard = Guard()
    with pytest.raises(Denied):
        guarded("def f(call, *args): return call(*args)", guard)(call, *args)
    assert len(guard.denials) == 1


@pytest.mark.parametrize("case", DIRECT.values(), ids=DIRECT)
def test_no_handler_of_exceptions_hides_it(case: tuple[Any, ...]) -> None:
    call, *args = case
    text = "def f(call, *args):\n    try:\n        return call(*args)\n    except Exception:\n        return 'hidden'\n"
    with pytest.raises(Denied):
        guarded(text)(call, *args)


THROUGH = {
    "partial": "return functools.partial(open, path)()",
    "map": "return list(map(open, [path]))",
    "sort key": "return sorted([path], key=open)",
    "callback": "return functools.reduce(lambda a, b: open(b), [1, path])",
    "regular expression": "return re.sub('x', lambda match: open(path), 'x')",
    "json hook": "return json.loads('{}', object_hook=lambda value: open(path))",
    "property": "class K:\n        x = property(lambda self: open(path))\n    return K().x",
    "another context": "return contextvars.Context().run(open, path)",
    "finaliser": "class K:\n        def __del__(self): SEEN.append(open(path))\n    K()",
    "library that is not let in": "return pathlib.Path(path).read_text()",
    "thread": "thread = threading.Thread(target=lambda: SEEN.append(open(path))); thread.start(); thread.join(5)",
    "pool": "return pool.submit(lambda: open(path)).result()",
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("body", THROUGH.values(), ids=THROUGH)
def test_no_way_around_hides_who_asks(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing handles what a finaliser raises.
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    modules = {module.__name__: module for module in (contextvars, functools, json, pathlib, re, threading)}
    guard = Guard()
    seen: list[object] = []
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        f = guarded(f"def f(path):\n    {body}", guard, open=open, SEEN=seen, pool=pool, **modules)
        with contextlib.suppress(Denied):
            f(BAIT)
    gc.collect()
    assert seen == []
    [denial] = guard.denials
    assert denial.path == "orders.py"
    assert BAIT in denial.what


@pytest.mark.parametrize(
    "body",
    [
        "return await asyncio.to_thread(lambda: open(path))",
        "return await asyncio.create_task(later(path), context=contextvars.Context())",
        "return await asyncio.get_running_loop().run_in_executor(None, lambda: open(path))",
        "return await asyncio.wait_for(later(path), 5)",
        "return await asyncio.gather(later(path))",
    ],
)
def test_tasks_and_threads_hide_nothing(body: str) -> None:
    text = (
        f"async def later(path):\n    await asyncio.sleep(0)\n    return open(path)\nasync def f(path):\n    {body}\n"
    )
    guard = Guard()
    f = guarded(text, guard, open=open, asyncio=asyncio, contextvars=contextvars)
    with pytest.raises(Denied):
        asyncio.run(f(BAIT))
    assert len(guard.denials) == 1


def test_a_function_of_c_that_others_call_later_is_not_seen() -> None:
    """The loader is what keeps `open` from guarded code: nothing on the stack of that thread is its own."""
    f = guarded("async def f(path): return await asyncio.to_thread(open, path)", open=open, asyncio=asyncio)
    asyncio.run(f(BAIT)).close()


def test_the_host_is_not_judged() -> None:
    guard = Guard()
    f = guarded("def f(): return 1", guard)
    with open(BAIT, encoding="utf-8") as file:
        assert file.read(1)
        assert f() == 1
    assert not guard.denials


def test_a_library_that_is_let_in_reads_no_more_than_its_own(tmp_path: pathlib.Path) -> None:
    import traceback

    path = tmp_path / "prices.txt"
    path.write_text("12", encoding="utf-8")
    text = "def f(call, *args): return call(*args)"
    with pytest.raises(Denied):
        guarded(text)(traceback.format_list, [(str(path), 1, "f", None)])
    with pytest.raises(Denied):
        guarded(text)(logging.FileHandler, os.devnull)


def test_what_is_denied_is_noted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard()
    text = "def inner(path):\n    return pathlib.Path(path).read_text()\ndef f(path):\n    return inner(path)\n"
    f = guarded(text, guard, pathlib=pathlib)
    with caplog.at_level(logging.WARNING, "flake8_incall.guard"), pytest.raises(Denied):
        f("/etc/hostname")
    [denial] = guard.denials
    assert (denial.what, denial.function, denial.path, denial.line) == (
        "open '/etc/hostname', 'r'",
        "f",
        "orders.py",
        2,
    )
    assert denial.via.endswith("Path.read_text")
    assert denial.at.tzinfo is not None
    assert caplog.messages == [str(denial)]
    assert str(denial).startswith("orders.py:2: f: denied open '/etc/hostname', 'r' through `pathlib.")


def test_the_log_keeps_the_latest() -> None:
    guard = Guard()
    text = (
        "CALLS = [\n" + "".join(f"    lambda: open('{number}'),\n" for number in range(300)) + "]\ndef f(n): CALLS[n]()"
    )
    f = guarded(text, guard, open=open)
    for number in range(300):
        with pytest.raises(Denied):
            f(number)
    assert len(guard.denials) == 256
    assert guard.denials[-1].what == "open '299', 'r'"


def test_what_one_place_asks_for_again_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard()
    f = guarded("def f(): return open('x')", guard, open=open)
    for _ in range(3):
        with pytest.raises(Denied):
            f()
    assert sum(denial.times for denial in guard.denials) == 3
    assert len(caplog.messages) == len(guard.denials)


def test_what_two_functions_ask_for_at_one_place_is_noted_for_each() -> None:
    guard = Guard()
    text = "def inner(): return open('x')\ndef g(): return inner()\ndef f(call): return call()\n"
    f = guarded(text, guard, open=open)
    for name in ("inner", "g"):
        with pytest.raises(Denied):
            f.__globals__[name]()
    assert [(denial.function, denial.line, denial.times) for denial in guard.denials] == [("inner", 1, 1), ("g", 1, 1)]


def test_each_guard_has_its_own_log() -> None:
    one, other = Guard(), Guard()
    f = guarded("def f(): return open('x')", one, open=open)
    g = guarded("def f(call): return call()", other)
    with pytest.raises(Denied):
        g(f)
    assert (len(one.denials), len(other.denials)) == (1, 0)
    assert one.denials[0].function == "f"


def test_a_handler_that_opens_a_file_for_the_denial_is_the_hosts(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "denials.log"
    handler = logging.FileHandler(path, delay=True)
    logger = logging.getLogger("flake8_incall.guard")
    logger.addHandler(handler)
    try:
        with pytest.raises(Denied):
            guarded("def f(): return open('x')", open=open)()
    finally:
        logger.removeHandler(handler)
        handler.close()
    assert "denied open 'x'" in path.read_text(encoding="utf-8")


def test_a_handler_that_starts_a_program_for_the_denial_is_the_hosts() -> None:
    """What an object of the host may not do for guarded code, a handler that tells of a denial may."""

    class Pager(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            os.putenv("INCALL_NOBODY", record.getMessage())
            paged.append(record.getMessage())

    paged: list[str] = []
    handler = Pager()
    logger = logging.getLogger("flake8_incall.guard")
    logger.addHandler(handler)
    guard = Guard()
    try:
        for name in ("x", "y"):
            with pytest.raises(Denied):
                guarded(f"def f_{name}(): return open({name!r})\nf = f_{name}", guard, open=open)()
            # And guarded code is judged as before.
            with pytest.raises(Denied):
                guarded("def f(call): return call('INCALL_NOBODY')", open=open)(os.unsetenv)
    finally:
        logger.removeHandler(handler)
        os.unsetenv("INCALL_NOBODY")
    assert [message.partition(" denied ")[2] for message in paged if "open" in message] == [
        "open 'x', 'r'",
        "open 'y', 'r'",
    ]
    assert [denial.what for denial in guard.denials] == ["open 'x', 'r'", "open 'y', 'r'"]


def test_telling_of_it_runs_no_guarded_code() -> None:
    text = (
        "SEEN = []\n"
        "class Path(str):\n"
        "    def __repr__(self):\n"
        "        SEEN.append('repr')\n"
        "        return 'x'\n"
        "    __str__ = __repr__\n"
        "    def __hash__(self):\n"
        "        SEEN.append('hash')\n"
        "        return 1\n"
        "def f(): return open(Path('a'))\n"
    )
    f = guarded(text, open=open)
    with pytest.raises(Denied):
        f()
    assert f.__globals__["SEEN"] == []


def test_a_module_that_is_let_in_by_the_host_does_what_it_wants() -> None:
    text = "import linecache\ndef f(path): return linecache.getline(path, 1)"
    assert guarded(text, Guard(frozenset({"linecache"})))(BAIT).startswith('"""')


def test_one_hook_serves_all_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    Guard()
    added: list[object] = []
    monkeypatch.setattr(sys, "addaudithook", added.append)
    Guard()
    assert added == []


def test_every_event_of_the_catalogue_is_judged_or_reaches_nothing() -> None:
    frames = {"sys._getframe", "sys._getframemodulename"}
    threads = {"_thread.start_new_thread", "_thread.start_joinable_thread", "time.sleep"}
    generators = {"sys.set_asyncgen_hooks_finalizer", "sys.set_asyncgen_hooks_firstiter"}
    assert set(load().audit) - KINDS.keys() == frames | threads | generators


def test_a_denial_is_told_even_where_the_interpreter_swallows_exceptions() -> None:
    """`sys.addaudithook` ends silently, and without an effect, when a hook before it raises an `Exception`."""
    assert not issubclass(Denied, Exception)
