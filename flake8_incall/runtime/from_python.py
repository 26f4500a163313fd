"""The in-call functions of a Python file, as tools."""

from __future__ import annotations

import inspect
from typing import Any

from livekit.agents import function_tool
from livekit.agents.llm import FunctionTool, RawFunctionTool, Tool

from flake8_incall.diagnostics import Position
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.runtime.calls import wrap
from flake8_incall.runtime.rejection import refused
from flake8_incall.runtime.setting import Setting
from flake8_incall.runtime.sources import first_line
from flake8_incall.runtime.tools import AnyTool, SignatureError, check_schema, guarded


def module_tools(module: Module, setting: Setting) -> list[Tool]:
    """Execute a checked file and make tools of the functions that the check took for in-call functions.

    Raises:
        Rejected: The file cannot be executed, or one of the functions is none that can be loaded.
    """
    functions = module.fact(discover).functions
    for function in functions:
        if function.is_method:
            raise _refused(function, "is a method, which only its agent has: load functions of the module")
    namespace = setting.namespace(module, "".join(module.lines), module.path)
    made: dict[int | None, list[AnyTool]] = {}
    for value in {id(value): value for value in namespace.values()}.values():
        if isinstance(value, FunctionTool | RawFunctionTool):
            made.setdefault(_line_of(value, namespace), []).append(value)
    tools: list[Tool] = []
    for function in functions:
        of_function = made.get(first_line(function.node), [])
        tools += [_described(guarded(tool, setting.limits, setting.profile), function) for tool in of_function]
        if not of_function:
            tools.append(_described(_unbound(function, namespace, setting), function))
    return tools


def _unbound(function: InCallFunction, namespace: dict[str, Any], setting: Setting) -> AnyTool:
    """A function that nothing in the module has made a tool, or made one that has no name there."""
    found: Any = namespace.get(function.name)
    if _line_of(found, namespace) != first_line(function.node) or function.registration.is_raw:
        raise _refused(function, "is not there under its name once the file was executed: define it at the top level")
    wrapped: Any = wrap(found, setting.limits, profile=setting.profile)
    registration = function.registration
    tool: AnyTool = function_tool(wrapped, name=registration.name, description=registration.description)
    return tool


def _described(tool: AnyTool, function: InCallFunction) -> AnyTool:
    try:
        check_schema(tool)
    except SignatureError as error:
        raise _refused(function, f"cannot be a tool: {error}") from error
    return tool


def _refused(function: InCallFunction, why: str) -> Exception:
    at: Position = function.module.start(function.node)
    return refused(function.module.path, f"`{function.name}` {why}", at)


def _line_of(function: Any, namespace: dict[str, Any]) -> int | None:
    """The line at which the function inside of wrappers begins; `None` where it is from another module."""
    inner: Any = inspect.unwrap(function) if callable(function) else None
    return inner.__code__.co_firstlineno if getattr(inner, "__globals__", None) is namespace else None
