"""What is a secret and what is not, by shape and by place. Tokens are put together here: none stands in the file."""

from __future__ import annotations

import random
import string

import pytest

from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.security.secret_shapes import SHAPES, Shape, by_shape
from flake8_incall.model.security.secrets import Secrets, names_secret
from flake8_incall.options import Options


def secrets(line: str) -> Secrets:
    """What is found in a module with this line and an in-call function."""
    source = f"async def look_up(ctx: RunContext) -> dict:\n    {line}\n"
    return Secrets(Module("functions.py", split_lines(source), parse(source), Options()))


def kinds(line: str) -> list[str]:
    return [secret.kind for secret in secrets(line).found]


def tail(length: int, letters: str = string.ascii_letters + string.digits) -> str:
    return "".join(random.Random(length).choices(letters, k=length))


HEX = "0123456789abcdef"
TOKENS = {
    "AKIA": tail(16, string.ascii_uppercase + string.digits),
    "ASIA": tail(16, string.ascii_uppercase + string.digits),
    "hooks.slack.com/services/": f"T{tail(8)}/B{tail(9)}/{tail(24)}",
    "SG.": f"{tail(22)}.{tail(43)}",
    "AIza": tail(35),
    "sk_": tail(48, HEX),
    "SK": tail(32, HEX),
    "key-": tail(32, HEX),
    "re_": f"{tail(8)}_{tail(24)}",
    "pat-": f"na1-{tail(8, HEX)}-{tail(4, HEX)}-{tail(4, HEX)}-{tail(4, HEX)}-{tail(12, HEX)}",
    "pat": f"{tail(14)}.{tail(64, HEX)}",
    "dapi": tail(32, HEX),
    "cal_live_": tail(32, HEX),
    "shpat_": tail(32, HEX),
    "dop_v1_": tail(64, HEX),
    "npm_": tail(36),
    ":AA": tail(33),
    "eyJ": f"{tail(20)}.eyJ{tail(40)}.{tail(43)}",
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.mark)
def test_every_shape_is_found_in_its_issuers_form(shape: Shape) -> None:
    before = {":AA": "987654321", "hooks.slack.com/services/": "https://"}.get(shape.mark, "")
    token = f"{before}{shape.mark}{TOKENS.get(shape.mark, tail(44))}"
    assert list(by_shape(token, [shape])) == [(shape.kind, shape.mark)]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'password = "{tail(9)}"', "the value of `password`"),
        ('connect(password="correcthorse")', "the value of `password`"),
        (f'client.api_key = "{tail(24)}"', "the value of `api_key`"),
        (f'headers["X-Api-Key"] = "{tail(24)}"', "the value of `X-Api-Key`"),
        (f'config = {{"clientSecret": "{tail(24)}"}}', "the value of `clientSecret`"),
        (f'token = os.getenv("SERVICE_TOKEN", "{tail(20)}")', "the value of `SERVICE_TOKEN`"),
        (f'token = os.environ.get("SERVICE") or "{tail(20)}"', "the value of `token`"),
        (f'def inner(api_key="{tail(24)}"): pass', "the value of `api_key`"),
        (f'def inner(*, other, secret="{tail(24)}"): pass', "the value of `secret`"),
        (f'API_KEY: str = "{tail(24)}"', "the value of `API_KEY`"),
        (f'STRIPE_SECRET_PROD = b"{tail(24)}"', "the value of `STRIPE_SECRET_PROD`"),
        (f'if (token := "{tail(24)}"): pass', "the value of `token`"),
        (f'dsn = "mysql://root:{tail(9)}@db.example.org/a"', "a password in a URL"),
        (f'dsn = f"redis://:{tail(9)}@{{host}}/0"', "a password in a URL"),
        (f'key = """-----BEGIN RSA PRIVATE KEY-----\n{tail(64)}\n{tail(64)}"""', "a private key"),
        (f'url = "https://api.example.org/weather?appid={tail(32, HEX)}&q="', "a key in a URL"),
        (f'url = f"https://api.example.org/weather?key={tail(32)}&q={{city}}"', "a key in a URL"),
        (f'dsn = "host=db.example.org user=agent password={tail(9)}"', "a password for a server"),
        (f'dsn = "Server=db.example.org;Uid=agent;Pwd={tail(9)};"', "a password for a server"),
        (f'client = httpx.AsyncClient(auth=("agent", "{tail(9)}"))', "the value of `password`"),
        (f'auth = aiohttp.BasicAuth("agent", "{tail(9)}")', "the value of `password`"),
        ('server.login("agent", "swordfish")', "the value of `password`"),
        (f'auth = "Bearer {tail(24)}"', "a bearer token"),
    ],
)
def test_secrets(line: str, kind: str) -> None:
    assert kinds(line) == [kind]


@pytest.mark.parametrize(
    "line",
    [
        'password = "changeme"',
        'password = "password"',
        'password = getpass("Password: ")',
        'password = ""',
        'password = "********"',
        'password = "{password}"',
        'password = "$DB_PASSWORD"',
        'password = "/run/secrets/password"',
        'password = "https://example.org/reset"',
        'password_label = "Password2 of yours"',
        'fields = {"password": "Your password, 8 to 20 characters"}',
        'api_key = "OPENAI_API_KEY"',
        'api_key = "settings.api_key"',
        'api_key = "your-api-key-1234567890"',
        'api_key = "not-needed-2"',
        'api_key = x_secrets["OPENAI_API_KEY"]',
        'token = "access_token"',
        'eos_token = "<|end_of_text_128001|>"',
        'max_tokens = "4096"',
        'next_page_token = "page-token-2"',
        'token_url = "https://login.example.org/v2/token"',
        'key = "order-2024-10-17-paris"',
        'cache_key = "weather:london:2024"',
        'voice = "21m00Tcm4TlvDq8ikWAM"',
        'order = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"',
        'digest = "9e107d9d372bb6826bd81d3542a419d6"',
        'risk = "risk-assessment-for-2024-and-some-more-words"',
        'text = "Bearer of good news, and of 2 bad ones"',
        'dsn = "postgres://user:password@db.example.org/a"',
        'dsn = "postgres://app:app1@localhost/a"',
        'dsn = f"postgres://app:{password}@db.example.org/a"',
        'url = "https://api.example.org/weather?key={key}&token=<token>"',
        'url = "https://api.example.org/weather?key=" + key',
        'dsn = f"host=db.example.org user=agent password={password}"',
        'text = "host = the one who invites; password = what to say at the door"',
        'query = "SELECT a FROM b WHERE user = $1 AND password = $2"',
        'query = "UPDATE users SET user = %s, password = %s"',
        'login("agent", password)',
        'mail = "mailto:someone@example.org"',
        'key = "-----BEGIN PUBLIC KEY-----"',
        'key = "AKIAIOSFODNN7EXAMPLE"',
        'if password == "": pass',
    ],
)
def test_what_is_no_secret(line: str) -> None:
    assert kinds(line) == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('key = "YOUR_API_KEY"', "YOUR_API_KEY"),
        ('params = {"key": "<your api key>"}', "<your api key>"),
        ('password = "changeme"', "changeme"),
        ('token = "..."', "..."),
        ('get("INSERT_TOKEN_HERE")', "INSERT_TOKEN_HERE"),
        ('url = "http://api.example.org/orders"', "http://api.example.org"),
        ('url = f"http://api.example.org/{number}"', "http://api.example.org"),
    ],
)
def test_drafts(line: str, text: str) -> None:
    assert [draft.text for draft in secrets(line).unfinished] == [text]


@pytest.mark.parametrize(
    "line",
    [
        'x_secrets["YOUR_API_KEY"]',
        'message = "Enter your API key here"',
        'card = "xxxx"',
        'url = f"{base}http://api.example.org"',
        'url.startswith("http://")',
        'url == "http://api.example.org"',
        'url = "http://127.0.0.1:8000/orders"',
        'url = "http://192.168.0.7/orders"',
        'url = "http://orders.internal/orders"',
        'space = "http://www.w3.org/1999/xhtml"',
        '"""Call http://api.example.org with YOUR_API_KEY."""',
    ],
)
def test_what_is_no_draft(line: str) -> None:
    assert secrets(line).unfinished == []


def test_no_more_than_a_beginning_is_shown() -> None:
    secret = tail(24)
    (found,) = secrets(f'api_key = "{secret}"').found
    assert (found.beginning, len(found.beginning)) == (secret[:2], 2)
    (short,) = secrets('password = "pw9x7"').found
    assert short.beginning == ""


@pytest.mark.parametrize("name", ["password", "DB_PASSWORD", "apiKey", "X-Auth-Token", "client_secret", "API_KEY_V2"])
def test_names_of_secrets(name: str) -> None:
    assert names_secret(name)


@pytest.mark.parametrize("name", ["keyboard", "password_hint", "tokens", "token_count", "public_key", "a password"])
def test_other_names(name: str) -> None:
    assert not names_secret(name)
