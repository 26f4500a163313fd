"""The real things that entries of the catalogue are about: the standard library and what is installed."""

from __future__ import annotations

import builtins
import importlib
import sys
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Any

# Packages that a development environment may have; an entry about any other package cannot be checked here.
INSTALLED = tuple(
    package
    for package in (
        "aiofiles", "aiohttp", "anyio", "grpc", "httpx2", "numpy", "openai", "pydantic", "requests", "urllib3", "yaml",
    )
    if find_spec(package)
)  # fmt: skip
# Parts of a namespace that has others besides.
INSTALLED_PARTS = tuple(f"livekit.{part}" for part in ("agents", "api", "rtc") if find_spec("livekit"))

# Names of types that Python has no name for.
STAND_INS = {
    "coroutine": "types.CoroutineType",
    "dict_items": "collections.abc.ItemsView",
    "dict_keys": "collections.abc.KeysView",
    "dict_values": "collections.abc.ValuesView",
    "file": "io.TextIOWrapper",
    "function": "types.FunctionType",
    "generator": "types.GeneratorType",
    "code": "types.CodeType",
    "iterator": "collections.abc.Iterator",
    "module": "types.ModuleType",
    "None": "types.NoneType",
    "hashlib.Hash": "_hashlib.HASH",
}

# The version in which something came into the standard library, or went.
CAME = {
    (3, 12): (
        "inspect.getasyncgenlocals", "os.path.isjunction", "os.path.splitroot", "pathlib.Path.is_junction",
        "pathlib.Path.walk", "pathlib.PurePath.with_segments", "sys._getframemodulename",
        "sys.activate_stack_trampoline", "sys.monitoring", "threading.setprofile_all_threads",
        "threading.settrace_all_threads", "typing.override", "uuid.main",
    ),
    (3, 13): (
        "PythonFinalizationError", "_thread.start_joinable_thread", "asyncio.QueueShutDown",
        "dbm.sqlite3.open", "glob.translate", "os.path.isdevdrive",
        "os.posix_openpt", "pathlib.PurePath.full_match", "pathlib._local", "re.PatternError", "warnings.deprecated",
    ),
    (3, 14): (
        "annotationlib", "compression", "concurrent.futures.InterpreterPoolExecutor", "concurrent.interpreters",
        "os.reload_environ", "pathlib.Path.copy", "pathlib.Path.copy_into", "pathlib.Path.info",
        "pathlib.Path.move", "pathlib.Path.move_into", "sys.remote_exec", "typing.evaluate_forward_ref",
        "typing.ForwardRef.evaluate", "uuid.uuid6",
    ),
}  # fmt: skip
WENT = {
    (3, 12): ("base64.test", "importlib.find_loader", "pathlib.Path.link_to", "ssl.wrap_socket"),
    (3, 13): ("dataclasses.FunctionType", "typing.stdlib_re"),
    (3, 14): ("typing.ForwardRef._evaluate", "urllib.request.FancyURLopener", "urllib.request.URLopener"),
}
# What depends on the system or on how Python was built, what is set when Python starts or fails, and what numpy 1 had.
ELSEWHERE = (
    "__annotations__", "__builtins__", "_winapi", "dbm.gnu.open", "dbm.ndbm.open", "msvcrt", "nt",
    # Linux distributions have these in packages of their own.
    "ensurepip", "idlelib", "lib2to3", "tkinter", "turtle", "turtledemo",
    "numpy.DataSource", "numpy.recfromcsv", "numpy.recfromtxt", "os.add_dll_directory", "os.chflags",
    "os.lchflags", "os.lchmod", "os.listdrives", "os.listmounts",
    "os.listvolumes", "os.mkfifoat", "os.startfile", "sqlite3.Connection.enable_load_extension",
    "sqlite3.Connection.load_extension", "sys.last_exc", "sys.last_traceback", "sys.last_value", "winreg",
)  # fmt: skip


def is_here(name: str) -> bool:
    """Whether the package of a name can be looked at in this environment."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or hasattr(builtins, top) or top in STAND_INS:
        return True
    if top == "httpx":
        return "httpx2" in INSTALLED
    return top in INSTALLED or name.startswith(INSTALLED_PARTS)


def may_be_missing(name: str) -> bool:
    """Whether this version of Python or this system is known not to have a name."""
    absent = [*ELSEWHERE]
    for version, names in CAME.items():
        absent += names if sys.version_info < version else ()
    for version, names in WENT.items():
        absent += names if sys.version_info >= version else ()
    return any(name == gone or name.startswith(f"{gone}.") for gone in absent)


@cache
def real(name: str) -> Any:
    """The object with a qualified name.

    Raises:
        AttributeError: There is none.
    """
    for owner, stand_in in (*STAND_INS.items(), ("httpx", "httpx2")):
        if name == owner or name.startswith(f"{owner}."):
            name = stand_in + name[len(owner) :]
            break
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            with warnings.catch_warnings():
                # Modules on their way out are in the catalogue until they are gone.
                warnings.simplefilter("ignore", DeprecationWarning)
                found = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        return _walk(found, parts[end:])
    return _walk(builtins, parts)


def _walk(found: Any, names: list[str]) -> Any:
    for name in names:
        found = getattr(found, name)
    return found
