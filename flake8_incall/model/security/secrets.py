"""Secrets in the text of a module: by the shape that their issuers give them, and by the place where they stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.binding import formals
from flake8_incall.model.security.secret_shapes import (
    by_form,
    by_shape,
    entropy,
    is_irregular,
    is_placeholder,
    is_stand_in,
    shapes_in,
)

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# Names that end so hold a secret; what follows may say where it is for.
_NAME = re.compile(
    r"(?:^|_)(?:passw(?:or)?d|pwd|passphrase|secret|token|api_?key|apikey"
    r"|(?:access|secret|private|auth|signing|encryption|subscription|account|client|service|admin|master|write|webhook)_key"
    r"|authorization|auth_header)(?:_(?:prod|production|live|staging|dev|local|v?\d+))?$"
)
_SIGN = re.compile(r"(?i:pass|pwd|secret|token|key|auth)")
_PASSWORD = re.compile(r"(?:^|_)(?:passw(?:or)?d|pwd|passphrase)$")
# Tokens of texts and languages, and ways of asking for one.
_OTHER_NAMES = re.compile(
    r"(?:^|_)(?:pad|eos|bos|unk|sep|cls|mask|stop|start|end|next|page|continuation|sync|special|csrf|cancellation|max)_token$"
)
_NAMES_OF_THINGS = re.compile(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[._/-][a-z]+)*|(?:[A-Z][a-z]+)+|[a-z]+(?:[A-Z][a-z]+)+"
)
_PLACES = re.compile(r"^[./~]|://|\.(?:pem|json|txt|key|crt|ya?ml|env|py)$|^[\w.-]+@[\w-]+\.\w+")
_HTTP = re.compile(r"http://([^/?#\s:{}]+)")
# A stand-in is short; what is long is text.
_LONGEST_STAND_IN = 100
# Hosts that stand in names of XML and JSON vocabularies, which nobody calls.
_VOCABULARIES = re.compile(
    r"(?:^|\.)(?:w3\.org|json-schema\.org|xmlsoap\.org|openxmlformats\.org|purl\.org|schema\.org|xmlns\.com)$"
)
_PRIVATE_HOST = re.compile(
    r"(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+|0\.0\.0\.0|.*\.(?:local|localhost|internal|test)"
)

_SCHEME = re.compile(r"^(?:Bearer|Basic|Token|Bot|Api-?Key) ", re.IGNORECASE)
_SHORTEST_TOKEN = 12


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that must not stand in code.

    Attributes:
        at: Where it stands.
        kind: What it is: `"a GitHub token"`, or `"the value of `API_KEY`"`.
        beginning: As much of it as may be shown.
    """

    at: ast.Constant
    kind: str
    beginning: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A text that works in a draft and not in a live call.

    Attributes:
        at: Where it stands.
        text: The stand-in for a secret, or the beginning of the address with `http://`.
        is_address: Whether it is an address.
    """

    at: ast.Constant
    text: str
    is_address: bool


class Secrets:
    """What a module of in-call functions has of secrets; nothing in a module without any.

    Attributes:
        found: The secrets in it.
        unfinished: What stands in their places, and addresses without encryption.
    """

    def __init__(self, module: Module) -> None:
        self.found: list[Secret] = []
        self.unfinished: list[Unfinished] = []
        if module.fact(discover).functions:
            self._parents = module.parents
            self._shapes = shapes_in("".join(module.lines))
            self._names: dict[ast.Constant, str] = {}
            for node in module.index.nodes(*_KEEPING):
                self._names.update(_named(node))
            for constant in module.index.nodes(ast.Constant):
                if isinstance(constant.value, str | bytes):
                    self._look_at(constant, _text(constant.value))

    def _look_at(self, node: ast.Constant, text: str) -> None:
        name = self._names.get(node)
        secret = next(by_shape(text, self._shapes), None)
        # Documentation shows how a secret looks; a subscript names one.
        is_beside_code = isinstance(self._parents[node], ast.Expr | ast.Subscript)
        if secret is None and not is_beside_code:
            secret = next(by_form(text), None) or _by_name(name, text)
        if secret is not None:
            self.found.append(Secret(node, *secret))
        elif not is_beside_code:
            self._look_for_draft(node, text, is_named=name is not None)

    def _look_for_draft(self, node: ast.Constant, text: str, *, is_named: bool) -> None:
        if len(text) < _LONGEST_STAND_IN and is_stand_in(text, for_secret=is_named):
            self.unfinished.append(Unfinished(node, text, is_address=False))
        elif text.startswith("http://") and self._is_whole(node):
            host = _HTTP.match(text)
            if host is not None and _is_far(host[1]):
                self.unfinished.append(Unfinished(node, host[0], is_address=True))

    def _is_whole(self, node: ast.Constant) -> bool:
        """Whether it is an address or the beginning of one, and not what another text is compared with."""
        parent = self._parents[node]
        is_later_part = isinstance(parent, ast.JoinedStr) and parent.values[0] is not node
        return not is_later_part and not isinstance(parent, ast.Compare)


def _is_far(host: str) -> bool:
    """Whether a host is another machine, reached over networks of others."""
    return "." in host and not _PRIVATE_HOST.fullmatch(host) and not _VOCABULARIES.search(host)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _by_name(name: str | None, text: str) -> tuple[str, str] | None:
    """What a secret is by the name that it is kept under, with the two letters of it that may be shown."""
    if name is None or not is_secret_in(name, text):
        return None
    return f"the value of `{name}`", text[:2] if len(text) > 7 else ""


def _named(node: ast.AST) -> Iterator[tuple[ast.Constant, str]]:
    """The constants that a node keeps or hands over under a name that names a secret."""
    for name, value in _pairs(node):
        if name and isinstance(value, _VALUES) and names_secret(name):
            yield from ((constant, name) for constant in _constants(value))


# They take a name and a password.
_SIGNING_IN = frozenset({"BasicAuth", "HTTPBasicAuth", "DigestAuth", "login"})
# Twilio takes an account and its token.
_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_VALUES = ast.Constant | ast.BoolOp | ast.IfExp
# The nodes that keep a value under a name, or hand it over under one.
_KEEPING = frozenset({ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.keyword, ast.Dict, ast.arguments, ast.Call})


def _pairs(node: ast.AST) -> Iterator[tuple[str | None, ast.expr | None]]:
    match node:
        case ast.Assign():
            yield from ((_name_of(target), node.value) for target in node.targets)
        case ast.AnnAssign() | ast.NamedExpr():
            yield _name_of(node.target), node.value
        case ast.keyword(arg="auth", value=ast.Tuple(elts=[_, password])):
            yield "password", password
        case ast.keyword():
            yield node.arg, node.value
        case ast.Dict():
            yield from ((_constant(key), value) for key, value in zip(node.keys, node.values, strict=True))
        case ast.arguments():
            yield from ((formal.name, formal.default) for formal in formals(node))
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[_, second, *_]) if name in _SIGNING_IN:
            yield "password", second
        case ast.Call(args=[ast.Constant(value=str() as account), token, *_]) if _ACCOUNT.fullmatch(account):
            yield "auth_token", token
        case ast.Call(args=[first, second, *_]):
            # `os.getenv("API_KEY", "…")`, `settings.get("password", "…")`
            yield _constant(first), second


def _name_of(target: ast.expr) -> str | None:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=key):
            return _constant(key)
    return None


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _constants(value: ast.expr) -> Iterator[ast.Constant]:
    """The constants that an expression can be: itself, or one side of `or` and `if`."""
    pending = [value]
    while pending:
        node = pending.pop()
        match node:
            case ast.Constant():
                yield node
            case ast.BoolOp():
                pending += node.values
            case ast.IfExp():
                pending += [node.body, node.orelse]


def names_secret(name: str) -> bool:
    """Whether what has this name is a secret."""
    if _SIGN.search(name) is None:
        return False
    if _is_bare_key(name):
        return True
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    is_name = re.fullmatch(r"\w+", words) is not None
    return is_name and _NAME.search(words) is not None and _OTHER_NAMES.search(words) is None


def is_secret_in(name: str, text: str) -> bool:
    """Whether a text in a secret's place is one, and not its name, its place or a stand-in."""
    bare = _SCHEME.sub("", text)
    if len(bare) < 5 or re.search(r"\s", bare) or is_placeholder(bare) or _PLACES.search(bare):
        return False
    if _is_bare_key(name):
        return is_irregular(bare)
    if bare != text and name.lower().endswith("authorization") and len(bare) >= _SHORTEST_TOKEN:
        return not names_secret(bare)
    is_password = _PASSWORD.search(name.replace("-", "_").lower()) is not None
    if _NAMES_OF_THINGS.fullmatch(bare):
        return is_password and bare.islower() and bare.isalpha() and len(bare) >= 7 and not names_secret(bare)
    if is_password:
        return True
    is_mixed = any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare)
    return len(bare) >= 8 and is_mixed and entropy(bare) >= 2.5


def _is_bare_key(name: str) -> bool:
    """Whether a name says `key` and nothing more: many keys open nothing."""
    return name.lower() in ("key", "x-key")
