"""Documents with one fault in a field: missing, unknown, of another kind, or a name that is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.documents.samples import ADVANCED, BASIC, IN_WORDS, ROW, advanced, basic, row

# The title, the document, the code of its one finding, and what stands in its text where that begins.
Fault = tuple[str, Any, str, str]


def fields() -> Iterator[Fault]:
    """Fields of functions."""
    for name in ("name", "description"):
        yield f"no {name}", basic(**{name: ...}), "CAL002", "{"
        yield f"{name} null", basic(**{name: None}), "CAL002", "{"
        yield f"{name} empty", basic(**{name: ""}), "CAL002", '""'
        yield f"{name} blank", advanced(**{name: "  "}), "CAL002", '"  "'
        yield f"{name} a number", basic(**{name: 7}), "CAL003", "7"
        yield f"{name} a list", advanced(**{name: ["a"]}), "CAL003", "["
        yield f"no {name} of code", advanced(**{name: ...}), "CAL002", "{"
    for name in ("api", "method", "parameters"):
        yield f"no {name}", basic(**{name: ...}), "CAL002", "{"
        yield f"{name} null", basic(**{name: None}), "CAL002", "{"
    yield "no URL in words", {**IN_WORDS, "API URL": ""}, "CAL002", '""'
    yield "no parameter", basic(parameters=[]), "CAL002", "[]"
    yield "an empty method", basic(method=""), "CAL002", '""'
    yield (
        "a description that is too long",
        basic(description="Call this when " + "x" * 1100),
        "CAL003",
        '"Call this when x',
    )
    for text in ("TODO", "...", "tbd", "Call this when ...", "Enter description here", "Function description"):
        yield f"the description {text}", basic(description=text), "CAL002", json.dumps(text)
    yield "half a character", basic(description="Call this \ud83d"), "CAL003", "\ud83d"
    for method in ("PATCH", "get", "Post", "HEAD", "OPTIONS", "FETCH", "GET "):
        yield f"method {method}", basic(method=method), "CAL003", json.dumps(method)
    yield "a list of methods", basic(method=["GET"]), "CAL003", "["
    for field in (
        "timeout",
        "retries",
        "sourceCode",
        "url",
        "body",
        "response_mapping",
        "async",
        "enabled",
        "api_maping",
    ):
        yield f"unknown field {field}", basic(**{field: 5}), "CAL003", json.dumps(field)
    for field in ("timeout", "language", "msg_while_executng", "update_call_dta", "excute_while_switching"):
        yield f"unknown field {field} of code", advanced(**{field: 5}), "CAL003", json.dumps(field)
    for field, written in (
        *(("api", "url"), ("api", "API_URL"), ("api", "endpoint"), ("method", "http_method"), ("parameters", "params")),
        *(
            ("parameters", "arguments"),
            ("description", "desc"),
            ("name", "function_name"),
            ("description", "Descripton"),
        ),
    ):
        renamed = {written if key == field else key: value for key, value in BASIC.items()}
        yield f"{field} as {written}", renamed, "CAL003", json.dumps(written)
    for written in ("code", "sourceCode", "python_code", "source"):
        renamed = {written if key == "source_code" else key: value for key, value in ADVANCED.items()}
        yield f"source_code as {written}", renamed, "CAL003", json.dumps(written)
    yield "a field in two spellings", basic(Name="order"), "CAL003", '"Name"'
    yield "a mapping as a list", basic(api_mapping=["a"]), "CAL003", "["
    yield "filler kind in capitals", basic(msg_while_executing_type="Static"), "CAL003", '"Static"'
    yield "an unknown filler kind", advanced(msg_while_executing_type="random"), "CAL003", '"random"'
    yield "filler kind true", advanced(msg_while_executing_type=True), "CAL003", "true"
    yield "an empty filler kind", basic(msg_while_executing_type=""), "CAL003", '""'
    yield "a phrase instead of phrases", basic(msg_while_executing="One moment"), "CAL003", '"One moment"'
    yield "a number among phrases", advanced(msg_while_executing=["Wait", 5]), "CAL003", "5"
    yield "objects as phrases", basic(msg_while_executing=[{"text": "Wait"}]), "CAL003", '{\n      "text"'


def names() -> Iterator[Fault]:
    """Names that providers refuse, or that are taken."""
    for name in ("order status", "order.status", "ऑर्डर", "order/status", "x" * 65, "order_status!", "order_status\n"):
        yield f"name {name[:20]!r}", basic(name=name), "CAL004", json.dumps(name, ensure_ascii=False)
    yield "spaces, and code of that name", advanced(name="order status"), "CAL004", '"order status"'
    yield "a name twice", [BASIC, basic(description="Call this when they ask again")], "CAL004", '"order_status"'
    yield "a name twice, both kinds", {"functions": [ADVANCED, BASIC]}, "CAL004", '"order_status"'
    capability = {"name": "orders", "functions": [BASIC, ADVANCED]}
    yield "a name twice in a capability", {"capabilities": [capability]}, "CAL004", '"order_status"'
    predefined = {"type": "transfer", "name": "order_status", "description": "When the caller asks for a person"}
    yield "the name of a predefined function", [predefined, BASIC], "CAL004", '"order_status"'
    yield "the name of a later predefined function", [BASIC, predefined], "CAL004", '"order_status"'
    for key in ("order number", "नंबर", "order#"):
        yield f"key {key!r}", row(key_name=key), "CAL004", json.dumps(key, ensure_ascii=False)


def parameters() -> Iterator[Fault]:
    """Parameters of basic functions."""
    for kind in ("integer", "boolean", "object", "array", "String", "str", "int", "float", "date", "enum", "any"):
        yield f"type {kind}", row(type=kind), "CAL003", json.dumps(kind)
    yield "no type", row(type=...), "CAL002", '{\n      "key_name": "city"'
    yield "an empty type", row(type=""), "CAL002", '""'
    yield "a list of types", row(type=["string", "null"]), "CAL003", "["
    yield "no key", row(key_name=...), "CAL002", '{\n      "type": "string",\n      "description": "The city'
    yield "an empty key", row(key_name=""), "CAL002", '""'
    yield "no description", row(description=...), "CAL007", '{\n      "key_name": "city"'
    yield "an empty description", row(description=""), "CAL007", '""'
    for text in (
        *("TODO", "...", "tbd", "-", "Description here", "Enter a description", "Lorem ipsum dolor sit amet"),
        *("city", " city ", "string", "A number", "text (optional)"),
    ):
        yield f"description {text}", row(description=text), "CAL007", json.dumps(text)
    yield "a number as a description", row(description=5), "CAL003", "5"
    yield (
        "a key twice",
        row(key_name="order_number"),
        "CAL007",
        '"order_number",\n      "type": "string",\n      "description": "The city',
    )
    for field in ("required", "enum", "default", "format", "optional", "descripton", "example"):
        yield f"unknown field {field}", row(**{field: True}), "CAL003", json.dumps(field)
    for field, written in (("key_name", "name"), ("key_name", "key"), ("type", "data_type"), ("description", "desc")):
        renamed = {written if key == field else key: value for key, value in ROW.items()}
        yield f"{field} as {written}", basic(parameters=[renamed]), "CAL003", json.dumps(written)
    yield "a row of a key and a type", basic(parameters=[ROW, {"city": "string"}]), "CAL003", '{\n      "city"'
    yield "an empty row", basic(parameters=[ROW, {}]), "CAL003", "{}"
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    yield "a JSON Schema", basic(parameters=schema), "CAL003", '{\n    "type": "object"'
    yield "keys and types", basic(parameters={"city": "string"}), "CAL003", '{\n    "city"'
    yield "a list of keys", basic(parameters=[ROW, "city"]), "CAL003", '"city"'
    yield "a text", basic(parameters="order_number"), "CAL003", '"order_number"'
