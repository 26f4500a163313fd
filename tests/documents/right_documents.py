"""Documents that are right and look unusual, and JSON that is something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.documents.samples import ADVANCED, BASIC, CODE, IN_WORDS, ROW, advanced, basic, header, row, url, written

_STORED = {
    "_id": {"$oid": "6650f1c2"},
    "__v": 3,
    "id": 7,
    "uuid": "a-b",
    "created_at": {"$date": "2026-01-01"},
    "updatedAt": None,
    "createdBy": "a",
    "user_id": 1,
    "agentId": "x",
    "_class": "Function",
    "deleted_at": None,
}


def right() -> Iterator[tuple[str, Any]]:
    """Documents that are right, and look unusual."""
    yield "basic", BASIC
    yield "advanced", ADVANCED
    yield "in the words of the documentation", IN_WORDS
    yield "a list", [BASIC]
    yield "a version", {"name": "shop", "functions": [BASIC], "capabilities": []}
    yield "a byte order mark", "\ufeff" + written([BASIC])
    yield "one line", json.dumps(ADVANCED)
    yield "escapes", json.dumps(ADVANCED, ensure_ascii=True)
    yield "tabs and line ends of Windows", json.dumps([BASIC], indent="\t").replace("\n", "\r\n")
    yield "code with line ends of Windows", advanced(CODE.replace("\n", "\r\n"))
    yield "keys in another order", dict(reversed(ADVANCED.items()))
    yield "no type", basic(type=...)
    yield "a type that is null", advanced(type=None)
    yield "code that is null", basic(source_code=None)
    yield "code that is empty", basic(source_code="")
    yield "an empty URL beside code", advanced(api="", method="GET", parameters=[], headers=[], api_mapping={})
    yield "no messages", basic(msg_while_executing=..., msg_while_executing_type=...)
    yield "messages that are null", basic(msg_while_executing=None, msg_while_executing_type=None)
    yield "static without phrases", basic(msg_while_executing=[])
    yield "no headers", basic(headers=...)
    yield "headers that are null", basic(headers=None)
    yield "headers that are an empty list", basic(headers=[])
    yield "headers that are an empty object", basic(headers={})
    yield "as it is stored", basic(**_STORED)
    yield "as it is stored, with code", advanced(**_STORED)
    yield "flags", basic(update_call_data=True, execute_while_switching=False, parameters_mapping={"a": "b"})
    yield "flags that are null", advanced(update_call_data=None, execute_while_switching=None, parameters_mapping=None)
    rows = [{**ROW, "_id": {"$oid": "6650"}, "id": 1}]
    yield (
        "rows as they are stored",
        basic(parameters=rows, headers=[{"key_name": "Accept", "value": "a/b", "_id": "1"}]),
    )
    exported = {"_id": {"$oid": "1"}, "agent_id": "2", "version": 4, "functions": [BASIC], "__v": 0}
    yield "an exported version", exported
    predefined = [
        {"type": kind, "name": f"the_{kind}", "description": "When the caller wants it", "event_id": "1"}
        for kind in (
            *("end", "transfer", "keep_call_on_hold", "available", "booking", "send_to_whatsapp", "whatsapp_in_call"),
            *("whatsapp_post_call", "assign_chat_agent"),
        )
    ]
    yield "predefined functions beside it", [*predefined, BASIC]
    yield "a lone predefined function", predefined[1]
    yield "predefined functions alone", {"functions": predefined}
    around = [
        {"type": "custom_pre_call", "name": "prepare", "source_code": "async def prepare(metadata, prompt): ..."},
        {"type": "custom_post_call", "name": "after", "source_code": "fetch('https://x', {method: 'PATCH'});"},
        {"type": "on_connected", "name": "greet", "source_code": "session.say('Hi')"},
    ]
    yield "functions around the call", [*around, ADVANCED]
    yield "a pre-call function of the same name", [{**around[0], "name": "order_status"}, BASIC]
    capabilities = [{"name": "a", "functions": [BASIC]}, {"name": "b", "functions": [basic(_id="2")]}]
    yield "one function in two capabilities", {"functions": [], "capabilities": capabilities}
    yield "a capability without functions", {"functions": [BASIC], "capabilities": [{"name": "a"}, {"functions": []}]}
    yield "functions that are null", {"functions": None, "capabilities": [{"functions": [BASIC]}]}
    yield "GET", basic(method="GET")
    yield "DELETE", basic(method="DELETE")
    for text in (
        "https://orders.example.com/{order_number}/lines/{order_number}",
        "https://orders.example.com/Orders('{order_number}')/$value?$filter=open eq 1".replace(" ", "%20"),
        "https://orders.example.com/$batch?$top=5&$orderby=date",
        "https://orders.example.com/~me/@self;v=1",
        "https://orders.example.com/v1/{order_number}:cancel",
        "https://orders.example.com:8443/a.b/c-d_e/100%25",
        "https://orders.example.com/?page_token=next&lang=hi",
        "https://दुकान.भारत/ऑर्डर/{order_number}",
        "HTTPS://ORDERS.EXAMPLE.COM/",
        "https://xn--p5b2bg.xn--h2brj9c/",
        "https://8.8.8.8/orders",
        "https://[2606:4700::1111]/orders",
        "https://hooks.example.com/catch/123456/abcdef/",
        "https://api-dev.ngrok-free.app/secrets/rotate",
        "https://orders.example.com/?ids[]=1&ids[]=2",
        "https://orders.example.com/environment/env.json",
        "https://orders.example.com/your-orders/find?for=you",
        "https://placeholder.callkaro.ai/api/order_status",
        "https://script.google.com/macros/s/AKfycbx/exec",
    ):
        yield f"URL {text}", url(text)
    for name, value in (
        *(("Content-Type", "application/json; charset=utf-8"), ("Accept", "application/vnd.github+json;q=0.9, */*")),
        *(("X-Auth-Method", "hmac-sha256"), ("X-Token-Version", "3"), ("X-Token-Type", "visitor")),
        *(
            ("Authorization", "x_secrets.CRM_TOKEN"),
            ("authorization", "x_secrets.crm-token-2"),
            ("X-Any", "x_secrets.A"),
        ),
        *(("Idempotency-Key", "orders-2026"), ("X-Api-Version", "2026-01-01"), ("X-Api-Key-Id", "12")),
        *(("User-Agent", "shop-agent/1.0 (+https://shop.example.com)"), ("X-Filter", "$filter=open")),
        *(("X-Meta", '{"city": "Pune"}'), ("X-Empty", ""), ("From", "Shop <shop@example.com>")),
        *(("Link", '<https://shop.example.com/>; rel="next"'), ("Cookie", "theme=dark; lang=hi")),
        *(("X-Page-Token", "next"), ("X-CSRF-Token", "fetch"), ("X-Secret-Name", "crm"), ("X-Keyboard", "hi-IN")),
        *(("X-Tenant", "your-shop"), ("Accept-Language", "hi, en;q=0.5"), ("Prefer", "return=minimal")),
        *(("X-Password-Policy", "strict"), ("SOAPAction", '"urn:status"'), ("X-Site-Key", "pune2026main")),
    ):
        yield f"header {name}: {value}", header(value, name)
    yield (
        "a key of an odd name",
        basic(api="https://a.example.com/{x_secrets}", parameters=[{**ROW, "key_name": "x_secrets"}]),
    )
    yield "a key with a dot", row(key_name="address.city-name")
    yield "a number", row(type="number")
    for text in ("City", "6 digits", "Text of the message", "Number, as on the bill", "The caller's description"):
        yield f"a short description, {text}", row(description=text)
    yield (
        "a description in Hindi",
        basic(description="जब ग्राहक ऑर्डर पूछे, तब इसे बुलाएँ", parameters=[{**ROW, "description": "ऑर्डर नंबर"}]),
    )
    yield "a long description", basic(description="Call this when the caller asks. " * 32)
    yield (
        "braces in a description",
        basic(description='Call this when {x} or {{y}} or x_secrets.Z or "functions": [] comes up'),
    )
    yield "a name of 64", basic(name="x" * 64)
    yield "a name with a hyphen", basic(name="order-status-2")
    helper = "    def spoken(number: str) -> str:\n        return number\n\n"
    nested = CODE.replace("    if not", helper + "    if not").replace("order_number}", "spoken(order_number)}", 1)
    yield "a helper inside", advanced(nested)
    yield (
        "an import inside",
        advanced(CODE.replace("    if not", "    import random\n\n    logger.info(random.random())\n    if not")),
    )
    yield "a comment before it", advanced("# Orders, by number\n\n" + CODE)
    yield "a decorator", advanced("@function_tool\n" + CODE)
    yield "code without a last line end", advanced(CODE.rstrip("\n"))
    fenced = "    ```\n    order 12 &lt; 13\n    ```\n\n    Args"
    yield "a fence in a docstring", advanced(CODE.replace("    Args", fenced))
    yield "escapes in code", advanced(CODE.replace('"Please say', r'"Please\nsay'))
    yield "a raw string", advanced(CODE.replace("order_number.isdigit()", r're.fullmatch(r"\d+", order_number)'))
    yield "emoji and scripts in code", advanced(CODE.replace("Please say", "कृपया 🙂 say"))
    yield "quotes of a word processor in a string", advanced(CODE.replace("Please say", "“Please” say"))


def unrelated() -> Iterator[tuple[str, Any]]:
    """What is something else."""
    in_call = {"type": {"const": "custom_in_call"}, "source_code": {"type": "string"}, "api": {"type": "string"}}
    yield "package.json", {"name": "shop", "version": "1.0.0", "type": "module", "description": "A shop", "scripts": {}}
    yield "tsconfig.json", '{\n  // later\n  "compilerOptions": {"strict": true,},\n}'
    yield "a JSON Schema", {"$schema": "https://json-schema.org/draft", "type": "object", "properties": in_call}
    yield "a JSON Schema with examples", {"$schema": "https://json-schema.org/draft", "examples": [BASIC]}
    yield "a JSON Schema without a name", {"type": "object", "properties": {**in_call, "api_mapping": {}}}
    yield "OpenAPI", {"openapi": "3.1.0", "info": {"title": "x"}, "paths": {"/a": {"get": {"parameters": []}}}}
    yield "a search index", {"docs": [{"title": "Functions", "text": json.dumps(ADVANCED) + CODE}]}
    yield (
        "a chat with tools",
        {"messages": [{"role": "user"}], "tools": [{"type": "function", "function": {"name": "x"}}]},
    )
    yield "events", [{"type": "start", "name": "a"}, {"type": "end", "name": "b"}]
    yield "products", [{"type": "book", "name": "Dune", "description": "A novel"}]
    yield "texts", ["order_status", "city"]
    yield "a number", 7
    yield "null", None
    yield "an empty object", {}
    yield "firebase.json", {"functions": [{"source": "functions", "codebase": "default"}], "hosting": {"public": "x"}}
    yield "vercel.json", {"functions": {"api/order.js": {"memory": 128}}}
    yield "capabilities of a browser", {"capabilities": {"browserName": "firefox"}}
    yield "MCP servers", {"mcpServers": {"files": {"command": "npx", "args": []}}}
    yield "samples of code", [{"id": 1, "name": "add", "source_code": "def add(a, b):\n    return a + b"}]
    yield "a repository", {"name": "website", "description": "x", "source_code": "https://example.com/repository"}
    yield "configuration", {"name": "app", "api": "https://api.example.com", "timeout": 5}
    yield "many lines of JSON", '{"a": 1}\n{"a": 2}\n'
    yield "a template", '{"name": {{ name }}}'
    yield "a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    yield "tags", {"Parameters": {"a": 1}, "Tags": [{"Key": "Name", "Value": "x"}]}
    yield "a map", {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}}]}
