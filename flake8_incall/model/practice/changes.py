"""Calls that change something on the other side: what a second call of the same function does a second time."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator

from flake8_incall.catalogue import Argument
from flake8_incall.model.calls.call_sites import CallSite, calls
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.code.tree import below
from flake8_incall.model.objects.arguments import given
from flake8_incall.model.objects.references import References

_METHOD = Argument("method", 0)
_CHANGING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_WRITE = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:insert|update|delete|replace|merge)\b", re.IGNORECASE)
_ADDING = frozenset({"add", "add_all", "bulk_save_objects", "bulk_insert_mappings"})

# A POST to an address that has one of these words only asks, or asks a model; so does a function of such a name.
_ASKING_ADDRESS = re.compile(
    r"(?:^|[^a-z])(?:search|quer(?:y|ies)|graphql|tokens?(?![a-z])|oauth|login|auth(?!oriz)|completions?|embeddings?|look-?_?up|find"
    r"|list\b|get|fetch|check(?!-?_?(?:in|out))|verif|validat|availab|quote|estimat|calculat|predict|rerank|translat|detect"
    r"|classif|convert|retriev|similar|rag\b|llm|geocod|distance|directions|free-?_?busy|slots\b|details|info\b|speech|transcri"
    r"|openai|anthropic|groq|gemini|generativelanguage|mistral|cohere|openrouter|ollama|chat/|responses\b)"
)
_ASKING_NAME = re.compile(
    r"_*(?:get|check(?!_?(?:in|out)(?:_|$))|search|find|look|fetch|list|quer|verif|validat|calc|comput|estimat|quote|ask|is|has"
    r"|read|retriev|show|tell|describ|explain|track|view|see|count|convert|translat|predict|recommend|suggest|compar"
    r"|brows|what|where|how|which|identif|detect|analy|summar|classif|generat|answer)(?:e|es|s|ed|ing|y|ies|up|i[sz]e)?(?:_|$)"
    r"|\w*(?:lookup|look_up|search|query|availability|knowledge)"
)
# What these bring about is so after one call as after two.
_SETTLING_NAME = re.compile(
    r"_*(?:end|hang|stop|close|cancel|turn|set|switch|mute|unmute|pause|resume|enable|disable|update|control|disconnect"
    r"|terminate|finish|delete|remove|lock|unlock|activate|deactivate)(?:_|$)"
)


def changes(function: InCallFunction) -> Iterator[CallSite]:
    """The calls of a function and its helpers that change something, in the order of the source."""
    references = function.module.fact(References)
    return (site for site in calls(function) if _changes(site, references))


def is_statement_that_writes(text: str) -> bool:
    """Whether a statement of SQL changes rows."""
    return _WRITE.match(text) is not None


def _changes(site: CallSite, references: References) -> bool:
    last = site.name.rpartition(".")[2]
    if site.api.sql:
        return any(is_statement_that_writes(text) for text in _statement_texts(site, references))
    if last == "execute":
        return site.is_external and _builds_change(site.callee, references.catalogue.members("builds-change"))
    if not site.api.changes or (last == "commit" and not _adds_row(site, references)):
        return False
    if not site.api.url:
        return True
    method = _method(site, last, references)
    return method in _CHANGING_METHODS and not (method == "POST" and _is_harmless_post(site, references))


def _statement_texts(site: CallSite, references: References) -> Iterator[str]:
    """The beginnings of the statements that a call is given, as far as they are written down."""
    for argument in site.api.sql:
        node = given(argument, site.arguments)
        if isinstance(node, ast.expr):
            yield from (text for origin in _origins(node, site, references) for text in _beginning(origin))


def _beginning(node: ast.expr) -> Iterator[str]:
    """The text that an expression begins with."""
    while True:
        match node:
            case ast.Constant(value=str(text)):
                yield text
                return
            case ast.JoinedStr(values=[first, *_]):
                node = first
            case ast.BinOp(left=left):
                node = left
            case ast.Call(func=ast.Attribute(value=owner, attr="format" | "strip" | "replace")):
                node = owner
            case ast.Call(args=[first, *_]):  # `text("INSERT …")`
                node = first
            case _:
                return


def _builds_change(callee: ast.expr, building: Container[str]) -> bool:
    """Whether a request is built in the same expression to change something: `table("x").insert(row).execute`."""
    node = callee
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in building:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _adds_row(site: CallSite, references: References) -> bool:
    """Whether the function of a `commit` adds rows: others may come out as they were."""
    nodes = references.module.fact(Calls).nodes(site.owner)
    calls = (node.func for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return any(callee.attr in _ADDING for callee in calls)


def _method(site: CallSite, last: str, references: References) -> str:
    """The HTTP method of a call; empty where it cannot be told."""
    by_name = (
        last.removeprefix("a").upper() if last.startswith(("apost", "aput", "apatch", "adelete")) else last.upper()
    )
    if by_name in _CHANGING_METHODS:
        return by_name
    node = given(_METHOD, site.arguments)
    texts = references.constants.texts(node) if isinstance(node, ast.expr) else None
    return next(iter(texts)).upper() if texts is not None and len(texts) == 1 else ""


def _is_harmless_post(site: CallSite, references: References) -> bool:
    """Whether a POST may well only ask, or settle something: by its address, or the name of a function on the way."""
    owners = [site.owner, *(link.caller for link in site.chain)]
    names = {site.function.tool_name.lower(), *(o.name.lower() for o in owners if not isinstance(o, ast.Lambda))}
    if any(_ASKING_NAME.match(name) or _SETTLING_NAME.match(name) for name in names):
        return True
    nodes = (given(argument, site.arguments) for argument in site.api.url)
    addresses = [node for node in nodes if isinstance(node, ast.expr)]
    words = (word for address in addresses for word in _address_words(address, site, references))
    # Where the address is given elsewhere, as in a `partial`, it cannot be told.
    return not addresses or any(_ASKING_ADDRESS.search(word.lower()) for word in words)


def _address_words(address: ast.expr, site: CallSite, references: References) -> Iterator[str]:
    """The texts and the names of which an address is made."""
    for origin in [address, *_origins(address, site, references)]:
        for node in below(origin):
            match node:
                case ast.Constant(value=str(text)) | ast.Name(id=text) | ast.Attribute(attr=text):
                    yield text


def _origins(node: ast.expr, site: CallSite, references: References) -> list[ast.expr]:
    found = origins(node, site.chain, references)
    return [origin.node for origin in found if origin.node is not None]
