"""CAL005 and CAL006: what is wrong with a request, said at the part of the document that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flake8_incall import Diagnostic, Options
from flake8_incall.engine import check_document
from flake8_incall.options import PROFILES, Profile

ORDER = {"key_name": "order", "type": "string", "description": "Number of the order, as on the bill"}


def check(profile: Profile = "contract", *, allow_private_hosts: bool = False, **fields: Any) -> list[tuple[str, str]]:
    """What is found in a document of one line: the message, and what stands in the file where it points."""
    document = {
        "type": "custom_in_call",
        "name": "order_status",
        "description": "Call this when the caller asks where an order is",
        "api": "https://orders.example.com/{order}",
        "method": "GET",
        "parameters": [ORDER],
        **fields,
    }
    text = json.dumps(document)
    found = check_document(text, "shop.json", Options(profile), allow_private_hosts=allow_private_hosts)
    assert {place.line for one in found for place in (one.start, one.end)} <= {1}
    return [(f"{one.code} {one.message}", pointed_at(text, one)) for one in found]


def pointed_at(text: str, found: Diagnostic) -> str:
    return text[found.start.column : found.end.column]


@pytest.mark.parametrize(
    "url",
    [
        "https://orders.example.com",
        "HTTPS://Orders.Example.com:8443/{order}",
        "https://orders.example.com/{order}/lines/{order}?source=voice#top",
        "https://दुकान.भारत/ऑर्डर/{order}",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]:443/",
        "https://orders.example.com/%7Border%7D",
        "https://orders.example.com/a+b/@me/~shop;v=1",
        "https://local.example.com/localhost/127.0.0.1",
        "https://orders.example.com/?key=abc",
        "https://orders.example.com/Orders('{order}')/$value?$filter=open&$top=5",
        "https://orders.example.com/v1/~me:search?page_token=a%20b",
    ],
)
@pytest.mark.parametrize("profile", PROFILES)
def test_urls_that_are_called(url: str, profile: Profile) -> None:
    assert check(profile, api=url) == []


@pytest.mark.parametrize(
    ("url", "at", "problem"),
    [
        ("orders.example.com/{order}", "orders.example.com/{order}", "is not absolute"),
        ("//orders.example.com", "//orders.example.com", "is not absolute"),
        ("file:///etc/passwd", "file:///etc/passwd", "is not absolute"),
        ("{order}", "{order}", "is not absolute"),
        ("https:/orders.example.com", "https:/orders.example.com", "is not absolute"),
        ("https://orders.example.com/a b", " ", "contains a space"),
        ("https://orders.example.com\t", r"\t", "contains a tab"),
        ("https://orders.example.com\n", r"\n", "contains a line break"),
        ("https://orders.example.com\\@127.0.0.1/", r"\\", "contains a backslash"),
        ("https://orders.example.com/\x00", r"\u0000", "contains the character U+0000"),
        ("https://orders.example.com/\ud800", r"\ud800", "contains the character U+D800"),
        ("https://orders.example.com/" + "{}" * 100_000, ..., "has 200027 characters"),
        ("https://", "", "has no host"),
        ("https://:443/", ":443", "has an invalid host or port"),
        ("https://orders.example.com:0/", "orders.example.com:0", "has an invalid host or port"),
        ("https://orders.example.com:seven/", "orders.example.com:seven", "has an invalid host or port"),
        ("https://orders%2eexample.com/", "orders%2eexample.com", "has an invalid host or port"),
        ("https://[::1/", "[::1", "has an invalid host or port"),
        ("https://./", ".", "has an invalid host or port"),
        ("https://agent:secret@orders.example.com/", "agent:secret", "contains credentials"),
        ("https://orders.example.com@127.0.0.1/", "orders.example.com", "contains credentials"),
        ("https://{order}.example.com/", "{order}.example.com", "has a placeholder in the host"),
        ("https://{order}@example.com/", "{order}", "contains credentials"),
        ("https://orders.example.com:{order}/", "orders.example.com:{order}", "has a placeholder in the host"),
        ("https://orders.example.com/{bill}", "{bill}", "uses `{bill}`, but no parameter has that key"),
        ("https://orders.example.com/{}", "{}", "uses `{}`, but no parameter has that key"),
        ("https://orders.example.com/{ order }", " ", "contains a space"),
        ("https://orders.example.com/{{ order }}", "{{ order }}", "has `{{ order }}` of another template language"),
        ("https://orders.example.com/${order}", "${order}", "has `${order}` of another template language"),
        ("https://orders.example.com/:order/lines", ":order", "has `:order` of another template language"),
        (
            "https://orders.example.com/{{metadata.id}}",
            "{{metadata.id}}",
            "has the placeholder `{{metadata.id}}`, which",
        ),
        ("https://orders.example.com/<order>", "<order>", "has `<order>` of another template language"),
        ("https://orders.example.com/?k=$API_KEY", "$API_KEY", "has the placeholder `$API_KEY` outside the path"),
        ("https://orders.example.com/?k=YOUR_KEY", "YOUR_KEY", "has the placeholder `YOUR_KEY` outside the path"),
        ("https://orders.example.com/?k=x_secrets.KEY&a=1", "x_secrets.KEY", "contains the secret `x_secrets.KEY`"),
        ("https://orders.example.com/{x_secrets.KEY}", "{x_secrets.KEY}", "contains the secret `{x_secrets.KEY}`"),
        ("https://orders.example.com/?api_key=hunter2", "hunter2", "contains a secret in plain text"),
        ("https://{{host}}/orders", "{{host}}", "has a placeholder in the host"),
        ("https://orders..example.com/", "orders..example.com", "has an invalid host or port"),
        ("https://orders.example.com/%s", "%s", "has `%s`, but `%` must precede two hexadecimal digits"),
        ("https://orders.example.com/{order", "{order", "has an unclosed `{`"),
        ("https://orders.example.com/order}", "}", "has unbalanced braces"),
        ("https://orders.example.com/{{order}}", "{{order}}", "has `{{order}}` of another template language"),
        ("https://orders.example.com/{order}}", "}", "has unbalanced braces"),
        ("https://orders.example.com/?n={order}", "{order}", "has `{order}` outside the path"),
        ("https://orders.example.com/#{order}", "#{order}", "has the placeholder `#{order}` outside the path"),
        ("https://orders.example.com/#a{order}", "{order}", "has `{order}` outside the path"),
        ("http://orders.example.com/", "http://", "uses unencrypted `http`"),
        (
            "https://orders.example.com/?key=AIzaSyD9tSrke72PouQMnMX-a7eZSW0jkFMBWYx",
            ...,
            "contains a Google API key in plain text",
        ),
    ],
)
def test_urls_that_are_not(url: str, at: Any, problem: str) -> None:
    ((message, where),) = check(api=url)

    assert message.startswith(f"CAL005 the URL {problem}")
    assert where == at if at is not ... else url.endswith(where)


@pytest.mark.parametrize(
    ("host", "named"),
    [
        *(("localhost", "localhost"), ("LOCALHOST.", "localhost"), ("shop.localhost", "shop.localhost")),
        *(("127.0.0.1", "127.0.0.1"), ("127.1", "127.1"), ("2130706433", "2130706433"), ("0x7f.0.0.1", "0x7f.0.0.1")),
        *(("0177.0.0.1", "0177.0.0.1"), ("0", "0"), ("0.0.0.0", "0.0.0.0"), ("10.0.0.7", "10.0.0.7")),
        *(("172.31.255.1", "172.31.255.1"), ("192.168.1.1:8080", "192.168.1.1"), ("100.64.0.1", "100.64.0.1")),
        *(("169.254.169.254", "169.254.169.254"), ("metadata.google.internal", "metadata.google.internal")),
        *(("printer.local", "printer.local"), ("intranet", "intranet"), ("db.corp", "db.corp")),
        *(("[::1]", "::1"), ("[fe80::1]", "fe80::1"), ("[fd12::1]:8443", "fd12::1")),
        *(("[::ffff:192.168.0.1]", "::ffff:192.168.0.1"), ("[::]", "::")),
        *(("⑩.0.0.1", "10.0.0.1"), ("127。0。0。1", "127.0.0.1"), ("ｌｏｃａｌｈｏｓｔ", "localhost")),
    ],
)
def test_hosts_inside_a_network(host: str, named: str) -> None:
    url = f"http://{host}/orders"
    ((message, where),) = check(api=url)

    assert message.startswith(f"CAL005 the URL points to the private address `{named}`; only public hosts")
    assert json.loads(f'"{where}"') == host
    assert check(api=url, allow_private_hosts=True) == []


def test_allowed_private_hosts_allow_nothing_else() -> None:
    urls = ["http://orders.example.com/", "http://agent:secret@localhost/", "http://localhost/{bill}", "localhost"]

    assert [len(check(api=url, allow_private_hosts=True)) for url in urls] == [1, 1, 1, 1]


@pytest.mark.parametrize("parameters", [None, [], {}, [7], [{"type": "string", "description": "Number of an order"}]])
def test_a_placeholder_is_no_second_fault_where_the_keys_are_not_known(parameters: Any) -> None:
    assert [message.partition(" ")[0] for message, _ in check(parameters=parameters) if "CAL005" in message] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "x_secrets.ORDERS_TOKEN"),
        ("X-Api-Key", "x_secrets.orders-2"),
        ("X-Token-Type", "visitor-4711"),
        ("X-Token-Version", "3"),
        ("X-Auth-Method", "hmac-sha256"),
        ("X-Filter", "$filter=a eq 3"),
        ("X-Shop", '{"city": "Pune"}'),
        ("Link", '<https://shop.example.com/>; rel="next"'),
        ("From", "Shop <shop@example.com>"),
        ("X-Page-Token", "next"),
        ("Accept", "application/json;\tq=0.9, */*"),
        ("X-Empty", ""),
        ("Cookie", "theme=dark"),
        ("Idempotency-Key", "orders"),
    ],
)
def test_headers_that_are_sent(name: str, value: str) -> None:
    assert check(headers={name: value}) == []
    assert check(headers=[{"key_name": name, "value": value}]) == []
    assert check(headers=[{"Key": name, "Value": value}]) == []


@pytest.mark.parametrize(
    ("name", "value", "at", "problem"),
    [
        ("Authorization", "Bearer x_secrets.TOKEN", "x_secrets.TOKEN", "embeds a secret in other text"),
        ("Authorization", "x_secrets.TOKEN ", '"', "has an invalid value"),
        ("X-Api-Key", 'x_secrets["KEY"]', r"x_secrets[\"KEY\"]", "contains the secret"),
        (
            "X-Api-Key",
            "{x_secrets.KEY}",
            "{x_secrets.KEY}",
            "contains the secret `{x_secrets.KEY}`, which is not substituted",
        ),
        (
            "X-Api-Key",
            "X_SECRETS.KEY",
            "X_SECRETS.KEY",
            "contains the secret `X_SECRETS.KEY`, which is not substituted; make",
        ),
        (
            "X-Api-Key",
            "secrets.KEY",
            "secrets.KEY",
            "contains the secret `secrets.KEY`, which is not substituted; make `x_s",
        ),
        ("X-Api-Key", "{{crm_token}}", "{{crm_token}}", "has the placeholder `{{crm_token}}`, which is sent literally"),
        ("X-Shop", "{part}", "{part}", "has the placeholder `{part}`, which is sent literally"),
        ("X-Shop", "${SHOP}", "${SHOP}", "has the placeholder `${SHOP}`, which is sent literally"),
        ("X-Shop", "$SHOP", "$SHOP", "has the placeholder `$SHOP`, which is sent literally"),
        ("Authorization", "Bearer YOUR_TOKEN", "YOUR_TOKEN", "has the placeholder `YOUR_TOKEN`"),
        ("Authorization", "Bearer <token>", "<token>", "has the placeholder `<token>`"),
        (
            "Authorization",
            "Bearer mystaticcompanytoken",
            '"Bearer mystaticcompanytoken"',
            "contains a secret in plain text",
        ),
        ("Authorization", "Token 98", '"Token 98"', "contains a secret in plain text"),
        ("X-Auth-Token", "hunter2", '"hunter2"', "contains a secret in plain text"),
        ("X-Password", "", '""', "contains a secret in plain text"),
        ("Cookie", "lang=hi; sessionid=pune", '"lang=hi; sessionid=pune"', "contains a secret in plain text"),
        ("X-Api-Key", "7f3c9a51e0b2d864", '"7f3c9a51e0b2d864"', "contains a secret in plain text"),
        ("Ocp-Apim-Subscription-Key", "7f3c9a51e0b2d864", '"7f3c9a51e0b2d864"', "contains a secret in plain text"),
        (
            "authorization",
            "Basic YWdlbnQ6bjB0LXRoaXM=",
            '"Basic YWdlbnQ6bjB0LXRoaXM="',
            "contains a secret in plain text",
        ),
        ("Cookie", "7f3c9a51e0b2d864a", '"7f3c9a51e0b2d864a"', "contains a secret in plain text"),
        ("X-Note", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", ..., "contains a Stripe key in plain text"),
        ("X-Back", "https://agent:n0t-this-one@crm.io/", ..., "contains a password in a URL in plain text"),
        ("X Shop", "Pune", '"X Shop"', "has an invalid name"),
        ("", "Pune", '""', "has an invalid name"),
        ("X-Shop:", "Pune", '"X-Shop:"', "has an invalid name"),
        ("दुकान", "Pune", ..., "has an invalid name"),
        ("X-Shop", "Pune\r\nX-Admin: yes", r"Pune\r\nX-Admin: yes", "has an invalid value"),
        ("X-Shop", "पुणे", r"\u092a\u0941\u0923\u0947", "has an invalid value"),
        ("HOST", "orders.example.com", '"HOST"', "is set by the HTTP client"),
    ],
)
def test_headers_that_are_not(name: str, value: str, at: Any, problem: str) -> None:
    ((message, where),) = check(headers={name: value})

    assert message.startswith(f"CAL006 header `{name}` {problem}")
    if at == '"':
        assert where == value
    else:
        assert where == at if at is not ... else json.loads(where) in (name, value)


def test_a_header_that_is_given_twice() -> None:
    rows = [{"key_name": "Accept", "value": "text/html"}, {"key_name": "ACCEPT", "value": "application/json"}]

    assert check(headers=rows) == [("CAL006 header `ACCEPT` is duplicated; keep one", '"ACCEPT"')]


def test_no_request_of_code_is_judged() -> None:
    code = """async def order_status(ctx: RunContext) -> dict:
    '''Tell where the order is.

    Returns:
        dict: status
    '''
    return {"status": "success"}
"""

    assert check(source_code=code, api="http://localhost", headers={"": 7}, method=7) == []
