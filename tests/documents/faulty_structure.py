"""Documents with one fault in their structure, in the form of another platform, or with an unknown type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.documents.samples import ADVANCED, BASIC, CODE, advanced, basic, written

# The title, the document, the code of its one finding, and what stands in its text where that begins.
Fault = tuple[str, Any, str, str]


def structures() -> Iterator[Fault]:
    """What is not JSON, or not a function document."""
    whole = written([BASIC])
    yield "an empty file", "", "CAL001", ""
    yield "blanks alone", " \n ", "CAL001", ""
    yield "cut in a string", whole[:80], "CAL001", ""
    yield "cut behind a comma", whole[: whole.index('"name"')], "CAL001", ""
    yield "cut in a list", whole[: whole.rindex("]")], "CAL001", ""
    yield "a trailing comma", whole.replace('"api_mapping": {}', '"api_mapping": {},'), "CAL001", "}"
    yield "a comma that is missing", whole.replace('"order_status",', '"order_status"'), "CAL001", '"description"'
    yield "single quotes", repr(BASIC), "CAL001", "'type'"
    yield "a comment", "// orders\n" + whole, "CAL001", "// orders"
    yield "Python's None", whole.replace('"api_mapping": {}', '"api_mapping": None'), "CAL001", "None"
    yield "a key twice", whole.replace('"api_mapping": {}', '"name": "b"'), "CAL001", '"name": "b"'
    yield "a raw line end in a string", written(ADVANCED).replace("\\n", "\n", 1), "CAL001", "\n"
    yield "an escape of another language", written(BASIC).replace("Call this", r"Call \'this"), "CAL001", r"\'"
    yield "two documents", whole + whole, "CAL001", "["
    yield "a document as a string", json.dumps(whole), "CAL001", '"['
    yield "Python in a JSON file", CODE, "CAL001", "async"
    yield "an empty list", [], "CAL001", "[]"
    yield "a version without functions", {"functions": []}, "CAL001", "{"
    yield "functions as an object", {"functions": {"order_status": BASIC}}, "CAL001", '{\n      "type"'
    yield "functions as one function", {"functions": BASIC}, "CAL001", '{\n    "type"'
    yield "functions by their names", {"functions": ["order_status"]}, "CAL001", "["
    yield "the answer of an API around it", {"status": 200, "data": {"functions": [BASIC]}}, "CAL001", "{\n"
    yield (
        "a type around it",
        {"custom_in_call": {key: BASIC[key] for key in BASIC if key != "type"}},
        "CAL001",
        '{\n    "name"',
    )
    yield (
        "an agent around versions",
        {"name": "shop", "versions": [{"functions": [ADVANCED]}]},
        "CAL001",
        '{\n          "type"',
    )
    yield "a module of JavaScript", f"module.exports = {whole};", "CAL001", "module"
    yield "YAML", "- type: custom_in_call\n  name: order_status\n", "CAL001", "-"
    yield "marks of a merge", f"<<<<<<< HEAD\n{whole}\n=======\n", "CAL001", "<<<"
    yield "lines of JSON", f"{json.dumps(BASIC)}\n{json.dumps(ADVANCED)}\n", "CAL001", '{"type'
    yield "a text among the functions", [BASIC, "order_status"], "CAL001", '"order_status"\n]'
    yield "a list in a list", [BASIC, [ADVANCED]], "CAL001", "[\n    {"
    yield "capabilities as an object", {"functions": [BASIC], "capabilities": {"a": {}}}, "CAL001", '{\n    "a"'
    yield "no code and no URL", advanced(...), "CAL001", "{"
    yield "code as a list of lines", advanced(CODE.splitlines()), "CAL001", "[\n"
    yield "code as an object", advanced({"code": CODE}), "CAL001", '{\n    "code"'


def formats() -> Iterator[Fault]:
    """Tools of other platforms."""
    schema = {"type": "object", "properties": {"order_number": {"type": "string"}}, "required": ["order_number"]}
    tool = {"name": "order_status", "description": "Looks up an order", "parameters": schema}
    plain = {"name": "order_status", "description": "Looks up an order"}
    post = {"url": "https://orders.example.com", "method": "POST"}
    yield "OpenAI", [{"type": "function", "function": tool}], "CAL001", '"type"'
    yield "OpenAI, one", {"type": "function", "function": tool}, "CAL001", '"type"'
    yield "OpenAI, flat", [{"type": "function", **tool, "strict": True}], "CAL001", '"type"'
    yield "OpenAI, in `tools`", {"model": "gpt", "tools": [{"type": "function", "function": tool}]}, "CAL001", '"'
    yield "OpenAI, without type", {"functions": [tool]}, "CAL001", '"parameters"'
    yield "Vapi", [{"type": "apiRequest", **plain, **post, "body": schema}], "CAL001", '"type"'
    yield (
        "Vapi, server",
        {"type": "function", "function": tool, "server": {"url": "https://x.io"}},
        "CAL001",
        '"server"',
    )
    yield (
        "Vapi, assistant",
        {"name": "shop", "model": {"tools": [{"type": "function", "function": tool}]}},
        "CAL001",
        '"model"',
    )
    yield "Retell", [{"type": "custom", **tool, **post, "speak_during_execution": True}], "CAL001", '"type": "custom"'
    yield (
        "Retell, agent",
        {"general_prompt": "Hi", "general_tools": [{"type": "custom", **tool, **post}]},
        "CAL001",
        '"general_tools"',
    )
    yield "ElevenLabs", {"tool_config": {"type": "webhook", **plain, "api_schema": post}}, "CAL001", '"tool_config"'
    yield "ElevenLabs, webhook", {"type": "webhook", **plain, "api_schema": post}, "CAL001", '"api_schema"'
    yield "Deepgram", [{**tool, "endpoint": post}], "CAL001", '"endpoint"'
    yield "Deepgram, settings", {"type": "Settings", "agent": {"think": {"functions": [tool]}}}, "CAL001", '"agent"'
    yield "MCP", {"tools": [{**plain, "inputSchema": schema}]}, "CAL001", '"inputSchema"'
    yield (
        "MCP, answer",
        {"jsonrpc": "2.0", "result": {"tools": [{**plain, "inputSchema": schema}]}},
        "CAL001",
        '"inputSchema"',
    )
    yield "Anthropic", [{**plain, "input_schema": schema}], "CAL001", '"input_schema"'
    yield "Bland", [{**plain, **post, "input_schema": schema}], "CAL001", '"input_schema"'
    bedrock = {"toolConfig": {"tools": [{"toolSpec": {**plain, "inputSchema": {"json": schema}}}]}}
    yield "Amazon Bedrock", bedrock, "CAL001", '"toolSpec"'
    yield "Ultravox", [{"temporaryTool": {"modelToolName": "order_status", "http": {}}}], "CAL001", '"temporaryTool"'
    yield (
        "Ultravox, definition",
        {"modelToolName": "order_status", "dynamicParameters": []},
        "CAL001",
        '"modelToolName"',
    )
    yield "Google", [{"functionDeclarations": [plain]}], "CAL001", '"functionDeclarations"'
    yield "Google, one", {**plain, "parameters": {**schema, "type": "OBJECT"}}, "CAL001", '"parameters"'
    yield "Bolna", {**tool, "key": "custom_task", "value": post}, "CAL001", '"key"'
    yield "one among ours", [BASIC, {"type": "function", "function": tool}], "CAL001", '"type": "function"'


def types() -> Iterator[Fault]:
    """Types that the platform does not know."""
    for kind in ("custom-in-call", "CUSTOM_IN_CALL", "custom_incall", "customInCall", "in_call", "custom_in_call "):
        yield f"type {kind!r}", basic(type=kind), "CAL003", json.dumps(kind)
    for kind in ("webhook", "api", "http_request", "python", "tool", "custom", "function", ""):
        yield f"type {kind!r}", basic(type=kind), "CAL003", json.dumps(kind)
    yield "type python with code", advanced(type="python"), "CAL003", '"python"'
    yield "an advanced mode", advanced(type="advanced"), "CAL003", '"advanced"'
    yield "a type that is a number", basic(type=1), "CAL003", "1"
    yield "a type that is a list", basic(type=["custom_in_call"]), "CAL003", "["
    yield "code under a predefined type", advanced(type="booking"), "CAL003", '"booking"'
    for kind in ("transfer_call", "end_call", "custom_pre_cal", "send_to_whatsap", "hangup", "on_connect"):
        other = {"type": kind, "name": "other", "description": "When the call is over"}
        yield f"beside: {kind}", [BASIC, other], "CAL003", json.dumps(kind)
    lone = {"type": "transfer_to_agent", "name": "hand_over", "description": "When the caller asks for a person"}
    yield "a lone unknown type", lone, "CAL003", '"transfer_to_agent"'
    yield "an unknown type in a capability", {"capabilities": [{"functions": [lone]}]}, "CAL003", '"transfer_to_agent"'
