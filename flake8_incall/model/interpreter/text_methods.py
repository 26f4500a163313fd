"""Methods of constants: of texts, mostly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flake8_incall.model.interpreter.operators import compute
from flake8_incall.model.interpreter.outcomes import Call, Maybe, Outcome
from flake8_incall.model.interpreter.sequences import iterate
from flake8_incall.model.interpreter.state import Raised
from flake8_incall.model.interpreter.stores import KEY_ERROR, TYPE_ERROR
from flake8_incall.model.interpreter.values import Constant, SequenceShape, Value, any_of_type, unfollowed


def call_constant_method(call: Call, owner: Constant, name: str) -> Outcome:
    """Call a method of a text or number."""
    if owner.value is None or not hasattr(owner.value, name):
        return Raised(frozenset({"builtins.AttributeError"}))
    arguments = [call.state.resolve(argument) for argument in call.arguments]
    constants = [a.value for a in arguments if isinstance(a, Constant)]
    is_known = len(constants) == len(arguments) and not call.keywords and not call.is_open
    method = getattr(owner.value, name)
    catalogue, qualified = call.machine.world.catalogue, f"{owner.kind.__name__}.{name}"
    if is_known and catalogue.has("pure", qualified):
        computed = compute(method, *constants)
        if computed is not None:
            return computed
    if is_known and catalogue.has("splits", qualified):
        return _split(call, method, constants, name)
    if name == "join" and arguments:
        return _join(call, owner, arguments[0])
    if name == "format":
        return _format(call, owner, arguments)
    use = call.machine.world.result_of(f"builtins.{owner.kind.__name__}.{name}")
    if use is None or use.forms:
        return Maybe(call.fresh())
    type_ = f"builtins.{use.name}"
    return Maybe(unfollowed(type_) if is_known else any_of_type(type_))


def _split(call: Call, method: Callable[..., Any], constants: list[Any], name: str) -> Outcome:
    try:
        pieces = method(*constants)
    except (TypeError, ValueError) as error:
        return Raised(frozenset({f"builtins.{type(error).__name__}"}))
    type_ = "builtins.tuple" if name.endswith("partition") else "builtins.list"
    return call.allocate(SequenceShape(type_, tuple(Constant(piece) for piece in pieces), node=call.step.node))


def _join(call: Call, owner: Constant, items: Value) -> Outcome:
    iterator = iterate(call.state, items)
    if isinstance(iterator, Raised):
        return iterator
    resolved = [call.state.resolve(item) for item in iterator.items]
    values = [item.value for item in resolved if isinstance(item, Constant)]
    # Without a round of what made the items there are none: that the text is empty would be a guess.
    if iterator.is_exact and iterator.items and len(values) == len(iterator.items):
        return compute(owner.value.join, values) or any_of_type("builtins.str")
    return Maybe(any_of_type("builtins.str"), TYPE_ERROR)


def _format(call: Call, owner: Constant, arguments: list[Value]) -> Outcome:
    values = [argument.value for argument in arguments if isinstance(argument, Constant)]
    named = {k: v.value for k, v in call.keywords.items() if isinstance(v, Constant)}
    # A width or a field of a field could make this long or slow.
    simple = isinstance(owner.value, str) and not any(mark in owner.value for mark in ":.[!")
    if simple and len(values) == len(arguments) and len(named) == len(call.keywords) and not call.is_open:
        return compute(lambda: owner.value.format(*values, **named)) or any_of_type("builtins.str")
    return Maybe(any_of_type("builtins.str"), KEY_ERROR)
