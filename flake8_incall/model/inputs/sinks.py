"""The calls that must not be handed a caller's words unchecked: those that take an address or a database statement."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flake8_incall.catalogue import Api, Argument, Catalogue
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode, find, values_given
from flake8_incall.model.inputs.values import Part
from flake8_incall.model.objects.arguments import Written, given, read
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Outside, Referents, Unknown

Use = Literal["address", "statement", "attribute", "template"]

_STATEMENT = re.compile(
    r"\s*(?:SELECT\b.*\bFROM\b|INSERT\s+(?:OR\s+\w+\s+)?INTO\b|REPLACE\s+INTO\b|UPDATE\b.*\bSET\b|DELETE\s+FROM\b"
    r"|WITH\b.*\bAS\b.*\(|MERGE\s+INTO\b|CALL\s+\w+|(?:CREATE|ALTER|DROP|TRUNCATE)\s+(?:TABLE|VIEW|INDEX|DATABASE|SCHEMA)\b)",
    re.IGNORECASE | re.DOTALL,
)

# The signs of them in a module's text.
ADDRESS_SIGN = re.compile(r"(?:https?|wss?)://")
STATEMENT_SIGN = re.compile(
    r"\b(?:select|insert|replace|update|delete|with|merge|call|create|alter|drop|truncate)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sink:
    """An argument that takes an address, a statement or the name of a method.

    Attributes:
        use: What it takes.
        argument: The expression that is passed.
        api: The qualified name of what takes it, or `""` when the object is not known and its text has to tell.
    """

    use: Use
    argument: ast.expr
    api: str


class Guesses:
    """On an object that is not known, a text has to show what it is for: what the module's text has no sign of is none.

    Attributes:
        addresses: Whether the module writes down an address.
        statements: Whether it writes down a statement of SQL.
    """

    def __init__(self, module: Module) -> None:
        text = "".join(module.lines)
        self.addresses = ADDRESS_SIGN.search(text) is not None
        self.statements = STATEMENT_SIGN.search(text) is not None


def sinks(call: ast.Call, references: References, guesses: Guesses) -> list[Sink]:
    """The arguments of a call that take an address or a statement; constants among them are left out."""
    if not (call.args or call.keywords) or all(isinstance(a, ast.Constant) for a in values_given(call)):
        return []
    referents = references.of(call.func)
    found: list[Sink] = []
    found += _dispatched(call, referents, references)
    is_known = False
    for api, arguments in _called(call, referents, references):
        is_known = True
        for use, wanted in (("address", api.url), ("statement", api.sql), ("template", api.template)):
            found += _passed(use, wanted, arguments, api.name)  # type: ignore[arg-type]
    if not is_known and not _is_of_module(referents):
        found += _guessed(call, guesses, references.catalogue)
    return [sink for sink in dict.fromkeys(found) if not isinstance(sink.argument, ast.Constant)]


_GETTERS = {"getattr": 1, "object.__getattribute__": 1, "operator.methodcaller": 0}


def _dispatched(call: ast.Call, referents: Referents, references: References) -> Iterator[Sink]:
    """The name in `getattr(service, name)(...)`: what it names is called."""
    for referent in referents:
        if isinstance(referent, Outside):
            getter = references.catalogue.canonical(referent.name)
            position = _GETTERS.get(getter, len(call.args))
            if position < len(call.args) and _is_called(call, references):
                yield Sink("attribute", call.args[position], getter)
    match call:
        case ast.Call(func=ast.Attribute(attr="__getattribute__" as getter), args=[name]) if _is_called(
            call, references
        ):
            yield Sink("attribute", name, getter)


def _is_called(node: ast.expr, references: References) -> bool:
    """Whether a function that an expression gives is called: there, under a name that it gets, or by what takes it."""
    match references.module.parents[node]:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(target=ast.Name(id=name), value=value)
        ):
            functions = references.module.index.functions_around(node)
            around = next((f for f in functions if isinstance(f, FunctionNode)), references.module.tree)
            uses = (use for use in find(ast.Name, around) if use.id == name)
            return value is node and any(_is_used_as_function(use, references) for use in uses)
    return _is_used_as_function(node, references)


def _is_used_as_function(node: ast.expr, references: References) -> bool:
    match references.module.parents[node]:
        case ast.Call(func=function) if function is node:
            return True
        case ast.Call(func=function, args=arguments):
            apis = [references.catalogue.api(r.name) for r in references.of(function) if isinstance(r, Outside)]
            positions = [api.runs.position for api in apis if api is not None and api.runs is not None]
            return any(n in positions for n, argument in enumerate(arguments) if argument is node)
    return False


def is_statement(parts: tuple[Part, ...]) -> bool:
    """Whether a text is clearly a statement of SQL."""
    whole = "".join(part if isinstance(part, str) else "x" for part in parts)
    word = whole.split(maxsplit=1)[:1]
    # A sentence begins with a capital letter: "Select the best dish from the menu".
    return word != [] and (word[0].isupper() or word[0].islower()) and _STATEMENT.match(whole) is not None


def _called(call: ast.Call, referents: Referents, references: References) -> Iterator[tuple[Api, Written]]:
    """What is called with which arguments; `to_thread(get, url)` is a call of `get` too."""
    arguments = read(call, references)
    for referent in referents:
        if not isinstance(referent, Outside):
            continue
        api = references.catalogue.api(referent.name)
        if api is None:
            continue
        yield api, arguments
        position = api.runs.position if api.runs is not None else None
        if position is not None and position < len(call.args):
            function = call.args[position]
            for inner in references.of(function):
                called = references.catalogue.api(inner.name) if isinstance(inner, Outside) else None
                if called is not None:
                    yield called, arguments.behind(function)


def _passed(use: Use, wanted: tuple[Argument, ...], arguments: Written, api: str) -> Iterator[Sink]:
    for argument in wanted:
        passed = given(argument, arguments)
        if isinstance(passed, ast.expr):
            yield Sink(use, passed, api)


def _is_of_module(referents: Referents) -> bool:
    return any(not isinstance(referent, Outside | Unknown) for referent in referents)


def _guessed(call: ast.Call, guesses: Guesses, catalogue: Catalogue) -> Iterator[Sink]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if guesses.statements and name in catalogue.members("takes-statement"):
        passed = call.args[0] if call.args else keywords.get("query", keywords.get("sql"))
        if passed is not None:
            yield Sink("statement", passed, "")
    if guesses.addresses and name in catalogue.members("takes-address"):
        # Before the address they take the method.
        position = int(name in ("request", "stream"))
        passed = call.args[position] if position < len(call.args) else keywords.get("url")
        if passed is not None:
            yield Sink("address", passed, "")
