"""Which audit events are judged, and who may cause them while a guarded function is running.

The events and their callers are documented in `catalogue/audit.toml`; here they are told apart by what they reach.
"""

from __future__ import annotations

import sys
from enum import Enum, auto

from flake8_incall.catalogue import Policy, load


class Kind(Enum):
    """What an event reaches."""

    FILE = auto()
    PROCESS = auto()
    CODE = auto()
    NATIVE = auto()
    IMPORT = auto()
    INSIDE = auto()
    NETWORK = auto()


_BY_ROOT = {
    **dict.fromkeys(("open", "fcntl", "glob", "mmap", "os", "pathlib", "shutil", "sqlite3", "tempfile"), Kind.FILE),
    **dict.fromkeys(("ensurepip", "pty", "resource", "signal", "subprocess", "syslog", "webbrowser"), Kind.PROCESS),
    **dict.fromkeys(
        ("compile", "exec", "builtins", "code", "cpython", "function", "marshal", "pdb", "pickle"), Kind.CODE
    ),
    **dict.fromkeys(("ctypes",), Kind.NATIVE),
    **dict.fromkeys(("import",), Kind.IMPORT),
    **dict.fromkeys(("gc", "object", "remote_debugger_script", "sys"), Kind.INSIDE),
    **dict.fromkeys(("ftplib", "http", "imaplib", "nntplib", "poplib", "smtplib"), Kind.NETWORK),
    **dict.fromkeys(("socket", "telnetlib", "urllib"), Kind.NETWORK),
}
_PROCESSES = (
    "exec",
    "fork",
    "forkpty",
    "kill",
    "killpg",
    "posix_spawn",
    "putenv",
    "spawn",
    "startfile",
    "system",
    "unsetenv",
)
_BY_EVENT = {
    **{f"os.{name}": Kind.PROCESS for name in _PROCESSES},
    "os.add_dll_directory": Kind.NATIVE,
    "sqlite3.enable_load_extension": Kind.NATIVE,
    "sqlite3.load_extension": Kind.NATIVE,
}
# The frames that logging and named tuples ask for reach nothing by themselves: what is done with them is judged.
_UNJUDGED = frozenset({"sys._getframe", "sys._getframemodulename"}) | {
    f"sys.set_asyncgen_hooks_{name}" for name in ("finalizer", "firstiter")
}


def _kinds() -> dict[str, Kind]:
    """What each event of the catalogue reaches, but for those that reach nothing."""
    events = {*load().audit, "object.__getattr__"} - _UNJUDGED
    roots = ((event, event.partition(".")[0]) for event in events)
    # Some events have a second form, which tells more: `os.startfile/2`.
    return {event: _BY_EVENT.get(event.partition("/")[0], _BY_ROOT[root]) for event, root in roots if root in _BY_ROOT}


KINDS = _kinds()
# The attributes of which the interpreter tells, and by which code is reached that is running elsewhere.
INSIDE = frozenset({"__code__", "ag_code", "ag_frame", "cr_code", "cr_frame", "gi_code", "gi_frame", "tb_frame"})

_EVERYTHING = frozenset(Kind)
_NETWORK = frozenset({Kind.NETWORK})
_CODE = frozenset({Kind.CODE})
_NOTHING: frozenset[Kind] = frozenset()
# What is neither the interpreter's nor let in belongs to an object that the host handed over: guarded code cannot have
# imported it. It does what it wants, but for this.
_NOT_EVEN_FOR_THE_HOST = frozenset({Kind.NATIVE, Kind.PROCESS})
# Those that guarded code calls, and what they may then do for it. The host's own handlers run under a logger, and the
# session of a call is the host's. Named tuples and data classes are compiled from text.
_MAY_CAUSE = {
    "flake8_incall.runtime.guard.facades": _EVERYTHING,
    "livekit": _EVERYTHING,
    "logging.Logger": _EVERYTHING,
    "logging.LoggerAdapter": _EVERYTHING,
    "aiohttp": _NETWORK,
    "httpx": _NETWORK,
    "httpx2": _NETWORK,
    "ast.literal_eval": _CODE,
    "collections.namedtuple": _CODE,
    "dataclasses.dataclass": _CODE,
    "typing.NamedTuple": _CODE,
    "typing.NamedTupleMeta": _CODE,
}
# Those that may read files of the interpreter and of their own: certificates, types of files, time zones, the source of
# a traceback.
_MAY_READ = frozenset({"aiohttp", "httpx", "httpx2", "pytz", "traceback", "warnings", "zoneinfo"})
# Where annotations and lines of tracebacks are compiled but not executed, to see what they are made of.
_MAY_COMPILE = frozenset({"annotationlib", "traceback", "typing"})
# What the interpreter itself calls, whoever runs, and what functions written in C import when they are first called:
# `datetime.strptime`, `divmod` of long numbers.
_OF_THE_INTERPRETER = frozenset(
    ("_pylong", "_strptime", "abc", "codecs", "copyreg", "encodings", "linecache", "tracemalloc", "warnings")
)


def may_cause(kind: Kind, module: str, name: str, policy: Policy) -> bool:
    """Whether a function of a library may cause an event for guarded code.

    Args:
        kind: What the event reaches.
        module: The module of the function, by its own name: `"httpx._client"`.
        name: The first part of the function's qualified name: its own, or its class's.
        policy: What is let in.
    """
    package = _known_package(module, policy)
    if package is None and module and module.partition(".")[0] not in sys.stdlib_module_names:
        return kind not in _NOT_EVEN_FOR_THE_HOST or module in _MAY_CAUSE
    if kind in (Kind.IMPORT, Kind.INSIDE):
        return package is not None
    if package is not None and name in policy.removed.get(package, ()) and f"{module}.{name}" not in _MAY_CAUSE:
        return False
    return any(kind in _MAY_CAUSE.get(prefix, _NOTHING) for prefix in _prefixes(f"{module}.{name}"))


def may_compile(module: str) -> bool:
    """Whether a function of a library may compile a text for guarded code, without executing it."""
    return module in _MAY_COMPILE


def may_read(module: str, name: str, policy: Policy) -> bool:
    """Whether a function of a library may read files for guarded code."""
    package = _known_package(module, policy)
    if package is not None and name in policy.removed.get(package, ()):
        return False
    return any(prefix in _MAY_READ for prefix in _prefixes(module))


def is_known(module: str, policy: Policy) -> bool:
    """Whether a module is of the policy, of the interpreter, or of LiveKit."""
    return _known_package(module, policy) is not None


def _known_package(module: str, policy: Policy) -> str | None:
    """The module of the policy that a module is, or is a part of."""
    for prefix in _prefixes(module):
        if prefix in policy.known_modules or prefix in _OF_THE_INTERPRETER or prefix == "livekit":
            return prefix
    return None


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
