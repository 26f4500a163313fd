"""What the platform puts into the names of a snippet, which has no imports of its own."""

from __future__ import annotations

_LIVEKIT = ("AgentSession", "JobContext", "RunContext", "function_tool", "get_job_context")
_MODULES = ("asyncio", "httpx", "json", "logging", "math", "pytz", "re")
_TYPING = ("Any", "Dict", "List", "Literal", "Optional", "Union")
_OWN = (
    "call_mcp_tool",
    "check_functions_called",
    "custom_llm_completion",
    "get_local_time",
    "logger",
    "num2words",
    "send_email",
    "x_secrets",
)

# Where the catalogue keeps the platform's own names. Nobody else knows them by that.
HOME = "platform_injected."

# The name as snippets read it, and the qualified name that it stands for. `platform.` is the platform's own.
INJECTED: dict[str, str] = {
    **{name: f"livekit.agents.{name}" for name in _LIVEKIT},
    **{name: name for name in _MODULES},
    **{name: f"typing.{name}" for name in _TYPING},
    **{name: f"{HOME}{name}" for name in _OWN},
    "datetime": "datetime.datetime",
    "timedelta": "datetime.timedelta",
}

# What LiveKit and this project call the functions that make tools.
TOOL_MAKERS = ("function_tool", "incall_tool")


def is_tool_maker(name: str) -> bool:
    """Whether a qualified name is that of LiveKit's `function_tool`, or of the project's own, in whatever module."""
    return name.rpartition(".")[2] in TOOL_MAKERS and name.partition(".")[0] in ("livekit", "flake8_incall", "")


# Packages that have a `RunContext` or a `function_tool` of their own, which has nothing to do with LiveKit's.
LOOKALIKES = frozenset({"agents", "autogen", "llama_index", "openai", "openai_agents", "pydantic_ai", "pydantic_graph"})
