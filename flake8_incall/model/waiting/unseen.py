"""Requests through objects of unknown origin that are told to wait for ever: `client.get(url, timeout=None)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.catalogue import Api, Argument, Timeout
from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.graph import CallGraph
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.within import Ways
from flake8_incall.model.code.tree import below, last_name
from flake8_incall.model.objects.arguments import read
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Outside, Referent, Unknown

_TIMEOUT = Timeout(call=(Argument("timeout"),))
_SCHEMES = ("http://", "https://", "/")


def unlimited(function: InCallFunction) -> Iterator[CallSite]:
    """The requests that a function and its helpers make without any limit, through an object that is not known.

    Whatever the object is, one that makes requests takes `timeout=None` for no limit. That it makes one is told by the
    name of the method and by an address that it is given.
    """
    module = function.module
    methods = module.catalogue.members("takes-address")
    for owner, chain in module.fact(CallGraph).ways(function):
        for node in module.fact(Calls).nodes(owner):
            match node:
                case ast.Call(func=ast.Attribute(attr=method)) if method in methods:
                    if (site := _site(node, function, owner, chain)) is not None:
                        yield site


def _site(node: ast.Call, function: InCallFunction, owner: Callable, chain: Chain) -> CallSite | None:
    module = function.module
    references = module.fact(References)
    value = next((keyword.value for keyword in node.keywords if keyword.arg == "timeout"), None)
    if value is None or not any(map(_is_address, (*node.args[:2], *_named(node, "url")))):
        return None
    if module.fact(Calls).apis(node.func) or not all(map(_is_unseen, references.of(node.func))):
        return None
    if module.fact(Ways).within(chain).constants.values(value) != [None]:
        return None
    name = " ".join(module.segment(node.func).split())
    return CallSite(
        node=node,
        name=name,
        api=Api(name, frozenset({"network"}), timeout=_TIMEOUT),
        callee=node.func,
        arguments=read(node, references),
        function=function,
        owner=owner,
        chain=chain,
        is_in_thread=any(link.is_in_thread for link in chain),
        is_awaited=module.fact(Calls).is_awaited(node),
    )


def _is_unseen(referent: Referent) -> bool:
    """Whether something comes from a place that is not read; own functions have their own sense of `timeout`."""
    return isinstance(referent, Unknown | Outside)


def _named(node: ast.Call, name: str) -> list[ast.expr]:
    return [keyword.value for keyword in node.keywords if keyword.arg == name]


def _is_address(node: ast.expr) -> bool:
    """Whether an argument is an address: by how its text begins, or by a name that says so."""
    first = next((part for part in below(node) if isinstance(part, ast.Constant)), None)
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith(_SCHEMES):
        return True
    names = (last_name(part).lower() for part in below(node))
    return any(name.endswith(("url", "uri", "endpoint")) for name in names)
