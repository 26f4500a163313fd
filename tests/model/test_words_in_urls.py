"""Words of a caller in a path, in a query and in a host."""

from __future__ import annotations

import pytest

from tests.model.spoken import HOST, PATH, found, get


@pytest.mark.parametrize(
    "expression",
    [
        'f"{BASE}/orders/{code}"',
        'BASE + "/orders/" + code',
        '"https://api.example.com/orders/%s" % code',
        '"https://api.example.com/%s/%s" % ("orders", code)',
        '"https://api.example.com/orders/%(code)s" % {"code": code}',
        '"https://api.example.com/orders/{}".format(code)',
        '"https://api.example.com/{1}/{0}".format(code, "orders")',
        '"https://api.example.com/orders/{code}".format(code=code)',
        '"/".join([BASE, "orders", code])',
        'f"https://api.example.com/orders/{code.strip().upper()}"',
        'f"https://api.example.com/orders/{str(code)}"',
        'f"https://api.example.com/orders?code={code}"',
        'urljoin(BASE, f"/orders/{code}")',
        'f"{ctx.userdata.base_url}/orders/{code}"',
        'f"/orders/{code}"',
        'f"https://api.example.com/{code or other}"',
        'f"https://api.example.com/{code.split()[0]}"',
        'url=f"https://api.example.com/{code}"',
        '*[f"https://api.example.com/{code}"]',
    ],
)
def test_words_in_a_path(expression: str) -> None:
    expected = {(PATH, "code")} if not expression.startswith("*") else set()
    assert found(get(expression)) - {(PATH, "other")} == expected


@pytest.mark.parametrize(
    "expression",
    [
        '"https://api.example.com/orders", params={"code": code}',
        'f"https://api.example.com/orders/{quote(code)}"',
        'f"https://api.example.com/orders/{quote(code, safe=str())}"',
        'f"https://api.example.com/orders?{urlencode({str(): code})}"',
        'f"https://api.example.com/orders/{int(code)}"',
        'f"https://api.example.com/orders/{uuid.UUID(code)}"',
        'f"https://api.example.com/orders/{len(code)}"',
        'f"https://api.example.com/orders/{CITIES[code]}"',
        'f"https://api.example.com/orders/{CITIES.get(code)}"',
        'f"https://api.example.com/orders/{slug(code)}"',
        "f\"https://api.example.com/orders/{re.sub('[^a-z0-9]', str(), code)}\"",
        '"https://api.example.com/orders/%d" % code',
        'f"https://api.example.com/orders/{code:d}"',
        'f"https://api.example.com/{code if code.isalnum() else 0}"',
        'f"https://api.example.com/{str().join(c for c in code if c.isalnum())}"',
    ],
)
def test_words_that_are_quoted_converted_or_looked_up(expression: str) -> None:
    assert found(get(expression)) == set()


@pytest.mark.parametrize("annotation", ["int", "float", "bool", "Literal['a', 'b']", "list[int]", "int | None"])
def test_types_that_leave_no_room_for_words(annotation: str) -> None:
    body = get('f"https://api.example.com/orders/{code}"')
    assert found("from typing import Literal\n" + body, f"code: {annotation}") == set()


@pytest.mark.parametrize("annotation", ["str | None", "list[str]", "dict", "list"])
def test_types_that_hold_words(annotation: str) -> None:
    assert found(get('f"https://api.example.com/orders/{code}"'), f"code: {annotation}") == {(PATH, "code")}


def test_a_pattern_in_the_annotation_is_a_check() -> None:
    helpers = "from typing import Annotated\nfrom pydantic import Field"
    parameters = 'code: Annotated[str, Field(pattern="^[A-Z]+$")]'
    assert found(get('f"https://api.example.com/orders/{code}"'), parameters, helpers) == set()


@pytest.mark.parametrize(
    "expression",
    [
        "code",
        "url=code",
        'f"https://{code}/orders"',
        'f"https://{code}.example.com/orders"',
        'f"https://api.example.com{code}"',
        '"https://" + code',
        "urljoin(BASE, code)",
        'f"{code}/orders"',
        "httpx.URL(code)",
        "code.strip()",
        'f"https://api.example.com:{code}/orders"',
        "code or BASE",
    ],
)
def test_words_that_decide_the_host(expression: str) -> None:
    assert found(get(expression)) == {(HOST, "code")}


@pytest.mark.parametrize(
    "guard",
    [
        "if urlparse(code).hostname not in HOSTS: return {}",
        "parts = urlparse(code)\nif parts.scheme != 'https' or parts.netloc not in HOSTS: return {}",
        "if urlparse(code).hostname != 'api.example.com': return {}",
        "if not (urlparse(code).hostname or '').endswith('.example.com'): return {}",
        "if not code.startswith('https://api.example.com/'): return {}",
        "if not code.startswith(('https://api.example.com/', 'https://eu.example.com/')): return {}",
        "if code not in ctx.userdata.links: return {}",
        "if not re.match(r'https://api\\.example\\.com/', code): return {}",
        "if not is_valid_order(code): return {}",
    ],
)
def test_a_check_of_the_host(guard: str) -> None:
    assert found(guard + "\n" + get("code")) == set()


@pytest.mark.parametrize(
    "guard",
    [
        "if not code.startswith('https://'): return {}",
        "if not code.startswith('https://api.example.com'): return {}",
        "if 'example.com' not in code: return {}",
        "if urlparse(code).scheme != 'https': return {}",
        "if not code.endswith('.example.com'): return {}",
        "if not re.match(r'https?://.+', code): return {}",
    ],
)
def test_what_is_no_check_of_the_host(guard: str) -> None:
    assert found(guard + "\n" + get("code")) == {(HOST, "code")}


def test_a_name_below_a_domain_of_ones_own_is_fine_once_it_is_checked() -> None:
    guard = "if not code.isalnum(): return {}\n"
    assert found(guard + get('f"https://{code}.example.com/orders"')) == set()
    assert found(guard + get('f"https://{code}/orders"')) == {(HOST, "code")}


def test_the_client_s_own_address() -> None:
    assert found("session = aiohttp.ClientSession(base_url=code)") == {(HOST, "code")}
    assert found('session = httpx.AsyncClient(base_url=f"https://{code}.example.com")') == {(HOST, "code")}
