"""Runs ways around the check for real, each in a process of its own, under layers of the guard one after the other.

    python -m tests.runtime.guard.running FOLDER LAYER [LAYER ...]

FOLDER is `fixtures`, or the path of a folder of Python files. The layers are `both`, `loader` and `hook`, best in this
order, since what comes through may change the process, and `none`, which tells nothing of others beside it: what ends
the process there counts as come through under those after it. Prints a line for each technique and layer: the
layer, how it ended and the technique, between tabs. The static rules are not asked.
"""

from __future__ import annotations

import asyncio
import builtins
import gc
import itertools
import os
import sys
import tempfile
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flake8_incall.catalogue import load
from flake8_incall.runtime.guard import Denied, Guard
from flake8_incall.runtime.guard.denials import DenialLog
from flake8_incall.runtime.guard.facades import Facades
from flake8_incall.runtime.guard.hook import Watch, watch
from flake8_incall.runtime.guard.inside import inside_names
from flake8_incall.runtime.guard.namespace import restricted_builtins
from tests.evasion import techniques

Namespace = dict[str, Any]
Execute = Callable[[str, str], Namespace]

# Loaded before the processes are made, so that it is not done again in each.
_LIBRARIES = ("aiohttp", "anyio", "httpx2", "numpy", "pwd", "yaml")
# What a technique reads, where it reads a file.
_BAIT = "/etc/hostname"
_STARTS = ("os.fork", "os.forkpty", "os.posix_spawn", "os.system", "pty.spawn", "subprocess.Popen")
_DEADLINE = 5
# The values of functions to which nothing came.
_PLANTED = "planted"
_NOTHING = (None, "None", "[]", _PLANTED)


class _RunContext:
    """Stands for LiveKit's own, whose package takes seconds to load and does nothing here."""


_INJECTED = {"RunContext": _RunContext}


def _with_nothing(source: str, path: str) -> Namespace:
    return _executed(_compiled(source, path), vars(builtins))


def _with_loader(source: str, path: str) -> Namespace:
    policy = load().policy
    found = restricted_builtins(policy, Facades(policy, lambda _: None).import_, lambda _: None)
    code = _compiled(source, path)
    if any(inside_names(code, policy)):
        raise Denied
    return _executed(code, found)


def _with_hook(source: str, path: str) -> Namespace:
    found = dict(vars(builtins))
    watch(Watch(found, load().policy, set(), DenialLog()))
    return _executed(_compiled(source, path), found)


def _compiled(source: str, path: str) -> types.CodeType:
    return compile(source, path, "exec", dont_inherit=True)


def _executed(code: types.CodeType, found: Namespace) -> Namespace:
    module = types.ModuleType("technique")
    sys.modules["technique"] = module
    vars(module).update(_INJECTED, __file__=code.co_filename, __builtins__=found)
    exec(code, vars(module))
    return vars(module)


def _with_both(source: str, path: str) -> Namespace:
    return Guard().execute(source, path, _INJECTED)


LAYERS: dict[str, Execute] = {
    "none": _with_nothing,
    "loader": _with_loader,
    "hook": _with_hook,
    "both": _with_both,
}


class _Llm:
    def chat(self) -> str:
        return "real"


class _Context:
    """What a function is given as `ctx`: it belongs to the host."""

    def __init__(self) -> None:
        self.userdata: dict[str, object] = {}
        self._secret = "of the host"
        self.session = types.SimpleNamespace(llm=_Llm(), tools={}, count=0, userdata={})


async def _call(namespace: Namespace) -> object:
    function = namespace["look_up_value"]
    # As LiveKit does when it builds a tool.
    typing.get_type_hints(function)
    async with asyncio.timeout(_DEADLINE):
        return await function(_Context(), "getcwd")


def _value(result: object) -> object:
    return result.get("value", result.get("data", {}).get("value")) if isinstance(result, dict) else None


class _Observer:
    """Sees what comes through: its hook is asked after the guard's, which ends what it denies."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in _STARTS or (event == "open" and args[0] in (_BAIT, _BAIT.encode())):
            self.seen.append(event)


def _outcome(execute: Execute, source: str, path: str, observer: _Observer) -> str:
    """How a technique ends: `reached`, `ran` to its end but to nothing, or `stopped` with what stopped it."""
    observer.seen.clear()
    try:
        namespace = execute(source, path)
        result = asyncio.run(_call(namespace))
        namespace.clear()
        if _value(result) == _PLANTED:
            gc.collect()
    except BaseException as error:
        return "reached" if observer.seen else f"stopped by {type(error).__name__}"
    if observer.seen or _value(result) not in _NOTHING:
        return "reached"
    is_success = isinstance(result, dict) and result["status"] == "success"
    return "ran" if is_success else f"stopped with {result}"


def _run_until_one_comes_through(
    sources: list[tuple[str, str]], layers: list[str], tell: Callable[[bytes], object]
) -> None:
    """Run techniques, and stop after one that reached something: the process may not be what it was."""
    # The guard's own hook comes first.
    Guard()
    observer = _Observer()
    sys.addaudithook(observer)
    own = os.getpid()
    for name, source in sources:
        ends: dict[str, str] = {}
        for layer in layers:
            # What comes through both layers comes through each.
            is_through = ends.get("both") == "reached"
            ends[layer] = "reached" if is_through else _outcome(LAYERS[layer], source, "technique.py", observer)
            if os.getpid() != own:
                return
            tell(f"{ends[layer]}\n".encode())
        if "reached" in ends.values() and "/harmless: " not in name:
            return


def _in_a_process(sources: list[tuple[str, str]], layers: list[str]) -> list[str]:
    """How the first techniques end under each layer; at least one of them is run."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        try:
            _run_until_one_comes_through(sources, layers, lambda told: os.write(writing, told))
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        told = pipe.read().decode(errors="replace").splitlines()
    os.waitpid(child, 0)
    # What is not told came through, and ended the process.
    is_cut = not told or len(told) % len(layers)
    return told + ["reached"] * (len(layers) - len(told) % len(layers)) if is_cut else told


def _sources(folder: str) -> Iterator[tuple[str, str]]:
    path = Path(folder)
    if path.is_absolute():
        yield from ((file.stem, file.read_text(encoding="utf-8")) for file in sorted(path.glob("*.py")))
    else:
        for name in ("evasion", "sealed"):
            yield from ((f"{name}/{found.group}: {found.name}", found.source) for found in techniques(name))


def main(folder: str, layers: list[str]) -> None:
    """Run all techniques of a folder under some layers."""
    for library in _LIBRARIES:
        __import__(library)
    agents = types.ModuleType("livekit.agents")
    vars(agents).update(_INJECTED)
    sys.modules.update({"livekit": types.ModuleType("livekit"), "livekit.agents": agents})
    # The name by which functions import it; what they do with it is the same.
    sys.modules.setdefault("httpx", sys.modules["httpx2"])
    gc.freeze()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        sources = [(name, source.replace("/srv/shop", scratch)) for name, source in _sources(folder)]
        ends: list[str] = []
        while len(ends) < len(sources) * len(layers):
            ends += _in_a_process(sources[len(ends) // len(layers) :], layers)
        for ((name, _), layer), end in zip(itertools.product(sources, layers), ends, strict=True):
            print(f"{layer}\t{end}\t{name}")
        os.chdir("/")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
