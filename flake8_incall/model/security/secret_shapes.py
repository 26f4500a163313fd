"""What secrets look like by themselves: the marks of their issuers, and what is only a stand-in for one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """The form that an issuer gives its secrets.

    Attributes:
        kind: What it is, as a message says it.
        mark: A text that is in every one of them: it is looked for first, and is all that a message shows.
        pattern: The whole of it; its group is the part that is random.
    """

    kind: str
    mark: str
    pattern: re.Pattern[str]


def _shape(kind: str, mark: str, pattern: str) -> Shape:
    return Shape(kind, mark, re.compile(rf"(?<![\w-]){pattern}"))


# The issuers' documentation names the marks; lengths are the least that was seen.
SHAPES = (
    _shape("an AWS access key", "AKIA", r"AKIA([A-Z0-9]{16})\b"),
    _shape("an AWS access key", "ASIA", r"ASIA([A-Z0-9]{16})\b"),
    _shape("a GitHub token", "ghp_", r"ghp_([A-Za-z0-9]{36,})"),
    _shape("a GitHub token", "gho_", r"gho_([A-Za-z0-9]{36,})"),
    _shape("a GitHub token", "ghs_", r"ghs_([A-Za-z0-9]{36,})"),
    _shape("a GitHub token", "github_pat_", r"github_pat_(\w{22,})"),
    _shape("a GitLab token", "glpat-", r"glpat-([\w-]{20,})"),
    _shape("a Slack token", "xoxb-", r"xoxb-([0-9A-Za-z-]{20,})"),
    _shape("a Slack token", "xoxp-", r"xoxp-([0-9A-Za-z-]{20,})"),
    _shape("a Slack token", "xapp-", r"xapp-([0-9A-Za-z-]{20,})"),
    _shape("a Slack webhook", "hooks.slack.com/services/", r"hooks\.slack\.com/services/(T\w+/B\w+/\w{16,})"),
    _shape("a Google API key", "AIza", r"AIza([\w-]{35})"),
    _shape("a Google client secret", "GOCSPX-", r"GOCSPX-([\w-]{20,})"),
    _shape("a Stripe key", "sk_live_", r"sk_live_(\w{16,})"),
    _shape("a Stripe key", "rk_live_", r"rk_live_(\w{16,})"),
    _shape("a Stripe key", "sk_test_", r"sk_test_(\w{16,})"),
    _shape("a webhook's signing secret", "whsec_", r"whsec_([\w+/=]{16,})"),
    _shape("a SendGrid key", "SG.", r"SG\.([\w-]{16,}\.[\w-]{16,})"),
    _shape("an Anthropic key", "sk-ant-", r"sk-ant-([\w-]{20,})"),
    _shape("a model provider's key", "sk-", r"sk-((?!ant-)(?:proj-|svcacct-|admin-|or-v1-)?[\w-]{20,})"),
    _shape("an ElevenLabs key", "sk_", r"sk_([0-9a-f]{48})\b"),
    _shape("a Cartesia key", "sk_car_", r"sk_car_([\w-]{16,})"),
    _shape("a Groq key", "gsk_", r"gsk_(\w{40,})"),
    _shape("an xAI key", "xai-", r"xai-(\w{40,})"),
    _shape("a Perplexity key", "pplx-", r"pplx-(\w{40,})"),
    _shape("a Hugging Face token", "hf_", r"hf_([A-Za-z0-9]{30,})"),
    _shape("a Replicate token", "r8_", r"r8_(\w{37,})"),
    _shape("a Tavily key", "tvly-", r"tvly-([\w-]{20,})"),
    _shape("a Twilio key", "SK", r"SK([0-9a-f]{32})\b"),
    _shape("a Mailgun key", "key-", r"key-([0-9a-f]{32})\b"),
    _shape("a Resend key", "re_", r"re_([A-Za-z0-9]{8}_[A-Za-z0-9]{20,})"),
    _shape("an npm token", "npm_", r"npm_([A-Za-z0-9]{36})"),
    _shape("a PyPI token", "pypi-AgE", r"pypi-AgE([\w-]{40,})"),
    _shape("a Shopify token", "shpat_", r"shpat_([0-9a-fA-F]{32})"),
    _shape("a DigitalOcean token", "dop_v1_", r"dop_v1_([0-9a-f]{64})"),
    _shape("a Linear key", "lin_api_", r"lin_api_(\w{32,})"),
    _shape("a Notion token", "ntn_", r"ntn_([A-Za-z0-9]{40,})"),
    _shape("a HubSpot token", "pat-", r"pat-(?:na|eu)\d-([0-9a-f]{8}-[0-9a-f-]{27})"),
    _shape("an Airtable token", "pat", r"pat[A-Za-z0-9]{14}\.([0-9a-f]{64})"),
    _shape("a Supabase key", "sb_secret_", r"sb_secret_([\w-]{20,})"),
    _shape("a Databricks token", "dapi", r"dapi([0-9a-f]{32})"),
    _shape("a Vault token", "hvs.", r"hvs\.([\w-]{24,})"),
    _shape("a Cal.com key", "cal_live_", r"cal_live_([0-9a-f]{32})"),
    _shape("a Telegram token", ":AA", r"\d{8,10}:AA([\w-]{33})"),
    _shape("a JSON web token", "eyJ", r"eyJ[\w-]{10,}\.(eyJ[\w-]{10,}\.[\w-]{10,})"),
    _shape("a bearer token", "Bearer ", r"Bearer ([\w.~+/=-]{16,})"),
)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/]{40}")
_PASSWORD_IN_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@?#]*:([^\s/@?#]+)@([^\s/:?#]*)", re.IGNORECASE)
_KEY_IN_URL = re.compile(
    r"[?&](?:(?:x[-_])?api[-_]?key|app[-_]?id|(?:access[-_]?|auth[-_]?)?token|auth|(?:client[-_]?)?secret|sig"
    r"|subscription[-_]key)=([\w.-]{16,})",
    re.IGNORECASE,
)
_BARE_KEY_IN_URL = re.compile(r"[?&]key=([\w-]{12,})", re.IGNORECASE)
_PASSWORD_IN_QUERY = re.compile(r"[?&](?:password|passwd|pwd|pass)=([^\s&#{}]{4,})", re.IGNORECASE)
# `host=db user=agent password=…`, `Server=db;Uid=agent;Pwd=…`
_SERVER_IN_DSN = re.compile(r"(?:^|[;\s])(?:host|server|data source|dbname|database|uid|user)\s*=", re.IGNORECASE)
_PASSWORD_IN_DSN = re.compile(
    r"(?:^|[;\s])(?:password|passwd|pwd)\s*=\s*'?((?=[^;'\s\d]*\d)[^;'\s]{4,})", re.IGNORECASE
)
# Digits and letters by turns, or many kinds of both: keys that machines make, not names of things.
_IRREGULAR = re.compile(r"(?=(?:[A-Za-z_+/=-]*\d){4})(?=(?:\d*[A-Za-z]){4})[A-Za-z0-9_+/=-]{12,}")
_TURNS = re.compile(r"(?<=\d)[A-Za-z]|(?<=[A-Za-z])\d")
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal"})  # noqa: S104

_PLACEHOLDER = re.compile(
    r"your|x{3,}|\.\.\.|…|[<>{}\[\]]|\*{2,}|\$\{|^\$|%\w|example|sample|change[-_ ]?(?:me|this|it)|placeholder"
    r"|dummy|fake|mock|(?<![a-z])test(?![a-z])|todo|fixme|insert|replace|redacted|lorem|demo|unused"
    r"|not[-_ ]?(?:needed|used|set|real)"
    r"|(?:key|token|secret|password)[-_ ]?here|123456|abcdef|0{6}|deadbeef|my[-_ ]|some[-_ ]",
    re.IGNORECASE,
)
# Words that stand where a secret would, and are none.
_WORDS = frozenset(
    {
        "password",
        "passwd",
        "secret",
        "token",
        "apikey",
        "string",
        "text",
        "none",
        "null",
        "true",
        "false",
        "default",
        "empty",
    }
    | {
        "bearer",
        "basic",
        "hidden",
        "required",
        "optional",
        "invalid",
        "unknown",
        "missing",
        "secure",
        "public",
        "private",
    }
    | {"admin", "postgres", "guest", "anonymous", "username", "bytes", "query", "header", "cookie", "foobar"}
)
# What documentation writes for the reader to replace: by what it says, and where a secret would stand.
_STAND_IN = re.compile(
    r"(?i:<?your[-_][\w-]*(?:key|token|secret|password|credential)[\w-]*>?)"
    r"|(?i:<[\w -]*(?:your|api|access|auth|secret|private|bearer)[\w -]*(?:key|token|secret|password)[\w -]*>)"
    r"|(?:INSERT|REPLACE|ENTER)_[A-Z_]*(?:KEY|TOKEN|SECRET|PASSWORD)[A-Z_]*"
)
_STAND_IN_FOR_SECRET = re.compile(
    r"<.*>|\.{3}|…|(?:[\w-]+[-_])?(?:x{3,}|here|\.{3}|…)|(?:change|replace)[-_ ]?me|todo|fixme|your[-_].*"
    r"|placeholder",
    re.IGNORECASE,
)


def shapes_in(text: str) -> list[Shape]:
    """The shapes that a file can hold at all, by their marks."""
    return [shape for shape in SHAPES if shape.mark in text]


def by_shape(text: str, shapes: list[Shape]) -> Iterator[tuple[str, str]]:
    """The tokens in a text: what each is, and as much of its beginning as may be shown."""
    for shape in shapes:
        if shape.mark in text:
            found = shape.pattern.search(text)
            if found is not None and is_random(found[1]):
                yield shape.kind, shape.mark


def by_form(text: str) -> Iterator[tuple[str, str]]:
    """The private keys and the passwords in addresses that a text holds; documentation shows how such things look."""
    if "PRIVATE KEY-----" in text and _PRIVATE_KEY.search(text):
        yield "a private key", "-----BEGIN "
    if "://" in text and "@" in text and any(_is_password(*found) for found in _PASSWORD_IN_URL.findall(text)):
        yield "a password in a URL", ""
    is_key = any(map(is_random, _KEY_IN_URL.findall(text))) or any(map(is_irregular, _BARE_KEY_IN_URL.findall(text)))
    if "=" in text and is_key:
        yield "a key in a URL", ""
    if "=" in text and any(map(_is_password, _PASSWORD_IN_QUERY.findall(text))):
        yield "a password in a URL", ""
    if "=" in text and _SERVER_IN_DSN.search(text) and any(map(_is_password, _PASSWORD_IN_DSN.findall(text))):
        yield "a password for a server", ""


def _is_password(password: str, host: str = "") -> bool:
    is_local = host in _LOCAL_HOSTS or host.startswith("[")
    return not is_local and len(password) >= 4 and not is_placeholder(password)


def is_random(text: str) -> bool:
    """Whether a text is as irregular as a key that a machine made."""
    is_mixed = any(c.isdigit() for c in text) or not (text.islower() or text.isupper())
    return is_mixed and not is_placeholder(text) and entropy(text) >= 3.0


def is_irregular(text: str) -> bool:
    """Whether digits and letters take turns in a text as in a key that a machine made, and not in a name."""
    turns = len(_TURNS.findall(text))
    return _IRREGULAR.fullmatch(text) is not None and turns >= 4 and entropy(text) >= 3.0 and not is_placeholder(text)


def entropy(text: str) -> float:
    """The bits that one character of a text carries, by how often each occurs in it."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def is_placeholder(text: str) -> bool:
    """Whether a text only stands for a secret, or is a word of the trade."""
    return _PLACEHOLDER.search(text) is not None or text.lower() in _WORDS or len(set(text)) <= 3


def is_stand_in(text: str, *, for_secret: bool) -> bool:
    """Whether a text is what documentation writes in a secret's place: `YOUR_API_KEY`.

    Args:
        text: The text.
        for_secret: Whether it stands where a secret would; without that it has to say itself what it stands for.
    """
    if _STAND_IN.fullmatch(text):
        return True
    return for_secret and _STAND_IN_FOR_SECRET.fullmatch(text) is not None
