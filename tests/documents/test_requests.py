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
        ("https://orders.example.com/a b", " ", "has a space in it"),
        ("https://orders.example.com\t", r"\t", "has a tab in it"),
        ("https://orders.example.com\n", r"\n", "has a line end in it"),
        ("https://orders.example.com\\@127.0.0.1/", r"\\", "has a backslash in it"),
        ("https://orders.example.com/\x00", r"\u0000", "has the character U+0000 in it"),
        ("https://orders.example.com/\ud800", r"\ud800", "has the character U+D800 in it"),
        ("https://orders.example.com/" + "{}" * 100_000, ..., "has 200027 characters"),
        ("https://", "", "names no host"),
        ("https://:443/", ":443", "has a host or port that is none"),
        ("https://orders.example.com:0/", "orders.example.com:0", "has a host or port that is none"),
        ("https://orders.example.com:seven/", "orders.example.com:seven", "has a host or port that is none"),
        ("https://orders%2eexample.com/", "orders%2eexample.com", "has a host or port that is none"),
        ("https://[::1/", "[::1", "has a host or port that is none"),
        ("https://./", ".", "has a host or port that is none"),
        ("https://agent:secret@orders.example.com/", "agent:secret", "has a user or password in it"),
        ("https://orders.example.com@127.0.0.1/", "orders.example.com", "has a user or password in it"),
        ("https://{order}.example.com/", "{order}.example.com", "has a placeholder in its host"),
        ("https://{order}@example.com/", "{order}", "has a user or password in it"),
        ("https://orders.example.com:{order}/", "orders.example.com:{order}", "has a placeholder in its host"),
        ("https://orders.example.com/{bill}", "{bill}", "has `{bill}`, and no parameter has that key"),
        ("https://orders.example.com/{}", "{}", "has `{}`, and no parameter has that key"),
        ("https://orders.example.com/{ order }", " ", "has a space in it"),
        ("https://orders.example.com/{{ order }}", "{{ order }}", "has `{{ order }}` of another template language"),
        ("https://orders.example.com/${order}", "${order}", "has `${order}` of another template language"),
        ("https://orders.example.com/:order/lines", ":order", "has `:order` of another template language"),
        (
            "https://orders.example.com/{{metadata.id}}",
            "{{metadata.id}}",
            "has the placeholder `{{metadata.id}}`, which",
        ),
        ("https://orders.example.com/<order>", "<order>", "has `<order>` of another template language"),
        ("https://orders.example.com/?k=$API_KEY", "$API_KEY", "has the placeholder `$API_KEY` behind its path"),
        ("https://orders.example.com/?k=YOUR_KEY", "YOUR_KEY", "has the placeholder `YOUR_KEY` behind its path"),
        ("https://orders.example.com/?k=x_secrets.KEY&a=1", "x_secrets.KEY", "names a secret as `x_secrets.KEY`"),
        ("https://orders.example.com/{x_secrets.KEY}", "{x_secrets.KEY}", "names a secret as `{x_secrets.KEY}`"),
        ("https://orders.example.com/?api_key=hunter2", "hunter2", "shows a secret in clear"),
        ("https://{{host}}/orders", "{{host}}", "has a placeholder in its host"),
        ("https://orders..example.com/", "orders..example.com", "has a host or port that is none"),
        ("https://orders.example.com/%s", "%s", "has `%s`, and `%` stands before two hexadecimal digits"),
        ("https://orders.example.com/{order", "{order", "has a `{` without its `}`"),
        ("https://orders.example.com/order}", "}", "has braces that do not pair"),
        ("https://orders.example.com/{{order}}", "{{order}}", "has `{{order}}` of another template language"),
        ("https://orders.example.com/{order}}", "}", "has braces that do not pair"),
        ("https://orders.example.com/?n={order}", "{order}", "has `{order}` behind its path"),
        ("https://orders.example.com/#{order}", "#{order}", "has the placeholder `#{order}` behind its path"),
        ("https://orders.example.com/#a{order}", "{order}", "has `{order}` behind its path"),
        ("http://orders.example.com/", "http://", "is plain `http`"),
        (
            "https://orders.example.com/?key=AIzaSyD9tSrke72PouQMnMX-a7eZSW0jkFMBWYx",
            ...,
            "shows a Google API key in clear",
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

    assert message.startswith(f"CAL005 the URL leads to `{named}`, which is inside a network")
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
        ("Authorization", "Bearer x_secrets.TOKEN", "x_secrets.TOKEN", "names a secret inside other text"),
        ("Authorization", "x_secrets.TOKEN ", '"', "has a value that HTTP cannot carry"),
        ("X-Api-Key", 'x_secrets["KEY"]', r"x_secrets[\"KEY\"]", "names a secret as"),
        ("X-Api-Key", "{x_secrets.KEY}", "{x_secrets.KEY}", "names a secret as `{x_secrets.KEY}`, which is not filled"),
        ("X-Api-Key", "X_SECRETS.KEY", "X_SECRETS.KEY", "names a secret as `X_SECRETS.KEY`, which is not filled; make"),
        ("X-Api-Key", "secrets.KEY", "secrets.KEY", "names a secret as `secrets.KEY`, which is not filled; make `x_s"),
        ("X-Api-Key", "{{crm_token}}", "{{crm_token}}", "has the placeholder `{{crm_token}}`, which is sent literally"),
        ("X-Shop", "{part}", "{part}", "has the placeholder `{part}`, which is sent literally"),
        ("X-Shop", "${SHOP}", "${SHOP}", "has the placeholder `${SHOP}`, which is sent literally"),
        ("X-Shop", "$SHOP", "$SHOP", "has the placeholder `$SHOP`, which is sent literally"),
        ("Authorization", "Bearer YOUR_TOKEN", "YOUR_TOKEN", "has the placeholder `YOUR_TOKEN`"),
        ("Authorization", "Bearer <token>", "<token>", "has the placeholder `<token>`"),
        ("Authorization", "Bearer mystaticcompanytoken", '"Bearer mystaticcompanytoken"', "carries a secret in clear"),
        ("Authorization", "Token 98", '"Token 98"', "carries a secret in clear"),
        ("X-Auth-Token", "hunter2", '"hunter2"', "carries a secret in clear"),
        ("X-Password", "", '""', "carries a secret in clear"),
        ("Cookie", "lang=hi; sessionid=pune", '"lang=hi; sessionid=pune"', "carries a secret in clear"),
        ("X-Api-Key", "7f3c9a51e0b2d864", '"7f3c9a51e0b2d864"', "carries a secret in clear"),
        ("Ocp-Apim-Subscription-Key", "7f3c9a51e0b2d864", '"7f3c9a51e0b2d864"', "carries a secret in clear"),
        ("authorization", "Basic YWdlbnQ6bjB0LXRoaXM=", '"Basic YWdlbnQ6bjB0LXRoaXM="', "carries a secret in clear"),
        ("Cookie", "7f3c9a51e0b2d864a", '"7f3c9a51e0b2d864a"', "carries a secret in clear"),
        ("X-Note", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", ..., "carries a Stripe key in clear"),
        ("X-Back", "https://agent:n0t-this-one@crm.io/", ..., "carries a password in a URL in clear"),
        ("X Shop", "Pune", '"X Shop"', "has a name that HTTP cannot carry"),
        ("", "Pune", '""', "has a name that HTTP cannot carry"),
        ("X-Shop:", "Pune", '"X-Shop:"', "has a name that HTTP cannot carry"),
        ("दुकान", "Pune", ..., "has a name that HTTP cannot carry"),
        ("X-Shop", "Pune\r\nX-Admin: yes", r"Pune\r\nX-Admin: yes", "has a value that HTTP cannot carry"),
        ("X-Shop", "पुणे", r"\u092a\u0941\u0923\u0947", "has a value that HTTP cannot carry"),
        ("HOST", "orders.example.com", '"HOST"', "is set by the HTTP client itself"),
    ],
)
def test_headers_that_are_not(name: str, value: str, at: Any, problem: str) -> None:
    ((message, where),) = check(headers={name: value})

    assert message.startswith(f"CAL006 the header `{name}` {problem}")
    if at == '"':
        assert where == value
    else:
        assert where == at if at is not ... else json.loads(where) in (name, value)


def test_a_header_that_is_given_twice() -> None:
    rows = [{"key_name": "Accept", "value": "text/html"}, {"key_name": "ACCEPT", "value": "application/json"}]

    assert check(headers=rows) == [("CAL006 the header `ACCEPT` is given twice: keep one of them", '"ACCEPT"')]


def test_no_request_of_code_is_judged() -> None:
    code = """async def order_status(ctx: RunContext) -> dict:
    '''Tell where the order is.

    Returns:
        dict: status
    '''
    return {"status": "success"}
"""

    assert check(source_code=code, api="http://localhost", headers={"": 7}, method=7) == []
