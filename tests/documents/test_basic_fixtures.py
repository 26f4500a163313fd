"""Function documents of basic functions: every finding of a fixture, and what it points at."""

from __future__ import annotations

import pytest

from flake8_incall import Options, Position
from flake8_incall.engine import check_document
from tests.harness import FIXTURES

DOCUMENTS = FIXTURES / "documents" / "basic"

# By fixture: the code, the line, and what stands in the file where the finding points.
EXPECTED: dict[str, list[tuple[str, int, str]]] = {
    "descriptions_strict.json": [
        ("CAL008", 5, '"Gets the status of an order from the order system"'),
    ],
    "generated.json": [
        ("CAL003", 3, '"advanced"'),
        ("CAL003", 6, '"url"'),
        ("CAL003", 7, '"PATCH"'),
        ("CAL003", 11, '"object"'),
        ("CAL003", 13, '"required"'),
        ("CAL003", 17, '"boolean"'),
        ("CAL003", 18, '"descripton"'),
        ("CAL003", 22, '"timeout"'),
        ("CAL003", 25, '"custom_incall"'),
        ("CAL003", 29, '"get"'),
        ("CAL003", 30, '"Accept: text/html"'),
        ("CAL003", 31, '{\n      "day": "string"\n    }'),
        ("CAL003", 34, '"Dynamic"'),
        ("CAL003", 35, '"एक क्षण"'),
        ("CAL003", 36, "[]"),
        ("CAL003", 44, '"Method"'),
        ("CAL003", 46, "1"),
        ("CAL003", 50, "null"),
        ("CAL003", 53, '"phone"'),
        ("CAL003", 56, '"integer"'),
    ],
    "headers.json": [
        ("CAL006", 9, "x_secrets.ORDERS_TOKEN"),
        ("CAL006", 10, '"7f3c9a51e0b2d864"'),
        ("CAL006", 11, '"ghp_x7Kq2mZt9Lr4Wc8Vb3Ny6Hd1Jf5Gs0Pa2QeU8i"'),
        ("CAL006", 12, '"X Caller"'),
        ("CAL006", 13, "पुणे"),
        ("CAL006", 14, "a\\r\\nX-Admin: yes"),
        ("CAL006", 15, '"x-shop"'),
        ("CAL006", 16, '"Content-Length"'),
        ("CAL006", 17, "x_secrets['FORM']"),
        ("CAL006", 18, "YOUR_SIGNING_KEY"),
        ("CAL006", 37, '"Basic YWdlbnQ6bjB0LXRoaXMtb25l"'),
        ("CAL006", 44, '"accept"'),
    ],
    "in_order.json": [],
    "missing.json": [
        ("CAL002", 3, "{"),
        ("CAL002", 5, '""'),
        ("CAL002", 6, '"  "'),
        ("CAL002", 7, '""'),
        ("CAL002", 8, "[]"),
        ("CAL002", 10, "{"),
        ("CAL002", 10, "{"),
        ("CAL002", 10, "{"),
        ("CAL002", 14, "{"),
        ("CAL002", 18, '" "'),
        ("CAL002", 23, "{"),
        ("CAL002", 23, "{"),
        ("CAL007", 26, "{"),
        ("CAL002", 28, '""'),
        ("CAL002", 33, "{"),
        ("CAL002", 33, "{"),
        ("CAL002", 33, "{"),
        ("CAL002", 39, "{"),
    ],
    "names.json": [
        ("CAL004", 5, '"order status"'),
        ("CAL004", 11, '"order number"'),
        ("CAL004", 16, '"ग्राहक"'),
        ("CAL004", 43, '"order_status"'),
        ("CAL004", 57, '"ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo"'),
        ("CAL004", 110, '"order_status"'),
    ],
    "parameters.json": [
        ("CAL007", 12, '""'),
        ("CAL007", 17, '"TODO"'),
        ("CAL007", 27, '"a string"'),
        ("CAL007", 29, "{"),
        ("CAL007", 39, '"pin"'),
    ],
    "urls.json": [
        ("CAL005", 6, "/orders/{order_number}"),
        ("CAL005", 20, "ftp://orders.example.com/"),
        ("CAL005", 34, "{order_id}"),
        ("CAL005", 48, "{order_number}.example.com"),
        ("CAL005", 62, "{order_number"),
        ("CAL005", 76, "{{order_number}}"),
        ("CAL005", 90, "{order_number}"),
        ("CAL005", 104, "agent:p4ssw0rd"),
        ("CAL005", 118, "http://"),
        ("CAL005", 132, "localhost"),
        ("CAL005", 146, "10.1.2.3"),
        ("CAL005", 160, "169.254.169.254"),
        ("CAL005", 174, "[fd00::1]:8443"),
        ("CAL005", 188, "0x7f000001"),
        ("CAL005", 202, "017700000001"),
        ("CAL005", 216, "billing.internal"),
        ("CAL005", 230, " "),
        ("CAL005", 244, "orders.example.com:port"),
        ("CAL005", 258, ""),
    ],
}


def between(text: str, start: Position, end: Position) -> str:
    """What stands between two places of a text, found without the project's own code. Lines end with `\\n`."""
    lines = text.split("\n")
    before_start = sum(len(line) + 1 for line in lines[: start.line - 1]) + start.column
    before_end = sum(len(line) + 1 for line in lines[: end.line - 1]) + end.column
    return text[before_start:before_end]


@pytest.mark.parametrize("name", sorted(path.name for path in DOCUMENTS.iterdir()))
def test_fixture(name: str) -> None:
    text = (DOCUMENTS / name).read_text(encoding="utf-8")

    found = check_document(text, name, Options("strict" if "strict" in name else "contract"))

    assert [(d.code, d.start.line, between(text, d.start, d.end)) for d in found] == EXPECTED[name]
    assert {d.inner for d in found} <= {None}


def test_what_is_in_order_is_so_in_every_profile() -> None:
    text = (DOCUMENTS / "in_order.json").read_text(encoding="utf-8")

    assert [check_document(text, "shop.json", Options(profile)) for profile in ("strict", "gate", "livekit")] == [
        []
    ] * 3


def test_no_message_shows_a_secret() -> None:
    text = (DOCUMENTS / "headers.json").read_text(encoding="utf-8")

    said = " ".join(found.message for found in check_document(text, "shop.json", Options()))

    assert not [secret for secret in ("7f3c9a51e0b2d864", "ghp_", "YWdlbnQ6") if secret in said or secret not in text]
