"""Functions as LiveKit tools whose calls always answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, overload

from livekit.agents import function_tool
from livekit.agents.llm import FunctionTool, RawFunctionTool, ToolContext

from flake8_incall.options import Profile
from flake8_incall.runtime.calls import wrap
from flake8_incall.runtime.demands import check_settings
from flake8_incall.runtime.limits import Limits

AnyTool = FunctionTool[..., Any] | RawFunctionTool[..., Any]
_FORMATS = ("openai", "openai.responses", "anthropic", "google", "aws")
_DEFAULT = Limits()


class SignatureError(TypeError):
    """LiveKit cannot describe a function to a model: every turn of the model would fail."""


@overload
def incall_tool(function: Callable[..., Any]) -> AnyTool: ...
@overload
def incall_tool(
    function: None = None, *, limits: Limits = ..., profile: Profile = ..., **options: Any
) -> Callable[[Callable[..., Any]], AnyTool]: ...
def incall_tool(
    function: Callable[..., Any] | None = None,
    *,
    limits: Limits = _DEFAULT,
    profile: Profile = "contract",
    **options: Any,
) -> AnyTool | Callable[[Callable[..., Any]], AnyTool]:
    """Make a function, or a method of an agent, a LiveKit tool whose calls always answer; see `wrap`.

    Args:
        function: The function, when the decorator stands without parentheses.
        limits: What a call may take.
        profile: Under `livekit`, results that are no dict keep LiveKit's meaning.
        options: Handed on to LiveKit's `function_tool`: `name`, `description`, `flags`, `on_duplicate` and others.

    Raises:
        SignatureError: LiveKit cannot make a schema of the signature. A name that is defined further down in the
            file is not known yet, and is left to LiveKit.
        TypeError: The limits are no `Limits`.
        OptionError: There is no such profile.
    """
    check_settings(limits=limits, profile=profile)

    def decorate(function: Callable[..., Any]) -> AnyTool:
        if isinstance(function, FunctionTool | RawFunctionTool):
            raise SignatureError(f"`{function.id}` is a tool already: put one of the two decorators")
        tool: AnyTool = function_tool(wrap(function, limits, profile=profile), **options)
        try:
            check_schema(_bound(tool, function))
        except SignatureError as error:
            if not isinstance(error.__cause__, NameError):
                raise
        return tool

    return decorate if function is None else decorate(function)


def guarded(tool: AnyTool, limits: Limits, profile: Profile) -> AnyTool:
    """A tool that was made with LiveKit's own decorator, with calls that always answer."""
    return type(tool)(wrap(function_of(tool), limits, profile=profile), tool.info)  # type: ignore[arg-type]


def function_of(tool: AnyTool) -> Callable[..., Any]:
    """The function that was made a tool."""
    function: Callable[..., Any] = vars(tool)["__wrapped__"]
    return function


def check_schema(tool: AnyTool) -> None:
    """Build what LiveKit sends to each provider of models.

    Raises:
        SignatureError: It cannot be built.
    """
    try:
        context: Any = ToolContext([tool])
        for name in _FORMATS:
            context.parse_function_tools(name)
    except Exception as error:
        raise SignatureError(f"LiveKit cannot describe `{tool.id}` to the model: {_why(error, tool)}") from error


def _why(error: Exception, tool: AnyTool) -> str:
    if isinstance(error, KeyError) and error.args[0] in inspect.signature(tool).parameters:
        return f"annotate its parameter `{error.args[0]}`"
    line = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {line[:300]}"


def _bound(tool: AnyTool, function: Callable[..., Any]) -> AnyTool:
    """The tool as LiveKit takes it from an agent: of a method, without `self`."""
    owner = function.__qualname__.rpartition(".")[0]
    if not owner or owner.endswith("<locals>"):
        return tool
    return tool.__get__(object())
