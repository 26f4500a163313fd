"""Arguments of allowed calls that open a side door, by the gate's policy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure
from flake8_incall.model.gate.type_places import stands_for_type

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# Arguments that switch something on or off, and are a path or an object of another kind otherwise.
_SWITCHES = frozenset({"ssl", "trust_env", "verify", "verify_ssl"})
# Multipart forms name their parts: this opens nothing.
_NAMES_A_PART = frozenset({"add_field"})


def door_faults(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    """What opens a side door: the node, what it is, and what is wrong with it."""
    for node in module.index.nodes(ast.Call):
        yield from _keywords(module, node)
    for expression in (*module.index.nodes(ast.Name), *module.index.nodes(ast.Attribute)):
        doors = module.fact(Exposure).qualified_names(expression) & module.fact(Exposure).policy.doors
        if doors and not stands_for_type(module, expression):
            name = f"`{min(doors)}`"
            if (call := module.index.call_of(expression)) is not None:
                yield from _arguments(call, name)
            else:
                yield expression, name, "is used as a value; call it directly"
    for wraps in module.index.nodes(ast.Call):
        if module.fact(Exposure).qualified_names(wraps.func) & {"functools.wraps"} and _is_widened(wraps):
            yield wraps, "`functools.wraps`", "copies attributes by string; pass the function alone"


def _is_widened(call: ast.Call) -> bool:
    return len(call.args) != 1 or bool(call.keywords) or isinstance(call.args[0], ast.Starred)


def _keywords(module: Module, call: ast.Call) -> Iterator[tuple[ast.AST, str, str]]:
    policy = module.fact(Exposure).policy
    for keyword in call.keywords:
        names = {keyword.arg} if keyword.arg else _keys(keyword.value) or set()
        for name in sorted(filter(None, names & policy.keywords)):
            if name == "filename" and _names_no_file(module, call.func):
                continue
            yield keyword.value, f"`{name}=`", "opens a file or a socket"


def _names_no_file(module: Module, callee: ast.expr) -> bool:
    """Whether `filename=` is what a function of the module, or a form, calls a text."""
    if isinstance(callee, ast.Attribute):
        return callee.attr in _NAMES_A_PART
    bindings = module.fact(Visibility).own(callee)
    return bool(bindings) and all(isinstance(b.node, FunctionNode | ast.ClassDef) for b in bindings)


def _arguments(call: ast.Call, name: str) -> Iterator[tuple[ast.AST, str, str]]:
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            yield argument, name, "has computed arguments (`*args`, `**kwargs`); pass literals"
    for keyword in call.keywords:
        if keyword.arg is None and _keys(keyword.value) is None:
            yield keyword.value, name, "has computed arguments (`*args`, `**kwargs`); pass literals"
        elif keyword.arg in _SWITCHES and not _is_switch(keyword.value):
            yield keyword.value, f"`{keyword.arg}=`", "is not a literal `True` or `False`, so it can point to a file"
        elif keyword.arg == "trust_env" and isinstance(keyword.value, ast.Constant) and keyword.value.value:
            yield keyword.value, "`trust_env=`", "reads the environment and the host's `.netrc`"
        if keyword.arg is None and isinstance(keyword.value, ast.Dict):
            yield from _switches(keyword.value)


def _switches(given: ast.Dict) -> Iterator[tuple[ast.AST, str, str]]:
    for key, value in zip(given.keys, given.values, strict=True):
        if isinstance(key, ast.Constant) and key.value in _SWITCHES and not _is_switch(value):
            yield value, f"`{key.value}=`", "is not a literal `True` or `False`, so it can point to a file"


def _is_switch(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, bool))


def _keys(value: ast.expr) -> set[str] | None:
    """The keys of a dict that is written out, or `None` for any other."""
    if not isinstance(value, ast.Dict):
        return None
    keys = {key.value if isinstance(key, ast.Constant) else None for key in value.keys}
    names = {key for key in keys if isinstance(key, str)}
    return names if len(names) == len(keys) else None
