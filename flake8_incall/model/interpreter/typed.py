"""Values of which the catalogue tells the type, and what is around it: a coroutine of it, a list of it."""

from __future__ import annotations

from flake8_incall.catalogue import TypeUse
from flake8_incall.model.interpreter.values import NONE, Choice, Symbol, Value

# What can be anything has no type here.
_UNTYPED = frozenset({"argument", "json", "unknown", "object"})
_TYPES_OF_FORMS = {
    "coroutine": "builtins.coroutine",
    "awaitable": "",
    "awaitable context": "builtins.coroutine",
    "awaitable object": "",
    "list": "builtins.list",
    "tuple": "builtins.tuple",
    "dict": "builtins.dict",
    "iterator": "builtins.iterator",
    "async iterator": "builtins.iterator",
}
PROMISE = "promise"


def typed(use: TypeUse, base: Value) -> Value:
    """A value of a type, the same wherever `base` is the same."""
    if use.forms[:1] == ("optional",):
        inner = typed(TypeUse(use.name, use.forms[1:]), base)
        known = isinstance(inner, Symbol) and inner.type
        return Choice(("optional", base), (NONE, inner)) if known else inner
    if use.forms:
        return Symbol(PROMISE, (base, use), _TYPES_OF_FORMS.get(use.forms[0], ""))
    if use.name == "None":
        return NONE
    if use.name in _UNTYPED:
        return base if isinstance(base, Symbol) else Symbol("typed", (base,))
    name = use.name if "." in use.name else f"builtins.{use.name}"
    if isinstance(base, Symbol):
        return Symbol(base.operation, base.arguments, name)
    return Symbol("typed", (base,), name)


def within(value: Value, *forms: str) -> Value | None:
    """What is inside a value that has one of these forms around it, such as the result of a coroutine."""
    if isinstance(value, Symbol) and value.operation == PROMISE:
        base, use = value.arguments
        if use.forms and use.forms[0] in forms:
            return typed(TypeUse(use.name, use.forms[1:]), base)
    return None
