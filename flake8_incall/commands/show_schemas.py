"""What a model provider is sent for the functions of files, as LiveKit builds it from the loaded tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flake8_incall.commands import CLEAN
from flake8_incall.runner import Run


def print_schemas(paths: list[str], provider: str, run: Run) -> int:
    """Print the schemas of all functions as a JSON list, or what keeps a file from being loaded.

    Raises:
        OptionError: The runtime is not installed.
    """
    from flake8_incall.commands.loading import load, tell_rejected
    from flake8_incall.trial.platform import stand_ins

    schemas: list[Any] = []
    unused = stand_ins(lambda _: None)
    status = CLEAN
    for path in paths:
        # Nothing is called, so there is nothing to keep from a private host, and no secret is sent.
        tools = load(
            path, profile=run.options.profile, allow_private_hosts=True, secrets=_AnySecret(), stand_ins=unused
        )
        if isinstance(tools, list):
            schemas += _schemas(tools, provider)
        else:
            status = max(status, tell_rejected(tools))
    print(json.dumps(schemas, ensure_ascii=False, indent=2))
    return status


class _AnySecret(Mapping[str, str]):
    """Has every secret."""

    def __getitem__(self, name: str) -> str:
        return "not used"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _schemas(tools: list[Any], provider: str) -> list[dict[str, Any]]:
    from livekit.agents.llm import ToolContext

    context = ToolContext(tools)
    match provider:
        case "openai":
            return context.parse_function_tools("openai", strict=False)
        case "openai-strict":
            return context.parse_function_tools("openai")
        case "anthropic":
            return context.parse_function_tools("anthropic")
        case "google":
            return context.parse_function_tools("google")
        case "aws":
            return context.parse_function_tools("aws")
    raise AssertionError(provider)
