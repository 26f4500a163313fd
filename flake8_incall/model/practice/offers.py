"""Which in-call functions a model is offered together: those of a class, of a list of tools, or of a module."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.docstring.told import description
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Local

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_ARTICLES = frozenset({"a", "an", "the"})


@dataclass(frozen=True, slots=True)
class Offer:
    """In-call functions that a model is offered together.

    Attributes:
        node: Where they are put together: a class or function around them, a list, or the last of a module.
        name: What they are in, as a phrase.
        functions: Those of this module.
        count: How many they are, those of other modules included.
    """

    node: ast.AST
    name: str
    functions: tuple[InCallFunction, ...]
    count: int


def offers(module: Module) -> Iterator[Offer]:
    """What models are offered by a module: by its classes with the lists in them, by other lists, or by itself."""
    functions = {function.node: function for function in module.fact(discover).functions}
    at_home: dict[ast.AST, list[InCallFunction]] = {}
    for function in functions.values():
        at_home.setdefault(module.parents[function.node], []).append(function)
    in_lists: set[InCallFunction] = set()
    for owner, node in _lists(module) if functions else ():
        listed = [functions[d] for d in _listed(node, module) if d in functions]
        in_lists.update(listed)
        own = at_home.pop(owner, []) if owner is not None else []
        if own or listed:
            name = f"`{owner.name}`" if owner is not None else "this list"
            count = len({*own, *listed}) + len(node.elts) - len(listed)
            yield Offer(owner or node, name, tuple(dict.fromkeys([*own, *listed])), count)
    for home, own in at_home.items():
        rest = tuple(function for function in own if function not in in_lists)
        if isinstance(home, ast.ClassDef):
            yield Offer(home, f"`{home.name}`", tuple(own), len(own))
        elif rest and isinstance(home, FunctionNode):
            yield Offer(home, f"`{home.name}`", rest, len(rest))
        elif rest:
            yield Offer(rest[-1].node, "this module", rest, len(rest))


def same_descriptions(offer: Offer) -> Iterator[tuple[InCallFunction, InCallFunction]]:
    """The functions of which another before them has the same description: that one, and the function."""
    first: dict[tuple[str, ...], InCallFunction] = {}
    for function in offer.functions:
        words = _said(description(function) or "")
        other = first.setdefault(words, function) if words else function
        if other.tool_name != function.tool_name:
            yield other, function


def _lists(module: Module) -> Iterator[tuple[ast.ClassDef | None, ast.List | ast.Tuple]]:
    """The lists handed over as `tools=`, each with the class whose own functions are offered with them."""
    for node in module.index.nodes(ast.keyword):
        if node.arg == "tools" and isinstance(node.value, ast.List | ast.Tuple):
            call = module.parents[node]
            around = module.index.class_around(node)
            yield (around if isinstance(call, ast.Call) and _is_of_parent(call) else None), node.value


def _is_of_parent(call: ast.Call) -> bool:
    """Whether a call is `super().__init__(...)`."""
    match call.func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
            return True
    return False


def _listed(node: ast.List | ast.Tuple, module: Module) -> Iterator[ast.AST]:
    """The definitions of the module that stand in a list of tools, as they are or in a call of `function_tool`."""
    for element in node.elts:
        named = element.args[0] if isinstance(element, ast.Call) and element.args else element
        if isinstance(named, ast.Name | ast.Attribute):
            yield from (r.definition for r in module.fact(References).of(named) if isinstance(r, Local))


def _said(text: str) -> tuple[str, ...]:
    """What a description says, without case, punctuation, articles, and the `s` of a verb or a plural."""
    letters = (" " if unicodedata.category(letter)[0] in "PSZC" else letter for letter in text.casefold())
    words = (word for word in "".join(letters).split() if word not in _ARTICLES)
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") and word.isascii() else word for word in words)
