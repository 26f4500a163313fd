"""Documents with one fault in the request that they describe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.documents.samples import basic, header, url

# The title, the document, the code of its one finding, and what stands in its text where that begins.
Fault = tuple[str, Any, str, str]


def urls() -> Iterator[Fault]:
    """URLs."""
    base = "https://orders.example.com"
    for text in (
        "orders.example.com/status",
        "/status",
        "ftp://orders.example.com",
        "htps://orders.example.com",
        "www.example.com",
    ):
        yield text, url(text), "CAL005", text
    yield "a base URL of another tool", url("{{base_url}}/status"), "CAL005", "{{base_url}}/status"
    yield "plain http", url("http://orders.example.com/status"), "CAL005", "http://"
    for host in ("localhost:3000", "127.0.0.1", "10.0.0.5", "192.168.1.4", "169.254.169.254", "[::1]", "crm.internal"):
        yield host, url(f"https://{host}/status"), "CAL005", host
    yield "a space", url(f"{base}/order status"), "CAL005", " status"
    yield "a space at the end", url(f"{base}/status "), "CAL005", ' "'
    yield "a user and a password", url("https://bot:pass@orders.example.com/"), "CAL005", "bot:pass"
    yield "a port that is none", url("https://orders.example.com:99999/"), "CAL005", "orders.example.com:99999"
    yield "two schemes", url("https://https://orders.example.com/"), "CAL005", "https://orders.example.com/"
    yield "an unknown parameter", url(f"{base}/{{order_id}}"), "CAL005", "{order_id}"
    yield "a parameter in other letters", url(f"{base}/{{orderNumber}}"), "CAL005", "{orderNumber}"
    yield "a parameter in the query", url(f"{base}/?n={{order_number}}"), "CAL005", "{order_number}"
    yield "a parameter in the host", url("https://{order_number}.example.com/"), "CAL005", "{order_number}.example.com"
    yield "an open brace", url(f"{base}/{{order_number"), "CAL005", "{order_number"
    for part in (
        "{{order_number}}",
        "${order_number}",
        ":order_number",
        "<order_number>",
        "{{ metadata.id }}",
        "[order_number]",
        "%%order_number%%",
        "%(id)s",
    ):
        yield f"path {part}", url(f"{base}/{part}/lines"), "CAL005", part
    for part in (
        "{{token}}",
        "$API_KEY",
        "${API_KEY}",
        "YOUR_API_KEY",
        "<token>",
        "x_secrets.KEY",
        "{x_secrets.KEY}",
        "{{x_secrets.KEY}}",
        "secrets.KEY",
        "%API_KEY%",
        "[order_number]",
    ):
        yield f"query {part}", url(f"{base}/?key={part}"), "CAL005", part
    yield "an encoded placeholder", url(f"{base}/%7B%7Bid%7D%7D/lines"), "CAL005", "%7B%7Bid%7D%7D"
    yield "a dot before the host", url("https://.example.com/"), "CAL005", ".example.com"
    yield "a character of no width", url(f"{base}/\u200bstatus"), "CAL005", "\u200bstatus"
    yield "a word to replace", url(f"{base}/__ORDER_ID__"), "CAL005", "__ORDER_ID__"
    yield "a host to fill in", url("https://{{host}}/status"), "CAL005", "{{host}}"
    yield "a host of documentation", url("https://your-domain.com/status"), "CAL005", "your-domain.com"
    yield "a token in clear", url(f"{base}/?access_token=8fh2kd92jd"), "CAL005", "8fh2kd92jd"
    yield "a key in clear", url(f"{base}/?apikey=hunter2&a=b"), "CAL005", "hunter2"


def headers() -> Iterator[Fault]:
    """Headers."""
    for value in (
        *(
            "Bearer mystaticcompanytoken",
            "Bearer eyJhbGci",
            "Token 98432",
            "hunter2",
            "Basic YWRtaW46YWRtaW4=",
            "secret",
        ),
        *("ApiKey 12", "none", "AKIA", "", "Bearer ", "Bearer a1b2\n"),
    ):
        yield f"Authorization: {value}", header(value), "CAL006", json.dumps(value)
    for name in (
        *("X-Api-Key", "api-key", "apikey", "X-API-KEY", "X-Auth-Token", "X-Access-Token", "Proxy-Authorization"),
        *("Ocp-Apim-Subscription-Key", "xi-api-key", "X-Client-Secret", "X-Auth", "Token", "X-Functions-Key"),
    ):
        yield f"{name} in clear", header("pune2026", name), "CAL006", '"pune2026"'
    for part in (
        *(
            "{{metadata.token}}",
            "{{token}}",
            "{order_number}",
            "${TOKEN}",
            "$TOKEN",
            "<token>",
            "YOUR_API_KEY",
            "<your token>",
        ),
        *(
            "[TOKEN]",
            "%TOKEN%",
            "%%token%%",
            "your-api-key-here",
            "x_secrets['TOKEN']",
            "X_SECRETS.TOKEN",
            "secrets.TOKEN",
        ),
        *("x_secret.TOKEN", "xsecrets.TOKEN", "{x_secrets.TOKEN}", "{{x_secrets.TOKEN}}", "x_secrets.get('TOKEN')"),
        *("${x_secrets.TOKEN}", "x_secrets:TOKEN", "process.env.TOKEN", "env.TOKEN", "x_secrets", "x_secrets."),
    ):
        yield f"Authorization: {part}", header(part), "CAL006", part
        if part not in ("[TOKEN]", "env.TOKEN"):
            yield f"X-Caller: {part}", header(part, "X-Caller"), "CAL006", part
    yield "a reference inside", header("Bearer x_secrets.TOKEN"), "CAL006", "x_secrets.TOKEN"
    yield "a placeholder inside", header("Bearer {{token}}"), "CAL006", "{{token}}"
    yield "a space behind the reference", header("x_secrets.TOKEN "), "CAL006", 'x_secrets.TOKEN "'
    yield "a row in clear", basic(headers=[{"key_name": "X-Api-Key", "value": "k-1"}]), "CAL006", '"k-1"'
    yield "a row with a placeholder", basic(headers=[{"key_name": "X-Lead", "value": "{lead}"}]), "CAL006", "{lead}"
    yield "a key by its shape", header("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "X-Note"), "CAL006", '"sk_live'
    yield "a space in a name", header("voice", "X Caller"), "CAL006", '"X Caller"'
    yield "a colon in a name", header("voice", "X-Caller:"), "CAL006", '"X-Caller:"'
    yield "another script", header("पुणे", "X-City"), "CAL006", "पुणे"
    yield "two lines", header("a\nb", "X-City"), "CAL006", r"a\nb"
    yield "the client's own", header("12", "Content-Length"), "CAL006", '"Content-Length"'
    twice = [{"key_name": "Accept", "value": "a/b"}, {"key_name": "accept", "value": "a/c"}]
    yield "a header twice", basic(headers=twice), "CAL006", '"accept"'
    yield "headers as a text", basic(headers="Authorization: x_secrets.TOKEN"), "CAL003", '"Authorization: x'
    yield "a header line in a list", basic(headers=["Accept: text/html"]), "CAL003", '"Accept: text/html"'
    yield "a number as a value", header(7, "X-Version"), "CAL003", "7"
    yield "null as a value", header(None, "X-Version"), "CAL003", "null"
    yield "a row without a name", basic(headers=[{"value": "x_secrets.TOKEN"}]), "CAL002", '{\n      "value"'
    yield "a row without a value", basic(headers=[{"key_name": "X-City"}]), "CAL002", '{\n      "key_name": "X-City"'
    yield "a row of a name and a value", basic(headers=[{"Accept": "text/html"}]), "CAL003", '{\n      "Accept"'
    yield "a row with another name", basic(headers=[{"name": "Accept", "value": "a/b"}]), "CAL003", '"name": "Accept"'
    yield "a row with a key", basic(headers=[{"key": "Accept", "value": "a/b"}]), "CAL003", '"key": "Accept"'
    rows = [{"key_name": "X-City", "value": "Pune", "enabled": True}]
    yield "an unknown field of a row", basic(headers=rows), "CAL003", '"enabled"'
