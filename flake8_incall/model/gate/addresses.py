"""Addresses that a text names: files, and hosts that only the inside of a network can reach."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.gate.exposure import Exposure

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    from flake8_incall.catalogue import Policy
    from flake8_incall.model.code.module import Module

_ADDRESS = re.compile(r"\s*([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_FILE = re.compile(r"\s*file:", re.IGNORECASE)
# A host that is most likely whole, though more text follows.
_WHOLE_HOST = re.compile(r"localhost|\d+(\.\d+){3}")


def inside_addresses(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """The texts of a module that name a file or an inside host as an address.

    Not: documentation, and what another text is only compared with.

    Yields:
        The text's node, and the file or host.
    """
    nodes = module.index.nodes
    for node in (*nodes(ast.Constant), *nodes(ast.JoinedStr), *nodes(ast.BinOp)):
        if _is_shown_or_compared(module, node):
            continue
        text, is_complete = beginning(node)
        found = is_inside(text, is_complete, module.fact(Exposure).policy) or _inside_host_argument(module, node)
        if found:
            yield node, found


def _inside_host_argument(module: Module, node: ast.expr) -> str | None:
    """The host that a call is given by itself: `URL(scheme="http", host="127.0.0.1")`."""
    argument = module.parents[node]
    if isinstance(argument, ast.keyword) and argument.arg == "host" and isinstance(node, ast.Constant):
        host = unicodedata.normalize("NFKC", node.value).lower() if isinstance(node.value, str) else ""
        return host if host and _is_inside_host(host, module.fact(Exposure).policy) else None
    return None


def _is_shown_or_compared(module: Module, node: ast.AST) -> bool:
    parent = module.parents[module.index.through(node, ast.Tuple)]
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        return parent.func.attr == "startswith"
    is_part = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add)
    return is_part or isinstance(parent, ast.Expr | ast.JoinedStr | ast.Compare)


def beginning(node: ast.expr) -> tuple[str, bool]:
    """The part of a text that is written out at its beginning, through concatenations and f-strings.

    Returns:
        The part, and whether it is all of the text.
    """
    text = ""
    pending: list[ast.expr] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            text += part.value
        elif isinstance(part, ast.JoinedStr):
            pending.extend(reversed(part.values))
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            pending.extend((part.right, part.left))
        else:
            return text, False
    return text, True


def is_inside(text: str, is_complete: bool, policy: Policy) -> str | None:
    """The file or inside host that an address begins with, or `None` if it is another or none at all."""
    if _FILE.match(text):
        return "file:"
    scheme = _ADDRESS.match(text)
    if scheme is None:
        return None
    if scheme[1].lower() not in policy.schemes:
        return f"{scheme[1].lower()}:" if "unix" in scheme[1].lower() else None
    rest = text[scheme.end() :]
    if not is_complete and not re.search(r"[/?#:]", rest) and not _WHOLE_HOST.fullmatch(rest):
        return None
    from urllib.parse import urlsplit

    try:
        host = urlsplit(text.strip()).hostname or ""
    except ValueError:
        return None
    host = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    return host if host and _is_inside_host(host, policy) else None


def _is_inside_host(host: str, policy: Policy) -> bool:
    address = _ip_address(host)
    if address is not None:
        return not address.is_global
    return "." not in host or host.endswith(policy.inner_domains)


def _ip_address(host: str) -> IPv4Address | IPv6Address | None:
    import ipaddress
    import socket

    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # Libraries take the short forms too: `127.1`, `0x7f.1`, `2130706433`.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None
