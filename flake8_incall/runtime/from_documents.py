"""The in-call functions of a function document, as tools: basic ones, and advanced ones, whose code is a snippet."""

from __future__ import annotations

from typing import Any

from livekit.agents import function_tool
from livekit.agents.llm import FunctionTool, RawFunctionTool, Tool

from flake8_incall.diagnostics import Position
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.documents.document import Document, DocumentFunction
from flake8_incall.runtime.basic.document import BasicFunction
from flake8_incall.runtime.basic.tool import basic_tool
from flake8_incall.runtime.calls import wrap
from flake8_incall.runtime.filler import speaking
from flake8_incall.runtime.rejection import refused
from flake8_incall.runtime.setting import Setting
from flake8_incall.runtime.sources import first_definition
from flake8_incall.runtime.tools import SignatureError, check_schema, function_of


def document_tools(document: Document, path: str, setting: Setting) -> list[Tool]:
    """Make tools of the functions of a checked document.

    Raises:
        Rejected: One of them cannot be made a tool.
    """
    return [_tool(function, path, setting) for function in _distinct(document, path)]


def _distinct(document: Document, path: str) -> list[DocumentFunction]:
    """The functions of all scopes, each once: one that several capabilities have is the same function in each.

    Raises:
        Rejected: Two scopes have one name for different functions, which an agent with the tools of both cannot have.
    """
    known: dict[str | None, DocumentFunction] = {}
    for function in document.functions:
        first = known.setdefault(function.name, function)
        if first.form != function.form:
            at = _place(function)
            found = f"`{function.label}` is another function in another scope, on line {_place(first).line}"
            raise refused(path, f"{found}: rename one, or put each scope into a document that is loaded by itself", at)
    return list(known.values())


def _place(function: DocumentFunction) -> Position:
    return function.places.of(function.fields.given("name") or function.value).start


def _tool(function: DocumentFunction, path: str, setting: Setting) -> Tool:
    label = f"{path} ({function.label})"
    if function.source is not None and function.source.module is not None:
        return _advanced(function, function.source.module, label, setting)
    try:
        basic = BasicFunction.model_validate(function.plain)
    except ValueError as error:
        raise refused(label, " ".join(str(error).split())) from error
    try:
        return basic_tool(basic, http=setting.http, secrets=setting.secrets, limits=setting.limits)
    except ValueError as error:
        at = function.places.of(function.fields.given("headers") or function.value).start
        raise refused(path, str(error), at) from error


def _advanced(function: DocumentFunction, module: Module, label: str, setting: Setting) -> Tool:
    """On the platform the first `def` of the text is run, and the rest does not exist."""
    text = first_definition(module)
    if text is None:
        raise refused(label, "its code does not begin with a `def` of the text itself")
    defined: Any = setting.namespace(module, text, label)[module.fact(discover).functions[0].name]
    called = function_of(defined) if isinstance(defined, FunctionTool | RawFunctionTool) else defined
    fields = function.plain
    phrases = fields.get("msg_while_executing") or ()
    spoken = speaking(called, phrases, dynamic=fields.get("msg_while_executing_type") == "dynamic")
    made: Any = function_tool(
        wrap(spoken, setting.limits, profile=setting.profile),
        name=function.name,
        description=fields.get("description"),
    )
    try:
        check_schema(made)
    except SignatureError as error:
        raise refused(label, str(error)) from error
    tool: Tool = made
    return tool
