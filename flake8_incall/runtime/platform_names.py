"""The names that the platform puts into snippets, as far as they exist outside of it."""

from __future__ import annotations

import ast
import builtins
import datetime
import importlib
import logging
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Use

# Where a name is found under this name only when it is installed, and otherwise under the next.
_MODULES = {"httpx": ("httpx", "httpx2"), "pytz": ("pytz",), "num2words": ("num2words",)}
_LOGGER = "flake8_incall.functions"
_provided: dict[str, object] = {}


class Secrets(Mapping[str, str]):
    """What a snippet knows as `x_secrets`: read only, and no text of it shows a value."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        try:
            return self._values[name]
        except KeyError:
            raise KeyError(f"no secret {name!r} was given") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"x_secrets({', '.join(self)})"


def provide(**names: object) -> None:
    """Say what stands for the platform's own names in function documents that are loaded from now on.

    Args:
        names: Such as `send_email=my_send_email`. Takes any name that the platform puts into snippets.

    Raises:
        ValueError: The platform puts no such name into snippets.
    """
    unknown = sorted(names.keys() - INJECTED.keys())
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: the platform has no such name, only {', '.join(sorted(INJECTED))}")
    _provided.update(names)


def platform_names(secrets: Mapping[str, str], stand_ins: Mapping[str, object]) -> dict[str, object]:
    """What a snippet finds in its names: what was provided, what stands in, and of the rest whatever exists here.

    Args:
        secrets: What `x_secrets` has, read only.
        stand_ins: By name.
    """
    names: dict[str, object] = {"x_secrets": Secrets(secrets), "logger": logging.getLogger(_LOGGER)}
    for name, meaning in INJECTED.items():
        found = _find(name, meaning)
        if found is not None:
            names.setdefault(name, found)
    return {**names, **stand_ins, **_provided}


def missing_names(module: Module, names: Mapping[str, object]) -> Iterator[tuple[ast.Name, str]]:
    """The names that a snippet reads and that do not exist here, each with what to do about it."""
    for node in module.index.nodes(ast.Name):
        if node.id in names or hasattr(builtins, node.id):
            continue
        use = module.names.use(node)
        if use is None or module.names.bindings(node.id, use):
            continue
        if node.id in INJECTED or not _may_be_bound(module, node.id, use):
            yield node, _advice(node.id)


def missing_secrets(module: Module, names: Mapping[str, object]) -> Iterator[tuple[ast.Subscript, str]]:
    """The secrets that a snippet takes under a written name and that were not given, each with what to do about it.

    One that it also asks for, by `in x_secrets` or `x_secrets.get`, it can do without.
    """
    given = names["x_secrets"]
    if not isinstance(given, Mapping):
        return
    asked = {name for node in module.index.nodes(ast.Compare, ast.Call) for name in _asked_for(node)}
    for node in module.index.nodes(ast.Subscript):
        match node:
            case ast.Subscript(ast.Name("x_secrets") as holder, ast.Constant(str(name)), ast.Load()):
                use = module.names.use(holder)
                is_own = use is not None and bool(module.names.bindings(holder.id, use))
                if name not in given and name not in asked and not is_own:
                    yield node, f'no secret `{name}` was given: give it, or read `x_secrets.get("{name}")`'


def _asked_for(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare(ast.Constant(str(name)), [ast.In() | ast.NotIn()], [ast.Name("x_secrets")]):
            yield name
        case ast.Call(ast.Attribute(ast.Name("x_secrets"), "get"), [ast.Constant(str(name)), *_]):
            yield name


def _may_be_bound(module: Module, name: str, use: Use) -> bool:
    """Whether something binds a name, though not on the way there, or an import brings what is not told."""
    is_bound = any(name in scope.bindings for scope in (use.scope, *use.scope.enclosing()))
    return is_bound or name in use.scope.declared or name.startswith("__") or bool(module.names.top.star_modules)


def _advice(name: str) -> str:
    if name not in INJECTED:
        return f"`{name}` is defined nowhere, and the platform has no such name: import or define it in the function"
    if name in _MODULES:
        return f"`{name}` is not installed: pip install {name}"
    return (
        f"`{name}` exists on the platform only: "
        f"call `flake8_incall.runtime.provide({name}=...)` with one of yours before loading"
    )


def _find(name: str, meaning: str) -> Any:
    if name in _MODULES:
        return _first_installed(name)
    home, _, attribute = meaning.rpartition(".")
    if home == "typing":
        return getattr(typing, attribute)
    if home == "datetime":
        return getattr(datetime, attribute)
    if home == "livekit.agents":
        return getattr(importlib.import_module(home), attribute)
    return None if home else importlib.import_module(meaning)


def _first_installed(name: str) -> Any:
    for candidate in _MODULES[name]:
        try:
            module = importlib.import_module(candidate)
        except ImportError:
            continue
        return module.num2words if name == "num2words" else module
    return None
