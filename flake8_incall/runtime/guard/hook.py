"""Judges what the interpreter is asked to do by the frames that ask for it.

The interpreter tells of files, processes, code, native calls and sockets before it acts. Whoever asks on behalf of
guarded code has a frame of it further out on the same stack; that holds in threads and in tasks, whatever context they
run in. Guarded code is known by its builtins: every function keeps those with which its module was executed.
"""

from __future__ import annotations

import builtins
import os
import sys
import threading
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any

from flake8_incall.catalogue import Policy
from flake8_incall.runtime.guard.denials import DenialLog, Denied
from flake8_incall.runtime.guard.events import INSIDE, KINDS, Kind, is_known, may_cause, may_compile, may_read

# Its modules have the first names until `importlib` itself is imported.
_IMPORT_MACHINERY = frozenset(
    ("_frozen_importlib", "_frozen_importlib_external", "importlib._bootstrap", "importlib._bootstrap_external")
)
# What an import statement calls there.
_IMPORT_STATEMENT = frozenset({"_find_and_load", "_handle_fromlist"})
# The guard's own `getattr` is no more between what happens and guarded code than the interpreter's.
_BUILTINS_IN_PYTHON = "flake8_incall.runtime.guard.namespace"
_READING = frozenset({"os.listdir", "os.scandir"})
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What is watched together: the code of one guard.

    Attributes:
        builtins: The builtins with which the code is executed; no other code has them.
        policy: What is let in.
        hosts: Modules of the host that do what they want when guarded code calls them.
        denials: Where denials are noted.
    """

    builtins: dict[str, Any]
    policy: Policy
    hosts: set[str]
    denials: DenialLog


# Those of nearly all frames: to compare is faster than to look up.
_BUILTINS = vars(builtins)
# By the identity of the builtins, which the watch keeps alive.
_watches: dict[int, Watch] = {}
_telling = threading.local()


@cache
def _install() -> None:
    """Have the interpreter ask this module from now on: once in a process, since it cannot be undone."""
    sys.addaudithook(_judge)


def watch(watched: Watch) -> None:
    """Judge all code that is executed with the watch's builtins."""
    _watches[id(watched.builtins)] = watched
    _install()


def _judge(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook: it is called for everything that the process does, so it leaves early."""
    kind = KINDS.get(event)
    if kind is None or (event == "object.__getattr__" and args[1] not in INSIDE):
        return
    innermost = sys._getframe(1)
    guarded = _guarded_frame(innermost)
    if guarded is not None and not getattr(_telling, "now", False):
        _judge_guarded(_watches[id(guarded.f_builtins)], kind, event, args, _Stack(innermost, guarded))


def _guarded_frame(innermost: FrameType | None) -> FrameType | None:
    """The nearest frame of guarded code, from a frame outwards."""
    frame = innermost
    while frame is not None:
        found = frame.f_builtins
        if found is not _BUILTINS and id(found) in _watches:
            return frame
        frame = frame.f_back
    return None


class _Stack:
    """The frames between what happens and the guarded code that it happens for.

    Attributes:
        guarded: The nearest frame of guarded code.
        between: The frames of libraries inside it, innermost first.
    """

    def __init__(self, innermost: FrameType, guarded: FrameType) -> None:
        self.guarded = guarded
        self.between: list[FrameType] = []
        frame: FrameType | None = innermost
        while frame is not None and frame is not guarded:
            if _module(frame) != _BUILTINS_IN_PYTHON:
                self.between.append(frame)
            frame = frame.f_back

    @property
    def entry(self) -> FrameType | None:
        """The function of a library that guarded code called, or `None`."""
        return self.between[-1] if self.between else None

    def importer(self) -> tuple[FrameType, FrameType] | None:
        """Who has a module imported, and the frame of the import machinery that does it; or `None`."""
        for position in range(len(self.between) - 1, -1, -1):
            frame = self.between[position]
            if _module(frame) in _IMPORT_MACHINERY:
                outer = self.between[position + 1] if position + 1 < len(self.between) else self.guarded
                return outer, frame
        return None


def _judge_guarded(watched: Watch, kind: Kind, event: str, args: tuple[Any, ...], stack: _Stack) -> None:
    if not _is_let_in(watched, kind, event, args, stack):
        what = _told(event, args)
        _deny(watched, what, stack)


def _is_let_in(watched: Watch, kind: Kind, event: str, args: tuple[Any, ...], stack: _Stack) -> bool:
    importing = stack.importer()
    if importing is not None and importing[0] is stack.guarded:
        return _imports_let_in(watched, importing[1])
    if stack.entry is None:
        return _is_let_in_directly(watched, kind, event, args)
    module, name = _module(stack.entry), stack.entry.f_code.co_qualname.partition(".")[0]
    if _is_host(watched, module):
        return True
    if importing is not None:
        return may_cause(Kind.IMPORT, module, name, watched.policy)
    if may_cause(kind, module, name, watched.policy):
        return True
    if event == "compile":
        return may_compile(module)
    return _is_reading(event, args) and may_read(module, name, watched.policy)


def _is_let_in_directly(watched: Watch, kind: Kind, event: str, args: tuple[Any, ...]) -> bool:
    """Whether guarded code itself, or a function written in C that it calls, may do this."""
    if kind is Kind.IMPORT:
        return _is_importable(watched, args[0])
    if event == "open" and type(args[0]) is str and _is_reading(event, args):
        return _is_time_zone(args[0])
    return False


def _imports_let_in(watched: Watch, frame: FrameType) -> bool:
    """Whether a statement of guarded code imports what is let in."""
    if frame.f_code.co_name not in _IMPORT_STATEMENT:
        return False
    wanted = frame.f_locals.get("name") or getattr(frame.f_locals.get("module"), "__name__", None)
    return _is_importable(watched, wanted)


def _is_importable(watched: Watch, module: object) -> bool:
    if type(module) is not str:
        return False
    is_package = any(name.startswith(f"{module}.") for name in watched.policy.known_modules)
    return is_package or is_known(module, watched.policy)


def _is_host(watched: Watch, module: str) -> bool:
    return any(module == host or module.startswith(f"{host}.") for host in tuple(watched.hosts))


def _is_reading(event: str, args: tuple[Any, ...]) -> bool:
    if event != "open":
        return event in _READING
    _, mode, flags = args
    if type(mode) is str:
        return not set(mode) & set("wax+")
    return type(flags) is int and not flags & _WRITING_FLAGS


def _is_time_zone(path: str) -> bool:
    zoneinfo = sys.modules.get("zoneinfo")
    real = os.path.realpath(path)
    return zoneinfo is not None and any(real.startswith(f"{os.path.realpath(home)}/") for home in zoneinfo.TZPATH)


def _module(frame: FrameType) -> str:
    name = frame.f_globals.get("__name__")
    return name if type(name) is str else ""


# What is told of it


def _deny(watched: Watch, what: str, stack: _Stack) -> None:
    outermost = frame = stack.guarded
    while (outer := _guarded_frame(frame.f_back)) is not None:
        outermost = frame = outer
    via = f"{_module(stack.entry)}.{stack.entry.f_code.co_qualname}" if stack.entry else ""
    # What logs the denial acts for the host.
    _telling.now = True
    try:
        watched.denials.add(
            what,
            function=outermost.f_code.co_qualname,
            path=stack.guarded.f_code.co_filename,
            line=stack.guarded.f_lineno or 0,
            via=via,
        )
    finally:
        _telling.now = False
    raise Denied(f"denied to guarded code: {what}")


def _told(event: str, args: tuple[Any, ...]) -> str:
    """An event in words. Arguments of other types could be objects of the guarded code, and run it."""
    told = [repr(arg) for arg in args[:2] if type(arg) in (str, bytes, int)]
    return f"{event} {', '.join(told)}".strip()[:_LONGEST_TEXT]
