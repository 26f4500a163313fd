"""Tools in the formats of other voice platforms and model providers, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flake8_incall.model.documents.json_text import JsonValue

Members = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ForeignTool:
    """A tool in the format of another platform.

    Attributes:
        key: The key that tells.
        platform: Whose format it is.
        becomes: What to write instead, as a clause.
    """

    key: JsonValue
    platform: str
    becomes: str


@dataclass(frozen=True, slots=True)
class _Format:
    """How one platform's tools are told from others.

    Attributes:
        platform: Its name.
        becomes: What to write instead.
        telling: Gives the member of an object whose key tells; `None` if the object is none of its tools.
    """

    platform: str
    becomes: str
    telling: Callable[[Members], JsonValue | None]


def _rows(schema: str) -> str:
    """What becomes of the properties of a JSON Schema."""
    return f"each of `{schema}.properties` as `{{key_name, type, description}}`"


def _without_url(schema: str) -> str:
    """What becomes of a tool that names no API."""
    return f"add `api` and `method`, which it does not have, and write {_rows(schema)}"


def foreign_tool(root: JsonValue) -> ForeignTool | None:
    """The first tool of another platform in a document; `None` in one without any, and in a log of requests."""
    for members in _objects(root):
        found = tool_of(members)
        if found is not None:
            return found
    return None


def tool_of(members: Members) -> ForeignTool | None:
    """Whose tool an object is, by its own keys."""
    for known in _FORMATS:
        value = known.telling(members)
        if value is not None and value.key is not None:
            return ForeignTool(value.key, known.platform, known.becomes)
    return None


_TOOL_KEYS = frozenset({"name", "type", "api_schema"})
# Where formats keep their lists of tools.
_CONTAINERS = frozenset(
    {"tools", "functions", "general_tools", "capabilities", "states", "selectedTools", "api_tools", "tools_config"}
    | {"model", "assistant", "agent", "think", "session", "result", "conversation_config", "prompt"}
    | {"agent_config", "tasks", "toolConfig"}
)


def _objects(root: JsonValue) -> Iterator[Members]:
    """The objects of a document that can be tools, in its order."""
    pending = [root]
    while pending:
        value = pending.pop()
        if isinstance(value.data, list):
            pending += reversed(value.data)
        elif isinstance(value.data, dict) and not isinstance(_data(value.data, "messages"), list):
            yield value.data
            pending += [inner for key, inner in reversed(value.data.items()) if key in _CONTAINERS]


def _data(members: Members, key: str) -> object:
    return members[key].data if key in members else None


def _with_key(*keys: str) -> Callable[[Members], JsonValue | None]:
    return lambda members: next((members[key] for key in keys if key in members), None)


def _with_object(*keys: str) -> Callable[[Members], JsonValue | None]:
    """A key whose value is an object, in a tool that has a name."""

    def telling(members: Members) -> JsonValue | None:
        if not isinstance(_data(members, "name"), str):
            return None
        return next((members[key] for key in keys if isinstance(_data(members, key), dict)), None)

    return telling


def _of_type(kinds: tuple[str, ...], *beside: str) -> Callable[[Members], JsonValue | None]:
    """One of these values of `type`, and one of the other keys if any are named."""

    def telling(members: Members) -> JsonValue | None:
        fits = _data(members, "type") in kinds and (not beside or any(key in members for key in beside))
        return members["type"] if fits else None

    return telling


def _first_of(*tellings: Callable[[Members], JsonValue | None]) -> Callable[[Members], JsonValue | None]:
    return lambda members: next((found for telling in tellings if (found := telling(members)) is not None), None)


def _holding(*path: str) -> Callable[[Members], JsonValue | None]:
    """The first key of a path at whose end is a list of objects."""

    def telling(members: Members) -> JsonValue | None:
        inner: object = members
        for key in path:
            inner = _data(inner, key) if isinstance(inner, dict) else None
        is_list = isinstance(inner, list) and any(isinstance(item.data, dict) for item in inner)
        return members[path[0]] if is_list else None

    return telling


def _with_url(key: str) -> Callable[[Members], JsonValue | None]:
    """A key whose object has a `url`, in a tool."""

    def telling(members: Members) -> JsonValue | None:
        is_tool = not {"type", "name", "function"}.isdisjoint(members)
        inner = _data(members, key)
        return members[key] if is_tool and isinstance(inner, dict) and "url" in inner else None

    return telling


def _elevenlabs(members: Members) -> JsonValue | None:
    inner = _data(members, "tool_config")
    return members["tool_config"] if isinstance(inner, dict) and not _TOOL_KEYS.isdisjoint(inner) else None


def _bolna(members: Members) -> JsonValue | None:
    value = _data(members, "value")
    is_task = _data(members, "key") == "custom_task" and isinstance(value, dict)
    return members["key"] if is_task else None


def _schema(members: Members, kind: str) -> JsonValue | None:
    """`parameters` as a JSON Schema whose type is written so, in a tool that has a name."""
    parameters = _data(members, "parameters")
    if not isinstance(_data(members, "name"), str) or not isinstance(parameters, dict):
        return None
    is_schema = _data(parameters, "type") == kind and "properties" in parameters
    return members["parameters"] if is_schema else None


# The more particular first: what tells one platform is often beside what others have too.
_FORMATS = (
    _Format(
        "Ultravox",
        "write `baseUrlPattern` as `api`, `httpMethod` as `method`, each of `dynamicParameters` as "
        "`{key_name, type, description}`",
        _with_key("temporaryTool", "baseUrlPattern", "modelToolName", "dynamicParameters"),
    ),
    _Format(
        "Google",
        f"{_without_url('parameters')}, with types in lower case",
        _first_of(
            _with_key("functionDeclarations", "function_declarations"), lambda members: _schema(members, "OBJECT")
        ),
    ),
    _Format(
        "ElevenLabs",
        "write `api_schema.url` as `api`, `request_headers` as `headers`, each of the schema's properties as "
        "`{key_name, type, description}`",
        _first_of(_with_key("api_schema"), _elevenlabs),
    ),
    _Format(
        "Bolna",
        f"write `value.url`, `.method` and `.headers` as `api`, `method` and `headers`, and {_rows('parameters')}",
        _bolna,
    ),
    _Format(
        "Retell",
        f"write `url` as `api`, and {_rows('parameters')}",
        _first_of(
            _of_type(("custom",), "url"), _with_key("general_tools", "speak_during_execution", "speak_after_execution")
        ),
    ),
    _Format(
        "Vapi",
        f"write `url` as `api`, and {_rows('body')}",
        _first_of(
            _of_type(("apiRequest",)),
            _of_type(("transferCall",), "destinations"),
            _of_type(("endCall", "transferCall"), "messages", "function"),
            _with_url("server"),
            _holding("model", "tools"),
        ),
    ),
    _Format(
        "Deepgram",
        f"write `endpoint.url`, `.method` and `.headers` as `api`, `method` and `headers`, and {_rows('parameters')}",
        _first_of(_with_url("endpoint"), _holding("agent", "think", "functions")),
    ),
    _Format(
        "Bland",
        f"write `url` as `api`, and {_rows('input_schema')}",
        lambda members: _with_object("input_schema")(members) if isinstance(_data(members, "url"), str) else None,
    ),
    _Format("Amazon Bedrock", _without_url("inputSchema.json"), _with_key("toolSpec")),
    _Format(
        "MCP",
        _without_url("inputSchema"),
        _with_object("inputSchema"),
    ),
    _Format(
        "Anthropic",
        _without_url("input_schema"),
        _with_object("input_schema"),
    ),
    _Format("OpenAI", _without_url("parameters"), _of_type(("function",), "function", "parameters", "name")),
    _Format("OpenAI", _without_url("parameters"), lambda members: _schema(members, "object")),
)
